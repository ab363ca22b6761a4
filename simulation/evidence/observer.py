"""What is seen of people who are followed from month to month, and of each year's end."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..month.state import NEVER
from .estimators import (
    chain_correlations,
    conduct_correlation,
    exit_ratio,
    intraclass_correlation,
    mean,
    outer_quartiles,
    tenure_in_years,
)

Array = NDArray[Any]
YEAR = 12
#: Levels from the chief down that count as senior.
SENIOR_LEVELS = 2


class Month(NamedTuple):
    """Those employed at the end of a month, one row each, in the order of identity.

    ``mentor`` is the mentor's identity; it has no meaning where ``paired`` is false.
    Times are steps.
    """

    step: int
    identity: Array
    paired: Array
    mentor: Array
    formal: Array
    poor: Array
    pair_start: Array
    pair_end: Array
    waiting: Array


def month_of(run: Any) -> Month:
    """Return a copy of what is followed from month to month."""
    people = run.state.people
    rows = np.flatnonzero(run.state.seats.occupied)
    rows = rows[np.argsort(people.identity[rows])]
    mentor = people.mentor[rows]
    step = run.month * run.scenario.parameters.run.steps_per_month
    return Month(
        step,
        people.identity[rows],
        mentor >= 0,
        people.identity[mentor],
        people.formal[rows] > 0,
        people.poor[rows] > 0,
        people.pair_start[rows],
        people.pair_end[rows],
        people.waiting[rows],
    )


def found(month: Month, identity: Array) -> tuple[Array, Array]:
    """Return who is employed in a month, and in which row (any row for those who are not)."""
    if len(month.identity) == 0:
        return np.zeros(len(identity), dtype=bool), np.zeros(len(identity), dtype=np.intp)
    row = np.minimum(np.searchsorted(month.identity, identity), len(month.identity) - 1)
    return month.identity[row] == identity, row


def completed_pairs(before: Month, now: Month) -> tuple[Array, Array]:
    """Return the lengths, in steps, of relationships that ended well since, and which are formal.

    Well ended what was no poor match and reached its planned end with both still employed.
    A relationship shorter than a month may be missed when steps are shorter.
    """
    due = before.paired & ~before.poor & (before.pair_end <= now.step)
    here, row = found(now, before.identity[due])
    there, _ = found(now, before.mentor[due])
    over = ~now.paired[row] | (now.pair_start[row] != before.pair_start[due])
    well = here & there & over
    length = before.pair_end[due] - before.pair_start[due]
    return length[well], before.formal[due][well]


class Seekers(NamedTuple):
    """Those who began to seek a mentor in one month.

    ``begun`` includes those matched at once; the others have an identity and a beginning.
    """

    begun: int
    identity: Array
    since: Array


def new_seekers(before: Month, now: Month) -> Seekers:
    """Return those who began to seek after ``before``, matched by now or not."""
    unmatched = now.waiting > before.step
    known, row = found(before, now.identity)
    sought_before = known & (before.waiting[row] != NEVER)
    at_once = now.paired & (now.pair_start > before.step) & ~sought_before
    begun = int((unmatched | at_once).sum())
    return Seekers(begun, now.identity[unmatched], now.waiting[unmatched])


def still_waiting(seekers: Seekers, now: Month) -> int:
    """Return how many are still in the same search; those who left or stopped are not."""
    here, row = found(now, seekers.identity)
    return int((here & (now.waiting[row] == seekers.since)).sum())


def stocks(run: Any) -> dict[str, float]:
    """Return the stocks of one moment, in the units of :data:`patterns.PATTERNS`."""
    seats, people = run.state.seats, run.state.people
    step_length = run.scenario.parameters.run.steps_per_month
    here, leader = seats.occupied > 0, seats.team_size > 0
    tenure = tenure_in_years(people.arrived[here], run.month * step_length, step_length)
    in_team = here & (seats.boss >= 0)
    mentored = here & (people.mentor >= 0)
    load = people.load[here & (people.load > 0)]
    one, two = chain_correlations(seats.shown_action, seats.boss, here & leader)
    now = run.measures
    return {
        "tenure": mean(tenure, np.median),
        "newcomers": 100.0 * mean(tenure < 1.0),
        "engaged": 100.0 * now["engaged_share"],
        "disengaged": 100.0 * now["disengaged_share"],
        "icc": intraclass_correlation(people.engagement[in_team], seats.boss[in_team]),
        "conduct": conduct_of(run),
        "mentored": 100.0 * mean(mentored[here]),
        "formal": 100.0 * mean((mentored & (people.formal > 0))[here]),
        "junior": 100.0 * mean(~leader[mentored]),
        "senior": 100.0 * mean(seats.level[mentored] < SENIOR_LEVELS),
        "load": mean(load),
        "one_level": one,
        "two_levels": two,
    }


def conduct_of(run: Any) -> float:
    """Return how people's engagement goes with the action of their own boss at this moment."""
    seats = run.state.seats
    return conduct_correlation(
        run.state.people.engagement, seats.shown_action, seats.boss, seats.occupied > 0
    )


