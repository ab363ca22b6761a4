"""The patterns that a calibrated baseline must show at once, and how far it shows each.

Nothing here changes a parameter: a pattern that is missed is listed as missed. The scenario
runs for fifteen years from its launch. After five years of burn-in, flows are taken over the
ten years that remain and stocks at the end of each of them; the growth of practice (13) is
taken from the launch. Signs (16) are paired runs of the scenario's own length.

Measures are naive unless said otherwise: they compare people as they are found, as surveys
do, not what the same people would do otherwise. Paired runs are causal.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..month.state import NEVER
from ..organizations.organization import Organization
from ..scenarios.scenario import Scenario, load_scenario
from ..study.run import Run, organization_of
from ..theory.events import Launch

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "NOT_FITTED",
    "PATTERNS",
    "Observer",
    "Pattern",
    "intraclass_correlation",
    "pattern_table",
]

#: Months from the launch: run in all, and left out of what is measured after burn-in.
MONTHS, BURN_IN = 180, 60
YEAR = 12
#: Fewest people present in a team for its mean to count.
SMALLEST_TEAM = 3
#: Levels from the chief down that count as senior.
SENIOR_LEVELS = 2

Array = NDArray[Any]


class Pattern(NamedTuple):
    """One number of a pattern: its band, and how it is known and measured.

    ``low`` and ``high`` are in ``unit``; NaN where the band is open.
    """

    number: int
    measured: str
    low: float
    high: float
    unit: str
    source: str
    how: str


_OPEN = float("nan")
_STOCK = "stock, naive: "
_FLOW = "flow, naive: "
_LEADERS = "leaders in post; action shown; all levels together"
PATTERNS: dict[str, Pattern] = {
    "voluntary": Pattern(
        1,
        "voluntary exits a month",
        1.1,
        1.6,
        "%",
        "seen: jolts2024",
        _FLOW + "voluntary exits over person-months",
    ),
    "tenure": Pattern(
        2, "median tenure", 3.5, 5.0, "years", "seen: bls2024", _STOCK + "those employed"
    ),
    "newcomers": Pattern(
        2, "staff under one year", 18.0, 25.0, "%", "seen: bls2024", _STOCK + "those employed"
    ),
    "engaged": Pattern(
        3, "engaged", 28.0, 37.0, "%", "seen: gallup2024", _STOCK + "engagement above the cut"
    ),
    "disengaged": Pattern(
        3,
        "actively disengaged",
        13.0,
        19.0,
        "%",
        "seen: gallup2024",
        _STOCK + "engagement below the cut",
    ),
    "icc": Pattern(
        4,
        "intraclass correlation of engagement in teams",
        0.10,
        0.25,
        "correlation",
        "recalled",
        _STOCK + "ICC(1), teams of three or more present",
    ),
    "quartiles": Pattern(
        5,
        "exits, top over bottom quartile of teams by engagement",
        0.45,
        0.85,
        "ratio",
        "seen: harter2020",
        _FLOW + "all exits, of those in the teams, in the 12 months that follow",
    ),
    "mentored": Pattern(
        6, "staff with a mentor", 25.0, 42.0, "%", "seen: olivet2019", _STOCK + "those employed"
    ),
    "formal": Pattern(
        6,
        "staff in the formal programme",
        12.0,
        24.0,
        "%",
        "seen: heidrick2017",
        _STOCK + "those employed, mentees only",
    ),
    "junior": Pattern(
        7,
        "of those mentored: junior",
        45.0,
        65.0,
        "%",
        "seen: olivet2019",
        _STOCK + "by position, not by experience: without reports",
    ),
    "senior": Pattern(
        7,
        "of those mentored: senior",
        _OPEN,
        15.0,
        "%",
        "seen: olivet2019",
        _STOCK + "by position, not by experience: the two top levels",
    ),
    "informal_months": Pattern(
        8,
        "completed informal relationships last",
        18.0,
        40.0,
        "months",
        "seen: kram1983; wanberg2006",
        _FLOW + "ended well, full length whenever begun",
    ),
    "formal_months": Pattern(
        8,
        "completed formal relationships last",
        6.0,
        12.0,
        "months",
        "seen: kram1983; wanberg2006",
        _FLOW + "ended well, full length whenever begun",
    ),
    "waiting": Pattern(
        9,
        "seekers who wait over a month",
        25.0,
        50.0,
        "%",
        "seen, weak: atd2019",
        _FLOW + "new seekers still unmatched at the end of the next month",
    ),
    "load": Pattern(
        9,
        "mentees per mentor",
        1.0,
        2.5,
        "people",
        "seen, weak: atd2019",
        _STOCK + "mentors who have any",
    ),
    "one_level": Pattern(
        11,
        "leader's action with the boss's",
        0.25,
        0.45,
        "correlation",
        "recalled, weak",
        _STOCK + _LEADERS,
    ),
    "two_levels": Pattern(
        11,
        "two levels apart, less the product of one level",
        -0.10,
        0.10,
        "correlation",
        "recalled, weak; tolerance assumed",
        _STOCK + _LEADERS,
    ),
    "first_year": Pattern(
        13,
        "practising 12 months from launch",
        5.0,
        12.0,
        "%",
        "p, q seen: sultan1990; band assumed",
        "stock, naive: that month",
    ),
    "third_year": Pattern(
        13,
        "practising 36 months from launch",
        15.0,
        25.0,
        "%",
        "p, q seen: sultan1990; band assumed",
        "stock, naive: that month",
    ),
    "plateau": Pattern(
        13,
        "practising 8 to 15 years from launch",
        35.0,
        60.0,
        "%",
        "p, q seen: sultan1990; band assumed",
        "stock, naive: mean of the months",
    ),
    "most": Pattern(
        13,
        "never everybody: most that ever practise",
        _OPEN,
        95.0,
        "%",
        "p, q seen: sultan1990; band assumed",
        "stock, naive: highest month of a run",
    ),
}
#: The shipped scenarios whose signs are checked: (more practice, less practice).
SIGNS = (
    ("strong-commitment", "baseline"),
    ("baseline", "action-without-talk"),
    ("action-without-talk", "no-commitment"),
    ("no-commitment", "talk-without-action"),
    ("quarter-less", "starved-finance"),
    ("quarter-less", "starved-technology"),
    ("quarter-less", "starved-people"),
    ("quarter-less", "starved-knowledge"),
)
SIGN_PATTERNS: dict[str, Pattern] = {
    f"{more} over {less}": Pattern(
        16,
        f"{more} over {less}",
        0.0,
        _OPEN,
        "% points",
        "theory: sign only",
        "paired runs, causal: practising in the last 12 months",
    )
    for more, less in SIGNS
}
#: All numbers by key.
ALL_PATTERNS: dict[str, Pattern] = PATTERNS | SIGN_PATTERNS
#: Patterns that calibration does not fit, and why: they are measured, and missed.
NOT_FITTED = {
    7: "its source asked people for their experience, which the model does not know; by position, "
    "leaders, a sixth of the staff, would have to be two fifths of those mentored",
}
LEVERS = tuple(dict.fromkeys(name for pair in SIGNS for name in pair))
#: Steps of progress for each replication of the table.
STEPS = 2


# ---------------------------------------------------------------------------- estimators


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


# ---------------------------------------------------------------------- people, month by month


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
    """Return the stocks of one moment, in the units of :data:`PATTERNS`."""
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
        "tenure": _mean(tenure, np.median),
        "newcomers": 100.0 * _mean(tenure < 1.0),
        "engaged": 100.0 * now["engaged_share"],
        "disengaged": 100.0 * now["disengaged_share"],
        "icc": intraclass_correlation(people.engagement[in_team], seats.boss[in_team]),
        "mentored": 100.0 * _mean(mentored[here]),
        "formal": 100.0 * _mean((mentored & (people.formal > 0))[here]),
        "junior": 100.0 * _mean(~leader[mentored]),
        "senior": 100.0 * _mean(seats.level[mentored] < SENIOR_LEVELS),
        "load": _mean(load),
        "one_level": one,
        "two_levels": two,
    }


def _mean(values: Array, statistic: Callable[[Array], Any] = np.mean) -> float:
    """Return a statistic, or NaN of nothing."""
    return float(statistic(values)) if len(values) else np.nan


class Observer:
    """An analyzer: takes stocks at the end of each year, and follows people between.

    Parameters
    ----------
    begin : int
        Last month of burn-in: flows are taken after it.
    """

    def __init__(self, begin: int = BURN_IN) -> None:
        self.begin = begin
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
        """Return the run's numbers: stocks averaged over years, flows over all months."""
        averages = {
            name: _mean(np.array([x for x in (t[name] for t in self.taken) if x == x]))
            for name in (self.taken[0] if self.taken else {})
        }
        (top, bottom), (tops, bottoms) = self.left.tolist(), self.members.tolist()
        return averages | {
            "quartiles": exit_ratio((top, tops), (bottom, bottoms)),
            "informal_months": _mean(np.array(self.lengths[False])),
            "formal_months": _mean(np.array(self.lengths[True])),
            "waiting": 100.0 * self.waited / self.sought if self.sought else np.nan,
        }


