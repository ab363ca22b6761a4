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

import pandas as pd
from common import Experiment, Found, Pictures, spelled, world

from simulation.answers.claims import AFTER, Claim, Estimate, Window, Worlds, mean_of
from simulation.answers.loops import Loop, way
from simulation.pictures import plates

START, LOW, HIGH, YEARS, HELD = 120, 0.1, 0.9, (2, 5, 10, 30), (0.3, 0.5, 0.7, 0.9)
AFTERWARDS = 120  # months at low again
MONTHS = START + 24 * YEARS[-1] + AFTERWARDS
LEVERS = {"commitment": ("commitment.talk", "commitment.action"), "presence": ("presence.level",)}
MEASURES = {"engagement": ("sd", 0.01), "practice": ("points", 1.0)}
SETTLED = Window("held", 2 * START, None)


def name_of(lever: str, years: int) -> str:
    """Return what the world in which a lever goes up and down is called."""
    return f"{lever}-{years}-years"


def ramp(lever: str, years: int) -> Any:
    """Return the world in which a lever goes up over some years, and down over as many."""
    months = 12 * years
    both = way(START, LOW, HIGH, months) + way(START + months, HIGH, LOW, months)
    events = [{"type": "change", "lever": name, **one} for name in LEVERS[lever] for one in both]
    changes = dict.fromkeys(LEVERS[lever], LOW) | {"run.months": MONTHS}
    title = f"{lever.capitalize()}, {years} years a way"
    return world(name_of(lever, years), title, events=events, **changes)


def held(lever: str, value: float) -> Any:
    """Return the world in which a lever stays as it is."""
    name = f"{lever}-low" if value == LOW else f"{lever}-{value:g}"
    return world(name, **dict.fromkeys(LEVERS[lever], value))


def loop(worlds: Worlds, measure: str, lever: str, years: int) -> Loop:
    """Return what follows a lever up and down, less that where it stays low."""
    gaps = worlds.gaps(measure, name_of(lever, years), f"{lever}-low")
    return Loop.of(gaps, START, 12 * years)


def lag(worlds: Worlds, measure: str, lever: str) -> Estimate:
    """Return the width of the loop of five years a way."""
    return mean_of(loop(worlds, measure, lever, 5).width())


def narrows(worlds: Worlds, measure: str, lever: str) -> Estimate:
    """Return how much narrower the loop of 30 years a way is than that of ten."""
    wide, narrow = (loop(worlds, measure, lever, years).width() for years in (10, 30))
    return mean_of(wide - narrow)


def fades(worlds: Worlds, measure: str, lever: str) -> Estimate:
    """Return a tenth of what was gained at the top, less what is left ten years after."""
    slow = loop(worlds, measure, lever, 30)
    return mean_of(0.1 * slow.gained() - slow.left(AFTERWARDS))


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
        one, ends = loop(found.worlds, measure, lever, years), (f"{lever}-0.7", f"{lever}-0.3")
        slope = found.worlds.more(measure, *ends, SETTLED).value / (0.7 - 0.3)
        wide, rest = mean_of(one.width()), mean_of(one.left(AFTERWARDS))
        told = (f"{lever.capitalize()}, {measure} ({MEASURES[measure][0]})", years)
        rows.append((*told, *(spelled(part) for part in (wide, wide.times(1.0 / slope), rest))))
    columns = ["loop", "years a way", "width", "in units of the lever", "left ten years after"]
    return {"Loops": pd.DataFrame(rows, columns=columns)}


def shown(found: Found) -> Pictures:
    """Return the loops: each measure over the lever, up, down and held, by pace."""
    drawn = {}
    for measure, (unit, _) in MEASURES.items():
        parts = []
        for lever, years in product(LEVERS, YEARS):
            less = f"{lever}-low"
            static = {value: found.worlds.more(measure, f"{lever}-{value:g}", less, SETTLED)
                      for value in HELD}  # fmt: skip
            curves = loop(found.worlds, measure, lever, years).curves(LOW, HIGH, static)
            parts.append(curves.assign(panel=f"{lever.capitalize()}, {years} years a way"))
        labels = {"x": "Lever (.1 to .9)", "y": f"{measure.capitalize()}, from low ({unit})"}
        figure = plates.dose(pd.concat(parts), widths=(1, 1, 1, 1), note=found.note, **labels)
        drawn[measure] = (figure, f"{measure.capitalize()} up, down, and held.")
    return drawn


EXPERIMENT = Experiment(
    "ramps",
    __doc__,
    [*(ramp(lever, years) for lever, years in product(LEVERS, YEARS)),
     *(held(lever, value) for lever, value in product(LEVERS, (LOW, *HELD)))],
    CLAIMS,
    shown,
    months=MONTHS,
    replications=60,
    effects=(("engagement", AFTER), ("practice", AFTER)),
    tables=loops,
    held={"infrastructure.end_intercept": -20.0},
)  # fmt: skip

if __name__ == "__main__":
    EXPERIMENT.command()
