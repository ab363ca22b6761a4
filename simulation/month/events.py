"""What scripted events do to the state, in place; their declarations are in ``events``."""

from __future__ import annotations

import typing

from ..machine import chance
from ..machine.compiled import compiled
from ..machine.sorting import slot_of, sort_slots
from ..machine.tiles import counts
from ..theory import draws
from ..theory.events import EVENTS, Resource
from ..theory.parameters import position
from .changes import FOREVER, carry_change, in_scope
from .posts import as_said, as_usual, expect, given, lead_leaves, leads_posts, sponsor_leaves
from .staffing import leave, reset, take_office
from .state import MOST_MENTEES, MOVE, NEVER

_KINDS = list(EVENTS)
LAUNCH = _KINDS.index("launch")
CHIEF_LEAVES = _KINDS.index("chief_leaves")
LEADER_LEAVES = _KINDS.index("leader_leaves")
SPONSOR_LEAVES = _KINDS.index("sponsor_leaves")
LEADS_LEAVE = _KINDS.index("leads_leave")
COMMITMENT_LAPSE = _KINDS.index("commitment_lapse")
COMMITMENT_RESTORED = _KINDS.index("commitment_restored")
CAMPAIGN = _KINDS.index("campaign")
BUDGET_CUT = _KINDS.index("budget_cut")
BUDGET_RESTORED = _KINDS.index("budget_restored")
BRIEFINGS_CHANGE = _KINDS.index("briefings_change")
PRESENCE_CHANGE = _KINDS.index("presence_change")
HIRING_FREEZE = _KINDS.index("hiring_freeze")
LAYOFF = _KINDS.index("layoff")
REORGANIZATION = _KINDS.index("reorganization")
STRATEGY_CHANGE = _KINDS.index("strategy_change")
CHANGE = _KINDS.index("change")
_RESOURCES = typing.get_args(Resource)
FINANCIAL = _RESOURCES.index("financial")
TECHNOLOGICAL = _RESOURCES.index("technological")
HUMAN = _RESOURCES.index("human")
KNOWLEDGE = _RESOURCES.index("knowledge")
ALL = _RESOURCES.index("all")
INTERVAL = position("briefings.interval")


@compiled
def _draw(state, run_key, step, i):
    stream = chance.stream(run_key, step, draws.EVENT)
    return chance.bits(stream, state.people.identity[i])


@compiled
def leads_leave(state, p, run_key, event, step):
    """Let mentoring leads leave, those longest in post first; 0 is all of them."""
    leads, count = state.leads, int(event.count)
    posts = leads_posts(state, p)
    leaving = posts if count == 0 else count
    for _ in range(leaving):
        oldest = -1
        for k in range(posts):
            if leads[k].vacant_until < 0.0 and (oldest < 0 or leads[k].since < leads[oldest].since):
                oldest = k
        if oldest >= 0:
            expect(state, len(state.leaders) + oldest, event)
            planned = given(event.overlap, p.succession.plan_overlap)
            lead_leaves(state, p, run_key, oldest, as_said(p, event), planned, step)


@compiled
def _leaders_leave(state, p, run_key, event, step, row):
    for i in state.leaders:
        if i > 0 and state.seats.occupied[i] and in_scope(state, i, event):
            if chance.uniform_low(_draw(state, run_key, step, i)) < event.share:
                expect(state, state.seats.post[i], event)
                leave(state, p, run_key, i, step, as_said(p, event))
                row.exits += 1.0


@compiled
def _lapse(state, event, until):
    seats = state.seats
    for i in state.leaders:
        if in_scope(state, i, event):
            state.posts.honest_until[seats.post[i]] = until if event.honest > 0.0 else NEVER
            if event.talk <= 1.0:  # not given is NaN
                seats.cap_talk[i], seats.cap_talk_until[i] = event.talk, until
            if event.action <= 1.0:
                seats.cap_action[i], seats.cap_action_until[i] = event.action, until


