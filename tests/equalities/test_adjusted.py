"""Adjusted contrasts: planted truth, an independent fit, clusters, and what can't be told.

Tests over replicates are one seeded draw each. Means are allowed 4.5 standard errors, so a test fails by
chance less than once in 100,000 draws; the bounds on misses of 95% intervals are said where they stand.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from scipy import optimize
from typer.testing import CliRunner

from childjourneys import measuring, pipeline
from childjourneys.archetypes.library import library
from childjourneys.cli import build_app
from childjourneys.cli.values import parse_names
from childjourneys.domain.proportions import proportion
from childjourneys.equalities import logistic
from childjourneys.equalities.adjusted import adjusted_table
from childjourneys.equalities.anchor_rows import CONTRASTS, DECILE, ROWS
from childjourneys.equalities.logistic import CannotTell, Fitted, fit
from childjourneys.issues import UsageError
from childjourneys.pipeline import Settings, build_journeys, ingest
from childjourneys.synthetic import Plan, simulate, write_example
from childjourneys.tables import DERIVED
from childjourneys.workspace.store import TableStore

Floats = npt.NDArray[np.float64]
ID = "re_referral_12m_after_closure"
REPLICATES = 200
EACH = 1200
# Of 200 intervals at 95% about 10 miss; 24 or more do so once in 10,000 draws.
MOST_MISSES = 23


def texts(values: Any) -> npt.NDArray[np.str_]:
    return np.asarray(values).astype(str)


def expit(value: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-value)))


def drawn(
    random: np.random.Generator, effect: float, *, need_of_b: float, need_of_a: float
) -> tuple[Fitted, Floats, Floats]:
    """Two groups of 1,200, the need of each anchor, and a match by a logistic truth; fitted."""
    group = np.repeat(["a", "b"], EACH)
    need = random.random(2 * EACH) < np.where(group == "b", need_of_b, need_of_a)
    logit = np.log(0.1 / 0.9) + need * np.log((0.4 / 0.6) / (0.1 / 0.9)) + effect * (group == "b")
    match = random.random(2 * EACH) < expit(logit)
    found = fit(match, group, {"need": texts(need)}, texts(np.arange(2 * EACH)), "a")
    return found, need.astype(float), match.astype(float)


def test_what_need_explains_is_gone_and_nothing_else_is_left() -> None:
    """Rates of 0.1 and 0.4 by need; needs of 1/6 and 5/12 give 0.15 and 0.225: 1.5 raw, and 1.0 adjusted."""
    random = np.random.default_rng(11)
    raw, adjusted, missed = [], [], 0
    for _ in range(REPLICATES):
        found, _, match = drawn(random, 0.0, need_of_a=1 / 6, need_of_b=5 / 12)
        one = found.contrasts["b"]
        raw.append(match[EACH:].mean() / match[:EACH].mean())
        adjusted.append(one.ratio)
        missed += not one.ratio_low <= 1 <= one.ratio_high
        assert (one.ratio > 1) == (one.difference > 0)
    for values, truth in ((raw, 1.5), (adjusted, 1.0)):
        logs = np.log(values)
        assert abs(logs.mean() - np.log(truth)) < 4.5 * logs.std(ddof=1) / np.sqrt(REPLICATES) + 0.002
    assert missed <= MOST_MISSES


def test_a_difference_that_need_does_not_explain_stays() -> None:
    """The truth is the group's own mean rate over what the reference's would be with the group's needs."""
    random = np.random.default_rng(12)
    effect, errors, missed, missed_difference = 0.6, [], 0, 0
    for _ in range(REPLICATES):
        found, need, _ = drawn(random, effect, need_of_a=0.5, need_of_b=0.2)
        one = found.contrasts["b"]
        logit = np.log(0.1 / 0.9) + need[EACH:] * np.log((0.4 / 0.6) / (0.1 / 0.9))
        here, there = expit(logit + effect).mean(), expit(logit).mean()
        errors.append(np.log(one.ratio / (here / there)))
        missed += not one.ratio_low <= here / there <= one.ratio_high
        missed_difference += not one.difference_low <= here - there <= one.difference_high
    mean, spread = np.mean(errors), np.std(errors, ddof=1)
    assert abs(mean) < 4.5 * spread / np.sqrt(REPLICATES) + 0.002
    assert max(missed, missed_difference) <= MOST_MISSES
    # Intervals that are far too wide miss nothing: 2 or fewer of 200 happen once in 400 draws for each,
    # so this asks for the width instead: half of it on the logarithm is about two standard errors.
    assert np.log(one.ratio_high / one.ratio) == pytest.approx(1.96 * spread, rel=0.25)


