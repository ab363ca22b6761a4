"""Everybody's engagement from its parts."""

from __future__ import annotations

from ..machine import chance
from ..machine.compiled import compiled
from ..machine.tiles import counts, held, keep, load, numbers, spread
from ..theory import draws
from ..theory.engagement import rules as engagement_rules
from ..theory.invitation import rules as invitation_rules
from ..theory.relationships import rules as relationship_rules
from ..theory.succession import rules as succession_rules
from .measuring import measure_tile
from .state import MOST_MENTEES, NEVER


@compiled(inline=True)
def newness(state, p, boss, step):
    """Return how much the holder of a leader's seat still disturbs the team by being new."""
    people = state.people
    felt = succession_rules.disturbance(
        step - people.in_post[boss], people.outside[boss] == 0, p.succession
    )
    return felt * succession_rules.unready(people.experienced[boss] == 1, p.succession)


@compiled(inline=True)
def of_leaders(state, p, t, step, style, succession):
    """Fill buffers with the style in tile ``t``'s teams, and what successions and the top do."""
    seats, tiles = state.seats, state.tiles
    begin, leader = tiles.begin[t], tiles.first_boss[t]
    row, end = begin, begin + tiles.size[t]
    top = engagement_rules.top_effect(
        state.programme.top_trust, state.programme.uncertainty, p.engagement
    )
    if tiles.level[t] == 0:
        none = engagement_rules.succession_effect(False, 0.0, p.engagement)
        style[0], succession[0] = 0.0, none + top
        return
    while row < end:
        boss = state.leaders[leader]
        after = min(seats.team_start[boss] + seats.team_size[boss], end)
        felt = engagement_rules.succession_effect(
            seats.occupied[boss] == 0, newness(state, p, boss, step), p.engagement
        )
        spread(style, row - begin, after - begin, seats.style[boss])
        spread(succession, row - begin, after - begin, felt + top)
        row, leader = after, leader + 1


@compiled(inline=True)
def of_relationships(state, p, t, relationship):
    """Fill a buffer with what relationships do to the engagement of tile ``t``'s people."""
    people = state.people
    begin, size = state.tiles.begin[t], state.tiles.size[t]
    mentor, rows = people.mentor[begin : begin + size], counts()
    quality = numbers()
    for mentees in range(1, MOST_MENTEES + 1):
        quality[mentees] = invitation_rules.contact_quality(float(mentees), p.invitation)
    quality[0] = quality[1]
    found = 0
    for k in range(size):
        relationship[k] = engagement_rules.relationship_effect(False, False, 0.0, p.engagement)
    for k in range(size):
        rows[found] = k
        found += 1 if mentor[k] >= 0 else 0
    for j in range(found):
        k = rows[j]
        relationship[k] = engagement_rules.relationship_effect(
            True, people.poor[begin + k] > 0, quality[people.load[mentor[k]]], p.engagement
        )


@compiled(inline=True)
def parts(state, p, t, step, score):
    """Fill a buffer with the engagement of tile ``t``'s people from its parts, in place."""
    people, tiles = state.people, state.tiles
    begin, size = tiles.begin[t], tiles.size[t]
    end = begin + size
    style, succession, relationship = numbers(), numbers(), numbers()
    of_leaders(state, p, t, step, style, succession)
    of_relationships(state, p, t, relationship)
    credibility, belief = people.credibility[begin:end], people.presence[begin:end]
    expectation, leadership = people.expectation[begin:end], numbers()
    for k in range(size):
        leadership[k] = engagement_rules.leadership_effect(
            credibility[k],
            p.adoption.credibility_reference,
            belief[k],
            p.presence.engagement_reference,
            p.engagement,
        ) + engagement_rules.action_effect(expectation[k], p.engagement)
    stable, transient = people.stable[begin:end], people.transient[begin:end]
    frustration = people.frustration[begin:end]
    for k in range(size):
        score[k] = engagement_rules.score(
            stable[k],
            transient[k],
            style[k],
            relationship[k],
            leadership[k],
            succession[k],
            frustration[k],
            p.engagement,
        )


@compiled
def first_mood(state, p, t):
    """Set the engagement of tile ``t``'s people at the start, in place."""
    p = held(p)
    begin, size = state.tiles.begin[t], state.tiles.size[t]
    score = numbers()
    parts(state, p, t, 0, score)
    here = state.seats.occupied[begin : begin + size]
    keep(state.people.engagement[begin : begin + size], here, size, score)


@compiled
def engage(state, p, run_key, step, t):
    """Set the engagement of tile ``t``'s people from its parts, in place."""
    p = held(p)
    people, tiles = state.people, state.tiles
    begin, size = tiles.begin[t], tiles.size[t]
    end = begin + size
    here = state.seats.occupied[begin:end]
    noise = numbers()
    stream = chance.stream(run_key, step, draws.ENGAGEMENT)
    chance.draw_normals(stream, people.identity[begin:end], size, noise)
    spread_of_shocks = engagement_rules.shock_sd(p.engagement)
    transient, frustration = people.transient[begin:end], people.frustration[begin:end]
    for k in range(size):
        if here[k]:
            transient[k] = engagement_rules.transient_after(
                transient[k], spread_of_shocks * noise[k], p.engagement
            )
    waiting = people.waiting[begin:end]
    for k in range(size):
        if here[k]:
            frustration[k] = relationship_rules.frustration_after(
                frustration[k], waiting[k] != NEVER, p.relationships
            )
    if p.engagement.contagion > 0.0:  # the peers' moods are the last step's
        load(people.engagement[begin:end], size, state.scratch.mood[begin:end])
    score = numbers()
    parts(state, p, t, step, score)
    keep(people.engagement[begin:end], here, size, score)


@compiled
def share_moods(state, p, step):
    """Mix everybody's engagement with the peers' of the last step, if moods spread, in place.

    The peers are those of adoption, with the same weights; who has none keeps the own mood.
    """
    if p.engagement.contagion == 0.0:
        return
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
    for t in range(len(state.tiles.begin)):
        measure_tile(state, p, step, t)  # again: what is measured has changed


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
