"""What everybody sees of leaders, and what people make of it."""

from __future__ import annotations

from ..machine import chance
from ..machine.compiled import compiled
from ..theory import draws
from ..theory.commitment import rules as commitment_rules
from ..theory.invitation import rules as invitation_rules
from ..theory.presence import rules as presence_rules
from ..theory.role_models import rules as role_model_rules


@compiled(inline=True)
def witness(state, p, i, weight, talk, action, noticed):
    """Let person ``i`` see one channel's conduct, in place: credibility, expectation, scar."""
    people, commitment = state.people, p.commitment
    action = presence_rules.perceived_action(action, noticed, p.presence)
    credibility, expectation = people.credibility[i], people.expectation[i]
    expected = commitment_rules.expected_action(credibility, talk, expectation)
    surprise = commitment_rules.disappointment(expected, action, commitment)
    change = commitment_rules.credibility_change(
        credibility, people.ceiling[i], action, surprise, weight, commitment
    )
    people.credibility[i] = min(1.0, max(0.0, credibility + change))
    people.expectation[i] += commitment_rules.expectation_change(expectation, action, commitment)
    people.ceiling[i] = commitment_rules.ceiling_after(
        people.ceiling[i], surprise, weight, commitment
    )


@compiled(inline=True)
def face_boss(state, p, i, look, visit, missed, step):
    """Let person ``i`` be visited by the boss, or not, and look, or not; return what was seen."""
    seats, people, boss = state.seats, state.people, state.seats.boss[i]
    visited = presence_rules.visit_value(visit, seats.visit[boss], p.presence)
    if visited > 0.0:
        people.seen_boss[i] = step
    if look < p.commitment.observe_boss:
        noticed = presence_rules.absence_noticed(
            step - people.seen_boss[i], p.presence.visits_boss, missed
        )
        talk, action = seats.shown_talk[boss], seats.shown_action[boss]
        witness(state, p, i, p.commitment.weight_boss, talk, action, noticed)
    return visited


@compiled(inline=True)
def face_upper(state, p, i, upper, relayed, look, visit, missed, step):
    """Do the same with the boss's boss, of whose conduct only what the boss relays is seen."""
    seats, people = state.seats, state.people
    visited = presence_rules.visit_value(visit, seats.visit_upper[upper], p.presence)
    if visited > 0.0:
        people.seen_upper[i] = step
    if relayed and look < p.commitment.observe_upper:
        noticed = presence_rules.absence_noticed(
            step - people.seen_upper[i], p.presence.visits_upper, missed
        )
        talk, action = seats.shown_talk[upper], seats.shown_action[upper]
        witness(state, p, i, p.commitment.weight_upper, talk, action, noticed)
    return visited


@compiled(inline=True)
def face_top(state, p, i, relayed, look, visit, visit_chance, missed, step):
    """Do the same with the top team, of whose conduct only what the whole line relays is seen."""
    people, programme = state.people, state.programme
    visited = presence_rules.visit_value(visit, visit_chance, p.presence)
    if visited > 0.0:
        people.seen_top[i] = step
    if relayed and look < p.commitment.observe_top:
        noticed = presence_rules.absence_noticed(
            step - people.seen_top[i], p.presence.visits_top, missed
        )
        talk, action = programme.top_talk, programme.top_action
        witness(state, p, i, p.commitment.weight_top, talk, action, noticed)
    return visited


@compiled
def perceive(state, p, run_key, step):
    """Let everybody see, or miss, the boss, the boss's boss and the top team, in place."""
    seats, programme = state.seats, state.programme
    # What is seen is drawn by the month: shorter steps spread its effect.
    month = 1 + int((step - 1) // p.run.steps_per_month)
    sight = chance.stream(run_key, month, draws.OBSERVATION)
    visiting = chance.stream(run_key, month, draws.VISIT)
    made = programme.presence_share if step < programme.presence_until else p.presence.level
    top_visit = 0.0
    if programme.top_count > 0:
        top_visit = presence_rules.visit_probability(p.presence.visits_top / p.run.dt, made)
    missed = presence_rules.visits_missed(p.presence)
    for i in range(1, len(seats.boss)):
        if seats.occupied[i]:
            look = chance.bits(sight, state.people.identity[i])
            visit = chance.bits(visiting, state.people.identity[i])
            face_leaders(state, p, i, look, visit, top_visit, missed, step)


@compiled(inline=True)
def face_leaders(state, p, i, look, visit, top_visit, missed, step):
    """Let person ``i`` face the three channels and draw the conclusions, in place."""
    seats, commitment = state.seats, p.commitment
    boss, upper = seats.boss[i], seats.boss[seats.boss[i]]
    has_boss = seats.occupied[boss] == 1
    relayed = not has_boss or role_model_rules.relays(seats.shown_action[boss], p.role_models)
    presence_seen = talk_heard = 0.0
    if has_boss:
        first, second = chance.uniform_low(look), chance.uniform_low(visit)
        visited = face_boss(state, p, i, first, second, missed, step)
        presence_seen += commitment.weight_boss * visited
        talk_heard += commitment.weight_boss * seats.shown_talk[boss]
    if upper >= 0 and seats.occupied[upper]:
        first, second = chance.uniform_middle(look), chance.uniform_middle(visit)
        visited = face_upper(state, p, i, upper, relayed, first, second, missed, step)
        presence_seen += commitment.weight_upper * visited
        talk_heard += commitment.weight_upper * seats.shown_talk[upper] if relayed else 0.0
    passes = seats.open_line[boss] == 1 and state.programme.top_count > 0
    first, second = chance.uniform_high(look), chance.uniform_high(visit)
    visited = face_top(state, p, i, passes, first, second, top_visit, missed, step)
    presence_seen += commitment.weight_top * visited
    talk_heard += commitment.weight_top * state.programme.top_talk if passes else 0.0
    settle(state, p, i, presence_seen, talk_heard)


@compiled(inline=True)
def settle(state, p, i, presence_seen, talk_heard):
    """Let person ``i`` draw the month's conclusions, in place: belief, presence, persuasion."""
    people, commitment = state.people, p.commitment
    people.credibility[i] += commitment_rules.credibility_drift(people.credibility[i], commitment)
    people.presence[i] = presence_rules.belief_after(people.presence[i], presence_seen, p.presence)
    total = commitment.weight_boss + commitment.weight_upper + commitment.weight_top
    people.persuasion[i] = invitation_rules.persuasion(
        talk_heard / max(total, 1e-9), people.credibility[i], p.invitation
    )
