"""How far long work has come, how fast it goes and how long it will take: terminal and notebook.

Speed is that of the last stretch of work, never the mean since a start that includes compiling,
and what was there already is no speed. Nothing is shown where nobody watches: in a pipe, a file
or a log; only what holds everything up is announced there too, in a line.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

__all__ = ["Pace", "announce", "duration", "shown", "stages", "telling"]

Advance = Callable[..., Any]
#: Seconds between two pictures of the progress in a notebook.
PAUSE = 0.5
#: Seconds of work that the speed is read from, and the fewest that say anything.
STRETCH, LEAST = 20.0, 1.0
#: Seconds between two marks in the stretch, so that fast work keeps few.
MARK = 0.25
UNKNOWN = "-:--"


class Pace:
    """How fast steps are done now, and how long those that are left will take.

    Parameters
    ----------
    total : int
        Steps in all.
    present : int
        Steps that were done before; they say nothing of the speed.
    weights : sequence of float, optional
        How long each step takes, in any unit; default: all the same.
    """

    def __init__(self, total: int, present: int = 0, weights: Sequence[float] = ()) -> None:
        self.total, self.count = total, present
        self.weights = tuple(weights)
        self._work = 0.0
        self._marks: deque[tuple[float, int, float]] = deque()
        self._last = 0.0

    def advance(self, count: int = 1) -> None:
        """Count one step as done now, or some that end together."""
        now = time.monotonic()
        self._work += self._weigh(self.count, self.count + count)
        self.count += count
        self.total = max(self.total, self.count)
        self._last = now
        # The first step ends with what comes before all work (compiling, workers that start):
        # the clock runs from there.
        if not self._marks or now - self._marks[-1][0] >= MARK:
            self._marks.append((now, self.count, self._work))
        while len(self._marks) > 2 and now - self._marks[1][0] > STRETCH:
            self._marks.popleft()

    def _weigh(self, begin: int, end: int) -> float:
        """Return how long the steps from one up to another take, in the unit of weights."""
        known = self.weights[begin:end]
        return sum(known) + (end - begin - len(known))

    @property
    def rate(self) -> float | None:
        """Steps a second over the last stretch; None while unknown."""
        known = self._stretch()
        return None if known is None else known[0]

    @property
    def left(self) -> float | None:
        """Seconds until the end, none below 0; None while unknown."""
        if self.count >= self.total:
            return 0.0
        known = self._stretch()
        if known is None:
            return None
        waited = time.monotonic() - self._last
        todo = self._weigh(self.count, self.total)
        return max(0.0, todo / known[1] - waited)

    def _stretch(self) -> tuple[float, float] | None:
        """Return steps and work a second since the oldest mark; None while that says nothing.

        The time since the last step counts when it is longer than a step: work that stalls slows
        down before its next step is done.
        """
        if not self._marks:
            return None
        begun, count, work = self._marks[0]
        steps, done = self.count - count, self._work - work
        if steps < 1 or self._last - begun < max(LEAST, 1e-9):
            return None
        now = time.monotonic()
        seconds = max(self._last - begun, (now - begun) * steps / (steps + 1))
        return steps / seconds, done / seconds

    def words(self) -> tuple[str, str]:
        """Return the speed and the time left for reading; the speed is "" while unknown."""
        rate, left = self.rate, self.left
        told = "" if rate is None else _rate(rate)
        return told, UNKNOWN if left is None else _clock(left)


def _rate(rate: float) -> str:
    if rate >= 10.0:
        return f"{rate:,.0f} a second"
    return f"{rate:.1f} a second" if rate >= 0.1 else f"{rate * 60.0:.1f} a minute"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def duration(seconds: float) -> str:
    """Return a length of time in words, as coarse as an estimate is.

    Parameters
    ----------
    seconds : float
    """
    if seconds < 90.0:
        count = max(1, round(seconds))
        return f"{count} second{'s' if count > 1 else ''}"
    if seconds < 5400.0:
        return f"{seconds / 60.0:.0f} minutes"
    return f"{seconds / 3600.0:.1f} hours"


def announce(text: str) -> None:
    """Tell what holds everything up, in one line on standard error, whoever reads it."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def telling(
    progress: bool | Advance | None, total: int, what: str, present: int = 0
) -> Iterator[Advance]:
    """Yield what to call when runs have ended, with how many: see ``progress``.

    Parameters
    ----------
    progress : bool or callable, optional
        True shows the progress itself; a function is called once a run.
    total : int
        Runs in all.
    what : str
        What is done, in a word or two.
    present : int
        Runs that are there already.
    """
    if callable(progress):

        def each(count: int = 1) -> None:
            for _ in range(count):
                progress()

        yield each
    elif progress:
        with shown(total, what, present=present) as advance:
            yield advance
    else:
        yield _silent


