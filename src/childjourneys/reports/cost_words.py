"""Sentences about costs: whose prices, what rests on research, what is not costed, what has no price."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from childjourneys.costs.model import CatalogueFile, Entry
from childjourneys.costs.summaries.everything import unpriced_sentences
from childjourneys.costs.summaries.given import CostRun
from childjourneys.costs.summaries.quality import in_two_moneys, research_share, unpriced
from childjourneys.reports.cost_data import CostData
from childjourneys.reports.wording import count, day, listed

INVENTED = "INVENTED PRICES"
PROCESS_NAMES = {
    "lac.1": "Decide to look after, find the first placement",
    "lac.2": "Care planning",
    "lac.3": "Maintain the placement",
    "lac.4": "Leave care or return home",
    "lac.5": "Find a further placement",
    "lac.6": "Review",
    "lac.7": "Legal processes",
    "lac.8": "Transition to leaving care",
    "cin.contact_referral": "Contact and referral",
    "cin.assessment": "Assessment",
    "cin.ongoing_support": "Ongoing support",
    "cin.close_case": "Close the case",
    "cin.s47": "Section 47 enquiry",
    "cin.cp_conference": "Initial child protection conference",
    "cin.review": "Review of a plan",
    "cin.public_law_outline": "Public Law Outline",
    "contribution": "Contributions of health and education",
    "grant": "Grants",
    "other_agency": "Other agencies",
}


TWO_MONEYS = (
    "A night can have prices in money of two years, such as what was paid for it and social work of a"
    " catalogue. It counts in the rows of both years, and in each only with its own part of the price: there"
    " the average week is not what a week costs. Cost one financial year by itself, with --price-year of that"
    " year, and all of it is in one money."
)


def pounds(pence: int | None) -> str:
    """1,204.50 of 120450 pence; blank when there is none."""
    if pence is None:
        return ""
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100:,}.{abs(pence) % 100:02}"


def whole_pounds(pence: int | None) -> str:
    """£1,205 of 120450 pence, half-up."""
    if pence is None:
        return ""
    return f"{'-' if pence < 0 else ''}£{(abs(pence) + 50) // 100:,}"


def per_cent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}%"


def process_name(process: str) -> str:
    """`lac.6 Review`; a name that is not known stays as it is."""
    return f"{process} {PROCESS_NAMES[process]}" if process in PROCESS_NAMES else process


def whose_prices(run: CostRun, years: Sequence[str]) -> str:
    """In which year's prices the amounts are."""
    told = listed(sorted(years))
    if run.price_year:
        own = [year for year in years if year != run.price_year]
        if not own:
            return f"All amounts are in prices of {run.price_year}."
        return (
            f"Prices of catalogues were brought to {run.price_year}. Prices that were paid are not uplifted:"
            f" they stand in money of their own year ({listed(sorted(own))}) and are not added to the others."
        )
    if len(years) == 1:
        return f"All amounts are in prices of {told}, as their sources give them: nothing was uplifted."
    return (
        f"Nothing was uplifted: amounts are in prices of {told}. Money of different price years is not added,"
        " so each has its own rows and its own total."
    )


def two_moneys_sentence(data: CostData) -> str:
    """Blank where each night has prices in money of one year."""
    return TWO_MONEYS if in_two_moneys(data.cube) else ""


def research_sentences(data: CostData) -> list[str]:
    """What share of the money rests on figures of 2008 to 2013, by authority and price year."""
    frame = research_share(data.cube, data.run.research_ids())
    several = frame["la_code"].n_unique() > 1
    found = []
    for code, year, gross, research, share in frame.iter_rows():
        if not gross:
            continue
        where = f", authority {code}" if several else ""
        found.append(
            f"{per_cent(share)} of the gross money in prices of {year}{where}"
            f" ({whole_pounds(research)} of {whole_pounds(gross)}) rests on research figures of 2008 to 2013."
        )
    if not found:
        return ["No money was spent in the period, so none rests on research figures."]
    if any(frame["research"].to_list()):
        found.append(
            "Such figures are what studies found then, in a few authorities. They stand in until local prices"
            " are entered."
        )
    return found


def invented_sentence(files: Sequence[CatalogueFile]) -> str:
    """Blank where no file is invented."""
    if not files:
        return ""
    named = listed([file.name for file in files])
    are = "is" if len(files) == 1 else "are"
    return f"{INVENTED}: {named} {are} made up for an example. What they price is not real money."


def london_sentence(run: CostRun, costed: Collection[str]) -> str:
    """Said where an authority of London is costed.

    Args:
        costed: codes of the authorities.
    """
    codes = sorted(set(costed) & run.london)
    if not codes:
        return ""
    named = listed([run.authorities.get(code, code) for code in codes])
    return (
        f"{named}: London has no published costs of the processes of looked-after children. Figures of"
        " elsewhere are not scaled, so what no London price covers has none."
    )


def gaps(data: CostData) -> list[str]:
    """What no amount holds: nights and children without a price, processes without any entry."""
    said = [*unpriced_sentences(unpriced(data.cube))]
    if data.run.not_costed:
        named = listed([PROCESS_NAMES.get(one, one).lower() for one in data.run.not_costed])
        said.append(f"Not costed, because no catalogue has an entry for it: {named}.")
    return said


def period(run: CostRun) -> str:
    return f"{day(run.first)} to {day(run.last)}, both days included"


def beyond_sentence(days: int) -> str:
    """Said where the period ends after the last day that the returns tell about."""
    return (
        f"The period ends {count(days, 'day', 'days')} after the last that the returns tell about: what was"
        " open then is charged as if it went on to the end of the period."
    )


def file_sentences(run: CostRun) -> list[str]:
    """Each file of prices with its hash, the lowest layer first."""
    return [
        f"{file.name}: {count(file.entries, 'entry', 'entries')}, SHA-256 {file.sha256}"
        + (" (shipped)" if file.shipped else "")
        + (f" ({INVENTED})" if file.invented else "")
        for file in sorted(run.catalogue.files, key=lambda file: file.layer)
    ]


def source_of(entry: Entry) -> str:
    """Where a price is from, with badges for what was worked out and what has no price year."""
    source = entry.source
    parts = [entry.source_title or source.publication, source.year, source.table_or_page]
    if source.via:
        parts.append(f"read in {source.via}")
    if source.status:
        parts.append(source.status)
    if source.formula:
        parts.append(f"worked out as {source.formula}")
    badges = [name for name, held in (("DERIVED", source.status == "derived"),
                                      ("NO PRICE YEAR", not entry.price_year)) if held]  # fmt: skip
    told = ", ".join(str(part) for part in parts if part) or f"{entry.file}, without a source"
    return " ".join([*(f"[{badge}]" for badge in badges), told])


def price_years(data: CostData) -> list[str]:
    return sorted(data.cube.lines["price_year"].drop_nulls().unique().to_list())


def used_entries(data: CostData) -> list[Entry]:
    """Entries of the catalogue that price a line, by id."""
    used = set(data.cube.entries.select(pl.col("entry_id").unique()).to_series())
    return [entry for id_, entry in sorted(data.run.catalogue.by_id.items()) if id_ in used]
