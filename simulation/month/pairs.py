"""Relationships: ending, seeking, matching on a ring.

Mentors' places and seekers get random positions on a ring, by address; each seeker takes
the next free place clockwise that suits. One mentor more or less then changes only who is
near on the ring, and a request finds a place whenever one is free.
"""

from __future__ import annotations

import numpy as np

from ..machine import chance
from ..machine.compiled import U64, compiled
from ..machine.sorting import slot_of, sort_slots
from ..machine.tiles import counts, held, numbers, pick
from ..theory import draws
from ..theory.invitation import rules as invitation_rules
from ..theory.relationships import rules as relationship_rules
from ..theory.role_models import rules as role_model_rules
from .staffing import link, unlink
from .state import MOST_MENTEES, NEVER

#: People whom somebody meets in a step who looks for a mentor outside the programme.
MEETINGS = 12


@compiled
def end_pair(state, p, i, well, draw, step, row):
    """End the relationship of mentee ``i``, well or badly, in place."""
    people = state.people
    if well:
        people.was_mentee[i] = 1
        row.completed += 1.0
        row.completed_months += (step - people.pair_start[i]) * p.run.dt
        if people.formal[i]:  # what the programme can tell of, and be led by
            state.programme.completed += 1.0
            state.programme.candidates += people.ownership[i]
    else:
        row.failed += 1.0
        people.sour_until[i] = step + int(round(p.peers.bad_memory))
        people.sour_until[people.mentor[i]] = people.sour_until[i]
        if people.formal[i] and draw < p.relationships.poor_quits and people.adopter[i]:
            people.adopter[i] = 0
            row.dropouts += 1.0
    unlink(state, i)


@compiled
def find_mentees(state, t):
    """List the rows of tile ``t`` that have a mentor, in place."""
    tiles = state.tiles
    begin, size = tiles.begin[t], tiles.size[t]
    mentor, rows = state.people.mentor[begin : begin + size], state.scratch.rows[begin:]
    found = 0
    for k in range(size):
        rows[found] = begin + k
        found += 1 if mentor[k] >= 0 else 0
    tiles.found[t] = found


@compiled
def carry_pairs(state, p, run_key, step, row):
    """Let mentees learn, poor matches fail and full terms end, in place."""
    tiles = state.tiles
    stream = chance.stream(run_key, step, draws.RELATIONSHIP)
    quality, hours = numbers(), numbers()
    for load in range(1, MOST_MENTEES + 1):
        quality[load] = invitation_rules.contact_quality(float(load), p.invitation)
        hours[load] = invitation_rules.contact_hours(float(load), p.invitation) * p.run.dt
    for t in range(len(tiles.begin)):
        begin = tiles.begin[t]
        for i in state.scratch.rows[begin : begin + tiles.found[t]]:
            load = state.people.load[state.people.mentor[i]]
            carry_pair(state, p, i, quality[load], hours[load], stream, step, row)


@compiled(inline=True)
def carry_pair(state, p, i, quality, hours, stream, step, row):
    """Let mentee ``i`` meet the mentor for another step, and perhaps part, in place."""
    people = state.people
    mentor = people.mentor[i]
    row.contact_hours += hours
    row.leader_hours += hours if state.seats.team_size[mentor] > 0 else 0.0
    row.money += p.costs.formal_pair * p.run.dt if people.formal[i] else 0.0
    people.competence[i] = role_model_rules.competence_after(
        people.competence[i], people.competence[mentor], quality, p.role_models
    )
    failed = False
    if people.poor[i]:
        draw = chance.bits(stream, people.identity[i])
        failed = chance.uniform_low(draw) < p.relationships.poor_end
    if failed or step >= people.pair_end[i]:
        draw = chance.bits(stream, people.identity[i])
        end_pair(state, p, i, not people.poor[i], chance.uniform_middle(draw), step, row)


@compiled(inline=True)
def ring_of(state, p, i):
    """Return the ring on which seat ``i`` looks for others: the only one, or the branch's."""
    return state.seats.branch[i] + 1 if p.relationships.scope == 1.0 else 0


