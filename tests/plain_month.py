"""The month as it is meant: person by person, in plain loops, with the same rules.

What :mod:`simulation.month` does in tiles, by bounds and in several threads is written here
without any of these; the fast month is held against it, to the bit (``test_plain_month.py``).
What the fast month does one by one as well, such as events and hiring, is taken from there.

A phase is called with the state, the parameters, the run's key, the step and the month's row of
measures; :data:`PHASES` has them in their order. To be run as plain Python only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from simulation.machine import chance
from simulation.machine.compiled import logarithm
from simulation.machine.tiles import TILE
from simulation.month import beginning, engagement, measuring, pairs, posts, signals, staffing
from simulation.month.briefings import someone_in_post
from simulation.month.events import apply_events
from simulation.month.resources import remains, set_capacity
from simulation.month.state import MOST_MENTEES, NEVER
from simulation.theory import draws
from simulation.theory.adoption import rules as adoption_rules
from simulation.theory.briefings import rules as briefing_rules
from simulation.theory.commitment import rules as commitment_rules
from simulation.theory.engagement import rules as engagement_rules
from simulation.theory.infrastructure import rules as infrastructure_rules
from simulation.theory.invitation import rules as invitation_rules
from simulation.theory.presence import rules as presence_rules
from simulation.theory.relationships import rules as relationship_rules
from simulation.theory.role_models import rules as role_model_rules
from simulation.theory.succession import rules as succession_rules
from simulation.theory.turnover import rules as turnover_rules

#: Running sums in each tile of rows that are added up together.
RUNNING = 8
#: What the fast month keeps for itself alone: most that may come, and what need not be redone.
ITS_OWN = (
    "seats.visit_made",
    "seats.visit_upper_made",
    "seats.visit_hours",
    "posts.planned",
    "programme.most_currency",
)


def everybody(state: Any) -> list[int]:
    """Return the rows of seats where somebody sits."""
    return [i for i in range(len(state.seats.boss)) if state.seats.occupied[i]]


def team(state: Any, i: int) -> range:
    """Return the rows of the team that seat ``i`` leads."""
    first = int(state.seats.team_start[i])
    return range(first, first + int(state.seats.team_size[i]))


def drawn(run_key: Any, step: int, purpose: int, who: Any) -> float:
    """Return somebody's uniform number for a purpose in a step."""
    return chance.uniform(chance.bits(chance.stream(run_key, step, purpose), who))


# -------------------------------------------------------------------------------- who sits where


def follow(state, p, run_key, step, row):
    """Note which teams are likelier to leave, since their leader did within so many months."""
    seats = state.seats
    for i in state.leaders:
        post = seats.post[i]
        lately = state.posts.left[post] >= step - p.turnover.follow_months
        seats.following[i] = 1.0 + (state.posts.excess[post] if lately else 0.0)
        if seats.following[i] > 1.0:
            row.team_months += seats.team_present[i] * p.run.dt


def leave_and_follow(state, p, run_key, step, row):
    """Let people leave by last month's circumstances; then fill what has been vacant."""
    seats, handover = state.seats, posts.as_usual(p)
    for i in everybody(state):
        voluntary, involuntary = exit_hazards(state, p, i, step)
        borne = -logarithm(1.0 - drawn(run_key, step, draws.EXIT, state.people.identity[i]))
        if borne < voluntary + involuntary:
            staffing.leave(state, p, run_key, i, step, handover)
            row.exits += 1.0
            if borne < voluntary:
                row.voluntary_exits += 1.0
                row.team_exits += 1.0 if i > 0 and seats.following[seats.boss[i]] > 1.0 else 0.0
    for i in range(len(seats.boss)):
        if not seats.occupied[i] and not seats.closed[i] and seats.vacant_until[i] <= step:
            if seats.team_size[i] > 0:
                staffing.fill_post(state, p, run_key, i, step, row)
            elif step >= state.programme.freeze_until:
                staffing.hire(state, p, run_key, np.array([i]), 1, step)
                row.hires += 1.0


def exit_hazards(state, p, i, step):
    """Return the voluntary and the involuntary hazard of the person in seat ``i``."""
    people, seats = state.people, state.seats
    if i == 0:
        return p.succession.chief_exit, 0.0
    tenure = turnover_rules.tenure_factor((step - people.arrived[i]) * p.run.dt, p.turnover)
    hazard = turnover_rules.voluntary_hazard(
        tenure, people.frailty[i], people.engagement[i], p.turnover
    )
    holding = turnover_rules.holding_factor(
        seats.team_size[i] > 0, people.mentor[i] >= 0, people.load[i] > 0, p.turnover
    )
    return hazard * holding * seats.following[seats.boss[i]], p.turnover.involuntary


# --------------------------------------------------------------------------------------- leaders


