"""The most memory that ``mentoring run`` and ``mentoring compare`` hold, by number of replications.

Each command runs in a process of its own; told is the peak of that process (workers apart, there
are none), and what a further replication costs between the two largest counts::

    python benchmarks/memory.py
    python benchmarks/memory.py --counts 30 300 3000
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.timing import ROOT, Table, shown, text

COMMANDS = {
    "run": ["run", "baseline"],
    "compare": ["compare", "baseline", "lapse-6-months"],
}
#: Runs a command line in this process and prints the most memory that the process has held, MB.
_MEASURED = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from benchmarks.worker import peak_memory
from simulation.faces.command import main
try:
    main()
except SystemExit as error:
    if error.code:
        raise
print(peak_memory())
"""


def peak(command: Sequence[str], count: int) -> float:
    """Return the most memory (MB) that a command holds with so many replications."""
    with tempfile.TemporaryDirectory() as folder:
        words = [*command, "--replications", str(count), "--out", f"{folder}/out"]
        done = subprocess.run(
            [sys.executable, "-c", _MEASURED, str(ROOT), *words],
            check=True,
            capture_output=True,
            text=True,
        )
    return float(done.stdout.split()[-1])


def table(counts: Sequence[int]) -> Table:
    """Return the table of commands by counts."""
    rows = []
    for name, command in COMMANDS.items():
        peaks = [peak(command, count) for count in counts]
        further = (peaks[-1] - peaks[-2]) / (counts[-1] - counts[-2])
        rows.append([name, *map(shown, peaks), shown(further)])
    header = ["command", *(f"{count:,}" for count in counts), "a further one"]
    return Table("Peak memory, MB, by replications", header, rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[30, 300, 1000])
    asked = parser.parse_args(arguments)
    if len(asked.counts) < 2 or asked.counts != sorted(set(asked.counts)):
        parser.error("--counts: two or more numbers, each above the one before")
    print(text(table(asked.counts)))


if __name__ == "__main__":
    main()
