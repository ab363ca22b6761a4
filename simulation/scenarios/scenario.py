"""Scenario files: which organization, with which levers, events and sweep, and why asked.

A scenario file says only what differs from the one it ``extends``, in the end from
``baseline.toml``, which states every parameter with its unit, range and source::

    extends = "baseline"
    question = "How much adoption is lost when the chief leaves?"

    [succession]
    plan = false

    [[events]]
    month = 60
    type = "chief_leaves"

Its events come after those of the file it extends, or instead of them with
``replace_events = true``; its ``[sweep]`` replaces a whole one. Paths of charts are
relative to the file that states them.

Everything is checked before anything runs. A mistake is an :class:`InputError` that
names the file, the line, the table, the key, the value and what is allowed.

:func:`load_scenario` reads one, :meth:`Scenario.changed` varies it, :func:`explain` says
where a value comes from and :func:`diff` how two scenarios differ.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import os
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from ..errors import InputError, nearest
from ..files import shipped
from ..theory.events import EVENTS, Event
from ..theory.parameters import GROUPS, Parameter, Parameters, declared, uncertain
from .refusals import refusals

__all__ = [
    "Difference",
    "Explanation",
    "Origin",
    "Scenario",
    "Sweep",
    "baseline_toml",
    "diff",
    "explain",
    "json_schema",
    "load_scenario",
    "shipped_scenarios",
    "write_baseline",
]

#: Designs whose points the file gives, and designs that sample ranges.
GIVEN = ("grid", "zip", "list")
SAMPLED = ("lhs", "sobol", "saltelli", "morris")
#: An axis that changes what a scripted event says: the first event is number 1.
EVENT_AXIS = re.compile(r"events\.([1-9]\d*)\.([a-z_]+)")
#: What an axis of a sampled design may say instead of [low, high].
PLAUSIBLE = "plausible"
_SHOWN_PROBLEMS = 5
_CHECKED_POINTS = 1000


# ------------------------------------------------------------------ what a scenario is


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
        le=2**24,
        description="Points (lhs, sobol), base samples (saltelli) or trajectories (morris).",
    )
    seed: int = Field(default=0, ge=0, le=2**63 - 1, description="Seed of the study.")
    axes: dict[str, Any] = Field(
        default={}, description='Values of each parameter, or its [low, high] or "plausible".'
    )
    points: tuple[dict[str, Any], ...] = Field(
        default=(), description="The points of a list, each with its parameters' values."
    )
    file: str = Field(
        default="", description="The points of a list in a CSV file, relative to this one."
    )

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

    def as_dict(self) -> dict[str, Any]:
        """Return what a scenario file says in its [sweep] table."""
        stated = self.model_dump(exclude_defaults=True)
        return {key: _jsonable(value) for key, value in stated.items()}


class Origin(NamedTuple):
    """Where a value was given: the file (or "changes"), the line if known, the value."""

    file: str
    line: int | None
    value: Any

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place} {_shown(self.value)}"


@dataclass(frozen=True)
class Scenario:
    """A question to the model: parameters, events and, if wanted, a sweep.

    Attributes
    ----------
    name, title, question : str
        The name in tables and figures, one line about it, and what a strategist asks.
    parameters : Parameters
    events : tuple of Event
    sweep : Sweep or None
    replications : int or None
        How often to run it unless the caller says otherwise.
    provenance : dict of str to tuple of Origin
        Where each parameter was given, the most basic file first; see :func:`explain`.
    """

    name: str
    title: str
    question: str
    parameters: Parameters = field(repr=False)
    events: tuple[Event, ...] = field(default=(), repr=False)
    sweep: Sweep | None = field(default=None, repr=False, hash=False)
    replications: int | None = field(default=None, repr=False)
    provenance: Mapping[str, tuple[Origin, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def stated(self) -> frozenset[str]:
        """What was stated."""
        return frozenset()

    @functools.cached_property
    def digest(self) -> str:
        """The fingerprint (16 hex digits) of all that can change a run, but not the seed.

        Charts enter by their content, so moving a file does not matter and editing it does.
        """
        values = self.parameters.model_dump()
        for name, parameter in declared().items():
            group, key = name.split(".")
            if parameter.unit == "path" and values[group][key]:
                values[group][key] = _content_digest(name, values[group][key])
        events = [event.model_dump() for event in self.events]
        text = json.dumps(
            _jsonable({"parameters": values, "events": events}),
            sort_keys=True,
            separators=(",", ":"),
            allow_nan=False,
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def changed(self, changes: Mapping[str, Any] | None = None, /, **more: Any) -> Scenario:
        """Return a scenario with some values changed; this one stays as it is.

        Parameters
        ----------
        changes : mapping
            Dotted parameter names (``{"commitment.action": 0.2}``) and, by their own name,
            ``events`` (replaces all), ``sweep``, ``name``, ``title``, ``question`` and
            ``replications``; ``events.1.month`` changes what the first event says. Paths are
            relative to the current folder.
        **more
            The same as keywords; a group may be a dict: ``commitment={"action": 0.2}``.

        Raises
        ------
        InputError
            If a name is unknown or a value is not allowed.
        """
        together = _with_events(self, {**(changes or {}), **more})
        return _applied(self, _Document("changes", Path.cwd(), _nested(together)))

    def as_dict(self) -> dict[str, Any]:
        """Return the whole scenario as a file would state it, ready for JSON."""
        head = {key: getattr(self, key) for key in ("name", "title", "question", "replications")}
        whole = {key: value for key, value in head.items() if value is not None}
        whole |= self.parameters.model_dump()
        whole["events"] = [_event_dict(event) for event in self.events]
        if self.sweep is not None:
            whole["sweep"] = self.sweep.as_dict()
        return dict(_jsonable(whole))

    @classmethod
    def from_dict(cls, whole: Mapping[str, Any], stated: Iterable[str] = ()) -> Scenario:
        """Return the scenario that :meth:`as_dict` gave, checked as a file is."""
        if "extends" in whole:
            raise InputError("scenario: extends is for files; a dict must say everything.")
        return _applied(_DEFAULTS, _Document("scenario", Path.cwd(), dict(whole), name="scenario"))

    def to_toml(self) -> str:
        """Return a complete scenario file: every parameter, nothing extended.

        Loading it gives an equal scenario.
        """
        return _file_text(self)


_DEFAULTS = Scenario("defaults", "", "", Parameters())


# ---------------------------------------------------------------- finding and reading


def _shipped_folder() -> Path:
    """Return the folder of the shipped scenarios: in the wheel, else in the checkout."""
    return shipped("scenarios", "shipped_scenarios")


def shipped_scenarios() -> list[str]:
    """Return the names of the shipped scenarios, the baseline first."""
    names = sorted(path.stem for path in _shipped_folder().glob("*.toml"))
    return sorted(names, key=lambda name: name != "baseline")


def load_scenario(name_or_path: str | Path | Scenario, /, **changes: Any) -> Scenario:
    """Return a shipped scenario by name, or the one in a file.

    Parameters
    ----------
    name_or_path : str, Path or Scenario
        A name such as ``"chief-leaves"``, or the path of a ``.toml`` file. A scenario is
        taken as it is.
    **changes
        Changes on top, as in :meth:`Scenario.changed`:
        ``load_scenario("baseline", **{"commitment.action": 0.2})``.

    Raises
    ------
    InputError
        If there is no such scenario, or something in it or in the changes is not allowed.
    """
    if isinstance(name_or_path, Scenario):
        scenario = name_or_path
    else:
        scenario = _DEFAULTS
        for document in _lineage(_scenario_path(name_or_path)):
            scenario = _applied(scenario, document)
    return scenario.changed(changes) if changes else scenario


def _scenario_path(name_or_path: str | Path) -> Path:
    text = str(name_or_path)
    if _is_path(name_or_path):
        return Path(name_or_path)
    if text in shipped_scenarios():
        return _shipped_folder() / f"{text}.toml"
    raise InputError(
        f"There is no shipped scenario {_shown(text)}; a scenario of your own is given by the "
        f"path of its .toml file.{_suggestion(text, shipped_scenarios())}"
    )


def _is_path(name_or_path: str | Path) -> bool:
    text = str(name_or_path)
    return isinstance(name_or_path, Path) or text.endswith(".toml") or "/" in text or os.sep in text


@dataclass(frozen=True)
class _Document:
    """What one file (or one call of ``changed``) says, before it is checked.

    ``name`` is the file's stem; changes have none and keep the name and title there were.
    """

    label: str
    folder: Path
    data: dict[str, Any]
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    name: str | None = None

    def line(self, *path: str | int) -> int | None:
        """Return the line of a key, or of the table around it, if known."""
        known = (path[:end] for end in range(len(path), 0, -1) if path[:end] in self.lines)
        return next((self.lines[found] for found in known), None)

    def at(self, *path: str | int) -> str:
        """Return where messages say that a key is."""
        line = self.line(*path)
        return self.label if line is None else f"{self.label}, line {line}"

    def prefix(self, group: str) -> str:
        """Return how a group's keys are called: as in a file, or with dotted names."""
        return f"{group}." if self.name is None else f"[{group}] "


