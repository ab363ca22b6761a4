"""Leaders' talk, action and presence."""

from __future__ import annotations

from ..machine import chance
from ..machine.compiled import compiled
from ..machine.crew import share
from ..machine.tiles import TILE, numbers, words
from ..theory import draws
from ..theory.commitment import rules as commitment_rules
from ..theory.invitation import rules as invitation_rules
from ..theory.presence import rules as presence_rules
from ..theory.role_models import rules as role_model_rules


@compiled
def lead(state, p, run_key, step, crew, member):
    """Let a member's leaders set talk and action by what they saw last step, in place."""
    first, last = share(len(state.leaders), crew, member)
    for begin in range(first, last, TILE):
        lead_some(state, p, run_key, step, begin, min(TILE, last - begin))


@compiled
def lead_some(state, p, run_key, step, begin, size):
    """Do it for so many leaders from the ``begin``-th on."""
    seats, people, leaders = state.seats, state.people, state.leaders
    mean_action = state.programme.mean_action
    who, noise = words(), numbers()
    for k in range(size):
        who[k] = people.identity[leaders[begin + k]]
    chance.draw_normals(chance.stream(run_key, step, draws.ACTION), who, size, noise)
    for k in range(size):
        i = leaders[begin + k]
        if i == 0 or not seats.occupied[i]:
            continue
        boss = seats.boss[i]
        # An empty seat, or a boss who has just come, has shown nothing to follow yet: the
        # leader goes on as before.
        led = seats.occupied[boss] == 1 and people.in_post[boss] < step
        boss_action = seats.shown_action[boss] if led else people.action[i]
        boss_talk = seats.shown_talk[boss] if led else people.talk[i]
        model = role_model_rules.example(
            boss_action, mean_action, people.disposition[i], p.role_models
        )
        relay = 1.0 if seats.level[i] < p.commitment.top_levels else p.commitment.talk_relay
        talk = commitment_rules.talk_after(
            people.talk[i], boss_talk, people.action[i], relay, p.commitment
        )
        people.action[i] = role_model_rules.action_after(
            people.action[i], model, noise[k], p.role_models
        )
        people.talk[i] = talk


@compiled
def appear(state, p, step, row):
    """Let leaders show what they are set to, and plan their visits, in place."""
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
    seats, programme = state.seats, state.programme
    share = p.presence.level
    if step < programme.presence_until:
        share = programme.presence_share
    if share != programme.planned_share:
        fit_visits(state, p, share)
        programme.planned_share = share
    for i in state.leaders:
        if seats.occupied[i]:
            row.leader_hours += seats.visit_hours[i]
            seats.visit[i], seats.visit_upper[i] = seats.visit_made[i], seats.visit_upper_made[i]
        else:
            seats.visit[i] = seats.visit_upper[i] = 0.0


@compiled
def fit_visits(state, p, share):
    """Fit the visits that leaders of this presence make into their hours, in place."""
    seats, presence = state.seats, p.presence
    for i in state.leaders:
        visits = presence.visits_boss * seats.team_size[i] + presence.visits_upper * seats.below[i]
        hours = share * visits * presence.hours_per_visit
        made = share * invitation_rules.visits_possible(hours / p.run.dt, p.invitation)
        seats.visit_hours[i] = made / max(share, 1e-9) * hours
        seats.visit_made[i] = presence_rules.visit_probability(
            presence.visits_boss / p.run.dt, made
        )
        seats.visit_upper_made[i] = presence_rules.visit_probability(
            presence.visits_upper / p.run.dt, made
        )
