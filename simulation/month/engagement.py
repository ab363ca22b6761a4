"""Everybody's engagement from its parts."""

from __future__ import annotations

from ..machine import chance
from ..machine.compiled import compiled
from ..theory import draws
from ..theory.engagement import rules as engagement_rules
from ..theory.invitation import rules as invitation_rules
from ..theory.relationships import rules as relationship_rules
from ..theory.succession import rules as succession_rules
from .state import NEVER


@compiled
def engage(state, p, run_key, step):
    """Set everybody's engagement from its parts, in place."""
    seats, people = state.seats, state.people
    stream = chance.stream(run_key, step, draws.ENGAGEMENT)
    spread = engagement_rules.shock_sd(p.engagement)
    wear_off(state, p, step)
    for i in range(len(seats.boss)):
        if not seats.occupied[i]:
            continue
        noise = chance.normal(chance.uniform(chance.bits(stream, people.identity[i])))
        people.transient[i] = engagement_rules.transient_after(
            people.transient[i], spread * noise, p.engagement
        )
        people.frustration[i] = relationship_rules.frustration_after(
            people.frustration[i], people.waiting[i] != NEVER, p.relationships
        )
        state.scratch.mood[i] = people.engagement[i]
        people.engagement[i] = feel(state, p, i)
    if p.engagement.contagion > 0.0:
        share_moods(state, p)


@compiled
def share_moods(state, p):
    """Mix everybody's engagement with the peers' of the last step, in place.

    The peers are those of adoption, with the same weights; who has none keeps the own mood.
    """
    seats, people, mood = state.seats, state.people, state.scratch.mood
    for i in state.leaders:
        state.scratch.team_mood[i] = 0.0
        first = seats.team_start[i]
        for report in range(first, first + seats.team_size[i]):
            if seats.occupied[report]:
                state.scratch.team_mood[i] += mood[report]
    for i in range(len(seats.boss)):
        if seats.occupied[i]:
            total, weights = peers_mood(state, p, i)
            if weights > 0.0:
                people.engagement[i] = engagement_rules.shared(
                    people.engagement[i], total / weights, p.engagement
                )


@compiled(inline=True)
def peers_mood(state, p, i):
    """Return the weighted sum of the moods of person ``i``'s peers, and the weights."""
    seats, peers, mood = state.seats, p.peers, state.scratch.mood
    total = weights = 0.0
    boss = seats.boss[i]
    if boss >= 0:
        present = 0
        first = seats.team_start[boss]
        for mate in range(first, first + seats.team_size[boss]):
            present += 1 if seats.occupied[mate] else 0
        total += peers.team * (state.scratch.team_mood[boss] - mood[i])
        weights += peers.team * (present - 1)
        if seats.occupied[boss]:
            active = seats.shown_action[boss] > peers.boss_cut
            weight = peers.boss if active else peers.boss_passive
            total += weight * mood[boss]
            weights += weight
    first = seats.tie_start[i]
    for j in range(first, first + seats.tie_count[i]):
        other = state.ties.seat[j]
        if seats.occupied[other]:
            total += peers.ties * state.ties.weight[j] * mood[other]
            weights += peers.ties * state.ties.weight[j]
    return total, weights


@compiled
def wear_off(state, p, step):
    """Set how much each leader still disturbs the team by being new, in place."""
    people = state.people
    for i in state.leaders:
        state.seats.newness[i] = succession_rules.disturbance(
            step - people.in_post[i], people.outside[i] == 0, p.succession
        )


@compiled(inline=True)
def feel(state, p, i):
    """Return the engagement of the person in seat ``i``."""
    seats, people = state.seats, state.people
    boss, mentor = seats.boss[i], people.mentor[i]
    style, new = 0.0, 0.0
    vacant = False
    if boss >= 0:
        style = seats.style[boss]
        vacant = seats.occupied[boss] == 0
        new = seats.newness[boss]
    quality = 0.0
    if mentor >= 0:
        quality = invitation_rules.contact_quality(float(people.load[mentor]), p.invitation)
    relationship = engagement_rules.relationship_effect(
        mentor >= 0, people.poor[i] > 0, quality, p.engagement
    )
    leadership = engagement_rules.leadership_effect(
        people.credibility[i],
        p.adoption.credibility_reference,
        people.presence[i],
        p.presence.engagement_reference,
        p.engagement,
    )
    return engagement_rules.score(
        people.stable[i],
        people.transient[i],
        style,
        relationship,
        leadership,
        engagement_rules.succession_effect(vacant, new, p.engagement),
        people.frustration[i],
        p.engagement,
    )
