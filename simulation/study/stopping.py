"""How many replications? As many as make an interval narrow enough, and no more.

Replications are added in batches, the same for all points, until the 95 % interval (Student's t)
of every chosen mean, or paired difference, is at most so wide on either side. Looking again and
again at an interval makes it hold the truth a little less often than it says; with a first look
at 20 replications and batches of 10 that is 94.4 to 95 % for normal numbers, whatever the width
(``tests/test_stopping.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, check_name, whole_number
from ..pictures.summaries import intervals
from ..theory.measures import MEASURES

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "BATCH",
    "FIRST",
    "MOST",
    "MOST_RUNS",
    "Reached",
    "count_of",
    "half_widths",
    "next_count",
    "reached",
    "read_targets",
    "sentence",
]

#: Replications at the first look and in each batch after it, and the most there can be.
FIRST, BATCH, MOST = 20, 10, 10_000
#: How many times as many must seem needed for the attempt to be given up at once.
FAR = 5.0
#: Runs of a study at most: more cannot be meant, and would take longer to list than to refuse.
MOST_RUNS = 10_000_000

Array = NDArray[np.float64]


class Reached(NamedTuple):
    """How narrow an interval has become, and what independent luck would have taken.

    ``independent`` is the number of replications, each with luck of its own, that would make the
    interval of the difference as narrow; NaN for a mean, where pairing changes nothing.
    """

    measure: str
    asked: float
    half_width: float
    replications: int
    independent: float


def count_of(replications: int, points: int = 1) -> int:
    """Return how often each of some points is run, if all runs together can be meant.

    Raises
    ------
    InputError
        It is no whole number from 1 to as many as make ``MOST_RUNS``.
    """
    count = whole_number(replications, "replications", 1, MOST_RUNS)
    if points == 1:
        return count
    what = f"replications of each of {points:,} points"
    return whole_number(count, what, 1, MOST_RUNS // points)


def read_targets(texts: Iterable[str]) -> dict[str, float]:
    """Return half-widths by measure from texts such as ``adoption:0.005``.

    Raises
    ------
    InputError
        A text is not of that form, or names no measure.
    """
    targets = {}
    for text in texts:
        name, colon, width = text.partition(":")
        try:
            targets[name] = float(width)
        except ValueError:
            colon = ""
        if not colon:
            raise InputError(f"--until {text}: write a measure and a half-width, adoption:0.005")
    check_targets(targets)
    return targets


def check_targets(targets: Mapping[str, float]) -> None:
    """Raise an InputError if a name is no measure or a half-width not above 0."""
    for name, width in targets.items():
        check_name(name, MEASURES, "measure")
        if not 0.0 < width < np.inf:
            raise InputError(f"the half-width of {name} must be above 0, not {width}")


def next_count(count: int) -> int:
    """Return how many replications there are at the next look."""
    return FIRST if count < FIRST else min(MOST, count + BATCH)


def half_widths(values: Array) -> Array:
    """Return the half-width of the 95 % interval of each mean, shape (points,).

    Parameters
    ----------
    values : array of shape (replications, points)
        Missing ones (failed runs) are NaN; a point with fewer than two has infinity.
    """
    mean, _, high = intervals(values)
    return np.where(np.isnan(high), np.inf, high - mean)


def reached(runs: pd.DataFrame, targets: Mapping[str, float], differences: bool) -> list[Reached]:
    """Return how narrow the widest interval of each chosen measure is.

    Parameters
    ----------
    runs : DataFrame
        Columns ``point, replication`` and the measures, a row a run; of runs that failed there
        is none.
    targets : mapping
        Half-widths by measure.
    differences : bool
        Of paired differences from the first point, or of each point's mean.
    """
    found = []
    for name, asked in targets.items():
        values = runs.pivot(index="replication", columns="point", values=name).to_numpy(float)
        paired = values[:, 1:] - values[:, :1] if differences else values
        widths = half_widths(paired)
        worst = int(np.argmax(widths))
        alone = np.nan
        if differences:
            apart = np.nanvar(values[:, 0], ddof=1) + np.nanvar(values[:, 1 + worst], ddof=1)
            together = float(np.nanvar(paired[:, worst], ddof=1))
            alone = len(values) * apart / together if together > 0.0 else np.inf
        found.append(Reached(name, asked, float(widths[worst]), len(values), float(alone)))
    return found


def narrow_enough(found: Iterable[Reached]) -> bool:
    """Return whether every interval is as narrow as was asked."""
    return all(one.half_width <= one.asked for one in found)


def out_of_reach(found: Iterable[Reached]) -> bool:
    """Return whether an interval will not become as narrow as was asked with ``MOST`` runs.

    What is needed is estimated from what there is, which at the first look may be wrong by a
    factor of two or three; so only what lies far beyond is given up.
    """
    return any(FAR * MOST < needed(one) < np.inf for one in found)


def needed(found: Reached) -> float:
    """Return about how many replications make an interval as narrow as was asked."""
    return found.replications * (found.half_width / found.asked) ** 2


def sentence(found: Reached) -> str:
    """Return in one sentence what was reached and what it took."""
    done = "" if found.half_width <= found.asked else f", not the {found.asked:g} asked for"
    if out_of_reach([found]):
        done += f" (which takes about {needed(found):.1g}; at most {MOST:,} are made)"
    text = (
        f"{found.measure}: within {found.half_width:.2g} on either side{done} after "
        f"{found.replications} replications"
    )
    if np.isnan(found.independent):
        return f"{text}."
    if np.isinf(found.independent):
        return f"{text}; all paired differences are the same."
    return f"{text}; with independent luck it would have taken {found.independent:,.0f}."