@compiled
def seek(state, p, run_key, step, t):
    """Let tile ``t``'s people look for mentors; list who may be matched and who may mentor.

    Adopters seek in the programme. Anybody without a mentor may look outside it now and then.
    """
    fixed = held(p)
    people, tiles, scratch, relationships = (
        state.people,
        state.tiles,
        state.scratch,
        fixed.relationships,
    )
    begin, size = tiles.begin[t], tiles.size[t]
    end = begin + size
    here, adopter = state.seats.occupied[begin:end], people.adopter[begin:end]
    leads, mentor = state.seats.team_size[begin:end], people.mentor[begin:end]
    waiting, who = people.waiting[begin:end], people.identity[begin:end]
    success = relationship_rules.match_chance(state.programme.capacity, relationships)
    begins = chance.stream(run_key, step, draws.SEEKING)
    since, luck, threshold = counts(), numbers(), numbers()
    elsewhere, looking = numbers(), numbers()
    for k in range(size):
        draw = chance.bits(begins, who[k])
        practises, alone = adopter[k] != 0 and here[k] != 0, mentor[k] < 0
        elsewhere[k] = chance.uniform_high(draw)
        looking[k] = relationships.informal_seeking if alone and here[k] != 0 else 0.0
        seeks = relationship_rules.seeking_chance(leads[k] > 0, relationships)
        starts = alone and chance.uniform_low(draw) < seeks
        was = waiting[k]
        now = step if was == NEVER and starts else was
        since[k] = now if practises else NEVER
        luck[k] = chance.uniform_middle(draw)
        threshold[k] = success if practises and alone and since[k] != NEVER else 0.0
    if tiles.level[t] == 0:  # the chief seeks no mentor
        since[0] = waiting[0] if adopter[0] != 0 and here[0] != 0 else NEVER
        threshold[0] = looking[0] = 0.0
    for k in range(size):
        waiting[k] = since[k]
    tiles.looking[t] = pick(elsewhere, looking, begin, size, scratch.looking[begin:end])
    tiles.seekers[t] = pick(luck, threshold, begin, size, scratch.seekers[begin:end])
    offer(state, fixed, step, t)


@compiled(inline=True)
def offer(state, p, step, t):
    """List who of tile ``t`` may mentor in the programme, in place: settled, willing and free."""
    people, tiles, relationships = state.people, state.tiles, p.relationships
    begin, size = tiles.begin[t], tiles.size[t]
    end = begin + size
    here, adopter = state.seats.occupied[begin:end], people.adopter[begin:end]
    volunteer, was_mentee = people.volunteer[begin:end], people.was_mentee[begin:end]
    load, arrived = people.load[begin:end], people.arrived[begin:end]
    new = role_model_rules.volunteer_chance(relationships.willing, False, p.role_models)
    former = role_model_rules.volunteer_chance(relationships.willing, True, p.role_models)
    threshold = numbers()
    for k in range(size):
        practises = adopter[k] != 0 and here[k] != 0
        free = load[k] < relationships.capacity
        settled = step - arrived[k] >= relationships.mentor_tenure
        willing = former if was_mentee[k] > 0 else new
        threshold[k] = willing if practises and free and settled else -1.0
    tiles.found[t] = pick(volunteer, threshold, begin, size, state.scratch.rows[begin:end])


@compiled
def _collect(state, p, run_key, step, rows, found, ring_start, positions):
    """Move the listed rows of all tiles to the front, with their random positions on a ring.

    ``ring_start`` becomes where each ring's rows would begin, ring by ring. Returns how many
    rows there are.
    """
    tiles = state.tiles
    stream = chance.stream(run_key, step, draws.MATCHING)
    count = 0
    for ring in range(state.seats.team_size[0] + 2):
        ring_start[ring] = 0
    for t in range(len(tiles.begin)):
        begin = tiles.begin[t]
        for j in range(begin, begin + found[t]):
            i = rows[j]
            rows[count] = i
            positions[count] = chance.uniform(chance.bits(stream, state.people.identity[i]))
            ring_start[ring_of(state, p, i) + 1] += 1
            count += 1
    for ring in range(state.seats.team_size[0] + 1):
        ring_start[ring + 1] += ring_start[ring]
    return count


@compiled
def _sort(state, p, rows, positions, count, ring_start, order, places):
    """Sort rows by ring and position, in place; ``scratch.starts`` says where slots start."""
    slots = state.scratch.slots
    for j in range(count):
        ring = ring_of(state, p, rows[j])
        slots[j] = slot_of(positions[j], ring_start[ring], ring_start[ring + 1])
    sort_slots(rows, positions, slots, count, order, places, state.scratch.starts)


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
def _find(state, p, seeker, low, high, begin):
    """Return the ring index of the first suiting free mentor from ``begin`` round, or -1."""
    scratch = state.scratch
    for lap in range(2):
        j = _free_from(scratch.next_free, begin if lap == 0 else low)
        limit = high if lap == 0 else begin
        while j < limit:
            if _suits(state, p, seeker, scratch.order[j]):
                return j
            j = _free_from(scratch.next_free, j + 1)
    return -1


