"""When a change of a parameter during a run is felt: what each declares is what happens."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from helpers import changed, event, execute, small_tree
from test_architecture import EVENTS, alternatives, context

from simulation.theory.parameters import Parameter, declared, engine_record

PLACE = small_tree(span=6, levels=4, ties=4, seed=0)
MONTH, MONTHS = 12, 60
#: Nobody leaves, and no pair begins: whoever is there stays.
STILL = {
    "turnover.voluntary": 0.0,
    "turnover.involuntary": 0.0,
    "succession.chief_exit": 0.0,
    "succession.lead_exit": 0.0,
    "succession.sponsor_exit": 0.0,
    "succession.sponsor_follows": 0.0,
    "relationships.seeking": 0.0,
    "relationships.seeking_leaders": 0.0,
    "relationships.informal_seeking": 0.0,
}
IN_RECORD = [
    f"{group}.{key}"
    for group in engine_record(changed()).dtype.names
    for key in engine_record(changed())[group].dtype.names
    if group != "run"
]


def those(acts: str) -> list[str]:
    return [name for name in IN_RECORD if declared()[name].acts == acts]


def each_that_acts(acts: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", those(acts))


def others(parameter: Parameter) -> list[Any]:
    """Return other values; a run has room for as many leads as it began with."""
    return [1] if parameter.name == "succession.leads" else alternatives(parameter)


@functools.cache
def run(lively: bool, base: tuple[tuple[str, Any], ...], name: str = "", value: Any = None) -> Any:
    """Return the measures of a run in which a parameter is changed, be it a lever or not."""
    change = [event("change", MONTH, lever=name, value=value)] if name else []
    parameters = changed(dict(base) if lively else dict(base) | STILL)
    return execute(PLACE, parameters, [*(EVENTS if lively else ()), *change], MONTHS).table


def moves(name: str, lively: bool) -> bool:
    """Return whether a change to some other value moves a measure; none before it happens."""
    base = tuple((context(name)).items())
    usual = run(lively, base)
    for value in others(declared()[name]):
        table = run.__wrapped__(lively, base, name, value)
        assert table[:MONTH].tobytes() == usual[:MONTH].tobytes()
        if table.tobytes() != usual.tobytes():
            return True
    return False


@each_that_acts("always")
def test_what_acts_always_acts_when_it_is_changed(name):
    assert moves(name, lively=True) or moves(name, lively=False)


@each_that_acts("next holder")
def test_what_acts_with_the_next_holder_needs_one(name):
    assert moves(name, lively=True)
    assert not moves(name, lively=False)


@each_that_acts("start")
def test_what_acts_at_the_start_acts_then_only(name):
    assert not moves(name, lively=True)
    assert not moves(name, lively=False)


def test_what_no_compiled_code_reads_acts_at_the_start():
    outside = set(declared()) - set(IN_RECORD)
    assert {declared()[name].acts for name in outside} == {"start"}
    assert "adoption.thresholds" in outside


def test_each_way_of_acting_is_one_of_some_parameter():
    assert all(those(acts) for acts in ("always", "start", "next holder"))
