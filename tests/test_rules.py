"""The theory alone: every rule as a plain function, against values worked out by hand."""

from __future__ import annotations

import ast
import inspect
import math
import re
import textwrap
from pathlib import Path

import pytest
from helpers import WORKED, changed, plain
from hypothesis import given
from hypothesis import strategies as st

import simulation.theory.rules as theory_package
from simulation.theory.adoption import rules as adoption
from simulation.theory.briefings import rules as briefings
from simulation.theory.commitment import rules as commitment
from simulation.theory.engagement import rules as engagement
from simulation.theory.infrastructure import rules as infrastructure
from simulation.theory.invitation import rules as invitation
from simulation.theory.parameters import GROUPS
from simulation.theory.presence import rules as presence
from simulation.theory.relationships import rules as relationships
from simulation.theory.role_models import rules as role_models
from simulation.theory.rules import MECHANISMS
from simulation.theory.succession import rules as succession
from simulation.theory.turnover import rules as turnover

ROOT = Path(__file__).parent.parent
RULES = theory_package.rules()
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda r: f"{r.mechanism}.{r.name}")
share = st.floats(0.0, 1.0)
sign = st.floats(-3.0, 3.0)


def example(group: str, **values):
    """Return one group of the worked examples' parameters, some of them changed."""
    return getattr(changed({f"{group}.{key}": value for key, value in values.items()}), group)


# ------------------------------------------------------------------------------ commitment


def test_people_expect_talk_as_far_as_they_believe_it():
    expected = plain(commitment.expected_action)
    assert expected(0.0, 0.9, 0.2) == 0.2
    assert expected(1.0, 0.9, 0.2) == 0.9
    assert expected(0.25, 0.8, 0.4) == pytest.approx(0.5)


def test_shortfalls_within_the_tolerance_pass():
    disappointment = plain(commitment.disappointment)
    assert disappointment(0.8, 0.3, WORKED.commitment) == pytest.approx(0.4)
    assert disappointment(0.8, 0.75, WORKED.commitment) == 0.0


def test_credibility_moves_as_worked_out_by_hand():
    change = plain(commitment.credibility_change)
    # .6 [.04 * .5 * (1 - .6) - .35 * .2 * .6] = .6 [.008 - .042]
    assert change(0.6, 1.0, 0.5, 0.2, 0.6, WORKED.commitment) == pytest.approx(-0.0204)
    assert change(0.6, 1.0, 0.5, 0.0, 0.6, WORKED.commitment) == pytest.approx(0.0048)


def test_an_honest_failure_is_forgiven_in_part():
    forgiven = plain(commitment.forgiven)
    group = example("commitment", forgiveness=0.25)
    assert forgiven(0.4, 1.0, group) == 0.4
    assert forgiven(0.4, 0.0, group) == pytest.approx(0.3)


@given(share, share, share, share)
def test_disappointment_never_helps_and_action_never_hurts(credibility, action, surprise, weight):
    change = plain(commitment.credibility_change)
    honest = change(credibility, 1.0, action, 0.0, weight, WORKED.commitment)
    assert 0.0 <= honest <= 1.0 - credibility + 1e-12
    assert change(credibility, 1.0, action, surprise, weight, WORKED.commitment) <= honest
    assert change(credibility, 1.0, 1.0, surprise, weight, WORKED.commitment) >= change(
        credibility, 1.0, action, surprise, weight, WORKED.commitment
    )


def test_drift_and_expectation_rest_at_their_targets():
    assert plain(commitment.credibility_drift)(0.5, WORKED.commitment) == 0.0
    assert plain(commitment.credibility_drift)(0.25, WORKED.commitment) == pytest.approx(0.001)
    assert plain(commitment.expectation_change)(0.3, 0.3, WORKED.commitment) == 0.0
    assert plain(commitment.expectation_change)(0.3, 0.8, WORKED.commitment) == pytest.approx(0.05)


def test_only_a_broken_promise_scars():
    ceiling = plain(commitment.ceiling_after)
    assert ceiling(0.9, 0.35, 0.6, WORKED.commitment) == 0.9
    assert ceiling(0.9, 0.36, 0.6, WORKED.commitment) == pytest.approx(0.9 * 0.94)
    assert ceiling(0.51, 0.9, 1.0, WORKED.commitment) == 0.5
    assert ceiling(0.3, 0.9, 1.0, WORKED.commitment) == 0.3  # below the floor: left alone


@given(share, share, share)
def test_the_ceiling_only_falls_with_surprise_and_stays_above_the_floor(old, surprise, weight):
    new = plain(commitment.ceiling_after)(old, surprise, weight, WORKED.commitment)
    assert new <= old
    assert new >= min(old, WORKED.commitment.scar_floor)


def test_a_new_leader_takes_half_of_the_scar():
    relieved = plain(commitment.ceiling_with_new_leader)
    assert relieved(0.6, 1.0, WORKED.commitment) == pytest.approx(0.8)
    assert relieved(0.6, 0.25, WORKED.commitment) == pytest.approx(0.65)  # seen for a quarter
    assert relieved(0.6, 0.0, WORKED.commitment) == 0.6
    assert relieved(1.0, 1.0, WORKED.commitment) == 1.0


def test_the_top_shows_deeds_and_words_of_the_chief_and_of_the_others():
    shown = plain(commitment.shown_by_top)
    # Deeds weigh 1, words 1/4: chief (.8 + .25 * .3) / 1.25 = .7; others
    # (.2 + .25 * .7) / 1.25 = .3
    group = example("commitment", trust_talk=0.25, trust_chief=0.75)
    assert shown(0.3, 0.8, 0.7, 0.2, group) == pytest.approx(0.75 * 0.7 + 0.25 * 0.3)
    assert shown(1.0, 0.6, 1.0, 0.6, example("commitment", trust_talk=0.0)) == pytest.approx(0.6)


