"""Who starts and who stops practising."""

from __future__ import annotations

from ..machine import chance
from ..machine.compiled import compiled, power
from ..machine.tiles import SLACK, UNBOUNDED, counts, held, numbers, pad, pick, spread
from ..theory import draws
from ..theory.adoption import rules as adoption_rules
from ..theory.invitation import rules as invitation_rules
from ..theory.relationships import rules as relationship_rules
from ..theory.role_models import rules as role_model_rules
from .state import MOST_MENTEES, NEVER


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
        weights += peers.team * (seats.team_present[boss] - seats.counted[i])
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


@compiled(inline=True)
def giving_up(credibility, ownership, frustration, capacity, relief, p):
    """Return the hazard of giving up of somebody who practises outside any formal pair."""
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


@compiled(inline=True)
def most_saturated(share, adoption):
    """Return what the saturated share cannot exceed, without an exponential."""
    kappa = adoption.saturation
    return min(share + 1e-9, 1.0 / kappa) if kappa > 1e-6 else share


@compiled(inline=True)
def bounds(state, p, t, capacity, bound, step):
    """Fill a buffer with what the hazards of joining or giving up in tile ``t`` cannot exceed."""
    people, programme, tiles = state.people, state.programme, state.tiles
    begin, size = tiles.begin[t], tiles.size[t]
    end = begin + size
    launched = programme.launched > 0.0
    # The most that a peer can show.
    visible = invitation_rules.visibility(p.invitation)
    visible *= role_model_rules.excellence(1.0, p.role_models)
    share = numbers()
    most_peers(state, p, t, visible, share)
    strongest = programme.campaign_strength if step < programme.campaign_until else 1.0
    reference, gamma = p.adoption.credibility_reference, p.adoption.credibility_exponent
    means = adoption_rules.readiness(reference, capacity, programme.most_currency, p.adoption)
    top = power(1.0 / reference, gamma - 1.0)
    persuasion, engagement = people.persuasion[begin:end], people.engagement[begin:end]
    credibility = people.credibility[begin:end]
    for k in range(size):
        alone = adoption_rules.innovation_hazard(persuasion[k], strongest, p.adoption)
        peers = adoption_rules.imitation_hazard(
            most_saturated(share[k], p.adoption),
            persuasion[k],
            p.invitation.recognition,
            p.adoption,
        )
        ready = max(1.0, means * most_belief(credibility[k], top, p.adoption))
        mood = most_mood(p.adoption.engagement_effect * engagement[k])
        bound[k] = SLACK * (alone + peers) * ready * mood if launched else 0.0
    if p.adoption.rule == 1.0 and launched:
        for k in range(size):
            bound[k] = 1.0  # a threshold may be reached whatever the draw
    relief = invitation_rules.recognition_relief(p.invitation)
    adopter = people.adopter[begin:end]
    formal = people.formal[begin:end]
    for k in range(size):  # at worst nothing is owned and frustration is complete
        hazard = giving_up(credibility[k], 0.0, 1.0, capacity, relief, p)
        free = formal[k] == 0
        bound[k] = (SLACK * hazard if free else 0.0) if adopter[k] else bound[k]
    here = state.seats.occupied[begin:end]
    for k in range(size):
        bound[k] = bound[k] if here[k] else 0.0


@compiled
def adopt(state, p, run_key, step, t):
    """Let tile ``t``'s people start and stop practising, by what peers showed last step, in place.

    Nearly everybody's draw is beyond what any hazard can be; the rules are asked of the others.
    """
    p = held(p)
    people, tiles = state.people, state.tiles
    begin, size = tiles.begin[t], tiles.size[t]
    end = begin + size
    tiles.enquiries[t] = tiles.joins_invitation[t] = tiles.joins_peers[t] = tiles.dropouts[t] = 0.0
    # Informal mentoring before a launch needs no infrastructure.
    capacity = state.programme.capacity if state.programme.launched > 0.0 else 1.0
    who, adopter = people.identity[begin:end], people.adopter[begin:end]
    draw, bound, rows = numbers(), numbers(), counts()
    joining = chance.stream(run_key, step, draws.ADOPTION)
    stopping = chance.stream(run_key, step, draws.DROPOUT)
    for k in range(size):
        draw[k] = chance.uniform(chance.bits(stopping if adopter[k] else joining, who[k]))
    bounds(state, p, t, capacity, bound, step)
    found = pick(draw, bound, 0, size, rows)
    joiners, leavers, luck, out = counts(), counts(), numbers(), numbers()
    joining_now = leaving_now = 0
    for j in range(found):
        k = rows[j]
        if adopter[k]:
            leavers[leaving_now], out[leaving_now] = begin + k, draw[k]
            leaving_now += 1
        else:
            joiners[joining_now], luck[joining_now] = begin + k, draw[k]
            joining_now += 1
    consider(state, p, t, joiners, joining_now, luck, step)
    reconsider(state, p, t, leavers, leaving_now, out, capacity)


