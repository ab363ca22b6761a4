"""The engine: person-months by size, runs a second, set-up, memory; this checkout and another."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from .scaling import exponents
from .timing import ROOT, Results, Spread, Table, Work, ratio, shown, spread

WORKER = Path(__file__).with_name("worker.py")
#: A turn lasts at least so long, seconds: short runs are repeated.
LEAST = 0.25
MILLION = 1_000_000


class Size(NamedTuple):
    """How many people for how many months."""

    people: int
    months: int

    def __str__(self) -> str:
        return f"{self.people:,} × {self.months}"


#: The table's sizes, and more lengths for the exponent of months.
SIZES = (Size(1_555, 120), Size(10_000, 120), Size(100_000, 24), Size(MILLION, 12))
LENGTHS = (Size(10_000, 30), Size(10_000, 60), Size(10_000, 240))
DEFAULT = SIZES[0]


class Worker:
    """A process of its own that answers for one checkout."""

    def __init__(self, tree: Path = ROOT) -> None:
        self.tree = tree
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER), str(tree)],
            env=environment(tree),
            cwd=tree,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.able = self.ask("able")

    def ask(self, what: str, **question: Any) -> dict[str, float]:
        """Return the answer to a question (see ``worker.py``)."""
        asks, answers = self.process.stdin, self.process.stdout
        assert asks is not None
        assert answers is not None
        asks.write(json.dumps({"ask": what} | question) + "\n")
        asks.flush()
        line = answers.readline()
        if not line:
            raise RuntimeError(f"the checkout {self.tree} has stopped answering")
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process.wait()


def environment(tree: Path = ROOT) -> dict[str, str]:
    """Return the variables of a process that runs a checkout and may keep its bytecode."""
    kept = {name: os.environ[name] for name in os.environ if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(tree)}


@contextmanager
def workers(against: Path | None = None) -> Iterator[dict[str, Worker]]:
    """Yield the workers by name: this checkout is "now", another one "before"."""
    trees = {"now": ROOT} | ({"before": against.resolve()} if against else {})
    found: dict[str, Worker] = {}
    try:
        for name, tree in trees.items():
            found[name] = Worker(tree)
        yield found
    finally:
        for worker in found.values():
            worker.close()


def works(hands: Mapping[str, Worker], sizes: Sequence[Size]) -> list[Work]:
    """Return what is measured of runs, a turn each."""
    found: list[Work] = []
    for size in sizes:
        found += [functools.partial(_run, w, name, size, 1) for name, w in hands.items()]
        if hands["now"].able["threads"]:
            found.append(functools.partial(_run, hands["now"], "now", size, 2))
    for threads in (1, 2):
        found += [functools.partial(_runs, w, name, threads) for name, w in hands.items()]
    return found


def set_ups(hands: Mapping[str, Worker], people: int) -> list[Work]:
    """Return the set-up of an organization in a fresh process, a turn for each checkout."""
    return [functools.partial(_set_up, w.tree, name, people) for name, w in hands.items()]


def _run(worker: Worker, name: str, size: Size, threads: int, number: int) -> dict[str, float]:
    answer = worker.ask("run", **size._asdict(), threads=threads, seed=1000 * number, least=LEAST)
    label = f"{name} {size} {threads}"
    return {f"{label} {part}": value for part, value in answer.items()} | {
        # Whatever else the machine does adds to the wall; one thread is timed by its processor.
        f"{label} run": answer["cpu" if threads == 1 else "wall"],
        f"{label} months": answer["cpu"] - answer["initialise"],
    }


def _runs(worker: Worker, name: str, threads: int, number: int) -> dict[str, float]:
    runs = 20 * threads
    took = worker.ask("runs", **DEFAULT._asdict(), runs=runs, workers=threads, seed=number)
    return {f"{name} runs {threads}": runs / took["wall"]}


def _set_up(tree: Path, name: str, people: int, number: int) -> dict[str, float]:
    fresh = Worker(tree)
    try:
        answer = fresh.ask("set_up", people=people)
    finally:
        fresh.close()
    return {f"{name} set-up {part}": value for part, value in answer.items()}


def tables(results: Results, sizes: Sequence[Size], fitted: Sequence[Size]) -> list[Table]:
    """Return the tables of runs; the exponents are fitted to more sizes than are shown."""
    found = [_sizes(results, sizes, fitted), _runs_a_second(results)]
    return [*found, _against(results, sizes)] if "before runs 1" in results else found


def _each(results: Results, label: str, size: Size) -> Spread:
    return spread(results[label]).times(1e9 / (size.people * size.months))


def _sizes(results: Results, sizes: Sequence[Size], fitted: Sequence[Size]) -> Table:
    threaded = f"now {sizes[0]} 2 run" in results
    rows = []
    for size in sizes:
        run = _each(results, f"now {size} 1 run", size)
        months = _each(results, f"now {size} 1 months", size)
        row = [str(size), str(run), run.range, str(months)]
        if threaded:
            label = f"now {size}"
            gain = ratio(results[f"{label} 1 wall"], results[f"{label} 2 wall"])
            row += [str(_each(results, f"{label} 2 run", size)), str(gain)]
        rows.append([*row, shown(1e3 * spread(results[f"now {size} 1 run"]).median)])
    header = ["people × months", "ns", "range", "months alone"]
    header += ["two threads", "gain"] if threaded else []
    notes = [
        "A run from its first population to its last measure; months alone: without the first"
        " population. One thread: processor time; two: the wall's."
    ]
    notes += _growth(results, fitted)
    return Table("The engine, ns per person-month", [*header, "ms a run"], rows, notes)


def _growth(results: Results, sizes: Sequence[Size]) -> list[str]:
    """Return the fitted exponents of cost as a sentence, where there is enough for a fit."""
    costs = [results[f"now {size} 1 months"] for size in sizes]
    too_few = len(costs[0]) < 2 or len({size.people for size in sizes}) < 3
    if too_few or min(map(min, costs)) <= 0.0:  # so short that the clock decides
        return []
    found = exponents(sizes, costs)
    said = " and ".join(
        f"{what} to the {middle:.3f} (95 % interval {low:.3f} to {high:.3f})"
        for what, (middle, low, high) in zip(("people", "months"), found, strict=True)
    )
    return [f"The cost of months grows as {said}: log-log regression in each round, t-interval."]


def _runs_a_second(results: Results) -> Table:
    rows = []
    for name in ("now", "before"):
        if f"{name} runs 1" in results:
            one, two = (spread(results[f"{name} runs {threads}"]) for threads in (1, 2))
            gain = ratio(results[f"{name} runs 2"], results[f"{name} runs 1"])
            rows.append([name, str(one), one.range, str(two), two.range, str(gain)])
    header = ["checkout", "one thread", "range", "two threads", "range", "gain"]
    return Table(f"Runs a second of {DEFAULT}, a run a thread", header, rows)


def set_up_tables(results: Results, people: int) -> list[Table]:
    """Return the table of set-up."""
    rows = []
    for name in ("now", "before"):
        if f"{name} set-up memory" in results:
            parts = [
                spread(results[f"{name} set-up {part}"])
                for part in ("generate", "construct", "initialise", "memory")
            ]
            own = spread(results[f"{name} set-up before"])
            each = 1e6 * (parts[-1].median - own.median) / people
            rows.append([name, *map(str, parts), shown(each)])
    header = ["checkout", "organization, s", "Run(), s", "first population, s", "peak MB"]
    title = f"Set-up of {people:,} people in a fresh process, and its first month"
    return [Table(title, [*header, "bytes a person"], rows)]


def _against(results: Results, sizes: Sequence[Size]) -> Table:
    rows = []
    for size in sizes:
        now, before = (f"{name} {size} 1" for name in ("now", "before"))
        cost = [str(_each(results, f"{label} run", size)) for label in (before, now)]
        run = ratio(results[f"{before} run"], results[f"{now} run"])
        months = ratio(results[f"{before} months"], results[f"{now} months"])
        rows.append([str(size), *cost, str(run), run.range, str(months), months.range])
    gain = ratio(results["now runs 2"], results["before runs 2"])
    header = ["people × months", "before, ns", "now, ns", "times as fast", "range"]
    return Table(
        "Against the other checkout, one thread",
        [*header, "months alone", "range"],
        rows,
        [f"Runs a second on two threads: {gain} times as many ({gain.range})."],
    )
