"""What worker processes are given in tests: light to import, since each process does so."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any


def marked(folder: str, seconds: float = 0.0) -> int:
    """Tell that it has begun, wait, and return the process."""
    Path(folder, f"{os.getpid()}").touch()
    time.sleep(seconds)
    return os.getpid()


def dies(folder: str, times: int) -> str:
    """Kill its process so many times, in all, then return a word."""
    if len(list(Path(folder).iterdir())) < times:
        Path(folder, f"{os.getpid()}").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


def dies_at_thirteen(shared: Any, numbers: list[int]) -> list[int]:
    if 13 in numbers:
        os.kill(os.getpid(), signal.SIGKILL)
    return [number * number for number in numbers]


def lambda_of(number: int) -> Any:
    """Return what cannot be sent."""
    return lambda: number


def fails(number: int) -> None:
    raise ZeroDivisionError(f"{number}")


def always_dies(shared: Any, job: int) -> None:
    os._exit(1)
