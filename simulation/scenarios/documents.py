"""Tables that documents show: generated from the declarations, never typed twice.

``python -m simulation.scenarios.documents`` rewrites the marked blocks of ``MODEL.md``::

    <!-- generated: parameters -->
    ...
    <!-- end -->
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from ..files import PACKAGE
from ..theory.columns import COLUMNS, KEPT, NEVER, SET, STEP
from ..theory.draws import DRAWS
from ..theory.events import EVENTS
from ..theory.measures import LEVEL_MEASURES, MEASURES
from ..theory.parameters import GROUPS, Parameter, declared, uncertain
from ..words import markdown, number
from .notation import toml

__all__ = [
    "TABLES",
    "draws_table",
    "events_table",
    "generated",
    "identifiability_table",
    "measures_table",
    "parameters_table",
    "patterns_table",
    "refresh",
    "refreshed",
    "state_table",
    "theory_table",
    "verification_table",
]

_BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    return markdown(header, rows) + "\n"


def _stated(value: Any) -> str:
    """Return a value as a scenario file states it, numbers in at most 5 figures."""
    if isinstance(value, bool | str):
        return toml(value)
    if isinstance(value, float | int):
        return number(value) if abs(value) >= 1e5 else f"{value:.5g}"
    return "empty" if value == () else str(value)


def _span(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{_stated(low)} to {_stated(high)}"


def _row(parameter: Parameter) -> tuple[str, ...]:
    may_be = ", ".join(parameter.choices) or _span(parameter.low, parameter.high)
    fitted = " (fitted)" if parameter.name in uncertain() else ""
    return (
        f"`{parameter.name}`",
        parameter.unit,
        f"{_stated(parameter.default)}{fitted}",
        may_be,
        _span(*parameter.plausible) if parameter.plausible else "",
        parameter.role,
        parameter.acts,
        parameter.tag,
        parameter.source,
        parameter.meaning,
    )


def _first_sentence(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split())


def parameters_table() -> str:
    """Return every parameter in Markdown, one table per group, in the order of declaration."""
    header = (
        *("Parameter", "Unit", "Default", "Range", "Plausible", "Role", "Acts", "Tag", "Source"),
        "Meaning",
    )
    parts = []
    for name, group in GROUPS.items():
        rows = [_row(p) for p in declared().values() if p.address.group == name]
        parts.append(f"#### `{name}`: {_first_sentence(group.__doc__)}\n\n{_table(header, rows)}")
    return "\n".join(parts)


def measures_table() -> str:
    """Return every monthly measure in Markdown: unit, how steps combine, by level or not."""
    rows = [
        (
            f"`{name}`",
            m.unit,
            "sum" if m.adds_up else "end of month",
            "yes" if name in LEVEL_MEASURES else "",
            m.meaning,
        )
        for name, m in MEASURES.items()
    ]
    return _table(("Measure", "Unit", "In a month", "By level", "Meaning"), rows)


def _becomes(value: float | str) -> str:
    words = {KEPT: "kept", SET: "worked out", STEP: "the step", NEVER: "never"}
    if value in words:
        return words[value]
    return f"`{value}`" if isinstance(value, str) else _stated(value)


def state_table() -> str:
    """Return what a person carries, in Markdown, and what becomes of it."""
    rows = [
        (f"`{name}`", c.unit, c.meaning, *map(_becomes, (c.start, c.on_hire, c.on_move)))
        for name, c in COLUMNS.items()
    ]
    header = ("Of a person", "Unit", "Meaning", "At the start", "Of a hire", "After a move")
    return _table(header, rows)


def draws_table() -> str:
    """Return what draws are for, in Markdown: in order of their numbers."""
    rows = [
        (d.number, f"`{name}`", d.what, d.by, ", ".join(d.bits))
        for name, d in sorted(DRAWS.items(), key=lambda item: item[1].number)
    ]
    return _table(("Number", "Draw", "What it decides", "By", "Bits"), rows)


def _settings(cls: type[Any]) -> str:
    parts = []
    for name, field in cls.model_fields.items():
        if name not in ("type", "month"):
            default = "required" if field.is_required() else _stated(field.default)
            default = "not given" if default in ("None", toml("")) else default
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
    from ..theory.rules import ACTIONS, rules

    rows = [
        (
            f"`{r.mechanism}.{r.name}`",
            ACTIONS[r.mechanism].number if r.mechanism in ACTIONS else "",
            " ".join((r.function.__doc__ or "").split()),
            r.source,
        )
        for r in rules()
    ]
    return _table(("Rule", "Action", "What it states", "Source"), rows)


RESULTS = PACKAGE.parent / "results"


def _read(*place: str) -> list[dict[str, str]]:
    """Return the rows of a committed table of results."""
    with RESULTS.joinpath(*place).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _interval(low: str, high: str, digits: int = 3) -> str:
    """Return a range in few digits; open where an end is missing."""
    if not low:
        return f"at most {float(high):.{digits}g}" if high else ""
    return (
        f"above {float(low):.{digits}g}"
        if not high
        else (f"{float(low):.{digits}g} to {float(high):.{digits}g}")
    )


def patterns_table() -> str:
    """Return the patterns in Markdown: band, source, the baseline's value, the accepted vectors'.

    What has no band is only reported. From ``mentoring patterns --out`` and
    ``experiments/calibration.py``.
    """
    accepted = {row["measured"]: row for row in _read("calibration", "bands.csv")}
    rows = []
    for row in _read("patterns", "table.csv"):
        key = f"{row['measured']}, {row['unit']}"
        spread = accepted[key]
        rows.append(
            (
                row["number"],
                key,
                _interval(row["low"], row["high"]),
                row["source"],
                row["how"],
                _estimate(row),
                _judged(row),
                _interval(spread["from"], spread["to"]),
                f"{float(spread['share']):.0%}" if spread.get("share") else "",
            )
        )
    header = (
        "#",
        "Pattern",
        "Band",
        "How known",
        "Measured as",
        "Baseline (95 % interval)",
        "Met",
        "Nine tenths of accepted vectors",
        "Vectors that show it with new luck",
    )
    return _table(header, rows)


def _estimate(row: dict[str, str]) -> str:
    """Return a value with its interval; what no run has shown is said to be so."""
    if not row["mean"]:
        return "never shown"
    return f"{float(row['mean']):.3g} ({_interval(row['mean_low'], row['mean_high'])})"


def _judged(row: dict[str, str]) -> str:
    if not (row["low"] or row["high"]):
        return "reported"
    return "yes" if row["met"] == "True" else "**no**"


def identifiability_table() -> str:
    """Return what the patterns leave of each uncertain parameter's range, in Markdown."""
    rows = [
        (
            f"`{row['parameter']}`",
            _interval(row["low"], row["high"]),
            _stated(declared()[row["parameter"]].default),
            _interval(row["from"], row["to"]),
            f"{float(row['spread']):.2f}",
            row["verdict"],
            f"`{row['with']}` ({float(row['correlation']):+.2f})",
        )
        for row in _read("calibration", "identifiability.csv")
    ]
    header = (
        "Parameter",
        "Plausible",
        "Default",
        "Nine tenths of accepted",
        "Spread left",
        "Verdict",
        "Goes most with (correlation)",
    )
    return _table(header, rows)


