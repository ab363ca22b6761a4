"""Tidy tables of runs to summaries: intervals, bands over time, differences, levels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..theory.measures import MEASURES

__all__ = [
    "bands",
    "by_level",
    "cube",
    "differences_over_time",
    "interval",
    "measures_in",
    "of_mean_curves",
    "of_run",
    "of_runs",
    "summarise",
    "summarise_runs",
]

#: Months at the end of a run that its summary is taken of.
LAST = 12

#: The measures that reports show over time.
SHOWN = tuple(name for name, measure in MEASURES.items() if measure.drawn)


def interval(values: Any, level: float = 0.95) -> tuple[float, float, float]:
    """Return the mean and its Student-t confidence interval; NaN ends for fewer than two.

    Parameters
    ----------
    values : array-like of shape (replications,)
        NaN entries are left out.
    """
    from scipy.special import stdtrit

    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    if len(known) == 0:
        return np.nan, np.nan, np.nan
    mean = float(known.mean())
    if len(known) == 1:
        return mean, np.nan, np.nan
    half = stdtrit(len(known) - 1, 0.5 + level / 2) * known.std(ddof=1) / np.sqrt(len(known))
    return mean, mean - float(half), mean + float(half)


def of_mean_curves(
    statistic: Callable[..., float], *curves: np.ndarray, resamples: int = 1000
) -> tuple[float, float, float]:
    """Return a statistic of curves averaged over replications, and its bootstrap interval.

    The month of a low and the time of a recovery are read off the mean curve, because in a
    single run both are mostly noise. Replications are resampled whole, with fixed luck; the
    95 % interval is that of the percentiles.

    Parameters
    ----------
    statistic : callable
        Takes one mean curve for each of ``curves``. It may return infinity (not within the
        run) and NaN (nothing to measure).
    curves : arrays of shape (replications, months + 1)
        Row r of each belongs to the same replication.
    resamples : int

    Returns
    -------
    tuple of float
        Value, low, high; the ends are NaN with fewer than two replications.
    """
    value = float(statistic(*(curve.mean(axis=0) for curve in curves)))
    count = len(curves[0])
    if count < 2:
        return value, np.nan, np.nan
    shares = np.random.default_rng(0).multinomial(count, [1.0 / count] * count, resamples) / count
    drawn = zip(*(shares @ curve for curve in curves), strict=True)
    values = np.sort([statistic(*means) for means in drawn])
    # No interpolation: between a month and infinity there is nothing. NaN sorts last.
    low, high = values[int(0.025 * resamples)], values[int(np.ceil(0.975 * resamples)) - 1]
    return value, float(low), float(high)


def summarise(table: pd.DataFrame, months: int = LAST) -> pd.DataFrame:
    """Return each point's measures over the last months, with intervals over replications.

    Returns
    -------
    DataFrame
        ``scenario, point, measure, unit, mean, low, high, replications``.
    """
    runs = of_runs(table, months)
    return _summary_table(runs.groupby(level=["scenario", "point"], sort=False))


def of_run(names: Sequence[str], values: np.ndarray) -> dict[str, float]:
    """Return one run's row of :func:`of_runs`, without a table.

    Parameters
    ----------
    names : sequence of str
    values : array of shape (months + 1, names)
        A month in which there is nothing to measure (no pair that ended, say) is NaN.
    """
    late = values[max(1, len(values) - LAST) :]
    adds_up = np.array([name in MEASURES and MEASURES[name].adds_up for name in names])
    known, total = np.isfinite(late).sum(axis=0), np.nansum(late, axis=0)
    means = np.divide(total, known, out=np.full(len(total), np.nan), where=known > 0)
    return dict(zip(names, np.where(adds_up, total, means), strict=True))


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
    """Return the last months of runs, without the start."""
    return table[table["month"] > max(0, table["month"].max() - months)]


def measures_in(columns: Iterable[str]) -> list[str]:
    """Return the columns that are measures, by level or not."""
    return [name for name in columns if name.split("_level_")[0] in MEASURES]


def summarise_runs(runs: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Return the same from a table with a row a run, whose measures are taken already."""
    named = runs.assign(scenario=scenario).set_index(["scenario", "point"])
    named = named[measures_in(runs.columns)]
    return _summary_table(named.groupby(level=["scenario", "point"], sort=True))


def _summary_table(groups: Any) -> pd.DataFrame:
    rows = []
    for (scenario, point), block in groups:
        for name in block.columns:
            unit = MEASURES[name].unit if name in MEASURES else ""
            rows.append((scenario, point, name, unit, *interval(block[name]), len(block)))
    columns = ["scenario", "point", "measure", "unit", "mean", "low", "high", "replications"]
    return pd.DataFrame(rows, columns=columns)


def bands(table: pd.DataFrame, measures: Sequence[str] = SHOWN) -> pd.DataFrame:
    """Return means over replications by month, and the band of nine tenths of them.

    Returns
    -------
    DataFrame
        ``scenario, measure, month, mean, low, high``.
    """
    parts = []
    for name in measures:
        grouped = table.groupby(["scenario", "month"], sort=False)[name]
        part = pd.DataFrame(
            {"mean": grouped.mean(), "low": grouped.quantile(0.05), "high": grouped.quantile(0.95)}
        ).reset_index()
        part.insert(1, "measure", name)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def cube(table: pd.DataFrame, measure: str) -> dict[str, np.ndarray]:
    """Return each scenario's measure as an array of shape (replications, months + 1)."""
    ordered = table.sort_values(["scenario", "replication", "month"], kind="stable")
    cubes = {}
    for name, block in ordered.groupby("scenario", sort=False):
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
    rows = []
    for measure in measures:
        cubes = cube(table, measure)
        for name in names[1:]:
            paired = cubes[name] - cubes[names[0]]
            ends = _nine_tenths if single_runs else interval
            rows += [
                (name, measure, month, *ends(paired[:, month])) for month in range(paired.shape[1])
            ]
    columns = ["scenario", "measure", "month", "difference", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _nine_tenths(values: np.ndarray) -> tuple[float, float, float]:
    low, high = np.quantile(values, [0.05, 0.95])
    return float(values.mean()), float(low), float(high)


def by_level(table: pd.DataFrame, months: int = LAST) -> pd.DataFrame:
    """Return adoption by level over the last months: ``scenario, level, adoption, low, high``."""
    late = _late(table, months)
    names = [c for c in table.columns if c.startswith("adoption_level_")]
    means = late.groupby(["scenario", "replication"], sort=False)[names].mean()
    rows = []
    for scenario, block in means.groupby(level="scenario", sort=False):
        rows += [
            (scenario, int(name.rsplit("_", 1)[1]), *interval(block[name]))
            for name in names
            if block[name].notna().any()
        ]
    return pd.DataFrame(rows, columns=["scenario", "level", "adoption", "low", "high"])
