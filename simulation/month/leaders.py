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
from ..theory.succession import rules as succession_rules
from .posts import leads


@compiled
def lead(state, p, run_key, step, crew, member):
    """Let a member's leaders set talk and action by what they saw last step, in place."""
    first, last = share(len(state.leaders), crew, member)
    for begin in range(first, last, TILE):
        lead_some(state, p, run_key, step, begin, min(TILE, last - begin))


@compiled
def lead_some(state, p, run_key, step, begin, size):
    """Do it for so many leaders from the ``begin``-th on."""
    seats, people, leaders, posts = state.seats, state.people, state.leaders, state.posts
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
        action = role_model_rules.action_after(people.action[i], model, noise[k], p.role_models)
        if not posts.held_action[seats.post[i]]:
            people.action[i] = action
        if not posts.held_talk[seats.post[i]]:
            people.talk[i] = talk


@compiled
def appear(state, p, step, row):
    """Let leaders show what they are set to, plan their visits, and be judged, in place."""
    show(state, p, step)
    plan_visits(state, p, step, row)
    judge_top(state, p, step)
    speak(state, p)


@compiled
def show(state, p, step):
    """Set what leaders show, in place: capped in a lapse, an interim's part from an empty seat."""
    seats, people, posts, programme = state.seats, state.people, state.posts, state.programme
    total = said = 0.0
    count = 0
    for i in state.leaders:
        post = seats.post[i]
        interim = posts.interim[post]
        occupied = seats.occupied[i] == 1
        seats.shown_talk[i] = people.talk[i] if occupied else interim * seats.legacy_talk[i]
        seats.shown_action[i] = people.action[i] if occupied else interim * seats.legacy_action[i]
        if step < seats.cap_talk_until[i]:
            seats.shown_talk[i] = min(seats.shown_talk[i], seats.cap_talk[i])
        if step < seats.cap_action_until[i]:
            seats.shown_action[i] = min(seats.shown_action[i], seats.cap_action[i])
        if seats.level[i] == p.role_models.blocked_level:
            seats.shown_action[i] = min(seats.shown_action[i], p.role_models.blocked_action)
        seats.deceit[i] = 0.0 if step < posts.honest_until[post] else 1.0
        passes = i == 0 or not leads(state, i)
        passes = passes or role_model_rules.relays(seats.shown_action[i], p.role_models)
        seats.open_line[i] = 1 if passes and (i == 0 or seats.open_line[seats.boss[i]]) else 0
        if occupied:
            total += seats.shown_action[i]
            said += seats.shown_talk[i]
            count += 1
    programme.mean_action = total / max(count, 1)
    programme.mean_talk = said / max(count, 1)
    show_top(state, p)


@compiled
def show_top(state, p):
    """Set what the top team shows, in place: the mean over its seats, nothing from empty ones."""
    seats, programme = state.seats, state.programme
    talk = action = deceit = 0.0
    count = there = 0
    for i in state.leaders:
        if seats.level[i] >= p.commitment.top_levels:
            break  # leaders are in order of level
        talk += seats.shown_talk[i]
        action += seats.shown_action[i]
        deceit += seats.deceit[i]
        count += 1
        there += 1 if seats.occupied[i] or seats.shown_action[i] > 0.0 else 0
    programme.top_talk, programme.top_action = talk / count, action / count
    programme.top_deceit, programme.top_count = deceit / count, there


@compiled
def shown_of_late(state, p):
    """Return what the top shows in the month: the chief, and the others of the top team."""
    seats, programme, top = state.seats, state.programme, 0
    while top < len(state.leaders) and seats.level[state.leaders[top]] < p.commitment.top_levels:
        top += 1
    talk, action = seats.shown_talk[0], seats.shown_action[0]
    others = max(top - 1, 1)
    alone = top < 2
    return commitment_rules.shown_by_top(
        talk,
        action,
        talk if alone else (programme.top_talk * top - talk) / others,
        action if alone else (programme.top_action * top - action) / others,
        p.commitment,
    )


@compiled
def judge_top(state, p, step):
    """Let trust in the top follow what it shows, and uncertainty its successions, in place."""
    programme, posts = state.programme, state.posts
    programme.top_trust = commitment_rules.trust_after(
        programme.top_trust, shown_of_late(state, p), p.commitment
    )
    programme.uncertainty = succession_rules.uncertainty(
        posts.strength[0],
        state.seats.occupied[0] == 0,
        posts.interim[0],
        step - state.people.in_post[0],
        state.people.outside[0] == 0,
        p.succession,
    )


@compiled
def speak(state, p):
    """Let the vision spread or fade, and set what the message of mentoring is worth, in place."""
    programme, invitation = state.programme, p.invitation
    programme.vision = invitation_rules.vision_after(
        programme.vision, programme.mean_talk, invitation
    )
    programme.alignment = invitation_rules.alignment_after(
        programme.alignment, programme.mean_action, invitation
    )
    set_message(programme, p)


@compiled
def set_message(programme, p):
    """Set what the message is worth, by vision, alignment and visible value, in place."""
    programme.message = invitation_rules.message(
        programme.vision, programme.alignment, programme.visible_value, p.invitation
    )


@compiled(inline=True)
def presence_made(state, p, post, step):
    """Return the visits that the leader in a post makes, relative to those expected."""
    posts = state.posts
    return posts.presence[post] if step < posts.presence_until[post] else p.presence.level


@compiled
def plan_visits(state, p, step, row):
    """Set each leader's chance to visit a report, and a report's report, in place."""
    seats, posts = state.seats, state.posts
    top = 0.0
    count = 0
    for i in state.leaders:
        share = presence_made(state, p, seats.post[i], step)
        if share != posts.planned[seats.post[i]]:
            fit_visits(state, p, i, share)
            posts.planned[seats.post[i]] = share
        if seats.level[i] < p.commitment.top_levels:
            top += share
            count += 1
        if seats.occupied[i]:
            row.leader_hours += seats.visit_hours[i]
            seats.visit[i], seats.visit_upper[i] = seats.visit_made[i], seats.visit_upper_made[i]
        else:
            seats.visit[i] = seats.visit_upper[i] = 0.0
    state.programme.top_presence = top / count


@compiled
def fit_visits(state, p, i, share):
    """Fit the visits that a leader of this presence makes into the leader's hours, in place."""
    seats, presence = state.seats, p.presence
    visits = presence.visits_boss * seats.team_size[i] + presence.visits_upper * seats.below[i]
    hours = share * visits * presence.hours_per_visit
    made = share * invitation_rules.visits_possible(hours / p.run.dt, p.invitation)
    seats.visit_hours[i] = made / max(share, 1e-9) * hours
    seats.visit_made[i] = presence_rules.visit_probability(presence.visits_boss / p.run.dt, made)
    seats.visit_upper_made[i] = presence_rules.visit_probability(
        presence.visits_upper / p.run.dt, made
    )
