"""Changes of levers during a run: along a ramp, for some leaders or for all, for a while.

The parameters that a run's compiled code reads are its own, and a change writes to them. A
lever that each leader pulls alone is kept with the leader's post: who is chosen next is
chosen around it, and the leader whom it concerns keeps to it, as the chief does anyway.
"""

from __future__ import annotations

from ..machine import chance
from ..machine.compiled import U64, compiled
from ..theory import draws
from ..theory.parameters import position
from .leaders import presence_made

TALK = position("commitment.talk")
ACTION = position("commitment.action")
PRESENCE = position("presence.level")
SPONSOR = position("succession.sponsor_action")
FOREVER = 1_000_000_000


@compiled
def in_scope(state, i, event):
    """Return whether seat ``i`` is in an event's scope; -1 is everywhere."""
    level, branch = state.seats.level[i], state.seats.branch[i]
    if event.seat >= 0.0:
        return i == event.seat
    return (event.level < 0.0 or level == event.level) and (
        event.branch < 0.0 or branch == event.branch
    )


@compiled
def is_everywhere(event):
    """Return whether a change concerns the whole organization."""
    return event.level < 0.0 and event.branch < 0.0 and event.seat < 0.0 and event.share >= 1.0


@compiled
def carry_change(state, p, run_key, event, step):
    """Carry on a change of a lever in a step, if it is under way, or end it, in place."""
    lever, begins = int(event.lever), int(event.step)
    ends = int(begins + event.months) if event.months > 0.0 else FOREVER
    ramp = max(1, int(round(event.ramp)))
    everywhere = is_everywhere(event)
    if step < begins or step > ends or begins + ramp <= step < ends:
        return
    if step == begins:
        state.before[lever] = state.settings[lever]
    # So much of the way that remains is gone in this step.
    part = 1.0 if step == ends else 1.0 / (begins + ramp - step)
    target = state.before[lever] if step == ends else event.value
    if lever == TALK or lever == ACTION:
        change_commitment(state, p, run_key, event, step, part, step == ends)
    if lever == PRESENCE and not everywhere:
        change_presence(state, p, run_key, event, step, part, step == ends)
    if lever == SPONSOR:
        change_sponsor(state, target, part)
    if everywhere:
        state.settings[lever] += part * (target - state.settings[lever])
    for post in range(len(state.posts.planned)):
        state.posts.planned[post] = -1.0  # visits are planned anew


@compiled
def concerns(state, p, run_key, event, i):
    """Return whether a change of a leader's lever concerns the leader of seat ``i``.

    Without a scope talk and action are those of the top team. A share is drawn by seats.
    """
    if is_everywhere(event):
        return state.seats.level[i] < p.commitment.top_levels
    draw = chance.bits(chance.stream(run_key, int(event.step), draws.EVENT), U64(i))
    return in_scope(state, i, event) and chance.uniform_high(draw) < event.share


@compiled
def change_commitment(state, p, run_key, event, step, part, ends):
    """Move the talk or the action of the leaders concerned toward a value, or back, in place.

    The top team's members follow a change of the lever by as much as it moves, and so does
    whoever comes while it lasts; the chief, and a leader whom a change concerns alone, keep
    to it.
    """
    seats, people, posts = state.seats, state.people, state.posts
    talks, alone = int(event.lever) == TALK, not is_everywhere(event)
    lever, before = (
        (posts.talk, posts.talk_before) if talks else (posts.action, posts.action_before)
    )
    own, own_before = (people.talk, posts.own_talk) if talks else (people.action, posts.own_action)
    held = posts.held_talk if talks else posts.held_action
    for i in state.leaders:
        if not concerns(state, p, run_key, event, i):
            continue
        post = seats.post[i]
        if step == int(event.step):
            before[post], own_before[post] = lever[post], own[i]
            held[post] = 1 if i == 0 or alone else 0
        keeps = held[post] == 1
        moved = part * ((before[post] if ends else event.value) - lever[post])
        if ends:
            held[post] = 0
        if keeps:
            goal = own_before[post] if ends else event.value
            own[i] += part * (goal - own[i])
        elif i == 0:
            own[i] = min(1.0, max(0.0, own[i] + moved))
        elif not talks:
            people.disposition[i] = min(1.0, max(0.0, people.disposition[i] + moved))
        lever[post] += moved


@compiled
def change_presence(state, p, run_key, event, step, part, ends):
    """Move the visits of the leaders concerned toward a value, in place, or let them be."""
    posts = state.posts
    for i in state.leaders:
        if not concerns(state, p, run_key, event, i):
            continue
        post = state.seats.post[i]
        if ends:
            posts.presence_until[post] = step
            continue
        now = presence_made(state, p, post, step)
        posts.presence[post] = now + part * (event.value - now)
        posts.presence_until[post] = FOREVER


@compiled
def change_sponsor(state, target, part):
    """Move the sponsor's action, and what the next is chosen around, toward a value, in place."""
    posts, post = state.posts, len(state.posts.left) - 1
    moved = part * (target - posts.action[post])
    posts.action[post] += moved
    programme = state.programme
    programme.sponsor_action = min(1.0, max(0.0, programme.sponsor_action + moved))
