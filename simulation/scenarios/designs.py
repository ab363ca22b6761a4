"""Designs as data: which points of the parameter space are run, as a table with a digest.

A design is made from a scenario's ``[sweep]`` table or in Python, saved as a CSV file, edited by
hand or by any program, and fed back. Its columns are dotted names: of parameters, or of what a
scripted event says (``events.1.month``: the first event's).

In Python, :func:`grid`, :func:`zipped`, :func:`points`, :func:`lhs`, :func:`sobol`,
:func:`saltelli` and :func:`morris` say what a ``[sweep]`` table of a file says.
"""

from __future__ import annotations

import hashlib
import json
import os
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, nearest, need
from ..files import whole
from ..tables import Reading, Words, number_in, read_sheet
from ..theory.parameters import declared
from .checking import EVENT_AXIS
from .reading import Document
from .sweeps import PLAUSIBLE, Sweep, checked_sweep
from .wording import refuse

if TYPE_CHECKING:
    import pandas as pd

    from .scenario import Scenario

__all__ = [
    "Design",
    "grid",
    "lhs",
    "make_design",
    "morris",
    "points",
    "read_design",
    "saltelli",
    "sobol",
    "zipped",
]


@dataclass(frozen=True)
class Design:
    """Points to run, in order.

    Attributes
    ----------
    settings : tuple of dict
        What each point changes, by dotted name.
    kind : str
        How the points were chosen: ``grid``, ``lhs``, ..., or ``table``.
    bounds : dict
        Of a sampled design: the lowest and highest value of each axis, or its categories.
    samples : int or None
        Of a sampled design: base samples or trajectories; what an analysis by SALib needs.
    notes : tuple of str
        How its file was read, where that is no matter of course.
    """

    settings: tuple[dict[str, Any], ...]
    kind: str = "table"
    bounds: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    samples: int | None = None
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __len__(self) -> int:
        return len(self.settings)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names that any point changes, in order of first appearance."""
        return tuple(dict.fromkeys(name for point in self.settings for name in point))

    @cached_property
    def digest(self) -> str:
        """The fingerprint (16 hex digits) of the points."""
        text = json.dumps(self.settings, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def table(self) -> pd.DataFrame:
        """The points as a table: ``point``, then a column a name; empty where a point says none."""
        import pandas as pd

        columns: dict[str, Any] = {"point": range(len(self))}
        for name in self.names:
            values = [point.get(name) for point in self.settings]
            mixed = len({type(value) for value in values}) > 1
            columns[name] = pd.Series(values, dtype=object if mixed else None)
        return pd.DataFrame(columns)

    def save(self, path: str | Path) -> Path:
        """Write the points as a CSV file that :func:`read_design` reads; return its path.

        Raises
        ------
        InputError
            The file cannot be written.
        """
        target = Path(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            whole(target, lambda part: self.table.to_csv(part, index=False))
        except OSError as error:
            raise InputError(f"cannot write the design to {target}: {error.strerror}") from None
        return target


def read_design(
    path: str | Path, scenario: Scenario, check: bool = True, sheet: str | None = None
) -> Design:
    """Return the design in a table: a header of dotted names, a row a point.

    Parameters
    ----------
    path : path
        CSV or Excel. Empty cells leave a point's value as the scenario has it; a column ``point``
        may number the points from 0, and then a point may be there twice, as some sampled
        designs have it. Charts are looked for beside it.
    scenario : Scenario
        What points change; a point that it refuses is refused here.
    check : bool
        Whether to try the points, and to refuse one that is there twice without numbers.
    sheet : str, optional
        Of a workbook; default: the only one with rows.

    Raises
    ------
    InputError
        With the row and the column that is wrong.
    """
    how = Reading(columns=1, sheet=sheet, option="--design-sheet")
    return _design_in(Path(path).expanduser(), scenario, check, how)


def _design_in(path: Path, scenario: Scenario, check: bool, how: Reading) -> Design:
    table = read_sheet(path, Words(), how)
    for column, name in enumerate(table.header):
        if name not in declared() and name != "point" and not EVENT_AXIS.fullmatch(name):
            raise InputError(f"{path}: there is no parameter '{name}'.{nearest(name, declared())}")
        table.once(column)
    settings, numbered = [], "point" in table.header
    for place, row in enumerate(zip(*table.cells, strict=True)):
        where = f"{path}, row {table.lines[place]}"
        cells = dict(zip(table.header, row, strict=True))
        number = cells.pop("point", "")
        numbered = numbered and number != ""
        _refuse_other_number(number, place, where)
        settings.append(
            {n: _value(n, c, where, table.delimiter) for n, c in cells.items() if c != ""}
        )
    if check:
        settings = [_beside(path, point) for point in settings]
        if not numbered:
            _refuse_twice(settings, table.lines.tolist(), str(path))
        _try(scenario, settings, table.lines.tolist(), str(path))
    return Design(tuple(settings), notes=tuple(table.notes))


def _refuse_other_number(said: str, place: int, where: str) -> None:
    """Refuse a number of a point under which its runs would not be kept."""
    if said not in ("", str(place)):
        raise InputError(
            f"{where}: point = '{said}' is point {place} here; number the points 0, 1, 2, ..., or "
            "leave the column out"
        )


def _beside(file: Path, point: dict[str, Any]) -> dict[str, Any]:
    """Return a point with its paths, which are relative to the design, from the root."""
    paths = {name: value for name, value in point.items() if _is_path(name)}
    return point | {name: os.path.abspath(file.parent / value) for name, value in paths.items()}


def _is_path(name: str) -> bool:
    return name in declared() and declared()[name].unit == "path"


def _refuse_twice(settings: list[dict[str, Any]], lines: list[int], where: str) -> None:
    """Refuse a point that is there twice: its runs would count twice."""
    first: dict[str, int] = {}
    for line, point in zip(lines, settings, strict=True):
        earlier = first.setdefault(json.dumps(point, sort_keys=True), line)
        if earlier != line:
            raise InputError(
                f"{where}, rows {earlier} and {line}: are the same point; leave one, or "
                "number all points (point: 0, 1, 2, ...) if both are meant"
            )


def _value(name: str, text: str, where: str, delimiter: str) -> Any:
    """Return a cell as its parameter's type; events say numbers, switches or words."""
    kind = declared()[name].kind if name in declared() else "any"
    if kind in ("str", "choice"):
        return text
    if kind == "bool" or (kind == "any" and text.lower() in ("true", "false")):
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        raise InputError(f"{where}: {name} = '{text}' must be true or false")
    value = number_in(text, delimiter, counts=kind == "int")
    if np.isnan(value):
        if kind == "any":
            return text
        raise InputError(f"{where}: {name} = '{text}' must be a number")
    whole_number = kind == "int" or (kind == "any" and value.is_integer() and "." not in text)
    return int(value) if whole_number and value.is_integer() else value