@given(share, share, share, share)
def test_a_top_that_says_and_does_nothing_is_worth_nothing(talk, action, more, others):
    shown = plain(commitment.shown_by_top)
    found = shown(talk, action, more, others, WORKED.commitment)
    assert (
        min(talk, action, more, others) - 1e-12 <= found <= max(talk, action, more, others) + 1e-12
    )
    assert shown(0.0, 0.0, 0.0, 0.0, WORKED.commitment) == 0.0


def test_trust_follows_what_is_shown_a_tenth_a_month():
    after = plain(commitment.trust_after)
    assert after(0.6, 0.1, example("commitment", trust_rate=0.1)) == pytest.approx(0.55)
    assert after(0.6, 0.6, WORKED.commitment) == 0.6


def test_talk_follows_the_boss_and_the_own_action():
    # .5 + .3 (.7 * .9 + .3 * .4 - .5)
    assert plain(commitment.talk_after)(0.5, 0.9, 0.4, 0.7, WORKED.commitment) == pytest.approx(
        0.575
    )


# ------------------------------------------------------------------------------ invitation


def test_an_invitation_at_the_reference_persuades_by_talk_believed():
    persuasion = plain(invitation.persuasion)
    assert persuasion(0.6, 0.5, 1.0, WORKED.invitation) == pytest.approx(0.3)
    assert persuasion(0.6, 0.5, 1.0, example("invitation", reach=1.0)) == pytest.approx(0.6)
    assert persuasion(0.6, 0.5, 0.5, WORKED.invitation) == pytest.approx(0.15)
    assert persuasion(0.6, 0.0, 1.0, WORKED.invitation) == 0.0


def test_a_message_is_a_vision_that_fits_and_benefits_to_tell_of():
    message = plain(invitation.message)
    assert message(0.5, 1.0, 0.9, example("invitation", value_weight=0.0)) == 1.0
    assert message(0.0, 1.0, 0.9, example("invitation", value_weight=0.0)) == 0.5
    assert message(0.5, 0.3, 0.9, example("invitation", value_weight=0.0)) == pytest.approx(0.3)
    told = example("invitation", value_weight=0.4, value_reference=0.25)
    assert message(0.5, 1.0, 0.25, told) == pytest.approx(1.0)
    # Nothing to tell of: .6; half as much again as usual: .6 + .4 * 1.5
    assert message(0.5, 1.0, 0.0, told) == pytest.approx(0.6)
    assert message(0.3, 0.5, 0.375, told) == pytest.approx(0.8 * 0.5 * 1.2)


def test_a_vision_is_shared_by_talk_and_fades_without():
    group = example("invitation", vision=0.8, vision_rate=0.1, vision_talk=0.5)
    after = plain(invitation.vision_after)
    assert after(0.8, 0.5, group) == after(0.8, 0.9, group) == pytest.approx(0.8)
    assert after(0.8, 0.0, group) == pytest.approx(0.72)
    assert after(0.2, 0.25, group) == pytest.approx(0.22)  # toward .8 * .25 / .5 = .4


def test_leaders_who_act_fit_the_message_to_a_new_strategy():
    after, group = plain(invitation.alignment_after), example("invitation", realignment=0.1)
    assert after(0.3, 0.5, group) == pytest.approx(0.3 + 0.1 * 0.5 * 0.7)
    assert after(0.3, 0.0, group) == 0.3
    assert after(1.0, 0.8, group) == 1.0


def test_recognition_makes_visible_and_keeps():
    assert plain(invitation.visibility)(example("invitation", recognition=0.0)) == pytest.approx(
        0.4
    )
    assert plain(invitation.visibility)(example("invitation", recognition=1.0)) == pytest.approx(
        1.0
    )
    assert plain(invitation.recognition_relief)(
        example("invitation", recognition=1.0)
    ) == pytest.approx(0.7)
    assert plain(invitation.recognition_relief)(example("invitation", recognition=0.0)) == 1.0


def test_hours_are_shared_among_mentees():
    group = example("invitation", mentor_hours=6.0, full_contact=4.0)
    assert plain(invitation.contact_quality)(1.0, group) == 1.0
    assert plain(invitation.contact_quality)(2.0, group) == pytest.approx(0.75)
    assert plain(invitation.contact_hours)(1.0, group) == 4.0
    assert plain(invitation.contact_hours)(2.0, group) == 3.0
    assert plain(invitation.contact_quality)(0.0, group) == 1.0


def test_visits_fit_into_the_hours():
    assert plain(invitation.visits_possible)(24.0, example("invitation", leader_hours=12.0)) == 0.5
    assert plain(invitation.visits_possible)(6.0, example("invitation", leader_hours=12.0)) == 1.0
    assert plain(invitation.visits_possible)(0.0, WORKED.invitation) == 1.0


# -------------------------------------------------------------------------------- presence


@given(st.floats(0.01, 60.0))
def test_absence_is_noticed_after_three_visits_missed(visits):
    missed = plain(presence.visits_missed)(WORKED.presence)
    assert missed == pytest.approx(math.log(20.0))  # 2.996: "3 / visits months"
    noticed = plain(presence.absence_noticed)
    assert not noticed(0.99 * math.log(20.0) / visits, visits, missed)
    assert noticed(1.01 * math.log(20.0) / visits, visits, missed)


def test_visits_are_poisson():
    assert plain(presence.visit_probability)(4.0, 1.0) == pytest.approx(1 - math.exp(-4))
    assert plain(presence.visit_probability)(4.0, 0.0) == 0.0


