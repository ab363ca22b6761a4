"""How jobs are run: here, on threads, on processes or on a cluster, and in any order.

An executor is anything with ``submit`` (``concurrent.futures``, ``dask.distributed``) or with
``map``. What a job gives depends on the job alone, so neither the executor nor the order in
which jobs finish can matter to results. A job that fails is a result too, with its error.

Jobs are handed over by the batch, on every executor alike. A batch has as many jobs as take about
half a second, from what batches before it have taken, so that handing over costs next to nothing
beside the work, and a scheduler sees a few tasks a second and worker however short a job is.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import pickle
import queue
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from ..errors import InputError, LostError, nearest, need

__all__ = ["Batch", "Finished", "named_executor", "run_batches", "run_jobs", "workers_of"]

#: Batches given out at a time, for each worker: enough to keep all busy, few enough for memory.
AHEAD = 3
#: Seconds that a batch is to take at least, and batches a second that a scheduler bears.
SECONDS, BEARS = 0.5, 250
#: The most jobs of a batch, unless the caller says otherwise.
MOST = 256
#: Seconds after which workers are counted again.
LOOK = 5.0
#: How many times larger a batch may be than the last: one that was quick may have been lucky.
GROWTH = 16
#: Seconds that a dask scheduler may take to answer.
ANSWERS_WITHIN = 10.0
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
        from .workers import Processes

        processes = Processes(workers)
        return processes, processes.close
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

    # A connection that is lost is told by our own sentence, not by a traceback in a log.
    for logger in ("distributed", "distributed.client"):  # batches that are lost have tracebacks
        logging.getLogger(logger).setLevel(logging.CRITICAL)
    try:
        # Asked in a thread, since a notebook has a loop of its own under way in this one.
        with ThreadPoolExecutor(1) as aside:
            aside.submit(asyncio.run, _ask_for_scheduler(address)).result()
        return Client(address, timeout=ANSWERS_WITHIN, set_as_default=False)
    except Exception as error:  # whatever answers there is no scheduler
        told = "" if isinstance(error, asyncio.TimeoutError) else str(error)
        reason = (told or f"no answer within {ANSWERS_WITHIN:.0f} s").splitlines()[0]
        raise InputError(f"no dask scheduler answers at {address}: {reason}") from None


async def _ask_for_scheduler(address: str) -> None:
    """Raise an error unless a scheduler answers in time; a client would wait without end."""
    from distributed.core import rpc
    from distributed.security import Security

    own = Security().get_connection_args("client")
    async with asyncio.timeout(ANSWERS_WITHIN), rpc(address, connection_args=own) as asked:
        kind = (await asked.identity())["type"]
    if kind != "Scheduler":
        raise ValueError(f"what answers is a {kind.lower()}")


def workers_of(executor: Any) -> int:
    """Return how many jobs an executor runs at a time, as far as it says.

    Raises
    ------
    LostError
        The cluster does not answer any more.
    """
    if not _is_cluster(executor):
        return int(getattr(executor, "_max_workers", 1))
    try:
        if executor.status == "running":
            ask = executor.scheduler.ncores
            return max(1, sum(executor.sync(ask, callback_timeout=ANSWERS_WITHIN).values()))
    except Exception:
        pass
    raise _lost()


def _is_cluster(executor: Any) -> bool:
    """Return whether an executor is a client of a dask scheduler."""
    return hasattr(executor, "ncores")


def _lost() -> LostError:
    return LostError("the dask scheduler does not answer any more")


class Batch(NamedTuple):
    """What became of some jobs: a value of them all, or (if they failed as a whole) the error."""

    jobs: Sequence[Any]
    value: Any
    error: Exception | None


Work = Callable[[Any, Sequence[Any]], Any]


def run_jobs(
    function: Callable[[Any, Any], Any], shared: Any, jobs: Iterable[Any], executor: Any
) -> Iterator[Finished]:
    """Yield what became of each job, as soon as it is known.

    No more than a few batches a worker are under way, so memory does not grow with the number of
    jobs, and ``jobs`` may be endless: stop asking and nothing more is begun.

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
    LostError
        The workers have died.
    """
    numbered = enumerate(jobs)
    some = list(numbered) if isinstance(jobs, Sequence) else numbered
    for batch in run_batches(_Each(function), shared, some, executor):
        if batch.error is None:
            yield from batch.value
        else:
            yield Finished(batch.jobs[0][0], None, batch.error)


class _Each:
    """A function of one job, as one of a batch of numbered jobs: exceptions are results."""

    def __init__(self, function: Callable[[Any, Any], Any]) -> None:
        self.function = function

    def __call__(self, shared: Any, jobs: Sequence[tuple[int, Any]]) -> list[Finished]:
        return [Finished(position, *self._guarded(shared, job)) for position, job in jobs]

    def _guarded(self, shared: Any, job: Any) -> tuple[Any, Exception | None]:
        try:
            return self.function(shared, job), None
        except Exception as error:
            return None, error


def run_batches(
    function: Work,
    shared: Any,
    jobs: Iterable[Any],
    executor: Any,
    *,
    most: int = MOST,
    block: int = 1,
) -> Iterator[Batch]:
    """Yield what became of each batch of jobs, as soon as it is known: see :func:`run_jobs`.

    Parameters
    ----------
    function : callable
        Takes ``shared`` and a list of jobs that follow each other. If it fails, its jobs are
        given out again one by one, so that one of them cannot spoil the others.
    shared, jobs, executor
        See :func:`run_jobs`.
    most : int
        Jobs of a batch, at most.
    block : int
        Jobs are numbers, and no batch but one of whole blocks of so many goes beyond a block.
    """
    batches = _Batches(jobs, workers_of(executor), most, block)
    road = _submitted if hasattr(executor, "submit") else _mapped
    return road(function, shared, batches, executor)


class _Batches:
    """Jobs by the batch, for as long as there are any."""

    def __init__(self, jobs: Iterable[Any], workers: int, most: int, block: int) -> None:
        self._jobs, self.workers, self._most, self._block = iter(jobs), workers, most, block
        self._left = len(jobs) if isinstance(jobs, Sequence) else None
        self._again: deque[Any] = deque()
        self._each = 0.0  # seconds a job
        self._size = 1

    def take(self, count: int) -> list[list[Any]]:
        """Return the next batches, so many if there are."""
        return list(islice(iter(self._next, []), max(0, count)))

    def _next(self) -> list[Any]:
        if self._again:
            return [self._again.popleft()]
        batch = list(islice(self._jobs, 1))
        if batch:
            batch += islice(self._jobs, self._count(batch[0]) - 1)
        if self._left is not None:
            self._left -= len(batch)
        return batch

    def _count(self, first: Any) -> int:
        """Return how many jobs the batch has that begins with a job."""
        size = self._size
        if self._left is not None:
            # The last batches are smaller, so that no worker waits long for another.
            size = min(size, max(math.ceil(self._left / (2 * self.workers)), size // 8))
        size = max(1, min(size, self._most))
        if self._block == 1:
            return size
        # More than half of a block is better a whole one, which is packed where it is run.
        room = self._block - first % self._block
        beyond = max(0, size - room) // self._block * self._block
        return room + beyond if 2 * size > room else size

    def took(self, count: int, seconds: float) -> None:
        """Learn from how long a batch has taken."""
        each = seconds / count
        self._each = (self._each + each) / 2 if self._each else each
        wanted = max(SECONDS, self.workers / BEARS)
        known = int(wanted / max(self._each, 1e-9))
        self._size = max(1, min(known, GROWTH * count))

    def again(self, jobs: Iterable[Any]) -> None:
        """Give out jobs once more, one by one."""
        self._again.extend(jobs)


class _Guarded:
    """A function of a batch whose exceptions are results, with the seconds that it took."""

    def __init__(self, function: Work, shared: _Shared) -> None:
        self.function, self.shared = function, shared

    def __call__(self, jobs: Sequence[Any]) -> tuple[Any, Exception | None, float]:
        return _guarded(self.function, self.shared.value, jobs)


def _guarded(
    function: Work, shared: Any, jobs: Sequence[Any]
) -> tuple[Any, Exception | None, float]:
    begun = time.perf_counter()
    try:
        return function(shared, jobs), None, time.perf_counter() - begun
    except Exception as error:
        return None, error, time.perf_counter() - begun


class _Shared:
    """What all batches read; where it comes to another process, it is unpacked there once."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self._token, self._packed = uuid.uuid4().hex, b""

    def __reduce__(self) -> tuple[Any, ...]:
        if not self._packed:
            self._packed = pickle.dumps(self.value)
        return _unpacked, (self._token, self._packed)


