"""What the optional tables can be told about: severity and words of each issue, in one place."""

from __future__ import annotations

from collections.abc import Mapping

from childjourneys.sources.messages import Messages

_MESSAGES: Mapping[str, tuple[str, str, str, str]] = {
    "context-overlap": (
        "error",
        "An earlier row of this authority and year holds some of these ages; this one was set aside.",
        "Each age once in a year.",
        "Keep one set of age bands.",
    ),
    "context-duplicate": (
        "note",
        "An earlier row says the same; this one counts as a duplicate.",
        "Each row once.",
        "Nothing.",
    ),
    "context-band": (
        "note",
        "The ages of this row reach over 17, so rates can't use it.",
        "Single years or bands that end at 17 or below.",
        "Nothing, if other rows hold the ages 0 to 17.",
    ),
    "context-other-authority": (
        "note",
        "These rows are of authorities of which no return is here; they were not used.",
        "Rows of the authorities of the returns.",
        "Nothing, unless an authority's code is wrong, here or with --la.",
    ),
    "area-not-carried": (
        "note",
        "No return carries the area where a child lives, so these deciles reach no child.",
        "A table by child: la_code, child_id, decile.",
        "Look the areas up in the case system and give the decile of each child.",
    ),
    "person-links-kept": (
        "note",
        "The person links join children of SSDA903 with those of the authority's other returns; nothing "
        "else uses them yet.",
        "Nothing else.",
        "Nothing.",
    ),
    "csv-unreadable": (
        "error",
        "This CSV file can't be read to its end; none of it was used.",
        "Text in columns, such as CSV UTF-8.",
        "Open it in a spreadsheet and save it again as CSV UTF-8.",
    ),
}
issue = Messages(_MESSAGES).issue