@given(share, share)
def test_a_visit_counts_fully_only_when_followed_up(draw, probability):
    value = plain(presence.visit_value)(draw, probability, WORKED.presence)
    if draw >= probability:
        assert value == 0.0
    else:
        assert value == (1.0 if draw < 0.7 * probability else 0.2)


def test_absence_halves_what_is_seen_and_belief_follows_it():
    assert plain(presence.perceived_action)(0.8, True, WORKED.presence) == pytest.approx(0.4)
    assert plain(presence.perceived_action)(0.8, False, WORKED.presence) == 0.8
    assert plain(presence.belief_after)(0.4, 0.8, WORKED.presence) == pytest.approx(0.5)


@given(share, share, share, share, share)
def test_ownership_stays_a_share_and_moves_toward_its_mean(own, voice, team, action, credibility):
    new = plain(presence.ownership_after)(own, voice, team, action, credibility, WORKED.presence)
    target = (voice + team + action * credibility) / 3.0
    assert 0.0 <= new <= 1.0
    assert abs(new - target) == pytest.approx(0.95 * abs(own - target), abs=1e-12)


# -------------------------------------------------------------------------- infrastructure


def capacity(*stocks, rho, floor=0.0001):
    group = example("infrastructure", complementarity=rho, floor=floor)
    return plain(infrastructure.effective_capacity)(*stocks, group)


def test_capacity_is_the_ces_aggregate():
    stocks = (0.2, 0.4, 0.6, 0.8)
    assert capacity(*stocks, rho=1.0) == pytest.approx(0.5)
    assert capacity(*stocks, rho=0.0) == pytest.approx((0.2 * 0.4 * 0.6 * 0.8) ** 0.25)
    assert capacity(*stocks, rho=-1.0) == pytest.approx(4 / (5 + 2.5 + 1 / 0.6 + 1.25))
    by_hand = ((0.2**-8 + 0.4**-8 + 0.6**-8 + 0.8**-8) / 4) ** (-1 / 8)
    assert capacity(*stocks, rho=-8.0) == pytest.approx(by_hand)
    assert 0.2 < by_hand < 0.25  # the scarcest nearly decides


def test_capacity_is_continuous_where_the_formula_changes():
    stocks = (0.2, 0.4, 0.6, 0.8)
    assert capacity(*stocks, rho=2e-6) == pytest.approx(capacity(*stocks, rho=0.0), abs=1e-5)
    assert capacity(*stocks, rho=-2e-6) == pytest.approx(capacity(*stocks, rho=0.0), abs=1e-5)


@given(st.tuples(*[st.floats(0.02, 1.0)] * 4), st.floats(-8.0, 1.0), st.floats(-8.0, 1.0))
def test_capacity_lies_between_scarcest_and_richest_and_grows_with_rho(stocks, one, other):
    low, high = sorted((one, other))
    assert min(stocks) - 1e-9 <= capacity(*stocks, rho=low)
    assert capacity(*stocks, rho=low) <= capacity(*stocks, rho=high) + 1e-6
    assert capacity(*stocks, rho=high) <= max(stocks) + 1e-9


def test_one_starved_resource_cannot_be_bought_back():
    assert capacity(0.05, 1.0, 1.0, 1.0, rho=-3.0) < capacity(0.5, 0.5, 0.5, 0.5, rho=-3.0)


def test_knowledge_halves_in_its_half_life_unless_codified():
    after = plain(infrastructure.knowledge_after)
    stock = 0.8
    for _ in range(138):
        stock = after(stock, 0.0, example("infrastructure", codified=0.0))
    assert stock == pytest.approx(0.8 / 2**10)
    assert after(0.8, 0.0, example("infrastructure", codified=1.0)) == 0.8
    assert after(1.0, 1.0, example("infrastructure", codified=1.0)) == 1.0


def test_stocks_close_on_their_target_by_e_in_their_time_constant():
    stock = 0.0
    for _ in range(48):
        stock = plain(infrastructure.stock_after)(stock, 1.0, 48.0)
    assert stock == pytest.approx(1.0 - math.exp(-1.0))


@given(share, share, share)
def test_the_grant_is_logistic(value, ownership, sponsor):
    granted = plain(infrastructure.grant)(value, ownership, sponsor, WORKED.infrastructure)
    log_odds = -1.0 + 2.0 * value + 2.0 * ownership + 2.0 * sponsor
    assert math.log(granted / (1.0 - granted)) == pytest.approx(log_odds, abs=1e-9)


def test_a_layer_comes_to_own_around_the_cut():
    group = example("infrastructure", owning_cut=0.2, owning_width=0.05)
    assert plain(infrastructure.owned)(0.2, group) == pytest.approx(0.5)
    assert plain(infrastructure.owned)(0.25, group) == pytest.approx(1.0 / (1.0 + math.exp(-1.0)))
    assert plain(infrastructure.owned)(0.0, group) == pytest.approx(0.018, abs=5e-4)


def test_ownership_is_anchored_in_enough_layers():
    anchored = plain(infrastructure.anchored)
    group = example("infrastructure", owning_layers=3)
    assert anchored(1.5, 5, group) == 0.5
    assert anchored(4.0, 5, group) == 1.0
    assert anchored(1.5, 2, group) == 0.75  # all there are
    assert anchored(0.0, 5, example("infrastructure", owning_layers=0)) == 1.0


ENDING = {
    "end_intercept": 1.0,
    "end_ownership": 3.0,
    "end_value": 2.0,
    "end_sponsor": 1.5,
    "end_coverage": 0.5,
}


