"""Who starts and who stops practising."""

from __future__ import annotations

from ..machine import chance
from ..machine.compiled import compiled, power
from ..machine.tiles import SLACK, UNBOUNDED, counts, held, numbers, pick, spread
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
            weight = weight_of_boss(seats.shown_action[boss], peers)
            total += weight * seats.signal[boss]
            weights += weight
    first = seats.tie_start[i]
    for j in range(first, first + seats.tie_count[i]):
        total += peers.ties * state.ties.weight[j] * seats.signal[state.ties.seat[j]]
    weights += peers.ties * seats.tie_count[i]
    return total, weights


@compiled(inline=True)
def weight_of_boss(shown_action, peers):
    """Return how much a boss counts as a peer: more when active."""
    return peers.boss if shown_action > peers.boss_cut else peers.boss_passive


@compiled(inline=True)
def share_of(total, weights):
    """Return the share of adopting peers; none without peers."""
    return min(1.0, max(0.0, total / weights)) if weights > 0.0 else 0.0


@compiled(inline=True)
def most_peers(state, p, t, visible, share):
    """Fill a buffer with what the shares of tile ``t``'s people's adopting peers cannot exceed.

    Team and boss count as they are, the ties as if all showed as much as can be shown.
    """
    seats, tiles, peers = state.seats, state.tiles, p.peers
    begin, size = tiles.begin[t], tiles.size[t]
    if peers.scope == 1.0:
        for k in range(size):
            share[k] = SLACK * share_of(state.programme.signal, state.programme.headcount)
        return
    near, weights = numbers(), numbers()
    near[0] = weights[0] = 0.0  # the chief has ties alone
    row, end, leader = begin, begin + size, tiles.first_boss[t]
    while row < end and tiles.level[t] > 0:
        boss = state.leaders[leader]
        after = min(seats.team_start[boss] + seats.team_size[boss], end)
        weight = weight_of_boss(seats.shown_action[boss], peers) if seats.occupied[boss] else 0.0
        total = peers.team * seats.team_signal[boss] + weight * seats.signal[boss]
        spread(near, row - begin, after - begin, total)
        spread(
            weights,
            row - begin,
            after - begin,
            weight + peers.team * max(seats.team_present[boss] - 1, 0),
        )
        row, leader = after, leader + 1
    own = peers.team if tiles.level[t] > 0 else 0.0
    signal, ties = seats.signal[begin:end], seats.tie_count[begin:end]
    for k in range(size):
        of_ties = peers.ties * ties[k]
        total = near[k] - own * signal[k] + visible * of_ties
        share[k] = SLACK * (share_of(total, weights[k] + of_ties) + 1e-9)


@compiled
def consider(state, p, t, i, draw, most, step):
    """Let person ``i`` of tile ``t``, who does not practise, enquire and perhaps join, in place.

    ``most`` is what mood and readiness cannot multiply the hazard by more than.
    """
    people, programme, adoption = state.people, state.programme, p.adoption
    campaign = programme.campaign_strength if step < people.invited_until[i] else 1.0
    alone = adoption_rules.innovation_hazard(people.persuasion[i], campaign, adoption)
    informed = i if state.seats.team_size[i] > 0 else state.seats.boss[i]
    currency = people.currency[informed]
    total, weights = adopting_peers(state, p, i)
    share = share_of(total, weights)
    peers = adoption_rules.imitation_hazard(share, p.invitation.recognition, adoption)
    if adoption.rule == 1.0:
        peers = 0.0
        amount = share if adoption.threshold_unit == 0.0 else total
        if adoption_rules.threshold_reached(amount, people.threshold[i]):
            people.adopter[i] = 1
            state.tiles.joins_peers[t] += 1.0
            return
    if draw >= (alone + peers) * most:
        return
    interest = adoption_rules.interest(alone + peers, people.engagement[i], adoption)
    ready = adoption_rules.readiness(people.credibility[i], programme.capacity, currency, adoption)
    if draw >= interest * max(ready, 1.0):
        return  # 1 - exp(-h) is at most h: no exponential is needed
    join = adoption_rules.chance(interest * ready)
    if draw < max(join, adoption_rules.chance(interest)):
        state.tiles.enquiries[t] += 1.0
    if draw < join:
        people.adopter[i] = 1
        if draw * (alone + peers) < join * alone:
            state.tiles.joins_invitation[t] += 1.0
        else:
            state.tiles.joins_peers[t] += 1.0


@compiled(inline=True)
def giving_up(credibility, ownership, frustration, capacity, relief, p):
    """Return the hazard of giving up of somebody who practises outside any relationship."""
    relief = relief * relationship_rules.frustration_dropout(frustration, p.relationships)
    return adoption_rules.dropout_hazard(credibility, capacity, ownership, relief, p.adoption)


