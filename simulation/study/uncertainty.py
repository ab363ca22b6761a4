"""What is not known about parameters, carried into results.

The calibration ships the parameter vectors that show all published patterns
(``results/calibration/accepted.csv``). A comparison that runs on all of them in turn has two
sources of spread: luck, and not knowing which vector is right. :func:`variance_shares` tells
them apart.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError, nearest
from ..files import shipped
from ..scenarios.scenario import Scenario, load_scenario
from ..theory.parameters import declared

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["accepted_vectors", "read_vectors", "variance_shares", "with_vector"]


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


@functools.cache
def _usual() -> dict[str, Any]:
    groups = load_scenario("baseline").parameters.model_dump()
    return {f"{g}.{key}": value for g, values in groups.items() for key, value in values.items()}


def with_vector(scenario: Scenario, vector: Mapping[Any, Any]) -> Scenario:
    """Return a scenario with a vector's values, but for those that the scenario itself sets.

    A scenario sets what differs from the shipped baseline.
    """
    stated = scenario.parameters.model_dump()
    changes = {}
    for name, value in vector.items():
        group, key = name.split(".")
        if stated[group][key] == _usual()[name]:
            changes[name] = round(value) if declared()[name].kind == "int" else float(value)
    return scenario.changed(changes)


def variance_shares(values: np.ndarray) -> tuple[float, float]:
    """Return which shares of the variance come from the parameters and from chance.

    One-way analysis of variance with random effects (the estimator of moments).

    Parameters
    ----------
    values : array of shape (vectors, runs)
        An outcome of each run of each vector; at least two vectors and two runs.

    Returns
    -------
    tuple of float
        They add up to 1; NaN where nothing varies or there are too few runs to tell.
    """
    vectors, runs = values.shape
    if vectors < 2 or runs < 2:
        return np.nan, np.nan
    chance = float(values.var(axis=1, ddof=1).mean())
    parameters = max(float(values.mean(axis=1).var(ddof=1)) - chance / runs, 0.0)
    total = parameters + chance
    return (parameters / total, chance / total) if total > 0.0 else (np.nan, np.nan)
