"""One month, written once; the bulk run and the live model call the same compiled code.

Order of events within a step (:func:`step_forward`): scripted events -> exits, succession,
hiring -> leaders' talk, action, presence -> perception and credibility -> knowledge and
visible value -> ownership -> adoption and dropout -> relationships -> engagement ->
resources and mentoring leads. Then the month is measured. Everybody reacts to what peers
showed at the end of the step before.
"""

from __future__ import annotations

import numpy as np

from . import chance
from .compiled import U64, compiled
from .matching import carry_pairs, match
from .rules import adoption as adoption_rules
from .rules import briefings as briefing_rules
from .rules import commitment as commitment_rules
from .rules import engagement as engagement_rules
from .rules import infrastructure as infrastructure_rules
from .rules import invitation as invitation_rules
from .rules import presence as presence_rules
from .rules import relationships as relationship_rules
from .rules import role_models as role_model_rules
from .rules import succession as succession_rules
from .scripted import apply_event, lead_leaves, sponsor_leaves
from .staffing import draw_exits, fill_vacancies, populate
from .state import NEVER

LONG_AGO = -100_000.0


# ---------------------------------------------------------------- leaders: talk, action, presence


@compiled
def lead(state, p, run_key, step, row):
    """Let leaders set their talk and action by what they saw last step, and plan visits."""
    seats, people, scratch = state.seats, state.people, state.scratch
    stream = chance.stream(run_key, step, chance.ACTION)
    mean_action = state.programme.mean_action
    for i in state.leaders:
        scratch.action[i], scratch.talk[i] = people.action[i], people.talk[i]
        if i == 0 or not seats.occupied[i]:
            continue
        boss = seats.boss[i]
        # An empty seat, or a boss who has just come, has shown nothing to follow yet: the
        # leader goes on as before.
        led = seats.occupied[boss] == 1 and people.in_post[boss] < step
        boss_action = seats.shown_action[boss] if led else people.action[i]
        boss_talk = seats.shown_talk[boss] if led else people.talk[i]
        noise = chance.normal(chance.uniform(chance.bits(stream, people.identity[i])))
        model = role_model_rules.example(
            boss_action, mean_action, people.disposition[i], p.role_models
        )
        scratch.action[i] = role_model_rules.action_after(
            people.action[i], model, noise, p.role_models
        )
        relay = 1.0 if seats.level[i] < p.commitment.top_levels else p.commitment.talk_relay
        scratch.talk[i] = commitment_rules.talk_after(
            people.talk[i], boss_talk, people.action[i], relay, p.commitment
        )
    for i in state.leaders:
        people.action[i], people.talk[i] = scratch.action[i], scratch.talk[i]
    show(state, p, step)
    plan_visits(state, p, step, row)


@compiled
def show(state, p, step):
    """Set what leaders show (nothing from an empty seat, capped in a lapse), in place."""
    seats, people, programme = state.seats, state.people, state.programme
    total = talk = action = 0.0
    count = top = 0
    for i in state.leaders:
        seats.shown_talk[i] = people.talk[i] if seats.occupied[i] else 0.0
        seats.shown_action[i] = people.action[i] if seats.occupied[i] else 0.0
        if step < seats.cap_talk_until[i]:
            seats.shown_talk[i] = min(seats.shown_talk[i], seats.cap_talk[i])
        if step < seats.cap_action_until[i]:
            seats.shown_action[i] = min(seats.shown_action[i], seats.cap_action[i])
        if seats.level[i] == p.role_models.blocked_level:
            seats.shown_action[i] = min(seats.shown_action[i], p.role_models.blocked_action)
        boss = seats.boss[i]
        passes = i == 0 or not seats.occupied[i]
        passes = passes or role_model_rules.relays(seats.shown_action[i], p.role_models)
        seats.open_line[i] = 1 if passes and (i == 0 or seats.open_line[boss]) else 0
        if seats.occupied[i]:
            total += seats.shown_action[i]
            count += 1
            if seats.level[i] < p.commitment.top_levels:
                talk += seats.shown_talk[i]
                action += seats.shown_action[i]
                top += 1
    programme.mean_action = total / max(count, 1)
    programme.top_talk = talk / max(top, 1)
    programme.top_action = action / max(top, 1)
    programme.top_count = top


