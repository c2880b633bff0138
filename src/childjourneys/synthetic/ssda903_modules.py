"""The SSDA903 return of a year: its modules out of the truth, in the headings and codes of that year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from childjourneys.synthetic.ssda903_episodes import care_episodes
from childjourneys.synthetic.truth import World

SEX_FROM, SUPPORTED_FROM, WORKERS_FROM = 2025, 2025, 2024
_SGO_BY_CARER_FROM, _APPRENTICES_FROM = 2019, 2022
_SCHOOL_AGE_FROM = 4
_PERMANENCE_FROM = date(2016, 4, 1)
_SHORT_BREAKS = ("V3", "V4")
_SEX = {"M": "1", "F": "2"}
_OLDER_REC = {"E45": "E43", "E46": "E43", "E47": "E44", "E48": "E44"}
_OLDER_ACTIVITY = {"F4": "F3", "F5": "F3", "P4": "P3", "P5": "P3"}
_NOT_INSPECTED = "XXXXXXX"
Modules = dict[str, pl.DataFrame]


def ssda903_of(world: World, year: int) -> Modules:
    """The modules by name; dates as dates, all else as text. `year` is the one that ends on 31 March."""
    return modules_of(world, year, care_episodes(world))


def modules_of(world: World, year: int, episodes: pl.DataFrame) -> Modules:
    """The same out of the episodes of all years, `care_episodes(world)`."""
    return _Return(world, year, episodes).modules()


def write_ssda903(world: World, returns: Path, years: range | None = None) -> None:
    """Write `ssda903_<year>/<module>.csv` below a folder, for every collection year of the world."""
    episodes = care_episodes(world)
    for year in years or collection_years(world):
        folder = returns / folder_name(year)
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in modules_of(world, year, episodes).items():
            write_module(frame, folder / f"{name}.csv")


def collection_years(world: World) -> range:
    return range(world.plan.years[0], world.plan.years[1] + 1)


def folder_name(year: int) -> str:
    return f"ssda903_{year}"


def write_module(frame: pl.DataFrame, path: Path) -> None:
    frame.write_csv(path, date_format="%d/%m/%Y")


@dataclass(frozen=True)
class _Return:
    """One year of a world; `episodes` are those of all years."""

    world: World
    year: int
    episodes: pl.DataFrame

    @property
    def start(self) -> date:
        return date(self.year - 1, 4, 1)

    @property
    def end(self) -> date:
        return date(self.year, 3, 31)

    def modules(self) -> Modules:
        episodes = self._running(self.episodes, "DECOM", "DEC")
        in_care = episodes.filter(pl.col("care_id").is_not_null())
        periods = in_care.select("care_id", child_id="CHILD").unique()
        modules: Modules = {
            "Episodes": self._episodes(episodes),
            "Reviews": self._reviews(),
            "UASC": self._uasc(periods),
            "OC2": self._oc2(),
            "OC3": self._leavers(),
            "AD1": self._adopted(),
            "PlacedAdoption": self._decisions(periods),
            "PrevPerm": self._previous_permanence(periods),
            "Missing": self._missing(),
        }
        if self.year >= WORKERS_FROM:
            modules["SWEpisodes"] = self._workers()
        children = pl.concat([frame.select("CHILD") for frame in modules.values()]).unique().sort("CHILD")
        header = self._header(children, in_care.select("CHILD").unique())
        return {"Header": header, **modules}

    def _running(self, frame: pl.DataFrame, start: str, end: str, *more: str) -> pl.DataFrame:
        """Records that ran in the year; of the end, and what goes with it, only what the year saw."""
        begun = pl.col(start) <= self.end
        frame = frame.filter(begun & (pl.col(end).is_null() | (pl.col(end) >= self.start)))
        seen = (pl.col(end) <= self.end).fill_null(False)
        return frame.with_columns(pl.when(seen).then(pl.col(name)) for name in (*more, end))

    def _during(self, frame: pl.DataFrame, day: str) -> pl.DataFrame:
        return frame.filter(pl.col(day).is_between(self.start, self.end))

    def _with_birth(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.join(self._children(), on="child_id", how="left").rename({"child_id": "CHILD"})

    def _children(self) -> pl.DataFrame:
        sex = pl.col("sex")
        sex = sex if self.year >= SEX_FROM else sex.replace_strict(_SEX, default=None, return_dtype=pl.String)
        return self.world.children.select("child_id", DOB="birth_date", SEX=sex)

    def _header(self, children: pl.DataFrame, in_care: pl.DataFrame) -> pl.DataFrame:
        """`MOTHER` is asked of girls and young women who were looked after in the year."""
        fourth = pl.col("birth_date").dt.offset_by(f"{_SCHOOL_AGE_FROM}y") <= self.end
        upn = pl.when(~fourth).then(pl.lit("UN1")).otherwise(pl.coalesce("no_upn", "upn", pl.lit("UN2")))
        born = self.world.mothers.filter(pl.col("born_date") <= self.end).select(
            "child_id", MC_DOB="born_date"
        )
        rows = children.join(self.world.children, left_on="CHILD", right_on="child_id").join(
            born, left_on="CHILD", right_on="child_id", how="left"
        )
        asked = (pl.col("sex") == "F") & pl.col("CHILD").is_in(in_care["CHILD"].implode())
        mother = pl.when(pl.col("MC_DOB").is_not_null()).then(pl.lit("1")).otherwise(pl.lit("0"))
        known = self._children().select(CHILD="child_id", SEX="SEX")
        return rows.join(known, on="CHILD").sort("CHILD").select(
            "CHILD", "SEX", DOB="birth_date", ETHNIC="ethnicity", UPN=upn, MOTHER=pl.when(asked).then(mother),
            MC_DOB=pl.when(asked).then("MC_DOB"),
        )  # fmt: skip

    def _episodes(self, episodes: pl.DataFrame) -> pl.DataFrame:
        seen = pl.col("DEC").is_not_null()
        place, rec, urn = pl.col("PLACE"), pl.col("REC"), pl.col("URN")
        if self.year >= SUPPORTED_FROM:
            urn = pl.when(place == "H5").then(pl.coalesce(urn, pl.lit(_NOT_INSPECTED))).otherwise(urn)
            place = place.replace("H5", "K3")
        else:
            place = place.replace("K3", "H5")
        if self.year < _SGO_BY_CARER_FROM:
            rec = rec.replace(_OLDER_REC)
        return episodes.select(
            "CHILD", "DECOM", "RNE", "LS", "CIN", "DEC", "HOME_POST", "PL_POST", PLACE=place, URN=urn,
            PLACE_PROVIDER="PLACE_PROVIDER", REC=pl.when(seen).then(rec),
            REASON_PLACE_CHANGE=pl.when(seen).then("REASON_PLACE_CHANGE"),
        ).select(
            "CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC",
            "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN",
        )  # fmt: skip

    def _reviews(self) -> pl.DataFrame:
        rows = self._with_birth(self._during(self.world.lac_reviews, "review_date"))
        return rows.sort("CHILD", "review_date").select(
            "CHILD", "DOB", REVIEW="review_date", REVIEW_CODE="participation"
        )

    def _uasc(self, periods: pl.DataFrame) -> pl.DataFrame:
        rows = self.world.uasc.join(periods, on="care_id", how="semi")
        rows = self._with_birth(self._running(rows, "start_date", "end_date"))
        rows = rows.sort("CHILD", "start_date").unique("CHILD", keep="last", maintain_order=True)
        return rows.select("CHILD", "SEX", "DOB", DUC="end_date")

    def _oc2(self) -> pl.DataFrame:
        rows = self._with_birth(self.world.oc2.filter(pl.col("as_at") == self.end)).sort("CHILD")
        flags = ("convicted", "health_check", "immunisations", "teeth_check", "health_assessment",
                 "substance_misuse", "intervention_received", "intervention_offered")  # fmt: skip
        return rows.select(
            "CHILD", "DOB", SDQ_SCORE=pl.col("sdq_score").cast(pl.String), SDQ_REASON="sdq_reason",
            **{name.upper(): pl.col(name).cast(pl.Int8).cast(pl.String) for name in flags},
        )  # fmt: skip

    def _leavers(self) -> pl.DataFrame:
        rows = self._during(self.world.leaver_contacts, "contact_date").filter(pl.col("age") <= 21)
        rows = self._with_birth(rows).sort("CHILD")
        activity = pl.col("activity")
        if self.year < _APPRENTICES_FROM:
            activity = activity.replace(_OLDER_ACTIVITY)
        home = pl.concat_str("accommodation", pl.col("suitability").fill_null(""))
        return rows.select("CHILD", "DOB", IN_TOUCH="in_touch", ACTIV=activity, ACCOM=home)

    def _adopted(self) -> pl.DataFrame:
        rows = self._during(self.world.adopters, "order_date").join(
            self.world.adoptions.select("adoption_id", "decision_date", "match_date"), on="adoption_id"
        )
        return self._with_birth(rows).sort("CHILD").select(
            "CHILD", "DOB", DATE_INT="decision_date", DATE_MATCH="match_date", FOSTER_CARE="foster_carer",
            NB_ADOPTR="number", SEX_ADOPTR="sex", LS_ADOPTR="legal_status",
        )  # fmt: skip

    def _decisions(self, periods: pl.DataFrame) -> pl.DataFrame:
        rows = self.world.adoptions.join(periods, on="care_id", how="semi")
        rows = self._running(rows, "decision_date", "reversed_date", "reversed_reason")
        return self._with_birth(rows).sort("CHILD", "decision_date").select(
            "CHILD", "DOB", DATE_PLACED="decision_date", DATE_PLACED_CEASED="reversed_date",
            REASON_PLACED_CEASED="reversed_reason",
        )  # fmt: skip

    def _previous_permanence(self, periods: pl.DataFrame) -> pl.DataFrame:
        rows = self.world.previous_permanence.join(periods, on="care_id", how="semi")
        rows = self._with_birth(rows.filter(pl.col("start_date") >= _PERMANENCE_FROM))
        rows = rows.sort("CHILD", "start_date").unique("CHILD", keep="last", maintain_order=True)
        return rows.select(
            "CHILD", "DOB", PREV_PERM="permanence", LA_PERM="permanence_la",
            DATE_PERM=pl.col("permanence_date").dt.strftime("%d/%m/%Y"),
        )  # fmt: skip

    def _missing(self) -> pl.DataFrame:
        rows = self._with_birth(self._running(self.world.missing, "start_date", "end_date"))
        return rows.sort("CHILD", "start_date").select(
            "CHILD", "DOB", MISSING="missing_type", MIS_START="start_date", MIS_END="end_date"
        )

    def _workers(self) -> pl.DataFrame:
        rows = self._with_birth(self._running(self.world.social_workers, "start_date", "end_date"))
        return rows.sort("CHILD", "start_date").select(
            "CHILD", "DOB", SW_ID="social_worker", SW_DECOM="start_date", SW_DEC="end_date",
            SW_REASON="reason",
        )  # fmt: skip
