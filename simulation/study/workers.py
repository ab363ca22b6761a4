"""Worker processes: each has a pipe and one batch of jobs at a time, and none outlives its parent.

Python's own pool is lost as a whole when one of its processes is killed, and one that was killed
while it wrote a result may leave the others waiting for ever. Here a death costs the batch that
was under way in that process, which another one is given.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Any

from ..errors import InputError, LostError

__all__ = ["Processes"]

#: Processes that a batch may cost before it is given up.
LIVES = 3
#: How many batches' lives may be lost, one after the other and more for each worker, before it is
#: plain that nothing can be done.
SPARE = 10
#: Seconds between two looks for the parent, where no signal of its end comes.
LOOK = 1.0


class _DiedError(Exception):
    """A worker process has ended before it gave an answer."""


class Processes:
    """An executor of so many processes that are replaced when they die.

    Parameters
    ----------
    workers : int
    """

    def __init__(self, workers: int) -> None:
        self._max_workers = workers
        self._threads = ThreadPoolExecutor(workers)  # one for each process at work
        self._lock = threading.Lock()
        self._workers: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._closed = False
        self._deaths = 0  # since a batch was done

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Return what will be the value of a function of arguments.

        It raises an InputError when its process died three times, and a LostError when all do.
        """
        return self._threads.submit(self._call, function, arguments)

    def close(self) -> None:
        """End all processes, whatever they do."""
        with self._lock:
            self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()

    def _call(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        for _ in range(LIVES):
            worker = self._free()
            try:
                value, error = worker.call(function, arguments)
            except _DiedError:
                self._bury(worker)
                continue
            finally:
                self._release(worker)
            if error is not None:
                raise error
            return value
        raise InputError(f"its worker process died {LIVES} times (out of memory, or killed)")

    def _free(self) -> _Worker:
        """Return a process that has nothing to do, a new one if there is none."""
        with self._lock:
            if self._closed:
                raise CancelledError
            if self._idle:
                return self._idle.pop()
            worker = _Worker()
            self._workers.add(worker)
            return worker

    def _release(self, worker: _Worker) -> None:
        """Take back a process that has done its batch; one that was buried is gone."""
        with self._lock:
            if worker in self._workers:
                self._idle.append(worker)
                self._deaths = 0

    def _bury(self, worker: _Worker) -> None:
        """Take leave of a process that has died.

        Raises
        ------
        LostError
            Too many have, without any that did something.
        """
        with self._lock:
            if self._closed:
                raise CancelledError
            self._workers.remove(worker)
            self._deaths += 1
            if self._deaths > LIVES * (self._max_workers + SPARE):
                raise LostError("worker processes die again and again (out of memory, or killed)")
        worker.process.kill()
        worker.process.join()


class _Worker:
    """A process that calls functions, and this end of the pipe to it."""

    def __init__(self) -> None:
        # A fork of a process with threads may hang; a fresh one cannot.
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()  # so that its end is the end of the pipe

    def call(
        self, function: Callable[..., Any], arguments: tuple[Any, ...]
    ) -> tuple[Any, Exception | None]:
        """Return the value of a function, or the error that it raised there.

        Raises
        ------
        _DiedError
        """
        try:
            self._pipe.send((function, arguments))
            return self._pipe.recv()
        except (EOFError, ConnectionError):
            raise _DiedError from None


def _serve(pipe: Connection) -> None:
    """Call functions as they come, in a process of its own, for as long as there is a parent."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # A terminal sends these to parent and workers alike: the parent says what is to be done.
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    while True:
        try:
            message = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        _answer(pipe, message)


def _answer(pipe: Connection, message: bytes) -> None:
    """Send what a function gives; what cannot be sent is an error in its place."""
    try:
        function, arguments = _unpickled(message)
        value, error = function(*arguments), None
    except Exception as trouble:
        value, error = None, trouble
    try:
        pipe.send((value, error))
    except OSError:
        os._exit(1)  # nobody is there to hear it
    except Exception as trouble:
        told = error or trouble
        pipe.send((None, RuntimeError(f"{type(told).__name__}: {told}")))


def _unpickled(message: bytes) -> Any:
    from multiprocessing.reduction import ForkingPickler

    return ForkingPickler.loads(message)


def _end_with_parent() -> None:
    """End this process when its parent does, also one that is killed, whatever is being done.

    The parent's end closes a pipe; a fork of the parent may hold that open, so it is looked for
    too. What Linux has for this ends workers with the thread that started them, not the process.
    """
    parent, number = parent_process(), os.getppid()
    if parent is not None:
        while not wait([parent.sentinel], LOOK) and os.getppid() == number:
            pass
        os._exit(1)
