"""The [sweep] table: which points of the parameter space, and what is wrong with it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..errors import InputError
from ..theory.parameters import declared
from .checking import EVENT_AXIS, checked_value, flat, located
from .notation import jsonable, plain, shown
from .reading import Document
from .wording import no_parameter, sentences

if TYPE_CHECKING:
    from .scenario import Scenario

__all__ = ["GIVEN", "PLAUSIBLE", "SAMPLED", "Sweep", "checked_sweep", "try_points"]

#: Designs whose points the file gives, and designs that sample ranges.
GIVEN = ("grid", "zip", "list")
SAMPLED = ("lhs", "sobol", "saltelli", "morris")
#: What an axis of a sampled design may say instead of [low, high].
PLAUSIBLE = "plausible"
_CHECKED_POINTS = 1000
#: Points that a design may have at most, and values in all of them: more cannot be meant.
MOST_POINTS, MOST_VALUES = 2**20, 2**24


class Sweep(BaseModel):
    """Which points of the parameter space are run, and how often each.

    A ``grid`` crosses the values of its axes, a ``zip`` takes them side by side, a ``list``
    has ``points`` of its own; the sampled designs draw from ranges, by default from the
    plausible ranges of all parameters that declare one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    design: Literal["grid", "zip", "list", "lhs", "sobol", "saltelli", "morris"] = Field(
        description="How points are chosen."
    )
    replications: int | None = Field(
        default=None, ge=1, le=1_000_000, description="Replications of each point."
    )
    samples: int | None = Field(
        default=None,
        ge=1,
        le=MOST_POINTS,
        description="Points (lhs, sobol), base samples (saltelli) or trajectories (morris).",
    )
    seed: int = Field(default=0, ge=0, le=2**63 - 1, description="Seed of a sampled design.")
    axes: dict[str, Any] = Field(
        default={}, description='Values of each parameter, or its [low, high] or "plausible".'
    )
    points: tuple[dict[str, Any], ...] = Field(
        default=(), description="The points of a list, each with its parameters' values."
    )
    file: str = Field(
        default="", description="The points of a list in a CSV file, relative to this one."
    )

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, given: Any) -> Any:
        """Take NumPy's numbers and arrays for Python's own."""
        return plain(given)

    def count(self) -> int:
        """Return how many points the design has, without making them; of a file none is known."""
        if self.design in ("list", "zip"):
            rows = self.points if self.design == "list" else next(iter(self.axes.values()), ())
            return len(rows)
        if self.design == "grid":
            return math.prod(len(values) for values in self.axes.values())
        axes = len(self.bounds())
        each = {"saltelli": 2 * axes + 2, "morris": axes + 1}
        return (self.samples or 0) * each.get(self.design, 1)

    def settings(self) -> Iterator[dict[str, Any]]:
        """Yield the changes that make each point of a grid, zip or list, in order."""
        if self.design == "list":
            yield from (dict(point) for point in self.points)
            return
        rows = zip if self.design == "zip" else itertools.product
        for values in rows(*self.axes.values()):
            yield dict(zip(self.axes, values, strict=True))

    def bounds(self) -> dict[str, tuple[float, float]]:
        """Return the lowest and highest value of each axis of a sampled design."""
        plausible = {name: p.plausible for name, p in declared().items() if p.plausible}
        if not self.axes:
            return plausible
        return {
            name: plausible[name] if given == PLAUSIBLE else given
            for name, given in self.axes.items()
        }

    def __repr__(self) -> str:
        return f"Sweep({self})"

    def __str__(self) -> str:
        axes = [f"{name} {shown(values)}" for name, values in self.axes.items()]
        points = f"{len(self.points)} points" if self.points else ""
        samples = f"{self.samples} samples" if self.samples else ""
        return ", ".join(filter(None, [self.design, samples, points, self.file, *axes]))

    def as_dict(self) -> dict[str, Any]:
        """Return what a scenario file says in its [sweep] table."""
        stated = self.model_dump(exclude_defaults=True)
        return {key: jsonable(value) for key, value in stated.items()}


def checked_sweep(document: Document, problems: list[str]) -> Sweep | None:
    """Return the sweep that a document states; what is wrong is added to ``problems``."""
    table = plain(document.data["sweep"])
    if isinstance(table, Sweep):
        table = table.as_dict()
    if table is None and document.name is None:
        return None
    if not isinstance(table, Mapping):
        problems.append(f"{document.at('sweep')}: sweep = {shown(table)} must be a table, [sweep].")
        return None
    before = len(problems)
    given = dict(table)
    if isinstance(given.get("file"), str) and given["file"]:
        where = document.at("sweep", "file")
        given["file"] = located(given["file"], document, f"{where}: [sweep] file", problems)
    given["axes"] = _checked_axes(document, given, problems)
    given["points"] = _checked_points(document, given.get("points", []), problems)
    try:
        sweep = Sweep.model_validate(given)
    except ValidationError as error:
        problems += sentences(error, Sweep, given, partial(document.at, "sweep"), "[sweep] ")
        return None
    if len(problems) == before:
        problems += [f"{document.at(*p)}: {text}." for p, text in _design_problems(sweep)]
    return sweep


