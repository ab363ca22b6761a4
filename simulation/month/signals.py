"""What others will see next step: signals, team sums and means."""

from __future__ import annotations

import numpy as np

from ..machine.compiled import compiled
from ..machine.tiles import held, total
from ..theory.invitation import rules as invitation_rules
from ..theory.role_models import rules as role_model_rules
from .adoption import count_changes

#: Leaders whose action differs by less act alike.
ALIKE = 1e-9


@compiled
def signal(state, p, step, t):
    """Set what tile ``t``'s people show of mentoring: visible practice less failures, in place."""
    p = held(p)
    seats, people, tiles = state.seats, state.people, state.tiles
    begin, size = tiles.begin[t], tiles.size[t]
    end = begin + size
    visible = invitation_rules.visibility(p.invitation)
    competence = people.competence[begin:end]
    here, adopter, sour = (
        seats.occupied[begin:end],
        people.adopter[begin:end],
        people.sour_until[begin:end],
    )
    shown, counted = seats.signal[begin:end], seats.counted[begin:end]
    present = 0
    for k in range(size):
        seen = visible * role_model_rules.excellence(competence[k], p.role_models)
        seen = seen if adopter[k] else 0.0
        seen -= p.peers.bad_relationship if step < sour[k] else 0.0
        shown[k] = seen if here[k] else 0.0
        counted[k] = here[k]
        present += 1 if here[k] else 0
    tiles.present[t] = present
    tiles.signal[t] = total(shown, here, size)


@compiled
def sum_up(state, row):
    """Set the sums and means of the organization and its teams, as seen next step, in place."""
    count_changes(state, row)
    seats, programme, tiles = state.seats, state.programme, state.tiles
    programme.signal = programme.headcount = 0.0
    for t in range(len(tiles.begin)):
        programme.signal += tiles.signal[t]
        programme.headcount += tiles.present[t]
    acting = passive = 0.0
    under_acting = under_passive = 0
    for i in state.leaders:
        engagement = sum_up_team(state, i)
        if not seats.occupied[i]:
            continue
        if seats.shown_action[i] >= programme.mean_action - ALIKE:
            acting += engagement
            under_acting += seats.team_present[i]
        else:
            passive += engagement
            under_passive += seats.team_present[i]
    row.engagement_acting_boss = acting / under_acting if under_acting else np.nan
    # Where all leaders act alike there is no difference.
    apart = under_passive > 0
    row.engagement_passive_boss = passive / under_passive if apart else row.engagement_acting_boss


@compiled
def sum_up_team(state, i):
    """Set the sums and means of the team that seat ``i`` leads, in place.

    Returns the sum of its engagement.
    """
    seats, people = state.seats, state.people
    signal = ownership = credibility = engagement = 0.0
    present = 0
    first = seats.team_start[i]
    for report in range(first, first + seats.team_size[i]):
        signal += seats.signal[report]
        if seats.occupied[report]:
            ownership += people.ownership[report]
            credibility += people.credibility[report]
            engagement += people.engagement[report]
            present += 1
    seats.team_signal[i] = signal
    seats.team_present[i] = present
    if present > 0:
        seats.team_ownership[i] = ownership / present
        seats.team_credibility[i] = credibility / present
    return engagement
