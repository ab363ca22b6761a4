"""What scripted events do to the state, in place; their declarations are in ``events``."""

from __future__ import annotations

import numpy as np

from ..machine import chance
from ..machine.compiled import compiled
from ..theory.events import EVENTS
from .posts import lead_leaves, sponsor_leaves
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
FOREVER = 1_000_000_000


@compiled
def in_scope(state, i, level, branch):
    """Return whether seat ``i`` is in an event's scope; -1 is everywhere."""
    seats = state.seats
    return (level < 0 or seats.level[i] == level) and (branch < 0 or seats.branch[i] == branch)


@compiled
def _draw(state, run_key, step, i):
    stream = chance.stream(run_key, step, chance.EVENT)
    return chance.bits(stream, state.people.identity[i])


@compiled
def leads_leave(state, p, run_key, count, step):
    """Let mentoring leads leave, those longest in post first; 0 is all of them."""
    leads = state.leads
    leaving = len(leads) if count == 0 else count
    for _ in range(leaving):
        oldest = -1
        for k in range(len(leads)):
            if leads[k].vacant_until < 0.0 and (oldest < 0 or leads[k].since < leads[oldest].since):
                oldest = k
        if oldest >= 0:
            lead_leaves(state, p, run_key, oldest, step)


@compiled
def _leaders_leave(state, p, run_key, share, level, branch, step, row):
    for i in state.leaders:
        if i > 0 and state.seats.occupied[i] and in_scope(state, i, level, branch):
            if chance.uniform_low(_draw(state, run_key, step, i)) < share:
                leave(state, p, run_key, i, step)
                row.exits += 1.0


@compiled
def _lapse(state, talk, action, level, branch, until):
    seats = state.seats
    for i in state.leaders:
        if in_scope(state, i, level, branch):
            if talk <= 1.0:
                seats.cap_talk[i], seats.cap_talk_until[i] = talk, until
            if action <= 1.0:
                seats.cap_action[i], seats.cap_action_until[i] = action, until


@compiled
def _restore(state, talk, action, level, branch):
    seats = state.seats
    for i in state.leaders:
        if in_scope(state, i, level, branch):
            if talk > 0.0:
                seats.cap_talk_until[i] = NEVER
            if action > 0.0:
                seats.cap_action_until[i] = NEVER


@compiled
def _invite(state, p, run_key, reach, level, branch, step, until, row):
    for i in range(len(state.seats.boss)):
        if state.seats.occupied[i] and in_scope(state, i, level, branch):
            if chance.uniform_middle(_draw(state, run_key, step, i)) < reach:
                state.people.invited_until[i] = until
                row.money += p.costs.invitation


@compiled
def _keep(programme, resource, share, until):
    """Set what remains of one resource's investment (all four for -1), and until when."""
    if resource < 0.0 or resource == 0.0:
        programme.keep_financial, programme.keep_financial_until = share, until
    if resource < 0.0 or resource == 1.0:
        programme.keep_technological, programme.keep_technological_until = share, until
    if resource < 0.0 or resource == 2.0:
        programme.keep_human, programme.keep_human_until = share, until
    if resource < 0.0 or resource == 3.0:
        programme.keep_knowledge, programme.keep_knowledge_until = share, until


@compiled
def _lay_off(state, p, run_key, share, level, branch, step, row):
    seats = state.seats
    for i in range(len(seats.boss)):
        if seats.team_size[i] == 0 and not seats.closed[i] and in_scope(state, i, level, branch):
            if chance.uniform_high(_draw(state, run_key, step, i)) < share:
                if seats.occupied[i]:
                    leave(state, p, run_key, i, step)
                    row.exits += 1.0
                seats.closed[i] = 1


