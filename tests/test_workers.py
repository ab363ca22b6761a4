"""Worker processes: a death costs a batch another try, and none outlives its parent."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jobs import always_dies, dies, dies_at_thirteen, fails, lambda_of, marked

from simulation.errors import InputError, LostError
from simulation.files import PACKAGE
from simulation.scenarios.designs import grid
from simulation.scenarios.scenario import load_scenario
from simulation.study import workers
from simulation.study.execution import named_executor, run_batches, run_jobs
from simulation.study.running import sweep
from simulation.study.workers import Processes

TESTS = Path(__file__).parent
TINY = load_scenario("baseline", **{"organization.people": 40, "run.months": 24})
SWEPT = grid({"commitment.action": [0.2, 0.5, 0.8], "succession.leads": [1, 2]})


@pytest.fixture
def pool():
    """Yield two processes."""
    executor = Processes(2)
    yield executor
    executor.close()


def waited(folder: Path, count: int = 1, seconds: float = 30.0) -> list[int]:
    """Return the processes that have begun, as soon as there are so many."""
    until = time.monotonic() + seconds
    while len(found := list(folder.iterdir())) < count:
        assert time.monotonic() < until
        time.sleep(0.02)
    return [int(path.name) for path in found]


def gone(numbers: list[int], seconds: float) -> bool:
    """Return whether processes end within some seconds."""
    until = time.monotonic() + seconds
    while any(map(alive, numbers)):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def alive(number: int) -> bool:
    """Return whether a process runs; one that nobody has buried yet does not."""
    try:
        os.kill(number, 0)
        state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    return state != "Z"


def content(folder: Path) -> dict[str, bytes]:
    """Return every file that holds rows."""
    paths = sorted(folder.rglob("*.parquet"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


# ------------------------------------------------------------------------------- deaths


def test_a_process_is_used_again(pool, tmp_path):
    own = {pool.submit(marked, str(tmp_path)).result() for _ in range(5)}
    assert len(own) <= 2
    assert os.getpid() not in own


def test_errors_are_those_of_the_function(pool):
    with pytest.raises(ZeroDivisionError, match="17"):
        pool.submit(fails, 17).result()
    with pytest.raises(RuntimeError, match=r"(?i)pickle"):
        pool.submit(lambda_of, 1).result()
    with pytest.raises(Exception, match=r"(?i)pickle"):
        pool.submit(lambda: 1).result()
    assert pool.submit(abs, -1).result() == 1


def test_a_batch_may_cost_two_processes(pool, tmp_path):
    assert pool.submit(dies, str(tmp_path), 2).result() == "alive"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_batch_that_costs_three_is_given_up(pool, tmp_path):
    with pytest.raises(InputError, match="its worker process died 3 times"):
        pool.submit(dies, str(tmp_path), 100).result()
    assert len(list(tmp_path.iterdir())) == 3
    assert pool.submit(abs, -1).result() == 1


def test_a_killed_process_costs_nobody_else_anything(pool, tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    begun = pool.submit(marked, str(tmp_path / "one"), 1.0)
    other = pool.submit(marked, str(tmp_path / "other"), 1.0)
    (first,), (second,) = waited(tmp_path / "one"), waited(tmp_path / "other")
    os.kill(first, signal.SIGKILL)
    assert other.result() == second
    assert begun.result() not in (first, second)
    assert len(list((tmp_path / "other").iterdir())) == 1


def test_of_a_batch_one_job_is_given_up():
    with named_executor("processes", workers=2) as executor:
        found = list(run_batches(dies_at_thirteen, None, range(40), executor))
    (lost,) = [batch for batch in found if batch.error is not None]
    assert lost.jobs == [13]
    assert isinstance(lost.error, InputError)
    values = {j: v for b in found if b is not lost for j, v in zip(b.jobs, b.value, strict=True)}
    assert values == {n: n * n for n in range(40) if n != 13}


def test_when_all_die_no_more_are_started(monkeypatch):
    monkeypatch.setattr(workers, "SPARE", 1)
    with (
        named_executor("processes", workers=1) as executor,
        pytest.raises(LostError, match="again and again"),
    ):
        list(run_jobs(always_dies, None, range(1000), executor))


def test_closing_ends_what_is_under_way(tmp_path):
    pool = Processes(2)
    futures = [pool.submit(marked, str(tmp_path), 600.0) for _ in range(5)]
    own = waited(tmp_path, 2)
    begun = time.monotonic()
    pool.close()
    assert gone(own, 1.0)
    assert time.monotonic() - begun < 5.0
    assert all(isinstance(f.exception() if not f.cancelled() else None, object) for f in futures)


@pytest.mark.slow
def test_a_sweep_whose_workers_are_killed_leaves_the_same_bytes(tmp_path):
    """Now and then one of them is killed, at any moment."""
    sweep(TINY, SWEPT, 200, 3, out=tmp_path / "whole")
    chance, killed, last = random.Random(1), [], time.monotonic()
    with named_executor("processes", workers=2) as pool:

        def kill() -> None:  # twice: three times might be the same batch
            nonlocal last
            if len(killed) < 2 and time.monotonic() - last > chance.uniform(0.3, 1.0):
                last = time.monotonic()
                killed.append(chance.choice(sorted(w.process.pid for w in pool._workers)))
                os.kill(killed[-1], signal.SIGKILL)

        found = sweep(TINY, SWEPT, 200, 3, out=tmp_path / "cut", executor=pool, progress=kill)
    assert len(set(killed)) == 2
    assert (found.finished, found.failed) == (1200, 0)
    assert content(tmp_path / "cut") == content(tmp_path / "whole")


# --------------------------------------------------------------------------- the parent's end


PARENT = """
import os, sys, time
from simulation.study.workers import Processes
import jobs
if __name__ == "__main__":
    pool = Processes(3)
    for number in range(2):
        pool.submit(jobs.marked, sys.argv[1], 600.0)
    pool.submit(jobs.marked, sys.argv[1])
    if sys.argv[2] == "forked":
        while len(os.listdir(sys.argv[1])) < 3:
            time.sleep(0.02)
        import warnings
        warnings.simplefilter("ignore")
        if os.fork() == 0:
            open(os.path.join(sys.argv[3]), "w").write(str(os.getpid()))
    time.sleep(600)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no signals to kill with")
@pytest.mark.parametrize("how", ["alone", "forked"])
def test_workers_end_with_a_parent_that_is_killed(how, tmp_path):
    """At work or idle, and also while a fork of their parent holds its ends of the pipes."""
    (tmp_path / "begun").mkdir()
    words = [sys.executable, "-c", PARENT, str(tmp_path / "begun"), how, str(tmp_path / "fork")]
    parent = subprocess.Popen(
        words,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(PACKAGE.parent), str(TESTS)])},
    )
    fork = 0
    try:
        own = waited(tmp_path / "begun", 3)
        if how == "forked":
            until = time.monotonic() + 30
            while not (tmp_path / "fork").exists() or not (tmp_path / "fork").read_text():
                assert time.monotonic() < until
                time.sleep(0.02)
            fork = int((tmp_path / "fork").read_text())
        assert all(map(alive, own))
    finally:
        parent.kill()
        parent.wait()
    try:
        assert gone(own, 3.0)
    finally:
        if fork:
            os.kill(fork, signal.SIGKILL)
