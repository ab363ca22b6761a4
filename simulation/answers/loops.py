"""Loops: what follows a lever that is raised slowly, and lowered again as slowly.

If there are two states (hysteresis) the way down stays above the way up however slowly one goes,
and something stays for good; if there is only a lag, slower loops are narrower and what was gained
fades. Two states by thresholds: Granovetter (1978).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..pictures import summaries
from ..pictures.estimates import Array, Estimate

__all__ = ["Loop", "way"]

#: The longest ramp of one event, in months.
LONGEST = 120


def way(month: int, start: float, end: float, months: int) -> list[dict[str, Any]]:
    """Return the changes that take a lever evenly from one value to another.

    Parameters
    ----------
    month : int
        The first in which it moves.
    start, end : float
    months : int

    Returns
    -------
    list of dict
        ``month, ramp, value`` of events of type "change".
    """
    parts = -(-months // LONGEST)
    length, step = months // parts, (end - start) / parts
    return [
        {"month": month + k * length, "ramp": length, "value": start + (k + 1) * step}
        for k in range(parts)
    ]


class Loop(NamedTuple):
    """A measure by replication and month, less that where the lever stays low, up and down."""

    up: Array  #: of shape (replications, months)
    down: Array  #: the same, turned round: at the same values of the lever
    after: Array  #: what follows the loop, with the lever low again

    @classmethod
    def of(cls, gaps: Array, start: int, months: int) -> Loop:
        """Return the loop that begins in a month of differences and takes so many each way."""
        top = start + months - 1
        down = gaps[:, top : top + months][:, ::-1]
        return cls(gaps[:, start : top + 1], down, gaps[:, start + 2 * months :])

    def width(self) -> Array:
        """Return the way down less the way up over the middle half, by replication."""
        months = self.up.shape[1]
        return (self.down - self.up)[:, months // 4 : 3 * months // 4].mean(axis=1)

    def gained(self) -> Array:
        """Return what was gained in the last year of the way up, by replication."""
        return self.up[:, -12:].mean(axis=1)

    def left(self, months: int) -> Array:
        """Return what is left in the last year of so many months after, by replication."""
        return self.after[:, months - 12 : months].mean(axis=1)

    def curves(self, low: float, high: float, held: Mapping[float, Estimate]) -> pd.DataFrame:
        """Return both ways over the lever, and what it brings where it is held, with intervals.

        Parameters
        ----------
        low, high : float
            The lever's ends.
        held : mapping
            Value of the lever to what it brings, less that where it stays low.

        Returns
        -------
        DataFrame
            ``x, value, low, high, series``; series are up, down and held.
        """
        months = self.up.shape[1]
        at = low + (high - low) * np.arange(1, months + 1) / months
        parts = []
        for series, values in (("up", self.up), ("down", self.down)):
            value, least, most = summaries.intervals(values)
            curve = {"x": at, "value": value, "low": least, "high": most, "series": series}
            parts.append(pd.DataFrame(curve))
        static = [(low, 0.0, 0.0, 0.0), *((value, *one) for value, one in held.items())]
        still = pd.DataFrame(static, columns=["x", "value", "low", "high"])
        return pd.concat([*parts, still.assign(series="held")])
