"""How long a long job will take, said before it begins, from a pilot of a few runs."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...progress import duration
from .output import tell

if TYPE_CHECKING:
    from ...organizations.organization import Organization
    from ...scenarios.scenario import Scenario

__all__ = [
    "CASES",
    "MEASURED",
    "SIGNS",
    "foretell",
    "foretell_calibration",
    "foretold",
    "workers_asked",
]

#: What takes as long as so many plain runs of ten years: measured on the baseline.
MEASURED, SIGNS = 11.5, 9.7
#: The same of limit cases; those that are not named take as long as one.
CASES = {"tenure": 37, "renewal": 11, "stationary": 584, "erlang": 890, "bass": 2843}
#: Runs that an estimate rests on.
PILOT = 2
#: Minutes that a calibration to the patterns takes on two cores, by effort. The full one took 46
#: from its first run to its last, 26,810 runs of .15 s of a core each and five minutes of emulators
#: and draws; the quick one has two fifths of the runs.
CALIBRATION = {"full": 45, "quick": 20}


def seconds_a_run(scenario: Scenario, organization: Organization | None) -> tuple[float, float]:
    """Return how long one run takes here and now, and how long what comes out takes to write.

    The first run only loads what is compiled.
    """
    from ...study.store import Store
    from ...study.study import run_batch, study_of

    study = study_of([scenario], 0, organization=organization)
    first = run_batch(study, [0], on_error="raise")
    if first.error is not None:
        raise first.error
    begun = time.perf_counter()
    ran = run_batch(study, range(1, 1 + PILOT))
    worked = time.perf_counter()
    with (
        tempfile.TemporaryDirectory(prefix="mentoring-pilot-") as folder,
        Store(folder, study.tables, {}) as store,
    ):
        store.add(ran.rows)
        written = time.perf_counter()
    return (worked - begun) / PILOT, (written - worked) / PILOT


def foretell(
    scenario: Scenario,
    organization: Organization | None,
    runs: int,
    *,
    each: float = 1.0,
    workers: int | None = None,
    what: str = "runs",
) -> None:
    """Say on standard error about how long a job will take.

    Parameters
    ----------
    runs : int
        How many there are to do; of none nothing is said.
    each : float
        Plain runs of the scenario that one takes as long as.
    workers : int, optional
        How many are done at a time; default: one a core.
    what : str
        What they are.
    """
    if runs < 1:
        return
    try:
        working, writing = seconds_a_run(scenario, organization)
    except InputError:
        return  # what only its variants can run: nothing is known before
    together = min(runs, workers or os.cpu_count() or 1)
    # Runs are done side by side, and written one after the other.
    seconds = runs * (each * working / together + writing)
    tell(f"about {duration(seconds)} for {runs:,} {what}")


def foretell_calibration(effort: str, workers: int | None = None) -> None:
    """Say on standard error about how long a calibration to the patterns will take from its start.

    Parameters
    ----------
    effort : str
    workers : int, optional
        How many runs are done at a time; default: one a core.
    """
    together = workers or os.cpu_count() or 1
    tell(f"about {duration(CALIBRATION[effort] * 60.0 * 2 / together)}, less what was done before")


def foretold(
    advance: Callable[..., Any],
    *asked: Any,
    by: Callable[..., None] = foretell,
    **more: Any,
) -> Callable[..., Any]:
    """Return what shows progress and first, once the input has proved right, foretells."""
    said = False

    def step(*told: Any) -> Any:
        nonlocal said
        if not said:
            said = True
            by(*asked, **more)
        return advance(*told)

    return step


def workers_asked(executor: Any, workers: int | None) -> int | None:
    """Return how many jobs are done at a time, as far as the options say."""
    return 1 if executor == "serial" else workers