@compiled(inline=True)
def most_mood(effect):
    """Return what exp(effect) cannot exceed: 1 + x + x^2 is above it for x from 0 to 1.5."""
    x = max(0.0, effect)
    return 1.0 + x + x * x if x <= 1.5 else UNBOUNDED


@compiled(inline=True)
def most_belief(credibility, top, adoption):
    """Return what (C / Cref)^gamma cannot exceed, without a power: its chord, or its tangent.

    ``top`` is (1 / Cref)^(gamma - 1), for gamma from 1 upwards: c^gamma = c c^(gamma - 1).
    """
    relative, gamma = credibility / adoption.credibility_reference, adoption.credibility_exponent
    return relative * top if gamma >= 1.0 else 1.0 + gamma * (relative - 1.0)


@compiled
def adopt(state, p, run_key, step, t):
    """Let tile ``t``'s people start and stop practising, by what peers showed last step, in place.

    Nearly everybody's draw is beyond what any hazard can be; the rules are asked of the others.
    """
    fixed = held(p)
    people, tiles, programme = state.people, state.tiles, state.programme
    begin, size = tiles.begin[t], tiles.size[t]
    end = begin + size
    tiles.enquiries[t] = tiles.joins_invitation[t] = tiles.joins_peers[t] = tiles.dropouts[t] = 0.0
    joining = chance.stream(run_key, step, draws.ADOPTION)
    stopping = chance.stream(run_key, step, draws.DROPOUT)
    relief = invitation_rules.recognition_relief(p.invitation)
    launched = programme.launched > 0.0
    # Informal mentoring before a launch needs no infrastructure.
    capacity = programme.capacity if launched else 1.0
    strongest = max(1.0, programme.campaign_strength)
    visible = min(1.0, invitation_rules.visibility(p.invitation))  # the most a peer can show
    means = adoption_rules.readiness(
        p.adoption.credibility_reference, capacity, programme.most_currency, p.adoption
    )
    top = power(1.0 / p.adoption.credibility_reference, p.adoption.credibility_exponent - 1.0)
    everybody = p.adoption.rule == 1.0  # a threshold may be reached whatever the draw

    who, here, adopter = (
        people.identity[begin:end],
        state.seats.occupied[begin:end],
        people.adopter[begin:end],
    )
    mentor, load = people.mentor[begin:end], people.load[begin:end]
    draw, bound, most, share, rows = numbers(), numbers(), numbers(), numbers(), counts()
    most_peers(state, fixed, t, visible, share)
    persuasion, engagement = people.persuasion[begin:end], people.engagement[begin:end]
    credibility, ownership = people.credibility[begin:end], people.ownership[begin:end]
    for k in range(size):
        stream = stopping if adopter[k] else joining
        draw[k] = chance.uniform(chance.bits(stream, who[k]))
    for k in range(size):
        ready = max(1.0, means * most_belief(credibility[k], top, fixed.adoption))
        mood = most_mood(fixed.adoption.engagement_effect * engagement[k])
        most[k] = SLACK * ready * mood
    for k in range(size):
        alone = adoption_rules.innovation_hazard(persuasion[k], strongest, fixed.adoption)
        imitated = adoption_rules.imitation_hazard(
            share[k], fixed.invitation.recognition, fixed.adoption
        )
        interest = (alone + imitated) * most[k]
        bound[k] = (1.0 if everybody else interest) if launched else 0.0
    frustration = people.frustration[begin:end]
    for k in range(size):
        hazard = SLACK * giving_up(
            credibility[k], ownership[k], frustration[k], capacity, relief, fixed
        )
        free = mentor[k] < 0 and load[k] == 0
        bound[k] = (hazard if free else 0.0) if adopter[k] else bound[k]
    for k in range(size):
        bound[k] = bound[k] if here[k] else 0.0
    for j in range(pick(draw, bound, 0, size, rows)):
        k = rows[j]
        i = begin + k
        if not people.adopter[i]:
            consider(state, p, t, i, draw[k], most[k], step)
        else:
            hazard = giving_up(credibility[k], ownership[k], frustration[k], capacity, relief, p)
            if draw[k] < adoption_rules.chance(hazard):
                people.adopter[i] = 0
                people.waiting[i] = NEVER
                tiles.dropouts[t] += 1.0


@compiled
def count_changes(state, row):
    """Add up over the tiles who enquired, joined and gave up in the step, in place."""
    tiles = state.tiles
    for t in range(len(tiles.begin)):
        row.enquiries += tiles.enquiries[t]
        row.joins_invitation += tiles.joins_invitation[t]
        row.joins_peers += tiles.joins_peers[t]
        row.dropouts += tiles.dropouts[t]
