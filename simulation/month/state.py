"""The state of one run: nothing but arrays, and what is measured of it.

Rows are seats in breadth-first order. What belongs to the person in a seat lies in the
rows of one table, so that a promotion moves one column of it; what belongs to the seat
itself (a team's style, a vacancy) stays.
"""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ..machine.bundle import Bundle
from ..machine.table import Table
from ..machine.tiles import TILE
from ..theory.columns import COLUMNS, KEPT, NEVER, SET, STEP
from ..theory.measures import LEVEL_MEASURES, MEASURES
from ..theory.parameters import declared, engine_record

#: Tenure of a seat that nobody holds at the start.
EMPTY = -1.0
if TYPE_CHECKING:
    from ..organizations.organization import Organization
    from ..theory.parameters import Parameters

__all__ = ["NEVER", "State", "allocate", "measure_table"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
#: Most mentees that a mentor can carry (the upper end of ``relationships.capacity``).
MOST_MENTEES = 4
#: What belongs to seats: the structure, and what stays when people change. Times are steps.
SEAT_NUMBERS = (
    "known_tenure",  # months, NaN where unknown, EMPTY where nobody is there at the start
    "style",  # of the team that this seat leads
    "legacy_talk",
    "legacy_action",  # what the last holder left behind
    "cap_talk",
    "cap_action",  # a lapse: most that is shown
    "shown_talk",
    "shown_action",
    "visit",
    "visit_upper",  # chance in a step to visit a given report; a report's report
    "visit_made",
    "visit_upper_made",
    "visit_hours",  # the same while the seat is filled, and hours spent: see leaders.plan_visits
    "deceit",  # whether what is shown too little of was promised: 0 in an honest failure
    "following",  # how much likelier the team is to leave since its leader did
    "team_ownership",
    "team_credibility",  # means over the team's occupied seats
    "signal",
    "team_signal",  # what peers see: visible practice less failures; sum of a team
)
SEAT_COUNTS = (
    "boss",
    "level",
    "branch",
    "team_start",
    "team_size",
    "below",  # the reports' reports
    "tie_start",
    "tie_count",
    "post",  # row in the table of posts, -1 without reports
    "team_present",
    "counted",  # whether peers saw its holder in the last step: part of the team's sums
    "occupied",
    "closed",
    "generation",
    "vacant_until",
    "cap_talk_until",
    "cap_action_until",
    "open_line",  # whether what comes from the top passes this leader
)
#: What belongs to a post that somebody can leave and be followed in: leaders' seats, in the
#: order of ``State.leaders``, then mentoring leads, then the sponsor.
POST_NUMBERS = (
    "talk",
    "action",  # what its holders are chosen around
    "talk_before",
    "action_before",
    "own_talk",
    "own_action",  # the same, and its holder's own, before a change that lasts for a while
    "next_talk",
    "next_action",  # what the next holder brings; NaN: as drawn
    "interim",  # part of the last holder's talk and action that is shown while it is vacant
    "strength",  # of the uncertainty that its last departure brought
    "excess",  # how much likelier the team is to leave since
    "presence",  # visits made, while it differs from others'
    "planned",  # the presence that visits are planned for
)
POST_COUNTS = (
    "left",  # step of the last departure
    "next_from",  # where the next holder comes from, as events have it
    "next_experience",
    "overlap",  # steps that the next holder has been there by then
    "presence_until",
    "honest_until",  # step
    "held_talk",
    "held_action",  # whether the holder keeps to what a change has set
)
#: What belongs to the person in a seat, and moves along, as the mechanisms declare it.
PERSON_NUMBERS = tuple(name for name, column in COLUMNS.items() if column.kind == "number")
PERSON_COUNTS = tuple(name for name, column in COLUMNS.items() if column.kind == "count")
#: Rows of the tables of resets: what happens to a person.
START, HIRE, MOVE = 0, 1, 2
_OCCASIONS = ("start", "on_hire", "on_move")
SCRATCH_NUMBERS = ("position", "place", "seeker_position", "seeker_place", "mood", "team_mood")
SCRATCH_COUNTS = (
    "rows",
    "order",
    "ring",
    "seekers",
    "looking",
    "seeker_order",
    "seeker_ring",
    "slots",
    "starts",
    "next_free",
    "moved",
)
#: Where a tile is, and what was found in it: rows written from its first row on in scratch.
TILE_COUNTS = ("begin", "size", "level", "first_boss", "found", "seekers", "looking")
#: Sums over the people of a tile, by what is measured of them.
TILE_SUMS = (
    "present",
    "vacancies",
    "adoption",
    "engagement",
    "engaged",
    "disengaged",
    "credibility",
    "cynics",
    "ceiling",
    "ownership",
    "presence",
    "frustration",
    "mentees",
    "formal",
    "mentors",
    "waiting",
    "signal",
    "importance",
    "absence_noticed",
    "enquiries",
    "joins_invitation",
    "joins_peers",
    "dropouts",
)


class State(Bundle):
    """Everything that one run changes.

    Attributes
    ----------
    seats : Table
        SEAT_NUMBERS and SEAT_COUNTS.
    people : Table
        PERSON_NUMBERS, PERSON_COUNTS and identity.
    mentees : int array of shape (people, MOST_MENTEES)
        Rows of a mentor's mentees, -1 for none.
    leaders : int array of shape (leaders,)
        Rows of the seats with reports.
    tiles : Table
        TILE_SUMS and TILE_COUNTS: runs of rows of one level (``machine.tiles``).
    ties : Table
        The other end's seat, and the weight relative to the person's mean.
    thresholds : float array
        Listed thresholds, or empty.
    scratch : Table
        Working space, so that no step allocates by the person.
    programme : record
    leads : record array of shape (leads,)
    posts : Table
        POST_NUMBERS and POST_COUNTS: leaders' seats, mentoring leads, the sponsor.
    settings, before : float arrays
        The parameters as compiled code reads them, flat: a change writes there; and what they
        were before a change that lasts for a while.
    resets : Table
        What people carry, by occasion: NaN leaves alone, infinity is the step.
    gate : Table
        Where the threads of a crew meet (``machine.crew``).
    """

    parts = (
        "seats",
        "people",
        "mentees",
        "leaders",
        "tiles",
        "ties",
        "thresholds",
        "scratch",
        "programme",
        "leads",
        "posts",
        "settings",
        "before",
        "resets",
        "gate",
    )
    seats: Table
    people: Table
    mentees: IntArray
    leaders: IntArray
    tiles: Table
    ties: Table
    thresholds: FloatArray
    scratch: Table
    programme: Any
    leads: Any
    posts: Table
    settings: FloatArray
    before: FloatArray
    resets: Table
    gate: Table


def _layout(*names: str) -> np.dtype[Any]:
    return np.dtype((np.record, [(name, "f8") for name in names]))


PROGRAMME = _layout(
    "alive",
    "launched",
    "launched_step",
    "financial",
    "technological",
    "human",
    "knowledge",
    "capacity",
    "granted",
    "keep_financial",
    "keep_technological",
    "keep_human",
    "keep_knowledge",
    "keep_financial_until",
    "keep_technological_until",
    "keep_human_until",
    "keep_knowledge_until",
    "endings",
    "benefits",
    "visible_value",
    "most_currency",
    "bench",
    "sponsor_action",
    "sponsor_vacant_until",
    "sponsor_since",
    "sponsor_inside",
    "last_briefing",
    "campaign_strength",
    "campaign_until",
    "freeze_until",
    "chief_left",
    "mean_action",
    "mean_talk",
    "top_talk",
    "top_action",
    "top_deceit",
    "top_presence",
    "top_count",
    "top_trust",
    "uncertainty",
    "vision",
    "alignment",
    "message",
    "workload",
    "coverage",
    "never_stopped",
    "signal",
    "headcount",
    "completed",
    "candidates",
    "left",
)
LEADS = _layout("vacant_until", "since", "inside", "experienced", "action", "effective")


ROW = _layout(*MEASURES)
LEVEL_ROW = _layout(*LEVEL_MEASURES)


def measure_table(months: int, levels: int) -> tuple[Any, Any]:
    """Return an empty record array of measures (months + 1,) and one by level.

    The second has shape (months + 1, levels); month 0 is the start.
    """
    return np.zeros(months + 1, dtype=ROW).view(np.recarray), np.zeros(
        (months + 1, levels), dtype=LEVEL_ROW
    ).view(np.recarray)


def _relative_weights(organization: Organization) -> FloatArray:
    """Return each tie's weight relative to the mean of the person's."""
    degree = np.diff(organization.tie_start)
    owner = np.repeat(np.arange(organization.people), degree)
    total = np.bincount(owner, weights=organization.tie_weight, minlength=organization.people)
    del owner  # large, and done with
    mean = total / np.maximum(degree, 1)
    mean[mean <= 0.0] = 1.0
    relative = np.repeat(mean, degree)
    return np.divide(organization.tie_weight, relative, out=relative)


def _seats(organization: Organization) -> Table:
    seats = Table(organization.people, SEAT_NUMBERS, SEAT_COUNTS)
    for name in ("boss", "level", "branch", "team_start", "team_size"):
        getattr(seats, name)[:] = getattr(organization, name)
    leads = organization.team_size > 0
    seats.post[:] = np.where(leads, np.cumsum(leads) - 1, -1)
    led = organization.boss[1:]
    seats.below[:] = np.bincount(led, organization.team_size[1:], minlength=organization.people)
    seats.tie_start[:] = organization.tie_start[:-1]
    seats.tie_count[:] = np.diff(organization.tie_start)
    seats.known_tenure[:] = organization.tenure
    if organization.vacant is not None:
        seats.known_tenure[organization.vacant] = EMPTY
    return seats


def _tiles(organization: Organization, leaders: IntArray) -> Table:
    """Return the rows cut into tiles, level by level: teams stay in one level."""
    sizes = np.bincount(organization.level)
    each = -(-sizes // TILE)
    level = np.repeat(np.arange(len(sizes)), each)
    within = np.arange(len(level)) - np.repeat(np.cumsum(each) - each, each)
    begin = (np.cumsum(sizes) - sizes)[level] + within * TILE
    tiles = Table(len(level), TILE_SUMS, TILE_COUNTS)
    tiles.level[:], tiles.begin[:] = level, begin
    tiles.size[:] = np.minimum(TILE, sizes[level] - within * TILE)
    tiles.first_boss[:] = np.searchsorted(leaders, organization.boss[begin])
    return tiles


def _ties(organization: Organization) -> Table:
    ties = Table(len(organization.tie_seat), ("weight",), ("seat",))
    ties.seat[:] = organization.tie_seat
    ties.weight[:] = _relative_weights(organization)
    return ties


class _Structure(NamedTuple):
    """What runs of one organization share, because none changes it."""

    leaders: IntArray
    ties: Table
    tiles: Table  # as they are before a run, which has its own


#: Kept as long as the organization is.
_STRUCTURES: WeakKeyDictionary[Organization, _Structure] = WeakKeyDictionary()


def _structure(organization: Organization) -> _Structure:
    found = _STRUCTURES.get(organization)
    if found is None:
        leaders = np.flatnonzero(organization.team_size).astype(np.int32)
        found = _Structure(leaders, _ties(organization), _tiles(organization, leaders))
        _STRUCTURES[organization] = found
    return found


def _own_tiles(shared: Table) -> Table:
    tiles = Table(shared.counts.shape[1], TILE_SUMS, TILE_COUNTS)
    tiles.counts[:] = shared.counts
    return tiles


def _resets(record: Any) -> Table:
    """Return what each occasion makes of each column: see ``State.resets``."""
    table = Table(len(_OCCASIONS), (*PERSON_NUMBERS, *PERSON_COUNTS))
    table.numbers[:] = _RESETS
    for row, occasion, group, key in RESET_BY:
        table.numbers[row, occasion] = record[group][key]
    return table


def _declared_resets() -> tuple[FloatArray, list[tuple[int, int, str, str]]]:
    """Return the resets that are the same in every run, and which are a parameter's value."""
    marks = {KEPT: np.nan, SET: np.nan, STEP: np.inf}
    fixed = np.empty((len(COLUMNS), len(_OCCASIONS)))
    by_parameter = []
    for row, name in enumerate((*PERSON_NUMBERS, *PERSON_COUNTS)):
        for place, occasion in enumerate(_OCCASIONS):
            value = getattr(COLUMNS[name], occasion)
            if isinstance(value, str) and value not in marks:
                by_parameter.append((row, place, *declared()[value].address))
                value = KEPT
            fixed[row, place] = marks.get(value, value)
    return fixed, by_parameter


_RESETS, RESET_BY = _declared_resets()


def flat(record: Any) -> FloatArray:
    """Return a record of parameters as the numbers that it consists of, on the same memory."""
    return typing.cast("FloatArray", record.base.reshape(1).view(np.float64))


def allocate(
    organization: Organization, parameters: Parameters, record: Any = None, leads: int = 0
) -> State:
    """Return the arrays of a run, still empty; ``order.run`` fills them in month 0.

    Parameters
    ----------
    organization : Organization
    parameters : Parameters
    record : record, optional
        ``parameters.engine_record``, where the caller has it already: the run's own, since a
        change writes to it.
    leads : int
        Posts of mentoring leads that there will ever be, where more than at the start.
    """
    n = organization.people
    structure = _structure(organization)
    record = engine_record(parameters) if record is None else record
    leads = max(leads, parameters.succession.leads)
    posts = len(structure.leaders) + leads + 1
    return State(
        seats=_seats(organization),
        people=Table(n, PERSON_NUMBERS, PERSON_COUNTS, ("identity",)),
        mentees=np.full((n, MOST_MENTEES), -1, dtype=np.int32),
        leaders=structure.leaders,
        tiles=_own_tiles(structure.tiles),
        ties=structure.ties,
        thresholds=np.array(parameters.adoption.thresholds, dtype=np.float64),
        scratch=Table(n + 2, SCRATCH_NUMBERS, SCRATCH_COUNTS),
        programme=np.zeros(1, dtype=PROGRAMME).view(np.recarray)[0],
        leads=np.zeros(leads, dtype=LEADS).view(np.recarray),
        posts=Table(posts, POST_NUMBERS, POST_COUNTS),
        settings=flat(record),
        before=np.zeros(record.nbytes // 8),
        resets=_resets(record),
        gate=Table(1, codes=("arrived",)),
    )
