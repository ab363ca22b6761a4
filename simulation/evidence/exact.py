"""Numbers that are known exactly: diffusion with turnover at rest, and posts left and refilled."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..pictures.estimates import Estimate
from ..theory.succession import Succession

__all__ = ["Post", "agreement", "bass_share", "bass_share_of_steps", "median_of", "post_of"]


def agreement(measured: Estimate, exact: float) -> Estimate:
    """Return how well a measured number agrees with an exact one: the smaller over the larger.

    1 is complete agreement; the interval's upper end is 1 where it holds the exact number.
    """
    ratios = [number / exact for number in measured]
    near = [min(one, 1.0 / one) if one > 0.0 else 0.0 for one in ratios]
    holds = ratios[1] <= 1.0 <= ratios[2]
    return Estimate(near[0], min(near[1:]), 1.0 if holds else max(near[1:]))


def median_of(values: NDArray[np.float64]) -> Estimate:
    """Return the median with its 95 % interval, from one order statistic to another."""
    from scipy.stats import binom

    ordered = np.sort(values)
    first = max(int(binom.ppf(0.025, len(ordered), 0.5)), 1)
    return Estimate(float(np.median(ordered)), float(ordered[first - 1]), float(ordered[-first]))


# --- diffusion with turnover -----------------------------------------------------------


def bass_share(
    p: float, q: float, stop: float = 0.0, leave: float = 0.0, newcomers: float = 0.0
) -> float:
    """Return the stationary share of adopters among people who come and go.

    Where (p + q F) (1 - F) join, people stop at a rate d and leave at a rate m, and newcomers bring
    a share f, the share at rest is the positive root of
    q F^2 - (q - p - d - m) F - (p + m f) = 0; without q it is (p + m f) / (p + d + m).
    All rates are of one unit of time.
    """
    joining, slope = p + leave * newcomers, q - p - stop - leave
    if q == 0.0:
        return joining / (p + stop + leave)
    return (slope + math.sqrt(slope * slope + 4.0 * q * joining)) / (2.0 * q)


def bass_share_of_steps(
    p: float, q: float, stop: float, leave: float, newcomers: float, per_year: int
) -> float:
    """Return the same in discrete steps: leavers are replaced, then people join and stop at once.

    Each does so with the chance 1 - exp(-rate / steps a year), by the share of the step before.
    """
    from scipy.optimize import brentq

    gone, stopped = (1.0 - math.exp(-rate / per_year) for rate in (leave, stop))

    def change(share: float) -> float:
        left = share * (1.0 - gone) + gone * newcomers
        joined = 1.0 - math.exp(-(p + q * share) / per_year)
        return left * (1.0 - stopped) + (1.0 - left) * joined - share

    return float(brentq(change, 0.0, 1.0))


# --- posts that are left and refilled --------------------------------------------------


class Post(NamedTuple):
    """A post whose holder leaves with a chance a month; then it is empty for some months."""

    leave: float
    waits: Mapping[int, float]  #: months without a holder to their probability

    def moves(self) -> NDArray[np.float64]:
        """Return the chain's matrix: state 0 is filled, state j is empty for j months to come."""
        matrix = np.eye(max(self.waits) + 1, k=-1)  # a month less to wait
        matrix[0, 0] = 1.0 - self.leave
        for months, chance in self.waits.items():
            matrix[0, months] += self.leave * chance
        return matrix

    def at_rest(self) -> NDArray[np.float64]:
        """Return the stationary probabilities of the states."""
        matrix = self.moves()
        states = len(matrix)
        equations = np.vstack([matrix.T - np.eye(states), np.ones(states)])
        found = np.linalg.lstsq(equations, np.append(np.zeros(states), 1.0), rcond=None)[0]
        return np.asarray(found)

    def all_empty(self, posts: int) -> float:
        """Return the share of months in which none of so many posts is filled."""
        return float((1.0 - self.at_rest()[0]) ** posts)

    def spell(self, posts: int) -> float:
        """Return how many months on average none is filled, once that is so."""
        resting = self.at_rest()
        empty = 1.0 - resting[0]
        both = empty - resting[1]  # in two months running
        return float(empty**posts / (empty**posts - both**posts))

    def months_without(self, posts: int, months: int) -> float:
        """Return the expected months without any holder, all posts being filled at the start."""
        matrix, state, total = self.moves(), np.eye(max(self.waits) + 1)[0], 0.0
        for _ in range(months):
            state = state @ matrix
            total += (1.0 - state[0]) ** posts
        return float(total)


def post_of(succession: Succession) -> Post:
    """Return the chain of a mentoring lead's post to which no bench succeeds.

    A refill works at once with a plan, after ``refill_quick`` without, or takes ``refill_slow``.
    """
    s = succession
    works, quick = (s.plan_works, 0) if s.plan else (s.no_plan_works, round(s.refill_quick))
    slow = round(s.refill_slow)
    waits = {quick: works}
    waits[slow] = waits.get(slow, 0.0) + 1.0 - works
    return Post(1.0 - math.exp(-s.lead_exit / 12.0), waits)
