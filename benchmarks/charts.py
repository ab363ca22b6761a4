"""How charts in the shapes that people export are read, against the right answers.

A folder holds charts and ``expected.csv`` with the people, levels and widest span of those that
have one right answer::

    python benchmarks/charts.py
    python benchmarks/charts.py --folder exports/

The exit code is 1 where a chart is read wrongly without a word: a refusal loses nothing.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from simulation.errors import InputError
from simulation.organizations.chart import load_chart

FIELD = Path(__file__).resolve().parents[1] / "tests" / "field"
RIGHT, WRONG, REFUSED = "right", "WRONG", "refused"


class Reading(NamedTuple):
    """How one chart was read: what came out, and what was told of it."""

    chart: str
    repair: bool
    verdict: str
    told: str


def expected(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return people, levels and widest span by chart."""
    with (folder / "expected.csv").open(encoding="utf-8") as file:
        return {
            row["chart"]: (int(row["people"]), int(row["levels"]), int(row["widest_span"]))
            for row in csv.DictReader(file)
        }


def read(folder: Path, chart: str, right: tuple[int, int, int], repair: bool) -> Reading:
    """Return how a chart is read."""
    try:
        found = load_chart(folder / chart, repair=repair)
    except InputError as error:
        return Reading(chart, repair, REFUSED, str(error))
    shape = (found.people, found.levels, int(found.team_size.max()))
    told = f"{shape[0]} people, {shape[1]} levels, span {shape[2]}"
    return Reading(chart, repair, RIGHT if shape == right else WRONG, told)


def readings(folder: Path = FIELD) -> list[Reading]:
    """Return how every chart is read, without repair and with it."""
    known = expected(folder)
    return [
        read(folder, chart, right, repair)
        for repair in (False, True)
        for chart, right in known.items()
    ]


def main() -> int:
    """Print the table and the counts; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--folder", type=Path, default=FIELD)
    found = readings(parser.parse_args().folder)
    for one in found:
        if one.verdict != RIGHT or not one.repair:
            print(f"{one.chart:36} {'--repair' if one.repair else '':9} {one.verdict:8} {one.told}")
    for repair in (False, True):
        counts = Counter(one.verdict for one in found if one.repair == repair)
        told = ", ".join(f"{counts[kind]} {kind}" for kind in (RIGHT, REFUSED, WRONG))
        print(f"{'with --repair' if repair else 'as they are'}: {told}")
    return int(any(one.verdict == WRONG for one in found))


if __name__ == "__main__":
    sys.exit(main())
