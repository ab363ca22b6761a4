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
from simulation.month import adoption, events, staffing
from simulation.month.state import NEVER
from simulation.theory.adoption import rules as adoption_rules
from simulation.theory.role_models import rules as role_model_rules
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


@given(share, parameter_values("adoption.saturation"))
def test_the_bound_of_saturation(seen, saturation):
    group = SimpleNamespace(saturation=saturation)
    most = plain(adoption.most_saturated)(seen, group)
    assert SLACK * most + NOTHING >= plain(adoption_rules.saturated)(seen, group)


@given(share, st.sampled_from([1e-15, 1e-9, 9e-7, 2e-6, 1e-3]))
def test_the_bound_of_hardly_any_saturation(seen, saturation):
    group = SimpleNamespace(saturation=saturation)
    found = plain(adoption_rules.saturated)(seen, group)
    assert SLACK * plain(adoption.most_saturated)(seen, group) + NOTHING >= found
    assert found == pytest.approx(seen, rel=1e-3, abs=1e-9)


@given(
    share,
    parameter_values("role_models.competence_start"),
    parameter_values("role_models.excellence"),
)
def test_nobody_is_more_of_a_model_than_the_fully_competent(competence, start, effect):
    group = SimpleNamespace(competence_start=start, excellence=effect)
    most = plain(role_model_rules.excellence)(1.0, group)
    assert most >= plain(role_model_rules.excellence)(competence, group) >= 0.0


STRENGTHS = st.tuples(st.integers(0, 3), st.floats(1.0, 50.0), st.integers(1, 6))


@given(st.lists(STRENGTHS, max_size=5))
def test_nobody_is_invited_harder_than_the_programme_s_bound(campaigns):
    """Campaigns overlap, one person is invited to each: after each step it is within bounds."""
    people = SimpleNamespace(invited_until=[NEVER], invited_strength=[1.0])
    state = SimpleNamespace(people=people)
    programme = SimpleNamespace(campaign_strength=1.0, campaign_until=0)
    step = 1
    for pause, strength, months in campaigns:
        step += pause
        campaign = SimpleNamespace(strength=strength)
        plain(events._campaign)(programme, campaign, step, step + months)
        plain(events.invite)(state, 0, strength, step, step + months)
        for later in range(step, step + 12):
            most = programme.campaign_strength if later < programme.campaign_until else 1.0
            assert (people.invited_strength[0] if later < people.invited_until[0] else 1.0) <= most


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
    st.floats(1.0, 10.0),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_the_bound_of_leaving(values, frailty, engagement, steps, following, holds):
    turnover = SimpleNamespace(**values)
    p = SimpleNamespace(turnover=turnover, run=SimpleNamespace(dt=1.0))
    holding = max(1.0, turnover.leader_factor)
    holding *= max(1.0, turnover.mentee_factor) * max(1.0, turnover.mentor_factor)
    most = plain(staffing.most_exits)(0, frailty, engagement, holding * following, steps, p)
    tenure = plain(turnover_rules.tenure_factor)(float(steps), turnover)
    voluntary = turnover.voluntary * tenure * frailty
    voluntary *= exponential(-turnover.engagement_effect * engagement)
    factor = plain(turnover_rules.holding_factor)(*holds, turnover)
    assert most >= min(1.0, voluntary * factor * following + turnover.involuntary)
