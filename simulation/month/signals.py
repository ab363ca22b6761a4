"""What others will see next step: signals, team sums and means."""

from __future__ import annotations

from ..machine.compiled import compiled
from ..machine.tiles import held, total
from ..theory.invitation import rules as invitation_rules
from .adoption import count_changes


@compiled
def signal(state, p, step, t):
    """Set what tile ``t``'s people show of mentoring: visible practice less failures, in place."""
    p = held(p)
    seats, people, tiles = state.seats, state.people, state.tiles
    begin, size = tiles.begin[t], tiles.size[t]
    end = begin + size
    visible = invitation_rules.visibility(p.invitation)
    here, adopter, sour = (
        seats.occupied[begin:end],
        people.adopter[begin:end],
        people.sour_until[begin:end],
    )
    shown = seats.signal[begin:end]
    present = 0
    for k in range(size):
        seen = visible if adopter[k] else 0.0
        seen -= p.peers.bad_relationship if step < sour[k] else 0.0
        shown[k] = seen if here[k] else 0.0
        present += 1 if here[k] else 0
    tiles.present[t] = present
    tiles.signal[t] = total(shown, here, size)


@compiled
def sum_up(state, row):
    """Set the sums and means of the organization and its teams, as seen next step, in place."""
    count_changes(state, row)
    seats, people, programme, tiles = state.seats, state.people, state.programme, state.tiles
    programme.signal = programme.headcount = 0.0
    for t in range(len(tiles.begin)):
        programme.signal += tiles.signal[t]
        programme.headcount += tiles.present[t]
    for i in state.leaders:
        signal = ownership = credibility = 0.0
        present = 0
        first = seats.team_start[i]
        for report in range(first, first + seats.team_size[i]):
            signal += seats.signal[report]
            if seats.occupied[report]:
                ownership += people.ownership[report]
                credibility += people.credibility[report]
                present += 1
        seats.team_signal[i] = signal
        seats.team_present[i] = present
        if present > 0:
            seats.team_ownership[i] = ownership / present
            seats.team_credibility[i] = credibility / present