def independent(
    match: Floats, design: Floats, clusters: npt.NDArray[np.int64], own: npt.NDArray[np.bool_]
) -> tuple[float, float]:
    """Ratio and standard error of its logarithm by another way: scipy's optimiser, derivatives by steps."""

    def loss(b: Floats) -> float:
        return float(np.logaddexp(0, design @ b).sum() - match @ (design @ b))

    def ratio(b: Floats) -> float:
        there = design[own].copy()
        there[:, 1] = 0
        return float(np.log(expit(design[own] @ b).mean() / expit(there @ b).mean()))

    start = np.zeros(design.shape[1])
    found = optimize.minimize(loss, start, jac=lambda b: design.T @ (expit(design @ b) - match), tol=1e-12).x
    p = expit(design @ found)
    bread = np.linalg.inv((design * (p * (1 - p))[:, None]).T @ design)
    scores = design * (match - p)[:, None]
    sums = np.array([scores[clusters == one].sum(axis=0) for one in np.unique(clusters)])
    n, k, many = *design.shape, len(sums)
    covariance = bread @ (sums.T @ sums) @ bread * many / (many - 1) * (n - 1) / (n - k)
    step = 1e-6 * np.eye(k)
    slope = np.array([(ratio(found + one) - ratio(found - one)) / 2e-6 for one in step])
    return float(np.exp(ratio(found))), float(np.sqrt(slope @ covariance @ slope))


def test_an_independent_fit_and_sandwich_agree() -> None:
    random = np.random.default_rng(13)
    n = 600
    group, age, need = (random.integers(0, size, n) for size in (2, 3, 4))
    clusters = random.integers(0, 200, n)
    logit = -1 + 0.5 * group + 0.4 * age - 0.3 * need + random.normal(0, 0.7, 200)[clusters]
    match = random.random(n) < expit(logit)
    details = {"age": texts(age), "need": texts(need)}
    one = fit(match, texts(group), details, texts(clusters), "0").contrasts["1"]
    columns = [np.ones(n), group == 1, *(age == k for k in (1, 2)), *(need == k for k in (1, 2, 3))]
    ratio, error = independent(
        match.astype(float), np.column_stack(columns).astype(float), clusters, group == 1
    )
    assert one.ratio == pytest.approx(ratio, rel=1e-5)
    assert np.log(one.ratio_high / one.ratio) == pytest.approx(1.959964 * error, rel=1e-3)
    assert np.log(one.ratio / one.ratio_low) == pytest.approx(1.959964 * error, rel=1e-3)


def test_without_details_it_is_the_plain_ratio_with_the_plain_interval() -> None:
    """40 of 200 beside 30 of 300: Katz's interval is that of the delta method, but for the correction."""
    match = np.repeat([True, False, True, False], [40, 160, 30, 270])
    group = np.repeat(["b", "a"], [200, 300])
    noise = texts(np.random.default_rng(1).integers(0, 2, 500))
    fitted = fit(match, group, {"noise": noise}, texts(np.arange(500)), "a")
    assert fitted.used == ("noise",)
    plain = fit(match, group, {}, texts(np.arange(500)), "a").contrasts["b"]
    assert plain.ratio == pytest.approx(2.0) and plain.difference == pytest.approx(0.1)
    half = 1.959964 * np.sqrt(1 / 40 - 1 / 200 + 1 / 30 - 1 / 300)
    assert np.log(plain.ratio_high / 2) == pytest.approx(half, rel=0.01)


def test_a_child_told_four_times_is_one_child() -> None:
    match = np.repeat([True, False, True, False], [40, 160, 30, 270])
    group = np.repeat(["b", "a"], [200, 300])
    once = fit(match, group, {}, texts(np.arange(500)), "a").contrasts["b"]
    four = [np.repeat(one, 4) for one in (match, group, texts(np.arange(500)))]
    alike = fit(four[0], four[1], {}, four[2], "a").contrasts["b"]
    naive = fit(four[0], four[1], {}, texts(np.arange(2000)), "a").contrasts["b"]
    widths = [np.log(one.ratio_high / one.ratio_low) for one in (once, alike, naive)]
    assert widths[1] == pytest.approx(widths[0], rel=0.005)
    assert widths[1] == pytest.approx(2 * widths[2], rel=0.005)


