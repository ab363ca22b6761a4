"""Up and down again: whether what leaders raise and lower leaves a trace, or only a lag.

Question
--------
Commitment (talk and action) and presence are raised slowly from low to high and lowered again. Do
engagement and practice go back the way they came? If there are two states (hysteresis), the way
down stays above the way up however slowly one goes, and something stays for good. If there is only
a lag, slower loops are narrower, and what was gained fades.

Design
------
The lever from .1 to .9 and down again, each way over 2, 5, 10 and 30 years, starting in year ten
from a settled organization, then ten years at .1; against one in which it stays low, and beside
others in which it is held at .3, .5, .7 and .9 for as long (the static answer). On the same luck.
Budget rounds end no programme here: over eighty years most would end, and that is another
experiment's question. The width of a loop is the way down less the way up, averaged over the middle
half of the lever's range. Divided by the static answer's slope it is in units of the lever.

Rule
----
There is a lag if the loop of five years a way is at least .01 standard deviations of engagement, or
a point of practice, wide. It is only a lag if the loop of 30 years a way is narrower than that of
ten, and if ten years after it at most a tenth of the most gained is left. A lag with one time
constant of up to seven years passes both, and an answer with two states fails both (tested); a
slower lag is not told from two states.

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
from common import Experiment, Found, Pictures, spelled, world

from simulation.answers.claims import AFTER, Array, Claim, Estimate, Window, Worlds, mean_of
from simulation.pictures import plates, summaries

START, LOW, HIGH, YEARS, HELD = 120, 0.1, 0.9, (2, 5, 10, 30), (0.3, 0.5, 0.7, 0.9)
AFTERWARDS, LONGEST = 120, 120  # months at low again; the longest ramp of an event
MONTHS = START + 24 * YEARS[-1] + AFTERWARDS
LEVERS = {
    "commitment": ("commitment.talk", "commitment.action"),
    "presence": ("presence.level",),
}
MEASURES = {"engagement": ("sd", 0.01), "practice": ("points", 1.0)}
SETTLED = Window("held", 2 * START, None)


def name_of(lever: str, years: int) -> str:
    """Return what the world in which a lever goes up and down is called."""
    return f"{lever}-{years}-years"


def way(month: int, start: float, end: float, months: int) -> list[dict[str, Any]]:
    """Return the changes that take a lever evenly from one value to another."""
    parts = -(-months // LONGEST)
    length, step = months // parts, (end - start) / parts
    return [
        {"month": month + k * length, "ramp": length, "value": start + (k + 1) * step}
        for k in range(parts)
    ]


def ramp(lever: str, years: int) -> Any:
    """Return the world in which a lever goes up over some years, and down over as many."""
    months = 12 * years
    both = way(START, LOW, HIGH, months) + way(START + months, HIGH, LOW, months)
    events = [{"type": "change", "lever": name, **one} for name in LEVERS[lever] for one in both]
    title = f"{lever.capitalize()}, {years} years a way"
    changes = dict.fromkeys(LEVERS[lever], LOW) | {"run.months": MONTHS}
    return world(name_of(lever, years), title, events=events, **changes)


def held(lever: str, value: float) -> Any:
    """Return the world in which a lever stays as it is."""
    name = f"{lever}-low" if value == LOW else f"{lever}-{value:g}"
    return world(name, **dict.fromkeys(LEVERS[lever], value))


def ways(worlds: Worlds, measure: str, lever: str, years: int) -> tuple[Array, Array]:
    """Return a measure up and, turned round, down again, at the same values of the lever."""
    gaps, months = worlds.gaps(measure, name_of(lever, years), f"{lever}-low"), 12 * years
    top = START + months - 1
    return gaps[:, START : top + 1], gaps[:, top : top + months][:, ::-1]


def width(worlds: Worlds, measure: str, lever: str, years: int) -> Array:
    """Return how wide a loop is over the middle half of the lever's range, by replication."""
    up, down = ways(worlds, measure, lever, years)
    return (down - up)[:, up.shape[1] // 4 : 3 * up.shape[1] // 4].mean(axis=1)


def left(worlds: Worlds, measure: str, lever: str, years: int) -> Array:
    """Return what is left in the tenth year after a loop, by replication."""
    gaps = worlds.gaps(measure, name_of(lever, years), f"{lever}-low")
    end = START + 24 * years + AFTERWARDS
    return gaps[:, end - 12 : end].mean(axis=1)


def slope(worlds: Worlds, measure: str, lever: str) -> float:
    """Return the static answer over the middle half of the range, a unit of the lever."""
    more = worlds.more(measure, f"{lever}-0.7", f"{lever}-0.3", SETTLED).value
    return more / (0.7 - 0.3)


def lag(worlds: Worlds, measure: str, lever: str) -> Estimate:
    """Return the width of the loop of five years a way."""
    return mean_of(width(worlds, measure, lever, 5))


def narrows(worlds: Worlds, measure: str, lever: str) -> Estimate:
    """Return how much narrower the loop of 30 years a way is than that of ten."""
    return mean_of(width(worlds, measure, lever, 10) - width(worlds, measure, lever, 30))


def fades(worlds: Worlds, measure: str, lever: str) -> Estimate:
    """Return a tenth of what was gained at the top, less what is left ten years after."""
    up, _ = ways(worlds, measure, lever, 30)
    return mean_of(0.1 * up[:, -12:].mean(axis=1) - left(worlds, measure, lever, 30))


#: The claim: how it is measured, in words, and the least that supports it, of what matters.
TRIALS = {
    "the way down lies above the way up": (lag, "width of the loop, 5 years a way", 1.0),
    "slower loops are narrower": (narrows, "width at 10 years a way, less at 30", 0.0),
    "what was gained fades": (fades, "a tenth of the gain, less what is left after 10 years", 0.0),
}
CLAIMS = tuple(
    Claim(text, name_of(lever, 30), f"{lever}-low", measure, AFTER, bar=bar * MEASURES[measure][1],
          estimate=partial(estimate, measure=measure, lever=lever),
          asked=(f"{measure}: {told}", MEASURES[measure][0]),
          title=f"{lever.capitalize()} up and down")
    for text, (estimate, told, bar) in TRIALS.items()
    for lever, measure in product(LEVERS, MEASURES)
)  # fmt: skip


def loops(found: Found) -> dict[str, pd.DataFrame]:
    """Return each loop's width, in the measure's unit and the lever's, and what is left."""
    rows = []
    for lever, measure, years in product(LEVERS, MEASURES, YEARS):
        wide = mean_of(width(found.worlds, measure, lever, years))
        of_lever = wide.times(1.0 / slope(found.worlds, measure, lever))
        rest = mean_of(left(found.worlds, measure, lever, years))
        told = (f"{lever.capitalize()}, {measure} ({MEASURES[measure][0]})", years)
        rows.append((*told, *(spelled(one) for one in (wide, of_lever, rest))))
    columns = ["loop", "years a way", "width", "in units of the lever", "left ten years after"]
    return {"Loops": pd.DataFrame(rows, columns=columns)}


def shown(found: Found) -> Pictures:
    """Return the loops: each measure over the lever, up, down and held."""
    return {
        measure: (loops_of(found, measure), f"{measure.capitalize()} up, down, and held.")
        for measure in MEASURES
    }


def loops_of(found: Found, measure: str) -> Any:
    """Return the figure of a measure: a row of panels a lever, a column a pace."""
    rows = []
    for lever, years in product(LEVERS, YEARS):
        up, down = ways(found.worlds, measure, lever, years)
        at = LOW + (HIGH - LOW) * np.arange(1, up.shape[1] + 1) / up.shape[1]
        static = [found.worlds.more(measure, f"{lever}-{v:g}", f"{lever}-low", SETTLED)
                  for v in HELD]  # fmt: skip
        curves = {
            "up": (at, *summaries.intervals(up)),
            "down": (at, *summaries.intervals(down)),
            "held": ((LOW, *HELD), *np.array([(0.0, 0.0, 0.0), *static]).T),
        }
        told = {"panel": f"{lever.capitalize()}, {years} years a way"}
        for series, (x, value, low, high) in curves.items():
            told["series"] = series
            rows.append(pd.DataFrame({"x": x, "value": value, "low": low, "high": high, **told}))
    y = f"{measure.capitalize()}, from low ({MEASURES[measure][0]})"
    return plates.dose(
        pd.concat(rows), x="Lever (.1 to .9)", y=y, widths=(1, 1, 1, 1), note=found.note
    )


EXPERIMENT = Experiment(
    "ramps",
    __doc__,
    [
        *(ramp(lever, years) for lever, years in product(LEVERS, YEARS)),
        *(held(lever, value) for lever, value in product(LEVERS, (LOW, *HELD))),
    ],
    CLAIMS,
    shown,
    months=MONTHS,
    replications=60,
    effects=(("engagement", AFTER), ("practice", AFTER)),
    tables=loops,
    held={"infrastructure.end_intercept": -20.0},
)

if __name__ == "__main__":
    EXPERIMENT.command()
