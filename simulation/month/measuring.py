"""The measures of a month."""

from __future__ import annotations

import numpy as np

from ..machine.compiled import compiled
from .state import NEVER


@compiled
def measure_levels(state, by_level):
    """Write the measures by level (``measures.LEVEL_MEASURES``), in place."""
    seats, people = state.seats, state.people
    i, n = 0, len(seats.level)
    for level in range(len(by_level)):
        here = by_level[level]
        adoption = engagement = credibility = ownership = action = 0.0
        count = leaders = 0
        while i < n and seats.level[i] == level:
            if seats.occupied[i]:
                count += 1
                adoption += people.adopter[i]
                engagement += people.engagement[i]
                credibility += people.credibility[i]
                ownership += people.ownership[i]
                if seats.team_size[i] > 0:
                    leaders += 1
                    action += seats.shown_action[i]
            i += 1
        here.adoption = adoption / count if count else np.nan
        here.engagement = engagement / count if count else np.nan
        here.credibility = credibility / count if count else np.nan
        here.ownership = ownership / count if count else np.nan
        here.leader_action = action / leaders if leaders else np.nan


@compiled
def measure_people(state, p, row):
    """Write the measures that are taken of people, in place."""
    seats, people = state.seats, state.people
    n, cuts = 0, p.engagement
    for i in range(len(seats.boss)):
        if not seats.occupied[i]:
            row.vacancies += 0.0 if seats.closed[i] else 1.0
            continue
        n += 1
        row.adoption += people.adopter[i]
        row.engagement += people.engagement[i]
        row.engaged_share += 1.0 if people.engagement[i] > cuts.engaged_cut else 0.0
        row.disengaged_share += 1.0 if people.engagement[i] < cuts.disengaged_cut else 0.0
        row.credibility += people.credibility[i]
        row.cynics_share += 1.0 if people.credibility[i] < p.commitment.cynic_cut else 0.0
        row.ceiling += people.ceiling[i]
        row.ownership += people.ownership[i]
        row.presence += people.presence[i]
        row.frustration += people.frustration[i]
        row.participation += 1.0 if people.mentor[i] >= 0 else 0.0
        row.formal_share += people.formal[i]
        row.mentors_share += 1.0 if people.load[i] > 0 else 0.0
        row.waiting += 1.0 if people.waiting[i] != NEVER else 0.0
    row.headcount = n
    count = max(n, 1)
    row.mentees_share = row.participation / count
    row.adoption /= count
    row.engagement /= count
    row.engaged_share /= count
    row.disengaged_share /= count
    row.credibility /= count
    row.cynics_share /= count
    row.ceiling /= count
    row.ownership /= count
    row.presence /= count
    row.frustration /= count
    row.formal_share /= count
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
    measure_people(state, p, row)
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
    row.turnover_money = p.costs.exit * row.exits
    for k in range(len(state.leads)):
        row.leads_in_post += 1.0 if state.leads[k].vacant_until < 0.0 else 0.0
