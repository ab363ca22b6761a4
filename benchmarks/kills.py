"""Sweeps that are killed again and again, and one that is left alone: the same, number by number.

Sixty-four points of a Latin hypercube, so many replications that there are ``--runs`` runs of the
default organization over ten years. One sweep is killed with signal 9 at ``--kills`` random
moments and resumed each time. Another one runs on worker processes, and at as many moments one of
these is killed: it must come to its end by itself. Then the folders are compared, byte by byte and
number by number. The short forms stand in ``tests/test_running.py`` and ``tests/test_workers.py``::

    python benchmarks/kills.py
    python benchmarks/kills.py --runs 640 --kills 5 --out /somewhere
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from simulation.study.store import JOB, read_table

ROOT = Path(__file__).resolve().parents[1]
POINTS = 64
SCENARIO = f"""extends = "baseline"
[sweep]
design = "lhs"
samples = {POINTS}
[sweep.axes]
"commitment.action" = [0.2, 0.9]
"presence.level" = [0.2, 1.2]
"adoption.imitation" = "plausible"
"""


def mentoring(*arguments: str) -> list[str]:
    """Return the command line of a ``mentoring`` command."""
    return [sys.executable, "-m", "simulation", *arguments]


def finished(folder: Path) -> int:
    """Return how many runs a folder holds."""
    try:
        return len(read_table(folder, "runs", [JOB]))
    except Exception:  # whatever is not there yet
        return 0


def killed(
    command: list[str], folder: Path, kills: int, runs: int, say: Callable[..., None]
) -> int:
    """Start a sweep, kill it at random moments, and return how often it was really killed."""
    chance, count = random.Random(1), 0
    while count < kills:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        before = finished(folder)
        # Runs that are to be finished before the next kill, so that all kills find work.
        wanted = before + chance.uniform(0.0, 2.0) * (runs - before) / (kills - count + 1)
        while process.poll() is None and finished(folder) < wanted:
            time.sleep(chance.uniform(0.0, 0.3))
        if process.poll() is not None:
            return count
        process.send_signal(signal.SIGKILL)
        process.wait()
        count += 1
        say(f"kill {count}: {finished(folder):,} of {runs:,} runs are there")
    return count


def workers_killed(
    command: list[str], folder: Path, kills: int, runs: int, say: Callable[..., None]
) -> int:
    """Let a sweep come to its end, kill its workers at random moments, and return how many."""
    chance, count = random.Random(2), 0
    process = subprocess.Popen(
        [*command, "--executor", "processes"], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    while count < kills and process.poll() is None:
        before = finished(folder)
        wanted = before + chance.uniform(0.5, 1.0) * (runs - before) / (kills - count + 1)
        while process.poll() is None and finished(folder) < wanted:
            time.sleep(chance.uniform(0.0, 0.3))
        workers = workers_of(process.pid)
        if workers:
            os.kill(chance.choice(workers), signal.SIGKILL)
            count += 1
            say(f"worker {count}: {finished(folder):,} of {runs:,} runs are there")
    if process.wait() != 0:
        say(f"the sweep whose workers were killed ended with {process.returncode}")
        return -1
    return count


def workers_of(parent: int) -> list[int]:
    """Return the worker processes of a sweep, as Linux tells them."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            status = (path / "stat").read_text().rsplit(")", 1)[1].split()
            words = (path / "cmdline").read_bytes()
        except OSError:
            continue  # it has ended meanwhile
        if int(status[1]) == parent and status[0] != "Z" and b"spawn_main" in words:
            found.append(int(path.name))
    return sorted(found)


def compared(whole: Path, other: Path, what: str) -> bool:
    """Compare two folders, print what is found, and return whether they are the same."""
    numbers, different = numbers_that_differ(whole, other)
    same = digests(whole) == digests(other)
    print(
        f"{what}; {numbers:,} numbers compared, {different:,} differ; the files are "
        f"{'the same' if same else 'not the same'}, byte by byte"
    )
    return same and different == 0


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of every part."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def numbers_that_differ(first: Path, second: Path) -> tuple[int, int]:
    """Return how many numbers there are, and how many differ, part by part."""
    compared = different = 0
    for path in sorted(first.rglob("*.parquet")):
        mine = pq.read_table(path).to_pandas()
        theirs = pq.read_table(second / path.relative_to(first)).to_pandas()
        for name in mine.columns:
            a, b = mine[name].to_numpy(), theirs[name].to_numpy()
            if len(a) != len(b):
                return compared, len(a)
            same = a == b
            if a.dtype.kind == "f":
                same |= np.isnan(a) & np.isnan(b)
            compared += len(a)
            different += int((~same).sum())
    return compared, different


def main() -> int:
    """Run all, compare, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=10_240, help="runs of each sweep")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--out", type=Path, help="folder to keep; default: a temporary one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.out or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "kills.toml").write_text(SCENARIO)
        replications = str(options.runs // POINTS)
        folders = {name: folder / name for name in ("killed", "workers", "whole")}
        commands = {
            name: mentoring(
                "sweep", str(folder / "kills.toml"), "-n", replications, "--out", str(path)
            )
            for name, path in folders.items()
        }
        runs = POINTS * int(replications)
        count = killed(commands["killed"], folders["killed"], options.kills, runs, print)
        subprocess.run(mentoring("resume", str(folders["killed"])), cwd=ROOT, check=True)
        lost = workers_killed(commands["workers"], folders["workers"], options.kills, runs, print)
        begun = time.perf_counter()
        subprocess.run(commands["whole"], cwd=ROOT, check=True)
        print(f"undisturbed: {time.perf_counter() - begun:.0f} s")
        same = compared(folders["whole"], folders["killed"], f"killed {count} times")
        same &= compared(folders["whole"], folders["workers"], f"{lost} workers killed")
        return 0 if same and count == lost == options.kills else 1


if __name__ == "__main__":
    sys.exit(main())
