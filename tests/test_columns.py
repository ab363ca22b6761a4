"""A hire inherits nothing, a move loses nothing: what is declared of columns is what happens.

They call parts of the month that only the month calls, so compiling these takes a minute: they
run as plain Python, in a process of their own (``test_compiled.py``); the bits are the same.
"""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

from simulation import Run, load_scenario
from simulation.machine.compiled import ENABLED
from simulation.month import adoption, events, staffing
from simulation.month.state import PERSON_COUNTS, PERSON_NUMBERS
from simulation.theory.columns import COLUMNS, KEPT, SET, STEP
from simulation.theory.parameters import GROUPS

pytestmark = pytest.mark.skipif(ENABLED, reason="run as plain Python by test_compiled.py")

POISON = 777
STEP_NOW = 5


@pytest.fixture
def run():
    scenario = load_scenario("baseline").changed({"organization.people": 40, "run.months": 12})
    made = Run(scenario, seed=4)
    made.start()
    return made


def poison(people, i):
    for name in PERSON_NUMBERS:
        getattr(people, name)[i] = POISON
    for name in PERSON_COUNTS:
        getattr(people, name)[i] = POISON


def promised(run, name, occasion):
    """Return the value that the declaration promises, or None where the code sets or keeps it."""
    value = getattr(COLUMNS[name], occasion)
    if value in (KEPT, SET):
        return None
    if value == STEP:
        return STEP_NOW
    if isinstance(value, str):
        group, key = value.split(".")
        return getattr(getattr(run.scenario.parameters, group), key)
    return value


def test_every_column_is_declared_once():
    modules = {group.__module__ for group in GROUPS.values()}
    names = [name for one in modules for name in getattr(sys.modules[one], "COLUMNS", ())]
    assert sorted(names) == sorted({*PERSON_NUMBERS, *PERSON_COUNTS})
    assert len(names) == len(set(names))


def check_hire(run, seat="front"):
    """Hire somebody for a seat of a predecessor full of poison: nothing of it is left."""
    state, p = run.state, run._record
    i = {"chief": 0, "leader": int(state.leaders[1]), "front": len(state.seats.boss) - 1}[seat]
    poison(state.people, i)
    state.mentees[i] = -1
    staffing.hire(state, p, run._key, np.array([i], np.int32), 1, STEP_NOW)
    left = [name for name in COLUMNS if getattr(state.people, name)[i] == POISON]
    assert not left, f"inherited from the predecessor: {left}"
    for name in COLUMNS:
        value = promised(run, name, "on_hire")
        if value is not None:
            assert getattr(state.people, name)[i] == value, name


def check_promotion(run):
    """Promote somebody full of poison: it is carried along but for what is reset."""
    state, p = run.state, run._record
    target = int(state.leaders[-1])
    source = int(state.seats.team_start[target])
    poison(state.people, source)
    state.people.mentor[source], state.people.load[source] = -1, 0
    state.mentees[source] = -1
    state.seats.occupied[target] = 0
    staffing.promote(state, p, run._key, source, target, STEP_NOW)
    links = {"mentor": -1, "load": 0}
    for name in COLUMNS:
        value = promised(run, name, "on_move")
        expected = links.get(name, POISON) if value is None else value
        assert getattr(state.people, name)[target] == expected, name


@pytest.mark.parametrize("seat", ["front", "leader", "chief"])
def test_a_hire_inherits_nothing(run, seat):
    check_hire(run, seat)


def test_a_promotion_carries_what_is_kept_and_resets_what_is_declared(run):
    resets = {name for name, column in COLUMNS.items() if column.on_move != KEPT}
    assert resets == {"in_post", "outside", "seen_boss", "seen_upper"}
    check_promotion(run)


def forget(state, name, occasion):
    """Take away one reset, in place: the column is kept on that occasion."""
    column = getattr(state.resets, name)
    place = ("start", "on_hire", "on_move").index(occasion)
    assert not np.isnan(column[place]), f"{name} has no reset {occasion}"
    column[place] = np.nan


def reset_columns(occasion):
    return [n for n, one in COLUMNS.items() if getattr(one, occasion) not in (KEPT, SET)]


@pytest.mark.parametrize("name", reset_columns("on_hire"))
def test_a_forgotten_reset_of_a_hire_is_noticed(run, name):
    forget(run.state, name, "on_hire")
    with pytest.raises(AssertionError, match=rf"inherited from the predecessor: \['{name}'\]"):
        check_hire(run)


@pytest.mark.parametrize("name", reset_columns("on_move"))
def test_a_forgotten_reset_of_a_move_is_noticed(run, name):
    forget(run.state, name, "on_move")
    with pytest.raises(AssertionError, match=name):
        check_promotion(run)


