"""Finding and reading scenario files: the lines they extend, and where each key stands."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import InputError
from ..files import shipped
from .notation import one_line, shown, toml
from .wording import suggestion

__all__ = ["Document", "Origin", "lineage", "scenario_path", "shipped_folder", "shipped_scenarios"]


class Origin(NamedTuple):
    """Where a value was given: the file (or "changes"), the line if known, the value."""

    file: str
    line: int | None
    value: Any

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place} {shown(self.value)}"


@dataclass(frozen=True)
class Document:
    """What one file (or one call of ``changed``) says, before it is checked.

    ``name`` is the file's stem; changes have none and keep the name and title there were.
    ``states`` tells whether it is somebody's word: all but the shipped baseline are.
    """

    label: str
    folder: Path
    data: dict[str, Any]
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    name: str | None = None
    states: bool = True

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


def shipped_folder() -> Path:
    """Return the folder of the shipped scenarios: in the wheel, else in the checkout."""
    return shipped("scenarios", "shipped_scenarios")


def shipped_scenarios() -> list[str]:
    """Return the names of the shipped scenarios, the baseline first."""
    names = sorted(path.stem for path in shipped_folder().glob("*.toml"))
    return sorted(names, key=lambda name: name != "baseline")


def scenario_path(name_or_path: str | Path) -> Path:
    """Return the file of a scenario: a shipped one's by its name, else the path as given."""
    text = str(name_or_path)
    if _is_path(name_or_path):
        return Path(name_or_path)
    if text in shipped_scenarios():
        return shipped_folder() / f"{text}.toml"
    raise InputError(
        f"There is no shipped scenario {shown(text)}; a scenario of your own is given by the "
        f"path of its .toml file.{suggestion(text, shipped_scenarios())}"
    )


def _is_path(name_or_path: str | Path) -> bool:
    text = str(name_or_path)
    return isinstance(name_or_path, Path) or text.endswith(".toml") or "/" in text or os.sep in text


def _label(path: Path) -> str:
    """Return a path as messages show it: relative to the current folder if inside it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def lineage(path: Path) -> list[Document]:
    """Return the file and all that it extends, the most basic first."""
    documents: list[Document] = []
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


def _parent_path(document: Document) -> Path:
    parent, where = document.data["extends"], document.at("extends")
    if not isinstance(parent, str) or not parent:
        raise InputError(f"{where}: extends = {shown(parent)} must be a scenario's name or path.")
    if parent in shipped_scenarios():
        return shipped_folder() / f"{parent}.toml"
    if _is_path(parent):
        return document.folder / parent
    raise InputError(
        f"{where}: extends = {shown(parent)} is neither a shipped scenario nor the path of a "
        f".toml file.{suggestion(parent, shipped_scenarios())}"
    )


def _read(path: Path, child: Document | None) -> Document:
    """Read one file; ``child`` is the file that extends it."""
    label = _label(path)
    where = f"{child.at('extends')}: extends " if child else ""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        kind = "is UTF-16" if data.startswith(_UTF_16) else "is not text in UTF-8"
        raise InputError(f"{where}{label} {kind}; save it as UTF-8.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        beside = (p.name for p in path.parent.glob("*.toml")) if path.parent.is_dir() else ()
        raise InputError(
            f"{where}{toml(label)} cannot be read ({one_line(reason)})."
            f"{suggestion(path.name, beside)}"
        ) from None
    said, lines = _parsed(text, label), _key_lines(text)
    states = path.resolve() != (shipped_folder() / "baseline.toml").resolve()
    return Document(label, path.parent, said, lines, path.stem, states)


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
        remedy = _remedy(text.split("\n")[int(line) - 1])
        raise InputError(
            f"{label}, {place}: not valid TOML: {_toml_reason(reason)}.{remedy}"
        ) from None


def _remedy(line: str) -> str:
    """Return what to write instead of a slip that is usual on some machines, if it is one."""
    said = line.partition("#")[0]
    if re.search("[“”„‟‘’‚]", said):
        return ' Write straight quotation marks, "...".'
    if comma := re.search(r"=\s*([-+]?\d+),(\d+)\s*(?:[]};,]|$)", said):
        return f" Write a decimal point: {comma[1]}.{comma[2]}."
    if re.search(r'"[^"]*\\', said):
        return " Write the path in single quotes, or with / for each backslash."
    if word := re.search(r"=\s*(true|false|yes|no|on|off)\s*$", said, re.IGNORECASE):
        meant = "true" if word[1].lower() in ("true", "yes", "on") else "false"
        return f" Write {meant}, in small letters and without quotes."
    if share := re.search(r"=\s*(\d+(?:\.\d+)?)\s*%", said):
        return f" Write a share: {float(share[1]) / 100:g}."
    if re.search("[\u2212\u2013\u00a0\u202f]", said):
        return " Write plain minus signs and spaces; these come from another program."
    return ""


def _toml_reason(reason: str) -> str:
    """Return tomllib's reason in a user's words: ('sweep', 'axes') is the table [sweep.axes]."""
    reason = reason.removesuffix(" (at end of document)")
    reason = reason.replace("Cannot overwrite a value", "something is given twice")
    tables = re.compile(r"\(('.*'),?\)")
    return one_line(tables.sub(lambda m: f"[{m[1].replace("', '", '.').strip("'")}]", reason))


_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
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
