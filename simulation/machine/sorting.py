"""Sorting numbers that are spread evenly: into slots first, then within each."""

from __future__ import annotations

from .compiled import compiled


@compiled
def slot_of(position, low, high):
    """Return the slot of a position in [0, 1) among those from ``low`` up to ``high``."""
    return low + min(int(position * (high - low)), high - low - 1)


@compiled
def sort_slots(rows, positions, slots, count, order, places, starts):
    """Sort rows by position, in time that grows with their number, in place.

    Parameters
    ----------
    rows, positions : arrays
        The first ``count`` are sorted.
    slots : int array
        A slot for each, from 0 to ``count - 1``, never falling with the order wanted: within a
        slot the position decides.
    order, places : arrays
        Become the rows and positions in order.
    starts : int array
        Becomes where each slot starts, and ``starts[count]`` is ``count``.
    """
    for slot in range(count + 1):
        starts[slot] = 0
    for j in range(count):
        starts[slots[j] + 1] += 1
    for slot in range(count):
        starts[slot + 1] += starts[slot]
    for j in range(count):
        place = starts[slots[j]]
        places[place], order[place] = positions[j], rows[j]
        starts[slots[j]] += 1
    for slot in range(count, 0, -1):
        starts[slot] = starts[slot - 1]
    starts[0] = 0
    for slot in range(count):
        for j in range(starts[slot] + 1, starts[slot + 1]):
            position, row, k = places[j], order[j], j
            while k > starts[slot] and places[k - 1] > position:
                places[k], order[k] = places[k - 1], order[k - 1]
                k -= 1
            places[k], order[k] = position, row