@compiled
def plan_visits(state, p, step, row):
    """Set each leader's chance to visit a report, and a report's report, in place."""
    seats, programme, presence = state.seats, state.programme, p.presence
    share = presence.level
    if step < programme.presence_until:
        share = programme.presence_share
    for i in state.leaders:
        seats.visit[i] = seats.visit_upper[i] = 0.0
        if not seats.occupied[i]:
            continue
        below = 0
        first = seats.team_start[i]
        for report in range(first, first + seats.team_size[i]):
            below += seats.team_size[report]
        visits = presence.visits_boss * seats.team_size[i] + presence.visits_upper * below
        hours = share * visits * presence.hours_per_visit
        made = share * invitation_rules.visits_possible(hours / p.run.dt, p.invitation)
        row.leader_hours += made / max(share, 1e-9) * hours
        seats.visit[i] = presence_rules.visit_probability(presence.visits_boss / p.run.dt, made)
        seats.visit_upper[i] = presence_rules.visit_probability(
            presence.visits_upper / p.run.dt, made
        )


# ---------------------------------------------------------------------------- perception


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
    sight = chance.stream(run_key, month, chance.OBSERVATION)
    visiting = chance.stream(run_key, month, chance.VISIT)
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


# ------------------------------------------------------- knowledge, visible value, ownership


@compiled
def keep_current(state, p, run_key, step, row):
    """Let currency fade and, when a briefing is due, reach leaders with it, in place."""
    seats, people, programme = state.seats, state.people, state.programme
    briefings = p.briefings
    kept = briefing_rules.currency_kept(briefings)
    worth = 0.0
    interval = programme.briefing_interval
    if interval > 0.0 and programme.alive > 0.0 and step >= programme.next_briefing:
        programme.next_briefing += interval
        if someone_in_post(state):
            per_year = 12.0 / (interval * p.run.dt)
            worth = briefing_rules.content(programme.benefits, briefings)
            worth *= briefing_rules.freshness(per_year, briefings)
            row.money += p.costs.briefing
    stream = chance.stream(run_key, step, chance.BRIEFING)
    total, count = 0.0, 0
    for i in state.leaders:
        people.currency[i] *= kept  # under an empty seat, too, what was known fades
        if not seats.occupied[i]:
            continue
        if worth > 0.0:
            u = chance.uniform(chance.bits(stream, people.identity[i]))
            if u < briefings.reach:
                people.currency[i] += briefing_rules.briefing_gain(
                    people.credibility[i], people.currency[i], worth, briefings
                )
                row.leader_hours += briefings.hours
        total += people.currency[i]
        count += 1
    programme.endings = programme.endings * briefing_rules.benefits_kept(briefings)
    programme.endings += programme.completed / max(programme.headcount, 1.0)
    programme.completed = 0.0
    programme.benefits = briefing_rules.reported(programme.endings, briefings)
    programme.visible_value = briefing_rules.visible_value(
        total / max(count, 1), programme.benefits
    )


@compiled
def someone_in_post(state):
    """Return whether any mentoring lead is in post."""
    for k in range(len(state.leads)):
        if state.leads[k].vacant_until < 0.0:
            return True
    return False


@compiled
def own(state, p):
    """Move everybody's ownership toward voice, the team's ownership and example, in place."""
    seats, people = state.seats, state.people
    for i in range(1, len(seats.boss)):
        if seats.occupied[i]:
            boss = seats.boss[i]
            people.ownership[i] = presence_rules.ownership_after(
                people.ownership[i], people.presence[i], seats.team_ownership[boss],
                seats.shown_action[boss], people.credibility[i], p.presence,
            )  # fmt: skip
    if seats.occupied[0]:
        people.ownership[0] = presence_rules.ownership_after(
            people.ownership[0], 1.0, seats.team_ownership[0], seats.shown_action[0],
            people.credibility[0], p.presence,
        )  # fmt: skip


# ------------------------------------------------------------------------ adoption, dropout


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
    joining = chance.stream(run_key, step, chance.ADOPTION)
    stopping = chance.stream(run_key, step, chance.DROPOUT)
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


