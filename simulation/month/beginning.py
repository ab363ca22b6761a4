"""The first population and programme, at month 0."""

from __future__ import annotations

from ..machine.compiled import compiled
from ..theory.role_models import rules as role_model_rules
from .leaders import show
from .resources import set_capacity

LONG_AGO = -100_000.0


@compiled
def first_expectations(state, p):
    """Let everybody expect at month 0 what the boss shows, in place."""
    seats, people = state.seats, state.people
    for i in range(len(seats.boss)):
        boss = seats.boss[i]
        people.expectation[i] = seats.shown_action[boss] if boss >= 0 else p.commitment.action


@compiled
def begin_programme(state, p):
    """Set the programme, its leads and its sponsor at month 0, in place."""
    programme, start = state.programme, p.infrastructure.start
    programme.launched = programme.alive = p.infrastructure.launched
    programme.financial = programme.technological = start
    programme.human = programme.knowledge = programme.granted = start
    programme.keep_financial = programme.keep_technological = 1.0
    programme.keep_human = programme.keep_knowledge = 1.0
    programme.bench = p.succession.bench_start
    programme.sponsor_action = p.succession.sponsor_action
    programme.sponsor_vacant_until = -1.0
    programme.sponsor_since = programme.chief_left = LONG_AGO
    programme.chief_vacancy = -1.0
    programme.briefing_interval = p.briefings.interval
    programme.next_briefing = p.briefings.interval
    programme.campaign_strength = 1.0
    programme.planned_share = -1.0  # no visits are planned yet
    for k in range(len(state.leads)):
        post = state.leads[k]
        post.vacant_until, post.since, post.inside = -1.0, LONG_AGO, 1.0
        post.action = p.succession.lead_action
    set_capacity(programme, p)


@compiled
def begin_leaders(state, p):
    """Set leaders' talk and action at month 0 to where the cascade would rest, in place."""
    seats, people = state.seats, state.people
    mean = p.role_models.disposition
    for _ in range(3):
        total = 0.0
        for i in state.leaders:
            if i == 0:
                people.action[0], people.talk[0] = p.commitment.action, p.commitment.talk
            else:
                boss = seats.boss[i]
                people.action[i] = role_model_rules.example(
                    people.action[boss], mean, people.disposition[i], p.role_models
                )
                top = seats.level[i] < p.commitment.top_levels
                relay = 1.0 if top else p.commitment.talk_relay
                people.talk[i] = relay * people.talk[boss] + (1.0 - relay) * people.action[i]
            total += people.action[i]
        mean = total / len(state.leaders)
    show(state, p, 0)