@compiled
def _rotate_level(state, run_key, share, level, branch, step):
    """Let a share of a level's people each take the next one's seat, in order of chance."""
    seats, people, scratch = state.seats, state.people, state.scratch
    chosen = 0
    for i in range(len(seats.boss)):
        if seats.level[i] == level and seats.occupied[i] and in_scope(state, i, -1, branch):
            draw = _draw(state, run_key, step, i)
            if chance.uniform_low(draw) < share:
                scratch.rows[chosen] = i
                scratch.position[chosen] = chance.uniform_middle(draw)
                chosen += 1
    if chosen < 2:
        return
    order = scratch.rows[:chosen][np.argsort(scratch.position[:chosen])]
    last = order[chosen - 1]
    numbers, counts = people.numbers[:, last].copy(), people.counts[:, last].copy()
    mentees, identity = state.mentees[last].copy(), people.identity[last]
    for j in range(chosen - 1, 0, -1):
        people.numbers[:, order[j]] = people.numbers[:, order[j - 1]]
        people.counts[:, order[j]] = people.counts[:, order[j - 1]]
        state.mentees[order[j]] = state.mentees[order[j - 1]]
        people.identity[order[j]] = people.identity[order[j - 1]]
    first = order[0]
    people.numbers[:, first], people.counts[:, first] = numbers, counts
    state.mentees[first], people.identity[first] = mentees, identity
    for j in range(chosen):
        scratch.moved[order[j - 1] if j > 0 else last] = order[j]


@compiled
def _reorganize(state, p, run_key, share, level, branch, step, row):
    """Rotate people within each level, then mend the pointers between mentors and mentees."""
    seats, people, moved = state.seats, state.people, state.scratch.moved
    n = len(seats.boss)
    for i in range(n):
        moved[i] = i
    for each in range(1, seats.level[n - 1] + 1):
        if level < 0 or level == each:
            _rotate_level(state, run_key, share, each, branch, step)
    for i in range(n):
        if people.mentor[i] >= 0:
            people.mentor[i] = moved[people.mentor[i]]
        for slot in range(MOST_MENTEES):
            if state.mentees[i, slot] >= 0:
                state.mentees[i, slot] = moved[state.mentees[i, slot]]
    for i in range(n):
        target = moved[i]
        if target != i:
            reset(state, target, MOVE, step)
            if seats.team_size[target] > 0:
                seats.legacy_action[target] = people.action[target]
                seats.legacy_talk[target] = people.talk[target]
                take_office(state, p, run_key, target, True, step)
                row.successions += 1.0


@compiled
def _changes_programme(state, p, run_key, event, step):
    """Apply the events that concern the programme as a whole; return whether it was one."""
    programme, kind = state.programme, int(event[1])
    until = step + event[4] if event[4] > 0.0 else FOREVER
    first, second = event[5], event[6]
    if kind == LAUNCH:
        programme.launched, programme.alive, programme.launched_step = 1.0, 1.0, step
        programme.next_briefing = step + programme.briefing_interval
    elif kind == SPONSOR_LEAVES:
        sponsor_leaves(state, p, first, step)
    elif kind == LEADS_LEAVE:
        leads_leave(state, p, run_key, int(first), step)
    elif kind == BUDGET_CUT or kind == BUDGET_RESTORED:
        _keep(programme, second, first, until)
    elif kind == BRIEFINGS_CHANGE:
        programme.briefing_interval = first * p.run.steps_per_month
        programme.next_briefing = step + programme.briefing_interval
    elif kind == PRESENCE_CHANGE:
        programme.presence_share, programme.presence_until = first, until
    elif kind == HIRING_FREEZE:
        programme.freeze_until = step + event[4]
    else:
        return False
    return True


@compiled
def apply_event(state, p, run_key, event, step, row):
    """Apply one encoded event (``events.COLUMNS``) at the start of a step, in place."""
    if _changes_programme(state, p, run_key, event, step):
        return
    kind, level, branch = int(event[1]), event[2], event[3]
    until = int(step + event[4]) if event[4] > 0.0 else FOREVER
    first, second = event[5], event[6]
    if kind == CHIEF_LEAVES:
        state.programme.chief_successor = first
        state.programme.chief_vacancy = second * p.run.steps_per_month
        if state.seats.occupied[0]:
            leave(state, p, run_key, 0, step)
            row.exits += 1.0
    elif kind == LEADER_LEAVES:
        _leaders_leave(state, p, run_key, first, level, branch, step, row)
    elif kind == COMMITMENT_LAPSE:
        _lapse(state, first, second, level, branch, until)
    elif kind == COMMITMENT_RESTORED:
        _restore(state, first, second, level, branch)
    elif kind == CAMPAIGN:
        state.programme.campaign_strength = second
        _invite(state, p, run_key, first, level, branch, step, until, row)
    elif kind == LAYOFF:
        _lay_off(state, p, run_key, first, level, branch, step, row)
    elif kind == REORGANIZATION:
        _reorganize(state, p, run_key, first, level, branch, step, row)
