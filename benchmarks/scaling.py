"""How cost grows with people and months: exponents with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import t


def exponents(
    sizes: Sequence[tuple[int, int]], rounds: Sequence[Sequence[float]]
) -> list[tuple[float, float, float]]:
    """Return the exponents of people and of months in cost, each with its 95 % interval.

    Log cost is regressed on the logs of both in each round; the interval is Student's, over
    the rounds' exponents.

    Parameters
    ----------
    sizes : sequence of (people, months)
    rounds : sequence of sequences of float
        The cost at each size, round by round.
    """
    design = np.column_stack([np.ones(len(sizes)), np.log(np.array(sizes, float))])
    costs = np.log(np.array(rounds, float))
    slopes = np.linalg.lstsq(design, costs, rcond=None)[0][1:]
    count = costs.shape[1]
    wide = t.ppf(0.975, count - 1) * slopes.std(axis=1, ddof=1) / np.sqrt(count)
    return [(m, m - w, m + w) for m, w in zip(slopes.mean(axis=1), wide, strict=True)]
