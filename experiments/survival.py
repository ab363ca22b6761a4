"""What keeps a programme alive: presence, ownership, layers, leads, and money for longer.

Question
--------
With which probability has a programme never stopped after two, six and ten years? How does that
change with what leaders do for it (visits, follow-up, visits on more levels, mentoring leads, money
for years) and with what is not known: ownership at the start, and how many layers must own it?

Design
------
The baseline over ten years with one thing changed at a time, all points on the same luck. Usual
presence makes everybody own more than it takes, so that follow-up and ownership at the start are
tried where a tenth of the visits are made, and layers that must own it where only the top two
levels make any. Small programmes need less than one lead: leads are tried among 6,000 people, all
else among 400. Half a lead does half the work of one.

Rule
----
Something keeps programmes going if from the least to the most of it ten more in a hundred have
never stopped after ten years. The rise is smooth if no single step takes more than two thirds of it
(asked where the rise is clear): a threshold would be one step with all of the rise.

Source
------
Bond and colleagues (2014): of 49 sites 14 % had given a programme up within two years, 37 % within
six. Scheirer (2005): champions, fit and benefits that are readily perceived. The text, actions 4-6.
"""

from functools import partial
from typing import Any

from common import Experiment, Found, Pictures, dose, lever, world

from simulation import load_scenario
from simulation.answers.claims import END, Claim, Estimate, Window, Worlds

RARE, SMALL, LARGE = {"presence.level": 0.1}, {"organization.people": 400}, 6000
RISE, STEEPEST = 10.0, 200.0 / 3.0  # programmes in a hundred, % of a rise
AXES: dict[str, tuple[float, ...]] = {
    "Visits made, of those expected": (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0),
    "Visits followed up, a tenth made": (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
    "Ownership at the start, a tenth made": (0.0, 0.05, 0.1, 0.2, 0.3, 0.5),
    "Levels of leaders who visit": (0, 1, 2, 3, 4),
    "Layers that must own it (fewer is safer)": (5, 4, 3, 2, 1, 0),
    "Mentoring leads, 6,000 people": (0.05, 0.5, 1, 2, 3, 4),
    "Years that money is granted for": (1, 2, 3, 5),
}
VISITS, FOLLOWED, OWNED, LEVELS, LAYERS, LEADS, YEARS = AXES
AFTER_YEARS = {n: Window(f"after {n} years", 12 * n, 12 * n + 1) for n in (2, 6, 10)}


def changes(axis: str, value: float) -> dict[str, Any]:
    """Return what a point of an axis changes."""
    standard = load_scenario("baseline").parameters.succession.lead_standard
    return {
        VISITS: SMALL | {"presence.level": value},
        FOLLOWED: SMALL | RARE | {"presence.follow_up": value},
        OWNED: SMALL | RARE | {"presence.ownership_start": value},
        LEVELS: SMALL | {"presence.level": 0.0},
        LAYERS: SMALL | {"presence.level": 0.0, "infrastructure.owning_layers": int(value)},
        LEADS: {
            "organization.people": LARGE,
            "succession.leads": max(1, int(value)),
            "succession.lead_action": max(standard * min(value, 1.0), 0.05),
        },
        YEARS: SMALL | {"infrastructure.funding_years": int(value)},
    }[axis]


def point(axis: str, value: float) -> Any:
    """Return the scenario of a point: visits on the levels from the top where they are asked."""
    visiting = {LEVELS: int(value), LAYERS: 2}.get(axis, 0)
    events = [lever("presence.level", 1.0, level=level, month=1) for level in range(visiting)]
    return world(name_of(axis, value), f"{axis}: {value:g}", events=events, **changes(axis, value))


def name_of(axis: str, value: float) -> str:
    """Return what the scenario of a point is called."""
    return f"{list(AXES).index(axis)}-{value:g}"


def ends(axis: str) -> tuple[str, str]:
    """Return the scenarios with the most and with the least of an axis."""
    return name_of(axis, AXES[axis][-1]), name_of(axis, AXES[axis][0])


def smooth(worlds: Worlds, axis: str) -> Estimate:
    """Return how much of a clear rise lies outside the steepest step, in per cent."""
    return worlds.outside_the_steepest("survival", [name_of(axis, v) for v in AXES[axis]], RISE)


CLAIMS = (
    *(Claim(f"it keeps programmes going: {axis.lower()}", *ends(axis), "survival", END, bar=RISE,
            title=axis)
      for axis in AXES),
    *(Claim("survival rises smoothly", *ends(axis), window=END, bar=100.0 - STEEPEST,
            estimate=partial(smooth, axis=axis), title=axis,
            asked=("rise outside the steepest step", "% of the rise"))
      for axis, values in AXES.items() if len(values) > 4),
)  # fmt: skip


def shown(found: Found) -> Pictures:
    """Return the share of programmes that never stopped over each axis."""
    when = {f"{n} years": window for n, window in AFTER_YEARS.items()}
    points = {
        axis: {years: {v: name_of(axis, v) for v in values} for years in when}
        for axis, values in AXES.items()
    }
    y = "Programmes that never stopped (%)"
    figure = dose(found, points, ["survival"], "", y, windows=when)
    told = "Programmes that have never stopped, one thing changed at a time."
    return {"survival": (figure, told)}


EXPERIMENT = Experiment(
    "survival",
    __doc__,
    ["baseline", *(point(axis, value) for axis, values in AXES.items() for value in values)],
    CLAIMS,
    shown,
    months=120,
    replications=120,
    effects=(("survival", END), ("practice", END), ("engagement", END), ("money", END)),
)

if __name__ == "__main__":
    EXPERIMENT.command()
