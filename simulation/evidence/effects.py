"""What events and interventions cause: twins of one run, each told apart from it by one thing.

A run is followed over its fifteen years; at a few moments twins part from it with the same luck
(:meth:`simulation.study.run.Run.twin`) and are run on for a year or a few. All twins of a
replication share one history, so that they cost little more than the months in which they
differ: see :data:`COST`.

The year after an event is the twelve months from its own month on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..scenarios.notation import event_table
from ..scenarios.scenario import Scenario
from ..study.run import Run
from .estimators import mean

__all__ = ["COST", "Effects", "with_event"]

Array = NDArray[Any]
YEAR = 12
#: Months from the launch after which events happen, and by which a notice comes before.
SETTLED, NOTICE = 60, 6
#: Months from the launch after which some begin to practise because we make them; and how many
#: samples are drawn each time, with which share of teams.
INDUCED, LATE = (3, 24, 36), 84
SAMPLES, SHARE = 4, 0.05
#: How much more action sampled leaders are given, and the share of teams that lose their leader.
MORE, LEAVING = 0.1, 1.0 / 3.0
HALF_YEAR, SPONSOR = 6, 60

_LAPSE = {"type": "commitment_lapse", "months": 6, "action": 0.1}
_CHIEF = {"type": "chief_leaves"}
#: What happens, by name; of each event the settings besides its month.
HAPPENINGS: dict[str, tuple[dict[str, Any], ...]] = {
    "lapse_all": (_LAPSE,),
    "lapse_top": (_LAPSE | {"level": 0}, _LAPSE | {"level": 1}),
    "lapse_chief": (_LAPSE | {"level": 0},),
    "lapse_silent": (_LAPSE | {"talk": 0.1},),
    "absence": ({"type": "presence_change", "share": 0.0, "months": 6},),
    "chief_outside": (_CHIEF | {"successor": "outside"},),
    "chief_inside": (_CHIEF | {"successor": "inside"},),
    "chief_notice": (_CHIEF | {"successor": "outside", "notice": NOTICE},),
    "chief_named": (_CHIEF | {"successor": "inside", "named": True},),
}
#: Exits of teams whose leader is made to leave, and of the same teams; those who are watched.
EXITS, PEERS = ("leaderless_exits", "usual_exits"), ("peer", "peer_boss", "peer_tie")
#: Those that are followed for two years.
TWO_YEARS = ("chief_outside",)


def with_event(scenario: Scenario, month: int, *events: Mapping[str, Any]) -> Scenario:
    """Return a scenario in which events also happen, in one month."""
    before = [event_table(event) for event in scenario.events]
    return scenario.changed(events=[*before, *({"month": month, **event} for event in events)])


# ------------------------------------------------------------------------ who is sampled


class Team(NamedTuple):
    """A front-line team: the leader's seat, and the seats of the members."""

    leader: int
    members: Array


def front_teams(run: Run) -> list[Team]:
    """Return the teams in which nobody has reports, in order of the leaders' seats."""
    seats = run.state.seats
    teams = []
    for leader in run.state.leaders:
        begin = int(seats.team_start[leader])
        members = np.arange(begin, begin + int(seats.team_size[leader]))
        if (seats.team_size[members] == 0).all():
            teams.append(Team(int(leader), members))
    return teams


class Treated(NamedTuple):
    """Who is made to practise, and whom it may move: pairs of one of them and somebody else."""

    rows: Array
    others: Array


def sampled_peers(run: Run, teams: list[Team], generator: np.random.Generator) -> Treated:
    """Return one member of each team who does not practise, and teammates who do not either."""
    idle = idle_seats(run)
    rows, others = [], []
    for team in teams:
        free = team.members[idle[team.members]]
        if len(free) > 1:
            chosen = generator.choice(free)
            rows.append(chosen)
            others += [row for row in free if row != chosen]
    return Treated(np.array(rows, dtype=np.intp), np.array(others, dtype=np.intp))


def sampled_bosses(run: Run, teams: list[Team]) -> Treated:
    """Return the teams' leaders who do not practise, and reports who do not either."""
    idle = idle_seats(run)
    chosen = [team for team in teams if idle[team.leader]]
    others = [row for team in chosen for row in team.members[idle[team.members]]]
    return Treated(
        np.array([team.leader for team in chosen], dtype=np.intp), np.array(others, dtype=np.intp)
    )


def tied_to(run: Run, treated: Treated) -> Array:
    """Return the seats tied to those treated, in other teams, whose people do not practise."""
    seats, ties, idle = run.state.seats, run.state.ties, idle_seats(run)
    found: list[int] = []
    for row in treated.rows:
        begin = int(seats.tie_start[row])
        ends = ties.seat[begin : begin + int(seats.tie_count[row])]
        apart = (seats.boss[ends] != seats.boss[row]) & idle[ends]
        found += ends[apart].tolist()
    return np.array(found, dtype=np.intp)


