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
from ..pictures.summaries import FEWEST
from ..scenarios.scenario import Scenario
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


def read_vectors(path: str | Path) -> pd.DataFrame:
    """Return parameter vectors from a CSV file with dotted parameter names as its header.

    Raises
    ------
    InputError
        The file cannot be read, or names no parameters, or holds no numbers.
    """
    import pandas as pd

    try:
        text = pd.read_csv(path, dtype=str)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path}: cannot be read as vectors: {str(error).splitlines()[0]}"
        ) from None
    table = pd.DataFrame(index=text.index)
    for name in text.columns:
        if name not in declared():
            raise InputError(f"{path}: there is no parameter '{name}'.{nearest(name, declared())}")
        try:
            table[name] = [float(cell) for cell in text[name]]  # exact, unlike a fast parser
        except ValueError:
            table[name] = np.nan
        if not np.isfinite(table[name]).all():
            raise InputError(f"{path}: column '{name}' must hold a number in every row")
    if table.empty:
        raise InputError(f"{path}: holds no vectors")
    return table


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
        out; at least ``FEWEST`` others and two runs are needed.

    Returns
    -------
    tuple of float
        They add up to 1; NaN where nothing varies or there are too few runs to tell.
    """
    between, within, _, runs = _squares(values)
    parameters = max(between - within, 0.0) / runs
    total = parameters + within
    return (parameters / total, within / total) if total > 0.0 else (np.nan, np.nan)


def parameter_share(values: np.ndarray) -> tuple[float, float, float]:
    """Return the share of the variance that comes from the parameters, with its 95 % interval.

    The interval is that of the ratio of both mean squares, which has an F law for normal
    numbers (Searle, Casella & McCulloch, Variance Components, 1992, section 3.6); its ends are
    kept between 0 and 1.

    Parameters
    ----------
    values : array of shape (vectors, runs)
        As in :func:`variance_shares`.
    """
    share = variance_shares(values)[0]
    between, within, vectors, runs = _squares(values)
    if np.isnan(share) or within == 0.0:
        return share, np.nan, np.nan
    from scipy.special import fdtri

    free = vectors - 1, vectors * (runs - 1)
    ratios = [between / within / fdtri(*free, quantile) for quantile in (0.975, 0.025)]
    low, high = (max(0.0, (ratio - 1.0) / (ratio + runs - 1.0)) for ratio in ratios)
    return share, low, high


def _squares(values: np.ndarray) -> tuple[float, float, int, int]:
    """Return the mean squares between and within vectors, and how many vectors and runs."""
    whole = values[np.isfinite(values).all(axis=1)]
    vectors, runs = whole.shape
    if vectors < FEWEST or runs < 2:
        return np.nan, np.nan, vectors, runs
    between = runs * float(whole.mean(axis=1).var(ddof=1))
    return between, float(whole.var(axis=1, ddof=1).mean()), vectors, runs
