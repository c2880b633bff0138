"""The merge kernel: from the reports of some children to one account of each, with what was doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from childjourneys.issues import Issue
from childjourneys.merging import rules
from childjourneys.merging.absence import close_absent
from childjourneys.merging.brought import BROUGHT, one_per_child
from childjourneys.merging.care_modules import with_contradictions
from childjourneys.merging.children import merge_children, with_deciles, with_families
from childjourneys.merging.conflicts import contradictions, ends_taken_back
from childjourneys.merging.facts import CHILD, Merged, MergeRule, merge
from childjourneys.merging.identity import identified, resolve, spellings_of
from childjourneys.merging.looked_after import looked_after
from childjourneys.merging.near import near_misses
from childjourneys.merging.precedence import LoadedReturn, ranks
from childjourneys.merging.shaping import adopt_referral, need_rows, row_schema, shaped
from childjourneys.tables import REPORTED
from childjourneys.tables.derived import issue_frame
from childjourneys.tables.links import LINKS

Tables = dict[str, pl.DataFrame]
COUNT_SCHEMA = {"table": pl.String, "reports": pl.Int64, "facts": pl.Int64}
# A row of a child. The place alone is not enough: a file may be written on one line.
ROW = (*CHILD, "file", "sheet", "row")
PARENT = [*CHILD, "parent_file", "parent_row"]


@dataclass(frozen=True)
class MergeKernel:
    """Merges the staged rows of one bucket of children. Picklable; needs only what it is given."""

    returns: tuple[LoadedReturn, ...]

    def __call__(self, staged: Tables) -> Tables:
        """Canonical tables of the bucket's children; `issues`, and `counts` of reports and facts by table.

        Args:
            staged: reported tables with the columns of `identity.STAGED` in place of child_id; `child` also
                has birth_key. A table nobody reported may be missing.
        """
        staged = {name: staged[name] for name in (*REPORTED, *LINKS) if name in staged}
        ranked = {name: _ranked(frame, self.returns) for name, frame in staged.items()}
        issues: list[Issue] = []
        if any(frame["zeros"].max() for frame in ranked.values()):
            identity, issues = resolve(spellings_of(ranked.values()))
            rows = {name: identified(frame, identity) for name, frame in ranked.items()}
        else:
            rows = {
                name: frame.drop("stem", "zeros").rename({"child_key": "child_id"})
                for name, frame in ranked.items()
            }
        merger = _Merger(self.returns, rows, issues)
        tables = merger.run()
        counts = pl.DataFrame(merger.counts, schema=COUNT_SCHEMA, orient="row")
        return tables | {"issues": issue_frame(merger.issues), "counts": counts}


@dataclass(frozen=True)
class Links:
    """Which episode each CINdetails record became, by the child and the place of the record.

    A file written on one line has all its records in one place: the referral date that a nested record
    carries then tells the episodes apart (`exact`); `first` is for a record whose own date matches none.
    """

    exact: pl.DataFrame
    first: pl.DataFrame


class _Merger:
    def __init__(self, returns: Sequence[LoadedReturn], rows: Tables, issues: list[Issue]) -> None:
        self.returns = returns
        self.links = {name: rows.pop(name) for name in LINKS if name in rows}
        self.rows = rows
        self.issues = issues
        self.counts: list[tuple[str, int, int]] = []
        marks = rows.get("mark", pl.DataFrame(schema=row_schema(MergeRule(REPORTED["mark"], ()))))
        self.marked = marks.select_seq(*ROW, "start", _marked=pl.col("event")).unique()

    def run(self) -> Tables:
        children = merge_children(self.rows)
        described = with_families(children, self.links.get("family"), self.issues)
        tables: Tables = {"child": with_deciles(described, self.links.get("deprivation"), self.issues)}
        for name, given in self.links.items():
            # Links are counted, and of deciles the children: two for one child are one child's.
            given = given.unique(CHILD) if name == "deprivation" else given
            known = given.join(children, on=CHILD, how="semi")
            self.counts.append((name, given.height, known.height))
            if name == "person_link":
                tables[name] = known.select(*CHILD, "person_id", "file", "sheet", "row").sort(pl.all())
            elif name in BROUGHT:
                tables[name] = one_per_child(name, known, self.issues)
        need, links = self._need()
        tables["need_episode"] = need
        tables["contact"] = self._plain(rules.CONTACT)
        tables["early_help_assessment"] = self._ending(
            rules.EARLY_HELP, "end_date", "early_help_assessment_end"
        )
        tables["assessment"] = self._nested(self._assessments(), links)
        tables["s47_enquiry"] = self._nested(self._enquiries(), links)
        tables["icpc"] = self._nested(self._plain(rules.ICPC), links)
        tables["cin_plan"] = self._nested(
            self._open_ended(rules.CIN_PLAN, "cin_end", None, "child in need plan"), links
        )
        tables["cp_plan"] = self._nested(
            self._open_ended(rules.CP_PLAN, "cpp_end", 7, "child protection plan"), links
        )
        tables["cp_review"] = self._nested(self._reviews(), links)
        care = looked_after(
            self.rows,
            self.returns,
            children,
            periods=self._open_ended(rules.PERIOD_OF_CARE, "lac_end", 8, "period of care"),
            placements=self._placements(),
            reviews=self._list8_reviews(),
        )
        self.counts += care.counts
        self.issues += care.issues
        marks = care.tables.pop("mark")
        tables |= care.tables
        tables["adoption"], differing = with_contradictions(
            self._plain(rules.ADOPTION), tables["placed_decision"], tables["period_of_care"]
        )
        self.issues += differing
        tables["care_leaver"] = self._plain(rules.CARE_LEAVER)
        tables["mark"] = self._marks(tables, marks)
        return tables

    def _reported(self, rule: MergeRule, end: str | None = None) -> pl.DataFrame:
        """The rows of a table with its flag columns; `end_unused` says that the row's end was marked."""
        frame = self.rows.get(rule.table.name)
        if frame is None:
            frame = pl.DataFrame(schema=row_schema(rule))
        if not end or "end_unused" not in rule.flags:
            return frame
        if self.marked.is_empty():
            return frame.with_columns_seq(end_unused=pl.lit(False))
        unused = self.marked.filter(pl.col("_marked").str.contains(end, literal=True))
        return frame.join(
            unused.rename({"start": rule.key[0]}),
            on=[*ROW, rule.key[0]],
            how="left",
            maintain_order="left",
        ).with_columns_seq(end_unused=pl.col("_marked").is_not_null())

    def _merge(self, rows: pl.DataFrame, rule: MergeRule) -> Merged:
        merged = merge(rows, rule)
        if rule.table.name in REPORTED:
            self.counts.append((rule.table.name, rows.height, merged.facts.height))
        return merged

    def _plain(self, rule: MergeRule) -> pl.DataFrame:
        merged = self._merge(self._reported(rule), rule)
        self.issues += contradictions(merged, rule)
        return merged.facts

    def _ending(self, rule: MergeRule, end: str, event: str) -> pl.DataFrame:
        merged = self._merge(self._reported(rule, event), rule)
        self.issues += contradictions(merged, rule)
        self.issues += ends_taken_back(merged, end, rule.table.name.replace("_", " "))
        return merged.facts.with_columns_seq(_unused(end))

    def _open_ended(self, rule: MergeRule, event: str, annex_list: int | None, what: str) -> pl.DataFrame:
        """Plans and periods: a later return's silence makes their end unknown."""
        merged = self._merge(self._reported(rule, event), rule)
        self.issues += contradictions(merged, rule)
        self.issues += ends_taken_back(merged, "end_date", what)
        self._near(merged, "start_date", what)
        facts, issues = close_absent(
            merged.facts.with_columns_seq(_unused("end_date")),
            merged.reports,
            start="start_date",
            end="end_date",
            returns=self.returns,
            annex_list=annex_list,
            open_cases=~pl.col("end_unused"),
            what=what,
        )
        self.issues += issues
        return facts

    def _need(self) -> tuple[pl.DataFrame, Links]:
        """Need episodes with their referrals, and which episode each CINdetails record became."""
        rule = rules.NEED
        rows = need_rows(self._reported(rule, "case_closed"), self.rows.get("referral"))
        merged = self._merge(rows, rule)
        self.issues += contradictions(merged, rule)
        is_episode = pl.col("episode_start_date").is_not_null()
        self.issues += ends_taken_back(merged, "closure_date", "need episode", is_episode)
        self._near(merged, "referral_date", "referral")
        facts, issues = close_absent(
            merged.facts.with_columns_seq(_unused("closure_date")),
            merged.reports.filter(is_episode),
            start="referral_date",
            end="closure_date",
            returns=self.returns,
            annex_list=6,
            open_cases=pl.col("episode_start_date").is_not_null()
            & ~pl.col("nfa").fill_null(False)
            & ~pl.col("end_unused"),
            what="need episode",
        )
        self.issues += issues
        again = pl.col("occurrence")
        text = pl.col("referral_date").dt.to_string("%Y-%m-%d")
        facts = facts.with_columns_seq(
            episode_id=pl.when(again > 0).then(text + "#" + (again + 1).cast(pl.String)).otherwise(text)
        )
        places = (
            merged.reports.filter(pl.col("source") == "cin_census")
            .select_seq("fact", *CHILD, "referral_date", parent_file="file", parent_row="row")
            .join(facts.select_seq("fact", "episode_id"), on="fact")
            .drop("fact")
        )
        exact = places.unique([*PARENT, "referral_date"], keep="first", maintain_order=True)
        first = places.unique(PARENT, keep="first", maintain_order=True).drop("referral_date")
        return facts, Links(exact, first)

    def _assessments(self) -> pl.DataFrame:
        rule = rules.ASSESSMENT
        rows = self._reported(rule, "assessment_authorised").with_columns_seq(
            in_census=pl.col("source") == "cin_census"
        )
        merged = self._merge(adopt_referral(rows), rule)
        self.issues += contradictions(merged, rule)
        self.issues += ends_taken_back(merged, "authorised_date", "assessment")
        return merged.facts.with_columns_seq(_unused("authorised_date"))

    def _enquiries(self) -> pl.DataFrame:
        merged = self._merge(self._reported(rules.S47), rules.S47)
        self.issues += contradictions(merged, rules.S47)
        self._near(merged, "start_date", "section 47 enquiry")
        return merged.facts

    def _reviews(self) -> pl.DataFrame:
        """Reviews of the census, and the latest review that each row of list 7 names."""
        rule = rules.CP_REVIEW
        rows = self._reported(rule)
        plans = self.rows.get("cp_plan")
        if plans is not None:
            latest = plans.filter(pl.col("latest_review_date").is_not_null()).with_columns_seq(
                review_date=pl.col("latest_review_date"), cpp_start_date=pl.col("start_date")
            )
            rows = pl.concat([shaped(rows, rule), shaped(latest, rule)])
        return self._merge(rows, rule).facts

    def _list8_reviews(self) -> pl.DataFrame:
        rule = rules.LAC_REVIEWS
        rows = pl.DataFrame(schema=row_schema(rule))
        periods = self.rows.get("period_of_care")
        if periods is not None:
            same = [name for name in rows.columns if name not in ("review_date", "participation")]
            rows = periods.filter(pl.col("latest_review_date").is_not_null()).select_seq(
                *same, review_date="latest_review_date", participation=pl.lit(None, dtype=pl.String)
            )
        return self._merge(rows, rule).facts

    def _placements(self) -> pl.DataFrame:
        """The latest placement of each row of list 8; it ends with the period of care."""
        rule = rules.PLACEMENTS
        rows = pl.DataFrame(schema=row_schema(rule))
        periods = self.rows.get("period_of_care")
        if periods is not None:
            same = [name for name in rows.columns if name in periods.columns and name != "start_date"]
            rows = (
                self._reported(rules.PERIOD_OF_CARE, "lac_end")
                .filter(pl.col("placement_start_date").is_not_null())
                .select_seq(
                    *same, "end_unused", start_date="placement_start_date", care_start_date="start_date"
                )
            )
        merged = self._merge(rows, rule)
        facts, _ = close_absent(
            merged.facts.with_columns_seq(_unused("end_date")),
            merged.reports,
            start="start_date",
            end="end_date",
            returns=self.returns,
            annex_list=8,
            open_cases=~pl.col("end_unused"),
            what="placement",
        )
        seen = merged.reports.group_by("fact").agg(seen=pl.col("as_at").max())
        return facts.join(seen, on="fact", how="left", maintain_order="left")

    def _nested(self, facts: pl.DataFrame, links: Links) -> pl.DataFrame:
        """Adds the episode a record is nested in; blank where the return has no nesting."""
        if links.exact.is_empty():
            return facts.with_columns_seq(episode_id=pl.lit(None, dtype=pl.String))
        return (
            facts.join(links.exact, on=[*PARENT, "referral_date"], how="left", maintain_order="left")
            .join(links.first, on=PARENT, how="left", maintain_order="left", suffix="_first")
            .with_columns_seq(pl.coalesce("episode_id", "episode_id_first"))
            .drop("episode_id_first")
        )

    def _near(self, merged: Merged, date: str, what: str) -> None:
        if len({r.number for r in self.returns}) < 2 or merged.facts.is_empty():
            return
        by_fact = (
            merged.reports.sort("fact", "fact_rank", maintain_order=True)
            .group_by("fact", maintain_order=True)
            .agg(n_returns=pl.col("return_no").n_unique(), return_no=pl.col("return_no").first(),
                 as_at=pl.col("as_at").first())
        )  # fmt: skip
        self.issues += near_misses(merged.facts.join(by_fact, on="fact"), date, what)

    def _marks(self, tables: Tables, of_care: pl.DataFrame) -> pl.DataFrame:
        """Marks that no other return made up for; `of_care`, those of SSDA903, in place of what was told."""
        marks = self.rows.get("mark")
        if marks is None:
            return pl.DataFrame(schema={**row_schema(MergeRule(REPORTED["mark"], ()))})
        if of_care.height or (marks["source"] == "ssda903").any():
            others = marks.filter(pl.col("source") != "ssda903")
            marks = pl.concat([others, of_care.select(marks.columns)])
        known = {
            "case_closed": ("need_episode", "referral_date", "closure_date"),
            "assessment_authorised": ("assessment", "start_date", "authorised_date"),
            "early_help_assessment_end": ("early_help_assessment", "start_date", "end_date"),
            "cin_end": ("cin_plan", "start_date", "end_date"),
            "cpp_end": ("cp_plan", "start_date", "end_date"),
            "lac_end": ("period_of_care", "start_date", "end_date"),
            "missing_end": ("missing", "start_date", "end_date"),
            "adoption_reversed": ("placed_decision", "decision_date", "reversed_date"),
        }
        for event, (table, start, end) in known.items():
            ended = (
                tables[table]
                .filter(
                    pl.col(end).is_not_null(),
                    pl.col("open") != "unknown" if "open" in tables[table].columns else True,
                )
                .select_seq(*CHILD, start=pl.col(start))
                .unique()
            )
            made_up = (
                marks.with_row_index("_i")
                .filter(pl.col("start").is_not_null(), pl.col("event").str.split("|").list.contains(event))
                .join(ended, on=[*CHILD, "start"], how="semi")["_i"]
            )
            if made_up.len():
                keep = ~pl.Series(range(marks.height)).is_in(made_up.implode())
                marks = marks.filter(keep)
        return marks


def _unused(end: str) -> pl.Expr:
    """An end that one return could not give readably is no loss when another gives it."""
    return (pl.col("end_unused") & pl.col(end).is_null()).alias("end_unused")


def _ranked(frame: pl.DataFrame, returns: Sequence[LoadedReturn]) -> pl.DataFrame:
    """The rows with the date and the ranks of their return."""
    rank = ranks(returns)
    if rank.height == 1:
        return frame.with_columns_seq(
            pl.lit(rank[name].item(), rank.schema[name]).alias(name) for name in rank.columns
        )
    return frame.join(rank, on="return_no", how="left", maintain_order="left")
