"""The report's parts on the front door and on section 47 enquiries: one table each way of cutting them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from childjourneys.domain.codes import code_set
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.section import Section
from childjourneys.reports.wording import count, number

Frames = Mapping[str, pl.DataFrame]
MOST_GROUPS = 40
MONTHS_OF_PARTNERS = 12
# Ways of cutting, as the summaries name them, with the heading and the code set of their groups.
_CUTS: dict[str, tuple[str, str | None]] = {
    "age_group": ("Age on the day", None),
    "sex": ("Sex", None),
    "ethnic_group": ("Ethnic group", "ethnicity"),
    "referral_source": ("Source of the referral", "referral_source"),
    "primary_need": ("Primary need", "need"),
    "team": ("Team", None),
}
_RULE = (
    "Shares are of those whose whole window the returns cover; others are counted and shown, and in no share."
)


def pathway_sections(summaries: Frames, authorities: Mapping[str, str]) -> list[Section]:
    """What came of referrals, what followed enquiries, and the referral partners."""
    sections = [
        _section(
            "referral-outcomes",
            "What came of referrals",
            "referral",
            summaries["referral_outcomes"],
            authorities,
            "An assessment or an enquiry counts when it starts up to 30 days after the referral in the same"
            " need episode. Referrals received while another case was open are not counted here.",
        ),
        _section(
            "s47-pathways",
            "What followed section 47 enquiries",
            "enquiry",
            summaries["s47_pathways"],
            authorities,
            "A plan counts when it starts up to 45 days after the conference or up to 60 days after the"
            " enquiry. Step 2 is of enquiries with a conference.",
        ),
    ]
    partners = summaries["referral_partners"]
    if partners.height:
        sections.append(_partners(partners, authorities))
    return sections


def _section(
    key: str, heading: str, what: str, frame: pl.DataFrame, authorities: Mapping[str, str], rule: str
) -> Section:
    whole = frame.filter(pl.col("dimension") == "all", pl.col("step") == 1)
    total = int(whole["count"].sum())
    if not total:
        return Section(key, heading, [f"No {what} is inside coverage."])
    many = {"referral": "referrals", "enquiry": "enquiries"}[what]
    text = [f"{count(total, what, many)}. {rule} {_RULE}"]
    tables = [_table(f"{key}-all", f"{heading}: all", "", frame, "all", authorities)]
    for dimension, (title, codes) in _CUTS.items():
        mine = frame.filter(pl.col("dimension") == dimension)
        if mine["group"].n_unique() > MOST_GROUPS or mine.is_empty():
            continue
        tables.append(_table(f"{key}-{dimension}", f"{heading} by {title.lower()}", title, frame, dimension,
                             authorities, codes))  # fmt: skip
    return Section(key, heading, text, tables=tables)


def _table(
    key: str,
    caption: str,
    title: str,
    frame: pl.DataFrame,
    dimension: str,
    authorities: Mapping[str, str],
    codes: str | None = None,
) -> PageTable:
    """One row per group, step and outcome."""
    labels = code_set(codes).labels() if codes else {}
    several = len(authorities) > 1
    steps = frame["step"].n_unique() > 1
    headings = [
        *(["Authority"] if several else []), *([title] if title else []), *(["Step"] if steps else []),
        "Outcome", "All", "Whole window seen", "With the outcome", "%", "95% interval",
    ]  # fmt: skip
    first_number = len(headings) - 5
    rows = []
    for row in frame.filter(pl.col("dimension") == dimension).iter_rows(named=True):
        group = str(row["group"])
        named = f"{group} {labels[group]}" if group in labels else group
        rows.append(
            [
                *([authorities.get(row["la_code"], row["la_code"])] if several else []),
                *([named] if title else []),
                *([str(row["step"])] if steps else []),
                str(row["outcome"]),
                number(row["count"]),
                *_share(row["n"], row["matches"], row["rate"], row["low"], row["high"]),
            ]
        )
    return _cells(key, caption, headings, rows, set(range(first_number, len(headings))))


def _partners(frame: pl.DataFrame, authorities: Mapping[str, str]) -> Section:
    """The latest months of every source that sends referrals, beside what its own history would lead to."""
    months = sorted(frame["month"].unique().to_list())[-MONTHS_OF_PARTNERS:]
    labels = code_set("referral_source").labels()
    several = len(authorities) > 1
    headings = [
        *(["Authority"] if several else []), "Source", "Month", "Contacts", "Referrals", "Assessments",
        "No further action", "Of", "%", "95% limits", "99.8% limits", "Beyond",
    ]  # fmt: skip
    rows = []
    for row in frame.filter(pl.col("month").is_in(months)).iter_rows(named=True):
        source = str(row["source"])
        month = str(row["month"]) + ("" if row["complete"] else " (not complete)")
        rows.append(
            [
                *([authorities.get(row["la_code"], row["la_code"])] if several else []),
                f"{source} {labels[source]}" if source in labels else source,
                month,
                *(_number(row[name]) for name in ("contacts", "referrals", "assessments", "matches", "n")),
                _percent(row["rate"]),
                _between(row["low95"], row["high95"]),
                _between(row["low998"], row["high998"]),
                str(row["outside"] or ""),
            ]
        )
    text = [
        "Each source beside the share that its own earlier complete months lead to expect, from twelve of"
        " them on: a month beyond its limits differs by more than chance from that source's own past. It says"
        " nothing of another source, and nothing of why."
    ]
    start = 3 if several else 2
    caption = f"Referral partners, latest {len(months)} months"
    table = _cells("referral-partners-table", caption, headings, rows, set(range(start, len(headings) - 1)))
    return Section("referral-partners", "Referral partners", text, tables=[table])


def _share(
    n: int | None, matches: int | None, rate: float | None, low: float | None, high: float | None
) -> list[str]:
    return [_number(n), _number(matches), _percent(rate), _between(low, high)]


def _number(value: int | None) -> str:
    return "" if value is None else number(value)


def _percent(value: float | None) -> str:
    return "" if value is None else number(100 * value, 1)


def _between(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{number(100 * low, 1)} to {number(100 * high, 1)}"


def _cells(
    key: str, caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]], numeric: set[int]
) -> PageTable:
    return PageTable(
        key, caption, headings, [[Cell(text) for text in row] for row in rows], frozenset(numeric)
    )