def lead(state, p, run_key, step, row):
    """Let leaders set talk and action by what they saw last step; show them; judge the top."""
    seats, people, held = state.seats, state.people, state.posts
    for i in state.leaders:
        if i > 0 and seats.occupied[i]:
            boss, post = seats.boss[i], seats.post[i]
            led = seats.occupied[boss] and people.in_post[boss] < step
            action = seats.shown_action[boss] if led else people.action[i]
            talk = seats.shown_talk[boss] if led else people.talk[i]
            model = role_model_rules.example(
                action, state.programme.mean_action, people.disposition[i], p.role_models
            )
            top = seats.level[i] < p.commitment.top_levels
            if not held.held_talk[post]:
                people.talk[i] = commitment_rules.talk_after(
                    people.talk[i],
                    talk,
                    people.action[i],
                    1.0 if top else p.commitment.talk_relay,
                    p.commitment,
                )
            if not held.held_action[post]:
                noise = chance.normal(drawn(run_key, step, draws.ACTION, people.identity[i]))
                people.action[i] = role_model_rules.action_after(
                    people.action[i], model, noise, p.role_models
                )
    show(state, p, step)
    for i in state.leaders:
        plan_visits(state, p, i, step, row)
    top = [i for i in state.leaders if seats.level[i] < p.commitment.top_levels]
    made = in_turn(presence_made(state, p, i, step) for i in top)
    state.programme.top_presence = made / len(top)
    judge_top(state, p, top, step)
    speak(state, p)


def show(state, p, step):
    """Set what leaders show: their own talk and action, capped in a lapse, or an interim's."""
    seats, people, programme = state.seats, state.people, state.programme
    for i in state.leaders:
        post, part = seats.post[i], state.posts.interim[seats.post[i]]
        there = seats.occupied[i] > 0
        for own, legacy, cap, until, shown in (
            (
                people.talk,
                seats.legacy_talk,
                seats.cap_talk,
                seats.cap_talk_until,
                seats.shown_talk,
            ),
            (
                people.action,
                seats.legacy_action,
                seats.cap_action,
                seats.cap_action_until,
                seats.shown_action,
            ),
        ):
            shown[i] = own[i] if there else part * legacy[i]
            if step < until[i]:
                shown[i] = min(shown[i], cap[i])
        if seats.level[i] == p.role_models.blocked_level:
            seats.shown_action[i] = min(seats.shown_action[i], p.role_models.blocked_action)
        seats.deceit[i] = float(step >= state.posts.honest_until[post])
    for i in state.leaders:
        above, line = i, True  # nobody stands between the chief and those right below
        while above > 0 and line:
            blocks = leads(state, above)
            line = not blocks or role_model_rules.relays(seats.shown_action[above], p.role_models)
            above = seats.boss[above]
        seats.open_line[i] = int(line)
    there = [i for i in state.leaders if seats.occupied[i]]
    programme.mean_action = in_turn(seats.shown_action[there]) / max(len(there), 1)
    programme.mean_talk = in_turn(seats.shown_talk[there]) / max(len(there), 1)
    top = [i for i in state.leaders if seats.level[i] < p.commitment.top_levels]
    programme.top_talk = in_turn(seats.shown_talk[top]) / len(top)
    programme.top_action = in_turn(seats.shown_action[top]) / len(top)
    programme.top_deceit = in_turn(seats.deceit[top]) / len(top)
    programme.top_count = sum(seats.occupied[i] or seats.shown_action[i] > 0.0 for i in top)


def presence_made(state, p, i, step):
    """Return the presence that leader ``i`` gives in a step."""
    post = state.seats.post[i]
    changed = step < state.posts.presence_until[post]
    return state.posts.presence[post] if changed else p.presence.level


def plan_visits(state, p, i, step, row):
    """Set leader ``i``'s chance to visit a report, and a report's report."""
    seats, presence = state.seats, p.presence
    seats.visit[i] = seats.visit_upper[i] = 0.0
    if not seats.occupied[i]:
        return
    share = presence_made(state, p, i, step)
    below = sum(int(seats.team_size[report]) for report in team(state, i))
    visits = presence.visits_boss * seats.team_size[i] + presence.visits_upper * below
    hours = share * visits * presence.hours_per_visit
    made = share * invitation_rules.visits_possible(hours / p.run.dt, p.invitation)
    row.leader_hours += made / max(share, 1e-9) * hours
    seats.visit[i] = presence_rules.visit_probability(presence.visits_boss / p.run.dt, made)
    seats.visit_upper[i] = presence_rules.visit_probability(presence.visits_upper / p.run.dt, made)


def judge_top(state, p, top, step):
    """Let trust follow what the chief and the other top seats show; let uncertainty fade."""
    seats, people, programme = state.seats, state.people, state.programme
    talk, action = seats.shown_talk[0], seats.shown_action[0]
    others = [talk, action]  # the chief alone is the whole top
    if len(top) > 1:
        # An empty seat shows nothing.
        others = [
            (in_turn(shown[top]) / len(top) * len(top) - shown[0]) / (len(top) - 1)
            for shown in (seats.shown_talk, seats.shown_action)
        ]
    shown = commitment_rules.shown_by_top(talk, action, *others, p.commitment)
    programme.top_trust = commitment_rules.trust_after(programme.top_trust, shown, p.commitment)
    programme.uncertainty = succession_rules.uncertainty(
        state.posts.strength[0],
        not seats.occupied[0],
        state.posts.interim[0],
        step - people.in_post[0],
        not people.outside[0],
        p.succession,
    )


