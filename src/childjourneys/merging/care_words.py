"""What the columns of the SSDA903 return are called there, for findings about rows of several years."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from childjourneys.issues import Issue

HEADINGS = {
    "episode_start_date": "DECOM", "reason_new_episode": "RNE", "legal_status": "LS",
    "category_of_need": "CIN", "placement_type": "PLACE", "placement_provider": "PLACE_PROVIDER",
    "episode_end_date": "DEC", "reason_episode_ceased": "REC", "reason_place_change": "REASON_PLACE_CHANGE",
    "home_postcode": "HOME_POST", "placement_postcode": "PL_POST", "placement_urn": "URN",
    "placement_la": "PL_LA", "placement_location": "PL_LOCATION", "placement_distance_miles": "PL_DISTANCE",
    "review_date": "REVIEW", "review_participation": "REVIEW_CODE", "uasc_ceased_date": "DUC",
    "missing_type": "MISSING", "missing_start_date": "MIS_START", "missing_end_date": "MIS_END",
    "should_be_placed_date": "DATE_PLACED", "should_be_placed_reversed_date": "DATE_PLACED_CEASED",
    "should_be_placed_reversed_reason": "REASON_PLACED_CEASED", "social_worker_id": "SW_ID",
    "sw_start_date": "SW_DECOM", "sw_end_date": "SW_DEC", "sw_reason": "SW_REASON",
    "dolo_start_date": "DOLO_START", "dolo_end_date": "DOLO_END", "birth_date": "DOB", "sex": "SEX",
    "ethnicity": "ETHNIC", "upn": "UPN",
}  # fmt: skip


def warnings_at(
    rows: pl.DataFrame, code: str, what: str, expected: str, to_do: str, column: str = ""
) -> list[Issue]:
    """The same warning at each of the rows, in order of their places. `rows` has file, sheet and row."""
    places: Iterable[tuple[str, str, int]] = (
        rows.select_seq("file", "sheet", "row").sort("file", "sheet", "row").iter_rows()
    )
    name = HEADINGS.get(column, column)
    return [
        Issue("warning", code, file=file, sheet=sheet, row=row, column=name, what=what, expected=expected,
              to_do=to_do)
        for file, sheet, row in places
    ]  # fmt: skip
