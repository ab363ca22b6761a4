"""What a command costs before the model runs: importing, starting, compiling."""

from __future__ import annotations

import functools
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from .engine import environment
from .timing import ROOT, Results, Table, Work, seconds, spread

ONE_RUN = "from simulation import Run, load_scenario; Run(load_scenario('baseline')).finish()"
#: Commands by what they show; {out} is a fresh folder.
COMMANDS = {
    "python, nothing else": ["-c", "pass"],
    "import simulation": ["-c", "import simulation"],
    "mentoring --help": ["-m", "simulation", "--help"],
    "mentoring run baseline, compiled": ["-m", "simulation", "run", "baseline", "--out", "{out}"],
    "one run from Python, compiled": ["-c", ONE_RUN],
    "one run from Python, nothing compiled": ["-c", ONE_RUN],
}
COLD = ("one run from Python, nothing compiled",)
WARM = tuple(name for name in COMMANDS if name not in COLD)


def command(arguments: list[str], cold: bool = False, tree: Path = ROOT) -> None:
    """Run Python with arguments, in a folder of its own; ``cold``: with no compiled code."""
    with tempfile.TemporaryDirectory() as folder:
        own = environment(tree) | ({"MENTORING_CACHE_DIR": folder} if cold else {})
        filled = [word.format(out=f"{folder}/out") for word in arguments]
        subprocess.run(
            [sys.executable, *filled],
            env=own,
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def works(names: Sequence[str]) -> list[Work]:
    """Return commands, a turn each; the warm ones ran once before, so that the disk has it all."""
    for name in names:
        if name in WARM:
            command(COMMANDS[name])
    return [functools.partial(_took, name) for name in names]


def _took(name: str, number: int) -> dict[str, float]:
    work: Callable[[], None] = functools.partial(command, COMMANDS[name], name in COLD)
    return {f"start {name}": seconds(work)}


def tables(results: Results) -> list[Table]:
    """Return the table of commands."""
    rows = []
    for name in COMMANDS:
        if f"start {name}" in results:
            took = spread(results[f"start {name}"])
            rows.append([name, str(took), took.range])
    return [Table("Starting, seconds on the wall", ["command", "median", "range"], rows)]