def _checked_axes(document: Document, sweep: dict[str, Any], problems: list[str]) -> dict[str, Any]:
    axes = sweep.get("axes", {})
    where = document.at("sweep", "axes")
    if not isinstance(axes, Mapping):
        problems.append(f"{where}: [sweep] axes = {shown(axes)} must be a table, [sweep.axes].")
        return {}
    sampled = sweep.get("design") in SAMPLED
    checked: dict[str, Any] = {}
    for name, values in flat(axes, f"{where}: [sweep.axes]", problems).items():
        at = _axis_place(document, "axes", name)
        if EVENT_AXIS.fullmatch(str(name)):
            checked[name] = _event_values(name, values, at, sampled, problems)
        elif name not in declared():
            problems.append(f"{at}: [sweep.axes] {no_parameter(name)}")
        elif sampled:
            checked[name] = _checked_range(document, name, values, at, problems)
        else:
            checked[name] = _checked_values(document, name, values, at, problems)
    return checked


def _event_values(
    name: str, values: Any, at: str, sampled: bool, problems: list[str]
) -> tuple[Any, ...]:
    """Return an axis of what an event says; the event itself checks the values, point by point."""
    numbers = isinstance(values, list | tuple) and len(values) > 0
    if sampled:
        numbers = numbers and len(values) == 2 and all(type(v) in (int, float) for v in values)
        numbers = numbers and values[0] < values[1]
    if not numbers:
        wanted = "[low, high]" if sampled else "a list of at least one value"
        problems.append(f"{at}: [sweep.axes] {name} = {shown(values)} must be {wanted}.")
        return ()
    return tuple(values)


def _axis_place(document: Document, *path: Any) -> str:
    """Return where an axis is, whether its dotted name is quoted or not."""
    *table, name = path
    dotted = ("sweep", *table, *filter(None, str(name).partition(".")[::2]))
    return document.at(*(dotted if dotted in document.lines else ("sweep", *table, str(name))))


def _checked_values(
    document: Document, name: str, values: Any, at: str, problems: list[str]
) -> tuple[Any, ...]:
    """Return the values of an axis of a grid or zip."""
    if not isinstance(values, list | tuple) or not values:
        problems.append(
            f"{at}: [sweep.axes] {name} = {shown(values)} must be a list of at least one value."
        )
        return ()
    what = f"{at}: [sweep.axes] {name}"
    return tuple(checked_value(document, name, value, what, problems) for value in values)


def _checked_range(document: Document, name: str, given: Any, at: str, problems: list[str]) -> Any:
    """Return [low, high] of an axis of a sampled design as a tuple, or "plausible"."""
    what, parameter = f"{at}: [sweep.axes] {name}", declared()[name]
    if parameter.kind not in ("float", "int"):
        return _checked_categories(document, name, given, at, problems)
    if given == PLAUSIBLE:
        if parameter.plausible is None:
            problems.append(f"{what} declares no plausible range; give it as [low, high].")
    elif not isinstance(given, list | tuple) or len(given) != 2:
        problems.append(f'{what} = {shown(given)} must be [low, high] or "{PLAUSIBLE}".')
    else:
        before = len(problems)
        low, high = (checked_value(document, name, v, what, problems) for v in given)
        if len(problems) == before and low >= high:
            hint = ", in the other order" if low > high else ""
            problems.append(f"{what} = {shown(given)} must be [low, high] with low < high{hint}.")
        return low, high
    return given


def _checked_categories(
    document: Document, name: str, given: Any, at: str, problems: list[str]
) -> tuple[Any, ...]:
    """Return the categories that a sampled design goes through: two or more different values."""
    values = _checked_values(document, name, given, at, problems)
    if values and (len(values) < 2 or _repeated(values)):
        problems.append(
            f"{at}: [sweep.axes] {name} = {shown(given)} must be two or more different values."
        )
    return values


def _checked_points(
    document: Document, points: Any, problems: list[str]
) -> tuple[dict[str, Any], ...]:
    if not isinstance(points, list | tuple) or not all(isinstance(p, Mapping) for p in points):
        problems.append(
            f"{document.at('sweep', 'points')}: [sweep] points = {shown(points)} must be a list "
            "of tables, each headed [[sweep.points]]."
        )
        return ()
    checked: list[dict[str, Any]] = []
    for index, point in enumerate(points):
        called = f"[[sweep.points]] {index + 1}"
        named = flat(point, f"{document.at('sweep', 'points', index)}: {called}", problems)
        checked.append({})
        for name, value in named.items():
            at = _axis_place(document, "points", index, name)
            if name in declared():
                what = f"{at}: {called} {name}"
                checked[-1][name] = checked_value(document, name, value, what, problems)
            elif EVENT_AXIS.fullmatch(str(name)):
                checked[-1][name] = value  # the event checks it, with the point
            else:
                problems.append(f"{at}: {called} {no_parameter(name)}")
    return tuple(checked)


