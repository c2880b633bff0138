"""Referral partners: who contacts and refers, and how often nothing further was done."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from childjourneys.domain.proportions import prediction_limits
from childjourneys.pathways import groups, referrals
from childjourneys.pathways.kernel import month_of
from childjourneys.pathways.windows import SEEN, Seen, Windows, days_of

MONTHS_BEFORE = 12
PARTNERS = {
    "la_code": pl.String,
    "source": pl.String,
    "month": pl.String,
    "contacts": pl.Int64,
    "contacts_complete": pl.Boolean,
    "referrals": pl.Int64,
    "assessments": pl.Int64,
    "n": pl.Int64,
    "matches": pl.Int64,
    "rate": pl.Float64,
    "complete": pl.Boolean,
    "months_before": pl.Int64,
    "mean": pl.Float64,
    "low95": pl.Float64,
    "high95": pl.Float64,
    "low998": pl.Float64,
    "high998": pl.Float64,
    "outside": pl.String,
}
_ROW = ("la_code", "source", "month")
_HISTORY = ["la_code", "source"]
_LIMITS = ("low95", "high95", "low998", "high998")


def referral_partners(
    outcomes: pl.DataFrame, contacts: pl.DataFrame, seen: Seen, windows: Windows
) -> pl.DataFrame:
    """One row per authority, source and month with a covered day, sources in the order of their codes.

    A source of the authority has a row for each month, also one in which it did not refer. Columns:

    - `contacts`: blank where no return shows contacts on any day of the month; `contacts_complete`: all its
      days are shown.
    - `referrals` inside coverage, blank likewise; `assessments`: those of them that led to one in time.
    - `n`: referrals whose whole window was seen; `matches`: of these, no further action; `rate`. Referrals
      less `n` are undecided, or decided early.
    - `complete`: all days of the month are covered, and so is the window of a referral on any of them.
    - `months_before`, `mean`: earlier complete months, and the rate of all referrals in them: the source's
      own history.
    - `low95` to `high95`, `low998` to `high998`: where the month's rate lies by chance in 95 and 99.8 per
      cent of months if nothing has changed (`prediction_limits`); `outside`: the widest limit that it is
      beyond, `none`, `95` or `99.8`. These are blank in an incomplete month, without referrals, and with
      fewer than 12 earlier complete months. Of twenty months in which nothing changed, one is expected
      outside 95; more where siblings are referred together.

    Args:
        outcomes: referrals that open a case, from the kernel.
        contacts: from the kernel.
    """
    months = _months(seen, windows)
    inside = seen.on("referral", outcomes["la_code"], days_of(outcomes["referral_date"]))
    referred = (
        outcomes.filter(pl.Series(inside, dtype=pl.Boolean))
        .with_columns(source="referral_source", month=month_of("referral_date"))
        .group_by(_ROW)
        .agg(
            referrals=pl.len(),
            assessments=pl.col("days_to_assessment").count(),
            n=pl.col("followed").sum(),
            matches=(pl.col("followed") & (pl.col("outcome") == referrals.NFA)).sum(),
        )
    )
    contacts = contacts.group_by(_ROW).agg(pl.col("contacts").sum())
    sources = pl.concat([frame.select("la_code", "source") for frame in (referred, contacts)]).unique()
    rows = (
        sources.join(months, on="la_code")
        .join(referred, on=_ROW, how="left")
        .join(contacts, on=_ROW, how="left")
        .with_columns(
            pl.when("_contacts").then(pl.col("contacts").fill_null(0)),
            *(
                pl.when("_referrals").then(pl.col(name).fill_null(0).cast(pl.Int64))
                for name in ("referrals", "assessments", "n", "matches")
            ),
            _source=pl.col("source").replace_strict(
                {name: place for place, name in enumerate(groups.GROUPS["referral_source"])},
                return_dtype=pl.Int64,
            ),
        )
        .sort("la_code", "_source", "month")
    )
    return _judged(rows).select(pl.col(name).cast(kind) for name, kind in PARTNERS.items())


def _judged(rows: pl.DataFrame) -> pl.DataFrame:
    """With the rate, the source's own mean so far, its limits, and which of them the month is beyond."""
    n, matches, rate = pl.col("n"), pl.col("matches"), pl.col("rate")

    def before(what: pl.Expr) -> pl.Expr:
        counted = pl.when("complete").then(what).otherwise(0)
        return (counted.cum_sum() - counted).over(_HISTORY)

    rows = rows.with_columns(
        rate=pl.when(n > 0).then(matches / n),
        months_before=before(pl.lit(1, pl.Int64)),
        _n=before(n),
        _matches=before(matches),
    ).with_columns(mean=pl.when(pl.col("_n") > 0).then(pl.col("_matches") / pl.col("_n")))
    judged = pl.when(
        pl.col("complete") & (n > 0) & (pl.col("_n") > 0) & (pl.col("months_before") >= MONTHS_BEFORE)
    )
    rows = rows.with_columns(limits=judged.then(pl.struct(matches="_matches", n="_n", size="n")))
    limits = [None if row is None else _limits(**row) for row in rows["limits"]]
    rows = rows.with_columns(limits=pl.Series(limits, dtype=pl.Struct(dict.fromkeys(_LIMITS, pl.Float64))))
    rows = rows.unnest("limits")
    beyond = {name: ~rate.is_between(pl.col(f"low{name}"), pl.col(f"high{name}")) for name in ("95", "998")}
    return rows.with_columns(
        outside=pl.when(pl.col("low95").is_not_null()).then(
            pl.when(beyond["998"])
            .then(pl.lit("99.8"))
            .when(beyond["95"])
            .then(pl.lit("95"))
            .otherwise(pl.lit("none"))
        )
    )