# ---------------------------------------------------------------------------------- the table


def from_months(table: Any, launch: int) -> dict[str, float]:
    """Return the numbers that the monthly measures of one run give.

    Parameters
    ----------
    table : record array of shape (months + 1,)
        Row m is month m.
    launch : int
        Month of the launch.
    """
    late = table[launch + BURN_IN + 1 :]
    practising = 100.0 * table["adoption"]
    return {
        "voluntary": 100.0 * float(late["voluntary_exits"].sum() / late["headcount"].sum()),
        "first_year": float(practising[launch + 12]),
        "third_year": float(practising[launch + 36]),
        "plateau": float(practising[launch + 96 : launch + MONTHS + 1].mean()),
        "most": float(practising.max()),
    }


def launch_month(scenario: Scenario) -> int:
    """Return the month in which the programme begins: 0, or that of a scripted launch."""
    if scenario.parameters.infrastructure.launched:
        return 0
    return min((e.month for e in scenario.events if isinstance(e, Launch)), default=0)


def measured_run(
    scenario: Scenario, organization: Organization, seed: int, replication: int
) -> dict[str, float]:
    """Run fifteen years from the launch; return a number for each of :data:`PATTERNS`."""
    launch = launch_month(scenario)
    observer = Observer(launch + BURN_IN)
    longer = scenario.changed({"run.months": launch + MONTHS})
    run = Run(longer, organization, seed, replication, analyzers=[observer]).finish()
    return observer.values() | from_months(run.table, launch)