_UNPACKED: dict[str, _Shared] = {}


def _unpacked(token: str, packed: bytes) -> _Shared:
    if token not in _UNPACKED:
        _UNPACKED.clear()
        _UNPACKED[token] = _Shared(pickle.loads(packed))
    return _UNPACKED[token]


def _kept(
    batches: _Batches, jobs: Sequence[Any], value: Any, error: Exception | None, seconds: float
) -> Iterator[Batch]:
    """Yield a batch that is done; jobs that failed together are given out again one by one."""
    if error is not None and len(jobs) > 1:
        batches.again(jobs)
        return
    if error is None:
        batches.took(len(jobs), seconds)
    yield Batch(jobs, value, error)


def _mapped(function: Work, shared: Any, batches: _Batches, executor: Any) -> Iterator[Batch]:
    """Use ``map`` some batches at a time: what it does with an endless iterator is not known."""
    guarded = _Guarded(function, _Shared(shared))
    while some := batches.take(AHEAD * workers_of(executor)):
        for jobs, outcome in zip(some, executor.map(guarded, some), strict=True):
            yield from _kept(batches, jobs, *outcome)


def _submitted(function: Work, shared: Any, batches: _Batches, executor: Any) -> Iterator[Batch]:
    done: queue.SimpleQueue[int] = queue.SimpleQueue()
    running: dict[int, tuple[list[Any], Any]] = {}
    submit = _submitter(function, shared, executor)
    count, looked = 0, -math.inf
    try:
        while True:
            if time.monotonic() - looked > LOOK:  # workers of a cluster come and go
                batches.workers, looked = workers_of(executor), time.monotonic()
            for jobs in batches.take(AHEAD * batches.workers - len(running)):
                future = submit(jobs)
                running[count] = jobs, future
                future.add_done_callback(lambda _, at=count: done.put(at))
                count += 1
            if not running:
                return
            ended = [running.pop(position) for position in _next(done)]
            outcomes = _outcomes(executor, [future for _, future in ended])
            for (jobs, _), outcome in zip(ended, outcomes, strict=True):
                yield from _kept(batches, jobs, *outcome)
    finally:
        for _, future in running.values():
            future.cancel()


