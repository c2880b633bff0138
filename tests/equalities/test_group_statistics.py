"""Intervals and tests against published examples, and against SciPy."""

from __future__ import annotations

from math import isclose, log

import numpy as np
import pytest
from scipy import stats

from childjourneys.equalities.intervals import (
    design_effect,
    katz,
    koopman,
    newcombe,
    ratio_interval,
    wilson,
)
from childjourneys.equalities.significance import (
    benjamini_hochberg,
    fisher,
    n_needed,
    p_value,
    pearson,
    verdict,
)

# Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10.
NEWCOMBE = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0)),
    ((10, 10, 0, 10), (0.6075, 1.0)),
]
# Benjamini and Hochberg 1995, section 4: 15 hypotheses, of which 4 are rejected at 0.05.
BENJAMINI_HOCHBERG = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
    0.7590, 1.0,
]  # fmt: skip
TABLES = [
    (36, 40, 16, 80),
    (12, 40, 30, 60),
    (20, 100, 45, 150),
    (150, 1000, 3000, 20000),
    (11, 300, 25, 400),
]


def arrays(counts: tuple[float, ...]) -> list[np.ndarray]:
    return [np.array([count], dtype=np.float64) for count in counts]


@pytest.mark.parametrize(("counts", "expected"), NEWCOMBE)
def test_differences_as_newcombe_published_them(
    counts: tuple[int, ...], expected: tuple[float, float]
) -> None:
    found = newcombe(*arrays(counts))
    assert [round(float(bound[0]), 4) for bound in found] == list(expected)


