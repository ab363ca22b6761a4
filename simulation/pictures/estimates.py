"""Numbers with their intervals: means, shares, differences of shares, what is read off curves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import summaries

Array = NDArray[Any]


class Estimate(NamedTuple):
    """A number with its 95 % interval; NaN ends when it cannot be told from these runs."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> Estimate:
        """Return the estimate in another unit; a negative factor turns it round."""
        first, *ends = (factor * number for number in self)
        return Estimate(first, *sorted(ends))


UNKNOWN = Estimate(np.nan, np.nan, np.nan)


def mean_of(values: Any) -> Estimate:
    """Return the mean over replications with its Student-t interval; NaN is left out."""
    return Estimate(*summaries.interval(values))


def proportion(values: Any) -> Estimate:
    """Return the share of ones among zeros and ones with Wilson's interval."""
    return Estimate(*summaries.proportion(float(np.sum(values)), len(values)))


def share_difference(first: Any, second: Any) -> Estimate:
    """Return how much oftener the first happened: Newcombe's interval for pairs."""
    return Estimate(*summaries.difference_of_proportions(first, second))


def known_mean(values: Array) -> Array:
    """Return the mean over replications of what is known, NaN where nothing is."""
    known = np.isfinite(values)
    total, count = np.where(known, values, 0.0).sum(axis=0), known.sum(axis=0)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def of_mean_curves(statistic: Callable[..., float], *curves: Array) -> Estimate:
    """Return a statistic of mean curves with its interval: ``summaries.of_mean_curves``."""
    return Estimate(*summaries.of_mean_curves(statistic, *curves))