def _silent(count: int = 1) -> None:
    """Show nothing."""


@contextmanager
def shown(
    total: int, what: str, *, present: int = 0, weights: Sequence[float] = ()
) -> Iterator[Advance]:
    """Show progress with rate and time left on a terminal or in a notebook.

    Parameters
    ----------
    total : int
        Steps in all, with those that are there already.
    what : str
        What is done, in a word or two.
    present : int
        Steps that are there already.
    weights : sequence of float, optional
        How long each step takes, in any unit, where they differ.
    """
    pace = Pace(total, present, weights)
    if _in_notebook():
        yield from _in_a_notebook(pace, what)
    else:
        yield from _on_a_terminal(pace, what)


@contextmanager
def stages() -> Iterator[Callable[[str, int], None]]:
    """Yield what shows the progress of stages that are known one after the other.

    It is called with a stage's name and how many runs the stage needs, then with -1 for each.
    """
    with _bar() as bar:
        tasks: dict[str, tuple[Any, Pace]] = {}

        def advance(stage: str, count: int) -> None:
            if stage not in tasks:
                pace = Pace(count)
                tasks[stage] = bar.add_task(stage, total=count, pace=pace), pace
            elif count < 0:
                task, pace = tasks[stage]
                pace.advance()
                bar.update(task, completed=pace.count, total=pace.total)

        yield advance


def _in_notebook() -> bool:
    """Return whether a notebook's kernel runs this."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


def _bar() -> Any:
    """Return a bar that tells counts, speed and time left of tasks with a ``pace``."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn
    from rich.text import Text

    class Words(ProgressColumn):
        max_refresh = None

        def render(self, task: Any) -> Text:
            rate, left = task.fields["pace"].words()
            return Text(f"{rate}  {left}" if rate else left)

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        Words(),
    )
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _on_a_terminal(pace: Pace, what: str) -> Iterator[Advance]:
    with _bar() as bar:
        task = bar.add_task(what, total=pace.total, completed=pace.count, pace=pace)

        def advance(count: int = 1) -> None:
            pace.advance(count)
            bar.update(task, completed=pace.count, total=pace.total)

        yield advance


def _in_a_notebook(pace: Pace, what: str) -> Iterator[Advance]:
    """Show a line that changes in place; no widgets are needed."""
    from IPython.display import display

    last = 0.0
    line = display(_Line(what, pace), display_id=True)

    def advance(count: int = 1) -> None:
        nonlocal last
        pace.advance(count)
        now = time.monotonic()
        if now - last >= PAUSE or pace.count == pace.total:
            last = now
            line.update(_Line(what, pace))

    yield advance


class _Line:
    """One line of progress, as plain text."""

    def __init__(self, what: str, pace: Pace) -> None:
        rate, left = pace.words()
        known = f", {rate}" if rate else ""
        self.text = f"{what}: {pace.count:,} of {pace.total:,}{known}, {left} left"

    def __repr__(self) -> str:
        return self.text