def speak(state, p):
    """Let the vision be shared by talk, the message be fitted by action; say what it is worth."""
    programme, invitation = state.programme, p.invitation
    programme.vision = invitation_rules.vision_after(
        programme.vision, programme.mean_talk, invitation
    )
    programme.alignment = invitation_rules.alignment_after(
        programme.alignment, programme.mean_action, invitation
    )
    programme.message = invitation_rules.message(
        programme.vision, programme.alignment, programme.visible_value, invitation
    )


# ------------------------------------------------------------------------------------ perception


class Channel(NamedTuple):
    """Leaders whom somebody may see: how often, what they show, and who passes it on."""

    weight: float
    look: float  #: chance to look
    visits: float  #: expected in a step
    visit: float  #: chance of one
    relayed: bool
    talk: float
    action: float
    deceit: float  #: whether too little action is a broken promise


def perceive(state, p, run_key, step, row):
    """Let everybody see, or miss, the boss, the boss's boss and the top team."""
    people, commitment = state.people, p.commitment
    total = commitment.weight_boss + commitment.weight_upper + commitment.weight_top
    month = 1 + (step - 1) // int(p.run.steps_per_month)
    sight = chance.stream(run_key, month, draws.OBSERVATION)
    calls = chance.stream(run_key, month, draws.VISIT)
    thirds = (chance.uniform_low, chance.uniform_middle, chance.uniform_high)
    seen = (people.seen_boss, people.seen_upper, people.seen_top)
    for i in everybody(state):
        look, call = (chance.bits(stream, people.identity[i]) for stream in (sight, calls))
        if i == 0:
            said = perceive_reports(state, p, chance.uniform_low(look))
        else:
            company = heard = 0.0
            for third, last_seen, channel in zip(thirds, seen, channels(state, p, i), strict=True):
                if channel is not None:
                    visited = face(people, p, i, channel, third(look), third(call), last_seen, step)
                    company += channel.weight * visited
                    heard += channel.weight * channel.talk if channel.relayed else 0.0
            said = heard / max(total, 1e-9)
            people.presence[i] = presence_rules.belief_after(
                people.presence[i], company, p.presence
            )
        people.credibility[i] += commitment_rules.credibility_drift(
            people.credibility[i], commitment
        )
        people.persuasion[i] = invitation_rules.persuasion(
            said, people.credibility[i], state.programme.message, p.invitation
        )


def leads(state, i):
    """Return whether anybody leads from a seat: its holder, or an interim."""
    return state.seats.occupied[i] > 0 or state.posts.interim[state.seats.post[i]] > 0.0


def perceive_reports(state, p, look):
    """Let the chief look at what those right below who lead show; return what they say."""
    seats, seen = state.seats, p.commitment
    below = [i for i in team(state, 0) if seats.team_size[i] > 0 and leads(state, i)]
    if not below:
        return 0.0
    talk, action, deceit = (
        in_turn(shown[below]) / len(below)
        for shown in (seats.shown_talk, seats.shown_action, seats.deceit)
    )
    channel = Channel(seen.weight_boss, seen.observe_boss, 0.0, 0.0, True, talk, action, deceit)
    if look < channel.look:
        witness(state.people, p, 0, channel, noticed=False)
    return talk


def channels(state, p, i):
    """Return person ``i``'s channels: the boss, the boss's boss and the top team, or None."""
    seats, programme, seen, presence = state.seats, state.programme, p.commitment, p.presence
    boss = seats.boss[i]
    upper = seats.boss[boss]
    led, led_above = leads(state, boss), upper >= 0 and leads(state, upper)
    by_boss = Channel(
        seen.weight_boss,
        seen.observe_boss,
        presence.visits_boss,
        seats.visit[boss],
        True,
        seats.shown_talk[boss],
        seats.shown_action[boss],
        seats.deceit[boss],
    )
    relayed = not led or role_model_rules.relays(seats.shown_action[boss], p.role_models)
    by_upper = Channel(
        seen.weight_upper,
        seen.observe_upper,
        presence.visits_upper,
        seats.visit_upper[upper],
        relayed,
        seats.shown_talk[upper],
        seats.shown_action[upper],
        seats.deceit[upper],
    )
    made = programme.top_presence
    there = programme.top_count > 0
    by_top = Channel(
        seen.weight_top,
        seen.observe_top,
        presence.visits_top,
        presence_rules.visit_probability(presence.visits_top / p.run.dt, made) if there else 0.0,
        there and seats.open_line[boss] == 1,
        programme.top_talk,
        programme.top_action,
        programme.top_deceit,
    )
    return by_boss if led else None, by_upper if led_above else None, by_top


def face(people, p, i, channel, look, call, last_seen, step):
    """Let person ``i`` be visited through a channel, or not, and look, or not."""
    visited = presence_rules.visit_value(call, channel.visit, p.presence)
    if visited > 0.0:
        last_seen[i] = step
    if channel.relayed and look < channel.look:
        missed = presence_rules.visits_missed(p.presence)
        noticed = presence_rules.absence_noticed(step - last_seen[i], channel.visits, missed)
        witness(people, p, i, channel, noticed)
    return visited


