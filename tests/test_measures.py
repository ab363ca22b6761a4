"""Measures and outcomes are declared once, in the folder of their mechanism."""

from __future__ import annotations

import ast
import sys

import numpy as np
import pytest

from simulation import Run, load_scenario
from simulation.answers.declared import OUTCOMES, answering
from simulation.files import PACKAGE
from simulation.theory.measures import LEVEL_MEASURES, MEASURES
from simulation.theory.parameters import GROUPS, Parameters, active_values, declared

#: The first columns of every table: these names and their order are promised.
PROMISED = [
    "adoption",
    "engagement",
    "engaged_share",
    "disengaged_share",
    "credibility",
    "participation",
    "waiting",
    "ownership",
    "currency",
    "visible_value",
    "infrastructure",
    "leads_in_post",
    "leader_action",
    "exits",
    "leader_hours",
    "money",
]
SMALL = {"organization.people": 259, "run.months": 36}


def test_the_promised_measures_stand_first_and_those_by_level_are_named():
    assert list(MEASURES)[: len(PROMISED)] == PROMISED
    assert [MEASURES[name].headline for name in PROMISED] == list(range(1, len(PROMISED) + 1))
    assert not any(MEASURES[name].headline for name in list(MEASURES)[len(PROMISED) :])
    assert LEVEL_MEASURES == (
        "adoption",
        "engagement",
        "credibility",
        "ownership",
        "leader_action",
        "absence_noticed",
    )


def test_no_measure_is_declared_twice():
    modules = {group.__module__ for group in GROUPS.values()}
    names = [name for one in modules for name in getattr(sys.modules[one], "MEASURES", ())]
    twice = sorted({name for name in names if names.count(name) > 1})
    assert not twice, f"declared in two folders: {twice}"
    assert sorted(names) == sorted(MEASURES)


def test_every_measure_is_written():
    """A measure that no compiled code writes stays 0 in a run in which everything happens.

    Those of a mechanism that is off by default stay 0 anyway.
    """
    leads = {"succession.leads": 1, "succession.lead_exit": 3.0}
    cynics = {"commitment.action": 0.05, "commitment.talk": 0.9, "commitment.cynic_cut": 0.5}
    baseline = load_scenario("baseline").changed(SMALL)
    tables = [Run(baseline.changed(one), seed=2).finish().table for one in ({}, leads, cynics)]
    on = {declared()[name].address.group for name in active_values(Parameters())}
    off = {GROUPS[group].__module__ for group in GROUPS.keys() - on}
    quiet = {name for one in off for name in getattr(sys.modules[one], "MEASURES", ())}
    assert len(quiet) < len(MEASURES) / 4
    known = [name for name in MEASURES if name not in quiet]
    unwritten = [name for name in known if not any(np.any(t[name] != 0.0) for t in tables)]
    assert not unwritten, f"declared, but never written: {unwritten}"


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_outcome_is_of_a_measure(name):
    outcome = OUTCOMES[name]
    assert {outcome.measure, outcome.given or "adoption"} <= {*MEASURES, "never_stopped"}
    assert (outcome.taken == "half_recovery") == bool(outcome.lost)
    assert not outcome.chance or MEASURES.get(outcome.measure, MEASURES["adoption"]).unit == "share"
    if outcome.taken == "sum":
        assert MEASURES[outcome.measure].adds_up


def test_costs_and_what_answers_are_declared():
    costs = {outcome.cost: name for name, outcome in OUTCOMES.items() if outcome.cost}
    assert costs == {
        "money": "money",
        "hours": "leader_hours",
        "years": "practised_person_years",
    }
    places = sorted((one.answer, name) for name, one in OUTCOMES.items() if one.answer)
    assert places == [
        (1, "end_engagement"),
        (1, "engagement_year_after"),
        (2, "programme_survives"),
        (3, "end_adoption"),
        (3, "end_adoption_given_survival"),
    ]


def test_engagement_answers_first_and_practice_in_two_parts():
    """The year after an event goes before the last year; all of practice if none has ended."""
    two_parts = ["programme_survives", "end_adoption_given_survival"]
    assert answering(OUTCOMES) == ["engagement_year_after", *two_parts]
    no_event = [name for name, one in OUTCOMES.items() if one.window != "year_after"]
    assert answering(no_event) == ["end_engagement", *two_parts]
    assert answering({"end_engagement", "end_adoption", "exits"}) == [
        "end_engagement",
        "end_adoption",
    ]


def written(name):
    """Return the fields of a record of that name that the month's code writes."""
    found = set()
    for path in (PACKAGE / "month").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                found |= {node.attr} if ast.unparse(node.value) == name else set()
    return found


def test_every_measure_is_written_by_the_month():
    forgotten = sorted(set(MEASURES) - written("row"))
    assert not forgotten, f"declared, and never written by the code of the month: {forgotten}"
    forgotten = sorted(set(LEVEL_MEASURES) - written("here"))
    assert not forgotten, f"declared by level, and never written: {forgotten}"
