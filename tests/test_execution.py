"""How jobs are run: the same whatever runs them, failures as results, memory bounded."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import count, islice
from multiprocessing import get_context

import pytest

from simulation.errors import InputError, LostError
from simulation.study import execution
from simulation.study.execution import (
    AHEAD,
    MOST,
    named_executor,
    run_batches,
    run_jobs,
    workers_of,
)


def times(shared: int, job: int) -> int:
    """Return a product; 13 fails and 99 kills its process."""
    if job == 13:
        raise ZeroDivisionError("thirteen")
    if job == 99:
        os._exit(1)
    return shared * job


def products(executor: object, jobs: object) -> dict[int, int]:
    return {done.position: done.value for done in run_jobs(times, 3, jobs, executor)}


class Mapped:
    """An executor with nothing but ``map``."""

    map = staticmethod(map)


@pytest.mark.parametrize("name", ["serial", "threads", "processes"])
def test_any_executor_gives_the_same(name):
    with named_executor(name, workers=2) as executor:
        assert products(executor, range(13)) == {n: 3 * n for n in range(13)}


def test_an_executor_with_map_alone():
    with named_executor(Mapped()) as executor:
        assert products(executor, range(30, 60)) == {n: 3 * (n + 30) for n in range(30)}


@pytest.mark.parametrize("name", ["serial", "threads", "processes"])
def test_a_failing_job_costs_only_itself(name):
    with named_executor(name, workers=2) as executor:
        finished = list(run_jobs(times, 3, [12, 13, 14], executor))
    by_place = {done.position: done for done in finished}
    assert (by_place[0].value, by_place[2].value) == (36, 42)
    assert isinstance(by_place[1].error, ZeroDivisionError)
    assert str(by_place[1].error) == "thirteen"
    assert by_place[0].error is None


def test_a_dead_worker_process_costs_only_its_job():
    with named_executor("processes", workers=1) as executor:
        finished = {done.position: done for done in run_jobs(times, 3, [1, 99, 2], executor)}
    assert (finished[0].value, finished[2].value) == (3, 6)
    assert str(finished[1].error).startswith("its worker process died 3 times")


def test_a_dead_worker_of_a_pool_of_the_callers_is_told():
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor,
        pytest.raises(LostError, match="worker process died"),
    ):
        list(run_jobs(times, 3, [1, 99, 2], executor))


@pytest.mark.parametrize("executor", [Mapped(), ThreadPoolExecutor(2)])
def test_jobs_may_be_endless(executor):
    taken = []

    def jobs():
        for number in count():
            taken.append(number)
            yield number

    finished = list(islice(run_jobs(lambda shared, job: job, None, jobs(), executor), 50))
    assert len(finished) == 50
    assert len(taken) <= 50 + 2 * AHEAD * MOST


def test_jobs_finish_in_any_order():
    def sleepy(shared, job):
        time.sleep(0.2 if job == 0 else 0.0)
        return job

    with named_executor("threads", workers=2) as executor:
        order = [done.position for done in run_jobs(sleepy, None, range(6), executor)]
    assert sorted(order) == list(range(6))
    assert order[0] != 0


def test_stopping_early_cancels_what_has_not_begun():
    ran = []

    def slow(shared, job):
        time.sleep(0.02)
        ran.append(job)

    with named_executor("threads", workers=1) as executor:
        finished = run_jobs(slow, None, range(100), executor)
        next(finished)
        finished.close()
    time.sleep(0.1)
    assert len(ran) < 10


def test_how_many_workers():
    with named_executor("threads", workers=3) as executor:
        assert workers_of(executor) == 3
    assert workers_of(Mapped()) == 1


@pytest.mark.parametrize(
    ("name", "told"), [("thread", "Did you mean 'threads'"), ("slurm", "no executor 'slurm'")]
)
def test_an_unknown_executor_is_refused(name, told):
    with pytest.raises(InputError, match=told), named_executor(name):
        pass


# ------------------------------------------------------------------------------- batches


def squares(shared: list[int], numbers: list[int]) -> list[int]:
    """Return squares; a batch with 13 in it fails as a whole."""
    if 13 in numbers:
        raise ZeroDivisionError("thirteen")
    return [number * number for number in numbers]


@pytest.mark.parametrize("name", ["serial", "threads", "processes"])
def test_batches_have_all_jobs_once_and_in_order_within(name):
    with named_executor(name, workers=2) as executor:
        found = list(run_batches(squares, [], range(500), executor))
    given = [job for batch in found for job in batch.jobs]
    assert sorted(given) == list(range(500))
    for batch in found:
        assert batch.jobs == list(range(batch.jobs[0], batch.jobs[0] + len(batch.jobs)))
    (failed,) = [batch for batch in found if batch.error is not None]
    assert (failed.jobs, type(failed.error)) == ([13], ZeroDivisionError)
    values = {j: v for b in found if b.error is None for j, v in zip(b.jobs, b.value, strict=True)}
    assert values == {n: n * n for n in range(500) if n != 13}


def test_a_batch_takes_about_as_long_as_it_is_to_take():
    """Jobs of a hundredth of a second: fifty take half a second."""
    batches = execution._Batches(range(100_000), workers=1, most=1000, block=1)
    (first,) = batches.take(1)
    assert len(first) == 1
    batches.took(1, 0.01)
    assert len(batches.take(1)[0]) == execution.GROWTH
    for _ in range(20):
        batches.took(50, 0.5)
    assert len(batches.take(1)[0]) == pytest.approx(execution.SECONDS / 0.01, abs=1)
    batches.took(1, 1000.0)
    assert len(batches.take(1)[0]) == 1


def test_a_thousand_workers_get_tasks_that_a_scheduler_bears():
    batches = execution._Batches(range(10**7), workers=1000, most=10**6, block=1)
    for _ in range(20):
        batches.took(1000, 1.0)
    seconds = len(batches.take(1)[0]) * 0.001
    assert 1000 / seconds == pytest.approx(execution.BEARS, rel=0.01)


def test_the_last_batches_are_shared():
    batches = execution._Batches(range(100), workers=2, most=1000, block=1)
    batches.took(1000, 0.001)
    sizes = [len(batch) for batch in batches.take(50)]
    assert sum(sizes) == 100
    assert sizes == sorted(sizes, reverse=True)
    assert 10 < sizes[0] <= 125


def test_batches_are_whole_blocks_or_within_one():
    batches = execution._Batches(range(3, 3000), workers=1, most=1000, block=256)
    blocks = {}
    for seconds in (0.1, 0.1, 0.01, 0.002, 0.0005, 0.0005, 0.0005):
        (batch,) = batches.take(1)
        first, last = batch[0], batch[-1]
        assert first // 256 == last // 256 or (first % 256, last % 256) == (0, 255)
        blocks[first] = len(batch)
        for _ in range(20):
            batches.took(100, 100 * seconds)
    assert max(blocks.values()) == 768