def witness(people, p, i, channel, noticed):
    """Let person ``i`` compare what is shown with what was expected.

    An honest failure disappoints less, and breaks no promise.
    """
    commitment, credibility, expectation = (
        p.commitment,
        people.credibility[i],
        people.expectation[i],
    )
    action = presence_rules.perceived_action(channel.action, noticed, p.presence)
    expected = commitment_rules.expected_action(credibility, channel.talk, expectation)
    surprise = commitment_rules.disappointment(expected, action, commitment)
    surprise = commitment_rules.forgiven(surprise, channel.deceit, commitment)
    change = commitment_rules.credibility_change(
        credibility, people.ceiling[i], action, surprise, channel.weight, commitment
    )
    people.credibility[i] = min(1.0, max(0.0, credibility + change))
    people.expectation[i] += commitment_rules.expectation_change(expectation, action, commitment)
    people.ceiling[i] = commitment_rules.ceiling_after(
        people.ceiling[i], surprise * channel.deceit, channel.weight, commitment
    )


def own(state, p, run_key, step, row):
    """Move everybody's ownership toward voice, the team's ownership and example."""
    seats, people = state.seats, state.people
    for i in everybody(state):
        boss = max(seats.boss[i], 0)  # the chief has the own team and example
        people.ownership[i] = presence_rules.ownership_after(
            people.ownership[i],
            people.presence[i] if i > 0 else 1.0,
            seats.team_ownership[boss],
            seats.shown_action[boss],
            people.credibility[i],
            p.presence,
        )


def keep_current(state, p, run_key, step, row):
    """Let currency fade and, when a briefing is due, reach leaders with it."""
    people, programme, briefings = state.people, state.programme, p.briefings
    worth, interval = 0.0, briefings.interval
    if interval > 0.0 and programme.alive > 0.0 and step - programme.last_briefing >= interval:
        # One that is missed altogether is not made up for: the next are counted from now.
        missed = step - programme.last_briefing >= 2.0 * interval
        programme.last_briefing = step if missed else programme.last_briefing + interval
        if someone_in_post(state, p):
            worth = briefing_rules.content(programme.benefits, briefings)
            worth *= briefing_rules.freshness(12.0 / (interval * p.run.dt), briefings)
            row.money += p.costs.briefing
    total, count = 0.0, 0
    for i in state.leaders:
        people.currency[i] *= briefing_rules.currency_kept(briefings)
        if not state.seats.occupied[i]:
            continue
        reached = drawn(run_key, step, draws.BRIEFING, people.identity[i]) < briefings.reach
        if worth > 0.0 and reached:
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


# -------------------------------------------------------------------------------------- adoption


def adopt(state, p, run_key, step, row):
    """Let people start and stop practising, by what peers showed last step."""
    people = state.people
    for i in everybody(state):
        who = people.identity[i]
        if not people.adopter[i]:
            if state.programme.launched > 0.0:
                consider(state, p, i, drawn(run_key, step, draws.ADOPTION, who), step, row)
        elif not people.formal[i] and not any(people.formal[m] for m in mentees(state, i)):
            reconsider(state, p, i, drawn(run_key, step, draws.DROPOUT, who), row)


def mentees(state, i):
    """Return the rows of the mentees of the person in seat ``i``."""
    return [
        int(state.mentees[i, slot]) for slot in range(MOST_MENTEES) if state.mentees[i, slot] >= 0
    ]


def adopting_peers(state, p, i):
    """Return the weighted sum of visible adopters among person ``i``'s peers, and the weights."""
    seats, peers = state.seats, p.peers
    if peers.scope == 1.0:
        return state.programme.signal, state.programme.headcount
    total = weights = 0.0
    boss = seats.boss[i]
    if boss >= 0:
        total += peers.team * (seats.team_signal[boss] - seats.signal[i])
        # The seat's own holder was among those present, if there was one in the last step.
        weights += peers.team * (seats.team_present[boss] - seats.counted[i])
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


def consider(state, p, i, draw, step, row):
    """Let person ``i``, who does not practise, enquire and perhaps join."""
    people, programme, adoption = state.people, state.programme, p.adoption
    total, weights = adopting_peers(state, p, i)
    whole_months = (step - 1) % int(p.run.steps_per_month) == 0
    share = min(1.0, max(0.0, total / weights)) if weights > 0.0 else 0.0
    campaign = people.invited_strength[i] if step < people.invited_until[i] else 1.0
    alone = adoption_rules.innovation_hazard(people.persuasion[i], campaign, adoption)
    peers = adoption_rules.imitation_hazard(
        adoption_rules.saturated(share, adoption),
        people.persuasion[i],
        p.invitation.recognition,
        adoption,
    )
    if adoption.rule == 1.0:
        peers = 0.0
        amount = share if adoption.threshold_unit == 0.0 else total
        # Chains run one link a month, however short the step.
        if whole_months and adoption_rules.threshold_reached(amount, people.threshold[i]):
            people.adopter[i] = 1
            row.joins_peers += 1.0
            return
    informed = i if state.seats.team_size[i] > 0 else state.seats.boss[i]
    interest = adoption_rules.interest(alone + peers, people.engagement[i], adoption)
    ready = adoption_rules.readiness(
        people.credibility[i], programme.capacity, people.currency[informed], adoption
    )
    join = adoption_rules.chance(interest * ready)
    if draw < max(join, adoption_rules.chance(interest)):
        row.enquiries += 1.0
    if draw < join:
        people.adopter[i] = 1
        if draw * (alone + peers) < join * alone:
            row.joins_invitation += 1.0
        else:
            row.joins_peers += 1.0


