"""How far long work has come, how fast it goes and how long it will take: terminal and notebook.

Nothing is shown where nobody watches: in a pipe, a file or a log.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["shown", "stages", "telling"]

Advance = Callable[[], Any]
#: Seconds between two pictures of the progress in a notebook.
PAUSE = 0.5


@contextmanager
def telling(progress: bool | Advance | None, total: int, what: str) -> Iterator[Advance]:
    """Yield what to call once a run: the caller's own function, a bar, or nothing.

    Parameters
    ----------
    progress : bool or callable, optional
        True shows the progress itself.
    total : int
        Runs in all.
    what : str
        What is done, in a word or two.
    """
    if callable(progress):
        yield progress
    elif progress:
        with shown(total, what) as advance:
            yield advance
    else:
        yield lambda: None


@contextmanager
def shown(total: int, what: str) -> Iterator[Advance]:
    """Show progress with rate and time left on a terminal or in a notebook."""
    if _in_notebook():
        yield from _in_a_notebook(total, what)
    else:
        yield from _on_a_terminal(total, what)


@contextmanager
def stages() -> Iterator[Callable[[str, int], None]]:
    """Yield what shows the progress of stages that are known one after the other.

    It is called with a stage's name and how many runs the stage needs, then with -1 for each.
    """
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def advance(stage: str, count: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=count)
            elif count < 0:
                bar.advance(tasks[stage])

        yield advance


def _in_notebook() -> bool:
    """Return whether a notebook's kernel runs this."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


def _on_a_terminal(total: int, what: str) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task, begun, count = bar.add_task(what, total=total, rate=""), time.monotonic(), 0

        def advance() -> None:
            nonlocal count
            count += 1
            bar.update(task, advance=1, rate=_rate(count, time.monotonic() - begun))

        yield advance


def _rate(count: int, seconds: float) -> str:
    if seconds <= 0.0:
        return ""
    rate = count / seconds
    return f"{rate:,.0f} a second" if rate >= 10 else f"{rate:.1f} a second"


def _in_a_notebook(total: int, what: str) -> Iterator[Advance]:
    """Show a line that changes in place; no widgets are needed."""
    from IPython.display import display

    begun, count, last = time.monotonic(), 0, 0.0
    line = display(_Line(what, 0, total, 0.0), display_id=True)

    def advance() -> None:
        nonlocal count, last
        count += 1
        now = time.monotonic()
        if now - last >= PAUSE or count == total:
            last = now
            line.update(_Line(what, count, total, now - begun))

    yield advance


class _Line:
    """One line of progress, as plain text."""

    def __init__(self, what: str, count: int, total: int, seconds: float) -> None:
        left = seconds / count * (total - count) if count else 0.0
        known = f", {_rate(count, seconds)}, {left:,.0f} s left" if count else ""
        self.text = f"{what}: {count:,} of {total:,}{known}"

    def __repr__(self) -> str:
        return self.text
