"""One logistic model of a yes or no on a group and other details, and what it says of rates.

The fit and its covariance, robust to clusters, are statsmodels'; this package is only loaded when a model is
asked for.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from childjourneys.domain.proportions import Z95
from childjourneys.issues import UsageError

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.str_]
# A level of a detail with fewer matches, or fewer others, is put together with another.
LEAST_OF_LEVEL = 5
# Fewer matches (or others) for each number to be found, and the model is not to be trusted.
PER_NUMBER = 5
# Nearer to 0 or 1 than this only where the data are separated.
_EDGE = 1e-6
OTHER = "other"


class CannotTell(Exception):
    """A model can't answer; the text says why, after `cannot tell: `."""


@dataclass(frozen=True)
class Contrast:
    """A group's rate beside what the reference would have with the same details, with 95% intervals."""

    ratio: float
    ratio_low: float
    ratio_high: float
    difference: float
    difference_low: float
    difference_high: float


@dataclass(frozen=True)
class Fitted:
    """A model that was fitted.

    Attributes:
        contrasts: by group.
        used: details that the model holds.
        pooled: those of them of which levels were put together.
    """

    contrasts: Mapping[str, Contrast]
    used: tuple[str, ...]
    pooled: tuple[str, ...]


def need_statsmodels() -> None:
    """Say what to install where it is not there.

    Raises:
        UsageError: statsmodels is not installed.
    """
    if find_spec("statsmodels") is None:
        raise UsageError(
            "Adjusting needs the package statsmodels: pip install 'childjourneys[outcomes]', then run again."
        )


def fit(
    match: npt.NDArray[np.bool_], group: Texts, details: Mapping[str, Texts], clusters: Texts, reference: str
) -> Fitted:
    """Compare groups with a reference, given details.

    Each group's contrast is averaged over the details of its own anchors (marginal standardisation to the
    group): the rate that the model gives them as they are, and as members of the reference. Intervals are by
    the delta method, taking these details as they are, on the logarithm for the ratio.

    Args:
        match, group, clusters: one value per anchor; every group and the reference have matches and others.
        details: by name, one level per anchor; unknown is a level too.

    Raises:
        CannotTell: separation, too many details for so few matches, or no convergence.

    Source: marginal standardisation, Muller and MacLehose 2014, International Journal of Epidemiology 43,
    962-970; five matches for each number, Vittinghoff and McCulloch 2007.
    """
    levels = {name: _pooled(values, match) for name, values in details.items()}
    levels = {name: values for name, values in levels.items() if np.unique(values).size > 1}
    groups = [str(one) for one in np.unique(group) if one != reference]
    columns = [np.ones(match.size)] + [(group == one).astype(float) for one in groups]
    for values in levels.values():
        names, counts = np.unique(values, return_counts=True)
        largest = names[int(np.argmax(counts))]
        columns += [(values == name).astype(float) for name in names if name != largest]
    design = np.column_stack(columns)
    matches = int(match.sum())
    if min(matches, match.size - matches) < PER_NUMBER * (design.shape[1] - 1):
        raise CannotTell("too few matches for so many groups and details")
    # Of the products, which hold whole numbers only: far quicker than of the design itself.
    if np.linalg.matrix_rank(design.T @ design, hermitian=True) < design.shape[1]:
        raise CannotTell("groups and details can't be told apart")
    found, covariance = _estimated(match.astype(float), design, clusters)
    return Fitted(
        {one: _contrast(design[group == one], len(groups), found, covariance) for one in groups},
        tuple(levels),
        tuple(name for name, values in levels.items() if (values != details[name]).any()),
    )


def _pooled(values: Texts, match: npt.NDArray[np.bool_]) -> Texts:
    """Levels with too few matches or others put together as `other`, then with the smallest of the rest."""
    values = values.astype(object).astype(str)
    while True:
        names, at, counts = np.unique(values, return_inverse=True, return_counts=True)
        matches = np.bincount(at, weights=match)
        small = np.minimum(matches, counts - matches) < LEAST_OF_LEVEL
        if not small.any() or names.size == 1:
            return np.asarray(values)
        if set(names[small]) == {OTHER}:
            rest = np.flatnonzero(~small)
            small[rest[int(np.argmin(counts[rest]))]] = True
        values = np.where(small[at], OTHER, values)


def _estimated(match: Floats, design: Floats, clusters: Texts) -> tuple[Floats, Floats]:
    """Coefficients, and their covariance allowing for clusters that are alike."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationWarning

    codes = np.unique(clusters, return_inverse=True)[1]
    with warnings.catch_warnings():
        for kind in (ConvergenceWarning, PerfectSeparationWarning, RuntimeWarning):
            warnings.simplefilter("error", kind)
        try:
            result = GLM(match, design, family=Binomial()).fit(cov_type="cluster", cov_kwds={"groups": codes})
        except (Warning, np.linalg.LinAlgError) as trouble:
            raise CannotTell("the model did not settle (separation)") from trouble
    found, covariance = np.asarray(result.params), np.asarray(result.cov_params())
    fitted = np.asarray(result.fittedvalues)
    if not result.converged or not np.isfinite(found).all() or not np.isfinite(covariance).all():
        raise CannotTell("the model did not settle")
    if (fitted < _EDGE).any() or (fitted > 1 - _EDGE).any():
        raise CannotTell("some details leave nothing to compare (separation)")
    return found, covariance


def _contrast(own: Floats, groups: int, found: Floats, covariance: Floats) -> Contrast:
    """One group beside the reference, over the design rows of the group's own anchors."""
    as_reference = own.copy()
    as_reference[:, 1 : 1 + groups] = 0
    (here, slope_here), (there, slope_there) = (_mean(part, found) for part in (own, as_reference))
    by_log = slope_here / here - slope_there / there
    by_share = slope_here - slope_there
    ratio, difference = here / there, here - there
    half_log, half = (
        Z95 * float(np.sqrt(max(float(one @ covariance @ one), 0.0))) for one in (by_log, by_share)
    )
    return Contrast(
        ratio, ratio * float(np.exp(-half_log)), ratio * float(np.exp(half_log)),
        difference, difference - half, difference + half,
    )  # fmt: skip


def _mean(design: Floats, found: Floats) -> tuple[float, Floats]:
    """The mean rate that the model gives, and how it changes with each coefficient."""
    rates = 1 / (1 + np.exp(-(design @ found)))
    slope: Floats = (rates * (1 - rates)) @ design / rates.size
    return float(rates.mean()), slope


def levels_of(values: Sequence[str]) -> Texts:
    """Texts as the model takes them."""
    return np.array(values, dtype=np.str_)
