"""What bands demand as quadratics in the parameters, fitted to runs, and draws by what they say.

An emulator knows one number of the patterns as a function of the parameters that matter to it,
how far it may be wrong, and how far single runs are led by chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .bands import Demand, demands

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Emulator", "draw_vectors", "fit_emulators", "log_probability"]

Array = NDArray[np.float64]
#: Parameters that an emulator looks at, at most.
ACTIVE = 25
#: Vectors in which a number has to be known for an emulator of it.
FEWEST = 20
#: Parts that are left out in turn, and how strongly weights are held back, on standard scales.
FOLDS, PENALTIES = 5, np.logspace(-2.0, 4.0, 13)


class Emulator(NamedTuple):
    """What one band demands, as a function of the parameters, on [-1, 1] each.

    ``form`` is the matrix F of the quadratic x F x' with x the point and a 1 behind it, ``error``
    the spread of what is left, ``chance`` that of one run; both in the number's unit.
    """

    demand: Demand
    form: Array
    error: float
    chance: float
    variance: float

    def predict(self, points: Array) -> Array:
        """Return the number at points, shape (points,)."""
        return predicted(self.form, points)

    def log_probability(self, points: Array, doubt: float, runs: int) -> Array:
        """Return the logarithm of the probability to lie in the band, shape (points,).

        Parameters
        ----------
        points : array of shape (points, parameters)
        doubt : float
            The emulator's error is taken to be so many times as large.
        runs : int
            Runs whose mean is to lie in the band, or to be clear.
        """
        from scipy.special import log_ndtr

        demand, mean = self.demand, self.predict(points)
        luck = self.chance / np.sqrt(runs)
        spread = max(float(np.hypot(doubt * self.error, luck)), 1e-9)
        # A sign has to be clear of zero: by two standard errors.
        low = demand.low + 2.0 * luck if demand.clear else demand.low
        below, above = (low - mean) / spread, (demand.high - mean) / spread
        if np.isnan(demand.low):
            return np.asarray(log_ndtr(above))
        if np.isnan(demand.high):
            return np.asarray(log_ndtr(-below))
        # The smaller tail of the two: no difference of numbers close to 1.
        side = below > 0.0
        outer = np.where(side, -below, above)
        inner = np.where(side, -above, below)
        share = np.exp(np.maximum(log_ndtr(inner) - log_ndtr(outer), -700.0))
        return np.asarray(log_ndtr(outer) + np.log1p(-np.minimum(share, 1.0 - 1e-12)))


def fit_emulators(
    points: Array, tables: Sequence[pd.DataFrame], patterns: Iterable[str]
) -> list[Emulator]:
    """Return an emulator for what the band of each number named demands.

    There is none of a number that hardly any vector has shown.

    Parameters
    ----------
    points : array of shape (vectors, parameters)
        On [-1, 1]; the vectors of all tables, in order.
    tables : sequence of DataFrame
        One a wave, as :meth:`_Study.measured` returns.
    patterns : iterable of str
        Whose columns the tables have.
    """
    latest = np.arange(len(points)) >= len(points) - tables[-1]["vector"].nunique()
    fitted = []
    for demand in (one for key in patterns for one in demands(key)):
        values, counts, chance = _by_vector(tables, demand)
        known = np.isfinite(values)
        if known.sum() >= FEWEST:
            some = latest[known] if latest[known].any() else np.ones(known.sum(), dtype=bool)
            fitted.append(
                _emulator(demand, points[known], values[known], counts[known], chance, some)
            )
    return fitted


def _by_vector(tables: Sequence[pd.DataFrame], demand: Demand) -> tuple[Array, Array, float]:
    """Return each vector's mean, in how many runs it is known, and the spread between its runs."""
    import pandas as pd

    means, counts, spreads = [], [], []
    for table in tables:
        grouped = pd.Series(demand.values(table)).groupby(table["vector"].to_numpy())
        means.append(grouped.mean().to_numpy())
        counts.append(grouped.count().to_numpy())
        spreads.append(grouped.var().dropna().to_numpy())
    spread = np.concatenate(spreads)
    chance = float(np.sqrt(spread.mean())) if len(spread) else 0.0
    return np.concatenate(means), np.concatenate(counts), chance


def _emulator(
    demand: Demand,
    points: Array,
    values: Array,
    counts: Array,
    chance: float,
    latest: NDArray[np.bool_],
) -> Emulator:
    """Return the quadratic of all vectors, its error judged by parts that it was not fitted to."""
    part = np.random.default_rng(0).permutation(len(values)) % FOLDS
    left = np.empty(len(values))
    for k in range(FOLDS):
        out = part == k
        left[out] = values[out] - predicted(quadratic(points[~out], values[~out]), points[out])
    # What is left is the emulator's error and the chance of so many runs.
    error = max(float((left[latest] ** 2 - chance**2 / counts[latest]).mean()), 0.0)
    form = quadratic(points, values)
    return Emulator(demand, form, float(np.sqrt(error)), chance, float(values[latest].var()))


