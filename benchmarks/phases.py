"""Where a month of the engine goes: a clock is read after each phase of ``month/order.py``.

The functions of ``order.py`` that make a month are compiled once more from their own source, with
a reading of the clock after every statement, so that the list of phases is that of the engine.
The clock is that of the process: what else the machine does is not counted. One thread::

    python benchmarks/phases.py --people 10000 100000 --months 24
"""

from __future__ import annotations

import argparse
import ast
import functools
import hashlib
import inspect
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numba import types

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.native import live
from benchmarks.timing import Results, Table, Work, shown, spread, text
from simulation.machine.compiled import compiled
from simulation.month import order
from simulation.theory.rules import plain

#: Microseconds of this process's processor time, from the C library.
clock = types.ExternalFunction("clock", types.int64())
#: What makes a month: the second calls the first.
STEP, MONTH = "step_forward", "advance_month"
MONTHS = 12


class _Clocked(ast.NodeTransformer):
    """Read the clock after each statement at the top of a function; hand the readings on."""

    def __init__(self) -> None:
        self.phases: list[str] = []
        # Machine code is kept by a digest of the engine alone, and by name.
        self.version = "_" + hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]

    def visit_FunctionDef(self, function: ast.FunctionDef) -> ast.FunctionDef:
        body: list[ast.stmt] = [*ast.parse("begun = clock()").body]
        for statement in function.body:
            body.append(_handing_on(statement))
            name = _phase(statement)
            if name:
                body += ast.parse(f"spent[{len(self.phases)}] += clock() - begun").body
                self.phases.append(name)
            body += ast.parse("begun = clock()").body
        function.body, function.decorator_list = body, []
        function.name += self.version
        function.args.args.append(ast.arg("spent"))
        return function


def _calls(statement: ast.stmt) -> list[ast.Call]:
    return [node for node in ast.walk(statement) if isinstance(node, ast.Call)]


def _phase(statement: ast.stmt) -> str:
    """Return what a statement does: the last function of the month that it calls, if any."""
    names = [call.func.id for call in _calls(statement) if isinstance(call.func, ast.Name)]
    ours = [name for name in names if _of_month(getattr(order, name, None)) and name != STEP]
    return ours[-1] if ours else ""


def _of_month(function: Any) -> bool:
    return str(getattr(function, "__module__", "")).startswith(order.__package__)


def _handing_on(statement: ast.stmt) -> ast.stmt:
    for call in _calls(statement):
        if isinstance(call.func, ast.Name) and call.func.id == STEP:
            call.args.append(ast.Name("spent", ast.Load()))
    return statement


@functools.cache
def clocked() -> tuple[Any, list[str]]:
    """Return a month that takes an array for the microseconds of phases, and their names."""
    reader = _Clocked()
    names = dict(vars(order)) | {"clock": clock}
    for name, entry in ((STEP, False), (MONTH, True)):
        source = inspect.getsource(plain(getattr(order, name)))
        tree = ast.fix_missing_locations(reader.visit(ast.parse(source)))
        exec(compile(tree, f"clocked_{name}", "exec"), names)
        names[name] = compiled(names[name + reader.version], entry=entry)
    return names[MONTH], reader.phases


def profile(people: int, months: int = MONTHS) -> dict[str, float]:
    """Return ns per person-month by phase, over the next months of a live run."""
    run, (month, phases) = live(people), clocked()
    spent = np.zeros(len(phases), np.int64)
    for _ in range(months):
        if run.month >= len(run.table) - 1:
            run._lengthen()
        run.month += 1
        month(
            run.state, run._record, run._events, run._key, run.month, run.table, run.levels, spent
        )
    each = 1e3 / (people * months)
    return dict(zip(phases, each * spent, strict=True))


def works(sizes: Sequence[int]) -> list[Work]:
    """Return the profile at some sizes, a turn each, once it is compiled."""
    profile(100, 1)
    return [functools.partial(_took, people) for people in sizes]


def _took(people: int, number: int) -> dict[str, float]:
    return {f"phase {name} {people}": cost for name, cost in profile(people).items()}


def tables(results: Results, sizes: Sequence[int]) -> list[Table]:
    """Return the profile, the dearest phase first."""
    middle = {
        people: {n: spread(results[f"phase {n} {people}"]) for n in clocked()[1]}
        for people in sizes
    }
    names = sorted(clocked()[1], key=lambda name: -middle[sizes[0]][name].median)
    rows = []
    for name in names:
        row = [name]
        for people in sizes:
            row += [str(middle[people][name]), middle[people][name].range]
        rows.append(row)
    total = ["together"]
    for people in sizes:
        total += [shown(sum(part.median for part in middle[people].values())), ""]
    header = ["phase"]
    for people in sizes:
        header += [f"{people:,}", "range"]
    title = "A month of the engine by phase, ns per person-month, one thread"
    return [Table(title, header, [*rows, total])]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--months", type=int, default=24)
    options = parser.parse_args()
    results: Results = {}
    for people in options.people:
        for name, cost in profile(people, options.months).items():
            results[f"phase {name} {people}"] = [cost]
    for table in tables(results, options.people):
        print(text(table))


if __name__ == "__main__":
    main()
