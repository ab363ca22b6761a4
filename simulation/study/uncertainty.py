"""What is not known about parameters, carried into results.

The calibration ships the parameter vectors that show all published patterns
(``results/calibration/accepted.csv``). A comparison that runs on all of them in turn has two
sources of spread: luck, and not knowing which vector is right. :func:`variance_shares` tells
them apart.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError, check_name, nearest
from ..files import shipped
from ..pictures.summaries import FEWEST, interval
from ..scenarios.scenario import Scenario
from ..tables import Reading, Words, number_in, read_sheet
from ..theory.parameters import declared, uncertain

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "accepted_vectors",
    "check_vectors",
    "lacking",
    "note_on_lacking",
    "parameter_share",
    "read_vectors",
    "variance_shares",
    "with_vector",
]


def _shipped() -> Path:
    """Return the file of accepted vectors: in the wheel, else in the checkout."""
    return shipped("results/calibration/accepted.csv", "shipped_calibration/accepted.csv")


@functools.cache
def accepted_vectors() -> pd.DataFrame:
    """Return the shipped parameter vectors, a row each, a column a parameter."""
    return read_vectors(_shipped())


def read_vectors(path: str | Path, sheet: str | None = None) -> pd.DataFrame:
    """Return parameter vectors from a table, CSV or Excel, with dotted names as its header.

    Parameters
    ----------
    path : path
    sheet : str, optional
        Of a workbook; default: the only one with rows.

    Returns
    -------
    DataFrame
        A row a vector. ``attrs["notes"]`` says how the file was read where that is no matter of
        course.

    Raises
    ------
    InputError
        The file cannot be read, or names no parameters, or holds no numbers.
    """
    import pandas as pd

    how = Reading(columns=1, sheet=sheet, option="--vectors-sheet")
    table = read_sheet(Path(path).expanduser(), Words(), how)
    columns = {}
    for k, name in enumerate(table.header):
        if name not in declared():
            raise InputError(f"{path}: there is no parameter '{name}'.{nearest(name, declared())}")
        cells = table.cells[table.once(k)]
        columns[name] = cells.each(lambda cell: number_in(cell, table.delimiter))
        if not np.isfinite(columns[name]).all():
            raise InputError(f"{path}: column '{name}' must hold a number in every row")
    vectors = pd.DataFrame(columns)
    vectors.attrs["notes"] = tuple(table.notes)
    return vectors


def check_vectors(vectors: pd.DataFrame) -> None:
    """Raise an InputError unless a table holds parameter vectors: a number in every cell."""
    if vectors.empty:
        raise InputError("the table of vectors is empty: give a row a vector, a column a parameter")
    for name in vectors.columns:
        check_name(name, declared(), "parameter")
        if vectors[name].dtype.kind not in "iuf" or not np.isfinite(vectors[name]).all():
            raise InputError(f"vectors: column '{name}' must hold a number in every row")


def with_vector(scenario: Scenario, vector: Mapping[Any, Any]) -> Scenario:
    """Return a scenario with a vector's values, but for those that somebody stated.

    What a file or a change gave stays, be it at the default (``Scenario.stated``); what the
    vector gives does not count as stated.
    """
    changes = {
        name: round(value) if declared()[name].kind == "int" else float(value)
        for name, value in vector.items()
        if name not in scenario.stated
    }
    return replace(scenario.changed(changes), stated=scenario.stated)


def lacking(vectors: pd.DataFrame) -> tuple[str, ...]:
    """Return the uncertain parameters that vectors say nothing of: they stay at their values."""
    return tuple(name for name in uncertain() if name not in vectors.columns)


def note_on_lacking(vectors: pd.DataFrame) -> str:
    """Return a sentence on the uncertain parameters that vectors lack, "" if they lack none."""
    names = lacking(vectors)
    if not names:
        return ""
    one = len(names) == 1
    many = "1 uncertain parameter is" if one else f"{len(names)} uncertain parameters are"
    return (
        f"{many} not in the vectors and held at the value that each scenario gives, so that "
        f"what is unknown of {'it' if one else 'them'} does not count: {', '.join(names)}."
    )


def variance_shares(values: np.ndarray) -> tuple[float, float]:
    """Return which shares of the variance come from the parameters and from chance.

    One-way analysis of variance with random effects (the estimator of moments).

    Parameters
    ----------
    values : array of shape (vectors, runs)
        An outcome of each run of each vector. Vectors without all of their runs (NaN) are left
        out; at least ``FEWEST`` others and two runs of each are needed.

    Returns
    -------
    tuple of float
        They add up to 1; NaN where nothing varies or there are too few runs to tell.
    """
    whole = _whole(values)
    runs = whole.shape[1]
    if not len(whole):
        return np.nan, np.nan
    chance = float(whole.var(axis=1, ddof=1).mean())
    parameters = max(float(whole.mean(axis=1).var(ddof=1)) - chance / runs, 0.0)
    total = parameters + chance
    return (parameters / total, chance / total) if total > 0.0 else (np.nan, np.nan)


def parameter_share(values: np.ndarray) -> tuple[float, float, float]:
    """Return the share of the variance that comes from the parameters, with its 95 % interval.

    The interval is that of the ratio between the mean squares of vectors and of runs: its
    logarithm is jackknifed over vectors (Arvesen, Annals of Mathematical Statistics 40, 1969),
    which asks no normal law of them. Its ends are kept between 0 and 1.

    Parameters
    ----------
    values : array of shape (vectors, runs)
        As in :func:`variance_shares`.
    """
    share, whole = variance_shares(values)[0], _whole(values)
    if np.isnan(share):
        return np.nan, np.nan, np.nan
    count, runs = whole.shape
    means, own = whole.mean(axis=1), whole.var(axis=1, ddof=1)
    means = means - means.mean()
    others = count - 1.0
    between = (np.sum(means**2) - means**2 - means**2 / others) / (others - 1.0)
    ratios = runs * np.array([means.var(ddof=1), *between])
    within = np.array([own.mean(), *((own.sum() - own) / others)])
    if not ((ratios > 0.0) & (within > 0.0)).all():
        return share, np.nan, np.nan
    logs = np.log(ratios / within)
    _, low, high = interval(count * logs[0] - others * logs[1:])
    ends = (max(0.0, (ratio - 1.0) / (ratio + runs - 1.0)) for ratio in np.exp([low, high]))
    return share, next(ends), next(ends)


def _whole(values: np.ndarray) -> np.ndarray:
    """Return the vectors whose runs are all known, none if they are too few to tell."""
    whole = values[np.isfinite(values).all(axis=1)]
    enough = len(whole) >= FEWEST and whole.shape[1] > 1
    return whole if enough else whole[:0]