def reconsider(state, p, i, draw, row):
    """Let person ``i``, who practises outside any formal pair, perhaps give up."""
    people, programme = state.people, state.programme
    relief = invitation_rules.recognition_relief(p.invitation)
    relief *= relationship_rules.frustration_dropout(people.frustration[i], p.relationships)
    capacity = programme.capacity if programme.launched > 0.0 else 1.0
    hazard = adoption_rules.dropout_hazard(
        people.credibility[i], capacity, people.ownership[i], relief, p.adoption
    )
    if draw < adoption_rules.chance(hazard):
        people.adopter[i] = 0
        people.waiting[i] = NEVER
        row.dropouts += 1.0


# --------------------------------------------------------------------------------- relationships


def carry_pairs(state, p, run_key, step, row):
    """Let mentees learn, poor matches fail and full terms end."""
    people = state.people
    stream = chance.stream(run_key, step, draws.RELATIONSHIP)
    for i in range(len(people.mentor)):
        mentor = people.mentor[i]
        if mentor < 0:
            continue
        load = float(people.load[mentor])
        hours = invitation_rules.contact_hours(load, p.invitation) * p.run.dt
        row.contact_hours += hours
        row.leader_hours += hours if state.seats.team_size[mentor] > 0 else 0.0
        row.money += p.costs.formal_pair * p.run.dt if people.formal[i] else 0.0
        people.competence[i] = role_model_rules.competence_after(
            people.competence[i],
            people.competence[mentor],
            invitation_rules.contact_quality(load, p.invitation),
            p.role_models,
        )
        draw = chance.bits(stream, people.identity[i])
        poor = people.poor[i] > 0
        if (poor and chance.uniform_low(draw) < p.relationships.poor_end) or (
            step >= people.pair_end[i]
        ):
            pairs.end_pair(state, p, i, not poor, chance.uniform_middle(draw), step, row)


def match(state, p, run_key, step, row):
    """Let adopters seek, match them with free mentors, and let the impatient give up.

    Anybody without a mentor, but for the chief, may look outside the programme.
    """
    people, relationships = state.people, p.relationships

    def place(i):
        """Return the ring on which seat ``i`` is, and where."""
        ring = int(state.seats.branch[i]) if relationships.scope == 1.0 else 0
        return ring, drawn(run_key, step, draws.MATCHING, people.identity[i])

    looking = [i for i in everybody(state) if looks_elsewhere(state, p, run_key, step, i)]
    seekers = [i for i in range(len(people.mentor)) if seeks(state, p, run_key, step, i)]
    mentors = [i for i in everybody(state) if may_mentor(state, p, step, i)]
    for seeker in sorted(seekers, key=place):
        ring, position = place(seeker)
        others = [(place(i)[1], i) for i in mentors if place(i)[0] == ring]
        after = sorted(other for other in others if other[0] >= position)
        before = sorted(other for other in others if other[0] < position)
        for _, mentor in after + before:
            if people.load[mentor] < relationships.capacity and suits(state, p, seeker, mentor):
                pairs._begin_pair(state, p, run_key, seeker, mentor, True, step)
                row.matches += 1.0
                break
    for i in looking:
        if people.mentor[i] < 0:
            mentor = meet(state, p, run_key, step, i)
            if mentor >= 0:
                pairs._begin_pair(state, p, run_key, i, mentor, False, step)
                row.matches += 1.0
    for i in range(len(people.waiting)):
        if people.waiting[i] != NEVER and step - people.waiting[i] >= relationships.patience:
            people.waiting[i] = NEVER


def seeks(state, p, run_key, step, i):
    """Let the person in seat ``i`` begin to seek; return whether a match is to be tried."""
    people = state.people
    if not people.adopter[i] or not state.seats.occupied[i]:
        people.waiting[i] = NEVER
        return False
    if people.mentor[i] >= 0 or i == 0:
        return False
    draw = chance.bits(chance.stream(run_key, step, draws.SEEKING), people.identity[i])
    if people.waiting[i] == NEVER:
        wish = relationship_rules.seeking_chance(state.seats.team_size[i] > 0, p.relationships)
        if chance.uniform_low(draw) < wish:
            people.waiting[i] = step
    success = relationship_rules.match_chance(state.programme.capacity, p.relationships)
    return people.waiting[i] != NEVER and chance.uniform_middle(draw) < success


def looks_elsewhere(state, p, run_key, step, i):
    """Return whether the person in seat ``i`` looks for a mentor outside the programme now."""
    draw = chance.bits(chance.stream(run_key, step, draws.SEEKING), state.people.identity[i])
    wants = chance.uniform_high(draw) < p.relationships.informal_seeking
    return wants and i > 0 and state.people.mentor[i] < 0


def meet(state, p, run_key, step, i):
    """Return the first of so many people, met by chance, who suits as a mentor, or -1."""
    word = int(chance.bits(chance.stream(run_key, step, draws.INFORMAL), state.people.identity[i]))
    branch = state.seats.branch
    for _ in range(pairs.MEETINGS):
        other = word % len(branch)
        near = p.relationships.scope == 0.0 or branch[other] == branch[i]
        would = state.seats.occupied[other] and would_mentor(state, p, step, other)
        if near and would and suits(state, p, i, other):
            return other
        word = int(chance.mix(np.uint64(word)))
    return -1