def test_a_proportion_as_newcombe_published_it() -> None:
    """Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3."""
    for counts, expected in {
        (81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605), (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }.items():  # fmt: skip
        found = wilson(*arrays(counts))
        assert [round(float(bound[0]), 4) for bound in found] == list(expected)


def test_a_ratio_as_koopman_published_it() -> None:
    """Koopman 1984, Biometrics 40, 513-517: 36 of 40 against 16 of 80."""
    low, high = koopman(*arrays((36, 40, 16, 80)))
    assert (round(float(low[0]), 2), round(float(high[0]), 2)) == (2.94, 7.15)


@pytest.mark.parametrize("counts", [*TABLES, (3, 15, 4, 200), (1, 10, 1, 10), (0.4, 3.5, 1.7, 30.2)])
def test_koopmans_bounds_are_where_the_score_statistic_is_the_limit(counts: tuple[float, ...]) -> None:
    """Koopman's chi-squared in his own form, with the constrained rates found by plain search."""
    a, n1, c, n2 = counts
    for bound in koopman(*arrays(counts)):
        ratio = float(bound[0])
        from_, to = 1e-12, min(1.0, 1 / ratio) - 1e-12
        for _ in range(200):  # the score of the likelihood falls as the rate grows
            p2 = (from_ + to) / 2
            p1 = ratio * p2
            slope = a / p2 - ratio * (n1 - a) / (1 - p1) + c / p2 - (n2 - c) / (1 - p2)
            from_, to = (p2, to) if slope > 0 else (from_, p2)
        statistic = (a - n1 * p1) ** 2 / (n1 * p1 * (1 - p1)) + (c - n2 * p2) ** 2 / (n2 * p2 * (1 - p2))
        assert statistic == pytest.approx(1.959963984540054**2, rel=1e-6)


def test_koopman_where_the_group_has_no_match_and_where_all_match() -> None:
    low, high = koopman(*arrays((0, 20, 5, 30)))
    assert low[0] == 0 and high[0] == pytest.approx(1.0349916966)
    # All match on both sides: as far as Wilson's interval of one side alone.
    low, high = koopman(*arrays((20, 20, 30, 30)))
    assert low[0] == pytest.approx(wilson(*arrays((20, 20)))[0][0], rel=1e-6)
    assert 1 / high[0] == pytest.approx(wilson(*arrays((30, 30)))[0][0], rel=1e-6)


@pytest.mark.parametrize("counts", TABLES)
def test_katz_is_scipys(counts: tuple[int, ...]) -> None:
    interval = stats.contingency.relative_risk(*counts).confidence_interval(0.95)
    found = katz(*arrays(counts))
    assert (float(found[0][0]), float(found[1][0])) == pytest.approx((interval.low, interval.high))


def test_katz_by_hand() -> None:
    """20 of 100 against 10 of 100: ratio 2, se sqrt(1/20 - 1/100 + 1/10 - 1/100) = 0.360555."""
    low, high = katz(*arrays((20, 100, 10, 100)))
    assert (round(float(low[0]), 4), round(float(high[0]), 4)) == (0.9866, 4.0545)


@pytest.mark.parametrize(
    ("counts", "method"),
    [
        ((10, 100, 10, 100), katz), ((9.99, 100, 10, 100), koopman), ((10, 100, 9, 100), koopman),
        ((90.01, 100, 50, 100), koopman), ((50, 100, 91, 100), koopman), ((90, 100, 90, 100), katz),
    ],
)  # fmt: skip
def test_koopman_where_one_of_the_four_cells_is_below_10(counts: tuple[float, ...], method: object) -> None:
    found = [float(bound[0]) for bound in ratio_interval(*arrays(counts))]
    assert found == [float(bound[0]) for bound in method(*arrays(counts))]  # type: ignore[operator]


def test_no_ratio_to_a_reference_without_a_match() -> None:
    assert np.isnan(ratio_interval(*arrays((5, 20, 0, 30)))).all()


@pytest.mark.parametrize("counts", TABLES)
def test_pearson_is_scipys(counts: tuple[int, ...]) -> None:
    a, n1, c, n2 = counts
    expected = stats.chi2_contingency([[a, n1 - a], [c, n2 - c]], correction=False).pvalue
    assert pearson(a, n1, c, n2) == pytest.approx(expected, rel=1e-9)
    assert p_value(a, n1, c, n2) == pytest.approx(expected, rel=1e-9)


def test_fishers_tea_and_tables_of_all_shapes() -> None:
    """Fisher 1935: 3 of 4 cups right. Tables against SciPy, which takes what is as likely likewise."""
    assert fisher(3, 1, 1, 3) == pytest.approx(34 / 70)
    random = np.random.default_rng(5)
    for _ in range(300):
        a, b, c, d = (int(value) for value in random.integers(0, 40, 4))
        if a + b and c + d:
            assert fisher(a, b, c, d) == pytest.approx(stats.fisher_exact([[a, b], [c, d]]).pvalue, rel=1e-6)
    assert fisher(0, 12, 0, 3000) == 1.0
    assert isclose(fisher(9, 6, 30, 19955), stats.fisher_exact([[9, 6], [30, 19955]]).pvalue, rel_tol=1e-6)


def test_fisher_where_fewer_than_5_are_expected_on_rounded_counts() -> None:
    assert p_value(2, 10, 30, 100) == fisher(2, 8, 30, 70)  # 10 * 32/110 = 2.9 expected
    assert p_value(2.4, 10.2, 29.6, 100.3) == fisher(2, 8, 30, 71)  # 2.4, 7.8, 29.6, 70.7
    assert p_value(5, 20, 5, 20) == pearson(5, 20, 5, 20)  # 5 expected: not below
    assert p_value(4, 20, 5, 20) == fisher(4, 16, 5, 15)  # 4.5


def test_q_as_benjamini_and_hochberg_published_it() -> None:
    p = np.array(BENJAMINI_HOCHBERG)
    q = benjamini_hochberg(p)
    assert (q <= 0.05).sum() == 4
    assert q == pytest.approx(stats.false_discovery_control(p, method="bh"))
    shuffled = np.random.default_rng(1).permutation(p.size)
    assert benjamini_hochberg(p[shuffled]) == pytest.approx(q[shuffled])
    assert q[0] == pytest.approx(0.0015) and q[3] == pytest.approx(0.0095 * 15 / 4)


def test_the_design_effect_by_hand() -> None:
    """Three clusters of (matches, anchors) (2, 2), (0, 2), (1, 1): rate 3/5.

    (2 - 1.2)^2 + (0 - 1.2)^2 + (1 - 0.6)^2 = 2.24, over 5 x 0.6 x 0.4 = 1.2.
    """
    effect = design_effect(*arrays((5, 3, 5, 5, 9)))
    assert effect[0] == pytest.approx(2.24 / 1.2)
    # Each anchor a cluster of its own: (1 - r)^2 and r^2 add up to n r (1 - r).
    assert design_effect(*arrays((10, 4, 4, 4, 10)))[0] == pytest.approx(1.0)
    # Never below 1: clusters of two with one match each hold less than chance would.
    assert design_effect(*arrays((10, 5, 5, 10, 20)))[0] == 1.0
    assert design_effect(*arrays((10, 0, 0, 0, 50)))[0] == 1.0
    assert design_effect(*arrays((10, 10, 50, 50, 50)))[0] == 1.0


def test_anchors_needed_by_hand() -> None:
    """Reference rate 0.15 of 20,000: (0.8125/0.1875) / ((ln 1.25 / 3.865)^2 - 0.85/(0.15 x 20000))."""
    by_hand = (0.8125 / 0.1875) / ((log(1.25) / 3.865) ** 2 - 0.85 / 3000)
    assert 1420 < by_hand < 1421
    assert n_needed(1.0, 0.15, 20000, 1.0) == 1421
    assert n_needed(2.0, 0.15, 20000, 1.0) == 2842
    assert n_needed(1.0, 0.15, 20000, 2.0) == 1567
    assert n_needed(1.0, 0.0, 20000, 1.0) is None
    assert n_needed(1.0, 0.7501, 20000, 1.0) is None
    assert n_needed(1.0, 0.75, 20000, 1.0) == 21
    assert n_needed(1.0, 0.15, 1700, 1.0) is None  # 0.85/(0.15 x 1700) = 0.003333, just too much
    assert n_needed(1.0, 0.15, 1701, 1.0) is not None


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ((False, None, 0.3, 5000, 10), "cannot tell"), ((True, 0.05, 0.1, 50, None), "higher"),
        ((True, 0.05, -0.1, 50, None), "lower"), ((True, 0.051, 0.1, 1421, 1421), "no difference shown"),
        ((True, 0.051, 0.1, 1420, 1421), "cannot tell"), ((True, 0.051, 0.1, 9999, None), "cannot tell"),
        ((True, 0.01, 0.1, 1421, 1421), "higher"),
    ],
)  # fmt: skip
def test_the_first_verdict_that_fits(about: tuple[bool, float, float, int, int], said: str) -> None:
    assert verdict(*about) == said
