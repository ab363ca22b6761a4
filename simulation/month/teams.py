"""What a tile's people have of their bosses: teams are neighbouring rows, in leaders' order."""

from __future__ import annotations

from ..machine.compiled import compiled
from ..machine.tiles import spread


@compiled(inline=True)
def of_boss(state, t, column, buffer):
    """Fill a buffer with what a column holds for the bosses of tile ``t``'s people, in place."""
    seats, tiles = state.seats, state.tiles
    begin, leader = tiles.begin[t], tiles.first_boss[t]
    row, end = begin, begin + tiles.size[t]
    while row < end:
        boss = state.leaders[leader]
        after = min(seats.team_start[boss] + seats.team_size[boss], end)
        spread(buffer, row - begin, after - begin, column[boss])
        row, leader = after, leader + 1
