"""What bands demand as quadratics in the parameters, fitted to runs, and draws by what they say.

An emulator knows one number of the patterns as a function of the parameters that matter to it,
how far it may be wrong, and how far single runs are led by chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

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
        longer = np.column_stack([points, np.ones(len(points))])
        return np.asarray(((longer @ self.form) * longer).sum(axis=1))

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
    from sklearn.feature_selection import SelectFromModel
    from sklearn.linear_model import RidgeCV
    from sklearn.model_selection import KFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    active, penalties = min(ACTIVE, points.shape[1]), np.logspace(-2.0, 4.0, 13)
    model = make_pipeline(
        SelectFromModel(RidgeCV(penalties), threshold=-np.inf, max_features=active),
        PolynomialFeatures(2, include_bias=False),
        StandardScaler(),
        RidgeCV(penalties),
    )
    folds = KFold(5, shuffle=True, random_state=0)
    left = (values - cross_val_predict(model, points, values, cv=folds))[latest]
    # What is left is the emulator's error and the chance of so many runs.
    error = max(float((left**2 - chance**2 / counts[latest]).mean()), 0.0)
    model.fit(points, values)
    form = _quadratic_form(model, points.shape[1])
    return Emulator(demand, form, float(np.sqrt(error)), chance, float(values[latest].var()))


def _quadratic_form(model: Any, parameters: int) -> Array:
    """Return a fitted pipeline as the matrix of its quadratic: thousands of points at a time."""
    chosen, powers, scaler, ridge = (step for _, step in model.steps)
    weights = ridge.coef_ / scaler.scale_
    form = np.zeros((parameters + 1, parameters + 1))
    form[-1, -1] = ridge.intercept_ - float(weights @ scaler.mean_)
    active = np.flatnonzero(chosen.get_support())
    for weight, power in zip(weights, powers.powers_, strict=True):
        first, *second = np.repeat(active, power)
        form[first, second[0] if second else parameters] += weight
    return form


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
