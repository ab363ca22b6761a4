"""What a hazard cannot exceed is never below the hazard, over all that parameters may be.

They call parts of the month that only the month calls: see ``test_columns.py``.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from helpers import plain
from hypothesis import given
from hypothesis import strategies as st
from strategies import parameter_values

from simulation.machine.compiled import ENABLED, exponential, power
from simulation.machine.tiles import SLACK
from simulation.month import adoption, staffing
from simulation.theory.adoption import rules as adoption_rules
from simulation.theory.turnover import rules as turnover_rules

pytestmark = pytest.mark.skipif(ENABLED, reason="run as plain Python by test_compiled.py")

#: Less than the smallest draw: what no draw can tell apart.
NOTHING = 2.0**-53
share, mood = st.floats(0.0, 1.0), st.floats(-6.0, 6.0)


@given(mood, parameter_values("adoption.engagement_effect"))
def test_the_bound_of_mood(engagement, effect):
    most = plain(adoption.most_mood)(effect * engagement)
    assert SLACK * most >= exponential(effect * engagement)


@given(st.floats(0.0, 1e3))
def test_a_hazard_bounds_the_chance_that_it_becomes(hazard):
    assert SLACK * hazard + NOTHING >= plain(adoption_rules.chance)(hazard)


@given(
    share,
    parameter_values("adoption.credibility_reference"),
    parameter_values("adoption.credibility_exponent"),
)
def test_the_bound_of_belief(credibility, reference, exponent):
    group = SimpleNamespace(credibility_reference=reference, credibility_exponent=exponent)
    top = power(1.0 / reference, exponent - 1.0)
    most = plain(adoption.most_belief)(credibility, top, group)
    assert SLACK * most + NOTHING >= power(credibility / reference, exponent)


FIELDS = (
    "voluntary",
    "involuntary",
    "engagement_effect",
    "first_year",
    "second_and_third_year",
    "later_years",
    "leader_factor",
    "mentee_factor",
    "mentor_factor",
)


@given(
    st.fixed_dictionaries({name: parameter_values(f"turnover.{name}") for name in FIELDS}),
    st.floats(0.0, 20.0),
    mood,
    st.integers(0, 400),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_the_bound_of_leaving(values, frailty, engagement, steps, holds):
    turnover = SimpleNamespace(**values)
    p = SimpleNamespace(turnover=turnover, run=SimpleNamespace(dt=1.0))
    holding = max(1.0, turnover.leader_factor)
    holding *= max(1.0, turnover.mentee_factor) * max(1.0, turnover.mentor_factor)
    most = plain(staffing.most_exits)(0, frailty, engagement, holding, steps, p)
    tenure = plain(turnover_rules.tenure_factor)(float(steps), turnover)
    voluntary = turnover.voluntary * tenure * frailty
    voluntary *= exponential(-turnover.engagement_effect * engagement)
    factor = plain(turnover_rules.holding_factor)(*holds, turnover)
    assert most >= min(1.0, voluntary * factor + turnover.involuntary)
