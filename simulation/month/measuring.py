"""The measures of a month: sums over tiles, then over levels, then over the organization."""

from __future__ import annotations

import numpy as np

from ..machine.compiled import compiled
from ..machine.tiles import held, total
from ..theory.presence.rules import visits_missed
from .posts import leads_posts
from .state import NEVER


@compiled(inline=True)
def notice_absence(state, p, step, t):
    """Return how many of tile ``t``'s people have noticed that their boss is absent.

    As ``presence.absence_noticed`` says, in steps; the chief has no boss.
    """
    begin, size = state.tiles.begin[t], state.tiles.size[t]
    here = state.seats.occupied[begin : begin + size]
    seen = state.people.seen_boss[begin : begin + size]
    missed = visits_missed(p.presence) / max(p.presence.visits_boss, 1e-9)
    absent = 0
    for k in range(size):
        absent += 1 if here[k] != 0 and step - seen[k] > missed else 0
    return absent if state.tiles.level[t] > 0 else 0


@compiled
def measure_tile(state, p, step, t):
    """Sum up what is measured of tile ``t``'s people, in place."""
    p = held(p)
    seats, people, tiles = state.seats, state.people, state.tiles
    begin, size = tiles.begin[t], tiles.size[t]
    end = begin + size
    here, closed = seats.occupied[begin:end], seats.closed[begin:end]
    engagement, credibility = people.engagement[begin:end], people.credibility[begin:end]
    present = vacant = engaged = disengaged = cynics = 0
    for k in range(size):
        there = here[k] != 0
        present += 1 if there else 0
        vacant += 1 if not there and closed[k] == 0 else 0
        engaged += 1 if there and engagement[k] > p.engagement.engaged_cut else 0
        disengaged += 1 if there and engagement[k] < p.engagement.disengaged_cut else 0
        cynics += 1 if there and credibility[k] < p.commitment.cynic_cut else 0
    adopter, mentor, formal = (
        people.adopter[begin:end],
        people.mentor[begin:end],
        people.formal[begin:end],
    )
    load, waiting = people.load[begin:end], people.waiting[begin:end]
    adopters = mentees = in_formal = mentors = seeking = 0
    for k in range(size):
        there = here[k] != 0
        adopters += 1 if there and adopter[k] != 0 else 0
        mentees += 1 if there and mentor[k] >= 0 else 0
        in_formal += 1 if there and formal[k] != 0 else 0
        mentors += 1 if there and load[k] > 0 else 0
        seeking += 1 if there and waiting[k] != NEVER else 0
    tiles.absence_noticed[t] = notice_absence(state, p, step, t)
    tiles.present[t], tiles.vacancies[t], tiles.engaged[t] = present, vacant, engaged
    tiles.disengaged[t], tiles.cynics[t], tiles.adoption[t] = disengaged, cynics, adopters
    tiles.mentees[t], tiles.formal[t] = mentees, in_formal
    tiles.mentors[t], tiles.waiting[t] = mentors, seeking
    tiles.engagement[t] = total(engagement, here, size)
    tiles.credibility[t] = total(credibility, here, size)
    tiles.ceiling[t] = total(people.ceiling[begin:end], here, size)
    tiles.ownership[t] = total(people.ownership[begin:end], here, size)
    tiles.importance[t] = total(people.expectation[begin:end], here, size)
    tiles.presence[t] = total(people.presence[begin:end], here, size)
    tiles.frustration[t] = total(people.frustration[begin:end], here, size)


@compiled
def measure_levels(state, by_level):
    """Write the measures by level (``measures.LEVEL_MEASURES``), in place."""
    seats, tiles = state.seats, state.tiles
    t = leader = 0
    for level in range(len(by_level)):
        here = by_level[level]
        count = adoption = engagement = credibility = ownership = absent = 0.0
        while t < len(tiles.begin) and tiles.level[t] == level:
            count += tiles.present[t]
            adoption += tiles.adoption[t]
            engagement += tiles.engagement[t]
            credibility += tiles.credibility[t]
            ownership += tiles.ownership[t]
            absent += tiles.absence_noticed[t]
            t += 1
        here.adoption = adoption / count if count else np.nan
        here.engagement = engagement / count if count else np.nan
        here.credibility = credibility / count if count else np.nan
        here.ownership = ownership / count if count else np.nan
        here.absence_noticed = absent / count if count else np.nan
        leaders = action = 0.0
        while leader < len(state.leaders) and seats.level[state.leaders[leader]] == level:
            i = state.leaders[leader]
            if seats.occupied[i]:
                leaders += 1.0
                action += seats.shown_action[i]
            leader += 1
        here.leader_action = action / leaders if leaders else np.nan


@compiled
def measure_people(state, row):
    """Write the measures that are taken of people, in place."""
    tiles = state.tiles
    for t in range(len(tiles.begin)):
        row.headcount += tiles.present[t]
        row.vacancies += tiles.vacancies[t]
        row.adoption += tiles.adoption[t]
        row.engagement += tiles.engagement[t]
        row.engaged_share += tiles.engaged[t]
        row.disengaged_share += tiles.disengaged[t]
        row.credibility += tiles.credibility[t]
        row.cynics_share += tiles.cynics[t]
        row.ceiling += tiles.ceiling[t]
        row.ownership += tiles.ownership[t]
        row.importance += tiles.importance[t]
        row.absence_noticed += tiles.absence_noticed[t]
        row.presence += tiles.presence[t]
        row.frustration += tiles.frustration[t]
        row.participation += tiles.mentees[t]
        row.formal_share += tiles.formal[t]
        row.mentors_share += tiles.mentors[t]
        row.waiting += tiles.waiting[t]
    count = max(row.headcount, 1.0)
    row.mentees_share = row.participation / count
    row.adoption /= count
    row.engagement /= count
    row.engaged_share /= count
    row.disengaged_share /= count
    row.credibility /= count
    row.cynics_share /= count
    row.ceiling /= count
    row.ownership /= count
    row.importance /= count
    row.absence_noticed /= count
    row.presence /= count
    row.frustration /= count
    row.formal_share /= count
    row.informal_share = row.mentees_share - row.formal_share
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
    measure_people(state, row)
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
    row.top_trust, row.vision, row.alignment = (
        programme.top_trust,
        programme.vision,
        programme.alignment,
    )
    row.workload, row.unmet_need = programme.workload, 1.0 - programme.coverage
    row.never_stopped = programme.never_stopped
    row.turnover_money = p.costs.exit * row.hires  # who was laid off is not replaced
    for k in range(leads_posts(state, p)):
        row.leads_in_post += 1.0 if state.leads[k].vacant_until < 0.0 else 0.0
