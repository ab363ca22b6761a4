"""Up and down again: whether what leaders raise and lower leaves a trace, or only a lag.

Question
--------
Commitment (talk and action) and presence are raised slowly from low to high and lowered again. Do
engagement and practice go back the way they came? If there are two states (hysteresis), the way
down stays above the way up however slowly one goes. If there is only a lag, the loop closes.

Design
------
The lever from .1 to .9 and down again, each way over 2, 5 and 10 years, starting in year ten from a
settled organization, against one in which it stays low. On the same luck. The width of the loop is
the difference between the way down and the way up, averaged over the middle half of the lever's
range, in units of the measure.

Rule
----
There is a lag if the loop of five years a way is at least .01 standard deviations of engagement, or
a point of practice, wide. It is only a lag if the loop of ten years a way is at most two thirds as
wide as that of two years, and hysteresis if the slowest loop is at least as wide as that.

Source
------
Granovetter (1978): thresholds may leave two states. The text, action 2: it can take years to
recover.
"""

from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from common import Experiment, Found, Pictures, world

from simulation.answers.claims import AFTER, Array, Claim, Estimate, Worlds, mean_of
from simulation.pictures import plates, summaries

START, LOW, HIGH, YEARS = 120, 0.1, 0.9, (2, 5, 10)
MONTHS = START + 12 * 2 * YEARS[-1] + 12
LEVERS = {
    "commitment": ("commitment.talk", "commitment.action"),
    "presence": ("presence.level",),
}
MEASURES = {"engagement": ("sd", 0.01), "practice": ("points", 1.0)}


def name_of(lever: str, years: int) -> str:
    """Return what the world in which a lever goes up and down is called."""
    return f"{lever}-{years}-years"


def ramp(lever: str, years: int) -> Any:
    """Return the world in which a lever goes up over some years, and down over as many."""
    months = 12 * years
    ways = ((START, HIGH), (START + months, LOW))
    events = [
        {"type": "change", "lever": name, "month": month, "value": value, "ramp": months}
        for name in LEVERS[lever]
        for month, value in ways
    ]
    title = f"{lever.capitalize()}, {years} years a way"
    low = dict.fromkeys(LEVERS[lever], LOW)
    return world(name_of(lever, years), title, events=events, **low, **{"run.months": MONTHS})


def ways(worlds: Worlds, measure: str, lever: str, years: int) -> tuple[Array, Array]:
    """Return a measure on the way up and, turned round, on the way down, by replication."""
    gaps = worlds.gaps(measure, name_of(lever, years), f"{lever}-low")
    months = 12 * years
    return gaps[:, START : START + months], gaps[:, START + months : START + 2 * months][:, ::-1]


def width(worlds: Worlds, measure: str, lever: str, years: int) -> Array:
    """Return how wide a loop is over the middle half of the lever's range, by replication."""
    up, down = ways(worlds, measure, lever, years)
    middle = slice(up.shape[1] // 4, 3 * up.shape[1] // 4)
    both = (down - up)[:, middle]
    return np.array(
        [row[np.isfinite(row)].mean() if np.isfinite(row).any() else np.nan for row in both]
    )


def lag(worlds: Worlds, measure: str, lever: str) -> Estimate:
    """Return the width of the loop of five years a way."""
    return mean_of(width(worlds, measure, lever, 5))


def closes(worlds: Worlds, measure: str, lever: str) -> Estimate:
    """Return two thirds of the quick loop's width, less the slow one's."""
    quick, slow = (width(worlds, measure, lever, years) for years in (YEARS[0], YEARS[-1]))
    return mean_of(2.0 / 3.0 * quick - slow)


def claim(text: str, estimate: Any, told: str, lever: str, measure: str, bar: float) -> Claim:
    """Return a claim about the loop of a lever."""
    return Claim(
        text, name_of(lever, 5), f"{lever}-low", measure, AFTER, bar=bar,
        estimate=partial(estimate, measure=measure, lever=lever),
        asked=(f"{measure}: {told}", MEASURES[measure][0]),
        title=f"{lever.capitalize()} up and down",
    )  # fmt: skip


CLAIMS = tuple(
    claim(text, estimate, told, lever, measure, bar * MEASURES[measure][1])
    for text, estimate, told, bar in (
        ("the way down lies above the way up", lag, "width of the loop, 5 years a way", 1.0),
        (
            "it is a lag: slower loops close",
            closes,
            "two thirds of the quick loop, less the slow",
            0.0,
        ),
    )
    for lever, measure in product(LEVERS, MEASURES)
)


def shown(found: Found) -> Pictures:
    """Return the loops: the measure over the lever, up and down."""
    rows = []
    for (lever, measure), years in product(product(LEVERS, MEASURES), YEARS):
        for way, curves in zip(
            ("up", "down"), ways(found.worlds, measure, lever, years), strict=True
        ):
            mean, low, high = summaries.intervals(curves)
            at = np.linspace(LOW, HIGH, len(mean))
            panel = f"{lever.capitalize()}, {measure}, {years} years a way"
            unit = MEASURES[measure][0]
            rows.append(pd.DataFrame({"panel": panel, "series": way, "x": at, "value": mean,
                                      "low": low, "high": high, "y": unit}))  # fmt: skip
    figure = plates.dose(pd.concat(rows), x="Lever", y="Difference from low", note=found.note)
    return {"loops": (figure, "Engagement and practice on the way up and on the way down.")}


EXPERIMENT = Experiment(
    "ramps",
    __doc__,
    [
        *(ramp(lever, years) for lever, years in product(LEVERS, YEARS)),
        *(world(f"{lever}-low", **dict.fromkeys(names, LOW)) for lever, names in LEVERS.items()),
    ],
    CLAIMS,
    shown,
    months=MONTHS,
    replications=60,
    effects=(("engagement", AFTER), ("practice", AFTER)),
)

if __name__ == "__main__":
    EXPERIMENT.command()
