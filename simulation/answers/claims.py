"""Claims on trial: worlds read by pairs on the same luck, and verdicts that follow.

A :class:`Claim` says that a measure is higher, or lower, in one world than in another on the same
luck, by at least so much. It is *supported* when the 95 % interval lies wholly at or above that
bar, *not supported* when it lies wholly below, and *unclear* otherwise: the bar is the smallest
effect that would matter to somebody who has to decide, so that a real but trifling effect is not
called support. Tried over accepted parameter vectors as well, support needs nine in ten of them on
the claim's side; else the verdict *depends on* the parameter whose ranks separate the sides best.

Practice is told in two parts: the probability that the programme never stopped, and practice given
survival, in those replications whose programmes had stopped in neither world.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..pictures import summaries
from ..pictures.estimates import (
    UNKNOWN,
    Array,
    Estimate,
    known_mean,
    mean_of,
    of_mean_curves,
    proportion,
    share_difference,
)
from . import recovery

SUPPORTED, NOT_SUPPORTED, UNCLEAR = "supported", "not supported", "unclear"
DEPENDS = "depends on"
#: The share of accepted vectors on the claim's side that support needs.
NINE_IN_TEN = 0.9


class Window(NamedTuple):
    """Months over which a measure is taken, ``first`` to before ``last``, and what they are."""

    words: str
    first: int
    last: int | None

    @property
    def months(self) -> slice:
        """What picks them from a curve by month."""
        return slice(self.first, self.last)


#: The smallest effect that would matter to somebody who has to decide, by unit.
MATTERS = {"sd": 0.01, "points": 1.0}
EVENT = 60  #: the month of every scripted event
YEAR = Window("in the year after", EVENT, EVENT + 12)
SECOND = Window("in the second year", EVENT + 12, EVENT + 24)
FIVE_YEARS = Window("in the five years after", EVENT, EVENT + 60)
AFTER = Window("from then on", EVENT, None)
END = Window("in the last year", -12, None)
WHOLE = Window("over all months", 1, None)


class Quantity(NamedTuple):
    """A measure as it is told: column, what it is called, unit, factor; over runs that survived."""

    measure: str
    words: str
    unit: str
    scale: float
    survivors: bool = False
    chance: bool = False  #: a probability of runs, taken at the end of a window


#: Measures that are told otherwise than by their own names.
QUANTITIES = {
    "practice": Quantity("adoption", "practice given survival", "points", 100.0, survivors=True),
    "survival": Quantity(
        "never_stopped", "programmes that never stopped", "points", 100.0, False, True
    ),
    "infrastructure": Quantity("infrastructure", "infrastructure", "points", 100.0, survivors=True),
    "money": Quantity("money", "programme money a year", "thousand", 12.0),
    "hours": Quantity("leader_hours", "leaders' hours a year", "hours", 12.0),
}


def quantity(name: str) -> Quantity:
    """Return how a measure is told: shares in percentage points, all else as it is."""
    if name in QUANTITIES:
        return QUANTITIES[name]
    unit = summaries.unit_of(name)
    told, scale = ("points", 100.0) if unit == "share" else (unit, 1.0)
    return Quantity(name, name.replace("_", " "), told, scale)


class Worlds:
    """Runs of scenarios on the same luck, read alone or by pairs."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table
        self._cubes: dict[str, dict[str, Array]] = {}

    def curves(self, measure: str, name: str) -> Array:
        """Return a column of a scenario, of shape (replications, months + 1)."""
        if measure not in self._cubes:
            self._cubes[measure] = summaries.cube(self.table, measure)
        return self._cubes[measure][name]

    def has(self, what: str) -> bool:
        """Return whether a quantity was measured: not every organization has every level."""
        return quantity(what).measure in self.table

    def going(self, name: str, window: Window) -> Array:
        """Return whether each replication's programme has never stopped until a window's end."""
        return self.curves("never_stopped", name)[:, window.months][:, -1] > 0.5

    def each(self, what: str, name: str, window: Window = END) -> Array:
        """Return a quantity of a scenario by replication: NaN where it is not told."""
        told = quantity(what)
        curves = self.curves(told.measure, name)[:, window.months]
        values = told.scale * (curves[:, -1] if told.chance else curves.mean(axis=1))
        return np.where(self.going(name, window), values, np.nan) if told.survivors else values

    def mean(self, what: str, name: str, window: Window = END) -> Estimate:
        """Return a quantity of a scenario with its interval."""
        values, told = self.each(what, name, window), quantity(what)
        if told.chance:
            return proportion(values / told.scale).times(told.scale)
        return mean_of(values)

    def more(self, what: str, case: str, against: str, window: Window = YEAR) -> Estimate:
        """Return how much more of a quantity a case has than what it is held against."""
        told = quantity(what)
        first, second = (self.each(what, name, window) for name in (case, against))
        if told.chance:
            return share_difference(first / told.scale, second / told.scale).times(told.scale)
        return mean_of(first - second)

    def gaps(self, what: str, case: str, against: str) -> Array:
        """Return differences by replication and month: practice as long as both go on."""
        told = quantity(what)
        gaps = told.scale * (self.curves(told.measure, case) - self.curves(told.measure, against))
        if not told.survivors:
            return gaps
        pair = [self.curves("never_stopped", name) > 0.5 for name in (case, against)]
        return np.where(pair[0] & pair[1], gaps, np.nan)

    def recovery(self, what: str, case: str, against: str = "baseline") -> Estimate:
        """Return the months until half of what a case lost is regained, where a loss is clear."""
        gaps = self.gaps(what, case, against)
        if len(gaps) < summaries.FEWEST:
            return Estimate(recovery.half_recovery(known_mean(gaps), EVENT), np.nan, np.nan)
        found = recovery.recovery_of(gaps, EVENT)
        return Estimate(found.months, found.low, found.high) if found.clear else UNKNOWN

    def low(self, what: str, case: str, against: str = "baseline") -> Estimate:
        """Return the months until what a case lost is largest, where a loss is clear."""
        gaps = self.gaps(what, case, against)[:, FIVE_YEARS.months]
        if self.more(what, case, against, FIVE_YEARS).high >= 0.0:
            return UNKNOWN
        return of_mean_curves(lambda mean: float(np.nanargmin(mean)), gaps)

    def outside_the_steepest(self, what: str, names: Sequence[str], rise: float) -> Estimate:
        """Return the part of a rise that lies outside its steepest step, in per cent.

        Unknown unless the last scenario clearly has ``rise`` more of the quantity than the first.
        """
        if not self.more(what, names[-1], names[0], END).low >= rise:
            return UNKNOWN
        each = [self.each(what, name) for name in names]
        return of_mean_curves(outside_the_steepest, np.stack(each, axis=1))

    def grid(self, what: str, names: Array, window: Window = END) -> Array:
        """Return a quantity by replication of scenarios on a grid.

        Parameters
        ----------
        names : array of str
            Scenarios, of any shape.

        Returns
        -------
        array of shape (replications, *names.shape)
        """
        each = [self.each(what, str(name), window) for name in names.ravel()]
        return np.stack(each, axis=1).reshape(-1, *names.shape)

    def together(
        self, what: str, both: str, alone: tuple[str, str], neither: str, window: Window = END
    ) -> Estimate:
        """Return what two things bring together, beyond what each brings alone."""
        first, one, other, none = (
            self.each(what, name, window) for name in (both, *alone, neither)
        )
        return mean_of(first - one - other + none)

    def sooner(self, what: str, case: tuple[str, str], other: tuple[str, str]) -> Estimate:
        """Return how many months sooner half of a loss is regained in one pair than in another."""
        gaps = [self.gaps(what, *pair) for pair in (case, other)]
        half = recovery.half_recovery
        return of_mean_curves(lambda a, b: half(b, EVENT) - half(a, EVENT), *gaps)