def _try(scenario: Scenario, settings: list[dict[str, Any]], lines: list[int], where: str) -> None:
    """Refuse the first point that the scenario refuses."""
    for line, point in zip(lines, settings, strict=True):
        try:
            scenario.changed(point)
        except InputError as error:
            reason = str(error).splitlines()[0].removeprefix("changes: ")
            raise InputError(f"{where}, row {line}: {reason}") from None


# ------------------------------------------------------------------------------ designs in Python


def grid(axes: Mapping[str, Any], replications: int | None = None) -> Sweep:
    """Return the design that crosses the values of its axes.

    Parameters
    ----------
    axes : mapping
        A list of values by dotted name: of a parameter, or of what an event says.
    replications : int, optional
        Replications of each point.

    Raises
    ------
    InputError
        There is no such parameter, or a value is not allowed; of all these functions.

    Examples
    --------
    >>> crossed = grid({"commitment.action": [0.2, 0.8], "succession.leads": [1, 2]})
    >>> [tuple(point.values()) for point in crossed.settings()]
    [(0.2, 1), (0.2, 2), (0.8, 1), (0.8, 2)]
    """
    return _made("grid", axes=axes, replications=replications)


def zipped(axes: Mapping[str, Any], replications: int | None = None) -> Sweep:
    """Return the design that takes the values of its axes side by side; see :func:`grid`.

    >>> aside = zipped({"commitment.action": [0.2, 0.8], "commitment.talk": [0.8, 0.2]})
    >>> [tuple(point.values()) for point in aside.settings()]
    [(0.2, 0.8), (0.8, 0.2)]
    """
    return _made("zip", axes=axes, replications=replications)


def points(settings: Sequence[Mapping[str, Any]], replications: int | None = None) -> Sweep:
    """Return the design whose points are given one by one, each as its changes.

    >>> len(points([{}, {"commitment.action": 0.2}, {"succession.plan": True}]).points)
    3
    """
    return _made("list", points=settings, replications=replications)


def lhs(
    samples: int,
    axes: str | Mapping[str, Any] = PLAUSIBLE,
    seed: int = 0,
    replications: int | None = None,
) -> Sweep:
    """Return a Latin hypercube: as many points, spread evenly over each axis.

    Parameters
    ----------
    samples : int
        How many points.
    axes : mapping or "plausible"
        By dotted name ``(low, high)``, ``"plausible"`` or, of a choice or a switch, a list of
        categories; by default the plausible ranges of all parameters that declare one.
    seed : int
        Of the sample; the runs' seed is given where they are run.
    replications : int, optional
        Replications of each point.

    Examples
    --------
    >>> lhs(64, {"commitment.action": (0.2, 0.8), "peers.boss": "plausible"}).bounds()
    {'commitment.action': (0.2, 0.8), 'peers.boss': (1.0, 5.0)}
    """
    return _sampled("lhs", samples, axes, seed, replications)


def sobol(
    samples: int,
    axes: str | Mapping[str, Any] = PLAUSIBLE,
    seed: int = 0,
    replications: int | None = None,
) -> Sweep:
    """Return a scrambled Sobol' sequence of ``samples`` points, a power of 2; see :func:`lhs`."""
    return _sampled("sobol", samples, axes, seed, replications)


