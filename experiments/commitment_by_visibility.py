"""Whether to act more strongly or to be seen more, and whether one needs the other.

Question
--------
The top's action for mentoring is crossed with two kinds of visibility: how present leaders are,
and how far those who take part are recognised in public. Which moves engagement, practice and
survival more? Is action worth more where it is seen? Where is the boundary within which more of
both makes no clear difference?

Design
------
A grid: action .1 to .9, presence .1 to 1.5, recognition .1 and .9, the top's talk as usual; ten
years, all points on the same luck. The maps show differences from the least of both, and what both
bring together less what each brings alone (above nought one needs the other, below it one stands in
for the other; a dashed line where that changes sign). An effect is of the range tried, and ranges
of different things are no common coin.

Rule
----
Action, presence and recognition matter if from the least to the most, averaged over the others,
engagement rises by .01 standard deviations, practice by a point. Action is worth more than being
seen if it gains that much more than presence and recognition raised together. One needs the other
if action gains that much more where leaders are present (participants recognised) than where not.

Source
------
The practitioner's text, actions 2 to 4: absence is noticed, recognition makes participants visible.
That one needs the other is the experiment's own question.
"""

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from common import Experiment, Found, Pictures, surface, world

from simulation.answers.claims import (
    END,
    Array,
    Claim,
    Estimate,
    Worlds,
    mean_of,
    over_the_rest,
    quantity,
)  # fmt: skip

ACTIONS, PRESENCES, RECOGNISED = (0.1, 0.3, 0.5, 0.7, 0.9), (0.1, 0.4, 0.7, 1.0, 1.5), (0.1, 0.9)
TOLD = ("against the least of both", "both together, less each alone")
MEASURES = {"engagement": ("sd", 0.01), "practice": ("points", 1.0)}


def name_of(action: float, presence: float, recognition: float) -> str:
    """Return what a point of the grid is called."""
    return f"action-{action:g}-presence-{presence:g}-recognition-{recognition:g}"


def point(action: float, presence: float, recognition: float) -> Any:
    """Return the scenario of a point."""
    title = f"Action {action:g}, presence {presence:g}, recognition {recognition:g}"
    levers = {"commitment.action": action, "presence.level": presence}
    levers["invitation.recognition"] = recognition
    return world(name_of(action, presence, recognition), title, **levers)


#: All scenarios: actions by presences by recognitions.
POINTS = [[[name_of(a, p, r) for r in RECOGNISED] for p in PRESENCES] for a in ACTIONS]


def action(cube: Array) -> Array:
    """Return what action gains from the least to the most."""
    return cube[:, -1] - cube[:, 0]


#: What is asked of the grid: the claim, its case, and what must be at least the bar.
TRIALS: dict[tuple[str, str], Callable[[Array], Array]] = {
    ("action matters", "Action from .1 to .9"): action,
    ("presence matters", "Presence from .1 to 1.5"): lambda c: c[:, :, -1] - c[:, :, 0],
    ("recognition matters", "Recognition from .1 to .9"): lambda c: c[..., -1] - c[..., 0],
    ("action is worth more than being seen", "Action, less presence and recognition together"): (
        lambda c: over_the_rest(action(c)) - over_the_rest(c[:, :, -1, -1] - c[:, :, 0, 0])
    ),
    ("one needs the other", "Action where leaders are present, less where not"): (
        lambda c: action(c)[:, -1] - action(c)[:, 0]
    ),
    ("one needs the other", "Action where participants are recognised, less where not"): (
        lambda c: action(c)[..., -1] - action(c)[..., 0]
    ),
}


def answer(worlds: Worlds, measure: str, trial: Callable[[Array], Array]) -> Estimate:
    """Return what a trial says of a measure."""
    return mean_of(over_the_rest(trial(worlds.grid(measure, np.array(POINTS), END))))


LEAST, MOST = name_of(0.1, 0.1, 0.1), name_of(0.9, 1.5, 0.9)
CLAIMS = tuple(
    Claim(text, MOST, LEAST, window=END, bar=bar, title=case, asked=(f"{measure} gained", unit),
          estimate=partial(answer, measure=measure, trial=trial))
    for (text, case), trial in TRIALS.items()
    for measure, (unit, bar) in MEASURES.items()
)  # fmt: skip


def gained(worlds: Worlds, measure: str, a: float, p: float, r: float) -> Estimate:
    """Return what a point has more than the least of action and presence."""
    return worlds.more(measure, name_of(a, p, r), name_of(ACTIONS[0], PRESENCES[0], r), END)


def together(worlds: Worlds, measure: str, a: float, p: float, r: float) -> Estimate:
    """Return what action and presence bring together, beyond what each brings alone."""
    alone = name_of(a, PRESENCES[0], r), name_of(ACTIONS[0], p, r)
    least = name_of(ACTIONS[0], PRESENCES[0], r)
    return worlds.together(measure, name_of(a, p, r), alone, least, END)


def shown(found: Found) -> Pictures:
    """Return maps of action by presence: against the least of both, and beyond the sum."""
    axes = {"x": "Action of the top", "y": "Presence of leaders"}
    panels = {f"Recognition {r:g}": r for r in RECOGNISED}
    maps = [(measure, measure, gained, 0) for measure in (*MEASURES, "survival")]
    maps += [(f"{measure}_together", measure, together, 1) for measure in MEASURES]
    drawn = {}
    for name, measure, value, first in maps:
        label = f"{measure.capitalize()}, {TOLD[first]}"
        points = product(panels.items(), ACTIONS[first:], PRESENCES[first:])
        rows = [(at, a, p, *value(found.worlds, measure, a, p, r)) for (at, r), a, p in points]
        figure = surface(found, rows, label, quantity(measure).unit, **axes)
        drawn[name] = (figure, f"{label}; no colour where chance could have made it.")
    return drawn


EXPERIMENT = Experiment(
    "commitment_by_visibility",
    __doc__,
    [point(*values) for values in product(ACTIONS, PRESENCES, RECOGNISED)],
    CLAIMS,
    shown,
    months=120,
    replications=40,
)

if __name__ == "__main__":
    EXPERIMENT.command()