def _label(path: Path) -> str:
    """Return a path as messages show it: relative to the current folder if inside it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def _lineage(path: Path) -> list[_Document]:
    """Return the file and all that it extends, the most basic first."""
    documents: list[_Document] = []
    seen: list[Path] = []
    while True:
        document = _read(path, documents[0] if documents else None)
        if path.resolve() in seen:
            circle = " -> ".join(p.name for p in [*seen, path])
            where = documents[0].at("extends")
            raise InputError(f"{where}: extends goes in a circle: {circle}.")
        seen.append(path.resolve())
        documents.insert(0, document)
        if "extends" not in document.data:
            return documents
        path = _parent_path(document)


def _parent_path(document: _Document) -> Path:
    parent, where = document.data["extends"], document.at("extends")
    if not isinstance(parent, str) or not parent:
        raise InputError(f"{where}: extends = {_shown(parent)} must be a scenario's name or path.")
    if parent in shipped_scenarios():
        return _shipped_folder() / f"{parent}.toml"
    if _is_path(parent):
        return document.folder / parent
    raise InputError(
        f"{where}: extends = {_shown(parent)} is neither a shipped scenario nor the path of a "
        f".toml file.{_suggestion(parent, shipped_scenarios())}"
    )


def _read(path: Path, child: _Document | None) -> _Document:
    """Read one file; ``child`` is the file that extends it."""
    label = _label(path)
    where = f"{child.at('extends')}: extends " if child else ""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{where}{label} is not text in UTF-8.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        beside = (p.name for p in path.parent.glob("*.toml")) if path.parent.is_dir() else ()
        raise InputError(
            f"{where}{_toml(label)} cannot be read ({_one_line(reason)})."
            f"{_suggestion(path.name, beside)}"
        ) from None
    return _Document(label, path.parent, _parsed(text, label), _key_lines(text), path.stem)


def _parsed(text: str, label: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise InputError(f"{label}: values are nested too deeply for a scenario.") from None
    except ValueError as error:  # tomllib's own error, or Python's about huge numbers
        found = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", str(error), re.DOTALL)
        last = text.rstrip().count("\n") + 1
        reason, line, column = found.groups() if found else (str(error), str(last), None)
        place = f"line {line}, column {column}" if column else f"line {line}"
        raise InputError(f"{label}, {place}: not valid TOML: {_toml_reason(reason)}.") from None


def _toml_reason(reason: str) -> str:
    """Return tomllib's reason in a user's words: ('sweep', 'axes') is the table [sweep.axes]."""
    reason = reason.removesuffix(" (at end of document)")
    reason = reason.replace("Cannot overwrite a value", "something is given twice")
    tables = re.compile(r"\(('.*'),?\)")
    return _one_line(tables.sub(lambda m: f"[{m[1].replace("', '", '.').strip("'")}]", reason))


_KEY = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_KEYS = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER_LINE = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_KEYS})[ \t]*\]\]?[ \t]*(?:#.*)?\r?$")
_ENTRY_LINE = re.compile(rf"[ \t]*({_KEYS})[ \t]*=")


def _key_lines(text: str) -> dict[tuple[str | int, ...], int]:
    """Return the line of each table header and key, by its path in the parsed data.

    ``("events", 1, "month")`` is the month in the second ``[[events]]``. tomllib does not
    tell; this reads what people write, and an oddly written key has its table's line.
    """
    lines: dict[tuple[str | int, ...], int] = {}
    counts: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    inside = ""
    for number, line in enumerate(text.split("\n"), 1):
        if inside:
            inside = "" if inside in line else inside
            continue
        if header := _HEADER_LINE.match(line):
            table = _header_path(header[2], header[1] == "[[", counts)
            path = table
        elif entry := _ENTRY_LINE.match(line):
            path = table + _parts(entry[1])
        else:
            path = ()
        for end in range(1, len(path) + 1):
            lines.setdefault(path[:end], number)
        inside = next((quote for quote in ('"""', "'''") if line.count(quote) % 2), "")
    return lines