def over_the_rest(values: Array) -> Array:
    """Return the mean of each replication over what is known.

    Parameters
    ----------
    values : array of shape (replications, ...)

    Returns
    -------
    array of shape (replications,)
        NaN where nothing is known.
    """
    return known_mean(values.reshape(len(values), -1).T)


def outside_the_steepest(curve: Array) -> float:
    """Return the part of a rise that lies outside its steepest step, in per cent."""
    steps = np.diff(curve)
    return float(100.0 - 100.0 * steps.max() / steps.sum()) if steps.sum() > 0.0 else np.nan


# --- claims and verdicts ---------------------------------------------------------------


class Carried(NamedTuple):
    """What the accepted parameter vectors say of a claim."""

    share: float  #: of vectors on the claim's side; NaN: none says anything
    parameter: str = ""  #: whose ranks separate the two sides best; "": there is one side only
    boundary: float = np.nan  #: the value of it that parts most vectors rightly
    above: bool = True  #: whether the claim holds above the boundary
    right: float = np.nan  #: the share of vectors that the boundary parts rightly


def verdict(
    estimate: Estimate, bar: float, split: float = 0.0, carried: Carried | None = None
) -> str:
    """Return whether "at least the bar" is supported, not supported, unclear, or depends.

    Parameters
    ----------
    estimate : Estimate
    bar : float
        The least that supports the claim.
    split : float
        Below it lies the opposite of the claim.
    carried : Carried, optional
        How many vectors lie above ``split``.
    """
    if np.isnan([estimate.low, estimate.high]).any():
        return UNCLEAR
    word = SUPPORTED if estimate.low >= bar else UNCLEAR
    word = NOT_SUPPORTED if estimate.high < bar else word
    if carried is None or np.isnan(carried.share):
        return word
    mixed = carried.share < NINE_IN_TEN
    if word == NOT_SUPPORTED:  # the opposite holds, but not in nine of ten; else it is trifling
        mixed = estimate.high < split and 1.0 - carried.share < NINE_IN_TEN
    return f"{DEPENDS} {carried.parameter}" if mixed and word != UNCLEAR else word


