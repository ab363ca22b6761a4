"""Interleaved rounds, medians with ranges, ratios round by round, and the tables of these."""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
#: What is measured in a turn: called with the number of the round, it returns numbers by name.
Work = Callable[[int], Mapping[str, float]]
Results = dict[str, list[float]]


class Spread(NamedTuple):
    """The median of the rounds and their range."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return shown(self.median)

    @property
    def range(self) -> str:
        """The range in words."""
        return f"{shown(self.low)} to {shown(self.high)}"

    def times(self, factor: float) -> Spread:
        """Return the same in another unit."""
        return Spread(*(factor * value for value in self))


class Table(NamedTuple):
    """A table with what must be known to read it."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return how long a call takes by a clock: on the wall, or of this process."""
    begun = clock()
    work()
    return clock() - begun


def cpu_seconds(work: Callable[[], object], least: float = 0.0) -> float:
    """Return the processor's seconds of a call: the mean over calls until ``least`` is reached."""
    total, count = 0.0, 0
    while not count or total < least:
        total += seconds(work, time.process_time)
        count += 1
    return total / count


def interleaved(works: Sequence[Work], rounds: int, quiet: bool = True) -> Results:
    """Return what every work measured in each round; the order of works turns with the rounds.

    Each second round goes through them backwards, so that of two neighbours neither is always
    first.
    """
    results: Results = {}
    for number in range(rounds):
        turn = number % max(1, len(works))
        order = [*works[turn:], *works[:turn]][:: -1 if number % 2 else 1]
        begun = time.perf_counter()
        for work in order:
            for name, value in work(number).items():
                results.setdefault(name, []).append(value)
        if not quiet:
            took = time.perf_counter() - begun
            print(f"round {number + 1} of {rounds}: {took:.0f} s", file=sys.stderr)
    return results


def spread(values: Sequence[float]) -> Spread:
    """Return median and range."""
    return Spread(statistics.median(values), min(values), max(values))


def ratio(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Return median and range of the ratios within rounds."""
    return spread([a / b for a, b in zip(above, below, strict=True)])


def shown(value: float) -> str:
    """Return a number with three digits that count.

    >>> shown(1234.5), shown(12.345), shown(0.01234)
    ('1,234', '12.3', '0.0123')
    """
    if value == 0 or not np.isfinite(value):
        return f"{value:g}"
    decimals = max(0, 2 - int(np.floor(np.log10(abs(value)))))
    return f"{value:,.{decimals}f}"


def text(table: Table, markdown: bool = False) -> str:
    """Return a table as plain text or as Markdown: the first column to the left."""
    widths = [max(map(len, column)) for column in zip(table.header, *table.rows, strict=True)]

    def line(cells: Sequence[str], between: str) -> str:
        first, *others = zip(cells, widths, strict=True)
        return between.join([first[0].ljust(first[1]), *(c.rjust(w) for c, w in others)])

    if not markdown:
        body = [line(cells, "  ").rstrip() for cells in (table.header, *table.rows)]
        return "\n".join([table.title, *body, *table.notes])
    body = [f"| {line(cells, ' | ')} |" for cells in (table.header, *table.rows)]
    body.insert(1, "|---" + "|---:" * (len(widths) - 1) + "|")
    notes = ["", " ".join(table.notes)] if table.notes else []
    return "\n".join([f"**{table.title}**", "", *body, *notes])


def machine() -> str:
    """Return the machine in a line."""
    return (
        f"{_processor()}, {cores()} cores; Python {platform.python_version()}, "
        f"NumPy {np.__version__}, Numba {numba.__version__}, {platform.system()}"
    )


def cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    known = {key.strip(): value.strip() for key, _, value in (x.partition(":") for x in lines)}
    if "model name" not in known:
        return platform.processor() or platform.machine()
    numbers = f"family {known.get('cpu family', '?')}, model {known.get('model', '?')}"
    widest = "AVX-512" if "avx512dq" in known.get("flags", "") else "no AVX-512"
    return f"{known['model name']} ({numbers}, {widest})"