class Observer:
    """An analyzer: takes stocks at the end of each year, and follows people between.

    Parameters
    ----------
    begin : int
        Last month of burn-in: flows are taken after it.
    glance : int
        One month in which engagement is also held against bosses' action.
    """

    def __init__(self, begin: int, glance: int = -1) -> None:
        self.begin, self.glance = begin, glance
        self.glanced = np.nan
        self.taken: list[dict[str, float]] = []
        self.lengths: dict[bool, list[float]] = {True: [], False: []}
        self.sought = self.waited = 0
        #: Of the top and of the bottom quarter of teams: who left, and of how many.
        self.left, self.members = np.zeros(2, dtype=int), np.zeros(2, dtype=int)
        self._before: Month | None = None
        self._seekers: Seekers | None = None
        self._quarters: tuple[Array, ...] = ()

    def __call__(self, run: Any) -> None:
        """Record a finished month."""
        if run.month < self.begin:
            return
        if run.month == self.glance:
            self.glanced = conduct_of(run)
        now = month_of(run)
        if self._before is not None:
            self._follow_pairs(self._before, now, run.scenario.parameters.run.steps_per_month)
            self._follow_seekers(self._before, now)
        if (run.month - self.begin) % YEAR == 0:
            self._follow_quarters(run, now)
            if run.month > self.begin:
                self.taken.append(stocks(run))
        self._before = now

    def _follow_pairs(self, before: Month, now: Month, steps_per_month: int) -> None:
        length, formal = completed_pairs(before, now)
        for kind in (True, False):
            self.lengths[kind] += (length[formal == kind] / steps_per_month).tolist()

    def _follow_seekers(self, before: Month, now: Month) -> None:
        if self._seekers is not None:
            self.sought += self._seekers.begun
            self.waited += still_waiting(self._seekers, now)
        self._seekers = new_seekers(before, now)

    def _follow_quarters(self, run: Any, now: Month) -> None:
        for k, members in enumerate(self._quarters):
            self.left[k] += int((~found(now, members)[0]).sum())
            self.members[k] += len(members)
        seats, people = run.state.seats, run.state.people
        rows = np.flatnonzero((seats.occupied > 0) & (seats.boss >= 0))
        bottom, top = outer_quartiles(people.engagement[rows], seats.boss[rows])
        self._quarters = (people.identity[rows[top]], people.identity[rows[bottom]])

    def values(self) -> dict[str, float]:
        """Return the run's numbers: stocks averaged over years, flows over all months.

        Of informal relationships the months and the pairs, for runs to be pooled by the pair.
        """
        averages = {
            name: mean(np.array([x for x in (t[name] for t in self.taken) if x == x]))
            for name in (self.taken[0] if self.taken else {})
        }
        (top, bottom), (tops, bottoms) = self.left.tolist(), self.members.tolist()
        conduct, icc = (averages.get(name, np.nan) for name in ("conduct", "icc"))
        return averages | {
            "conduct_share": conduct**2 / icc if icc > 0.0 else np.nan,
            "conduct_glance": self.glanced,
            "quartiles": exit_ratio((top, tops), (bottom, bottoms)),
            "informal_months": float(sum(self.lengths[False])),
            "informal_pairs": float(len(self.lengths[False])),
            "formal_months": mean(np.array(self.lengths[True])),
            "waiting": 100.0 * self.waited / self.sought if self.sought else np.nan,
        }