@given(share, share, share, share)
def test_what_keeps_a_programme(ownership, value, sponsor, coverage):
    group = example("infrastructure", **ENDING)
    ends = plain(infrastructure.end_chance)
    chance = ends(ownership, value, sponsor, coverage, group)
    log_odds = 1.0 - 3.0 * ownership - 2.0 * value - 1.5 * sponsor - 0.5 * coverage
    assert math.log(chance / (1.0 - chance)) == pytest.approx(log_odds, abs=1e-9)
    assert chance <= ends(0.0, 0.0, 0.0, 0.0, group)


def test_sponsor_and_top_begin_anew():
    begins, group = plain(infrastructure.restart_chance), example("infrastructure", restart=0.3)
    assert begins(1.0, 1.0, group) == pytest.approx(0.3)
    assert begins(0.8, 0.2, group) == pytest.approx(0.15)
    assert begins(0.0, 0.0, group) == 0.0


def test_the_need_grows_with_practice():
    need = plain(infrastructure.need)
    group = example("infrastructure", need_growth=0.5, need_reference=0.4)
    assert need(0.4, group) == pytest.approx(1.0)
    assert need(0.0, group) == pytest.approx(0.5)
    assert need(0.8, group) == pytest.approx(1.5)
    assert need(0.8, example("infrastructure", need_growth=0.0)) == 1.0


# ------------------------------------------------------------------------------ succession


def test_a_plan_makes_a_quick_refill_likely():
    assert plain(succession.refill_chance)(example("succession", plan=True)) == 0.7
    assert plain(succession.refill_chance)(example("succession", plan=False)) == 0.2


def test_newcomers_grow_effective_over_the_ramp():
    effectiveness = plain(succession.effectiveness)
    assert effectiveness(3, True, WORKED.succession) == 0.5
    assert effectiveness(6, True, WORKED.succession) == 1.0
    assert effectiveness(6, False, WORKED.succession) == 0.25
    assert effectiveness(0, True, example("succession", ramp_inside=0.0)) == 1.0


def test_a_successor_keeps_part_of_what_was():
    assert plain(succession.successor_action)(0.8, 0.4, True, WORKED.succession) == pytest.approx(
        0.6
    )
    assert plain(succession.successor_action)(0.8, 0.4, False, WORKED.succession) == pytest.approx(
        0.48
    )


def test_the_bench_grows_erodes_and_is_limited():
    bench_after = plain(succession.bench_after)
    assert bench_after(2.0, 3.0, 0.1, WORKED.succession) == pytest.approx(2.0 * 0.9 + 0.1 * 3.0)
    assert bench_after(2.0, 0.0, 0.3, example("succession", bench_erosion=2.0)) == pytest.approx(
        0.8
    )
    assert bench_after(2.0, 0.0, 0.6, example("succession", bench_erosion=2.0)) == 0.0
    assert bench_after(5.0, 99.0, 0.0, WORKED.succession) == 5.0


def test_only_leads_who_prepare_others_fill_the_bench():
    bench_after = plain(succession.bench_after)
    group = example("succession", empowerment=0.5, bench_growth=0.2)
    assert bench_after(0.0, 3.0, 0.0, group) == pytest.approx(0.3)
    assert bench_after(2.0, 3.0, 0.0, example("succession", empowerment=0.0)) == 2.0


def test_work_grows_with_people_seekers_and_pairs():
    group = example(
        "succession", people_per_lead=4000.0, seekers_per_lead=100.0, pairs_per_lead=150.0
    )
    assert plain(succession.workload)(1000.0, 30.0, 300.0, group) == pytest.approx(0.25 + 0.3 + 2.0)
    assert plain(succession.workload)(0.0, 0.0, 0.0, group) == 0.0


def test_coverage_is_full_with_the_posts_that_the_work_takes():
    coverage, group = plain(succession.coverage), example("succession", lead_standard=0.7)
    assert coverage(0.7, 2.0, group) == pytest.approx(0.5)
    assert coverage(1.4, 2.0, group) == pytest.approx(1.0)
    assert coverage(9.0, 2.0, group) == 1.0
    assert coverage(0.0, 0.0, group) == 0.0


def test_notice_and_a_name_relieve():
    group = example("succession", notice_full=6.0, notice_relief=0.6, named_relief=0.3)
    relief = plain(succession.relief)
    assert relief(0.0, False, group) == 1.0
    assert relief(3.0, False, group) == pytest.approx(0.7)
    assert relief(24.0, False, group) == pytest.approx(0.4)
    assert relief(0.0, True, group) == pytest.approx(0.7)
    assert relief(24.0, True, group) == pytest.approx(0.28)


def test_uncertainty_lasts_while_the_top_is_empty_and_then_fades():
    group = example("succession", uncertainty_inside=12.0, uncertainty_outside=24.0)
    uncertainty = plain(succession.uncertainty)
    assert uncertainty(0.8, True, 0.0, 100, False, group) == 0.8
    assert uncertainty(0.8, True, 0.75, 100, False, group) == pytest.approx(0.2)
    assert uncertainty(0.8, False, 0.0, 6, True, group) == pytest.approx(0.4)
    assert uncertainty(0.8, False, 0.0, 6, False, group) == pytest.approx(0.6)
    assert uncertainty(0.8, False, 0.0, 24, False, group) == 0.0
    at_once = example("succession", uncertainty_inside=0.0)
    assert uncertainty(0.8, False, 0.0, 0, True, at_once) == 0.0


def test_who_has_not_led_before_is_felt_more():
    group = example("succession", inexperience=0.5)
    assert plain(succession.unready)(True, group) == 1.0
    assert plain(succession.unready)(False, group) == 1.5