# ------------------------------------------------------------------------------ engagement


@compiled
def engage(state, p, run_key, step):
    """Set everybody's engagement from its parts, in place."""
    seats, people = state.seats, state.people
    stream = chance.stream(run_key, step, chance.ENGAGEMENT)
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
        people.credibility[i], p.adoption.credibility_reference, people.presence[i],
        p.presence.engagement_reference, p.engagement,
    )  # fmt: skip
    return engagement_rules.score(
        people.stable[i], people.transient[i], style, relationship, leadership,
        engagement_rules.succession_effect(vacant, new, p.engagement),
        people.frustration[i], p.engagement,
    )  # fmt: skip


# ------------------------------------------------------------- resources and mentoring leads


@compiled
def succeed_leads(state, p, run_key, step, row):
    """Let mentoring leads leave and be replaced, in place; return how many are effective."""
    programme, succession = state.programme, p.succession
    leaving = chance.stream(run_key, step, chance.LEADS)
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
    draw = chance.bits(chance.stream(run_key, step, chance.SPONSOR), U64(0))
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
def budget_round(state, p, sponsor):
    """Let the yearly budget decide on survival and on the grant, in place."""
    seats, people, programme = state.seats, state.people, state.programme
    levels = int(seats.level[len(seats.level) - 1]) + 1
    total, owning = 0.0, 0
    i, n = 0, len(seats.level)
    for level in range(levels):  # seats of a level are contiguous
        owned, count = 0.0, 0
        while i < n and seats.level[i] == level:
            if seats.occupied[i]:
                owned += people.ownership[i]
                count += 1
            i += 1
        mean = owned / max(count, 1)
        total += mean
        owning += 1 if infrastructure_rules.owned(mean, p.infrastructure) else 0
    if not infrastructure_rules.survives(owning, levels, p.infrastructure):
        programme.alive = 0.0
    programme.granted = infrastructure_rules.grant(
        programme.visible_value, total / levels, sponsor, p.infrastructure
    )


@compiled
def remains(share, until, step):
    """Return what remains of an investment under a cut that lasts until a step."""
    return share if step < until else 1.0


@compiled
def renew_resources(state, p, run_key, step, row):
    """Let leads and sponsor change, budgets be decided and stocks follow, in place."""
    programme, infrastructure = state.programme, p.infrastructure
    covered = succeed_leads(state, p, run_key, step, row)
    sponsor = succeed_sponsor(state, p, run_key, step)
    programme.bench = succession_rules.bench_after(
        programme.bench,
        programme.candidates,
        programme.left / max(programme.headcount, 1.0),
        p.succession,
    )
    programme.candidates = programme.left = 0.0
    if programme.launched == 0.0:
        return
    since = step - programme.launched_step
    if since > 0.0 and since % max(1.0, np.round(infrastructure.budget_interval)) == 0.0:
        budget_round(state, p, sponsor)
    alive = programme.alive
    money = remains(programme.keep_financial, programme.keep_financial_until, step)
    money *= infrastructure.financial * programme.granted * alive
    built = remains(programme.keep_technological, programme.keep_technological_until, step)
    built *= infrastructure.technological * alive
    people = remains(programme.keep_human, programme.keep_human_until, step)
    people *= infrastructure.human * alive * succession_rules.coverage(covered, p.succession)
    taught = remains(programme.keep_knowledge, programme.keep_knowledge_until, step)
    taught *= infrastructure.knowledge * alive
    programme.financial = infrastructure_rules.stock_after(
        programme.financial, money, infrastructure.financial_life
    )
    programme.technological = infrastructure_rules.stock_after(
        programme.technological, built, infrastructure.technology_life
    )
    programme.human = infrastructure_rules.stock_after(
        programme.human, people, infrastructure.human_life
    )
    programme.knowledge = infrastructure_rules.knowledge_after(
        programme.knowledge, taught * min(1.0, people), infrastructure
    )
    set_capacity(programme, p)
    thousands = programme.headcount / 1000.0 * p.run.dt
    spent = p.costs.technology * built + p.costs.training * taught
    row.money += thousands * spent * min(1.0, money)  # no more than what was granted