def may_mentor(state, p, step, i):
    """Return whether the person in seat ``i`` may begin to mentor one more in the programme."""
    return state.people.adopter[i] > 0 and would_mentor(state, p, step, i)


def would_mentor(state, p, step, i):
    """Return whether the person in seat ``i`` is free, settled and willing to mentor."""
    people, relationships = state.people, p.relationships
    willing = role_model_rules.volunteer_chance(
        relationships.willing, people.was_mentee[i] > 0, p.role_models
    )
    return (
        people.load[i] < relationships.capacity
        and step - people.arrived[i] >= relationships.mentor_tenure
        and people.volunteer[i] < willing
    )


def suits(state, p, seeker, mentor):
    """Return whether somebody may mentor a seeker."""
    seats = state.seats
    if seeker == mentor or seats.level[mentor] > seats.level[seeker]:
        return False
    if state.people.mentor[mentor] == seeker:
        return False
    return p.relationships.own_boss > 0.5 or seats.boss[seeker] != mentor


# ------------------------------------------------------------------------ mood, and what is shown


def engage(state, p, run_key, step, row):
    """Set everybody's engagement from its parts, and let moods spread."""
    people = state.people
    spread = engagement_rules.shock_sd(p.engagement)
    state.scratch.mood[: len(people.engagement)] = people.engagement
    for i in everybody(state):
        noise = chance.normal(drawn(run_key, step, draws.ENGAGEMENT, people.identity[i]))
        people.transient[i] = engagement_rules.transient_after(
            people.transient[i], spread * noise, p.engagement
        )
        people.frustration[i] = relationship_rules.frustration_after(
            people.frustration[i], people.waiting[i] != NEVER, p.relationships
        )
        people.engagement[i] = feel(state, p, i, step)
    engagement.share_moods(state, p, step)


def feel(state, p, i, step):
    """Return the engagement of the person in seat ``i``."""
    seats, people = state.seats, state.people
    boss, mentor = seats.boss[i], people.mentor[i]
    style, new, vacant, quality = 0.0, 0.0, False, 0.0
    if boss >= 0:
        style, vacant = seats.style[boss], seats.occupied[boss] == 0
        new = succession_rules.disturbance(
            step - people.in_post[boss], people.outside[boss] == 0, p.succession
        ) * succession_rules.unready(people.experienced[boss] == 1, p.succession)
    top = engagement_rules.top_effect(
        state.programme.top_trust, state.programme.uncertainty, p.engagement
    )
    if mentor >= 0:
        quality = invitation_rules.contact_quality(float(people.load[mentor]), p.invitation)
    return engagement_rules.score(
        people.stable[i],
        people.transient[i],
        style,
        engagement_rules.relationship_effect(
            mentor >= 0, people.poor[i] > 0, quality, p.engagement
        ),
        engagement_rules.leadership_effect(
            people.credibility[i],
            p.adoption.credibility_reference,
            people.presence[i],
            p.presence.engagement_reference,
            p.engagement,
        )
        + engagement_rules.action_effect(people.expectation[i], p.engagement),
        engagement_rules.succession_effect(vacant, new, p.engagement) + top,
        people.frustration[i],
        p.engagement,
    )


def signal(state, p, run_key, step, row):
    """Set what others will see next step: signals, team sums and means."""
    seats, people, programme = state.seats, state.people, state.programme
    for i in range(len(seats.boss)):
        seats.signal[i] = 0.0
        seats.counted[i] = seats.occupied[i]
        if seats.occupied[i]:
            practice = invitation_rules.visibility(p.invitation) if people.adopter[i] else 0.0
            practice *= role_model_rules.excellence(people.competence[i], p.role_models)
            failure = p.peers.bad_relationship if step < people.sour_until[i] else 0.0
            seats.signal[i] = practice - failure
    programme.signal, programme.headcount = over(state, seats.signal), len(everybody(state))
    under: dict[bool, list[int]] = {True: [], False: []}
    for i in state.leaders:
        present = [report for report in team(state, i) if seats.occupied[report]]
        seats.team_signal[i] = in_turn(seats.signal[report] for report in team(state, i))
        seats.team_present[i] = len(present)
        if present:
            seats.team_ownership[i] = in_turn(people.ownership[present]) / len(present)
            seats.team_credibility[i] = in_turn(people.credibility[present]) / len(present)
        if seats.occupied[i]:
            acts = seats.shown_action[i] >= programme.mean_action - signals.ALIKE
            under[bool(acts)].append(int(i))
    for acts, name in ((True, "engagement_acting_boss"), (False, "engagement_passive_boss")):
        sums, count = [], 0
        for i in under[acts]:
            present = [report for report in team(state, i) if seats.occupied[report]]
            sums.append(in_turn(people.engagement[present]))
            count += len(present)
        setattr(row, name, in_turn(sums) / count if count else np.nan)
    if not under[False]:  # where all leaders act alike there is no difference
        row.engagement_passive_boss = row.engagement_acting_boss


# ------------------------------------------------------------------------------------- resources