@compiled
def _begin_pair(state, p, run_key, seeker, mentor, formal, step):
    people = state.people
    draw = chance.bits(chance.stream(run_key, step, draws.MATCHING), ~people.identity[seeker])
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


@compiled
def match(state, p, run_key, step, row):
    """Match those who seek with free mentors, in place."""
    scratch, tiles = state.scratch, state.tiles
    ring_start, seeking = scratch.ring, scratch.seeker_ring
    mentors = _collect(
        state, p, run_key, step, scratch.rows, tiles.found, ring_start, scratch.position
    )
    seekers = _collect(
        state, p, run_key, step, scratch.seekers, tiles.seekers, seeking, scratch.seeker_position
    )
    # Seekers first: where their slots start is not needed any more then.
    order, places = scratch.seeker_order, scratch.seeker_place
    _sort(state, p, scratch.seekers, scratch.seeker_position, seekers, seeking, order, places)
    _sort(
        state, p, scratch.rows, scratch.position, mentors, ring_start, scratch.order, scratch.place
    )
    for j in range(mentors + 1):
        scratch.next_free[j] = j
    for s in range(seekers):
        seeker, position = order[s], places[s]
        ring = ring_of(state, p, seeker)
        low, high = ring_start[ring], ring_start[ring + 1]
        if low == high:
            continue
        begin = scratch.starts[slot_of(position, low, high)]
        while begin < high and scratch.place[begin] < position:
            begin += 1
        found = _find(state, p, seeker, low, high, begin)
        if found >= 0:
            mentor = scratch.order[found]
            _begin_pair(state, p, run_key, seeker, mentor, True, step)
            row.matches += 1.0
            if state.people.load[mentor] >= p.relationships.capacity:
                scratch.next_free[found] = found + 1


@compiled
def _could_mentor(state, p, mentor, step):
    """Return whether somebody would mentor outside the programme: settled, willing and free."""
    people, relationships = state.people, p.relationships
    if not state.seats.occupied[mentor] or people.load[mentor] >= relationships.capacity:
        return False
    willing = role_model_rules.volunteer_chance(
        relationships.willing, people.was_mentee[mentor] > 0, p.role_models
    )
    settled = step - people.arrived[mentor] >= relationships.mentor_tenure
    return settled and people.volunteer[mentor] < willing


@compiled
def meet_informally(state, p, run_key, i, step):
    """Return whom person ``i`` meets who would mentor outside the programme, or -1.

    The first who suits of so many people drawn from all.
    """
    n = U64(len(state.seats.boss))
    word = chance.bits(chance.stream(run_key, step, draws.INFORMAL), state.people.identity[i])
    for _ in range(MEETINGS):
        other = np.int64(word % n)
        apart = p.relationships.scope == 1.0 and state.seats.branch[other] != state.seats.branch[i]
        if not apart and _could_mentor(state, p, other, step) and _suits(state, p, i, other):
            return other
        word = chance.mix(word)
    return -1


@compiled
def match_informally(state, p, run_key, step, row):
    """Let those who look for a mentor outside the programme meet people, in place."""
    tiles, people = state.tiles, state.people
    for t in range(len(tiles.begin)):
        begin = tiles.begin[t]
        for j in range(begin, begin + tiles.looking[t]):
            i = state.scratch.looking[j]
            if people.mentor[i] >= 0:
                continue  # the programme was faster
            mentor = meet_informally(state, p, run_key, i, step)
            if mentor >= 0:
                _begin_pair(state, p, run_key, i, mentor, False, step)
                row.matches += 1.0


@compiled
def begin_informally(state, p, run_key):
    """Give a share of the first population mentors outside the programme, in place."""
    stream = chance.stream(run_key, 0, draws.SEEKING)
    for i in range(1, len(state.seats.boss)):
        draw = chance.uniform_high(chance.bits(stream, state.people.identity[i]))
        if draw < p.relationships.informal_start:
            mentor = meet_informally(state, p, run_key, i, 0)
            if mentor >= 0:
                _begin_pair(state, p, run_key, i, mentor, False, 0)


@compiled
def give_up(state, p, step, t):
    """End the searches in tile ``t`` that have lasted longer than people's patience, in place."""
    fixed = held(p)
    begin, size = state.tiles.begin[t], state.tiles.size[t]
    waiting = state.people.waiting[begin : begin + size]
    for k in range(size):
        if waiting[k] != NEVER and step - waiting[k] >= fixed.relationships.patience:
            waiting[k] = NEVER
