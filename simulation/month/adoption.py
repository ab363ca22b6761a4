"""Who starts and who stops practising."""

from __future__ import annotations

from ..machine import chance
from ..machine.compiled import compiled
from ..theory import draws
from ..theory.adoption import rules as adoption_rules
from ..theory.invitation import rules as invitation_rules
from ..theory.relationships import rules as relationship_rules
from .state import NEVER


@compiled(inline=True)
def adopting_peers(state, p, i):
    """Return the weighted sum of visible adopters among person ``i``'s peers, and the weights."""
    seats, peers = state.seats, p.peers
    if peers.scope == 1.0:
        programme = state.programme
        return programme.signal, programme.headcount
    total = weights = 0.0
    boss = seats.boss[i]
    if boss >= 0:
        total += peers.team * (seats.team_signal[boss] - seats.signal[i])
        weights += peers.team * max(seats.team_present[boss] - 1, 0)
        if seats.occupied[boss]:
            active = seats.shown_action[boss] > peers.boss_cut
            weight = peers.boss if active else peers.boss_passive
            total += weight * seats.signal[boss]
            weights += weight
    first = seats.tie_start[i]
    for j in range(first, first + seats.tie_count[i]):
        total += peers.ties * state.ties.weight[j] * seats.signal[state.ties.seat[j]]
    weights += peers.ties * seats.tie_count[i]
    return total, weights


@compiled(inline=True)
def consider(state, p, i, currency, row, draw, step):
    """Let person ``i``, who does not practise, enquire and perhaps join, in place."""
    people, programme, adoption = state.people, state.programme, p.adoption
    total, weights = adopting_peers(state, p, i)
    share = min(1.0, max(0.0, total / weights)) if weights > 0.0 else 0.0
    campaign = programme.campaign_strength if step < people.invited_until[i] else 1.0
    alone = adoption_rules.innovation_hazard(people.persuasion[i], campaign, adoption)
    peers = adoption_rules.imitation_hazard(share, p.invitation.recognition, adoption)
    if adoption.rule == 1.0:
        peers = 0.0
        amount = share if adoption.threshold_unit == 0.0 else total
        if adoption_rules.threshold_reached(amount, people.threshold[i]):
            people.adopter[i] = 1
            row.joins_peers += 1.0
            return
    interest = adoption_rules.interest(alone + peers, people.engagement[i], adoption)
    ready = adoption_rules.readiness(people.credibility[i], programme.capacity, currency, adoption)
    if draw >= interest * max(ready, 1.0):
        return  # 1 - exp(-h) is at most h: no exponential is needed
    join = adoption_rules.chance(interest * ready)
    if draw < max(join, adoption_rules.chance(interest)):
        row.enquiries += 1.0
    if draw < join:
        people.adopter[i] = 1
        if draw * (alone + peers) < join * alone:
            row.joins_invitation += 1.0
        else:
            row.joins_peers += 1.0


@compiled(inline=True)
def reconsider(state, p, i, draw, relief, row):
    """Let person ``i``, who practises outside any relationship, perhaps give up, in place."""
    people, programme = state.people, state.programme
    relief = relief * relationship_rules.frustration_dropout(people.frustration[i], p.relationships)
    # Informal mentoring before a launch needs no infrastructure.
    capacity = programme.capacity if programme.launched > 0.0 else 1.0
    hazard = adoption_rules.dropout_hazard(
        people.credibility[i], capacity, people.ownership[i], relief, p.adoption
    )
    if draw < adoption_rules.chance(hazard):
        people.adopter[i] = 0
        people.waiting[i] = NEVER
        row.dropouts += 1.0


@compiled
def adopt(state, p, run_key, step, row):
    """Let people start and stop practising, by what peers showed last step, in place."""
    seats, people = state.seats, state.people
    joining = chance.stream(run_key, step, draws.ADOPTION)
    stopping = chance.stream(run_key, step, draws.DROPOUT)
    relief = invitation_rules.recognition_relief(p.invitation)
    launched = state.programme.launched > 0.0
    for i in range(len(seats.boss)):
        if not seats.occupied[i]:
            continue
        if not people.adopter[i]:
            if not launched:
                continue  # nobody is invited yet
            informed = i if seats.team_size[i] > 0 else seats.boss[i]
            draw = chance.uniform(chance.bits(joining, people.identity[i]))
            consider(state, p, i, people.currency[informed], row, draw, step)
        elif people.mentor[i] < 0 and people.load[i] == 0:
            draw = chance.uniform(chance.bits(stopping, people.identity[i]))
            reconsider(state, p, i, draw, relief, row)
