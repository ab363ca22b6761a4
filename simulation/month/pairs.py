"""Relationships: ending, seeking, matching on a ring.

Mentors' places and seekers get random positions on a ring, by address; each seeker takes
the next free place clockwise that suits. One mentor more or less then changes only who is
near on the ring, and a request finds a place whenever one is free.
"""

from __future__ import annotations

import numpy as np

from ..machine import chance
from ..machine.compiled import compiled
from ..theory import draws
from ..theory.invitation import rules as invitation_rules
from ..theory.relationships import rules as relationship_rules
from ..theory.role_models import rules as role_model_rules
from .staffing import link, unlink
from .state import NEVER


@compiled
def end_pair(state, p, i, well, draw, step, row):
    """End the relationship of mentee ``i``, well or badly, in place."""
    people = state.people
    if well:
        people.was_mentee[i] = 1
        row.completed += 1.0
        row.completed_months += (step - people.pair_start[i]) * p.run.dt
        state.programme.completed += 1.0
        state.programme.candidates += people.ownership[i]
    else:
        row.failed += 1.0
        people.sour_until[i] = step + int(round(p.peers.bad_memory))
        people.sour_until[people.mentor[i]] = people.sour_until[i]
        if draw < p.relationships.poor_quits and people.adopter[i]:
            people.adopter[i] = 0
            row.dropouts += 1.0
    unlink(state, i)


@compiled
def carry_pairs(state, p, run_key, step, row):
    """Let mentees learn, poor matches fail and full terms end, in place."""
    people = state.people
    stream = chance.stream(run_key, step, draws.RELATIONSHIP)
    for i in range(len(state.mentees)):
        mentor = people.mentor[i]
        if mentor < 0:
            continue
        load = float(people.load[mentor])
        quality = invitation_rules.contact_quality(load, p.invitation)
        hours = invitation_rules.contact_hours(load, p.invitation) * p.run.dt
        row.contact_hours += hours
        row.leader_hours += hours if state.seats.team_size[mentor] > 0 else 0.0
        row.money += p.costs.formal_pair * p.run.dt if people.formal[i] else 0.0
        people.competence[i] = role_model_rules.competence_after(
            people.competence[i], people.competence[mentor], quality, p.role_models
        )
        draw = chance.bits(stream, people.identity[i])
        failed = people.poor[i] and chance.uniform_low(draw) < p.relationships.poor_end
        if failed or step >= people.pair_end[i]:
            well = not people.poor[i]
            end_pair(state, p, i, well, chance.uniform_middle(draw), step, row)


@compiled(inline=True)
def _may_mentor(state, p, i, step):
    people = state.people
    if not state.seats.occupied[i] or not people.adopter[i]:
        return False
    if people.load[i] >= p.relationships.capacity:
        return False
    if step - people.arrived[i] < p.relationships.mentor_tenure:
        return False
    willing = role_model_rules.volunteer_chance(
        p.relationships.willing, people.was_mentee[i] > 0, p.role_models
    )
    return people.volunteer[i] < willing


@compiled
def _segment(state, p, i):
    """Return where seat ``i``'s part of the ring begins: one ring, or one a branch."""
    return float(state.seats.branch[i] + 1) if p.relationships.scope == 1.0 else 0.0


@compiled
def _collect(state, p, run_key, step):
    """Fill the scratch lists of mentors and seekers; return how many of each there are."""
    people, scratch = state.people, state.scratch
    begin = chance.stream(run_key, step, draws.SEEKING)
    ring = chance.stream(run_key, step, draws.MATCHING)
    success = relationship_rules.match_chance(state.programme.capacity, p.relationships)
    mentors = seekers = 0
    for i in range(len(state.mentees)):
        if not people.adopter[i] or not state.seats.occupied[i]:
            people.waiting[i] = NEVER
            continue
        draw = chance.bits(begin, people.identity[i])
        place = _segment(state, p, i) + chance.uniform(chance.bits(ring, people.identity[i]))
        if people.mentor[i] < 0 and i > 0:
            if people.waiting[i] == NEVER:
                is_leader = state.seats.team_size[i] > 0
                seeks = relationship_rules.seeking_chance(is_leader, p.relationships)
                if chance.uniform_low(draw) < seeks:
                    people.waiting[i] = step
            if people.waiting[i] != NEVER and chance.uniform_middle(draw) < success:
                scratch.seeker_position[seekers] = place
                scratch.seekers[seekers] = i
                seekers += 1
        if _may_mentor(state, p, i, step):
            scratch.position[mentors] = place
            scratch.rows[mentors] = i
            mentors += 1
    return mentors, seekers


