"""Tiles, bundles, crews and sorting: what they do to numbers, whoever uses them."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from helpers import plain
from hypothesis import given
from hypothesis import strategies as st

from simulation.machine import chance, crew, sorting
from simulation.machine.bundle import Bundle
from simulation.machine.compiled import compiled
from simulation.machine.table import Table
from simulation.machine.tiles import LANES, TILE, numbers, pick, spread, total


class Pair(Bundle):
    """A table, an array of two dimensions and records."""

    parts = ("people", "grid", "records")


def pair():
    records = np.zeros(3, dtype=np.dtype((np.record, [("a", "f8")]))).view(np.recarray)
    grid = np.arange(6, dtype=np.int32).reshape(2, 3)
    return Pair(people=Table(4, ("mood",), ("load",), ("who",)), grid=grid, records=records)


@compiled(entry=True)
def write(bundle, values, here, out):
    bundle.people.mood[2] += 1.5
    bundle.people.who[1] = 7
    bundle.grid[1, 2] = 9
    bundle.records[1].a = 4.0
    buffer = numbers()
    spread(buffer, 0, 5, 2.0)
    spread(buffer, 5, TILE, 3.0)
    for k in range(TILE):
        out[k] = buffer[k]
    return total(values, here, len(values))


@compiled(entry=True)
def normals_of(key, who, out, single):
    buffer = numbers()
    chance.draw_normals(key, who, len(who), buffer)
    for k in range(len(who)):
        out[k] = buffer[k]
        single[k] = chance.normal(chance.uniform(chance.bits(key, who[k])))


def test_compiled_code_writes_to_the_memory_of_a_bundle():
    bundle, out = pair(), np.zeros(TILE)
    values, here = np.array([0.1 * k for k in range(21)]), np.ones(21, np.int32)
    here[3] = 0
    found = write(bundle, values, here, out)
    sums = [0.0] * LANES
    for k in range(21):
        sums[k % LANES] += values[k] if here[k] else 0.0
    expected = 0.0
    for one in sums:
        expected += one
    assert found == expected
    assert out.tolist() == [2.0] * 5 + [3.0] * (TILE - 5)
    assert bundle.people.mood.tolist() == [0.0, 0.0, 1.5, 0.0]
    assert (bundle.people.who[1], bundle.grid[1, 2], bundle.records[1].a) == (7, 9, 4.0)


def test_the_parts_of_a_bundle_stay():
    with pytest.raises(AttributeError, match="grid can be changed only in place"):
        pair().grid = np.zeros((2, 3))
    with pytest.raises(TypeError, match="a Pair has the parts people, grid, records"):
        Pair(people=Table(1))
    with pytest.raises(ValueError, match="contiguous"):
        Pair(people=Table(1), grid=np.zeros((4, 4))[:, 1], records=np.zeros(1))


def test_normals_of_a_tile_are_those_one_by_one():
    for key in range(200):
        who = np.arange(TILE, dtype=np.uint64) + np.uint64(key * TILE)
        out, single = np.zeros(TILE), np.zeros(TILE)
        normals_of(np.uint64(key), who, out, single)
        assert out.tolist() == single.tolist()


@given(st.lists(st.floats(0.0, 1.0, exclude_max=True), max_size=60))
def test_slots_are_sorted(positions):
    n = len(positions)
    slots = np.array([plain(sorting.slot_of)(x, 0, n) for x in positions], np.int32)
    order, places, starts = np.zeros(n + 1, np.int32), np.zeros(n + 1), np.zeros(n + 2, np.int32)
    rows = np.arange(n, dtype=np.int32)
    plain(sorting.sort_slots)(rows, np.array(positions), slots, n, order, places, starts)
    assert places[:n].tolist() == sorted(positions)
    assert order[:n].tolist() == sorted(range(n), key=lambda j: positions[j])
    assert [starts[s] for s in range(n)] == [sum(slots < s) for s in range(n)]


@given(st.integers(0, 500), st.integers(1, 9))
def test_a_crew_shares_everything_once(size, members):
    shares = [plain(crew.share)(size, members, member) for member in range(members)]
    assert [k for first, last in shares for k in range(first, last)] == list(range(size))


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=TILE))
def test_rows_below_their_bounds_are_picked(pairs):
    rows = np.zeros(TILE + LANES, np.int32)
    draw, bound = [a for a, _ in pairs], [b for _, b in pairs]
    found = plain(pick)(draw, bound, 10, len(pairs), rows)
    assert rows[:found].tolist() == [10 + k for k, (a, b) in enumerate(pairs) if a < b]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_bundle_is_not_copied(copied):
    """A copy would write into the memory of the first."""
    with pytest.raises(TypeError, match="cannot be copied"):
        copied(pair())


@compiled(entry=True)
def to_normals(buffer, size, out):
    values = numbers()
    for k in range(size):
        values[k] = buffer[k]
    chance.to_normals(values, size)
    for k in range(size):
        out[k] = values[k]
        buffer[k] = chance.normal(buffer[k])


def test_the_far_tails_of_many_are_those_of_one():
    """Draws from 52 bits reach 1e-16; every branch of the quantile is met."""
    low = np.array([2.0**-53, 1e-15, 1e-12, 1.3e-11, 1.5e-11, 1e-6, 0.07, 0.0749, 0.0751, 0.3, 0.5])
    u = np.r_[low, 1.0 - low]
    one, many = u.copy(), np.empty(len(u))
    to_normals(one, len(u), many)
    assert one.tobytes() == many.tobytes()
    assert many[0] < -8.0
    assert many[len(low)] > 8.0