@functools.cache
def levers_of(name: str) -> dict[str, Any]:
    """Return the values in which a shipped scenario differs from the baseline."""
    usual = load_scenario("baseline").parameters.model_dump()
    other = load_scenario(name).parameters.model_dump()
    return {
        f"{group}.{key}": value
        for group, values in other.items()
        for key, value in values.items()
        if value != usual[group][key]
    }


def with_levers_of(scenario: Scenario, name: str) -> Scenario:
    """Return a scenario with the values in which a shipped one differs from the baseline."""
    return scenario.changed(levers_of(name) | {"name": name})


def scenarios_of_signs(scenario: Scenario) -> dict[str, Scenario]:
    """Return the scenario with the levers of each shipped scenario of pattern 16, by name."""
    return {name: with_levers_of(scenario, name) for name in LEVERS}


def sign_differences(
    scenarios: Mapping[str, Scenario], organization: Organization, seed: int, replication: int
) -> dict[str, float]:
    """Return pattern 16's differences in one replication, in percentage points.

    Parameters
    ----------
    scenarios : mapping
        Those of :func:`scenarios_of_signs`, on shared luck.
    """
    ends = {
        name: 100.0
        * float(Run(one, organization, seed, replication).finish().table["adoption"][-YEAR:].mean())
        for name, one in scenarios.items()
    }
    return {f"{more} over {less}": ends[more] - ends[less] for more, less in SIGNS}