@compiled
def set_capacity(programme, p):
    """Set the effective capacity from the stocks, in place; 0 without a running programme."""
    programme.capacity = 0.0
    if programme.alive > 0.0:
        programme.capacity = infrastructure_rules.effective_capacity(
            programme.financial, programme.technological, programme.human,
            programme.knowledge, p.infrastructure,
        )  # fmt: skip


# ------------------------------------------------------------------------------- the step


@compiled
def sum_up(state, p, step):
    """Set what others will see next step: signals, team sums and means, in place."""
    seats, people, programme = state.seats, state.people, state.programme
    visible = invitation_rules.visibility(p.invitation)
    total, count = 0.0, 0
    for i in range(len(seats.boss)):
        signal = 0.0
        if seats.occupied[i]:
            count += 1
            signal = visible if people.adopter[i] else 0.0
            signal -= p.peers.bad_relationship if step < people.sour_until[i] else 0.0
        seats.signal[i] = signal
        total += signal
    programme.signal, programme.headcount = total, count
    for i in state.leaders:
        signal = ownership = credibility = 0.0
        present = 0
        first = seats.team_start[i]
        for report in range(first, first + seats.team_size[i]):
            signal += seats.signal[report]
            if seats.occupied[report]:
                ownership += people.ownership[report]
                credibility += people.credibility[report]
                present += 1
        seats.team_signal[i] = signal
        seats.team_present[i] = present
        if present > 0:
            seats.team_ownership[i] = ownership / present
            seats.team_credibility[i] = credibility / present


@compiled
def step_forward(state, p, events, run_key, step, row):
    """Advance the state by one step, in place, in the order of this module's docstring."""
    for event in range(events.shape[0]):
        if events[event, 0] == step:
            apply_event(state, p, run_key, events[event], step, row)
    draw_exits(state, p, run_key, step, row)
    fill_vacancies(state, p, run_key, step, row)
    lead(state, p, run_key, step, row)
    perceive(state, p, run_key, step)
    keep_current(state, p, run_key, step, row)
    own(state, p)
    adopt(state, p, run_key, step, row)
    carry_pairs(state, p, run_key, step, row)
    match(state, p, run_key, step, row)
    engage(state, p, run_key, step)
    renew_resources(state, p, run_key, step, row)
    sum_up(state, p, step)


@compiled(entry=True)
def advance_month(state, p, events, run_key, month, table, levels):
    """Advance the state by one month, in place, and write the month's measures.

    Parameters
    ----------
    state : State
    p : record
        ``parameters.engine_record``.
    events : array of shape (events, columns)
        ``events.encode``.
    run_key : int
        ``chance.key``.
    month : int
        From 1.
    table, levels : arrays
        ``state.measure_table``; row ``month`` is written.
    """
    per_month = int(p.run.steps_per_month)
    row = table[month]
    for within in range(1, per_month + 1):
        step_forward(state, p, events, run_key, (month - 1) * per_month + within, row)
    measure(state, p, row, levels[month])


@compiled(entry=True)
def run(state, p, events, run_key, months, table, levels):
    """Run from an allocated state to the last month, in place: see :func:`advance_month`."""
    initialise(state, p, run_key, table, levels)
    per_month = int(p.run.steps_per_month)
    for month in range(1, months + 1):
        row = table[month]
        for within in range(1, per_month + 1):
            step_forward(state, p, events, run_key, (month - 1) * per_month + within, row)
        measure(state, p, row, levels[month])


# --------------------------------------------------------------------------- the beginning


@compiled(entry=True)
def initialise(state, p, run_key, table, levels):
    """Fill an allocated state with the first population and programme, in place."""
    populate(state, p, run_key)
    begin_programme(state, p)
    begin_leaders(state, p)
    seats, people = state.seats, state.people
    for i in range(len(seats.boss)):
        boss = seats.boss[i]
        people.expectation[i] = seats.shown_action[boss] if boss >= 0 else p.commitment.action
    sum_up(state, p, 0)
    wear_off(state, p, 0)
    for i in range(len(seats.boss)):
        people.engagement[i] = feel(state, p, i)
    measure(state, p, table[0], levels[0])


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


