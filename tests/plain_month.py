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
from simulation.month import beginning, engagement, leaders, measuring, pairs, staffing
from simulation.month.briefings import someone_in_post
from simulation.month.events import apply_event
from simulation.month.resources import renew_resources
from simulation.month.state import NEVER
from simulation.theory import draws
from simulation.theory.adoption import rules as adoption_rules
from simulation.theory.briefings import rules as briefing_rules
from simulation.theory.commitment import rules as commitment_rules
from simulation.theory.engagement import rules as engagement_rules
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
    "programme.planned_share",
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


def leave_and_follow(state, p, run_key, step, row):
    """Let people leave by last month's circumstances; then fill what has been vacant."""
    seats = state.seats
    for i in everybody(state):
        voluntary, involuntary = exit_hazards(state, p, i, step)
        borne = -logarithm(1.0 - drawn(run_key, step, draws.EXIT, state.people.identity[i]))
        if borne < voluntary + involuntary:
            staffing.leave(state, p, run_key, i, step)
            row.exits += 1.0
            row.voluntary_exits += 1.0 if borne < voluntary else 0.0
    for i in range(len(seats.boss)):
        if not seats.occupied[i] and not seats.closed[i] and seats.vacant_until[i] <= step:
            if seats.team_size[i] > 0:
                staffing.fill_post(state, p, run_key, i, step, row)
            elif step >= state.programme.freeze_until:
                staffing.hire(state, p, run_key, np.array([i]), 1, step)
                row.hires += 1.0


def exit_hazards(state, p, i, step):
    """Return the voluntary and the involuntary hazard of the person in seat ``i``."""
    people = state.people
    if i == 0:
        return p.succession.chief_exit, 0.0
    tenure = turnover_rules.tenure_factor((step - people.arrived[i]) * p.run.dt, p.turnover)
    hazard = turnover_rules.voluntary_hazard(
        tenure, people.frailty[i], people.engagement[i], p.turnover
    )
    holding = turnover_rules.holding_factor(
        state.seats.team_size[i] > 0, people.mentor[i] >= 0, people.load[i] > 0, p.turnover
    )
    return hazard * holding, p.turnover.involuntary


# --------------------------------------------------------------------------------------- leaders


def lead(state, p, run_key, step, row):
    """Let leaders set talk and action by what they saw last step, show them and plan visits."""
    seats, people = state.seats, state.people
    for i in state.leaders:
        if i > 0 and seats.occupied[i]:
            boss = seats.boss[i]
            led = seats.occupied[boss] and people.in_post[boss] < step
            action = seats.shown_action[boss] if led else people.action[i]
            talk = seats.shown_talk[boss] if led else people.talk[i]
            model = role_model_rules.example(
                action, state.programme.mean_action, people.disposition[i], p.role_models
            )
            top = seats.level[i] < p.commitment.top_levels
            people.talk[i] = commitment_rules.talk_after(
                people.talk[i],
                talk,
                people.action[i],
                1.0 if top else p.commitment.talk_relay,
                p.commitment,
            )
            noise = chance.normal(drawn(run_key, step, draws.ACTION, people.identity[i]))
            people.action[i] = role_model_rules.action_after(
                people.action[i], model, noise, p.role_models
            )
    leaders.show(state, p, step)
    for i in state.leaders:
        plan_visits(state, p, i, step, row)


def presence_made(state, p, step):
    """Return the presence that leaders give in a step."""
    changed = step < state.programme.presence_until
    return state.programme.presence_share if changed else p.presence.level


def plan_visits(state, p, i, step, row):
    """Set leader ``i``'s chance to visit a report, and a report's report."""
    seats, presence = state.seats, p.presence
    seats.visit[i] = seats.visit_upper[i] = 0.0
    if not seats.occupied[i]:
        return
    share = presence_made(state, p, step)
    below = sum(int(seats.team_size[report]) for report in team(state, i))
    visits = presence.visits_boss * seats.team_size[i] + presence.visits_upper * below
    hours = share * visits * presence.hours_per_visit
    made = share * invitation_rules.visits_possible(hours / p.run.dt, p.invitation)
    row.leader_hours += made / max(share, 1e-9) * hours
    seats.visit[i] = presence_rules.visit_probability(presence.visits_boss / p.run.dt, made)
    seats.visit_upper[i] = presence_rules.visit_probability(presence.visits_upper / p.run.dt, made)


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
        if i == 0:
            continue  # the chief has nobody above
        look, call = (chance.bits(stream, people.identity[i]) for stream in (sight, calls))
        company = heard = 0.0
        for third, last_seen, channel in zip(
            thirds, seen, channels(state, p, i, step), strict=True
        ):
            if channel is not None:
                visited = face(people, p, i, channel, third(look), third(call), last_seen, step)
                company += channel.weight * visited
                heard += channel.weight * channel.talk if channel.relayed else 0.0
        people.credibility[i] += commitment_rules.credibility_drift(
            people.credibility[i], commitment
        )
        people.presence[i] = presence_rules.belief_after(people.presence[i], company, p.presence)
        people.persuasion[i] = invitation_rules.persuasion(
            heard / max(total, 1e-9), people.credibility[i], p.invitation
        )


