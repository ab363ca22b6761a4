"""Ownership of the programme."""

from __future__ import annotations

from ..machine.compiled import compiled
from ..theory.presence import rules as presence_rules


@compiled
def own(state, p):
    """Move everybody's ownership toward voice, the team's ownership and example, in place."""
    seats, people = state.seats, state.people
    for i in range(1, len(seats.boss)):
        if seats.occupied[i]:
            boss = seats.boss[i]
            people.ownership[i] = presence_rules.ownership_after(
                people.ownership[i],
                people.presence[i],
                seats.team_ownership[boss],
                seats.shown_action[boss],
                people.credibility[i],
                p.presence,
            )
    if seats.occupied[0]:
        people.ownership[0] = presence_rules.ownership_after(
            people.ownership[0],
            1.0,
            seats.team_ownership[0],
            seats.shown_action[0],
            people.credibility[0],
            p.presence,
        )