def _header_path(
    keys: str, repeated: bool, counts: dict[tuple[str | int, ...], int]
) -> tuple[str | int, ...]:
    """Return the path of a table; repeated tables are numbered from 0 in ``counts``."""
    path: tuple[str | int, ...] = ()
    parts = _parts(keys)
    for depth, part in enumerate(parts, 1):
        path = (*path, part)
        if repeated and depth == len(parts):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(keys: str) -> tuple[str, ...]:
    found = re.findall(_KEY, keys)
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in found)


def _with_events(scenario: Scenario, changes: dict[Any, Any]) -> dict[Any, Any]:
    """Return changes with what they say of single events as a whole list of events."""
    single = {name: EVENT_AXIS.fullmatch(str(name)) for name in changes}
    if not any(single.values()):
        return changes
    events = [
        _event_dict(event) if isinstance(event, Event) else dict(event)
        for event in changes.get("events", scenario.events)
    ]
    for name, found in single.items():
        if found is None:
            continue
        if int(found[1]) > len(events):
            raise InputError(
                f"changes: {name}: scenario '{scenario.name}' has {len(events)} events."
            )
        events[int(found[1]) - 1][found[2]] = changes[name]
    return {name: value for name, value in changes.items() if not single[name]} | {"events": events}


def _nested(changes: Mapping[Any, Any]) -> dict[str, Any]:
    """Return changes with dotted names as the tables of a scenario file."""
    problems: list[str] = []
    data: dict[str, Any] = {}
    flat = _flat(changes, "changes", problems)
    for name, value in flat.items():
        if name in declared():
            group, key = name.split(".")
            data.setdefault(group, {})[key] = value
        elif name in _CHANGEABLE:
            data[name] = value
        elif name in GROUPS:
            problems.append(f"changes: {name} = {_shown(value)} must be a table of parameters.")
        else:
            problems.append(f"changes: {_no_parameter(name)}")
    _refuse(problems)
    return data | {"replace_events": True} if "events" in data else data


def _flat(table: Mapping[Any, Any], where: str, problems: list[str]) -> dict[Any, Any]:
    """Return a table with dotted names: ``commitment.action`` unquoted is a table in TOML."""
    flat: dict[Any, Any] = {}
    for name, value in table.items():
        inner = name in GROUPS and isinstance(value, Mapping)
        rows = {f"{name}.{key}": v for key, v in value.items()} if inner else {name: value}
        for dotted, given in rows.items():
            if dotted in flat:
                problems.append(f"{where}: {dotted} is given twice.")
            flat[dotted] = given
    return flat


# -------------------------------------------------------------------------- checking