def saltelli(
    samples: int,
    axes: str | Mapping[str, Any] = PLAUSIBLE,
    seed: int = 0,
    replications: int | None = None,
) -> Sweep:
    """Return the design for Sobol' indices, of ``samples`` base samples; see :func:`lhs`."""
    return _sampled("saltelli", samples, axes, seed, replications)


def morris(
    samples: int,
    axes: str | Mapping[str, Any] = PLAUSIBLE,
    seed: int = 0,
    replications: int | None = None,
) -> Sweep:
    """Return the design for elementary effects, of ``samples`` trajectories; see :func:`lhs`."""
    return _sampled("morris", samples, axes, seed, replications)


def _sampled(
    design: str, samples: int, axes: str | Mapping[str, Any], seed: int, replications: int | None
) -> Sweep:
    ranges = {} if isinstance(axes, str) and axes == PLAUSIBLE else axes
    return _made(design, samples=samples, axes=ranges, seed=seed, replications=replications)


def _made(design: str, **table: Any) -> Sweep:
    """Return a sweep that says what a file's [sweep] table would, checked like one."""
    given = {key: value for key, value in table.items() if value is not None}
    problems: list[str] = []
    document = Document("sweep", Path.cwd(), {"sweep": {"design": design, **given}})
    sweep = checked_sweep(document, problems)
    refuse(problems)
    return typing.cast("Sweep", sweep)  # None stands for what was just refused


# ----------------------------------------------------------------------------- making designs


def make_design(scenario: Scenario, sweep: Sweep | Design | str | Path | None = None) -> Design:
    """Return a design: the scenario's own, or from a ``[sweep]`` table, a file, or as it is.

    Raises
    ------
    InputError
        There is no sweep, or a design that needs SALib cannot be made without it.
    """
    if isinstance(sweep, Design):
        return sweep
    if isinstance(sweep, str | Path):
        return read_design(sweep, scenario)
    chosen = scenario.sweep if sweep is None else scenario.changed(sweep=sweep).sweep
    if chosen is None:
        raise InputError(
            f"scenario '{scenario.name}' has no [sweep] table; see 'commitment-by-visibility'"
        )
    if chosen.file:
        design = _design_in(Path(chosen.file), scenario, True, Reading(columns=1))
        return Design(design.settings, "list", notes=design.notes)
    if chosen.design in ("grid", "zip", "list"):
        return Design(tuple(chosen.settings()), chosen.design)
    bounds = chosen.bounds()
    rows = _unit_sample(chosen, len(bounds))
    settings = tuple(
        {name: _placed(name, u, ends) for (name, ends), u in zip(bounds.items(), row, strict=True)}
        for row in rows
    )
    return Design(settings, chosen.design, bounds, chosen.samples)


def is_categorical(name: str, ends: Sequence[Any]) -> bool:
    """Return whether an axis of a sampled design goes through categories, not a range."""
    return any(isinstance(end, str | bool) for end in ends)


def _placed(name: str, unit: float, ends: Sequence[Any]) -> Any:
    """Return the value at a place between 0 and 1 of an axis, as its parameter's type."""
    if is_categorical(name, ends):
        return ends[min(int(unit * len(ends)), len(ends) - 1)]
    low, high = ends
    value = low + unit * (high - low)
    whole_number = declared()[name].kind == "int" if name in declared() else isinstance(low, int)
    return round(value) if whole_number else float(value)


def unit_places(design: Design) -> NDArray[np.float64]:
    """Return the points of a sampled design on the unit cube, shape (points, axes)."""
    columns = []
    for name, ends in design.bounds.items():
        values = [point[name] for point in design.settings]
        if is_categorical(name, ends):
            columns.append([(ends.index(value) + 0.5) / len(ends) for value in values])
        else:
            low, high = ends
            columns.append([(value - low) / (high - low) for value in values])
    return np.array(columns, dtype=float).T


def _unit_sample(design: Sweep, dimensions: int) -> NDArray[np.float64]:
    """Return a sample of the unit cube, shape (points, dimensions), seeded by the design."""
    from scipy.stats import qmc

    samples, seed = design.samples or 64, design.seed or 0
    if design.design == "lhs":
        return np.asarray(qmc.LatinHypercube(dimensions, rng=seed).random(samples))
    if design.design == "sobol":
        return np.asarray(qmc.Sobol(dimensions, rng=seed).random(samples))
    need("SALib", "sensitivity", f"design '{design.design}'")
    from SALib.sample import morris, sobol

    problem = salib_problem([str(i) for i in range(dimensions)])
    if design.design == "morris":
        return np.asarray(morris.sample(problem, samples, seed=seed))
    return np.asarray(sobol.sample(problem, samples, seed=seed))


def salib_problem(names: Sequence[str]) -> dict[str, Any]:
    """Return what SALib wants to know of a design: axes on the unit cube."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
