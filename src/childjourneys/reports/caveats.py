"""What these returns can and cannot tell, read off the returns themselves."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from childjourneys.domain.vocabulary import EVENT, SPELL_LABELS
from childjourneys.reports.wording import count, day, listed, short_day

FIRST_PLAN_YEAR = 2022  # the CIN census carries dates of child in need plans from this year on
_ALWAYS_NAMED = ("contact", "referral", "assessment_start", "s47", "cin_start", "cpp_start", "lac_start")


def caveats(returns: pl.DataFrame, coverage: pl.DataFrame) -> list[str]:
    """Sentences, in the order in which a reader needs them."""
    return [
        "A month that no return covers says nothing: no event there means that nothing is known, not that"
        " nothing happened.",
        *_annex_a(returns),
        *_plans(returns, coverage),
        *_contacts(returns, coverage),
        *_care(coverage),
        *_gaps(coverage),
        *_dates(returns),
    ]


def _read(returns: pl.DataFrame, kind: str) -> pl.DataFrame:
    return returns.filter((pl.col("kind") == kind) & (pl.col("status") == "read"))


def _annex_a(returns: pl.DataFrame) -> Iterator[str]:
    extracts = _read(returns, "annex_a").drop_nulls("as_at").group_by("la_code").agg(pl.col("as_at").unique())
    single = extracts.filter(pl.col("as_at").list.len() == 1)
    if single.height and single.height == extracts.height == 1:
        yield (
            f"One Annex A covers the six months up to {day(single['as_at'][0][0])}: it shows cases, and"
            " shares of what is decided in weeks. What takes longer needs several extracts, or the CIN"
            " census of two years or more."
        )
    elif single.height:
        yield (
            f"{count(single.height, 'authority has', 'authorities have')} one Annex A only, which covers six"
            " months: what takes longer cannot be followed to its end there."
        )
    if extracts.height:
        yield (
            "Lists 6 to 8 of Annex A hold the latest case, plan and period of care of a child: earlier ones"
            " are not in them."
        )


def _plans(returns: pl.DataFrame, coverage: pl.DataFrame) -> Iterator[str]:
    years = _read(returns, "cin_census")["year"].drop_nulls()
    before = sorted(year for year in set(years) if year < FIRST_PLAN_YEAR)
    if before:
        yield (
            f"The CIN census dates child in need plans from {FIRST_PLAN_YEAR} on: in the"
            f" {'census' if len(before) == 1 else 'censuses'} of {listed([str(year) for year in before])} no"
            " such plan starts or ends."
        )
    if "cin_start" not in set(coverage["kind"]) and returns.height:
        yield (
            "No return here dates child in need plans. Where a journey shows CIN, it is the need episode of"
            " Annex A list 6 (its start is the referral's), and it counts as no plan in this report."
        )


def _contacts(returns: pl.DataFrame, coverage: pl.DataFrame) -> Iterator[str]:
    if "contact" in set(coverage["kind"]):
        yield (
            "Contacts and early help come from Annex A only: journeys of other months begin at the referral."
        )
    elif _read(returns, "annex_a").height:
        yield "No list of contacts was read: journeys begin at the referral."
    else:
        yield (
            "The CIN census carries no contacts and no early help, and there is no Annex A here: journeys"
            " begin at the referral."
        )


def _care(coverage: pl.DataFrame) -> Iterator[str]:
    if "lac_start" not in set(coverage["kind"]):
        yield "No return here tells when children started or ceased to be looked after."


def _gaps(coverage: pl.DataFrame) -> Iterator[str]:
    for (la_code, kind), ranges in coverage.sort("la_code", "kind", "from").group_by(
        "la_code", "kind", maintain_order=True
    ):
        if kind not in _ALWAYS_NAMED:
            continue
        ends, starts = ranges["to"].to_list()[:-1], ranges["from"].to_list()[1:]
        between = [
            f"{short_day(end)} and {short_day(start)}" for end, start in zip(ends, starts, strict=True)
        ]
        if between and coverage["la_code"].n_unique() == 1:
            yield f"{_label(str(kind))}: no return covers the days between {listed(between)}."
        elif between:
            what = f"Authority {la_code}, {_label(str(kind))}"
            yield f"{what}: no return covers the days between {listed(between)}."


def _dates(returns: pl.DataFrame) -> Iterator[str]:
    guessed = returns.filter(
        (pl.col("kind") == "annex_a")
        & (pl.col("status") == "read")
        & pl.col("as_at_how").fill_null("").str.contains("latest")
    )
    if guessed.height:
        yield (
            f"{count(guessed.height, 'Annex A does', 'Annex A do')} not say of which day it is. Its latest"
            " date was taken; give the right day with --as-at."
        )


def _label(kind: str) -> str:
    return EVENT[kind].label if kind in EVENT else SPELL_LABELS.get(kind, kind)
