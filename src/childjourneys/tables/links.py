"""Tables that an analyst brings beside the returns: each row names its authority and child itself."""

from __future__ import annotations

import polars as pl

_CHILD = {"la_code": pl.String, "child_id": pl.String}
_PLACE = {"sheet": pl.String, "row": pl.Int64}
# As readers give them; on their way to the merge they are staged like what returns say.
LINKS: dict[str, dict[str, type[pl.DataType]]] = {
    "family": {**_CHILD, "family_id": pl.String, **_PLACE},
    "deprivation": {**_CHILD, "decile": pl.Int64, **_PLACE},
    "person_link": {**_CHILD, "person_id": pl.String, **_PLACE},
    "needs": {
        **_CHILD, "cwd": pl.Boolean, "ebd": pl.Boolean, "offending": pl.Boolean, "uasc": pl.Boolean, **_PLACE,
    },
    "leaving_care": {**_CHILD, "joined": pl.Date, **_PLACE},
}  # fmt: skip
# Identifiers that a key hides, and the kind of their pseudonym.
HIDDEN = {"family": ("family_id", "family"), "person_link": ("person_id", "person")}