@given(st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.booleans())
def test_disturbance_fades_to_nothing_at_break_even(early, late, inside):
    early, late = sorted((early, late))
    disturbance = plain(succession.disturbance)
    assert (
        0.0
        <= disturbance(late, inside, WORKED.succession)
        <= disturbance(early, inside, WORKED.succession)
    )
    assert disturbance(0.0, inside, WORKED.succession) == 1.0
    assert disturbance(6.0 if inside else 24.0, inside, WORKED.succession) == 0.0
    assert (
        disturbance(0.0, inside, example("succession", break_even=0.0, break_even_outside=0.0))
        == 0.0
    )


def test_the_sponsor_follows_a_chief_with_the_chance_given():
    group = example("succession", sponsor_exit=0.0)
    monthly = plain(succession.sponsor_hazard)(True, 1.0, group)
    assert 1.0 - math.exp(-12.0 * monthly) == pytest.approx(0.43)
    weekly = plain(succession.sponsor_hazard)(True, 0.25, group)
    assert weekly == pytest.approx(monthly / 4)
    assert (
        plain(succession.sponsor_hazard)(False, 1.0, WORKED.succession)
        == WORKED.succession.sponsor_exit
    )


# ----------------------------------------------------------------------------- role models


WEIGHTS = {"weight_boss": 0.45, "weight_peers": 0.15, "weight_own": 0.4}


def test_action_moves_toward_its_models():
    # (.45 * .8 + .15 * .6 + .4 * .7) / 1 = .73; .5 + .15 (.73 - .5) + .02
    group = example("role_models", rate=0.15, noise=0.02, **WEIGHTS)
    model = plain(role_models.example)(0.8, 0.6, 0.7, group)
    assert model == pytest.approx(0.73)
    assert plain(role_models.action_after)(0.5, model, 1.0, group) == pytest.approx(0.5545)


def test_only_the_proportion_of_weights_matters():
    halved = example("role_models", **{name: weight / 2 for name, weight in WEIGHTS.items()})
    model = plain(role_models.example)
    assert model(0.8, 0.6, 0.7, halved) == pytest.approx(0.73)
    boss_alone = example("role_models", weight_boss=0.3, weight_peers=0.0, weight_own=0.0)
    assert model(0.8, 0.6, 0.7, boss_alone) == pytest.approx(0.8)
    nobody = example("role_models", weight_boss=0.0, weight_peers=0.0, weight_own=0.0)
    assert model(0.8, 0.6, 0.7, nobody) == 0.7


@given(share, share, share, share, st.floats(-6.0, 6.0))
def test_action_stays_a_share(action, boss, mean, disposition, noise):
    model = plain(role_models.example)(boss, mean, disposition, WORKED.role_models)
    assert min(boss, mean, disposition) - 1e-9 <= model <= max(boss, mean, disposition) + 1e-9
    assert 0.0 <= plain(role_models.action_after)(action, model, noise, WORKED.role_models) <= 1.0


def test_a_disengaged_middle_cuts_the_line():
    assert plain(role_models.relays)(0.2, WORKED.role_models)
    assert not plain(role_models.relays)(0.19, WORKED.role_models)


def test_mentees_learn_from_competent_mentors():
    after = plain(role_models.competence_after)(0.5, 0.8, 1.0, WORKED.role_models)
    assert after == pytest.approx(0.5 + 0.03 * 0.8 * 0.5)
    assert plain(role_models.competence_after)(0.5, 0.8, 0.0, WORKED.role_models) == 0.5


def test_the_competent_are_more_of_a_model():
    group = example("role_models", excellence=2.0, competence_start=0.5)
    excellence = plain(role_models.excellence)
    assert excellence(0.5, group) == 1.0
    assert excellence(0.75, group) == pytest.approx(1.5)
    assert excellence(0.25, group) == pytest.approx(0.5)
    assert excellence(0.1, example("role_models", excellence=5.0, competence_start=0.5)) == 0.0


@given(st.floats(0.001, 0.999))
def test_former_mentees_volunteer_with_odds_times_three(willing):
    volunteer = plain(role_models.volunteer_chance)
    now = volunteer(willing, True, example("role_models", volunteer_odds=3.0))
    assert (now / (1 - now)) / (willing / (1 - willing)) == pytest.approx(3.0)
    assert volunteer(willing, False, WORKED.role_models) == willing


def test_volunteering_at_the_ends():
    volunteer = plain(role_models.volunteer_chance)
    assert volunteer(0.0, True, WORKED.role_models) == 0.0
    assert volunteer(1.0, True, WORKED.role_models) == 1.0


# ------------------------------------------------------------------------------- briefings


@pytest.mark.parametrize(("interval", "half_life"), [(3, 5.0), (6, 2.0), (12, 14.0)])
def test_the_sawtooth_of_unit_briefings_peaks_at_the_closed_form(interval, half_life):
    group = example(
        "briefings", half_life=half_life, gain=1.0, saturation=0.0, credibility_exponent=0.0
    )
    current = peak = 0.0
    for month in range(1, 60 * interval + 1):
        current *= plain(briefings.currency_kept)(group)
        if month % interval == 0:
            trough = current
            current += plain(briefings.briefing_gain)(0.7, current, 1.0, group)
            peak = current
    assert peak == pytest.approx(1.0 / (1.0 - 2.0 ** (-interval / half_life)))
    assert trough == pytest.approx(peak - 1.0)


def test_content_of_a_briefing():
    group = example("briefings", knowledge=0.4, story=0.4, data_point=0.2, data_lift=0.2)
    assert plain(briefings.content)(0.5, group) == pytest.approx((0.4 + 0.2) * 1.2 + 0.2)
    group = example("briefings", knowledge=0.4, story=0.4, data_point=0.0)
    assert plain(briefings.content)(0.5, group) == pytest.approx(0.6)


