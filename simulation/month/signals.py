"""What others will see next step: signals, team sums and means."""

from __future__ import annotations

from ..machine.compiled import compiled
from ..theory.invitation import rules as invitation_rules


@compiled
def sum_up(state, p, step):
    """Set what others will see next step: signals, team sums and means, in place."""
    seats, people, programme = state.seats, state.people, state.programme
    visible = invitation_rules.visibility(p.invitation)
    total, count = 0.0, 0
    for i in range(len(seats.boss)):
        signal = 0.0
        if seats.occupied[i]:
            count += 1
            signal = visible if people.adopter[i] else 0.0
            signal -= p.peers.bad_relationship if step < people.sour_until[i] else 0.0
        seats.signal[i] = signal
        total += signal
    programme.signal, programme.headcount = total, count
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