@compiled
def _free_from(next_free, j):
    """Return the first mentor on the ring at or after ``j`` with a free place."""
    root = j
    while next_free[root] != root:
        root = next_free[root]
    while next_free[j] != root:
        following = next_free[j]
        next_free[j] = root
        j = following
    return root


@compiled
def _suits(state, p, seeker, mentor):
    seats = state.seats
    if seeker == mentor or seats.level[mentor] > seats.level[seeker]:
        return False
    if state.people.mentor[mentor] == seeker:
        return False
    return p.relationships.own_boss > 0.5 or seats.boss[seeker] != mentor


@compiled
def _find(state, p, seeker, order, low, high, begin):
    """Return the ring index of the first suiting free mentor from ``begin`` round, or -1."""
    scratch = state.scratch
    for lap in range(2):
        j = _free_from(scratch.next_free, begin if lap == 0 else low)
        limit = high if lap == 0 else begin
        while j < limit:
            if _suits(state, p, seeker, scratch.rows[order[j]]):
                return j
            j = _free_from(scratch.next_free, j + 1)
    return -1


@compiled
def _begin_pair(state, p, run_key, seeker, mentor, step, row):
    people = state.people
    draw = chance.bits(chance.stream(run_key, step, draws.MATCHING), ~people.identity[seeker])
    formal = chance.uniform_low(draw) < p.relationships.formal_share
    length = relationship_rules.planned_length(formal, chance.uniform_middle(draw), p.relationships)
    poor = relationship_rules.poor_chance(
        people.competence[mentor], p.role_models.competence_start, p.relationships
    )
    link(state, seeker, mentor)
    people.waiting[seeker] = NEVER
    people.formal[seeker] = 1 if formal else 0
    people.poor[seeker] = 1 if chance.uniform_high(draw) < poor else 0
    people.pair_start[seeker] = step
    people.pair_end[seeker] = step + max(1, int(round(length)))
    row.matches += 1.0


@compiled
def match(state, p, run_key, step, row):
    """Let adopters seek and match them with free mentors, in place."""
    people, scratch = state.people, state.scratch
    mentors, seekers = _collect(state, p, run_key, step)
    order = np.argsort(scratch.position[:mentors])
    places = scratch.position[:mentors][order]
    for j in range(mentors + 1):
        scratch.next_free[j] = j
    for s in np.argsort(scratch.seeker_position[:seekers]):
        seeker = scratch.seekers[s]
        segment = _segment(state, p, seeker)
        low, high = 0, mentors
        if segment > 0.0:
            low = np.searchsorted(places, segment)
            high = np.searchsorted(places, segment + 1.0)
        begin = np.searchsorted(places, scratch.seeker_position[s])
        found = _find(state, p, seeker, order, low, high, begin)
        if found >= 0:
            mentor = scratch.rows[order[found]]
            _begin_pair(state, p, run_key, seeker, mentor, step, row)
            if people.load[mentor] >= p.relationships.capacity:
                scratch.next_free[found] = found + 1
    _give_up(state, p, step)


@compiled
def _give_up(state, p, step):
    """End the searches that have lasted longer than people's patience, in place."""
    people = state.people
    for i in range(len(state.mentees)):
        if people.waiting[i] != NEVER and step - people.waiting[i] >= p.relationships.patience:
            people.waiting[i] = NEVER