def test_fatigue_begins_beyond_four_a_year():
    assert plain(briefings.freshness)(4.0, WORKED.briefings) == 1.0
    assert plain(briefings.freshness)(12.0, WORKED.briefings) == pytest.approx(1 / 3)
    assert plain(briefings.freshness)(12.0, example("briefings", fatigue=0.0)) == 1.0


def test_a_briefing_adds_what_is_believed_and_not_yet_known():
    gain = plain(briefings.briefing_gain)
    # .5 * .64^.5 * (1 - .5) * .9
    assert gain(0.64, 0.5, 0.9, example("briefings", gain=0.5)) == pytest.approx(0.18)
    assert gain(0.64, 1.0, 0.9, WORKED.briefings) == pytest.approx(0.0)
    assert gain(0.0, 0.5, 0.9, WORKED.briefings) == 0.0


def test_reported_benefits_saturate_and_fade():
    assert plain(briefings.reported)(0.02, WORKED.briefings) == pytest.approx(0.5)
    assert plain(briefings.reported)(0.0, WORKED.briefings) == 0.0
    assert plain(briefings.benefits_kept)(WORKED.briefings) == pytest.approx(math.exp(-1 / 12))
    assert plain(briefings.visible_value)(0.5, 0.4) == pytest.approx(0.2)


# -------------------------------------------------------------------------------- adoption


def test_hazards_are_the_coefficients_at_the_references():
    group = WORKED.adoption
    alone = plain(adoption.innovation_hazard)(group.persuasion_reference, 1.0, group)
    assert alone == pytest.approx(0.03)
    assert plain(adoption.innovation_hazard)(0.0, 1.0, group) == pytest.approx(0.03 * 0.25)
    assert plain(adoption.imitation_hazard)(0.5, 0.0, 1.0, group) == pytest.approx(0.21)
    assert plain(adoption.imitation_hazard)(0.5, 0.0, 0.0, group) == pytest.approx(0.21 * 0.7)
    ready = plain(adoption.readiness)(
        group.credibility_reference, group.infrastructure_reference, group.currency_reference, group
    )
    assert ready == pytest.approx(1.0)


def test_peers_are_heard_of_through_leaders_who_are_believed():
    group = example("adoption", heard_weight=0.4, persuasion_reference=0.3)
    hazard = plain(adoption.imitation_hazard)
    assert hazard(0.5, 0.3, 1.0, group) == pytest.approx(0.21)
    assert hazard(0.5, 0.0, 1.0, group) == pytest.approx(0.21 * 0.6)
    assert hazard(0.5, 0.6, 1.0, group) == pytest.approx(0.21 * 1.4)


@given(share, st.floats(0.001, 100.0))
def test_the_first_visible_peers_move_most(seen, kappa):
    group = example("adoption", saturation=kappa)
    found = plain(adoption.saturated)(seen, group)
    assert found == pytest.approx(-math.expm1(-kappa * seen) / kappa, abs=1e-12)
    assert found <= min(seen + 1e-9, 1.0 / kappa)
    assert plain(adoption.saturated)(seen, WORKED.adoption) == seen


def test_a_campaign_multiplies_the_invited_part():
    group = WORKED.adoption
    alone = plain(adoption.innovation_hazard)(group.persuasion_reference, 8.0, group)
    assert alone == pytest.approx(0.03 * (0.25 + 0.75 * 8.0))


@given(share, share, share, share)
def test_readiness_grows_with_each_of_its_parts(credibility, capacity_, currency, more):
    ready, group = plain(adoption.readiness), WORKED.adoption
    base = ready(credibility, capacity_, currency, group)
    assert base >= 0.0
    assert base <= ready(max(credibility, more), capacity_, currency, group) + 1e-12
    assert base <= ready(credibility, max(capacity_, more), currency, group) + 1e-12
    assert base <= ready(credibility, capacity_, max(currency, more), group) + 1e-12


def test_nothing_comes_without_belief_or_means():
    assert plain(adoption.readiness)(0.0, 0.9, 0.9, WORKED.adoption) == 0.0
    assert plain(adoption.readiness)(0.9, 0.0, 0.9, WORKED.adoption) == 0.0


@given(sign)
def test_the_engaged_are_sooner_interested(z):
    assert plain(adoption.interest)(0.1, z, WORKED.adoption) == pytest.approx(
        0.1 * math.exp(0.35 * z)
    )


def test_thresholds_are_reached_from_above():
    assert plain(adoption.threshold_reached)(0.3, 0.3)
    assert not plain(adoption.threshold_reached)(0.29, 0.3)


def test_dropout_by_hand():
    # .12 (.6/.3) (1/.5) (1 - .5 * .4) .9
    by_hand = 0.12 * 2.0 * 2.0 * 0.8 * 0.9
    assert plain(adoption.dropout_hazard)(0.3, 0.5, 0.4, 0.9, WORKED.adoption) == pytest.approx(
        by_hand
    )
    # C and I have a floor of .2: .12 (.6/.2) (1/.2)
    assert plain(adoption.dropout_hazard)(0.0, 0.0, 0.0, 1.0, WORKED.adoption) == pytest.approx(1.8)


@given(st.floats(0.0, 50.0))
def test_chances_are_below_their_hazards(hazard):
    chance = plain(adoption.chance)(hazard)
    assert 0.0 <= chance <= min(1.0, hazard + 1e-15)
    assert chance == pytest.approx(-math.expm1(-hazard), abs=1e-15)


# --------------------------------------------------------------------------- relationships


def test_seeking_matching_and_lasting():
    group = WORKED.relationships
    assert plain(relationships.seeking_chance)(False, group) == 0.2
    assert plain(relationships.seeking_chance)(True, group) == 0.1
    assert plain(relationships.match_chance)(0.5, group) == pytest.approx(0.4)
    assert plain(relationships.match_chance)(1.4, group) == pytest.approx(0.8)
    assert plain(relationships.planned_length)(True, 0.9, group) == 12.0
    median = plain(relationships.planned_length)(False, 0.5, group)
    assert median == pytest.approx(30.0 * math.log(2.0))