def renew_resources(state, p, run_key, step, row):
    """Let leads and sponsor change, budgets be decided and stocks follow."""
    programme, infrastructure = state.programme, p.infrastructure
    covered = posts.succeed_leads(state, p, run_key, step, row)
    weigh_work(state, p, covered)
    sponsor = posts.succeed_sponsor(state, p, run_key, step)
    programme.bench = succession_rules.bench_after(
        programme.bench,
        programme.candidates,
        programme.left / max(programme.headcount, 1.0),
        p.succession,
    )
    programme.candidates = programme.left = 0.0
    if programme.launched == 0.0:
        return
    since = int(step - programme.launched_step)
    every = max(1, round(infrastructure.budget_interval * infrastructure.funding_years))
    if since > 0 and since % every == 0:
        decide_budget(state, p, run_key, sponsor, step)
    alive, keeps = (
        programme.alive,
        {
            name: remains(programme[f"keep_{name}"], programme[f"keep_{name}_until"], step)
            for name in ("financial", "technological", "human", "knowledge")
        },
    )
    practising = over(state, state.people.adopter) / max(len(everybody(state)), 1)
    need = max(infrastructure_rules.need(practising, infrastructure), 1e-9)
    money = keeps["financial"] * (infrastructure.financial * programme.granted * alive)
    built = keeps["technological"] * (infrastructure.technological * alive)
    served = keeps["human"] * (infrastructure.human * alive * programme.coverage)
    taught = keeps["knowledge"] * (infrastructure.knowledge * alive)
    for name, share, asked, life in (
        ("financial", money, infrastructure.financial, infrastructure.financial_life),
        ("technological", built, infrastructure.technological, infrastructure.technology_life),
    ):
        reached = min(share / need, max(1.0, asked))
        programme[name] = infrastructure_rules.stock_after(programme[name], reached, life)
    programme.human = infrastructure_rules.stock_after(
        programme.human, served, infrastructure.human_life
    )
    programme.knowledge = infrastructure_rules.knowledge_after(
        programme.knowledge, taught * min(1.0, served), infrastructure
    )
    set_capacity(programme, p)
    spent = p.costs.technology * built + p.costs.training * taught
    row.money += programme.headcount / 1000.0 * p.run.dt * spent * min(1.0, money)


def weigh_work(state, p, covered):
    """Set the posts that the work for mentoring leads takes, and the part that they cover."""
    people, programme = state.people, state.programme
    programme.workload = succession_rules.workload(
        float(len(everybody(state))),
        over(state, people.waiting != NEVER),
        over(state, people.formal),
        p.succession,
    )
    programme.coverage = succession_rules.coverage(covered, programme.workload, p.succession)


def decide_budget(state, p, run_key, sponsor, step):
    """Decide whether the programme ends, or starts again, and how much money it is given."""
    programme, infrastructure = state.programme, p.infrastructure
    means = owned_by_layers(state, p)
    owning = in_turn(infrastructure_rules.owned(mean, infrastructure) for mean in means)
    ends = infrastructure_rules.end_chance(
        infrastructure_rules.anchored(owning, len(means), infrastructure),
        programme.visible_value,
        sponsor,
        programme.coverage,
        infrastructure,
    )
    begins = infrastructure_rules.restart_chance(sponsor, programme.top_action, infrastructure)
    draw = drawn(run_key, step, draws.BUDGET, np.uint64(0))
    if programme.alive > 0.0 and draw < ends:
        programme.alive = programme.never_stopped = 0.0
    elif programme.alive == 0.0 and draw < begins:
        programme.alive = 1.0
    programme.granted = infrastructure_rules.grant(
        programme.visible_value, in_turn(means) / len(means), sponsor, infrastructure
    )


def owned_by_layers(state, p):
    """Return the mean ownership of each layer: the top team's levels together, then each level."""
    seats, top = state.seats, int(p.commitment.top_levels)
    levels = int(seats.level[-1]) + 1
    layers = [range(min(top, levels)), *([level] for level in range(top, levels))]
    means = []
    for layer in layers:
        owned = in_turn(
            value for each in layer for value in tiles_of(state, state.people.ownership, each)
        )
        people = sum(int(seats.level[i]) in layer for i in everybody(state))
        means.append(owned / max(people, 1))
    return means


# ---------------------------------------------------------------------------- sums and measures


def in_turn(values: Any) -> float:
    """Return a sum as it is with one rounding after another (``sum`` corrects them)."""
    found = 0.0
    for value in values:
        found += value
    return float(found)


def over(state: Any, values: Any, level: int | None = None) -> float:
    """Return the sum over people, of one level if wanted: tile after tile of each level."""
    levels = range(state.seats.level[-1] + 1) if level is None else (level,)
    return in_turn(value for each in levels for value in tiles_of(state, values, each))


def tiles_of(state: Any, values: Any, level: int) -> list[float]:
    """Return the sums over the people of one level, tile after tile."""
    seats, rows = state.seats, np.flatnonzero(state.seats.level == level)
    tiles = [rows[first : first + TILE] for first in range(0, len(rows), TILE)]
    return [eight_sums([values[i] if seats.occupied[i] else 0.0 for i in t]) for t in tiles]


def eight_sums(values: list[float]) -> float:
    """Return a sum from eight running sums, one value each in turn."""
    return in_turn(in_turn(values[j::RUNNING]) for j in range(RUNNING))