class _Head(BaseModel):
    """The keys of a scenario file that stand before its tables."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    extends: str | None = Field(
        default=None,
        min_length=1,
        description="A shipped scenario, or the path of a scenario file relative to this one.",
    )
    name: str | None = Field(
        default=None, min_length=1, description="Name in tables; if absent, the file's."
    )
    title: str | None = Field(default=None, description="One line about the scenario.")
    question: str | None = Field(default=None, description="What a strategist asks with it.")
    replications: int | None = Field(
        default=None, ge=1, le=1_000_000, description="How often to run it by default."
    )
    replace_events: bool = Field(
        default=False, description="Whether the extended scenario's events are dropped."
    )


_CHANGEABLE = ("name", "title", "question", "replications", "events", "sweep")
_TOP_LEVEL = (*_Head.model_fields, *GROUPS, "events", "sweep")


def _applied(parent: Scenario, document: _Document) -> Scenario:
    """Return the scenario that a document makes of its parent, or refuse the document."""
    problems: list[str] = []
    head = _checked_head(document, problems)
    values = _checked_groups(document, problems)
    own_events = _checked_events(document, problems)
    sweep = _checked_sweep(document, problems) if "sweep" in document.data else parent.sweep
    _refuse(problems)
    inherited = () if head.replace_events else parent.events
    scenario = Scenario(
        **_head_values(parent, document, head),
        parameters=_merged(parent.parameters, values, document),
        events=inherited + own_events,
        sweep=sweep,
        provenance=_provenance(parent, values, document),
    )
    problems += _event_problems(scenario, document, len(inherited))
    _refuse(problems)
    if "sweep" in document.data and sweep is not None:
        _try_points(scenario, sweep, document)
    return scenario


def _refuse(problems: list[str]) -> None:
    """Raise what was found wrong, if anything: the first few, one to a line."""
    if problems:
        more = len(problems) - _SHOWN_PROBLEMS
        rest = [f"... and {more} more."] if more > 0 else []
        raise InputError("\n".join(problems[:_SHOWN_PROBLEMS] + rest))


def _checked_head(document: _Document, problems: list[str]) -> _Head:
    problems += [
        f"{document.at(key)}: a scenario has no table or key {_shown(key)}.{_belongs(key)}"
        for key in document.data
        if key not in _TOP_LEVEL
    ]
    head = {key: value for key, value in document.data.items() if key in _Head.model_fields}
    try:
        return _Head.model_validate(head)
    except ValidationError as error:
        problems += _sentences(error, _Head, head, document, (), "")
    return _Head()


def _head_values(parent: Scenario, document: _Document, head: _Head) -> dict[str, Any]:
    """Return name, title, question and replications: a file has its own, changes keep them."""
    stated = head.model_dump(include=set(_CHANGEABLE) & head.model_fields_set)
    given = {k: v for k, v in stated.items() if v is not None or k == "replications"}
    if document.name is None:
        usual = {"name": parent.name, "title": parent.title, "question": parent.question}
    else:
        name = given.get("name") or document.name
        usual = {"name": name, "title": name, "question": ""}
    return {**usual, "replications": parent.replications, **given}


def _checked_groups(document: _Document, problems: list[str]) -> dict[str, Any]:
    """Return the values of all parameters that a document gives, by dotted name."""
    values: dict[str, Any] = {}
    for group in GROUPS:
        table = document.data.get(group, {})
        if isinstance(table, Mapping):
            values |= _checked_group(document, group, dict(table), problems)
        else:
            problems.append(
                f"{document.at(group)}: {group} = {_shown(table)} must be a table, [{group}]."
            )
    return values


def _checked_group(
    document: _Document, group: str, table: dict[str, Any], problems: list[str]
) -> dict[str, Any]:
    prefix = document.prefix(group)
    for key in (key for key in GROUPS[group].model_fields if key in table):
        parameter = declared()[f"{group}.{key}"]
        table[key] = _python_value(parameter, table[key])
        if parameter.unit == "path" and isinstance(table[key], str) and table[key]:
            where = document.at(group, key)
            table[key] = _located(table[key], document, f"{where}: {prefix}{key}", problems)
    try:
        checked = GROUPS[group].model_validate(table)
    except ValidationError as error:
        problems += _sentences(error, GROUPS[group], table, document, (group,), prefix)
        return {}
    return {f"{group}.{key}": getattr(checked, key) for key in table}


def _python_value(parameter: Parameter, value: Any) -> Any:
    """Return a value from TOML, JSON or NumPy as the declaration wants it."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    return tuple(value) if parameter.kind == "tuple" and isinstance(value, list) else value


def _located(value: str, document: _Document, what: str, problems: list[str]) -> str:
    """Return the absolute path of a file named relative to the document."""
    path = document.folder / value
    if not os.path.isfile(path):
        problems.append(f"{what} = {_toml(value)} is not a file; looked for {_toml(str(path))}.")
        return value
    return os.path.abspath(path)


def _merged(parameters: Parameters, values: dict[str, Any], document: _Document) -> Parameters:
    """Return parameters with some checked values replaced, if they agree with each other."""
    updates: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        group, key = name.split(".")
        updates.setdefault(group, {})[key] = value
    groups = {group: getattr(parameters, group) for group in GROUPS}
    for group, update in updates.items():
        groups[group] = groups[group].model_copy(update=update)
    try:
        return Parameters(**groups)
    except ValidationError as error:
        reason = str(error.errors()[0].get("ctx", {}).get("error", "the values do not agree"))
        named = [name for name in declared() if name in reason]
        blamed = next((name for name in named if name in values), "")
        now = ", ".join(
            f"{n} = {_shown(getattr(groups[n.split('.')[0]], n.split('.')[1]))}" for n in named
        )
        detail = f" (now {now})" if now else ""
        raise InputError(f"{document.at(*blamed.split('.'))}: {reason}{detail}.") from None


def _provenance(
    parent: Scenario, values: dict[str, Any], document: _Document
) -> dict[str, tuple[Origin, ...]]:
    chains = dict(parent.provenance)
    for name, value in values.items():
        origin = Origin(document.label, document.line(*name.split(".")), value)
        chains[name] = (*chains.get(name, ()), origin)
    return chains


def _checked_events(document: _Document, problems: list[str]) -> tuple[Event, ...]:
    tables = document.data.get("events", [])
    if not isinstance(tables, list | tuple):
        problems.append(
            f"{document.at('events')}: events must be a list of tables, each headed [[events]]."
        )
        return ()
    checked = (_checked_event(document, i, table, problems) for i, table in enumerate(tables))
    return tuple(event for event in checked if event is not None)


