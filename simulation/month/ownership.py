"""Ownership of the programme."""

from __future__ import annotations

from ..machine.compiled import compiled
from ..machine.tiles import held, numbers
from ..theory.presence import rules as presence_rules
from .teams import of_boss


@compiled
def own(state, p, t):
    """Move ownership in tile ``t`` toward voice, the team's ownership and example, in place.

    The chief's voice is always heard, and the chief's own team and example count.
    """
    p = held(p)
    seats, people, tiles = state.seats, state.people, state.tiles
    begin, size = tiles.begin[t], tiles.size[t]
    end = begin + size
    voice, team, example = numbers(), numbers(), numbers()
    if tiles.level[t] == 0:
        voice[0], team[0], example[0] = 1.0, seats.team_ownership[0], seats.shown_action[0]
    else:
        own_voice = people.presence[begin:end]
        for k in range(size):
            voice[k] = own_voice[k]
        of_boss(state, t, seats.team_ownership, team)
        of_boss(state, t, seats.shown_action, example)
    here, credibility = seats.occupied[begin:end], people.credibility[begin:end]
    ownership = people.ownership[begin:end]
    for k in range(size):
        if here[k]:
            ownership[k] = presence_rules.ownership_after(
                ownership[k], voice[k], team[k], example[k], credibility[k], p.presence
            )