def quadratic(points: Array, values: Array) -> Array:
    """Return the matrix of the quadratic in the parameters that matter most: see :class:`Emulator`.

    Which these are is told by a linear fit of all; both fits are ridge regressions.
    """
    parameters = points.shape[1]
    slopes, _ = ridge(points, values)
    active = np.argsort(-np.abs(slopes), kind="stable")[:ACTIVE]
    first, second = np.triu_indices(len(active))
    features = np.hstack([points[:, active], points[:, active[first]] * points[:, active[second]]])
    weights, level = ridge(features, values)
    form = np.zeros((parameters + 1, parameters + 1))
    form[active, -1] = weights[: len(active)]
    form[active[first], active[second]] += weights[len(active) :]
    form[-1, -1] = level
    return form


def ridge(features: Array, values: Array) -> tuple[Array, float]:
    """Return slopes and level of a ridge regression on standardized features.

    The penalty is that of the least generalized cross-validation; all come from one decomposition.
    """
    middle, scale = features.mean(axis=0), features.std(axis=0)
    scale[scale == 0.0] = 1.0
    there, level = (features - middle) / scale, float(values.mean())
    size, axes = np.linalg.eigh(there.T @ there)
    size = np.maximum(size, 0.0)
    along = axes.T @ (there.T @ (values - level))
    whole, count = float(((values - level) ** 2).sum()), len(values)
    best, found = np.inf, np.zeros(len(size))
    for penalty in PENALTIES:
        weights = along / (size + penalty)
        missed = whole - float((weights * (2.0 * along - size * weights)).sum())
        free = count - 1.0 - float((size / (size + penalty)).sum())
        score = missed / free**2 if free > 0.0 else np.inf
        if score < best:
            best, found = score, weights
    slopes = (axes @ found) / scale
    return slopes, level - float(slopes @ middle)


def predicted(form: Array, points: Array) -> Array:
    """Return a quadratic's value at points, by the parameters that it hangs on."""
    used = np.flatnonzero(form.any(axis=0) | form.any(axis=1))
    some = np.column_stack([points, np.ones(len(points))])[:, used]
    return np.asarray(((some @ form[np.ix_(used, used)]) * some).sum(axis=1))


def log_probability(emulators: Sequence[Emulator], points: Array, doubt: float, runs: int) -> Array:
    """Return the logarithm of the probability that all numbers lie in their bands."""
    return np.asarray(sum(e.log_probability(points, doubt, runs) for e in emulators))


def draw_vectors(
    emulators: Sequence[Emulator],
    begin: Array,
    count: int,
    doubt: float,
    runs: int,
    seed: int,
    steps: int,
) -> Array:
    """Return points in proportion to the probability that all their numbers lie in the bands.

    Many random walks (Metropolis), each moving a few parameters at a time.

    Parameters
    ----------
    emulators : sequence of Emulator
    begin : array of shape (points, parameters)
        Where walks may begin: at the best of them.
    count : int
        Walks, and points returned.
    doubt : float
        See :meth:`Emulator.log_probability`.
    runs : int
        Runs whose means are to lie in the bands.
    seed : int
    steps : int
        Moves of each walk.
    """
    generator = np.random.default_rng(seed)
    score = log_probability(emulators, begin, doubt, runs)
    best = np.argsort(-score, kind="stable")[np.arange(count) % min(len(begin), 200)]
    walkers, score = begin[best].copy(), score[best]
    for _ in range(steps):
        moved = _proposal(walkers, generator)
        there = log_probability(emulators, moved, doubt, runs)
        taken = np.log(generator.random(count)) < there - score
        walkers[taken], score[taken] = moved[taken], there[taken]
    return walkers


def _proposal(walkers: Array, generator: np.random.Generator) -> Array:
    """Return walkers moved in one to six parameters each, reflected at the ends of the ranges."""
    count, parameters = walkers.shape
    several = int(generator.integers(1, min(7, parameters + 1)))
    which = generator.integers(0, parameters, (count, several))
    size = float(generator.choice([0.1, 0.3, 0.8]))
    steps = np.zeros_like(walkers)
    np.put_along_axis(steps, which, generator.normal(0.0, size, which.shape), axis=1)
    moved = np.abs(walkers + steps + 1.0) % 4.0
    return np.asarray(np.minimum(moved, 4.0 - moved) - 1.0)