# ----------------------------------------------------------------------------- measurement


@compiled
def measure_levels(state, by_level):
    """Write the measures by level (``state.LEVEL_MEASURES``), in place."""
    seats, people = state.seats, state.people
    i, n = 0, len(seats.level)
    for level in range(by_level.shape[1]):
        adoption = engagement = credibility = ownership = action = 0.0
        count = leaders = 0
        while i < n and seats.level[i] == level:
            if seats.occupied[i]:
                count += 1
                adoption += people.adopter[i]
                engagement += people.engagement[i]
                credibility += people.credibility[i]
                ownership += people.ownership[i]
                if seats.team_size[i] > 0:
                    leaders += 1
                    action += seats.shown_action[i]
            i += 1
        by_level[0, level] = adoption / count if count else np.nan
        by_level[1, level] = engagement / count if count else np.nan
        by_level[2, level] = credibility / count if count else np.nan
        by_level[3, level] = ownership / count if count else np.nan
        by_level[4, level] = action / leaders if leaders else np.nan


@compiled
def measure_people(state, p, row):
    """Write the measures that are taken of people, in place."""
    seats, people = state.seats, state.people
    n, cuts = 0, p.engagement
    for i in range(len(seats.boss)):
        if not seats.occupied[i]:
            row.vacancies += 0.0 if seats.closed[i] else 1.0
            continue
        n += 1
        row.adoption += people.adopter[i]
        row.engagement += people.engagement[i]
        row.engaged_share += 1.0 if people.engagement[i] > cuts.engaged_cut else 0.0
        row.disengaged_share += 1.0 if people.engagement[i] < cuts.disengaged_cut else 0.0
        row.credibility += people.credibility[i]
        row.cynics_share += 1.0 if people.credibility[i] < p.commitment.cynic_cut else 0.0
        row.ceiling += people.ceiling[i]
        row.ownership += people.ownership[i]
        row.presence += people.presence[i]
        row.frustration += people.frustration[i]
        row.participation += 1.0 if people.mentor[i] >= 0 else 0.0
        row.formal_share += people.formal[i]
        row.mentors_share += 1.0 if people.load[i] > 0 else 0.0
        row.waiting += 1.0 if people.waiting[i] != NEVER else 0.0
    row.headcount = n
    count = max(n, 1)
    row.mentees_share = row.participation / count
    row.adoption /= count
    row.engagement /= count
    row.engaged_share /= count
    row.disengaged_share /= count
    row.credibility /= count
    row.cynics_share /= count
    row.ceiling /= count
    row.ownership /= count
    row.presence /= count
    row.frustration /= count
    row.formal_share /= count
    row.mentors_share /= count


@compiled
def measure_leaders(state, p, row):
    """Write the measures that are taken of leaders, in place."""
    seats, people = state.seats, state.people
    count = 0
    for i in state.leaders:
        if seats.occupied[i]:
            count += 1
            row.currency += people.currency[i]
            row.leader_action += seats.shown_action[i]
            row.leader_talk += seats.shown_talk[i]
        else:
            row.leader_vacancy += 1.0
    row.currency /= max(count, 1)
    row.leader_action /= max(count, 1)
    row.leader_talk /= max(count, 1)
    row.chief_in_post = seats.occupied[0]


@compiled
def measure(state, p, row, by_level):
    """Write a month's measures; those that add up over steps are already there, in place."""
    programme = state.programme
    measure_people(state, p, row)
    measure_leaders(state, p, row)
    measure_levels(state, by_level)
    row.visible_value = programme.visible_value
    row.infrastructure = programme.capacity
    row.financial = programme.financial
    row.technological = programme.technological
    row.human = programme.human
    row.knowledge = programme.knowledge
    row.programme_alive = programme.alive
    row.sponsor_in_post = 1.0 if programme.sponsor_vacant_until < 0.0 else 0.0
    row.bench = programme.bench
    row.turnover_money = p.costs.exit * row.exits
    for k in range(len(state.leads)):
        row.leads_in_post += 1.0 if state.leads[k].vacant_until < 0.0 else 0.0