def within(pattern: Pattern, mean: float) -> bool:
    """Return whether a mean lies within a pattern's band; NaN never does."""
    return bool(mean == mean and not mean < pattern.low and not mean > pattern.high)


def met(key: str, values: Sequence[float] | Array) -> bool:
    """Return whether the runs of a scenario meet a number: a band by their mean, a sign clearly.

    A sign is clear when the whole 95 % interval of the mean lies above zero.
    """
    from ..pictures.summaries import interval

    mean, low, _ = interval(values)
    return bool(low > 0.0) if key in SIGN_PATTERNS else within(PATTERNS[key], mean)


def pattern_table(
    scenario: Scenario | str,
    seed: int = 0,
    replications: int = 20,
    organization: Organization | None = None,
    *,
    progress: Callable[[], Any] | None = None,
) -> pd.DataFrame:
    """Measure every pattern on a scenario and say which are met.

    Parameters
    ----------
    scenario : Scenario, or a name or path
    seed : int
        Study seed.
    replications : int
        Runs of the scenario, and paired runs of each scenario of pattern 16.
    organization : Organization, optional
        In place of the one that the scenario names.

    Returns
    -------
    DataFrame
        ``number, measured, low, high, unit, source, how, mean, mean_low, mean_high, met``:
        the band, the mean over replications with its 95 % interval (Student's t), and whether
        the mean lies in the band; of a sign, whether the whole interval lies above zero.

    Raises
    ------
    InputError
        The scenario or the organization cannot be used.
    """
    import pandas as pd

    from ..pictures.summaries import interval

    if replications < 1:
        raise InputError(f"replications must be at least 1, not {replications}")
    chosen = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    place = organization or organization_of(chosen)
    signs = scenarios_of_signs(chosen)
    measured = _all_replications(
        lambda r: measured_run(chosen, place, seed, r), replications, progress
    )
    differences = _all_replications(
        lambda r: sign_differences(signs, place, seed, r), replications, progress
    )
    together = [one | other for one, other in zip(measured, differences, strict=True)]
    rows = [
        (*pattern, *interval([values[key] for values in together]))
        for key, pattern in ALL_PATTERNS.items()
    ]
    columns = [*Pattern._fields, "mean", "mean_low", "mean_high"]
    return pd.DataFrame(rows, columns=columns).assign(
        met=[met(key, [values[key] for values in together]) for key in ALL_PATTERNS]
    )


def _all_replications(
    measure: Callable[[int], dict[str, float]],
    replications: int,
    progress: Callable[[], Any] | None,
) -> list[dict[str, float]]:
    """Return the numbers of each replication, in order, whatever the threads do."""
    results = []
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for values in threads.map(measure, range(replications)):
            results.append(values)
            if progress is not None:
                progress()
    return results


def for_the_screen(table: pd.DataFrame) -> pd.DataFrame:
    """Return a pattern table as text, narrow enough to be read."""
    import pandas as pd

    return pd.DataFrame(
        {
            "number": table["number"].astype(str),
            "measured": table["measured"] + ", " + table["unit"],
            "band": [
                _range(low, high) for low, high in zip(table["low"], table["high"], strict=True)
            ],
            "mean": [f"{value:.2f}" for value in table["mean"]],
            "95 % interval": [
                _range(low, high)
                for low, high in zip(table["mean_low"], table["mean_high"], strict=True)
            ],
            "met": ["met" if met else "not met" for met in table["met"]],
            "source": table["source"],
            "how": table["how"],
        }
    )


def _range(low: float, high: float) -> str:
    if low != low:
        return "-" if high != high else f"at most {high:.2f}"
    return f"above {low:.2f}" if high != high else f"{low:.2f} to {high:.2f}"


def verdict(table: pd.DataFrame) -> str:
    """Return in one line how many patterns are met: those of which every number is."""
    whole = table.groupby("number")["met"].all()
    return (
        f"{int(whole.sum())} of {len(whole)} patterns met "
        f"({int(table['met'].sum())} of {len(table)} numbers)."
    )