def test_separation_and_too_many_details_are_not_answered() -> None:
    random = np.random.default_rng(5)
    group = np.repeat(["a", "b"], 300)
    match = random.random(600) < 0.3
    everyone = texts(np.arange(600))
    with pytest.raises(CannotTell, match="separation"):
        fit(np.where(group == "b", False, match), group, {}, everyone, "a")
    few = texts(np.arange(600) % 30) == "0"
    details = {str(k): texts(np.arange(600) // 30 % k > k // 3) for k in (2, 3, 4, 5)}
    with pytest.raises(CannotTell, match="too few"):
        fit(few, group, details, everyone, "a")
    with pytest.raises(CannotTell, match="told apart"):
        fit(match, group, {"same": group}, everyone, "a")


def test_small_levels_are_put_together_and_said_so() -> None:
    random = np.random.default_rng(6)
    group, match = np.repeat(["a", "b"], 400), random.random(800) < 0.3
    need = texts(random.integers(0, 2, 800))
    need[:6] = [f"rare {number}" for number in range(6)]
    found = fit(match, group, {"need": need, "one": texts(np.ones(800))}, texts(np.arange(800)), "a")
    assert found.used == ("need",) and found.pooled == ("need",)


def anchors(n: int, seed: int = 3, **changes: Any) -> pl.DataFrame:
    """Anchors of girls and boys; boys have more need, and need is all that matters."""
    random = np.random.default_rng(seed)
    boy = random.random(n) < 0.5
    need = random.random(n) < np.where(boy, 0.6, 0.2)
    columns: dict[str, Any] = {
        **dict.fromkeys((*CONTRASTS, "primary_need", DECILE), "not known"),
        "measure": ID, "la_code": "301", "cluster": [f"child {number}" for number in range(n)],
        "match": random.random(n) < np.where(need, 0.5, 0.2),
        "sex": np.where(boy, "M", "F"), "primary_need": np.where(need, "N1", "N4"),
        "age_group": random.choice(["1 to 4", "10 to 15"], n), **changes,
    }  # fmt: skip
    return pl.DataFrame(columns).select(pl.col(name).cast(kind) for name, kind in ROWS.items())


def context(rows: pl.DataFrame, reference: dict[str, str]) -> pl.DataFrame:
    """As context.csv, of the dimensions given."""
    frames = []
    for dimension, first in reference.items():
        counted = rows.group_by(group=dimension).agg(n=pl.len(), matches=pl.col("match").sum())
        frames.append(
            counted.with_columns(
                pl.lit(dimension).alias("dimension"), measure=pl.lit(ID), la_code=pl.lit("301"),
                reference_group=pl.when(pl.col("group") != first).then(pl.lit(first)),
                **proportion(pl.col("matches"), pl.col("n")),
            ).with_columns(ratio=pl.col("rate") / pl.col("rate").filter(group=first).first(),
                           ratio_low=pl.lit(0.5), ratio_high=pl.lit(2.5))
        )  # fmt: skip
    whole = pl.concat(frames).sort("dimension", "group")
    return DERIVED["context"].conform(whole.with_columns(pl.col("n", "matches").cast(pl.Int64)))


def test_each_group_stands_there_raw_by_age_and_sex_and_by_all_that_is_known() -> None:
    rows = anchors(3000)
    table = adjusted_table(rows, context(rows, {"sex": "F"}))
    assert table.schema == pl.Schema(DERIVED["adjusted"].schema)
    assert table["group"].to_list() == ["M", "M"] and table["reference_group"].to_list() == ["F", "F"]
    assert table["adjusted_for"].to_list() == ["age_group", "age_group primary_need"]
    first, whole = table.iter_rows(named=True)
    assert first["raw_ratio"] == whole["raw_ratio"] > 1.2
    assert first["adjusted_ratio"] == pytest.approx(first["raw_ratio"], rel=0.02)
    assert whole["adjusted_low"] < 1 < whole["adjusted_high"] and whole["adjusted_ratio"] < 1.15
    assert whole["raw_low"] == 0.5 and whole["raw_high"] == 2.5
    assert whole["difference_low"] < whole["adjusted_difference"] < whole["difference_high"]
    assert "clusters: children" in whole["method"]


def test_deciles_and_families_are_used_where_they_are_there() -> None:
    rows = anchors(2000, deprivation_decile=[str(1 + at % 10) for at in range(2000)],
                   cluster=[f"family {at // 2}" for at in range(2000)])  # fmt: skip
    table = adjusted_table(rows, context(rows, {"sex": "F"}))
    assert table["adjusted_for"].to_list()[1] == "age_group primary_need deprivation_decile"
    assert table["method"].str.contains("families, else children").all()


def test_where_need_is_not_known_there_is_one_row() -> None:
    rows = anchors(2000, primary_need="not known")
    assert adjusted_table(rows, context(rows, {"sex": "F"}))["adjusted_for"].to_list() == ["age_group"]


def told(rows: pl.DataFrame, reference: dict[str, str], group: str) -> str:
    table = adjusted_table(rows, context(rows, reference)).filter(pl.col("group") == group)
    numbers = ("adjusted_ratio", "adjusted_low", "adjusted_high", "adjusted_difference", "difference_low",
               "difference_high")  # fmt: skip
    assert table.height == 2 and table.select(numbers).null_count().sum_horizontal().item() == 12
    return str(table["note"][0])


def test_sparse_groups_and_few_children_can_not_be_told() -> None:
    rows = anchors(1500).with_row_index()
    at = pl.col("index")
    few = rows.with_columns(sex=pl.when(at < 9).then(pl.lit("X")).otherwise("sex")).drop("index")
    assert told(few, {"sex": "F"}, "X") == "cannot tell: fewer than 10 anchors"
    told_often = rows.with_columns(
        sex=pl.when(at < 60).then(pl.lit("X")).otherwise("sex"),
        cluster=pl.when(at < 60).then(pl.lit("child ") + (at % 9).cast(pl.String)).otherwise("cluster"),
    ).drop("index")
    assert told(told_often, {"sex": "F"}, "X") == "cannot tell: fewer than 10 children or families"
    none = rows.with_columns(match=pl.col("match") & (pl.col("sex") != "M")).drop("index")
    assert told(none, {"sex": "F"}, "M") == "cannot tell: fewer than 5 that match, or that do not"
    assert told(none, {"sex": "M"}, "F").startswith("cannot tell: the reference: fewer than 5")


def test_other_groups_are_told_beside_one_that_can_not_be() -> None:
    rows = anchors(1500).with_row_index()
    few = rows.with_columns(sex=pl.when(pl.col("index") < 9).then(pl.lit("X")).otherwise("sex")).drop("index")
    table = adjusted_table(few, context(few, {"sex": "F"}))
    assert table.filter(pl.col("group") == "M")["adjusted_ratio"].null_count() == 0


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adjusted")
    write_example(simulate(Plan(children=400, seed=5)), folder)
    return folder / "returns"


def test_only_what_is_named_is_adjusted(given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, account = ingest([given], tmp_path / "work", Settings())
    journeys = TableStore(tmp_path / "journeys", store.buckets)
    build_journeys(store, journeys, account)
    definitions = list(library().values())
    found = measuring.measure(journeys, definitions, None, [ID]).adjusted
    assert found is not None and set(found["measure"]) == {ID}
    raw = measuring.measure(journeys, definitions).context.rename(
        {"ratio": "raw_ratio", "ratio_low": "raw_low", "ratio_high": "raw_high"}
    )
    on = ["measure", "la_code", "dimension", "group"]
    joined = found.join(raw, on=on, how="left")
    assert joined.height == found.height and found["adjusted_ratio"].count() > 5
    for name in ("reference_group", "n", "matches", "raw_ratio", "raw_low", "raw_high"):
        assert joined[name].equals(joined[f"{name}_right"], null_equal=True), name

    def never(*_: Any) -> None:
        raise AssertionError("nothing was named")

    monkeypatch.setattr(measuring, "adjusted_table", never)
    monkeypatch.setattr(logistic, "fit", never)
    monkeypatch.setattr(measuring, "AnchorRows", never)
    assert measuring.measure(journeys, definitions).adjusted is None


def test_a_run_that_is_asked_writes_the_file_and_tells_it_in_the_report(tmp_path: Path) -> None:
    write_example(simulate(Plan(children=100, seed=5)), tmp_path)
    one = {ID: library()[ID]}
    pipeline.run([tmp_path / "returns"], tmp_path / "out", Settings(archetypes=one, adjust=(ID,)))
    file = pl.read_csv(tmp_path / "out" / "in-team" / "adjusted.csv")
    assert file.columns == list(DERIVED["adjusted"].names()) and file.height > 10
    page = (tmp_path / "out" / "in-team" / "report.html").read_text(encoding="utf-8")
    assert page.count("Equal rates given recorded need") == 1


def test_what_is_not_known_or_can_not_be_done_is_said_before_anything_is_read(
    given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="the nearest is `re_referral_12m_after_closure`"):
        pipeline.run([given], tmp_path / "out", Settings(adjust=("re_referral_12m_after_closur",)))
    monkeypatch.setattr(logistic, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"pip install 'childjourneys\[outcomes\]'"):
        pipeline.run([given], tmp_path / "out", Settings(adjust=(ID,)))
    assert not (tmp_path / "out").exists()


def test_ids_are_named_with_commas_or_one_by_one(given: Path, tmp_path: Path) -> None:
    words = ["run", str(given), "--out", str(tmp_path / "out"), "--adjust", f"{ID}, icpc_late", "--adjust"]
    done = CliRunner().invoke(build_app(), [*words, "icpc_lat"])
    assert isinstance(done.exception, UsageError)
    assert "--adjust: `icpc_lat` is no archetype; the nearest is `icpc_late`." in str(done.exception)
    assert parse_names([f"{ID}, icpc_late", "icpc_late"]) == (ID, "icpc_late") and parse_names(None) == ()


def test_the_package_is_not_loaded_until_it_is_needed() -> None:
    code = "import sys, childjourneys.pipeline, childjourneys.api; print('statsmodels' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
