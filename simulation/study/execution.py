"""How jobs are run: here, on threads, on processes or on a cluster, and in any order.

An executor is anything with ``submit`` (``concurrent.futures``, ``dask.distributed``) or with
``map``. What a job gives depends on the job alone, so neither the executor nor the order in
which jobs finish can matter to results. A job that fails is a result too, with its error.
"""

from __future__ import annotations

import os
import pickle
import queue
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple

from ..errors import InputError, nearest, need

__all__ = ["Finished", "named_executor", "run_jobs", "workers_of"]

#: Jobs given out at a time, for each worker: enough to keep all busy, few enough for memory.
AHEAD = 8
#: How long a dask scheduler may take to answer.
ANSWERS_WITHIN = "10s"
NAMES = ("serial", "threads", "processes")


class Finished(NamedTuple):
    """What became of one job: its position, and its value or (if it failed) its error."""

    position: int
    value: Any
    error: Exception | None


class _Serial:
    """The simplest executor: one job after the other, here."""

    map = staticmethod(map)


@contextmanager
def named_executor(name: Any = None, workers: int | None = None) -> Iterator[Any]:
    """Yield an executor: one given as it is, or a new one by name, closed at the end.

    Parameters
    ----------
    name : str or executor, optional
        ``"threads"`` (the default: compiled runs release the lock), ``"processes"``,
        ``"serial"``, or the address of a dask scheduler, ``"tcp://host:8786"``.
    workers : int, optional
        Threads or processes; default: one a core.

    Raises
    ------
    InputError
        There is no such executor, or the scheduler cannot be reached.
    """
    if name is not None and not isinstance(name, str):
        yield name
        return
    executor, close = _made(name or "threads", workers or os.cpu_count() or 1)
    try:
        yield executor
    finally:
        close()


def _made(name: str, workers: int) -> tuple[Any, Callable[[], Any]]:
    """Return a new executor and what closes it; an interruption does not wait for jobs."""
    if name == "serial":
        return _Serial(), lambda: None
    if name == "threads":
        threads = ThreadPoolExecutor(workers)
        return threads, lambda: threads.shutdown(wait=False, cancel_futures=True)
    if name == "processes":
        from multiprocessing import get_context

        # A fork of a process with threads may hang; a fresh one cannot.
        processes = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        return processes, lambda: processes.shutdown(wait=False, cancel_futures=True)
    if "://" in name:
        client = _cluster(name)
        return client, client.close
    raise InputError(
        f"no executor '{name}'; there are {', '.join(NAMES)}, and the address of a dask "
        f"scheduler such as tcp://127.0.0.1:8786.{nearest(name, NAMES)}"
    )


def _cluster(address: str) -> Any:
    need("distributed", "cluster", f"executor '{address}'")
    from distributed import Client

    try:
        return Client(address, timeout=ANSWERS_WITHIN, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0] or type(error).__name__
        raise InputError(f"no dask scheduler answers at {address}: {reason}") from None


def workers_of(executor: Any) -> int:
    """Return how many jobs an executor runs at a time, as far as it says."""
    if hasattr(executor, "ncores"):
        return max(1, sum(executor.ncores().values()))
    return int(getattr(executor, "_max_workers", 1))


def run_jobs(
    function: Callable[[Any, Any], Any], shared: Any, jobs: Iterable[Any], executor: Any
) -> Iterator[Finished]:
    """Yield what became of each job, as soon as it is known.

    No more than a few jobs a worker are under way, so memory does not grow with their number,
    and ``jobs`` may be endless: stop asking and nothing more is begun.

    Parameters
    ----------
    function : callable
        Takes ``shared`` and a job; importable by name where other processes run it.
    shared : object
        What all jobs read; sent to the workers of a cluster once.
    jobs : iterable
    executor : object
        As :func:`named_executor` yields.

    Raises
    ------
    InputError
        The workers have died.
    """
    if hasattr(executor, "submit"):
        return _submitted(function, shared, jobs, executor)
    return _mapped(function, shared, jobs, executor)


class _Guarded:
    """A function whose exceptions are results."""

    def __init__(self, function: Callable[[Any, Any], Any], shared: Any) -> None:
        self.function, self.shared = function, shared

    def __call__(self, job: Any) -> tuple[Any, Exception | None]:
        return _guarded(self.function, self.shared, job)


def _guarded(
    function: Callable[[Any, Any], Any], shared: Any, job: Any
) -> tuple[Any, Exception | None]:
    try:
        return function(shared, job), None
    except Exception as error:
        return None, error


def _mapped(
    function: Callable[[Any, Any], Any], shared: Any, jobs: Iterable[Any], executor: Any
) -> Iterator[Finished]:
    """Use ``map`` batch by batch: what it does with an endless iterator is not known."""
    waiting, first = iter(jobs), 0
    guarded = _Guarded(function, shared)
    while batch := list(islice(waiting, AHEAD * workers_of(executor))):
        for position, (value, error) in enumerate(executor.map(guarded, batch), first):
            yield Finished(position, value, error)
        first += len(batch)


def _submitted(
    function: Callable[[Any, Any], Any], shared: Any, jobs: Iterable[Any], executor: Any
) -> Iterator[Finished]:
    done: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
    numbered = enumerate(jobs)
    running: dict[int, Any] = {}
    submit = _submitter(function, shared, executor)
    room = AHEAD * workers_of(executor)
    try:
        while True:
            for position, job in islice(numbered, room - len(running)):
                running[position] = future = submit(job)
                future.add_done_callback(lambda f, at=position: done.put((at, f)))
            if not running:
                return
            position, future = _next(done)
            del running[position]
            yield Finished(position, *_outcome(future))
    finally:
        for future in running.values():
            future.cancel()


def _next(done: queue.SimpleQueue[tuple[int, Any]]) -> tuple[int, Any]:
    """Wait in short naps, so that Ctrl-C is heard."""
    while True:
        try:
            return done.get(timeout=1.0)
        except queue.Empty:
            continue


def _outcome(future: Any) -> tuple[Any, Exception | None]:
    try:
        value, error = future.result()
    except BrokenExecutor:
        raise InputError(
            "a worker process died (out of memory, or killed): what is finished is kept"
        ) from None
    except Exception as trouble:  # the cluster gave the job up
        return None, trouble
    return value, error


def _submitter(
    function: Callable[[Any, Any], Any], shared: Any, executor: Any
) -> Callable[[Any], Any]:
    """Return how to submit a job; a cluster gets what is shared as a task of its own.

    A task is made again when the worker that holds its result is lost; scattered data is not.
    """
    if not hasattr(executor, "scatter"):
        guarded = _Guarded(function, shared)
        return lambda job: executor.submit(guarded, job)
    held = executor.submit(pickle.loads, pickle.dumps(shared), pure=False)
    return lambda job: executor.submit(_guarded, function, held, job, pure=False)
