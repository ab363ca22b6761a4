"""What a run costs: the engine, and a plain Mesa model of part of it, in one session.

Rounds are interleaved (default organization, large organization, Mesa, and again), so that
whatever else the machine does falls on all of them alike; medians are printed. Every run is
on one core, and building the organization is not counted::

    python benchmarks/speed.py --rounds 5
    python benchmarks/speed.py --no-large --compile
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.mesa_baseline import SUBSET, MesaBaseline
from simulation import Run, Scenario, load_scenario
from simulation.study.run import organization_of

LARGE = 100_000
ONE_RUN = "from simulation import Run, load_scenario; Run(load_scenario('baseline')).finish()"


def seconds(work: Callable[[], object]) -> float:
    """Return how long a call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_memory() -> float:
    """Return the most memory that this process has held so far, in MB."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (1e6 if sys.platform == "darwin" else 1e3)


def engine_run(scenario: Scenario, seed: int) -> Callable[[], object]:
    """Return a call that makes one whole run with the compiled engine."""
    place = organization_of(scenario)
    return lambda: Run(scenario, place, seed).finish()


def mesa_run(scenario: Scenario, months: int, seed: int) -> Callable[[], object]:
    """Return a call that advances a fresh Mesa model; making it is not counted."""
    model = MesaBaseline(scenario, rng=seed)

    def months_pass() -> None:
        for _ in range(months):
            model.step()

    return months_pass


def measure(rounds: int, large: bool, mesa_months: int) -> dict[str, tuple[list[float], int]]:
    """Return seconds of each round and person-months of a run, by what was run."""
    default = load_scenario("baseline")
    many = default.changed({"organization.people": LARGE})
    months = default.parameters.run.months
    people = default.parameters.organization.people
    sizes = {"engine": people * months, "mesa": people * mesa_months}
    if large:
        sizes["engine, large"] = LARGE * months
    times: dict[str, list[float]] = {name: [] for name in sizes}
    engine_run(default, 0)()  # loads the compiled code
    for seed in range(rounds):
        times["engine"].append(seconds(engine_run(default, seed)))
        if large:
            times["engine, large"].append(seconds(engine_run(many, seed)))
        times["mesa"].append(seconds(mesa_run(default, mesa_months, seed)))
    return {name: (times[name], size) for name, size in sizes.items()}


def cold_start() -> tuple[float, float]:
    """Return seconds of a first run in a fresh process: compiling, and with code on disk."""
    with tempfile.TemporaryDirectory() as folder:
        root = str(Path(__file__).resolve().parents[1])
        environment = os.environ | {"MENTORING_CACHE_DIR": folder, "PYTHONPATH": root}
        command = [sys.executable, "-c", ONE_RUN]
        cold, warm = (
            seconds(lambda: subprocess.run(command, env=environment, check=True)) for _ in range(2)
        )
    return cold, warm


def show(measured: dict[str, tuple[list[float], int]], mesa_months: int) -> None:
    """Print medians, ranges and the ratio."""
    cost = {}
    print(f"{'':<16}{'person-months':>15}{'ms per run':>13}{'ns per person-month':>22}   range")
    for name, (times, size) in measured.items():
        each = 1e9 * np.array(times) / size
        cost[name] = statistics.median(each)
        print(
            f"{name:<16}{size:>15,}{1e3 * statistics.median(times):>13,.1f}{cost[name]:>22,.1f}"
            f"   {each.min():,.1f} to {each.max():,.1f}"
        )
    print(f"\nOne person-month costs {cost['mesa'] / cost['engine']:,.0f} times as much in Mesa.")
    print(f"The Mesa version runs {mesa_months} months and does only: {SUBSET}.")
    print("The engine does all of the theory and takes all measures.")


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each (default 5)")
    parser.add_argument("--mesa-months", type=int, default=12, help="months of the Mesa model")
    parser.add_argument(
        "--large",
        action=argparse.BooleanOptionalAction,
        default=True,
        help=f"also {LARGE:,} people (default)",
    )
    parser.add_argument("--compile", action="store_true", help="also time compiling from nothing")
    options = parser.parse_args(arguments)
    measured = measure(options.rounds, options.large, options.mesa_months)
    print(f"Medians of {options.rounds} interleaved rounds, one core.\n")
    show(measured, options.mesa_months)
    print(f"Peak memory of the session: {peak_memory():,.0f} MB.")
    if options.compile:
        cold, warm = cold_start()
        print(f"First run in a fresh process: {cold:.1f} s compiling, {warm:.1f} s compiled.")


if __name__ == "__main__":
    main()
