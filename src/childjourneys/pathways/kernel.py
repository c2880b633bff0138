"""The pathway kernel: journeys of some children to referral outcomes and S47 pathways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from childjourneys.pathways import groups
from childjourneys.pathways.enquiries import s47_pathways
from childjourneys.pathways.referrals import referral_outcomes
from childjourneys.pathways.windows import AS_DESIGNED, Seen, Windows, days_of

Tables = dict[str, pl.DataFrame]
CONTACTS = {"la_code": pl.String, "source": pl.String, "month": pl.String, "contacts": pl.Int64}


@dataclass(frozen=True)
class PathwayKernel:
    """Decides what referrals and enquiries led to. Picklable; needs only what it is given.

    Attributes:
        coverage: what the returns can tell about; the same for every bucket.
    """

    coverage: pl.DataFrame
    windows: Windows = AS_DESIGNED

    def __call__(self, tables: Mapping[str, pl.DataFrame]) -> Tables:
        """`referral_outcomes` (see `REFERRALS`), `s47_pathways` (see `PATHWAYS`) and `contacts`.

        `contacts` counts contacts inside coverage: one row per authority, source and month (2024-01).

        Args:
            tables: events (in the order of journeys, with `record`) and children of some children.
        """
        events, children, seen = tables["events"], tables["children"], Seen(self.coverage)
        return {
            "referral_outcomes": referral_outcomes(events, children, seen, self.windows),
            "s47_pathways": s47_pathways(events, children, seen, self.windows),
            "contacts": _contacts(events, seen),
        }


def _contacts(events: pl.DataFrame, seen: Seen) -> pl.DataFrame:
    contacts = events.filter(pl.col("event") == "contact")
    inside = seen.on("contact", contacts["la_code"], days_of(contacts["date"]))
    return (
        contacts.filter(pl.Series(inside, dtype=pl.Boolean))
        .select("la_code", referral_source=groups.attribute("contact_source"), month=month_of("date"))
        .with_columns(source=groups.named("referral_source"))
        .group_by("la_code", "source", "month")
        .agg(contacts=pl.len().cast(pl.Int64))
        .select(*CONTACTS)
        .sort("la_code", "source", "month")
    )


def month_of(date: str) -> pl.Expr:
    """The month of a date, as 2024-01."""
    return pl.col(date).dt.to_string("%Y-%m")
