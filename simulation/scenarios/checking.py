"""What a scenario file or a change may say, checked: its head, its groups, its events."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import InputError
from ..theory.events import EVENTS, Event, kind_of
from ..theory.parameters import GROUPS, Parameter, Parameters, declared, tables
from .notation import event_table, shown, toml
from .reading import Document, Origin
from .refusals import refusals
from .wording import allowed, belongs, no_parameter, refuse, sentences, suggestion

__all__ = [
    "CHANGEABLE",
    "EVENT_AXIS",
    "Head",
    "as_tables",
    "checked_events",
    "checked_groups",
    "checked_head",
    "checked_value",
    "event_problems",
    "flat",
    "head_values",
    "located",
    "merged",
    "provenance_after",
    "with_events",
]

#: What a change or an axis says of a scripted event: the first event is number 1.
EVENT_AXIS = re.compile(r"events\.([1-9]\d*)\.([a-z_]+)")


class Head(BaseModel):
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


#: What a change may say besides parameters.
CHANGEABLE = ("name", "title", "question", "replications", "events", "sweep")
_TOP_LEVEL = (*Head.model_fields, *GROUPS, "events", "sweep")


# -------------------------------------------------------------------- changes, as files state them


def as_tables(changes: Mapping[Any, Any]) -> dict[str, Any]:
    """Return changes with dotted names as the tables of a scenario file."""
    problems: list[str] = []
    named = flat(changes, "changes", problems)
    for name, value in named.items():
        if name in GROUPS:
            problems.append(f"changes: {name} = {shown(value)} must be a table of parameters.")
        elif name not in declared() and name not in CHANGEABLE:
            problems.append(f"changes: {no_parameter(name)}")
    refuse(problems)
    data = {name: value for name, value in named.items() if name in CHANGEABLE}
    data |= tables({name: value for name, value in named.items() if name in declared()})
    return data | {"replace_events": True} if "events" in data else data


def flat(table: Mapping[Any, Any], where: str, problems: list[str]) -> dict[Any, Any]:
    """Return a table with dotted names: ``commitment.action`` unquoted is a table in TOML."""
    named: dict[Any, Any] = {}
    for name, value in table.items():
        inner = name in GROUPS and isinstance(value, Mapping)
        rows = {f"{name}.{key}": v for key, v in value.items()} if inner else {name: value}
        for dotted, given in rows.items():
            if dotted in named:
                problems.append(f"{where}: {dotted} is given twice.")
            named[dotted] = given
    return named


def with_events(events: Sequence[Event], changes: dict[Any, Any], of: str) -> dict[Any, Any]:
    """Return changes with what they say of single events as a whole list of events."""
    single = {name: EVENT_AXIS.fullmatch(str(name)) for name in changes}
    listed = changes.get("events", events)
    if not any(single.values()) or not _are_events(listed):
        return {name: value for name, value in changes.items() if not single[name]}
    told = [event_table(e) if isinstance(e, Event) else dict(e) for e in listed]
    for name, found in single.items():
        if found is None:
            continue
        if int(found[1]) > len(told):
            many = "1 event" if len(told) == 1 else f"{len(told)} events"
            raise InputError(f"changes: {name}: scenario '{of}' has {many}.")
        told[int(found[1]) - 1][found[2]] = changes[name]
    return {name: value for name, value in changes.items() if not single[name]} | {"events": told}


def _are_events(listed: Any) -> bool:
    """Return whether this is a list of events or tables; what is not is refused later."""
    return isinstance(listed, list | tuple) and all(
        isinstance(entry, Event | Mapping) for entry in listed
    )


# ---------------------------------------------------------------------------------------- the head


def checked_head(document: Document, problems: list[str]) -> Head:
    """Return what stands before the tables; what is wrong is added to ``problems``."""
    problems += [
        f"{document.at(key)}: a scenario has no table or key {shown(key)}."
        f"{belongs(key, _TOP_LEVEL)}"
        for key in document.data
        if key not in _TOP_LEVEL
    ]
    head = {key: value for key, value in document.data.items() if key in Head.model_fields}
    try:
        return Head.model_validate(head)
    except ValidationError as error:
        problems += sentences(error, Head, head, document.at, "")
    return Head()


def head_values(parent: Any, document: Document, head: Head) -> dict[str, Any]:
    """Return name, title, question and replications: a file has its own, changes keep them."""
    stated = head.model_dump(include=set(CHANGEABLE) & head.model_fields_set)
    given = {k: v for k, v in stated.items() if v is not None or k == "replications"}
    if document.name is None:
        usual = {"name": parent.name, "title": parent.title, "question": parent.question}
    else:
        name = given.get("name") or document.name
        usual = {"name": name, "title": name, "question": ""}
    return {**usual, "replications": parent.replications, **given}


# -------------------------------------------------------------------------------------- the groups


def checked_groups(document: Document, problems: list[str]) -> dict[str, Any]:
    """Return the values of all parameters that a document gives, by dotted name."""
    values: dict[str, Any] = {}
    for group in GROUPS:
        table = document.data.get(group, {})
        if isinstance(table, Mapping):
            values |= _checked_group(document, group, dict(table), problems)
        else:
            problems.append(
                f"{document.at(group)}: {group} = {shown(table)} must be a table, [{group}]."
            )
    return values


def _checked_group(
    document: Document, group: str, table: dict[str, Any], problems: list[str]
) -> dict[str, Any]:
    prefix = document.prefix(group)
    for key in (key for key in GROUPS[group].model_fields if key in table):
        parameter = declared()[f"{group}.{key}"]
        table[key] = _as_declared(parameter, table[key])
        if parameter.unit == "path" and isinstance(table[key], str) and table[key]:
            where = document.at(group, key)
            table[key] = located(table[key], document, f"{where}: {prefix}{key}", problems)
    try:
        checked = GROUPS[group].model_validate(table)
    except ValidationError as error:
        at = partial(document.at, group)
        problems += sentences(error, GROUPS[group], table, at, prefix)
        return {}
    return {f"{group}.{key}": getattr(checked, key) for key in table}


def checked_value(document: Document, name: str, value: Any, what: str, problems: list[str]) -> Any:
    """Return one value of one parameter as the declaration wants it."""
    group, key = declared()[name].address
    value = _as_declared(declared()[name], value)
    if declared()[name].unit == "path" and isinstance(value, str) and value:
        value = located(value, document, what, problems)
    try:
        return getattr(GROUPS[group].model_validate({key: value}), key)
    except ValidationError:
        may_be = allowed(GROUPS[group].model_fields[key])
        problems.append(f"{what} has the value {shown(value)}, but each must be {may_be}.")
        return value


def _as_declared(parameter: Parameter, value: Any) -> Any:
    """Return a value from TOML or JSON as the declaration wants it: lists as tuples."""
    return tuple(value) if parameter.kind == "tuple" and isinstance(value, list) else value


def located(value: str, document: Document, what: str, problems: list[str]) -> str:
    """Return the absolute path of a file named relative to the document."""
    path = document.folder / value
    if not os.path.isfile(path):
        slip = " Write the path in single quotes, or with / for each backslash."
        hint = slip if re.search(r"[\t\n\r\f\x08]", value) else ""  # "C:\temp" says C:, tab, emp
        problems.append(
            f"{what} = {toml(value)} is not a file; looked for {toml(str(path))}.{hint}"
        )
        return value
    return os.path.abspath(path)


def merged(parameters: Parameters, values: dict[str, Any], document: Document) -> Parameters:
    """Return parameters with some checked values replaced, if they agree with each other."""
    groups = {group: getattr(parameters, group) for group in GROUPS}
    for group, update in tables(values).items():
        groups[group] = groups[group].model_copy(update=update)
    try:
        return Parameters(**groups)
    except ValidationError as error:
        reason = str(error.errors()[0].get("ctx", {}).get("error", "the values do not agree"))
        named = [name for name in declared() if name in reason]
        blamed = next((declared()[name].address for name in named if name in values), ())
        now = ", ".join(f"{name} = {shown(_value_in(groups, name))}" for name in named)
        detail = f" (now {now})" if now else ""
        raise InputError(f"{document.at(*blamed)}: {reason}{detail}.") from None


def _value_in(groups: Mapping[str, Any], name: str) -> Any:
    group, key = declared()[name].address
    return getattr(groups[group], key)


def provenance_after(
    before: Mapping[str, tuple[Origin, ...]], values: dict[str, Any], document: Document
) -> dict[str, tuple[Origin, ...]]:
    """Return where each value was given, once a document has given some."""
    chains = dict(before)
    for name, value in values.items():
        origin = Origin(document.label, document.line(*declared()[name].address), value)
        chains[name] = (*chains.get(name, ()), origin)
    return chains


# -------------------------------------------------------------------------------------- the events


def checked_events(document: Document, problems: list[str]) -> tuple[Event, ...]:
    """Return the events that a document states itself."""
    listed = document.data.get("events", [])
    if not isinstance(listed, list | tuple):
        problems.append(
            f"{document.at('events')}: events must be a list of tables, each headed [[events]]."
        )
        return ()
    checked = (_checked_event(document, i, table, problems) for i, table in enumerate(listed))
    return tuple(event for event in checked if event is not None)


def _checked_event(document: Document, index: int, table: Any, problems: list[str]) -> Event | None:
    where, called = document.at("events", index), f"[[events]] {index + 1}"
    if isinstance(table, Event):
        table = event_table(table)
    if not isinstance(table, Mapping):
        problems.append(f"{where}: {called} = {shown(table)} must be a table with month and type.")
        return None
    kind = table.get("type")
    if not isinstance(kind, str) or kind not in EVENTS:
        stated = f"has type = {shown(kind)}, but it" if "type" in table else "needs a type: it"
        problems.append(
            f"{document.at('events', index, 'type')}: {called} {stated} must be one of "
            f"{', '.join(EVENTS)}.{suggestion(kind, EVENTS)}"
        )
        return None
    try:
        return EVENTS[kind].model_validate(dict(table))
    except ValidationError as error:
        called = f"{called} ({kind}): "
        at = partial(document.at, "events", index)
        problems += sentences(error, EVENTS[kind], table, at, called)
    return None


def event_problems(
    events: Sequence[Event], parameters: Parameters, document: Document, inherited: int
) -> Iterator[str]:
    """Yield why events cannot happen in a scenario; the first few are ``inherited``."""

    def at(index: int) -> str:
        return document.at(*(("events", index - inherited) if index >= inherited else ()))

    for index, event in enumerate(events):
        if event in events[:index]:
            first = events.index(event) + 1
            yield f"{at(index)}: event {index + 1} ({kind_of(event)}) repeats event {first}."
    for sentence in refusals(events, parameters):
        index = int(sentence.split()[1]) - 1  # "event 3 (launch, month 12): ..."
        yield f"{at(index)}: {sentence}{'' if sentence.endswith('?') else '.'}"