def test_no_column_is_kept_by_somebody_hired():
    """Somebody hired has no past here: each column is set or reset."""
    forgotten = [n for n, one in COLUMNS.items() if KEPT in (one.start, one.on_hire)]
    assert not forgotten, f"never reset when a seat is refilled: {forgotten}"


def test_a_reorganization_carries_every_column_that_is_kept():
    """Numbers that differ from person to person arrive where the person does."""
    scenario = load_scenario("baseline").changed(
        {
            "organization.people": 259,
            "run.months": 6,
            "commitment.scar_relief": 0.0,
            "events": [{"type": "reorganization", "month": 3, "share": 1.0}],
        }
    )
    run = Run(scenario, seed=4)
    run.start()
    people, seats = run.state.people, run.state.seats
    kept = [n for n, column in COLUMNS.items() if column.on_move == KEPT and n != "mentor"]
    for place, name in enumerate(kept):
        getattr(people, name)[:] = 1000 * place + np.arange(259)
    before = {name: getattr(people, name).copy() for name in kept}
    was = {who: i for i, who in enumerate(people.identity.tolist())}
    events.apply_event(run.state, run._record, run._key, run._events[0], 3, run.table[3])
    came_from = np.array([was[who] for who in people.identity.tolist()])
    assert (came_from != np.arange(259)).sum() > 200
    # Whoever takes over a team starts anew; whoever has led a team has led one.
    new_in_office = {"disposition", "action", "talk", "experienced"}
    for name in kept:
        stays = seats.team_size == 0 if name in new_in_office else np.full(259, True)
        lost = getattr(people, name)[stays] != before[name][came_from][stays]
        assert not lost.any(), f"a reorganization loses {name}"


def test_peers_are_those_who_were_there_in_the_last_month():
    """Less the seat's own holder of then, if there was one: who moves in changes nothing."""
    local = {"peers.boss": 0.0, "peers.boss_passive": 0.0, "peers.ties": 0.0}
    scenario = load_scenario("baseline").changed(
        {
            "organization.people": 259,
            "run.months": 6,
            "events": [{"type": "reorganization", "month": 3, "share": 1.0}],
        }
        | local
    )
    run = Run(scenario, seed=4)
    run.start()
    for _ in range(2):
        run.step()
    seats, people = run.state.seats, run.state.people
    held, before = seats.occupied.copy(), people.identity.copy()
    events.apply_event(run.state, run._record, run._key, run._events[0], 3, run.table[3])
    assert (people.identity != before).sum() > 200
    empty = np.flatnonzero(held[1:] == 0) + 1
    assert len(empty) > 0
    staffing.hire(run.state, run._record, run._key, empty, len(empty), 3)
    for i in range(1, len(held)):
        mates = np.flatnonzero(seats.boss == seats.boss[i])
        _, weights = adoption.adopting_peers(run.state, run._record, i)
        assert weights == held[mates].sum() - held[i], i


def test_the_first_population_starts_as_declared():
    scenario = load_scenario("baseline").changed({"organization.people": 40, "run.months": 12})
    run = Run(scenario, seed=4)
    for name in COLUMNS:
        getattr(run.state.people, name)[:] = POISON
    for t in range(len(run.state.tiles.begin)):
        staffing.populate(run.state, run._record, run._key, t)
    for name in COLUMNS:
        value = promised(run, name, "start")
        found = getattr(run.state.people, name)
        if value is not None:
            assert np.all(found == (0 if value == STEP_NOW else value)), name


def test_no_reset_is_a_mark_by_accident():
    """Infinity and NaN are the marks of the tables of resets: no declared value may be one."""
    values = [v for one in COLUMNS.values() for v in (one.start, one.on_hire, one.on_move)]
    assert all(math.isfinite(value) for value in values if not isinstance(value, str))


def test_a_reorganization_resets_what_a_promotion_resets():
    """Leaders who moved are no outsiders any more, and met nobody above their new seats yet."""
    scenario = load_scenario("baseline").changed(
        {
            "organization.people": 259,
            "run.months": 6,
            "events": [{"type": "reorganization", "month": 3, "share": 1.0}],
        }
    )
    run = Run(scenario, seed=4)
    run.start()
    for _ in range(2):
        run.step()
    people = run.state.people
    people.outside[:] = 1
    before = people.identity.copy()
    event = run._events[0]
    events.apply_event(run.state, run._record, run._key, event, 3, run.table[3])
    moved = people.identity != before
    assert moved.sum() > 200
    for name, value in (("outside", 0), ("in_post", 3), ("seen_boss", 3), ("seen_upper", 3)):
        assert np.all(getattr(people, name)[moved] == value), name
    assert np.all(people.outside[~moved] == 1)
