"""Tidy tables of runs to summaries: intervals, bands over time, differences, levels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import check_name
from ..theory.measures import MEASURES
from .student import standard_errors

__all__ = [
    "bands",
    "bounds_of",
    "by_level",
    "check_measure",
    "cube",
    "difference_of_proportions",
    "differences_over_time",
    "distinct",
    "interval",
    "intervals",
    "measures_in",
    "of_last_months",
    "of_mean_curves",
    "of_runs",
    "proportion",
    "range_of_runs",
    "summarise",
    "summarise_runs",
]

#: Months at the end of a run that its summary is taken of.
LAST = 12

#: Fewest values that an interval is told of: two are too few, the least interval of a share that
#: Student's t gives for them is wider than all that shares can be.
FEWEST = 3
#: The quantile of a standard normal number that leaves a fortieth above it.
_NORMAL = 1.959963984540054
#: What a bootstrap interval leaves on either side. Resampling knows only the replications there
#: are; with a fortieth, as its name would have it, it holds the truth less often than it says.
_TAIL = 0.02

#: The measures that reports show over time.
SHOWN = tuple(name for name, measure in MEASURES.items() if measure.drawn)


#: What no number of each unit can leave.
_BOUNDS = {"share": (0.0, 1.0)}
_UNBOUNDED = (-np.inf, np.inf)

Array = NDArray[np.float64]


def intervals(
    values: Any, level: float = 0.95, bounds: tuple[float, float] = _UNBOUNDED
) -> tuple[Array, Array, Array]:
    """Return means over replications and the ends of their Student-t confidence intervals.

    Parameters
    ----------
    values : array-like of shape (replications, columns)
        NaN entries are left out; with fewer than ``FEWEST`` left a column's ends are NaN.
    level : float
    bounds : tuple of float
        What the numbers cannot leave: a share's interval ends at 0 and 1.

    Returns
    -------
    three arrays of shape (columns,)
    """
    numbers = np.asarray(values, dtype=float)
    known = ~np.isnan(numbers)
    count = known.sum(axis=0)
    filled = np.where(known, numbers, 0.0)
    mean = np.divide(filled.sum(axis=0), count, out=np.full(count.shape, np.nan), where=count > 0)
    squares = (np.where(known, numbers - mean, 0.0) ** 2).sum(axis=0)
    free = np.where(count > 1, count - 1, 1)
    half = standard_errors(free, level) * np.sqrt(squares / free / np.maximum(count, 1))
    half = np.where(count >= FEWEST, half, np.nan)
    low, high = bounds
    return mean, np.clip(mean - half, low, high), np.clip(mean + half, low, high)


def interval(
    values: Any, level: float = 0.95, bounds: tuple[float, float] = _UNBOUNDED
) -> tuple[float, float, float]:
    """Return the mean and its confidence interval of one column: see :func:`intervals`."""
    column = np.asarray(values, dtype=float).reshape(-1, 1)
    mean, low, high = (float(one[0]) for one in intervals(column, level, bounds))
    return mean, low, high


def proportion(count: float, of: float) -> tuple[float, float, float]:
    """Return a proportion and Wilson's 95 % interval, which never leaves 0 to 1.

    Parameters
    ----------
    count : float
    of : float
        Out of how many: whole or, where they hang together, as many as they are worth. With
        fewer than ``FEWEST`` the ends are NaN.
    """
    if of < 1.0:
        return np.nan, np.nan, np.nan
    share, square = count / of, _NORMAL**2
    if of < FEWEST:
        return share, np.nan, np.nan
    middle = (count + square / 2.0) / (of + square)
    half = _NORMAL / (of + square) * np.sqrt(count * (1.0 - share) + square / 4.0)
    return share, max(0.0, float(middle - half)), min(1.0, float(middle + half))


def difference_of_proportions(
    first: Any, second: Any, worth: float = 1.0
) -> tuple[float, float, float]:
    """Return how much oftener the first happened than the second, with a 95 % interval.

    Newcombe's interval for paired proportions, from the Wilson interval of each (his method 10;
    Statistics in Medicine 17, 1998): it never leaves -1 to 1, and has a width where all pairs
    are alike.

    Parameters
    ----------
    first, second : arrays of 0 and 1
        Entry r of each belongs to the same pair.
    worth : float
        What a pair is worth, below 1 where pairs hang together.
    """
    a, b = np.asarray(first, float), np.asarray(second, float)
    pairs = worth * len(a)
    p, p_low, p_high = proportion(worth * a.sum(), pairs)
    q, q_low, q_high = proportion(worth * b.sum(), pairs)
    cells = worth * np.array([a @ b, a @ (1 - b), (1 - a) @ b, (1 - a) @ (1 - b)])
    product = (a.sum() * b.sum() * (len(a) - a.sum()) * (len(b) - b.sum())) * worth**4
    together = cells[0] * cells[3] - cells[1] * cells[2]
    if together > 0.0:
        together = max(together - pairs / 2.0, 0.0)
    phi = together / np.sqrt(product) if product > 0.0 else 0.0
    below = (p - p_low) ** 2 - 2 * phi * (p - p_low) * (q_high - q) + (q_high - q) ** 2
    above = (p_high - p) ** 2 - 2 * phi * (p_high - p) * (q - q_low) + (q - q_low) ** 2
    return p - q, p - q - float(np.sqrt(below)), p - q + float(np.sqrt(above))


def range_of_runs(values: Any, low: float, high: float) -> Array:
    """Return two quantiles of single runs, a row each: NaN with fewer than ``FEWEST`` runs.

    Runs that are NaN are left out of what is one column.
    """
    numbers = np.asarray(values, dtype=float)
    if numbers.ndim == 1:
        numbers = numbers[np.isfinite(numbers)]
    if len(numbers) < FEWEST:
        return np.full((2, *numbers.shape[1:]), np.nan)
    return np.asarray(np.quantile(numbers, [low, high], axis=0))


def bounds_of(unit: str, difference: bool = False) -> tuple[float, float]:
    """Return what a number of a unit, or a difference of two, cannot leave."""
    low, high = _BOUNDS.get(unit, _UNBOUNDED)
    return (low - high, high - low) if difference else (low, high)


def unit_of(measure: str) -> str:
    """Return the unit of a measure, also of one by level; none for other names."""
    stem = measure.split("_level_")[0]
    return MEASURES[stem].unit if stem in MEASURES else ""


def check_measure(name: str, columns: Iterable[str]) -> None:
    """Raise an InputError if a table has no such measure; the nearest is named."""
    check_name(name, measures_in(columns), "measure")


def distinct(named: Sequence[tuple[str, str]]) -> list[str]:
    """Return titles by which scenarios can be told apart: with the name where two are alike.

    Parameters
    ----------
    named : sequence of tuples
        Names (all different) and titles.
    """
    titles = [title or name for name, title in named]
    return [
        f"{title} ({name})" if titles.count(title) > 1 and title != name else title
        for title, (name, _) in zip(titles, named, strict=True)
    ]


def of_mean_curves(
    statistic: Callable[..., float], *curves: np.ndarray, resamples: int = 1000
) -> tuple[float, float, float]:
    """Return a statistic of curves averaged over replications, and its bootstrap interval.

    The month of a low and the time of a recovery are read off the mean curve, because in a
    single run both are mostly noise. Replications are resampled whole, with fixed luck, and the
    resampled means widened as Student's t is against the normal law (Hesterberg, The American
    Statistician 69, 2015); the 95 % interval is that of percentiles.

    Parameters
    ----------
    statistic : callable
        Takes one mean curve for each of ``curves``. It may return infinity (not within the
        run) and NaN (nothing to measure).
    curves : arrays of shape (replications, months + 1)
        Row r of each belongs to the same replication. NaN is left out of a month's mean.
    resamples : int

    Returns
    -------
    tuple of float
        Value, low, high; the ends are NaN with fewer than ``FEWEST`` replications.
    """
    count = len(curves[0])
    value = float(statistic(*(_means(np.ones((1, count)), curve)[0] for curve in curves)))
    if count < FEWEST:
        return value, np.nan, np.nan
    chance = np.random.default_rng(0).multinomial(count, [1.0 / count] * count, resamples)
    counts = chance.astype(float)
    wide = float(standard_errors(count - 1)) / _NORMAL * np.sqrt(count / (count - 1.0))
    drawn = []
    for curve in curves:
        mean = _means(np.ones((1, count)), curve)
        drawn.append(mean + wide * (_means(counts, curve) - mean))
    values = np.sort([statistic(*means) for means in zip(*drawn, strict=True)])
    # No interpolation: between a month and infinity there is nothing. NaN sorts last.
    low, high = values[int(_TAIL * resamples)], values[int(np.ceil((1 - _TAIL) * resamples)) - 1]
    return value, float(low), float(high)


def _means(weights: Array, curves: Array) -> Array:
    """Return weighted means over replications of what is known: NaN where nothing is."""
    known = np.isfinite(curves)
    total, weight = weights @ np.where(known, curves, 0.0), weights @ known
    return np.divide(total, weight, out=np.full(total.shape, np.nan), where=weight > 0)


def summarise(table: pd.DataFrame, months: int = LAST) -> pd.DataFrame:
    """Return each point's measures over the last months, with intervals over replications.

    Returns
    -------
    DataFrame
        ``scenario, point, measure, unit, mean, low, high, replications``.
    """
    runs = of_runs(table, months)
    return _summary_table(runs.groupby(level=["scenario", "point"], sort=False))


def of_last_months(names: Sequence[str], values: np.ndarray) -> np.ndarray:
    """Return rows of :func:`of_runs`, shape (runs, names), without a table.

    Parameters
    ----------
    names : sequence of str
    values : array of shape (runs, months, names)
        The last months. One in which there is nothing to measure (no pair that ended, say), or
        that a run does not have, is NaN.
    """
    adds_up = np.array([name in MEASURES and MEASURES[name].adds_up for name in names])
    known, total = np.isfinite(values).sum(axis=1), np.nansum(values, axis=1)
    means = np.divide(total, known, out=np.full(total.shape, np.nan), where=known > 0)
    return np.where(adds_up, total, means)


def of_runs(table: pd.DataFrame, months: int = LAST) -> pd.DataFrame:
    """Return each run's measures over its last months: sums of what adds up, means of the rest.

    Returns
    -------
    DataFrame
        Indexed by ``scenario, point, replication``, a column a measure.
    """
    late = _late(table, months)
    grouped = late.groupby(["scenario", "point", "replication"], sort=False)
    adds_up = [name for name, measure in MEASURES.items() if measure.adds_up]
    others = [c for c in late.columns[4:] if c not in adds_up]
    return grouped[others].mean().join(grouped[adds_up].sum())[list(late.columns[4:])]


def _late(table: pd.DataFrame, months: int) -> pd.DataFrame:
    """Return each run's own last months, without the start; points may differ in length."""
    last = table.groupby(["scenario", "point"], sort=False)["month"].transform("max")
    return table[table["month"] > np.maximum(0, last - months)]