def idle_seats(run: Run) -> Array:
    """Return the seats whose people are there and do not practise."""
    return np.asarray((run.state.seats.occupied > 0) & (run.state.people.adopter == 0))


# --------------------------------------------------------------------- who is found again


class Present(NamedTuple):
    """Those employed at one moment, in the order of identity, and what they do and feel."""

    identity: Array
    adopter: Array
    engagement: Array


def present(run: Run) -> Present:
    """Return a copy of what is compared between twins."""
    people = run.state.people
    rows = np.flatnonzero(run.state.seats.occupied)
    rows = rows[np.argsort(people.identity[rows])]
    return Present(people.identity[rows], people.adopter[rows] > 0, people.engagement[rows])


def employed(now: Present, identity: Array) -> tuple[Array, Array]:
    """Return who of some people is employed, and in which row (any for those who are not)."""
    row = np.minimum(np.searchsorted(now.identity, identity), len(now.identity) - 1)
    return now.identity[row] == identity, row


def differences(one: Present, other: Present, identity: Array, what: str) -> Array:
    """Return by how much those still employed in both worlds differ."""
    here, row = employed(one, identity)
    there, place = employed(other, identity)
    both = here & there
    return np.asarray(
        getattr(one, what)[row[both]].astype(float) - getattr(other, what)[place[both]]
    )


# ------------------------------------------------------------------------------- the twins


class Pending(NamedTuple):
    """A comparison of people that waits for the run that the twin parted from."""

    month: int
    name: str
    people: Array
    then: Present
    what: str