def verification_table() -> str:
    """Return the limit cases in Markdown: closed form, what was found, tolerance, alarm."""
    rows = [
        (
            row["case"],
            f"`{row['source']}`" if " " not in row["source"] else row["source"],
            row["quantity"],
            f"{float(row['expected']):.4g}",
            f"{float(row['found']):.4g}",
            f"{float(row['tolerance']):.2g}" if float(row["tolerance"]) else "exact",
            f"{float(row['alarm']):.0e}" if float(row["alarm"]) else "none",
            "yes" if row["holds"] == "True" else "**no**",
        )
        for row in _read("verification", "table.csv")
    ]
    header = (
        "Limit case",
        "Source",
        "Quantity",
        "Closed form",
        "Simulated",
        "Tolerance",
        "False alarms",
        "Holds",
    )
    return _table(header, rows)


#: What each marked block holds.
TABLES: dict[str, Callable[[], str]] = {
    "patterns": patterns_table,
    "parameters": parameters_table,
    "measures": measures_table,
    "state": state_table,
    "draws": draws_table,
    "events": events_table,
    "theory": theory_table,
    "identifiability": identifiability_table,
    "verification": verification_table,
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
    default = PACKAGE.parent / "MODEL.md"
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, default=[default])
    for file in parser.parse_args().files:
        print(f"{file.name}: {'refreshed' if refresh(file) else 'already in step'}")


if __name__ == "__main__":
    main()