class Finding(NamedTuple):
    """A claim on trial: what was measured, the least that would support it, effects beside it."""

    claim: str
    case: str
    measured: str
    unit: str
    estimate: Estimate
    bar: float
    split: float = 0.0  #: below it lies the opposite of the claim
    effects: tuple[Estimate, Estimate] = (UNKNOWN, UNKNOWN)  #: on engagement and on practice

    def row(self, carried: Carried | None = None) -> dict[str, Any]:
        """Return the finding as a row of the table of verdicts."""
        told = carried or Carried(np.nan)
        beside = {
            f"{name}{end}": number
            for name, effect in zip(("engagement", "practice"), self.effects, strict=True)
            for end, number in zip(("", "_low", "_high"), effect, strict=True)
        }
        return {
            "claim": self.claim,
            "case": self.case,
            "measured": self.measured,
            "unit": self.unit,
            **self.estimate._asdict(),
            "at_least": self.bar,
            "split": self.split,
            "vectors": told.share,
            "separated_by": told.parameter,
            "boundary": told.boundary,
            "holds_above": told.above,
            "parted_rightly": told.right,
            "verdict": verdict(self.estimate, self.bar, self.split, carried),
            **beside,
        }


class Claim(NamedTuple):
    """What the text says, put so that it can fail.

    ``text`` is said of ``case`` held against ``against`` on the same luck: ``measure`` rises, or
    falls where ``falls`` is set, by at least ``bar`` over the ``window`` (default: what matters in
    the measure's unit, :data:`MATTERS`). Where something else is
    asked, ``estimate`` takes the :class:`Worlds` and ``asked`` says what and in which unit;
    ``split`` then parts the claim from its opposite. ``title`` is what the case is called. Of
    several cases of one text the first is the one that stands for it.
    """

    text: str
    case: str
    against: str = "baseline"
    measure: str = "engagement"
    window: Window = YEAR
    falls: bool = False
    bar: float | None = None
    estimate: Callable[[Worlds], Estimate] | None = None
    asked: tuple[str, str] = ("", "")
    split: float = 0.0
    title: str = ""

    def finding(self, worlds: Worlds, titles: Mapping[str, str]) -> Finding:
        """Return what the worlds say of the claim."""
        told = quantity(self.measure)
        if self.estimate is not None:
            found, (measured, unit) = self.estimate(worlds), self.asked
        else:
            change = worlds.more(self.measure, self.case, self.against, self.window)
            found = change.times(-1.0 if self.falls else 1.0)
            lost = " lost" if self.falls else ""
            measured, unit = f"{told.words}{lost} {self.window.words}", told.unit
        effects = [
            worlds.more(name, self.case, self.against, self.window)
            for name in ("engagement", "practice")
        ]
        title = self.title or told_of(self.case, self.against, titles)
        return Finding(
            self.text,
            title,
            measured,
            unit,
            found,
            MATTERS.get(unit, 0.0) if self.bar is None else self.bar,
            self.split,
            (effects[0], effects[1]),
        )


def claims(text: str, cases: Sequence[str], **told: Any) -> list[Claim]:
    """Return the same claim of several cases, in order."""
    return [Claim(text, case, **told) for case in cases]


def worst(worlds: Worlds, asked: Sequence[Claim]) -> Estimate:
    """Return the least of what several claims measure, end by end.

    The low end is at or above a bar if every claim's is, and the high end below it if any is: so
    "everywhere" is judged at the level of a single claim (Berger's intersection-union test).
    """
    found = [claim.finding(worlds, {}).estimate for claim in asked]
    return Estimate(*(float(np.min(numbers)) for numbers in zip(*found, strict=True)))


