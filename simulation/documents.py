"""Tables that documents show: generated from the declarations, never typed twice.

``python -m simulation.documents`` rewrites the marked blocks of ``MODEL.md``::

    <!-- generated: parameters -->
    ...
    <!-- end -->
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from . import state
from .events import EVENTS
from .parameters import GROUPS, Parameter, declared

__all__ = ["TABLES", "events_table", "generated", "measures_table", "parameters_table",
           "refresh", "refreshed", "theory_table"]  # fmt: skip

_BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _cell(value: Any) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _number(value: Any) -> str:
    """Return a value as a scenario file writes it, numbers in at most 5 digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return f"{value:.5g}" if abs(value) < 1e5 else f"{value:,.0f}"
    if isinstance(value, str):
        return f'"{value}"'
    return "empty" if value == () else str(value)


def _span(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{_number(low)} to {_number(high)}"


def _row(parameter: Parameter) -> tuple[str, ...]:
    may_be = ", ".join(parameter.choices) or _span(parameter.low, parameter.high)
    return (
        f"`{parameter.name}`", parameter.unit, _number(parameter.default), may_be,
        _span(*parameter.plausible) if parameter.plausible else "", parameter.tag,
        parameter.source, parameter.meaning,
    )  # fmt: skip


def _first_sentence(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split())


def parameters_table() -> str:
    """Return every parameter in Markdown, one table per group, in the order of declaration."""
    header = ("Parameter", "Unit", "Default", "Range", "Plausible", "Tag", "Source", "Meaning")
    parts = []
    for name, group in GROUPS.items():
        rows = [_row(p) for key, p in declared().items() if key.split(".")[0] == name]
        parts.append(f"#### `{name}`: {_first_sentence(group.__doc__)}\n\n{_table(header, rows)}")
    return "\n".join(parts)


def measures_table() -> str:
    """Return every monthly measure in Markdown: unit, how steps combine, by level or not."""
    rows = [
        (f"`{name}`", m.unit, "sum" if m.adds_up else "end of month",
         "yes" if name in state.LEVEL_MEASURES else "", m.meaning)
        for name, m in state.MEASURES.items()
    ]  # fmt: skip
    return _table(("Measure", "Unit", "In a month", "By level", "Meaning"), rows)


def _settings(cls: type[Any]) -> str:
    parts = []
    for name, field in cls.model_fields.items():
        if name not in ("type", "month"):
            default = "required" if field.is_required() else _number(field.default)
            default = "not given" if default == "None" else default
            parts.append(f"`{name}` ({default}): {field.description or ''}")
    return " ".join(parts)


def events_table() -> str:
    """Return every scripted event in Markdown: its settings with defaults, and what it does."""
    rows = [
        (f"`{name}`", " ".join((cls.__doc__ or "").split()), _settings(cls))
        for name, cls in EVENTS.items()
    ]
    return _table(("Event", "What happens", "Settings besides `month` (default)"), rows)


def theory_table() -> str:
    """Return every rule of the theory in Markdown: mechanism, action, sentence, source."""
    from .rules import ACTIONS, rules

    rows = [
        (f"`{r.mechanism}.{r.name}`", ACTIONS[r.mechanism][0] if r.mechanism in ACTIONS else "",
         " ".join((r.function.__doc__ or "").split()), r.source)
        for r in sorted(rules(), key=_place)
    ]  # fmt: skip
    return _table(("Rule", "Action", "What it states", "Source"), rows)


def _place(rule: Any) -> int:
    """Return a rule's mechanism's place; a stable sort keeps the order within its file."""
    from .rules import MECHANISMS

    return MECHANISMS.index(rule.mechanism)


#: What each marked block holds.
TABLES: dict[str, Callable[[], str]] = {
    "parameters": parameters_table,
    "measures": measures_table,
    "events": events_table,
    "theory": theory_table,
}


def generated(name: str) -> str:
    """Return the text of one marked block.

    Raises
    ------
    KeyError
        There is no table of that name.
    """
    return f"\n{TABLES[name]()}\n"


def refreshed(text: str) -> str:
    """Return a document with all its marked blocks as the declarations have them now."""

    def replace(match: re.Match[str]) -> str:
        return match.group(1) + generated(match.group(2)) + match.group(3)

    return _BLOCK.sub(replace, text)


def refresh(path: str | Path) -> bool:
    """Rewrite the marked blocks of a file, in place; return whether it changed."""
    file = Path(path)
    before = file.read_text(encoding="utf-8")
    after = refreshed(before)
    if after != before:
        file.write_text(after, encoding="utf-8", newline="\n")
    return after != before


def main() -> None:
    """Refresh the documents named on the command line, or ``MODEL.md``."""
    default = Path(__file__).resolve().parent.parent / "MODEL.md"
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, default=[default])
    for file in parser.parse_args().files:
        print(f"{file.name}: {'refreshed' if refresh(file) else 'already in step'}")


if __name__ == "__main__":
    main()