def measure(state, p, step, row, by_level):
    """Write a month's measures; those that add up over steps are already there."""
    measure_people(state, p, step, row)
    for level in range(len(by_level)):
        measure_level(state, p, step, level, by_level[level])
    measuring.measure_leaders(state, p, row)
    measure_programme(state, p, row)


def measure_people(state, p, step, row):
    """Write the measures that are taken of people."""
    seats, people = state.seats, state.people
    row.headcount = len(everybody(state))
    row.vacancies = np.sum((seats.occupied == 0) & (seats.closed == 0))
    row.participation = over(state, people.mentor >= 0)
    row.waiting = over(state, people.waiting != NEVER)
    shares = {
        "adoption": people.adopter,
        "engagement": people.engagement,
        "engaged_share": people.engagement > p.engagement.engaged_cut,
        "disengaged_share": people.engagement < p.engagement.disengaged_cut,
        "credibility": people.credibility,
        "cynics_share": people.credibility < p.commitment.cynic_cut,
        "ceiling": people.ceiling,
        "ownership": people.ownership,
        "importance": people.expectation,
        "absence_noticed": absence_noticed(state, p, step),
        "presence": people.presence,
        "frustration": people.frustration,
        "mentees_share": people.mentor >= 0,
        "formal_share": people.formal,
        "mentors_share": people.load > 0,
    }
    for name, values in shares.items():
        setattr(row, name, over(state, values) / max(row.headcount, 1.0))
    row.informal_share = row.mentees_share - row.formal_share


def absence_noticed(state, p, step):
    """Return who has noticed that the own boss is absent: nobody who has no boss."""
    missed = presence_rules.visits_missed(p.presence)
    last_seen = state.people.seen_boss
    return [
        i > 0
        and presence_rules.absence_noticed(step - last_seen[i], p.presence.visits_boss, missed)
        for i in range(len(last_seen))
    ]


def measure_level(state, p, step, level, here):
    """Write the measures of one level; without anybody they are missing."""
    seats, people = state.seats, state.people
    count = sum(seats.level[i] == level for i in everybody(state))
    for name, values in (
        ("adoption", people.adopter),
        ("engagement", people.engagement),
        ("credibility", people.credibility),
        ("ownership", people.ownership),
        ("absence_noticed", absence_noticed(state, p, step)),
    ):
        setattr(here, name, over(state, values, level) / count if count else np.nan)
    leading = [i for i in state.leaders if seats.occupied[i] and seats.level[i] == level]
    action = in_turn(seats.shown_action[leading])
    here.leader_action = action / len(leading) if leading else np.nan


def measure_programme(state, p, row):
    """Write the measures that are taken of the programme and its posts."""
    programme = state.programme
    for name in ("visible_value", "financial", "technological", "human", "knowledge", "bench"):
        setattr(row, name, getattr(programme, name))
    for name in ("top_trust", "vision", "alignment", "workload", "never_stopped"):
        setattr(row, name, getattr(programme, name))
    row.unmet_need = 1.0 - programme.coverage
    row.infrastructure = programme.capacity
    row.programme_alive = programme.alive
    row.sponsor_in_post = 1.0 if programme.sponsor_vacant_until < 0.0 else 0.0
    row.turnover_money = p.costs.exit * row.hires  # who was laid off is not replaced
    in_use = state.leads[: int(p.succession.leads)]
    row.leads_in_post = sum(lead.vacant_until < 0.0 for lead in in_use)


# ------------------------------------------------------------------------------ a step, and a run

#: What happens within a step, in order; the events come after ``follow``.
PHASES: dict[str, Callable[..., None]] = {
    "follow": follow,
    "leave_and_follow": leave_and_follow,
    "lead": lead,
    "perceive": perceive,
    "own": own,
    "keep_current": keep_current,
    "adopt": adopt,
    "carry_pairs": carry_pairs,
    "match": match,
    "engage": engage,
    "renew_resources": renew_resources,
    "signal": signal,
}


def begin(state, p, run_key, row):
    """Fill an allocated state with the first population and programme."""
    beginning.begin_posts(state, p)
    for t in range(len(state.tiles.begin)):
        staffing.populate(state, p, run_key, t)
    beginning.begin_programme(state, p)
    beginning.begin_leaders(state, p)
    beginning.first_expectations(state, p)
    pairs.begin_informally(state, p, run_key)
    beginning.leave_empty(state, p, run_key)
    for i in everybody(state):
        state.people.engagement[i] = feel(state, p, i, 0)
    signal(state, p, run_key, 0, row)


def step_forward(state, p, events, run_key, step, row):
    """Advance the state by one step."""
    for phase in PHASES.values():
        phase(state, p, run_key, step, row)
        if phase is follow:
            apply_events(state, p, run_key, events, step, row)


def run(state, p, events, run_key, months, table, levels) -> Iterator[int]:
    """Run an allocated state up to a month; yield the step after each, from 0."""
    begin(state, p, run_key, table[0])
    measure(state, p, 0, table[0], levels[0])
    yield 0
    per_month = int(p.run.steps_per_month)
    for step in range(1, months * per_month + 1):
        month = 1 + (step - 1) // per_month
        step_forward(state, p, events, run_key, step, table[month])
        if step % per_month == 0:
            measure(state, p, step, table[month], levels[month])
        yield step