@given(share)
def test_poor_matches_are_fewer_with_competent_mentors(competence):
    poor = plain(relationships.poor_chance)(competence, 0.5, WORKED.relationships)
    assert poor == pytest.approx(0.15 * (1.5 - competence))


def test_frustration_follows_waiting():
    after = plain(relationships.frustration_after)
    assert after(0.5, True, WORKED.relationships) == pytest.approx(0.55)
    assert after(0.5, False, WORKED.relationships) == pytest.approx(0.45)
    assert plain(relationships.frustration_dropout)(0.5, WORKED.relationships) == pytest.approx(1.5)


# ------------------------------------------------------------------------------ engagement


@given(st.floats(0.0, 0.9999), st.floats(0.0, 2.0))
def test_the_passing_part_keeps_its_spread(persistence, spread):
    group = example("engagement", persistence=persistence, transient_sd=spread)
    shock = plain(engagement.shock_sd)(group)
    # Stationary variance of x = phi x + e: Var(e) / (1 - phi^2).
    assert math.sqrt(shock**2 / (1.0 - persistence**2)) == pytest.approx(spread)
    assert plain(engagement.transient_after)(1.0, 0.25, group) == pytest.approx(persistence + 0.25)


def test_relationships_lift_or_lower():
    effect = plain(engagement.relationship_effect)
    assert effect(False, False, 1.0, WORKED.engagement) == 0.0
    assert effect(True, False, 0.5, WORKED.engagement) == pytest.approx(0.125)
    assert effect(True, True, 0.5, WORKED.engagement) == -0.15


def test_leadership_and_succession_effects():
    effect = plain(engagement.leadership_effect)
    assert effect(0.6, 0.6, 0.45, 0.45, WORKED.engagement) == 0.0
    assert effect(0.7, 0.6, 0.55, 0.45, WORKED.engagement) == pytest.approx(0.06 + 0.03)
    assert plain(engagement.succession_effect)(True, 1.0, WORKED.engagement) == -0.15
    assert plain(engagement.succession_effect)(False, 0.5, WORKED.engagement) == pytest.approx(
        -0.075
    )


def test_leaders_seen_to_act_engage():
    effect = plain(engagement.action_effect)
    group = example("engagement", action=0.5, action_reference=0.53)
    assert effect(0.53, group) == 0.0
    assert effect(0.73, group) == pytest.approx(0.1)
    assert effect(0.73, WORKED.engagement) == 0.0


def test_trust_in_the_top_engages_and_uncertainty_does_not():
    group = example("engagement", top_trust=0.2, top_trust_reference=0.6, uncertainty=-0.1)
    assert plain(engagement.top_effect)(0.6, 0.0, group) == 0.0
    assert plain(engagement.top_effect)(0.1, 0.5, group) == pytest.approx(-0.1 - 0.05)
    assert plain(engagement.top_effect)(0.1, 0.5, WORKED.engagement) == 0.0


@given(st.floats(0.0, 1.0), sign, sign)
def test_a_team_s_style_is_partly_its_leader(rho, disposition, noise):
    group = example("engagement", style_sd=0.4, style_disposition=rho)
    style = plain(engagement.team_style)(disposition, noise, group)
    # Variance rho^2 + (1 - rho^2) = 1 times sd^2: of independent standard normals.
    parts = (
        plain(engagement.team_style)(1.0, 0.0, group),
        plain(engagement.team_style)(0.0, 1.0, group),
    )
    assert math.hypot(*parts) == pytest.approx(0.4)
    assert parts[0] == pytest.approx(0.4 * rho)
    assert style == pytest.approx(parts[0] * disposition + parts[1] * noise)


def test_an_empty_seat_and_a_new_boss_are_felt_each_in_its_way():
    group = example("engagement", vacant_boss=-0.4, new_boss=-0.1)
    effect = plain(engagement.succession_effect)
    assert effect(True, 1.0, group) == effect(True, 0.0, group) == -0.4
    assert effect(False, 1.0, group) == pytest.approx(-0.1)
    assert effect(False, 0.0, group) == 0.0


def test_engagement_is_the_sum_of_its_parts():
    total = plain(engagement.score)(1.0, 0.1, 0.2, 0.3, 0.4, -0.5, 0.5, WORKED.engagement)
    assert total == pytest.approx(1.0 + 0.1 + 0.2 + 0.3 + 0.4 - 0.5 - 0.1)


# -------------------------------------------------------------------------------- turnover


@pytest.mark.parametrize(
    ("months", "factor"), [(0, 2.3), (11.9, 2.3), (12, 1.25), (35.9, 1.25), (36, 0.62), (400, 0.62)]
)
def test_tenure_factors(months, factor):
    assert plain(turnover.tenure_factor)(months, WORKED.turnover) == factor


def test_voluntary_hazard_by_hand():
    hazard = plain(turnover.voluntary_hazard)(1.25, 1.1, 0.4, WORKED.turnover)
    assert hazard == pytest.approx(0.0135 * 1.25 * 1.1 * math.exp(-0.14))


def test_leaders_mentees_and_mentors_leave_less():
    factor = plain(turnover.holding_factor)
    assert factor(False, False, False, WORKED.turnover) == 1.0
    assert factor(True, True, True, WORKED.turnover) == pytest.approx(0.75 * 0.75 * 0.9)