@compiled
def _restore(state, event):
    seats = state.seats
    for i in state.leaders:
        if in_scope(state, i, event):
            if event.talk > 0.0:
                seats.cap_talk_until[i] = NEVER
            if event.action > 0.0:
                seats.cap_action_until[i] = NEVER
                state.posts.honest_until[seats.post[i]] = NEVER


@compiled(inline=True)
def invite(state, i, strength, step, until):
    """Let a campaign invite person ``i``, in place: a stronger one under way goes on."""
    people = state.people
    if step < people.invited_until[i] and people.invited_strength[i] > strength:
        return
    people.invited_strength[i], people.invited_until[i] = strength, until


@compiled
def _visit(state, p, event, until):
    """Let leaders in scope make so many of the visits expected of them, in place."""
    posts = state.posts
    for i in state.leaders:
        if in_scope(state, i, event):
            post = state.seats.post[i]
            posts.presence[post], posts.presence_until[post] = event.share, until


@compiled
def _invite(state, p, run_key, event, step, until, row):
    for i in range(len(state.seats.boss)):
        if state.seats.occupied[i] and in_scope(state, i, event):
            if chance.uniform_middle(_draw(state, run_key, step, i)) < event.reach:
                invite(state, i, event.strength, step, until)
                row.money += p.costs.invitation


@compiled
def _keep(programme, resource, share, until):
    """Set what remains of one resource's investment, or of all, and until when."""
    if resource == ALL or resource == FINANCIAL:
        programme.keep_financial, programme.keep_financial_until = share, until
    if resource == ALL or resource == TECHNOLOGICAL:
        programme.keep_technological, programme.keep_technological_until = share, until
    if resource == ALL or resource == HUMAN:
        programme.keep_human, programme.keep_human_until = share, until
    if resource == ALL or resource == KNOWLEDGE:
        programme.keep_knowledge, programme.keep_knowledge_until = share, until


@compiled
def _lay_off(state, p, run_key, event, step, row):
    seats = state.seats
    for i in range(len(seats.boss)):
        if seats.team_size[i] == 0 and not seats.closed[i] and in_scope(state, i, event):
            if chance.uniform_high(_draw(state, run_key, step, i)) < event.share:
                if seats.occupied[i]:
                    leave(state, p, run_key, i, step, as_usual(p))
                    row.exits += 1.0
                seats.closed[i] = 1


@compiled
def _rotate_level(state, run_key, level, event, step):
    """Let a share of a level's people each take the next one's seat, in order of chance."""
    seats, scratch = state.seats, state.scratch
    chosen = 0
    for i in range(len(seats.boss)):
        if seats.level[i] == level and seats.occupied[i] and in_scope(state, i, event):
            draw = _draw(state, run_key, step, i)
            if chance.uniform_low(draw) < event.share:
                scratch.rows[chosen] = i
                scratch.position[chosen] = chance.uniform_middle(draw)
                chosen += 1
    if chosen < 2:
        return
    for j in range(chosen):
        scratch.slots[j] = slot_of(scratch.position[j], 0, chosen)
    order = scratch.order
    sort_slots(
        scratch.rows,
        scratch.position,
        scratch.slots,
        chosen,
        order,
        scratch.place,
        scratch.starts,
    )
    for j in range(chosen - 1, 0, -1):
        _swap(state, order[j], order[j - 1])
        scratch.moved[order[j - 1]] = order[j]
    scratch.moved[order[chosen - 1]] = order[0]


@compiled
def _swap(state, a, b):
    """Let the people of two seats change places, in place; pointers to them are left alone."""
    people, mentees = state.people, state.mentees
    for k in range(people.numbers.shape[0]):
        people.numbers[k, a], people.numbers[k, b] = people.numbers[k, b], people.numbers[k, a]
    for k in range(people.counts.shape[0]):
        people.counts[k, a], people.counts[k, b] = people.counts[k, b], people.counts[k, a]
    people.identity[a], people.identity[b] = people.identity[b], people.identity[a]
    for slot in range(MOST_MENTEES):
        mentees[a, slot], mentees[b, slot] = mentees[b, slot], mentees[a, slot]


