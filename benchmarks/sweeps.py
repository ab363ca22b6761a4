"""What a sweep costs: threads against one, the store against none, memory, reading back, the plan.

Variants are interleaved, round by round, so that whatever else the machine does falls on all of
them alike; medians and ratios are printed. Memory is that of fresh processes::

    python benchmarks/sweeps.py
    python benchmarks/sweeps.py --runs 200 --rounds 3
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.kills import ROOT, SCENARIO
from simulation.scenarios.designs import make_design
from simulation.scenarios.scenario import load_scenario
from simulation.study.execution import named_executor, run_jobs
from simulation.study.planning import plan
from simulation.study.running import sweep
from simulation.study.store import read_table
from simulation.study.study import run_job, study_of

SWEEP_AND_TELL = """
import resource, sys
from simulation import sweep
sweep(sys.argv[1], replications=int(sys.argv[3]), out=sys.argv[2])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def seconds(work: Callable[[], object]) -> float:
    """Return how long a call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=320, help="runs of a round")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sweep.toml"
        path.write_text(SCENARIO)
        throughput(path, options.runs, options.rounds)
        forecast(path, Path(folder), options.runs)
        memory(path, Path(folder))
        reading(path, Path(folder))


def throughput(path: Path, runs: int, rounds: int) -> None:
    """Compare one thread, two threads, and two with a store."""
    scenario = load_scenario(path)
    design = make_design(scenario)
    study = study_of([scenario], 0, design)
    numbers = range(runs)

    def bare(workers: int) -> Callable[[], None]:
        def work() -> None:
            with named_executor("threads", workers) as pool:
                for _ in run_jobs(run_job, study.setting, study.jobs(numbers), pool):
                    pass

        return work

    def stored() -> None:
        with tempfile.TemporaryDirectory() as out, named_executor("threads", 2) as pool:
            sweep(scenario, design, runs // len(design), executor=pool, out=out)

    variants = {"one thread": bare(1), "two threads": bare(2), "two threads, stored": stored}
    bare(2)()
    times: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, work in variants.items():
            times[name].append(seconds(work))
    medians = {name: statistics.median(some) for name, some in times.items()}
    for name, middle in medians.items():
        print(f"{name:<22}{runs / middle:8.1f} runs a second")
    pairs = zip(times["one thread"], times["two threads"], strict=True)
    print(f"two threads over one: {statistics.median(a / b for a, b in pairs):.2f} times")
    pairs = zip(times["two threads, stored"], times["two threads"], strict=True)
    print(f"the store costs {statistics.median(a / b for a, b in pairs) - 1:.1%} of run time")


def forecast(path: Path, folder: Path, runs: int) -> None:
    """Compare a plan with what the sweep then took."""
    scenario = load_scenario(path)
    design = make_design(scenario)
    replications = max(1, 4 * runs // len(design))
    planned = plan(scenario, design, replications)
    took = seconds(lambda: sweep(scenario, design, replications, out=folder / "planned"))
    size = sum(p.stat().st_size for p in (folder / "planned").rglob("*.parquet"))
    print(
        f"plan: {planned.seconds:.1f} s and {planned.bytes / 1e6:.1f} MB; it took {took:.1f} s "
        f"({took / planned.seconds - 1:+.0%}) and {size / 1e6:.1f} MB "
        f"({size / planned.bytes - 1:+.0%})"
    )


def memory(path: Path, folder: Path) -> None:
    """Print the peak memory of sweeps of more and more runs."""
    for replications in (4, 16, 64):
        target = str(folder / f"m{replications}")
        command = [sys.executable, "-c", SWEEP_AND_TELL, str(path), target, str(replications)]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        print(f"{64 * replications:>6,} runs: peak memory {int(done.stdout) / 1e3:,.0f} MB")


def reading(path: Path, folder: Path) -> None:
    """Print how long a million monthly rows take to read back, from copies of one part."""
    source = next((folder / "m64" / "months").glob("part-*.parquet"))
    rows = len(read_table(folder / "m64", "months", ["month"])) // len(
        list((folder / "m64" / "months").glob("*.parquet"))
    )
    target = folder / "million" / "months"
    target.mkdir(parents=True)
    parts = -(-1_000_000 // rows)
    for number in range(parts):
        (target / f"part-{number:05}.parquet").write_bytes(source.read_bytes())
    for columns in (None, ["point", "replication", "month", "adoption", "engagement"]):
        took = statistics.median(
            seconds(lambda c=columns: read_table(folder / "million", "months", c)) for _ in range(3)
        )
        what = "all columns" if columns is None else f"{len(columns)} columns"
        print(f"{parts * rows:,} rows, {what}: {took:.2f} s")


if __name__ == "__main__":
    main()
