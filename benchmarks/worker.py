"""One checkout of the project, asked over a pipe what runs take: a line of JSON in, one out.

``speed.py`` starts one for this checkout and, with ``--against``, one for another, so that the
two are treated alike. Only names of the public face are used, which both must have::

    echo '{"ask": "run", "people": 1555, "months": 120}' | python benchmarks/worker.py .
"""

from __future__ import annotations

import functools
import inspect
import json
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[0] = sys.argv[1]

from simulation import Run, load_scenario
from simulation.organizations.organization import generate_organization

THREADED = "threads" in inspect.signature(Run.finish).parameters


@functools.cache
def scenario_of(people: int, months: int) -> Any:
    """Return the baseline at another size and length."""
    return load_scenario("baseline").changed({"organization.people": people, "run.months": months})


@functools.cache
def place_of(people: int) -> Any:
    """Return the organization that the scenario would generate."""
    settings = scenario_of(people, 1).parameters.organization
    return generate_organization(
        people=people,
        span=settings.span,
        ties=settings.ties,
        tie_homophily=settings.tie_homophily,
        seed=settings.structure_seed,
    )


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what a call returns, its seconds on the wall, and the processor's."""
    wall, processor = time.perf_counter(), time.process_time()
    value = work()
    return value, time.perf_counter() - wall, time.process_time() - processor


def finish(run: Any, threads: int) -> Any:
    """Finish a run on some threads."""
    return run.finish(threads=threads) if threads > 1 else run.finish()


def one_run(
    people: int, months: int, threads: int = 1, seed: int = 0, least: float = 0.0
) -> dict[str, float]:
    """Return seconds of a run's parts: the mean of as many runs as take ``least`` seconds."""
    place_of(people)
    parts: list[dict[str, float]] = []
    while not parts or sum(part["wall"] for part in parts) < least:
        parts.append(_parts(people, months, threads, seed + len(parts)))
    return {name: sum(part[name] for part in parts) / len(parts) for name in parts[0]}


def _parts(people: int, months: int, threads: int, seed: int) -> dict[str, float]:
    """Return seconds of the parts of one run; of a million people, two do not fit everywhere."""
    scenario, place = scenario_of(people, months), place_of(people)
    run, construct, _ = timed(lambda: Run(scenario, place, seed))
    _, _, initialise = timed(run.start)
    del run
    run = Run(scenario, place, seed)
    _, wall, cpu = timed(functools.partial(finish, run, threads))
    return {"construct": construct, "initialise": initialise, "wall": wall, "cpu": cpu}


def many_runs(people: int, months: int, runs: int, workers: int, seed: int = 0) -> dict[str, float]:
    """Return how long some runs take on some threads, a run a thread."""
    scenario, place = scenario_of(people, months), place_of(people)
    with ThreadPoolExecutor(workers) as pool:
        one = functools.partial(Run, scenario, place, seed)
        _, wall, _ = timed(lambda: list(pool.map(lambda r: one(r).finish().month, range(runs))))
    return {"wall": wall}


def set_up(people: int) -> dict[str, float]:
    """Return seconds and peak memory (MB) of making an organization and its first month."""
    before = peak_memory()
    scenario = scenario_of(people, 1)
    place, generate, _ = timed(lambda: place_of(people))
    run, construct, _ = timed(lambda: Run(scenario, place, 0))
    _, initialise, _ = timed(run.start)
    run.step()
    return {
        "generate": generate,
        "construct": construct,
        "initialise": initialise,
        "before": before,
        "memory": peak_memory(),
    }


def peak_memory() -> float:
    """Return the most memory that this process has held so far, in MB."""
    try:
        # What the C library tells counts the process that started this one, too.
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e3
    except OSError:
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return used / (1e6 if sys.platform == "darwin" else 1e3)


def able() -> dict[str, bool]:
    """Return what this checkout can do, once its compiled code is loaded."""
    one_run(100, 1)
    return {"threads": THREADED}


ANSWERS = {"able": able, "run": one_run, "runs": many_runs, "set_up": set_up}


def main() -> None:
    """Answer until nobody asks any more."""
    for line in sys.stdin:
        question = json.loads(line)
        answer = ANSWERS[question.pop("ask")](**question)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