@compiled
def _reorganize(state, p, run_key, event, step, row):
    """Rotate people within each level, then mend the pointers between mentors and mentees."""
    seats, people, moved, rows = state.seats, state.people, state.scratch.moved, counts()
    n = len(seats.boss)
    for i in range(n):
        moved[i] = i
    for each in range(1, seats.level[n - 1] + 1):
        if event.level < 0.0 or event.level == each:
            _rotate_level(state, run_key, each, event, step)
    for i in range(n):
        if people.mentor[i] >= 0:
            people.mentor[i] = moved[people.mentor[i]]
        for slot in range(MOST_MENTEES):
            if state.mentees[i, slot] >= 0:
                state.mentees[i, slot] = moved[state.mentees[i, slot]]
    for i in range(n):
        target = moved[i]
        if target != i:
            rows[0] = target
            reset(state, rows, 1, MOVE, step)
            if seats.team_size[i] > 0:
                people.experienced[target] = 1
            if seats.team_size[target] > 0:
                seats.legacy_action[target] = people.action[target]
                seats.legacy_talk[target] = people.talk[target]
                take_office(state, p, run_key, target, True, step)
                row.successions += 1.0


@compiled
def _campaign(programme, event, step, until):
    """Set how hard anybody may be invited, and until when, in place."""
    before = programme.campaign_strength if step < programme.campaign_until else 1.0
    programme.campaign_strength = max(before, event.strength)
    programme.campaign_until = max(programme.campaign_until, until)


@compiled
def _changes_programme(state, p, run_key, event, until, step):
    """Apply the events that concern the programme as a whole; return whether it was one."""
    programme = state.programme
    if event.kind == LAUNCH:
        programme.launched, programme.alive, programme.launched_step = 1.0, 1.0, step
        programme.last_briefing = step
    elif event.kind == SPONSOR_LEAVES:
        expect(state, len(state.posts.left) - 1, event)
        sponsor_leaves(state, p, as_said(p, event), step)
    elif event.kind == LEADS_LEAVE:
        leads_leave(state, p, run_key, event, step)
    elif event.kind == BUDGET_CUT:
        _keep(programme, event.resource, 1.0 - event.share, until)
    elif event.kind == BUDGET_RESTORED:
        _keep(programme, event.resource, 1.0, until)
    elif event.kind == BRIEFINGS_CHANGE:
        state.settings[INTERVAL] = event.interval
        programme.last_briefing = step
    elif event.kind == STRATEGY_CHANGE:
        programme.alignment = event.alignment
    elif event.kind == HIRING_FREEZE:
        programme.freeze_until = until
    else:
        return False
    return True


@compiled
def apply_events(state, p, run_key, events, step, row):
    """Apply the events of a step, and carry on changes under way, in place."""
    for event in events:
        if event.kind == CHANGE:
            carry_change(state, p, run_key, event, step)
        elif event.step == step:
            apply_event(state, p, run_key, event, step, row)


@compiled
def apply_event(state, p, run_key, event, step, row):
    """Apply one event, as ``events.encode`` gives it, at the start of a step, in place."""
    until = int(step + event.months) if event.months > 0.0 else FOREVER
    if _changes_programme(state, p, run_key, event, until, step):
        return
    if event.kind == CHIEF_LEAVES:
        if state.seats.occupied[0]:
            expect(state, 0, event)
            leave(state, p, run_key, 0, step, as_said(p, event))
            row.exits += 1.0
    elif event.kind == LEADER_LEAVES:
        _leaders_leave(state, p, run_key, event, step, row)
    elif event.kind == COMMITMENT_LAPSE:
        _lapse(state, event, until)
    elif event.kind == COMMITMENT_RESTORED:
        _restore(state, event)
    elif event.kind == CAMPAIGN:
        _campaign(state.programme, event, step, until)
        _invite(state, p, run_key, event, step, until, row)
    elif event.kind == PRESENCE_CHANGE:
        _visit(state, p, event, until)
    elif event.kind == LAYOFF:
        _lay_off(state, p, run_key, event, step, row)
    elif event.kind == REORGANIZATION:
        _reorganize(state, p, run_key, event, step, row)
