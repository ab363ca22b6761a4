"""Mentoring leads and the sponsor: who leaves, who follows."""

from __future__ import annotations

import numpy as np

from ..machine import chance
from ..machine.compiled import U64, compiled
from ..theory import draws
from ..theory.adoption import rules as adoption_rules
from ..theory.succession import rules as succession_rules


@compiled
def succeed_leads(state, p, run_key, step, row):
    """Let mentoring leads leave and be replaced, in place; return how many are effective."""
    programme, succession = state.programme, p.succession
    leaving = chance.stream(run_key, step, draws.LEADS)
    covered, present = 0.0, 0
    for k in range(len(state.leads)):
        post = state.leads[k]
        draw = chance.bits(leaving, U64(k))
        if post.vacant_until >= 0.0:
            if post.vacant_until <= step:
                appoint_lead(state, p, k, draw, step)
        elif chance.uniform_low(draw) < adoption_rules.chance(succession.lead_exit):
            lead_leaves(state, p, run_key, k, step)
        if post.vacant_until < 0.0:
            post.effective = succession_rules.effectiveness(
                step - post.since, post.inside > 0.5, succession
            )
            covered += post.effective * post.action
            present += 1
    if present == 0:
        row.months_without_lead += p.run.dt
    row.money += p.costs.lead * present * p.run.dt * programme.alive
    return covered


@compiled
def appoint_lead(state, p, k, draw, step):
    """Fill the post of mentoring lead ``k`` from the bench or from outside, in place."""
    programme, post = state.programme, state.leads[k]
    inside = programme.bench >= 1.0
    if inside:
        programme.bench -= 1.0
    spread = p.role_models.disposition_sd * chance.normal(chance.uniform_middle(draw))
    own_action = min(1.0, max(0.0, p.succession.lead_action + spread))
    post.action = succession_rules.successor_action(post.action, own_action, inside, p.succession)
    post.inside = 1.0 if inside else 0.0
    post.since = step
    post.vacant_until = -1.0


@compiled
def succeed_sponsor(state, p, run_key, step):
    """Let the sponsor leave and be replaced, in place; return the sponsor's action."""
    programme, succession = state.programme, p.succession
    draw = chance.bits(chance.stream(run_key, step, draws.SPONSOR), U64(0))
    if programme.sponsor_vacant_until >= 0.0:
        if programme.sponsor_vacant_until > step:
            return 0.0
        noise = p.role_models.disposition_sd * chance.normal(chance.uniform_middle(draw))
        wish = min(1.0, max(0.0, succession.sponsor_action + noise))
        programme.sponsor_action = succession_rules.successor_action(
            programme.sponsor_action, wish, False, succession
        )
        programme.sponsor_since = step
        programme.sponsor_vacant_until = -1.0
    recent = (step - programme.chief_left) * p.run.dt < 12.0
    hazard = succession_rules.sponsor_hazard(recent, p.run.dt, succession)
    if chance.uniform_low(draw) < adoption_rules.chance(hazard):
        sponsor_leaves(state, p, -1.0, step)
        return 0.0
    ramp = succession_rules.effectiveness(step - programme.sponsor_since, False, succession)
    return programme.sponsor_action * ramp


@compiled
def lead_leaves(state, p, run_key, k, step):
    """Empty the post of mentoring lead ``k``, in place, and draw how it will be refilled."""
    succession = p.succession
    stream = chance.stream(run_key, step, draws.LEADS)
    draw = chance.bits(stream, U64(100 + k))
    works = chance.uniform_low(draw) < succession_rules.refill_chance(succession)
    steps = succession.refill_quick if works else succession.refill_slow
    lead = state.leads[k]
    lead.vacant_until = step + max(1.0, np.round(steps))
    lead.effective = 0.0


@compiled
def sponsor_leaves(state, p, vacancy, step):
    """Empty the sponsor's post, in place, for so many steps; below 0: as usual."""
    steps = vacancy if vacancy >= 0.0 else p.succession.sponsor_vacancy
    state.programme.sponsor_vacant_until = step + max(1.0, np.round(steps))