class Effects:
    """An analyzer: lets twins part from a run, and compares them with it.

    Parameters
    ----------
    launch : int
        Month of the launch.
    luck : int
        Decides who is sampled.

    Notes
    -----
    What it finds is read with :meth:`values` once the run is finished.
    """

    def __init__(self, launch: int, luck: int) -> None:
        self.launch, self.luck = launch, luck
        self.curves: dict[str, tuple[int, Array]] = {}
        self.pending: list[Pending] = []
        self.found: dict[str, list[float]] = {}
        self.exits: dict[str, float] = {}

    def __call__(self, run: Run) -> None:
        """Let twins part at the end of a month, and compare those whose time has come."""
        since = run.month - self.launch
        if since == SETTLED - NOTICE:
            self._happens(run, "chief_notice", SETTLED + 1 - since, YEAR)
        elif since == SETTLED:
            self._all_happen(run)
        if since in (*INDUCED, LATE):
            self._induce(run, late=since == LATE)
        due = [one for one in self.pending if one.month == run.month]
        if due:
            now = present(run)
            for one in due:
                found = differences(one.then, now, one.people, one.what)
                self.found.setdefault(one.name, []).extend(found.tolist())
            self.pending = [one for one in self.pending if one.month > run.month]

    def _happens(self, run: Run, name: str, ahead: int, months: int) -> None:
        """Follow the twin in which something happens so many months ahead."""
        month = run.month + ahead
        changed = with_event(run.scenario, month, *HAPPENINGS[name])
        twin = run.twin(changed).advance(ahead - 1 + months)
        self.curves[name] = month, twin.table[month : month + months].copy()

    def _all_happen(self, run: Run) -> None:
        deepest = run.state.seats.level[run.state.leaders].max()
        for name, events in HAPPENINGS.items():
            if name != "chief_notice" and all(e.get("level", 0) <= deepest for e in events):
                self._happens(run, name, 1, 2 * YEAR if name in TWO_YEARS else YEAR)
        month = run.month + 1
        lost = with_event(run.scenario, month, {"type": "sponsor_leaves"})
        twin = run.twin(lost).advance(SPONSOR)
        self.curves["sponsor"] = month, twin.table[month : month + SPONSOR].copy()
        if deepest > 0:
            self._leaders_act(run)
            self._leaders_leave(run)

    def _generator(self, run: Run) -> np.random.Generator:
        return np.random.default_rng((self.luck, run.month))

    def _leaders_act(self, run: Run) -> None:
        """Give a random half of line leaders more action; their teams are compared in a year."""
        leaders = run.state.leaders[run.state.leaders > 0]
        leaders = leaders[run.state.seats.occupied[leaders] > 0]
        half = self._generator(run).permutation(leaders)[: len(leaders) // 2]
        twin = run.twin()
        for column in (twin.state.people.disposition, twin.state.people.action):
            column[half] = np.minimum(column[half] + MORE, 1.0)
        seats = run.state.seats
        led = np.flatnonzero((seats.occupied > 0) & np.isin(seats.boss, half))
        self._compare_later(run, twin.advance(YEAR), "conduct_causal", led, "engagement")

    def _compare_later(self, run: Run, twin: Run, name: str, rows: Array, what: str) -> None:
        people = run.state.people.identity[rows]
        self.pending.append(Pending(twin.month, name, people, present(twin), what))

    def _induce(self, run: Run, late: bool) -> None:
        """Make some begin to practise, in several twins; those about them are compared later."""
        generator, teams = self._generator(run), front_teams(run)
        count = max(1, round(SHARE * len(teams)))
        order = generator.permutation(len(teams))
        for first in range(0, min(2 * count * SAMPLES, len(teams) - 2 * count + 1), 2 * count):
            chosen = [teams[k] for k in order[first : first + 2 * count]]
            peers = sampled_peers(run, chosen[:count], generator)
            bosses = sampled_bosses(run, chosen[count:])
            twin = run.twin()
            for rows in (peers.rows, bosses.rows):
                twin.state.people.adopter[rows] = 1
            twin.advance(YEAR)
            watched = (peers.others, bosses.others, tied_to(run, peers))
            for name, rows in zip(PEERS, watched, strict=True):
                self._compare_later(run, twin, f"{name}_late" if late else name, rows, "adopter")

    def _leaders_leave(self, run: Run) -> None:
        """Let a third of front-line leaders leave; their teams' exits are counted for half a year.

        The leaders are those of the level that leads most front-line teams.
        """
        teams, seats = front_teams(run), run.state.seats
        levels = np.bincount(seats.level[[team.leader for team in teams]])
        event = {"type": "leader_leaves", "level": int(levels.argmax()), "share": LEAVING}
        changed = with_event(run.scenario, run.month + 1, event)
        gone, usual = run.twin(changed), run.twin()
        gone.advance(1), usual.advance(1)
        left = [
            team
            for team in teams
            if leads_still(run, usual, team.leader) and not leads_still(run, gone, team.leader)
        ]
        gone.advance(HALF_YEAR - 1), usual.advance(HALF_YEAR - 1)
        rows = np.concatenate([np.zeros(0, dtype=np.intp), *(team.members for team in left)])
        people = run.state.people.identity[rows[seats.occupied[rows] > 0]]
        per_month = 1.0 - run.scenario.parameters.turnover.involuntary
        others = len(people) * (1.0 - per_month**HALF_YEAR)
        for name, world in zip(EXITS, (gone, usual), strict=True):
            stayed, _ = employed(present(world), people)
            self.exits[name] = float((~stayed).sum()) - others

    def values(self, run: Run) -> dict[str, float]:
        """Return what was found, once the run that the twins parted from is finished."""
        names = (*HAPPENINGS, *EXITS, "conduct_causal", *PEERS, *(f"{p}_late" for p in PEERS))
        found = dict.fromkeys(names, np.nan)
        found |= {
            name: mean(own["engagement"][:YEAR] - run.table["engagement"][month : month + YEAR])
            for name, (month, own) in self.curves.items()
            if name != "sponsor"
        }
        month, own = self.curves["chief_outside"]
        second = slice(month + YEAR, month + 2 * YEAR)
        found["chief_second"] = mean(own["engagement"][YEAR:] - run.table["engagement"][second])
        found["silence"] = found["lapse_silent"] - found["lapse_all"]
        found["naming"] = found["chief_named"] - found["chief_inside"]
        found |= after_sponsor(*self.curves["sponsor"], run.table)
        found |= self.exits | {
            name: (100.0 if "peer" in name else 1.0) * mean(np.array(values))
            for name, values in self.found.items()
        }
        return found


def leads_still(before: Run, after: Run, leader: int) -> bool:
    """Return whether a seat's person of an earlier moment is still in it."""
    same = before.state.people.identity[leader] == after.state.people.identity[leader]
    return bool(same and after.state.seats.occupied[leader] and before.state.seats.occupied[leader])


def after_sponsor(month: int, own: Any, table: Any) -> dict[str, float]:
    """Return what infrastructure loses after a sponsor's exit, in percentage points, by time.

    NaN for a run whose programme ends in one of the two worlds: what is asked is how it recovers.
    """
    other = table[month : month + SPONSOR]
    lost = 100.0 * (other["infrastructure"] - own["infrastructure"])
    if min(other["programme_alive"].min(), own["programme_alive"].min()) < 1.0:
        lost = np.full(SPONSOR, np.nan)
    spans = {"early": (0, 12), "loss": (12, 24), "later": (24, 36), "regained": (45, 51)}
    return {f"sponsor_{name}": float(lost[a:b].mean()) for name, (a, b) in spans.items()}


def months_of_twins() -> int:
    """Return how many months all twins of a replication run together."""
    events = (len(HAPPENINGS) + len(TWO_YEARS)) * YEAR + NOTICE + SPONSOR
    sampled = SAMPLES * (len(INDUCED) + 1) * YEAR
    return events + sampled + YEAR + 2 * HALF_YEAR


#: Runs of ten years that the twins of one replication are worth.
COST = months_of_twins() / 120.0
