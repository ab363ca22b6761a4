"""The same rules in plain Mesa and in NumPy, beside the engine: one core each."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from simulation import load_scenario
from simulation.study.run import organization_of

from .engine import SIZES, Size
from .mesa_baseline import SUBSET, MesaBaseline
from .numpy_baseline import NumpyBaseline
from .timing import Results, Table, Work, cpu_seconds, ratio, spread

#: A month of Mesa takes longer than a year of the others.
LENGTHS = {
    "Mesa": {1_555: 12, 10_000: 2},
    "NumPy": {1_555: 60, 10_000: 24, 100_000: 6, 1_000_000: 2},
}
MODELS: dict[str, Callable[..., Any]] = {"Mesa": MesaBaseline, "NumPy": NumpyBaseline}


def works(sizes: Sequence[Size] = SIZES) -> list[Work]:
    """Return the baselines at the engine's sizes, a turn each."""
    return [
        functools.partial(_took, name, size.people)
        for size in sizes
        for name, lengths in LENGTHS.items()
        if size.people in lengths
    ]


def _took(name: str, people: int, number: int) -> dict[str, float]:
    scenario = load_scenario("baseline").changed({"organization.people": people})
    model, months = MODELS[name](scenario, organization_of(scenario), number), LENGTHS[name][people]
    took = cpu_seconds(lambda: [model.step() for _ in range(months)])
    return {f"{name} {people}": 1e9 * took / (people * months)}


def tables(results: Results, sizes: Sequence[Size]) -> list[Table]:
    """Return Mesa's and NumPy's cost beside the engine's."""
    rows = []
    for name in LENGTHS:
        for size in sizes:
            measured = results.get(f"{name} {size.people}")
            if not measured:
                continue
            each = 1e9 / (size.people * size.months)
            engine = [each * took for took in results[f"now {size} 1 run"]]
            times = ratio(measured, engine)
            cost = spread(measured)
            row = [f"{name}, {size.people:,}", str(cost), cost.range, str(spread(engine))]
            rows.append([*row, str(times), times.range])
    header = ["model, people", "ns", "range", "engine", "times the engine", "range"]
    notes = [
        f"Mesa and NumPy do only: {SUBSET}. The engine does all of the theory and all measures,"
        " and its first population is counted."
    ]
    return [Table("The same rules elsewhere, ns per person-month, one core", header, rows, notes)]