def channels(state, p, i, step):
    """Return person ``i``'s channels: the boss, the boss's boss and the top team, or None."""
    seats, programme, seen, presence = state.seats, state.programme, p.commitment, p.presence
    boss = seats.boss[i]
    upper = seats.boss[boss]
    shown = [seats.shown_talk[boss], seats.shown_action[boss]]
    by_boss = Channel(
        seen.weight_boss, seen.observe_boss, presence.visits_boss, seats.visit[boss], True, *shown
    )
    relayed = not seats.occupied[boss] or role_model_rules.relays(shown[1], p.role_models)
    by_upper = Channel(
        seen.weight_upper,
        seen.observe_upper,
        presence.visits_upper,
        seats.visit_upper[upper],
        relayed,
        seats.shown_talk[upper],
        seats.shown_action[upper],
    )
    made = presence_made(state, p, step)
    there = programme.top_count > 0
    by_top = Channel(
        seen.weight_top,
        seen.observe_top,
        presence.visits_top,
        presence_rules.visit_probability(presence.visits_top / p.run.dt, made) if there else 0.0,
        there and seats.open_line[boss] == 1,
        programme.top_talk,
        programme.top_action,
    )
    led, led_above = seats.occupied[boss], upper >= 0 and seats.occupied[upper]
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
    """Let person ``i`` compare what is shown with what was expected."""
    commitment, credibility, expectation = (
        p.commitment,
        people.credibility[i],
        people.expectation[i],
    )
    action = presence_rules.perceived_action(channel.action, noticed, p.presence)
    expected = commitment_rules.expected_action(credibility, channel.talk, expectation)
    surprise = commitment_rules.disappointment(expected, action, commitment)
    change = commitment_rules.credibility_change(
        credibility, people.ceiling[i], action, surprise, channel.weight, commitment
    )
    people.credibility[i] = min(1.0, max(0.0, credibility + change))
    people.expectation[i] += commitment_rules.expectation_change(expectation, action, commitment)
    people.ceiling[i] = commitment_rules.ceiling_after(
        people.ceiling[i], surprise, channel.weight, commitment
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
    worth, interval = 0.0, programme.briefing_interval
    if interval > 0.0 and programme.alive > 0.0 and step >= programme.next_briefing:
        programme.next_briefing += interval
        if someone_in_post(state):
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
        elif people.mentor[i] < 0 and people.load[i] == 0:
            reconsider(state, p, i, drawn(run_key, step, draws.DROPOUT, who), row)


def adopting_peers(state, p, i):
    """Return the weighted sum of visible adopters among person ``i``'s peers, and the weights."""
    seats, peers = state.seats, p.peers
    if peers.scope == 1.0:
        return state.programme.signal, state.programme.headcount
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


def consider(state, p, i, draw, step, row):
    """Let person ``i``, who does not practise, enquire and perhaps join."""
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
    """Let person ``i``, who practises outside any relationship, perhaps give up."""
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
    """Let adopters seek, match them with free mentors, and let the impatient give up."""
    people, relationships = state.people, p.relationships

    def place(i):
        """Return the ring on which seat ``i`` is, and where."""
        ring = int(state.seats.branch[i]) if relationships.scope == 1.0 else 0
        return ring, drawn(run_key, step, draws.MATCHING, people.identity[i])

    seekers = [i for i in range(len(people.mentor)) if seeks(state, p, run_key, step, i)]
    mentors = [i for i in everybody(state) if may_mentor(state, p, step, i)]
    for seeker in sorted(seekers, key=place):
        ring, position = place(seeker)
        others = [(place(i)[1], i) for i in mentors if place(i)[0] == ring]
        after = sorted(other for other in others if other[0] >= position)
        before = sorted(other for other in others if other[0] < position)
        for _, mentor in after + before:
            if people.load[mentor] < relationships.capacity and suits(state, p, seeker, mentor):
                pairs._begin_pair(state, p, run_key, seeker, mentor, step, row)
                break
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


def may_mentor(state, p, step, i):
    """Return whether the person in seat ``i`` may begin to mentor one more."""
    people, relationships = state.people, p.relationships
    willing = role_model_rules.volunteer_chance(
        relationships.willing, people.was_mentee[i] > 0, p.role_models
    )
    return (
        people.adopter[i] > 0
        and people.load[i] < relationships.capacity
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
    engagement.share_moods(state, p)


def feel(state, p, i, step):
    """Return the engagement of the person in seat ``i``."""
    seats, people = state.seats, state.people
    boss, mentor = seats.boss[i], people.mentor[i]
    style, new, vacant, quality = 0.0, 0.0, False, 0.0
    if boss >= 0:
        style, vacant = seats.style[boss], seats.occupied[boss] == 0
        new = succession_rules.disturbance(
            step - people.in_post[boss], people.outside[boss] == 0, p.succession
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
        ),
        engagement_rules.succession_effect(vacant, new, p.engagement),
        people.frustration[i],
        p.engagement,
    )


def signal(state, p, run_key, step, row):
    """Set what others will see next step: signals, team sums and means."""
    seats, people, programme = state.seats, state.people, state.programme
    for i in range(len(seats.boss)):
        seats.signal[i] = 0.0
        if seats.occupied[i]:
            practice = invitation_rules.visibility(p.invitation) if people.adopter[i] else 0.0
            failure = p.peers.bad_relationship if step < people.sour_until[i] else 0.0
            seats.signal[i] = practice - failure
    programme.signal, programme.headcount = over(state, seats.signal), len(everybody(state))
    for i in state.leaders:
        present = [report for report in team(state, i) if seats.occupied[report]]
        seats.team_signal[i] = in_turn(seats.signal[report] for report in team(state, i))
        seats.team_present[i] = len(present)
        if present:
            seats.team_ownership[i] = in_turn(people.ownership[present]) / len(present)
            seats.team_credibility[i] = in_turn(people.credibility[present]) / len(present)


# ---------------------------------------------------------------------------- sums and measures


def in_turn(values: Any) -> float:
    """Return a sum as it is with one rounding after another (``sum`` corrects them)."""
    found = 0.0
    for value in values:
        found += value
    return float(found)


def over(state: Any, values: Any, level: int | None = None) -> float:
    """Return the sum over people, of one level if wanted: tile after tile of each level."""
    seats, tiles = state.seats, []
    for each in range(seats.level[-1] + 1) if level is None else (level,):
        rows = np.flatnonzero(seats.level == each)
        tiles += [rows[first : first + TILE] for first in range(0, len(rows), TILE)]
    return in_turn(eight_sums([values[i] if seats.occupied[i] else 0.0 for i in t]) for t in tiles)


def eight_sums(values: list[float]) -> float:
    """Return a sum from eight running sums, one value each in turn."""
    return in_turn(in_turn(values[j::RUNNING]) for j in range(RUNNING))


def measure(state, p, row, by_level):
    """Write a month's measures; those that add up over steps are already there."""
    measure_people(state, p, row)
    for level in range(len(by_level)):
        measure_level(state, level, by_level[level])
    measuring.measure_leaders(state, p, row)
    measure_programme(state, p, row)


def measure_people(state, p, row):
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
        "presence": people.presence,
        "frustration": people.frustration,
        "mentees_share": people.mentor >= 0,
        "formal_share": people.formal,
        "mentors_share": people.load > 0,
    }
    for name, values in shares.items():
        setattr(row, name, over(state, values) / max(row.headcount, 1.0))


