"""Whether a sign holds over the parameter vectors that show the patterns, not in one of them only.

A finding that hangs on one assumed value is an artefact: another vector, which the patterns
allow as well, has the other sign. So beside each verdict stands the share of accepted vectors
that have the claim's sign, and "supported" needs nine in ten of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

import simulation
from simulation import Scenario
from simulation.study.uncertainty import with_vector

__all__ = ["measured_over", "share_of_vectors"]


def share_of_vectors(table: pd.DataFrame) -> pd.DataFrame:
    """Return the share of vectors that have each sign.

    Parameters
    ----------
    table : DataFrame
        ``vector``, and a column a claim with what was measured in a run of that vector, put so
        that the claim says "above 0". What a run could not show is NaN.

    Returns
    -------
    DataFrame
        One row a claim: ``claim``; ``vectors`` in which something was measured; ``share`` of these
        whose mean lies above 0.
    """
    means = table.groupby("vector").mean()
    known = means.notna().sum()
    share = (means > 0.0).sum() / known.where(known > 0)
    return pd.DataFrame(
        {"claim": means.columns, "vectors": known.to_numpy(), "share": share.to_numpy()}
    )


def measured_over(
    vectors: pd.DataFrame,
    scenarios: Sequence[Scenario],
    measure: Callable[[Any], Mapping[str, np.ndarray]],
    replications: int,
    seed: int,
) -> pd.DataFrame:
    """Return what a function measures of the runs of each vector, as :func:`share_of_vectors` asks.

    Parameters
    ----------
    vectors : DataFrame
        One row a vector, a column a parameter.
    scenarios : sequence of Scenario
        Run side by side, each with the vector's values but for those that it states.
    measure : callable
        Given the runs of one vector it returns a value a replication for each claim.
    replications, seed : int
    """
    parts = []
    for number, vector in enumerate(vectors.to_dict("records")):
        chosen = [with_vector(scenario, vector) for scenario in scenarios]
        runs = simulation.compare(chosen, seed, replications).runs
        parts.append(pd.DataFrame({"vector": number, **measure(runs)}))
    return pd.concat(parts, ignore_index=True)
