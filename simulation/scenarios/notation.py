"""How values are written: in TOML, in messages and in JSON; and taken as plain Python."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ..theory.events import Event

__all__ = ["event_table", "exact", "jsonable", "one_line", "plain", "shown", "toml", "toml_key"]


def toml(value: Any, depth: int = 0) -> str:
    """Return a value as TOML writes it."""
    if depth > 20:
        return "..."
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value) if value.bit_length() < 256 else "a huge number"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml(entry, depth + 1) for entry in value)}]"
    if isinstance(value, Mapping):
        entries = (f"{toml_key(k)} = {toml(v, depth + 1)}" for k, v in value.items())
        return f"{{ {', '.join(entries)} }}"
    return repr(value) if isinstance(value, float) else str(value)


def _text(value: str) -> str:
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else _escape(ord(c)) for c in quoted)


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def toml_key(key: Any) -> str:
    """Return a key as TOML writes it: quoted if it must be."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", str(key)) else _text(str(key))


def exact(value: float) -> str:
    """Return a number as it may be typed, whole ones without a point; nothing is rounded."""
    return str(int(value)) if float(value).is_integer() else repr(value)


def shown(value: Any) -> str:
    """Return a value as a message shows it: as in TOML, on one line, not too long."""
    text = one_line(toml(value))
    return text if len(text) <= 60 else f"{text[:57]}..."


def one_line(text: Any) -> str:
    """Return a text with each run of spaces and ends of lines as one space."""
    return " ".join(str(text).split())


def jsonable(value: Any) -> Any:
    """Return a value in JSON's types; tuples become lists and -0.0 becomes 0.0."""
    if isinstance(value, Mapping):
        return {key: jsonable(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(entry) for entry in value]
    return value + 0.0 if isinstance(value, float) else value


def plain(value: Any) -> Any:
    """Return a value with NumPy's and pandas' numbers, switches and arrays as Python's own.

    >>> import numpy as np
    >>> plain({"run.months": np.int64(24), "adoption.thresholds": np.array([0.1, 0.2])})
    {'run.months': 24, 'adoption.thresholds': [0.1, 0.2]}
    """
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, dict):
        return {plain(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | range):
        return [plain(entry) for entry in value]
    return tuple(plain(entry) for entry in value) if type(value) is tuple else value


def event_table(event: Event) -> dict[str, Any]:
    """Return an event as a file states it: the type, the month, and what else was given."""
    given = event.model_dump(exclude_unset=True)
    return {"type": given.pop("type"), "month": given.pop("month"), **given}
