"""SIGTERM and SIGHUP end a command as Ctrl-C does: what is finished stays, and a word is said.

A batch system, a service manager or ``kill`` sends the one, a terminal that is closed the other.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["code", "heard"]

#: The signal that interrupted the command, if it was one of these.
_HEARD: list[int] = []


@contextmanager
def heard() -> Iterator[None]:
    """Let SIGTERM and SIGHUP interrupt what is done; what ``nohup`` ignores stays ignored."""
    _HEARD.clear()
    terminals = [number for number in (1, 2) if _is_terminal(number)]

    def interrupt(number: int, frame: Any) -> None:
        for other in _numbers():  # once: what is finished is being kept when the next one comes
            signal.signal(other, signal.SIG_IGN)
        _HEARD.append(number)
        _silence(terminals)
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in _numbers()}
    for number, handler in before.items():
        if handler == signal.SIG_DFL:
            signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def code() -> int:
    """Return the exit code of a command that was interrupted: 128 and the signal's number."""
    return 128 + (_HEARD[0] if _HEARD else signal.SIGINT)


def _numbers() -> list[int]:
    """Return the signals that this system has."""
    return [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def _is_terminal(number: int) -> bool:
    try:
        return os.isatty(number)
    except OSError:
        return False


def _silence(terminals: list[int]) -> None:
    """Let nobody hear what would go to terminals that are closed: writing there fails."""
    for number in terminals:
        if not _is_terminal(number):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)
