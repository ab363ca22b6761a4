"""Where a month of the engine goes: a clock is read after each phase of ``month/order.py``.

The functions of ``order.py`` that run months are compiled once more from their own source, with a
reading of the clock around every call of a submodel, so that the list of phases is that of the
engine. One thread. The clock is the wall's, so medians of months are shown::

    python benchmarks/phases.py --people 10000 100000 --months 24
"""

from __future__ import annotations

import argparse
import ast
import functools
import hashlib
import inspect
import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.native import live
from benchmarks.timing import Results, Table, Work, shown, spread, text
from simulation.machine.compiled import compiled
from simulation.month import order
from simulation.theory.rules import plain

#: The functions of ``order.py`` that run months; phases are what they call.
STEPS = ("step_forward", "run")
MONTHS = 12
#: Phases that cost less than this, in ns a person, are left out of the table.
SHOWN = 0.05


@intrinsic
def _cycles(typing_context: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        layout = ir.FunctionType(ir.IntType(64), [])
        return builder.call(
            builder.module.declare_intrinsic("llvm.readcyclecounter", (), layout), []
        )

    return types.int64(), generate


#: The processor's own counter costs no call to the system; elsewhere it may be forbidden.
OWN_COUNTER = platform.machine() in ("x86_64", "AMD64")
clock = _cycles if OWN_COUNTER else types.ExternalFunction("clock", types.int64())


@compiled
def _ticks():
    return clock()


@functools.cache
def tick() -> float:
    """Return how long a tick lasts, in ns."""
    _ticks()  # compiles
    begun, at = time.perf_counter_ns(), _ticks()
    while time.perf_counter_ns() - begun < 1e8:
        pass
    return (time.perf_counter_ns() - begun) / (_ticks() - at)


class _Clocked(ast.NodeTransformer):
    """Read the clock before and after each call of a phase; hand the readings on."""

    def __init__(self) -> None:
        self.phases: list[str] = []
        # Machine code is kept by a digest of the engine alone, and by name.
        self.version = "_" + hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]

    def visit_FunctionDef(self, function: ast.FunctionDef) -> ast.FunctionDef:
        """Add the argument for the readings, and a version to the name."""
        self.generic_visit(function)
        function.decorator_list, function.name = [], function.name + self.version
        function.args.args.append(ast.arg("spent"))
        return function

    def visit_Expr(self, statement: ast.Expr) -> Any:
        """Put a call between two readings."""
        name = getattr(getattr(statement.value, "func", None), "id", "")
        if name in STEPS:
            statement.value.args.append(ast.Name("spent", ast.Load()))  # type: ignore[attr-defined]
        elif _of_month(getattr(order, name, None)):
            self.phases += [name] if name not in self.phases else []
            after = f"spent[{self.phases.index(name)}] += clock() - begun"
            return [*ast.parse("begun = clock()").body, statement, *ast.parse(after).body]
        return statement


def _of_month(function: Any) -> bool:
    return str(getattr(function, "__module__", "")).startswith(order.__package__)


@functools.cache
def clocked() -> tuple[Any, list[str]]:
    """Return ``order.run`` with one more argument, for the ticks of phases, and their names."""
    reader = _Clocked()
    names = dict(vars(order)) | {"clock": clock}
    for name in STEPS:
        source = inspect.getsource(plain(getattr(order, name)))
        tree = ast.fix_missing_locations(reader.visit(ast.parse(source)))
        exec(compile(tree, f"clocked_{name}", "exec"), names)
        names[name] = compiled(names[name + reader.version], entry=name == STEPS[-1])
    return names[STEPS[-1]], reader.phases


def profile(people: int, months: int = MONTHS) -> dict[str, float]:
    """Return ns per person by phase, in the median of the next months of a live run."""
    run, (months_of, phases), usual = live(people), clocked(), order.run
    spent = np.zeros((months, len(phases)), np.int64)
    try:
        for row in spent:
            order.run = functools.partial(_with, months_of, row)
            run.step()
    finally:
        order.run = usual
    each = tick() / people
    return dict(zip(phases, each * np.median(spent, axis=0), strict=True))


def _with(months_of: Any, spent: Any, *arguments: Any) -> None:
    months_of(*arguments, spent)


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
    names = [n for n in clocked()[1] if any(middle[people][n].median > SHOWN for people in sizes)]
    rows = []
    for name in sorted(names, key=lambda name: -middle[sizes[0]][name].median):
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
    title = "A median month of the engine by phase, ns per person, one thread"
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