@compiled(inline=True)
def through_peers(state, p, t, i, reacts):
    """Return person ``i``'s hazard of joining through peers; or let a threshold decide, in place.

    ``reacts`` is whether thresholds are looked at in this step.
    """
    adoption = p.adoption
    total, weights = adopting_peers(state, p, i)
    share = share_of(total, weights)
    if adoption.rule == 1.0:
        amount = share if adoption.threshold_unit == 0.0 else total
        if reacts and adoption_rules.threshold_reached(amount, state.people.threshold[i]):
            state.people.adopter[i] = 1
            state.tiles.joins_peers[t] += 1.0
        return 0.0
    share = adoption_rules.saturated(share, adoption)
    recognition = p.invitation.recognition
    return adoption_rules.imitation_hazard(share, state.people.persuasion[i], recognition, adoption)


@compiled(inline=True)
def consider(state, p, t, rows, size, draw, step):
    """Let some people of tile ``t``, who do not practise, enquire and perhaps join, in place."""
    people, programme, adoption = state.people, state.programme, p.adoption
    alone, hazard, ready, mood = numbers(), numbers(), numbers(), numbers()
    enquiry, join, currency, belief = numbers(), numbers(), numbers(), numbers()
    capacity, padded = programme.capacity, pad(size)
    # Chains of thresholds run one link a month, whatever the step.
    reacts = (step - 1) % int(p.run.steps_per_month) == 0
    for j in range(size, padded):
        hazard[j] = mood[j] = currency[j] = belief[j] = 0.0
    for j in range(size):
        i = rows[j]
        campaign = people.invited_strength[i] if step < people.invited_until[i] else 1.0
        alone[j] = adoption_rules.innovation_hazard(people.persuasion[i], campaign, adoption)
        hazard[j] = alone[j] + through_peers(state, p, t, i, reacts)
        informed = i if state.seats.team_size[i] > 0 else state.seats.boss[i]
        currency[j], belief[j] = people.currency[informed], people.credibility[i]
        mood[j] = people.engagement[i]
    for j in range(padded):
        ready[j] = adoption_rules.readiness(belief[j], capacity, currency[j], adoption)
    for j in range(padded):
        interest = adoption_rules.interest(hazard[j], mood[j], adoption)
        join[j] = adoption_rules.chance(interest * ready[j])
        enquiry[j] = max(join[j], adoption_rules.chance(interest))
    for j in range(size):
        i = rows[j]
        if people.adopter[i]:
            continue  # by the threshold
        state.tiles.enquiries[t] += 1.0 if draw[j] < enquiry[j] else 0.0
        if draw[j] < join[j]:
            people.adopter[i] = 1
            if draw[j] * hazard[j] < join[j] * alone[j]:
                state.tiles.joins_invitation[t] += 1.0
            else:
                state.tiles.joins_peers[t] += 1.0


@compiled(inline=True)
def mentors_formally(state, i):
    """Return whether person ``i`` is the mentor of a formal pair."""
    for slot in range(MOST_MENTEES):
        mentee = state.mentees[i, slot]
        if mentee >= 0 and state.people.formal[mentee] == 1:
            return True
    return False


@compiled(inline=True)
def reconsider(state, p, t, rows, size, draw, capacity):
    """Let some people of tile ``t``, who practise outside any formal pair, perhaps give up."""
    people, hazard = state.people, numbers()
    relief = invitation_rules.recognition_relief(p.invitation)
    padded = pad(size)
    for j in range(size, padded):
        hazard[j] = 0.0
    for j in range(size):
        i = rows[j]
        hazard[j] = giving_up(
            people.credibility[i], people.ownership[i], people.frustration[i], capacity, relief, p
        )
    for j in range(padded):
        hazard[j] = adoption_rules.chance(hazard[j])
    for j in range(size):
        if draw[j] < hazard[j] and not mentors_formally(state, rows[j]):
            people.adopter[rows[j]] = 0
            people.waiting[rows[j]] = NEVER
            state.tiles.dropouts[t] += 1.0


@compiled
def count_changes(state, row):
    """Add up over the tiles who enquired, joined and gave up in the step, in place."""
    tiles = state.tiles
    for t in range(len(tiles.begin)):
        row.enquiries += tiles.enquiries[t]
        row.joins_invitation += tiles.joins_invitation[t]
        row.joins_peers += tiles.joins_peers[t]
        row.dropouts += tiles.dropouts[t]