def _checked_event(
    document: _Document, index: int, table: Any, problems: list[str]
) -> Event | None:
    where, called = document.at("events", index), f"[[events]] {index + 1}"
    if isinstance(table, Event):
        table = _event_dict(table)
    if not isinstance(table, Mapping):
        problems.append(f"{where}: {called} = {_shown(table)} must be a table with month and type.")
        return None
    kind = table.get("type")
    if not isinstance(kind, str) or kind not in EVENTS:
        stated = f"has type = {_shown(kind)}, but it" if "type" in table else "needs a type: it"
        problems.append(
            f"{document.at('events', index, 'type')}: {called} {stated} must be one of "
            f"{', '.join(EVENTS)}.{_suggestion(kind, EVENTS)}"
        )
        return None
    given = {k: v.item() if isinstance(v, np.generic) else v for k, v in table.items()}
    try:
        return EVENTS[kind].model_validate(given)
    except ValidationError as error:
        called = f"{called} ({kind}): "
        problems += _sentences(error, EVENTS[kind], given, document, ("events", index), called)
    return None


def _event_problems(scenario: Scenario, document: _Document, inherited: int) -> Iterator[str]:
    """Yield why events cannot happen in this scenario; the first few are ``inherited``."""
    for index, event in enumerate(scenario.events):
        if event in scenario.events[:index]:
            first = scenario.events.index(event) + 1
            where = document.at(*_own_event(index, inherited))
            yield f"{where}: event {index + 1} ({_kind(event)}) repeats event {first}."
    for sentence in refusals(scenario.events, scenario.parameters):
        index = int(sentence.split()[1]) - 1  # "event 3 (launch, month 12): ..."
        yield f"{document.at(*_own_event(index, inherited))}: {sentence}."


def _own_event(index: int, inherited: int) -> tuple[str | int, ...]:
    return ("events", index - inherited) if index >= inherited else ()


def _kind(event: Event) -> str:
    return str(_event_dict(event)["type"])


def _event_dict(event: Event) -> dict[str, Any]:
    """Return an event as a file states it: the type, the month, and what else was given."""
    given = event.model_dump(exclude_unset=True)
    return {"type": given.pop("type"), "month": given.pop("month"), **given}


# ------------------------------------------------------------------ checking a sweep


def _checked_sweep(document: _Document, problems: list[str]) -> Sweep | None:
    table = document.data["sweep"]
    if isinstance(table, Sweep):
        table = table.as_dict()
    if table is None and document.name is None:
        return None
    if not isinstance(table, Mapping):
        problems.append(
            f"{document.at('sweep')}: sweep = {_shown(table)} must be a table, [sweep]."
        )
        return None
    before = len(problems)
    given = dict(table)
    if isinstance(given.get("file"), str) and given["file"]:
        where = document.at("sweep", "file")
        given["file"] = _located(given["file"], document, f"{where}: [sweep] file", problems)
    given["axes"] = _checked_axes(document, given, problems)
    given["points"] = _checked_points(document, given.get("points", []), problems)
    try:
        sweep = Sweep.model_validate(given)
    except ValidationError as error:
        problems += _sentences(error, Sweep, given, document, ("sweep",), "[sweep] ")
        return None
    if len(problems) == before:
        problems += [f"{document.at(*p)}: {text}." for p, text in _design_problems(sweep)]
    return sweep


def _checked_axes(
    document: _Document, sweep: dict[str, Any], problems: list[str]
) -> dict[str, Any]:
    axes = sweep.get("axes", {})
    where = document.at("sweep", "axes")
    if not isinstance(axes, Mapping):
        problems.append(f"{where}: [sweep] axes = {_shown(axes)} must be a table, [sweep.axes].")
        return {}
    sampled = sweep.get("design") in SAMPLED
    checked: dict[str, Any] = {}
    for name, values in _flat(axes, f"{where}: [sweep.axes]", problems).items():
        at = _axis_place(document, "axes", name)
        values = values.tolist() if isinstance(values, np.ndarray) else values
        if EVENT_AXIS.fullmatch(str(name)):
            checked[name] = _event_values(name, values, at, sampled, problems)
        elif name not in declared():
            problems.append(f"{at}: [sweep.axes] {_no_parameter(name)}")
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
        problems.append(f"{at}: [sweep.axes] {name} = {_shown(values)} must be {wanted}.")
        return ()
    return tuple(values)


def _axis_place(document: _Document, *path: Any) -> str:
    """Return where an axis is, whether its dotted name is quoted or not."""
    *table, name = path
    dotted = ("sweep", *table, *str(name).split("."))
    return document.at(*(dotted if dotted in document.lines else ("sweep", *table, str(name))))


def _checked_values(
    document: _Document, name: str, values: Any, at: str, problems: list[str]
) -> tuple[Any, ...]:
    """Return the values of an axis of a grid or zip."""
    if not isinstance(values, list | tuple) or not values:
        problems.append(
            f"{at}: [sweep.axes] {name} = {_shown(values)} must be a list of at least one value."
        )
        return ()
    what = f"{at}: [sweep.axes] {name}"
    return tuple(_checked_value(document, name, value, what, problems) for value in values)


def _checked_value(
    document: _Document, name: str, value: Any, what: str, problems: list[str]
) -> Any:
    """Return one value of one parameter as the declaration wants it."""
    group, key = name.split(".")
    value = _python_value(declared()[name], value)
    if declared()[name].unit == "path" and isinstance(value, str) and value:
        value = _located(value, document, what, problems)
    try:
        return getattr(GROUPS[group].model_validate({key: value}), key)
    except ValidationError:
        allowed = _allowed(GROUPS[group].model_fields[key])
        problems.append(f"{what} has the value {_shown(value)}, but each must be {allowed}.")
        return value


