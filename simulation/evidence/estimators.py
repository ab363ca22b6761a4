"""Numbers of people, teams and leaders as they are found: correlations, shares, ratios."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
#: Fewest people present in a team for its mean to count.
SMALLEST_TEAM = 3


def intraclass_correlation(values: Array, teams: Array, smallest: int = SMALLEST_TEAM) -> float:
    """Return ICC(1): the share of variance that lies between teams.

    The estimator of a one-way analysis of variance, for teams of unequal sizes; below zero
    when team means differ less than chance would have them. NaN with fewer than two teams.

    Parameters
    ----------
    values : array of shape (people,)
    teams : array of shape (people,)
        Team numbers, from 0.
    smallest : int
        Teams with fewer people are left out.
    """
    size = np.bincount(teams)
    kept = size[teams] >= smallest
    values, teams = values[kept], teams[kept]
    size = size[size >= smallest].astype(float)
    count, people = len(size), float(len(values))
    if count < 2:
        return np.nan
    own = team_means(values, teams)[teams]
    between = float(((own - values.mean()) ** 2).sum()) / (count - 1)
    within = float(((values - own) ** 2).sum()) / (people - count)
    usual = (people - float((size**2).sum()) / people) / (count - 1)
    whole = between + (usual - 1.0) * within
    return (between - within) / whole if whole > 0.0 else np.nan


def team_means(values: Array, teams: Array) -> Array:
    """Return the mean of each team by number; NaN for numbers without anybody."""
    size = np.bincount(teams)
    return np.bincount(teams, weights=values) / np.where(size > 0, size, np.nan)


def outer_quartiles(
    values: Array, teams: Array, smallest: int = SMALLEST_TEAM
) -> tuple[Array, Array]:
    """Return who belongs to the bottom and who to the top quarter of teams by their means.

    Returns
    -------
    two bool arrays of shape (people,)
        Teams with fewer than ``smallest`` people are in neither and do not count.
    """
    means = np.where(np.bincount(teams) >= smallest, team_means(values, teams), np.nan)
    if np.isnan(means).all():
        nobody = np.zeros(len(values), dtype=bool)
        return nobody, nobody
    low, high = np.nanquantile(means, [0.25, 0.75])
    return (means <= low)[teams], (means >= high)[teams]


def exit_ratio(top: tuple[int, int], bottom: tuple[int, int]) -> float:
    """Return the exit rate of the top over that of the bottom, each as (left, people)."""
    if not (top[1] and bottom[1] and bottom[0]):
        return np.nan
    return (top[0] / top[1]) / (bottom[0] / bottom[1])


def correlation(first: Array, second: Array) -> float:
    """Return Pearson's correlation; NaN for fewer than three pairs or without variance."""
    if len(first) < 3 or np.ptp(first) == 0.0 or np.ptp(second) == 0.0:
        return np.nan
    return float(np.corrcoef(first, second)[0, 1])


def chain_correlations(action: Array, boss: Array, in_post: Array) -> tuple[float, float]:
    """Return how leaders' action goes with the boss's, and how far two levels are a chain.

    Parameters
    ----------
    action : array of shape (seats,)
    boss : int array of shape (seats,)
        -1 for the chief, who is nobody's report and counts only as a boss.
    in_post : bool array of shape (seats,)
        Leaders' seats that are occupied; pairs and chains with another seat are left out.

    Returns
    -------
    tuple of float
        The correlation one level apart; the one two levels apart less the product of the
        two between neighbours, all three over the same chains.
    """
    own = np.flatnonzero(in_post & (boss >= 0) & in_post[boss])
    one = correlation(action[own], action[boss[own]])
    low = own[(boss[boss[own]] >= 0) & in_post[boss[boss[own]]]]
    middle = boss[low]
    high = boss[middle]
    product = correlation(action[low], action[middle]) * correlation(action[middle], action[high])
    return one, correlation(action[low], action[high]) - product


def tenure_in_years(arrived: Array, step: int, steps_per_month: int) -> Array:
    """Return the years since people arrived, at the end of a step."""
    return (step - arrived) / (12.0 * steps_per_month)


def conduct_correlation(engagement: Array, action: Array, boss: Array, in_post: Array) -> float:
    """Return how people's engagement goes with the action that their own boss shows.

    Parameters
    ----------
    engagement, action : arrays of shape (seats,)
    boss : int array of shape (seats,)
        -1 for the chief, who is nobody's report.
    in_post : bool array of shape (seats,)
        Reports and bosses both have to be there: an empty seat shows nothing to anybody.
    """
    own = np.flatnonzero(in_post & (boss >= 0) & in_post[boss])
    return correlation(engagement[own], action[boss[own]])


def mean(values: Array, statistic: Callable[[Array], Any] = np.mean) -> float:
    """Return a statistic, or NaN of nothing."""
    return float(statistic(values)) if len(values) else np.nan


def ratio(top: Array, bottom: Array) -> tuple[float, float, float]:
    """Return the ratio of two means over the same runs, with its 95 % interval.

    A mean of ratios would be led by the runs whose divisor is next to nothing. The interval is
    Student's t of the residuals ``top - ratio * bottom``, which is right as long as the
    divisor's mean is clear of zero.
    """
    from ..pictures.summaries import interval

    top, bottom = np.asarray(top, dtype=float), np.asarray(bottom, dtype=float)
    known = ~(np.isnan(top) | np.isnan(bottom))
    divisor = mean(bottom[known])
    if not divisor or divisor != divisor:
        return np.nan, np.nan, np.nan
    value = mean(top[known]) / divisor
    _, low, high = interval((top[known] - value * bottom[known]) / abs(divisor))
    return value, value + low, value + high