def _limits(matches: int, n: int, size: int) -> dict[str, float]:
    (low95, high95), (low998, high998) = prediction_limits(matches, n, size)
    return dict(zip(_LIMITS, (low95, high95, low998, high998), strict=True))


def _months(seen: Seen, windows: Windows) -> pl.DataFrame:
    """Months of each authority in which a day is covered for contacts or referrals, and for which wholly."""
    rows: list[dict[str, object]] = []
    for la_code in seen.la_codes:
        shown = {kind: _months_in(*seen.days(la_code, kind)) for kind in ("contact", "referral")}
        rows += [
            {
                "la_code": la_code,
                "first": month,
                "_contacts": month in shown["contact"],
                "_referrals": month in shown["referral"],
            }
            for month in sorted(shown["contact"] | shown["referral"])
        ]
    schema = {"la_code": pl.String, "first": pl.Date, "_contacts": pl.Boolean, "_referrals": pl.Boolean}
    months = pl.DataFrame(rows, schema=schema, orient="row")
    codes = months["la_code"]
    first, last = days_of(months["first"]), days_of(months["first"].dt.month_end())
    followed = seen.window(referrals.ASKED, codes, first, last + windows.referral) == SEEN
    whole = followed & (seen.window(("referral",), codes, first, last) == SEEN)
    contacts = seen.window(("contact",), codes, first, last) == SEEN
    return months.with_columns(
        month=month_of("first"),
        complete=pl.Series(whole, dtype=pl.Boolean),
        contacts_complete=pl.when("_contacts").then(pl.Series(contacts, dtype=pl.Boolean)),
    ).drop("first")


def _months_in(starts: np.ndarray, ends: np.ndarray) -> set[date]:
    """First days of the months that some ranges touch."""
    found = set()
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        day = (date(1970, 1, 1) + timedelta(days=start)).replace(day=1)
        while day <= date(1970, 1, 1) + timedelta(days=end):
            found.add(day)
            day = (day + timedelta(days=31)).replace(day=1)
    return found
