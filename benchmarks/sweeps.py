"""What a sweep costs beside its runs: bookkeeping, the store, threads, memory, reading, the plan.

Variants are interleaved, round by round, so that whatever else the machine does falls on all of
them alike; medians and ratios are printed. Memory is that of fresh processes. ``--cluster`` is a
part of its own: many short runs on a ``dask.distributed`` cluster on loopback, and what follows
from it for 1,000 workers::

    python benchmarks/sweeps.py
    python benchmarks/sweeps.py --runs 200 --rounds 3
    python benchmarks/sweeps.py --cluster --runs 20000
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
from typing import Any
from unittest import mock

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.kills import POINTS, ROOT, SCENARIO
from simulation.month import order
from simulation.scenarios.designs import make_design
from simulation.scenarios.scenario import load_scenario
from simulation.study import execution
from simulation.study.execution import named_executor
from simulation.study.planning import plan
from simulation.study.running import outcomes, sweep
from simulation.study.store import Store, packed, read_table
from simulation.study.study import Study, run_batch, study_of

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
    parser.add_argument("--cluster", action="store_true", help="only short runs on a cluster")
    options = parser.parse_args()
    if options.cluster:
        cluster(options.runs)
        return
    bookkeeping(options.rounds)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sweep.toml"
        path.write_text(SCENARIO)
        throughput(path, options.runs, options.rounds)
        forecast(path, Path(folder), options.runs)
        memory(path, Path(folder))
        reading(path, Path(folder))


#: Tasks of a burst, and bursts, that the scheduler's time a task is measured on.
BURST, BURSTS = 100, 5


class Clock:
    """Adds up the processor time of the threads that call a function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.seconds, self.calls = function, 0.0, 0

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call the function."""
        begun = time.thread_time()
        try:
            return self.function(*arguments, **named)
        finally:
            self.seconds += time.thread_time() - begun
            self.calls += 1


def swept(people: int, months: int) -> Any:
    """Return a scenario with a sweep of two levers."""
    shape = {"organization.people": people, "run.months": months}
    axes = {"commitment.action": [0.2, 0.9], "presence.level": [0.2, 1.2]}
    design = {"design": "lhs", "samples": POINTS, "axes": axes}
    return load_scenario("baseline", **shape).changed(sweep=design)


def bookkeeping(rounds: int) -> None:
    """Print what a run costs beside the engine: in the worker, and to write."""
    for people, months in ((1555, 120), (2, 120), (30, 24)):
        scenario = swept(people, months)
        study = study_of([scenario], 0, make_design(scenario))
        run_batch(study, range(POINTS))
        found = [_bookkeeping(study) for _ in range(rounds)]
        engine, keeping, packing, writing = (
            1e3 * statistics.median(column) for column in zip(*found, strict=True)
        )
        print(
            f"{people:>5} people, {months} months: engine {engine:.2f} ms a run; beside it "
            f"{keeping:.3f} of Python, {packing:.3f} for Parquet, {writing:.3f} to write the files"
        )


def _bookkeeping(study: Study) -> tuple[float, ...]:
    """Return seconds a run of a block of runs: engine, the rest of the work, packing, writing."""
    runs, together = 256, 64
    batches = [range(first, first + together) for first in range(0, runs, together)]
    with mock.patch.object(order, "run", Clock(order.run)) as engine:
        begun = time.process_time()
        rows = [run_batch(study, batch).rows for batch in batches]
        worked = time.process_time() - begun
    whole = joined(rows)
    begun = time.process_time()
    files = packed(study.tables, whole)
    ready = time.process_time()
    with tempfile.TemporaryDirectory() as folder, Store(folder, study.tables, {}) as store:
        opened = time.process_time()
        store.add_packed(files)
        done = time.process_time()
    parts = (engine.seconds, worked - engine.seconds, ready - begun, done - opened)
    return tuple(part / runs for part in parts)


def joined(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the columns of some batches as those of one."""
    return {
        table: {name: np.concatenate([one[table][name] for one in rows]) for name in columns}
        for table, columns in rows[0].items()
    }


def cluster(runs: int) -> None:
    """Measure many short runs on two workers on loopback, and work out what 1,000 would do."""
    from distributed import Client, LocalCluster

    scenario = swept(30, 24)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local,
        Client(local) as client,
    ):
        sweep(scenario, replications=2, executor=client)  # workers load what is compiled
        a_task = _loop(client, lambda: _bursts(client)) / (BURSTS * BURST)
        print(f"the scheduler takes {1e3 * a_task:.1f} ms a task in bursts of {BURST}")
        for months in (True, False):
            for most in (1, None):
                some = min(runs, 1000) if most else runs
                _short_runs(client, scenario, max(1, some // POINTS), months, most, a_task)


def _bursts(client: Any) -> None:
    """Run tasks without work in bursts, as they come and go with 1,000 workers."""
    for _ in range(BURSTS):
        client.gather([client.submit(int, 1, pure=False) for _ in range(BURST)])


def _loop(client: Any, work: Callable[[], Any]) -> float:
    """Return the processor time of the scheduler's thread while something is done."""
    before = client.run_on_scheduler(time.thread_time)
    work()
    return float(client.run_on_scheduler(time.thread_time) - before)


def _short_runs(
    client: Any, scenario: Any, replications: int, months: bool, most: int | None, a_task: float
) -> None:
    """Run a sweep and print runs a second, what the writer takes, and the same for 1,000."""
    tasks, writer = Clock(client.submit), (Clock(Store.add), Clock(Store.add_packed))
    took = []

    def work() -> None:
        with tempfile.TemporaryDirectory() as out:
            asked = {"replications": replications, "executor": client, "out": out}
            took.append(seconds(lambda: sweep(scenario, months=months, **asked)))

    with (
        mock.patch.object(client, "submit", tasks),
        mock.patch.object(Store, "add", lambda *some: writer[0](*some)),
        mock.patch.object(Store, "add_packed", lambda *some: writer[1](*some)),
        mock.patch.object(Study, "most_together", most or Study.most_together),
    ):
        work()
    runs = POINTS * replications
    written = sum(one.seconds for one in writer) / runs
    kept = "months kept" if months else "summaries"
    print(
        f"{kept:<11}, {runs / tasks.calls:5.0f} runs a task: {runs / took[0]:7.0f} runs a second "
        f"on 2 workers; the writer takes {1e6 * written:6.1f} us a run"
    )
    if most is None:
        _on_paper(2.0 * took[0] / runs, written, a_task)


def _on_paper(a_run: float, written: float, a_task: float, workers: int = 1000) -> None:
    """Print how busy writer and scheduler would be with so many workers."""
    rate = workers / max(execution.SECONDS, workers / execution.BEARS)
    print(
        f"  {workers:,} workers: {rate:.0f} tasks a second keep the scheduler busy for "
        f"{rate * a_task:.0%} of the time; {workers / a_run:,.0f} runs a second keep the writer, "
        f"which can take {1.0 / written:,.0f}, busy for {workers * written / a_run:.0%}: it is "
        f"the limit for runs of less than {1e3 * workers * written:.1f} ms"
    )


def throughput(path: Path, runs: int, rounds: int) -> None:
    """Compare one thread, two threads, and two with a store."""
    scenario = load_scenario(path)
    design = make_design(scenario)
    study = study_of([scenario], 0, design)
    numbers = range(runs)

    def bare(workers: int) -> Callable[[], None]:
        def work() -> None:
            with named_executor("threads", workers) as pool:
                for _ in outcomes(study, numbers, pool):
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