def _checked_range(document: _Document, name: str, given: Any, at: str, problems: list[str]) -> Any:
    """Return [low, high] of an axis of a sampled design as a tuple, or "plausible"."""
    what, parameter = f"{at}: [sweep.axes] {name}", declared()[name]
    if parameter.kind not in ("float", "int"):
        return _checked_categories(document, name, given, at, problems)
    if given == PLAUSIBLE:
        if parameter.plausible is None:
            problems.append(f"{what} declares no plausible range; give it as [low, high].")
    elif not isinstance(given, list | tuple) or len(given) != 2:
        problems.append(f'{what} = {_shown(given)} must be [low, high] or "{PLAUSIBLE}".')
    else:
        before = len(problems)
        low, high = (_checked_value(document, name, v, what, problems) for v in given)
        if len(problems) == before and low >= high:
            hint = ", in the other order" if low > high else ""
            problems.append(f"{what} = {_shown(given)} must be [low, high] with low < high{hint}.")
        return low, high
    return given


def _checked_categories(
    document: _Document, name: str, given: Any, at: str, problems: list[str]
) -> tuple[Any, ...]:
    """Return the categories that a sampled design goes through: two or more different values."""
    values = _checked_values(document, name, given, at, problems)
    if values and (len(values) < 2 or _repeated(values)):
        problems.append(
            f"{at}: [sweep.axes] {name} = {_shown(given)} must be two or more different values."
        )
    return values


def _checked_points(
    document: _Document, points: Any, problems: list[str]
) -> tuple[dict[str, Any], ...]:
    if not isinstance(points, list | tuple) or not all(isinstance(p, Mapping) for p in points):
        problems.append(
            f"{document.at('sweep', 'points')}: [sweep] points = {_shown(points)} must be a list "
            "of tables, each headed [[sweep.points]]."
        )
        return ()
    checked: list[dict[str, Any]] = []
    for index, point in enumerate(points):
        called = f"[[sweep.points]] {index + 1}"
        flat = _flat(point, f"{document.at('sweep', 'points', index)}: {called}", problems)
        checked.append({})
        for name, value in flat.items():
            at = _axis_place(document, "points", index, name)
            if name in declared():
                what = f"{at}: {called} {name}"
                checked[-1][name] = _checked_value(document, name, value, what, problems)
            elif EVENT_AXIS.fullmatch(str(name)):
                checked[-1][name] = value  # the event checks it, with the point
            else:
                problems.append(f"{at}: {called} {_no_parameter(name)}")
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
    yield from _repetitions(sweep)
    if design in ("sobol", "saltelli") and sweep.samples and sweep.samples.bit_count() > 1:
        power = 1 << sweep.samples.bit_length()
        said = f"[sweep] samples = {sweep.samples} must be a power of 2 for {design}"
        yield ("sweep", "samples"), f"{said}, such as {power // 2} or {power}"