def measure_level(state, level, here):
    """Write the measures of one level; without anybody they are missing."""
    seats, people = state.seats, state.people
    count = sum(seats.level[i] == level for i in everybody(state))
    for name, values in (
        ("adoption", people.adopter),
        ("engagement", people.engagement),
        ("credibility", people.credibility),
        ("ownership", people.ownership),
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
    row.infrastructure = programme.capacity
    row.programme_alive = programme.alive
    row.sponsor_in_post = 1.0 if programme.sponsor_vacant_until < 0.0 else 0.0
    row.turnover_money = p.costs.exit * row.exits
    row.leads_in_post = sum(post.vacant_until < 0.0 for post in state.leads)


# ------------------------------------------------------------------------------ a step, and a run

#: What happens within a step after the events, in order.
PHASES: dict[str, Callable[..., None]] = {
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


def begin(state, p, run_key):
    """Fill an allocated state with the first population and programme."""
    for t in range(len(state.tiles.begin)):
        staffing.populate(state, p, run_key, t)
    beginning.begin_programme(state, p)
    beginning.begin_leaders(state, p)
    beginning.first_expectations(state, p)
    for i in everybody(state):
        state.people.engagement[i] = feel(state, p, i, 0)
    signal(state, p, run_key, 0, None)


def step_forward(state, p, events, run_key, step, row):
    """Advance the state by one step."""
    for event in events:
        if event.step == step:
            apply_event(state, p, run_key, event, step, row)
    for phase in PHASES.values():
        phase(state, p, run_key, step, row)


def run(state, p, events, run_key, months, table, levels) -> Iterator[int]:
    """Run an allocated state up to a month; yield the step after each, from 0."""
    begin(state, p, run_key)
    measure(state, p, table[0], levels[0])
    yield 0
    per_month = int(p.run.steps_per_month)
    for step in range(1, months * per_month + 1):
        month = 1 + (step - 1) // per_month
        step_forward(state, p, events, run_key, step, table[month])
        if step % per_month == 0:
            measure(state, p, table[month], levels[month])
        yield step