def test_a_good_leader_is_followed():
    followers, group = plain(turnover.followers), example("turnover", follow=0.4)
    assert followers(0.5, 0.5, group) == pytest.approx(0.4)
    assert followers(0.25, 0.5, group) == pytest.approx(0.2)
    assert followers(0.0, 0.5, group) == 0.0
    assert followers(0.5, 0.5, WORKED.turnover) == 0.0


@given(st.floats(0.0, 2.0))
def test_frailty_has_mean_one(spread):
    group = example("turnover", frailty_sd=spread)
    # E exp(s e - s^2/2) over a fine grid of the normal law.
    step = 0.01
    grid = [-12.0 + step * k for k in range(2401)]
    density = [math.exp(-0.5 * e * e) / math.sqrt(2.0 * math.pi) for e in grid]
    mean = step * sum(
        plain(turnover.frailty)(e, group) * d for e, d in zip(grid, density, strict=True)
    )
    assert mean == pytest.approx(1.0, abs=1e-9)


def test_newcomers_trust_half_by_hearsay():
    assert plain(turnover.newcomer_credibility)(0.5, 0.9, WORKED.turnover) == pytest.approx(0.7)


def test_part_of_a_mood_is_the_peers():
    mixed = plain(engagement.shared)
    assert mixed(1.0, -1.0, example("engagement", contagion=0.0)) == 1.0
    assert mixed(1.0, -1.0, example("engagement", contagion=0.25)) == pytest.approx(0.5)
    assert mixed(1.0, -1.0, example("engagement", contagion=1.0)) == -1.0


# --------------------------------------------------------------- the registry: the theory's form


def citation_keys(source: str) -> list[str]:
    """Return the keys of "key; key2 (note); assumed: why" (an assumption has none)."""
    parts = [part.strip() for part in source.split(";")]
    cited = [re.sub(r"\s*\(.*\)$", "", part) for part in parts if not part.startswith("assumed:")]
    return [key for key in cited if key]


def known_keys() -> set[str]:
    """Return the keys of ``references.bib``."""
    text = (ROOT / "references.bib").read_text(encoding="utf-8")
    return set(re.findall(r"^\s*@\w+\s*\{\s*([^,\s]+)\s*,", text, flags=re.MULTILINE))


def syntax(rule) -> ast.FunctionDef:
    """Return the syntax tree of a rule's function."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(rule.function)))
    assert isinstance(tree.body[0], ast.FunctionDef)
    return tree.body[0]


def test_the_parser_of_sources():
    assert citation_keys("bass1969; dahl2014 (the sign)") == ["bass1969", "dahl2014"]
    assert citation_keys("assumed: because") == []
    assert citation_keys("eby2008; assumed: size") == ["eby2008"]


def test_every_mechanism_has_its_file_and_its_rules():
    folder = Path(theory_package.__file__).parent
    assert {p.parent.name for p in folder.glob("*/rules.py")} == set(MECHANISMS)
    assert {rule.mechanism for rule in RULES} == set(MECHANISMS)
    assert MECHANISMS[:7] == tuple(
        sorted(theory_package.ACTIONS, key=lambda name: theory_package.ACTIONS[name].number)
    )


def test_every_folder_of_the_theory_is_a_group_of_parameters():
    folders = {path.parent.name for path in Path(theory_package.__file__).parent.glob("*/*.py")}
    forgotten = sorted(folders - set(GROUPS))
    assert not forgotten, f"folders of the theory that are no field of Parameters: {forgotten}"


def test_a_rule_without_its_source_is_refused():
    with pytest.raises(TypeError, match="a rule states its source"):

        @theory_package.rule
        def forgotten(share):
            """Nothing."""
            return share


@each_rule
def test_a_rule_belongs_to_its_file(rule):
    assert rule.function.__module__ == f"simulation.theory.{rule.mechanism}.rules"


@each_rule
def test_a_rule_has_a_source_that_exists(rule):
    keys = citation_keys(rule.source)
    assert keys or re.search(r"assumed: \w+", rule.source)
    assert set(keys) <= known_keys()


@each_rule
def test_a_rule_says_what_it_states(rule):
    assert rule.function.__doc__
    first = rule.function.__doc__.strip().split("\n\n")[0]
    assert re.search(r"\w+ \w+", first)
    assert first.endswith((".", "?"))


@each_rule
def test_a_rule_is_worked_out_by_hand(rule):
    """Some test calls it by its mechanism and name, or by its name in a test of the mechanism."""
    named = re.compile(rf"\b({rule.mechanism}|rules)\.{rule.name}\b")
    of_mechanism = f"simulation.theory.{rule.mechanism} import"
    tests = [path.read_text(encoding="utf-8") for path in ROOT.glob("tests/test_*.py")]
    assert any(named.search(text) and of_mechanism in text for text in tests)


@each_rule
def test_a_rule_is_short_without_loops_or_arrays(rule):
    function = syntax(rule)
    body = function.body[1:]  # after the docstring
    assert body[-1].end_lineno - body[0].lineno + 1 <= 8
    forbidden = (ast.For, ast.While, ast.comprehension, ast.Subscript)
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    assert not any(isinstance(node, forbidden) for node in ast.walk(function))
    assert not names & {"np", "numpy", "range", "list", "array"}


@each_rule
def test_a_rule_names_its_group_last(rule):
    names = list(inspect.signature(rule.function).parameters)
    assert rule.mechanism not in names[:-1]


def test_the_theory_is_a_table():
    table = theory_package.theory()
    assert list(table.columns) == [
        "action",
        "mechanism",
        "rule",
        "states",
        "source",
        "parameters",
        "observable",
        "off_scenario",
    ]
    assert len(table) == len(RULES)
    assert set(table["action"].dropna()) == set(range(2, 9))
    assert not table["states"].str.contains("\n").any()
    assert (table["states"].str.len() > 10).all()
    assert (table["parameters"] > 0).all()