def everywhere(text: str, cases: Sequence[Claim], of: str) -> list[Claim]:
    """Return the claim that all of some cases hold, judged by the least of them, then each.

    Parameters
    ----------
    text : str
    cases : sequence of Claim
        The first is the one whose effects are told beside it.
    of : str
        What the cases are: "sizes and shapes".
    """
    first = cases[0]
    told, lost = quantity(first.measure), " lost" if first.falls else ""
    measured = f"{told.words}{lost} {first.window.words}, the least of {len(cases)} {of}"
    whole = first._replace(
        text=text,
        estimate=partial(worst, asked=tuple(cases)),
        asked=(measured, told.unit),
        title=f"all {len(cases)} {of}; effects: {first.title}",
    )
    return [whole, *cases]


def recovers(
    text: str, cases: Sequence[str], measures: Sequence[str], months: float
) -> list[Claim]:
    """Return the claim that half of what each case lost is regained no sooner than in months."""
    return [
        Claim(
            text,
            case,
            measure=measure,
            bar=months,
            split=months,
            asked=(f"{quantity(measure).words}, months until half is regained", "months"),
            estimate=partial(Worlds.recovery, what=measure, case=case),
        )
        for measure in measures
        for case in cases
    ]


def told_of(case: str, against: str, titles: Mapping[str, str]) -> str:
    """Return what a pair of worlds is called."""
    beside = "" if against == "baseline" else f" (against: {titles.get(against, against)})"
    return f"{titles.get(case, case)}{beside}"


def separated(sides: Array, vectors: pd.DataFrame) -> Carried:
    """Return the share of vectors above 0, and the parameter that separates them best.

    A vector whose runs show no difference at all, or nothing to measure, does not count.

    Parameters
    ----------
    sides : array of shape (vectors,)
        How far each vector lies on the claim's side.
    vectors : DataFrame
        A vector a row.
    """
    told = ~np.isnan(sides) & (sides != 0.0)
    if not told.any():
        return Carried(np.nan)
    above, ranks = sides[told] > 0.0, vectors[told].rank()
    share = float(above.mean())
    moved = ranks.loc[:, ranks.nunique() > 1]
    if above.all() or not above.any() or moved.empty:
        return Carried(share)
    strength = moved.corrwith(pd.Series(above.astype(float), moved.index)).abs()
    name = str(strength.idxmax())
    return Carried(share, name, *parted(vectors[told][name].to_numpy(dtype=float), above))


def parted(values: Array, above: Array) -> tuple[float, bool, float]:
    """Return the value that parts two sides best, whether ``above`` lies over it, and how well.

    Parameters
    ----------
    values, above : arrays of shape (vectors,)
        A parameter's values, and whether the claim holds.

    Returns
    -------
    tuple
        Boundary (midway between two values), whether the claim holds above it, share parted
        rightly.
    """
    order = np.argsort(values, kind="stable")
    ordered, holds = values[order], above[order]
    over = np.array([(~holds[:k]).sum() + holds[k:].sum() for k in range(1, len(values))])
    rightly = np.where(np.diff(ordered) > 0.0, np.maximum(over, len(values) - over), -1)
    best = int(np.argmax(rightly))
    boundary = float(ordered[best] + ordered[best + 1]) / 2.0
    return boundary, bool(over[best] == rightly[best]), float(rightly[best]) / len(values)


def disagree(published: str | Path, again: str | Path) -> list[str]:
    """Return which published signs another, smaller set of runs denies, in words.

    Parameters
    ----------
    published, again : path
        Tables of verdicts of the same claims.

    Returns
    -------
    list of str
        Findings whose published interval lies on one side of what parts a claim from its
        opposite, and whose new interval lies wholly on the other; and claims that are not there.
    """
    index = ["claim", "case", "measured"]
    first, second = (pd.read_csv(path).drop_duplicates(index) for path in (published, again))
    both = first.merge(second, on=index, how="outer", suffixes=("", "_again"), indicator=True)
    alone = [
        f"{row.claim} ({row.case}): not in both" for row in both.itertuples() if row[-1] != "both"
    ]
    up = (both["low"] > both["split"]) & (both["high_again"] < both["split"])
    down = (both["high"] < both["split"]) & (both["low_again"] > both["split"])
    turned = both[up | down]
    return alone + [
        f"{row.claim} ({row.case}): {row.measured} {row.value:.3g}, now {row.value_again:.3g}"
        for row in turned.itertuples()
    ]
