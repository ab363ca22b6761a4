"""What a run costs, and what the machine could do, measured in one interleaved session.

In every round each variant has its turn once, and the order turns, so that whatever else the
machine does falls on all of them alike; medians, ranges and ratios within rounds are printed::

    python benchmarks/speed.py                              # a quarter of an hour
    python benchmarks/speed.py --markdown > speed.md        # as the README quotes it
    python benchmarks/speed.py --parts engine --rounds 15 --against ../older-checkout
    python benchmarks/speed.py --parts engine baselines --people 1555 10000 --rounds 3

Parts: ``engine`` (person-months by size, runs a second, exponents), ``setup`` (a million people
in a fresh process, memory), ``start`` (importing, the command line), ``compile`` (from nothing),
``baselines`` (Mesa, NumPy), ``phases`` (the engine by phase), ``native`` (two phases as C),
``roof`` (the machine).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import baselines, engine, native, phases, roof, startup
from benchmarks.engine import LENGTHS, MILLION, SIZES, Size, Worker
from benchmarks.timing import Results, Table, Work, interleaved, machine, text

PARTS = ("engine", "setup", "start", "compile", "baselines", "phases", "native", "roof")
#: Sizes at which phases are looked at.
PHASES = (10_000, 100_000)


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="turns of each variant (5)")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    usual = [size.people for size in SIZES]
    parser.add_argument("--people", type=int, nargs="+", default=usual, help="sizes of the engine")
    parser.add_argument("--months", type=int, nargs="+", help="months of each of these sizes")
    parser.add_argument("--setup", type=int, default=MILLION, help="people who are set up")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout")
    parser.add_argument("--markdown", action="store_true", help="tables as Markdown")
    options = parser.parse_args(arguments)
    if options.months and len(options.months) != len(options.people):
        parser.error("--months: as many as --people")
    return options


def sizes_of(options: argparse.Namespace) -> tuple[list[Size], list[Size]]:
    """Return the sizes that are shown, and with them those that only the exponents need."""
    usual = {size.people: size.months for size in SIZES}
    months = options.months or [usual.get(people, 24) for people in options.people]
    sizes = [Size(*pair) for pair in zip(options.people, months, strict=True)]
    more = [size for size in LENGTHS if size.people in options.people and size not in sizes]
    return sizes, [*sizes, *(more if len(sizes) > 2 else [])]


def works_of(options: argparse.Namespace, hands: Mapping[str, Worker]) -> list[Work]:
    """Return every variant that was asked for, a turn each."""
    sizes, all_sizes = sizes_of(options)
    shown = [people for people in PHASES if people <= max(options.people)]
    parts = {
        "engine": lambda: engine.works(hands, all_sizes),
        "setup": lambda: engine.set_ups(hands, options.setup),
        "start": lambda: startup.works(startup.WARM),
        "compile": lambda: startup.works(startup.COLD),
        "baselines": lambda: baselines.works(sizes),
        "phases": lambda: phases.works(shown),
        "native": lambda: native.works(shown),
        "roof": roof.works,
    }
    return [work for part in PARTS if part in options.parts for work in parts[part]()]


def tables_of(options: argparse.Namespace, results: Results) -> list[Table]:
    """Return the tables of what was measured."""
    sizes, all_sizes = sizes_of(options)
    shown = [people for people in PHASES if people <= max(options.people)]
    found: list[Table] = []
    if "engine" in options.parts:
        found += engine.tables(results, sizes, all_sizes)
    if "setup" in options.parts:
        found += engine.set_up_tables(results, options.setup)
    if {"start", "compile"} & set(options.parts):
        found += startup.tables(results)
    if "baselines" in options.parts:
        found += baselines.tables(results, sizes)
    if "phases" in options.parts and shown:
        found += phases.tables(results, shown)
    if "native" in options.parts and shown:
        found += native.tables(results, shown)
    if "roof" in options.parts:
        found += roof.tables(results, shown[-1] if shown else SIZES[0].people)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = options_of(arguments)
    with engine.workers(options.against) as hands:
        results = interleaved(works_of(options, hands), options.rounds, quiet=False)
    load = f"; load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    said = f"{machine()}{load}. Medians and ranges of {options.rounds} interleaved rounds."
    shown = [text(table, options.markdown) for table in tables_of(options, results)]
    print("\n\n".join([said, *shown]))


if __name__ == "__main__":
    main()