def measures_in(columns: Iterable[str]) -> list[str]:
    """Return the columns that are measures, by level or not."""
    return [name for name in columns if name.split("_level_")[0] in MEASURES]


def summarise_runs(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the same from a table with a row a run, whose measures are taken already."""
    named = runs.set_index(["scenario", "point"])[measures_in(runs.columns)]
    return _summary_table(named.groupby(level=["scenario", "point"], sort=False))


def _summary_table(groups: Any) -> pd.DataFrame:
    rows = []
    for (scenario, point), block in groups:
        for name in block.columns:
            unit = unit_of(name)
            told = interval(block[name], bounds=bounds_of(unit))
            rows.append((scenario, point, name, unit, *told, len(block)))
    columns = ["scenario", "point", "measure", "unit", "mean", "low", "high", "replications"]
    return pd.DataFrame(rows, columns=columns)


def bands(
    table: pd.DataFrame, measures: Sequence[str] = SHOWN, by: str = "scenario"
) -> pd.DataFrame:
    """Return means over replications by month, and the band of nine tenths of them.

    Parameters
    ----------
    table : DataFrame
    measures : sequence of str
    by : str
        ``"scenario"``, or ``"point"`` where a scenario has several; named scenario all the same.

    Returns
    -------
    DataFrame
        ``scenario, measure, month, mean, low, high``.
    """
    parts = []
    for name in measures:
        grouped = table.groupby([by, "month"], sort=False)[name]
        part = pd.DataFrame(
            {"mean": grouped.mean(), "low": grouped.quantile(0.05), "high": grouped.quantile(0.95)}
        ).reset_index()
        part = part.rename(columns={by: "scenario"})
        part["scenario"] = part["scenario"].astype(str)
        part.insert(1, "measure", name)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def cube(table: pd.DataFrame, measure: str) -> dict[str, np.ndarray]:
    """Return each scenario's measure as an array of shape (replications, months + 1)."""
    columns = table[["scenario", "point", "replication", "month", measure]]
    ordered = columns.sort_values(["scenario", "replication", "month"], kind="stable")
    cubes = {}
    for name, block in ordered.groupby("scenario", sort=False):
        if block["point"].nunique() > 1:
            raise ValueError(f"scenario '{name}' has several points: choose one")
        cubes[str(name)] = block[measure].to_numpy().reshape(block["replication"].nunique(), -1)
    return cubes


def differences_over_time(
    table: pd.DataFrame,
    names: Sequence[str],
    measures: Sequence[str] = SHOWN,
    single_runs: bool = False,
) -> pd.DataFrame:
    """Return paired differences against the first scenario, month by month.

    Parameters
    ----------
    table : DataFrame
    names : sequence of str
        Scenarios; the first is the reference.
    measures : sequence of str
    single_runs : bool
        The ends are those of nine tenths of single runs instead of the mean's 95 % interval.

    Returns
    -------
    DataFrame
        ``scenario, measure, month, difference, low, high``.
    """
    parts = []
    for measure in measures:
        cubes, bounds = cube(table, measure), bounds_of(unit_of(measure), difference=True)
        for name in names[1:]:
            paired = cubes[name] - cubes[names[0]]
            mean, low, high = intervals(paired, bounds=bounds)
            if single_runs:
                low, high = range_of_runs(paired, 0.05, 0.95)
            part = {"scenario": name, "measure": measure, "month": np.arange(len(mean))}
            parts.append(pd.DataFrame(part | {"difference": mean, "low": low, "high": high}))
    columns = ["scenario", "measure", "month", "difference", "low", "high"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def by_level(table: pd.DataFrame, months: int = LAST) -> pd.DataFrame:
    """Return adoption by level over the last months: ``scenario, level, adoption, low, high``."""
    late = _late(table, months)
    names = [c for c in table.columns if c.startswith("adoption_level_")]
    means = late.groupby(["scenario", "replication"], sort=False)[names].mean()
    rows = []
    for scenario, block in means.groupby(level="scenario", sort=False):
        rows += [
            (scenario, int(name.rsplit("_", 1)[1]), *interval(block[name], bounds=(0.0, 1.0)))
            for name in names
            if block[name].notna().any()
        ]
    return pd.DataFrame(rows, columns=["scenario", "level", "adoption", "low", "high"])
