"""What the machine can do: bandwidth, draws, exponentials; and what a person-month must move.

Scalar loops go through a list of rows, which keeps a compiler from making them SIMD; the others
are plain loops over the project's own functions.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from simulation.machine import chance
from simulation.machine.compiled import U64, compiled, exponential

from . import native
from .native import live
from .timing import Results, Spread, Table, Work, cpu_seconds, seconds, shown, spread

#: Numbers in a loop: they stay in the second-level cache. Numbers that are copied: they do not.
COUNT, COPIED = 20_000, 8_000_000
#: A column counts as written in a month if so many of its numbers changed.
CHANGED = 0.05


@compiled
def _draw(key, i):
    return chance.uniform(chance.bits(key, U64(i)))


@compiled
def draws_simd(rows, key, out):
    """Fill ``out`` with uniform numbers, in a plain loop."""
    for i in range(len(out)):
        out[i] = _draw(key, i)


@compiled
def draws_scalar(rows, key, out):
    """Fill ``out`` with uniform numbers, row by listed row."""
    for i in rows:
        out[i] = _draw(key, i)


@compiled
def exponentials_simd(rows, x, out):
    """Fill ``out`` with exponentials, in a plain loop."""
    for i in range(len(out)):
        out[i] = exponential(x[i])


@compiled
def exponentials_scalar(rows, x, out):
    """Fill ``out`` with exponentials, row by listed row."""
    for i in rows:
        out[i] = exponential(x[i])


@compiled
def normals_scalar(rows, key, out):
    """Fill ``out`` with normal numbers, row by listed row."""
    for i in rows:
        out[i] = chance.normal(_draw(key, i))


def works() -> list[Work]:
    """Return what is measured of the machine, a turn each."""
    rows, out = np.arange(COUNT), np.empty(COUNT)
    key, x = chance.key(1, 1), np.linspace(-2.0, 2.0, COUNT)
    loops: dict[str, Callable[[], object]] = {
        "a draw, scalar": lambda: draws_scalar(rows, key, out),
        "a draw, SIMD": lambda: draws_simd(rows, key, out),
        "an exponential, scalar": lambda: exponentials_scalar(rows, x, out),
        "an exponential, SIMD": lambda: exponentials_simd(rows, x, out),
        "a normal draw, scalar": lambda: normals_scalar(rows, key, out),
    }
    if native.compiler():
        who = np.arange(COUNT, dtype=np.uint64)
        loops["a normal draw, C, SIMD"] = native.normals(key, who, out, live(1_555))
    for loop in loops.values():
        loop()  # compiles
    source, target = np.ones(COPIED), np.ones(COPIED)
    copies = [functools.partial(_copy, source, target, threads) for threads in (1, 2)]
    return [*(functools.partial(_loop, name, loop) for name, loop in loops.items()), *copies]


def _loop(name: str, loop: Callable[[], object], number: int) -> dict[str, float]:
    return {f"roof {name}": 1e9 * cpu_seconds(loop, 0.05) / COUNT}


def _copy(source: Any, target: Any, threads: int, number: int) -> dict[str, float]:
    """Return GB read and written a second by copying, the best of a few times."""
    to, of = np.split(target, threads), np.split(source, threads)
    with ThreadPoolExecutor(threads) as pool:
        took = [seconds(lambda: list(pool.map(np.copyto, to, of))) for _ in range(5)]
    return {f"roof copy {threads}": 2e-9 * source.nbytes / min(took)}


def arrays(part: Any) -> Iterator[Any]:
    """Yield the columns of a table of the state, or the array that a part of it is."""
    if hasattr(part, "names"):
        yield from (column for _, column in native.columns(part))
    elif isinstance(part, np.ndarray):
        yield part


def moved(people: int) -> dict[str, float]:
    """Return bytes a person: of the whole state, and of what changes from month to month.

    Scratch space is left out, and so is what there is once for many people.
    """
    run = live(people)
    parts = ("seats", "people", "mentees", "leaders", "ties")
    columns = [column for name in parts for column in arrays(getattr(run.state, name))]
    before = [column.copy() for column in columns]
    run.step()
    whole = written = 0
    for old, column in zip(before, columns, strict=True):
        whole += column.nbytes
        same = (old == column) | ((old != old) & (column != column))
        written += column.nbytes if column.size and 1.0 - same.mean() > CHANGED else 0
    return {"whole": whole / people, "written": written / people}


def tables(results: Results, people: int = 100_000) -> list[Table]:
    """Return the machine's table, and the roof that follows for a person-month."""
    rows = []
    for name in results:
        if name.startswith("roof ") and "copy" not in name:
            cost = spread(results[name])
            rows.append([name.removeprefix("roof "), f"{cost} ns", cost.range])
    for threads in (1, 2):
        speed = spread(results[f"roof copy {threads}"])
        rows.append([f"copying, threads: {threads}", f"{speed} GB/s", speed.range])
    return [Table("The machine", ["what", "median", "range"], rows, [_roof(results, people)])]


def _roof(results: Results, people: int) -> str:
    """Return the least time for moving a person-month's bytes, as a sentence."""
    size, speed = moved(people), spread(results["roof copy 1"])
    bytes_moved = size["whole"] + size["written"]
    roof = Spread(*(bytes_moved / each for each in (speed.median, speed.high, speed.low)))
    return (
        f"A person takes {shown(size['whole'])} bytes of the state, ties included;"
        f" {shown(size['written'])} of them change in a month. Reading all and writing these, each"
        f" once, moves {shown(bytes_moved)} bytes: {roof} ns at the bandwidth of one thread."
        " A state that stays in the cache is not bound by this."
    )
