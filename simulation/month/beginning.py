"""The first population and programme, at month 0."""

from __future__ import annotations

from ..machine.compiled import compiled
from ..theory.role_models import rules as role_model_rules
from .leaders import set_message, show, shown_of_late
from .posts import as_usual, settle
from .resources import set_capacity
from .staffing import leave
from .state import EMPTY, NEVER

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
    programme.campaign_strength = programme.alignment = programme.never_stopped = 1.0
    programme.vision = p.invitation.vision
    for k in range(len(state.leads)):
        post = state.leads[k]
        post.vacant_until, post.since, post.inside = -1.0, LONG_AGO, 1.0
        post.action = p.succession.lead_action
        if k >= p.succession.leads:
            post.vacant_until = 0.0  # a post that a change may open
    set_message(programme, p)
    set_capacity(programme, p)


@compiled
def begin_posts(state, p):
    """Set what posts are chosen around, and that nothing has happened in them, in place."""
    seats, posts = state.seats, state.posts
    for i in state.leaders:
        post = seats.post[i]
        top = seats.level[i] < p.commitment.top_levels
        posts.talk[post] = p.commitment.talk
        posts.action[post] = p.commitment.action if top else p.role_models.disposition
    for post in range(len(posts.left)):
        if post >= len(state.leaders):
            posts.action[post] = p.succession.lead_action
        posts.planned[post] = -1.0  # no visits are planned yet
        posts.left[post] = posts.presence_until[post] = posts.honest_until[post] = NEVER
        settle(posts, post)
    posts.action[len(posts.left) - 1] = p.succession.sponsor_action


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
    state.programme.top_trust = shown_of_late(state, p)


@compiled
def leave_empty(state, p, run_key):
    """Empty the seats that are vacant at the start, in place: as if the holder had just left."""
    for i in range(len(state.seats.boss)):
        if state.seats.known_tenure[i] == EMPTY:
            leave(state, p, run_key, i, 0, as_usual(p))
    state.programme.left = 0.0  # nobody has left the programme
