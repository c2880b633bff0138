"""Invented Annex A workbooks for tests, and reading them with one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from childjourneys.issues import Issue, IssueLog
from childjourneys.sources.annex_a import AnnexAFile, open_annex_a
from childjourneys.sources.annex_a.spec import lists
from childjourneys.sources.contract import Matching, ReadContext, SheetAccount
from childjourneys.sources.mappings import Mappings

AS_AT = date(2024, 6, 30)

GOOD: dict[str, Any] = {
    "child_id": "1001",
    "adopter_id": "A1",
    "gender": "b) Female",
    "ethnicity": "a) WBRI",
    "birth_date": "03/05/2012",
    "age_years": 12,
    "has_disability": "b) No",
    "contact_date": "04/03/2024",
    "contact_source": "q) 6: Police",
    "early_help_start_date": "05/03/2024",
    "early_help_end_date": "20/03/2024",
    "early_help_organisation": "School",
    "referral_date": "06/03/2024",
    "referral_source": "e) 2A: Schools",
    "referral_nfa": "b) No",
    "number_of_referrals_12_months": 0,
    "allocated_team": "Team 1",
    "allocated_worker": "Not To Be Read",
    "allocated_personal_adviser": "Not To Be Read",
    "assessment_start_date": "07/03/2024",
    "assessment_end_date": "10/04/2024",
    "child_seen": "a) Yes",
    "assessed_needs_support": "a) Yes",
    "s47_start_date": "08/03/2024",
    "icpc_date": "20/03/2024",
    "icpc_not_required": "b) No",
    "icpc_led_to_cpp": "a) Yes",
    "number_of_s47_12_months": 0,
    "number_of_icpc_12_months": 0,
    "cin_start_date": "06/03/2024",
    "primary_need": "N1 - Abuse or neglect",
    "cin_closure_date": "01/06/2024",
    "closure_reason": "RC7 - Services ceased for any other reason, including child no longer in need",
    "last_seen_date": "15/05/2024",
    "case_status": "e) Closed episode",
    "cpp_start_date": "20/03/2024",
    "cpp_end_date": "10/06/2024",
    "initial_category_of_abuse": "a) Neglect",
    "latest_category_of_abuse": "d) Emotional abuse",
    "number_of_previous_cpp": 1,
    "latest_review_date": "01/05/2024",
    "last_statutory_visit_date": "02/05/2024",
    "care_start_date": "01/04/2024",
    "care_end_date": "",
    "care_end_reason": "",
    "category_of_need": "N1 - Abuse or neglect",
    "uasc_12_months": "b) No",
    "uasc_or_former": "b) No",
    "legal_status": "C2: FCO",
    "legal_status_start_date": "01/04/2024",
    "permanence_plan": "f) Long-term fostering",
    "placement_start_date": "01/04/2024",
    "placement_type": "f) U6: Foster placement - not FFA",
    "placement_provider": "b) PR1: Own provision",
    "placement_postcode": "ZZ1 1ZZ",
    "placement_urn": "SC000001",
    "placement_location": "a) In",
    "placement_la": "Camden",
    "number_of_placements_12_months": 1,
    "number_of_missing_episodes_12_months": 0,
    "number_of_absent_episodes_12_months": 0,
    "repeat_period_12_months": "b) No",
    "eligibility": "b) Former relevant child",
    "in_touch": "a) Yes",
    "accommodation_type": "U: Independent living",
    "accommodation_suitability": "a) Suitable",
    "activity": "F1: Full time in higher education",
    "latest_contact_date": "01/06/2024",
    "adoption_decision_date": "01/02/2024",
    "placement_order_date": "01/03/2024",
    "match_date": "01/04/2024",
    "placed_for_adoption_date": "02/04/2024",
    "adoption_order_date": "",
    "adoption_reversed_date": "",
    "adoption_reversed_reason": "",
}


def headings(number: int) -> list[str]:
    return [column.heading for column in lists()[number].columns]


def row(number: int, **values: Any) -> list[Any]:
    """A good row of a list, with some values changed by canonical name."""
    names = [column.name for column in lists()[number].columns]
    unknown = set(values) - set(names)
    assert not unknown, unknown
    return [values.get(name, GOOD.get(name, "")) for name in names]


def list_rows(number: int, *rows: Sequence[Any], title: bool = True) -> list[Sequence[Any]]:
    """A whole sheet of a list as the template lays it out."""
    return [*([[lists()[number].title]] if title else []), headings(number), *rows]


def save(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], **options: Any) -> Path:
    """An .xlsx with these sheets; dates become true dates."""
    options = {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": False} | options
    with xlsxwriter.Workbook(str(path), options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                for place, cell in enumerate(cells):
                    if cell != "" and cell is not None:
                        sheet.write(number, place, cell)
    return path


@dataclass
class Read:
    """What reading a file gave."""

    file: AnnexAFile
    tables: dict[str, pl.DataFrame]
    issues: list[Issue]
    accounts: list[SheetAccount]
    matching: Matching

    def codes(self) -> list[str]:
        return [issue.code for issue in self.issues]

    def one(self, code: str) -> Issue:
        found = [issue for issue in self.issues if issue.code == code]
        assert len(found) == 1, (code, self.issues)
        return found[0]


def read(path: Path, name: str | None = None, as_at: date = AS_AT, mappings: Mappings | None = None) -> Read:
    file = open_annex_a(path, name or path.name, mappings)
    assert file is not None
    log = IssueLog()
    context = ReadContext(as_at, log, Matching(), [], mappings)
    tables: dict[str, pl.DataFrame] = {}
    for batch in file.read(context):
        assert not tables
        tables = batch
    for account in context.accounts:
        assert account.rows_in == account.loaded + account.duplicate + account.set_aside
        assert sum(account.reasons.values()) == account.duplicate + account.set_aside
    return Read(file, tables, log.issues(), context.accounts, context.matching)


def read_list(path: Path, number: int, *rows: Sequence[Any], **options: Any) -> Read:
    """One list, read. Rows start at row 3, under the title and the headings."""
    return read(save(path / "annex_a.xlsx", {f"List_{number}": list_rows(number, *rows)}), **options)