def _repetitions(sweep: Sweep) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield axes of unequal length, and points or values that are given twice."""
    if sweep.design == "grid":
        for name, values in sweep.axes.items():
            if again := _repeated(values):
                yield ("sweep", "axes", name), f"[sweep.axes] {name} has {_shown(again[2])} twice"
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
        if first.setdefault(value, index) != index:
            return first[value], index, value
    return None


def _try_points(scenario: Scenario, sweep: Sweep, document: _Document) -> None:
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


# --------------------------------------------------------------------------- wording


def _sentences(
    error: ValidationError,
    model: type[BaseModel],
    table: Mapping[str, Any],
    document: _Document,
    path: tuple[str | int, ...],
    prefix: str,
) -> list[str]:
    """Return a sentence for each key that a model refused, in our words."""
    found: dict[Any, str] = {}
    for item in error.errors(include_url=False):
        key = item["loc"][0] if item["loc"] else ""
        if item["type"] == "value_error":
            text = f"{item['ctx']['error']}."
        elif key not in model.model_fields:
            text = f"has no key {_shown(key)}.{_belongs(key, model)}"
        else:
            allowed = _allowed(model.model_fields[str(key)])
            missing = item["type"] == "missing"
            text = f"needs {key}, " if missing else f"{key} = {_shown(table[key])} must be "
            text += f"{allowed}.{_hint(table.get(key), model.model_fields[str(key)])}"
        found.setdefault(key, f"{document.at(*path, str(key))}: {prefix}{text}")
    return list(found.values())


def _belongs(key: Any, model: type[BaseModel] | None = None) -> str:
    """Return where an unknown key may belong: the same one elsewhere, else a near name."""
    homes = [name for name in declared() if key in (name, name.split(".")[1])]
    if homes and (model is None or model in GROUPS.values()):
        group, name = homes[0].split(".")
        return f" Did you mean [{group}] {name}?"
    near = _suggestion(key, model.model_fields if model else _TOP_LEVEL)
    return near or f" Its keys are {', '.join(model.model_fields if model else _TOP_LEVEL)}."


def _no_parameter(name: Any) -> str:
    ending = [known for known in declared() if known.endswith(f".{name}")]
    near = f" Did you mean '{ending[0]}'?" if ending else _suggestion(name, declared())
    return f"{_shown(name)} is not a parameter.{near}"


def _suggestion(name: Any, names: Iterable[str]) -> str:
    return nearest(name, names) if isinstance(name, str) and len(name) < 100 else ""


def _hint(value: Any, info: FieldInfo) -> str:
    """Return the nearest choice, or that a number or a switch stands without quotes."""
    if _is_choice(info):
        return _suggestion(value, get_args(info.annotation))
    unquoted = isinstance(value, str) and re.fullmatch(r"[-+]?[\d.]+|true|false", value.strip())
    return " Leave out the quotes." if unquoted and info.annotation is not str else ""


def _is_choice(info: FieldInfo) -> bool:
    return get_origin(info.annotation) is Literal


def _allowed(info: FieldInfo) -> str:
    """Return what a declared field takes: its type, its range and its unit."""
    annotation = info.annotation
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
    if _is_choice(info):
        return f"one of {', '.join(_toml(choice) for choice in kinds)}"
    if get_origin(annotation) is tuple:
        return "a list of numbers" if kinds[0] is float else "a list of tables"
    kind = kinds[0] if kinds and get_origin(annotation) is not dict else annotation
    if kind is bool:
        return "true or false"
    if kind is str:
        return "text in quotes" if not info.metadata else "text in quotes that is not empty"
    named = "a whole number" if kind is int else "a number" if kind is float else "a table"
    extra = info.json_schema_extra
    unit = f" ({extra['unit']})" if isinstance(extra, dict) else ""
    return f"{named}{_range(info)}{unit}"


def _range(info: FieldInfo) -> str:
    limits: dict[str, float] = {}
    for entry in info.metadata:
        limits |= {k: getattr(entry, k) for k in ("ge", "gt", "le") if hasattr(entry, k)}
    if "ge" in limits and "le" in limits:
        return f" from {_number(limits['ge'])} to {_number(limits['le'])}"
    words = {"ge": "of at least", "gt": "above", "le": "at most"}
    parts = [f"{words[key]} {_number(value)}" for key, value in limits.items()]
    return f" {' and '.join(parts)}" if parts else ""


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(value)


def _shown(value: Any) -> str:
    """Return a value as a message shows it: as in TOML, on one line, not too long."""
    text = _one_line(_toml(value))
    return text if len(text) <= 60 else f"{text[:57]}..."


def _one_line(text: Any) -> str:
    return " ".join(str(text).split())


# --------------------------------------------------------------------------- writing


def _toml(value: Any, depth: int = 0) -> str:
    """Return a value as TOML writes it."""
    if depth > 20:
        return "..."
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value) if value.bit_length() < 256 else "a huge number"
    if isinstance(value, str):
        return _toml_text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(entry, depth + 1) for entry in value)}]"
    if isinstance(value, Mapping):
        entries = (f"{_toml_key(k)} = {_toml(v, depth + 1)}" for k, v in value.items())
        return f"{{ {', '.join(entries)} }}"
    return repr(value) if isinstance(value, float) else str(value)


def _toml_text(value: str) -> str:
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else _toml_escape(ord(c)) for c in quoted)


def _toml_escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _toml_key(key: Any) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", str(key)) else _toml_text(str(key))


def _jsonable(value: Any) -> Any:
    """Return a value in JSON's types; tuples become lists and -0.0 becomes 0.0."""
    if isinstance(value, Mapping):
        return {key: _jsonable(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(entry) for entry in value]
    return value + 0.0 if isinstance(value, float) else value


def _content_digest(name: str, path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"{name} = {_toml(path)} cannot be read ({error.strerror}).") from None


def _file_text(scenario: Scenario) -> str:
    """Return a complete scenario file, each value with its unit, range and source."""
    head = {key: getattr(scenario, key) for key in ("name", "title", "question", "replications")}
    stated = {key: value for key, value in head.items() if value or key in ("title", "question")}
    blocks = ["\n".join(f"{key} = {_toml(value)}" for key, value in stated.items())]
    blocks += [_group_text(group, getattr(scenario.parameters, group)) for group in GROUPS]
    blocks += [_table_text("[[events]]", _event_dict(event)) for event in scenario.events]
    if scenario.sweep is not None:
        sweep = scenario.sweep.as_dict()
        axes, points = sweep.pop("axes", {}), sweep.pop("points", [])
        blocks += [_table_text("[sweep]", sweep)]
        blocks += [_table_text("[sweep.axes]", axes)] if axes else []
        blocks += [_table_text("[[sweep.points]]", point) for point in points]
    return "\n\n".join(blocks) + "\n"


def _table_text(header: str, table: Mapping[str, Any]) -> str:
    return "\n".join([header, *(f"{_toml_key(k)} = {_toml(v)}" for k, v in table.items())])


def _group_text(group: str, values: BaseModel) -> str:
    meaning = (GROUPS[group].__doc__ or "").strip().splitlines()[0]
    lines = [f"# {meaning}", f"[{group}]"]
    for key, info in GROUPS[group].model_fields.items():
        p = declared()[f"{group}.{key}"]
        known = f"{_allowed(info)}{_likely(p)}; {p.tag}: {p.source}"
        lines.append(f"# {p.meaning}")
        lines.append(f"{key} = {_toml(getattr(values, key))}  # {known}")
    return "\n".join(lines)


def _likely(parameter: Parameter) -> str:
    """Return the plausible range in words, and whether calibration fits a value in it."""
    if parameter.plausible is None:
        return ""
    low, high = map(_number, parameter.plausible)
    fitted = "fitted within" if parameter.name in uncertain() else "plausible"
    return f", {fitted} {low} to {high}"


_BASELINE_OPENING = """\
# The baseline: every parameter with its meaning, type, range, unit, and how we know it:
# seen (read in the source), recalled (from memory, unverified) or assumed. A value that is
# fitted comes from calibration; how we know is then said of the range that it is fitted within.
# Written from the declarations in simulation/parameters.py; change a default there, then
#     python -m simulation.scenarios.scenario --write-baseline
# All other scenarios extend this one and say only what differs.

"""


def baseline_toml() -> str:
    """Return the complete file of the baseline, written from the declarations."""
    title = "Moderate commitment, no special events"
    question = "What becomes of mentoring if leaders keep talking and acting as they do today?"
    return _BASELINE_OPENING + _file_text(Scenario("", title, question, Parameters()))


def write_baseline(path: str | Path | None = None) -> Path:
    """Write the baseline's file (by default the shipped one) and return its path."""
    path = Path(path) if path is not None else _shipped_folder() / "baseline.toml"
    path.write_text(baseline_toml(), encoding="utf-8")
    return path


# ------------------------------------------------------------------------ explaining


class Explanation(NamedTuple):
    """All that is known about the value of one parameter in a scenario."""

    name: str
    value: Any
    unit: str
    allowed: str
    plausible: tuple[float, float] | None
    fitted: bool
    meaning: str
    tag: str
    source: str
    origins: tuple[Origin, ...]

    @property
    def chain(self) -> str:
        """Where the value was given and given anew, the most basic file first."""
        return " -> ".join(str(origin) for origin in self.origins)

    def __str__(self) -> str:
        likely = _likely(declared()[self.name])
        return (
            f"{self.name} = {_shown(self.value)}\n  {self.meaning}\n"
            f"  {self.allowed}{likely}; {self.tag}: {self.source}\n  {self.chain}"
        )


def explain(scenario: Scenario, name: str = "") -> list[Explanation]:
    """Return what a parameter is, what it may be, and where its value comes from.

    Parameters
    ----------
    scenario : Scenario
    name : str
        A parameter (``"commitment.action"``), a group (``"commitment"``), or ``""`` for all.
    """
    names = [n for n in declared() if name in ("", n, n.split(".")[0])]
    if not names:
        group = "" if "." in name else _suggestion(name, GROUPS)
        raise InputError(f"{_shown(name)} is not a group.{group}" if group else _no_parameter(name))
    return [_explanation(scenario, dotted) for dotted in names]


def _explanation(scenario: Scenario, name: str) -> Explanation:
    group, key = name.split(".")
    p = declared()[name]
    default = (Origin("default", None, p.default),)
    return Explanation(
        name,
        getattr(getattr(scenario.parameters, group), key),
        _unit(p),
        _allowed(GROUPS[group].model_fields[key]),
        p.plausible,
        name in uncertain(),
        p.meaning,
        p.tag,
        p.source,
        scenario.provenance.get(name, default),
    )


def _unit(parameter: Parameter) -> str:
    """Return the unit of a number; choices, switches, paths and lists have none."""
    return parameter.unit if parameter.kind in ("float", "int") else ""


class Difference(NamedTuple):
    """One thing in which two scenarios differ; None where one of them has nothing."""

    name: str
    first: Any
    second: Any
    unit: str

    def __str__(self) -> str:
        first, second = ("-" if v is None else _toml(v) for v in (self.first, self.second))
        return f"{self.name}: {first} -> {second}{f' {self.unit}' if self.unit else ''}"


def diff(first: Scenario, second: Scenario) -> list[Difference]:
    """Return the parameters, the events and the entries of the sweep that differ.

    Names, titles and questions are not compared.
    """
    values = (first.parameters.model_dump(), second.parameters.model_dump())
    rows = []
    for name, parameter in declared().items():
        group, key = name.split(".")
        a, b = (value[group][key] for value in values)
        if a != b:
            rows.append(Difference(name, a, b, _unit(parameter)))
    rows += [
        Difference("events", _event_dict(event), None, "")
        for event in first.events
        if event not in second.events
    ]
    rows += [
        Difference("events", None, _event_dict(event), "")
        for event in second.events
        if event not in first.events
    ]
    sweeps = [s.sweep.as_dict() if s.sweep else {} for s in (first, second)]
    keys = dict.fromkeys([*sweeps[0], *sweeps[1]])
    pairs = ((key, sweeps[0].get(key), sweeps[1].get(key)) for key in keys)
    return rows + [Difference(f"sweep.{key}", a, b, "") for key, a, b in pairs if a != b]


# ---------------------------------------------------------------- for editors


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of scenario files, for editors."""
    events = [_model_schema(cls) for cls in EVENTS.values()]
    head = _model_schema(_Head)["properties"]
    groups = {group: _model_schema(cls) for group, cls in GROUPS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of the mentoring simulation",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **head,
            **groups,
            "events": {
                "description": "What happens, and when.",
                "type": "array",
                "items": {"type": "object", "required": ["type", "month"], "oneOf": events},
            },
            "sweep": _sweep_schema(groups),
        },
    }


def _model_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return a model's schema without generated titles, units told in the descriptions."""
    schema = model.model_json_schema()
    schema.pop("title")
    schema["description"] = (model.__doc__ or "").strip().splitlines()[0]
    for entry in schema["properties"].values():
        entry.pop("title", None)
        if entry.get("plausible", 0) is None:
            del entry["plausible"]
        if "unit" in entry:
            entry["description"] += f" ({entry['unit']}; {entry['tag']}: {entry['source']})"
        if "anyOf" in entry:  # TOML has no null: a key that may be absent is just left out
            entry |= next(kind for kind in entry.pop("anyOf") if kind["type"] != "null")
            entry.pop("default", None)
    return schema


def _sweep_schema(groups: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the schema of [sweep]; parameters go by dotted names, quoted or not."""
    values = {
        name: groups[name.split(".")[0]]["properties"][name.split(".")[1]] for name in declared()
    }
    axes = {
        name: {
            "description": value["description"],
            "oneOf": [{"type": "array", "minItems": 1, "items": value}, {"const": PLAUSIBLE}],
        }
        for name, value in values.items()
    }
    schema = _model_schema(Sweep)
    schema["properties"]["axes"] |= _by_name(axes)
    schema["properties"]["points"] |= {"minItems": 1, "items": _by_name(values)}
    return schema


def _by_name(entries: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = dict(entries)
    for name, entry in entries.items():
        group, key = name.split(".")
        table = {"type": "object", "additionalProperties": False, "properties": {}}
        properties.setdefault(group, table)["properties"][key] = entry
    return {"type": "object", "additionalProperties": False, "properties": properties}


if __name__ == "__main__":
    if sys.argv[1:] != ["--write-baseline"]:
        sys.exit("usage: python -m simulation.scenarios.scenario --write-baseline")
    print(write_baseline())