def _next(done: queue.SimpleQueue[int]) -> list[int]:
    """Return what has ended since, if anything does in a short while, so that Ctrl-C is heard."""
    try:
        return [done.get(timeout=1.0), *(done.get_nowait() for _ in range(done.qsize()))]
    except queue.Empty:
        return []


def _outcomes(executor: Any, futures: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield what became of batches that have ended; a cluster is asked once for all of them."""
    if not _is_cluster(executor):
        yield from (_outcome(future.result) for future in futures)
        return
    well = [future for future in futures if future.status == "finished"]
    found, trouble = _asked(partial(_gathered, executor, well)) if len(well) > 1 else ([], None)
    # A worker may have been lost meanwhile: then each tells for itself.
    known = {} if trouble else dict(zip(map(id, well), found, strict=False))
    for future in futures:
        yield known.get(id(future)) or _outcome(partial(_gathered, executor, future))


def _gathered(client: Any, futures: Any) -> Any:
    """Return what batches have left on a cluster, however long that takes, while it answers."""
    ask = partial(client.gather, futures, asynchronous=True)
    while True:
        try:
            return client.sync(ask, callback_timeout=ANSWERS_WITHIN)
        except TimeoutError:
            workers_of(client)


def _outcome(ask: Callable[[], Any]) -> tuple[Any, Exception | None, float]:
    """Return what became of a batch: its value, or the error that it was given up with."""
    found, trouble = _asked(ask)
    return found if trouble is None else (None, trouble, 0.0)


def _asked(ask: Callable[[], Any]) -> tuple[Any, Exception | None]:
    """Return what an executor says, or why batches were given up.

    Raises
    ------
    LostError
        There is nobody who could run them again.
    """
    try:
        return ask(), None
    except LostError:
        raise
    except BrokenExecutor:  # a pool of the caller's
        raise LostError("a worker process died (out of memory, or killed)") from None
    except (CancelledError, asyncio.CancelledError):  # not by us, who ask: by a connection's end
        raise _lost() from None
    except Exception as trouble:  # the cluster gave the batch up, or the processes that it cost
        return None, trouble


def _submitter(function: Work, shared: Any, executor: Any) -> Callable[[Sequence[Any]], Any]:
    """Return how to submit a batch; a cluster gets what is shared as a task of its own.

    A task is made again when the worker that holds its result is lost; scattered data is not.
    """
    if not hasattr(executor, "scatter"):
        guarded = _Guarded(function, _Shared(shared))
        return lambda jobs: executor.submit(guarded, jobs)
    held = executor.submit(pickle.loads, pickle.dumps(shared), pure=False)
    return lambda jobs: executor.submit(_guarded, function, held, jobs, pure=False)