def _design_problems(sweep: Sweep) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield place and sentence for what does not suit the design of a sweep."""
    design, place = sweep.design, ("sweep", "design")
    if sweep.points and design != "list":
        yield ("sweep", "points"), f'[sweep] points are for design = "list", not "{design}"'
    if sweep.file and (design != "list" or sweep.points):
        yield ("sweep", "file"), '[sweep] file is for design = "list" without [[sweep.points]]'
    if design == "list" and not sweep.points and not sweep.file:
        yield place, '[sweep] design = "list" needs [[sweep.points]] or a file'
    if design == "list" and sweep.axes:
        yield ("sweep", "axes"), '[sweep] design = "list" has [[sweep.points]] and no axes'
    if design in ("grid", "zip") and not sweep.axes:
        yield place, f'[sweep] design = "{design}" needs at least one parameter in [sweep.axes]'
    if design in GIVEN and sweep.samples is not None:
        sampled = ", ".join(SAMPLED)
        yield ("sweep", "samples"), f'[sweep] samples is for {sampled}, not for "{design}"'
    if design in SAMPLED and sweep.samples is None:
        yield place, f'[sweep] design = "{design}" needs samples: a whole number of at least 1'
    if design in GIVEN and "seed" in sweep.model_fields_set:
        yield (
            ("sweep", "seed"),
            f'[sweep] seed is for {", ".join(SAMPLED)}, not for "{design}", which draws nothing; '
            "the seed of the runs is given where they are run: --seed or seed=",
        )
    yield from _repetitions(sweep)
    yield from _too_many(sweep)
    if design in ("sobol", "saltelli") and sweep.samples and sweep.samples.bit_count() > 1:
        power = 1 << sweep.samples.bit_length()
        said = f"[sweep] samples = {sweep.samples} must be a power of 2 for {design}"
        yield ("sweep", "samples"), f"{said}, such as {power // 2} or {power}"


def _too_many(sweep: Sweep) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield that there are more points than can be meant, before any of them is made."""
    axes = len(sweep.bounds() if sweep.design in SAMPLED else sweep.axes) or 1
    most = min(MOST_POINTS, MOST_VALUES // axes)
    if sweep.count() > most:
        place = "samples" if sweep.design in SAMPLED else "axes"
        told = f"[sweep] {sweep.design} of {axes} axes has {sweep.count():,} points"
        yield ("sweep", place), f"{told}, more than the {most:,} that it may have"


def _repetitions(sweep: Sweep) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield axes of unequal length, and points or values that are given twice."""
    if sweep.design == "grid":
        for name, values in sweep.axes.items():
            if again := _repeated(values):
                yield ("sweep", "axes", name), f"[sweep.axes] {name} has {shown(again[2])} twice"
    elif sweep.design == "zip" and len({len(values) for values in sweep.axes.values()}) > 1:
        counts = ", ".join(f"{name} {len(values)}" for name, values in sweep.axes.items())
        yield ("sweep", "axes"), f"[sweep.axes] of a zip must be equally long (now {counts})"
    elif sweep.design in ("zip", "list"):
        again = _repeated(tuple(sorted(point.items())) for point in sweep.settings())
        table = "points" if sweep.design == "list" else "axes"
        if again:
            yield ("sweep", table), f"[sweep] point {again[1] + 1} repeats point {again[0] + 1}"


def _repeated(values: Iterable[Any]) -> tuple[int, int, Any] | None:
    """Return where a value stands first, where again, and the value; None if there is none."""
    first: dict[Any, int] = {}
    for index, value in enumerate(values):
        key = value if _hashes(value) else repr(value)  # of an event: a list or a table
        if first.setdefault(key, index) != index:
            return first[key], index, value
    return None


def _hashes(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def try_points(scenario: Scenario, sweep: Sweep, document: Document) -> None:
    """Refuse given points whose values do not agree with each other or with the events."""
    points = sweep.settings() if sweep.design in GIVEN else _event_ends(sweep)
    for number, point in enumerate(itertools.islice(points, _CHECKED_POINTS), 1):
        try:
            scenario.changed(point)
        except InputError as error:
            reason = str(error).splitlines()[0].removeprefix("changes: ")
            raise InputError(f"{document.at('sweep')}: [sweep] point {number}: {reason}") from None


def _event_ends(sweep: Sweep) -> Iterator[dict[str, Any]]:
    """Yield the ends of each axis of an event: what lies between is then allowed as well."""
    for name, ends in sweep.axes.items():
        if EVENT_AXIS.fullmatch(name):
            yield from ({name: end} for end in ends)
