"""Sentences about what is wrong in a scenario, and what is allowed instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import UnionType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from ..errors import InputError, nearest
from ..theory.parameters import GROUPS, Parameter, declared, uncertain
from .notation import exact, shown, toml

__all__ = [
    "allowed",
    "belongs",
    "likely",
    "no_parameter",
    "refuse",
    "role_of",
    "sentences",
    "suggestion",
    "unit_of",
]

_SHOWN_PROBLEMS = 5
_SHOWN_KEYS = 24


def sentences(
    error: ValidationError,
    model: type[BaseModel],
    table: Mapping[str, Any],
    at: Callable[[str], str],
    prefix: str,
) -> list[str]:
    """Return a sentence for each key that a model refused, in our words.

    ``at`` tells where a key stands, ``prefix`` what it is part of.
    """
    found: dict[Any, str] = {}
    for item in error.errors(include_url=False):
        key = item["loc"][0] if item["loc"] else ""
        if item["type"] == "value_error":
            text = f"{item['ctx']['error']}."
        elif key not in model.model_fields:
            place = belongs(key, model.model_fields, model in GROUPS.values())
            text = f"has no key {shown(key)}.{place}"
        else:
            may_be = allowed(model.model_fields[str(key)])
            missing = item["type"] == "missing"
            text = f"needs {key}, " if missing else f"{key} = {shown(table[key])} must be "
            text += f"{may_be}.{_hint(table.get(key), model.model_fields[str(key)])}"
        found.setdefault(key, f"{at(str(key))}: {prefix}{text}")
    return list(found.values())


def belongs(key: Any, names: Iterable[str], elsewhere: bool = True) -> str:
    """Return where an unknown key may belong: in a table elsewhere, else a near name."""
    homes = [p.address for name, p in declared().items() if key in (name, p.address.key)]
    if homes and elsewhere:
        return f" Did you mean [{homes[0].group}] {homes[0].key}?"
    known = list(names)
    more = f" and {len(known) - _SHOWN_KEYS} more" if len(known) > _SHOWN_KEYS else ""
    return suggestion(key, known) or f" Its keys are {', '.join(known[:_SHOWN_KEYS])}{more}."


def no_parameter(name: Any) -> str:
    """Return that a dotted name is none of a parameter, and which is near."""
    if re.fullmatch(r"events?(\..*)?", str(name)):
        return f"{shown(name)} is not of an event: say events.1.month for the first one's month."
    ending = [known for known in declared() if known.endswith(f".{name}")]
    near = f" Did you mean '{ending[0]}'?" if ending else suggestion(name, declared())
    return f"{shown(name)} is not a parameter.{near}"


def suggestion(name: Any, names: Iterable[str]) -> str:
    """Return which name is near to what was written, if that is text of usual length."""
    return nearest(name, names) if isinstance(name, str) and len(name) < 100 else ""


def _hint(value: Any, info: FieldInfo) -> str:
    """Return the nearest choice, or that a number or a switch stands without quotes."""
    if _is_choice(info):
        return suggestion(value, get_args(info.annotation))
    unquoted = isinstance(value, str) and re.fullmatch(r"[-+]?[\d.]+|true|false", value.strip())
    return " Leave out the quotes." if unquoted and info.annotation is not str else ""


def _is_choice(info: FieldInfo) -> bool:
    return get_origin(info.annotation) is Literal


def allowed(info: FieldInfo) -> str:
    """Return what a declared field takes: its type, its range and its unit."""
    annotation = info.annotation
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
    if _is_choice(info):
        return f"one of {', '.join(toml(choice) for choice in kinds)}"
    if get_origin(annotation) is tuple:
        return "a list of numbers" if kinds[0] is float else "a list of tables"
    if get_origin(annotation) is UnionType and len(kinds) > 1:
        return "a number, true or false, or text in quotes"
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
        return f" from {exact(limits['ge'])} to {exact(limits['le'])}"
    words = {"ge": "of at least", "gt": "above", "le": "at most"}
    parts = [f"{words[key]} {exact(value)}" for key, value in limits.items()]
    return f" {' and '.join(parts)}" if parts else ""


def likely(parameter: Parameter) -> str:
    """Return the plausible range in words, and whether calibration fits a value in it."""
    if parameter.plausible is None:
        return ""
    low, high = map(exact, parameter.plausible)
    fitted = "fitted within" if parameter.name in uncertain() else "plausible"
    return f", {fitted} {low} to {high}"


def role_of(parameter: Parameter) -> str:
    """Return whose a parameter is, and when a change during a run is felt, if not at once."""
    felt = {"always": "", "start": ", read when a run begins"}
    return parameter.role + felt.get(parameter.acts, f", felt with the {parameter.acts}")


def unit_of(parameter: Parameter) -> str:
    """Return the unit of a number; choices, switches, paths and lists have none."""
    return parameter.unit if parameter.kind in ("float", "int") else ""


def refuse(problems: list[str]) -> None:
    """Raise what was found wrong, if anything: the first few, one to a line."""
    if problems:
        more = len(problems) - _SHOWN_PROBLEMS
        rest = [f"... and {more} more."] if more > 0 else []
        raise InputError("\n".join(problems[:_SHOWN_PROBLEMS] + rest))
