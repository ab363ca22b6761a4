"""Writing scenario files: complete ones, each value with its unit, range and source.

``python -m simulation.scenarios.writing`` writes the baseline's file from the declarations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ..theory.events import Event
from ..theory.parameters import GROUPS, Parameters, declared
from .notation import event_table, toml, toml_key
from .reading import shipped_folder
from .sweeps import Sweep
from .wording import allowed, likely, role_of

__all__ = ["baseline_toml", "file_text", "write_baseline"]


def file_text(
    head: Mapping[str, Any],
    parameters: Parameters,
    events: Sequence[Event] = (),
    sweep: Sweep | None = None,
) -> str:
    """Return a complete scenario file, each value with its unit, range and source.

    Parameters
    ----------
    head : mapping
        ``name``, ``title``, ``question`` and ``replications``; empty ones may be left out.
    parameters : Parameters
    events : sequence of Event
    sweep : Sweep, optional
    """
    stated = {key: value for key, value in head.items() if value or key in ("title", "question")}
    blocks = ["\n".join(f"{key} = {toml(value)}" for key, value in stated.items())]
    blocks += [_group_text(group, getattr(parameters, group)) for group in GROUPS]
    blocks += [_table_text("[[events]]", event_table(event)) for event in events]
    if sweep is not None:
        table = sweep.as_dict()
        axes, points = table.pop("axes", {}), table.pop("points", [])
        blocks += [_table_text("[sweep]", table)]
        blocks += [_table_text("[sweep.axes]", axes)] if axes else []
        blocks += [_table_text("[[sweep.points]]", point) for point in points]
    return "\n\n".join(blocks) + "\n"


def _table_text(header: str, table: Mapping[str, Any]) -> str:
    return "\n".join([header, *(f"{toml_key(k)} = {toml(v)}" for k, v in table.items())])


def _group_text(group: str, values: BaseModel) -> str:
    meaning = (GROUPS[group].__doc__ or "").strip().splitlines()[0]
    lines = [f"# {meaning}", f"[{group}]"]
    for key, info in GROUPS[group].model_fields.items():
        p = declared()[f"{group}.{key}"]
        known = f"{allowed(info)}{likely(p)}; {role_of(p)}; {p.tag}: {p.source}"
        lines.append(f"# {p.meaning}")
        lines.append(f"{key} = {toml(getattr(values, key))}  # {known}")
    return "\n".join(lines)


_BASELINE_OPENING = """\
# The baseline: every parameter with its meaning, type, range, unit, whose it is (a lever that
# somebody pulls, an uncertainty, or a constant of the model), and how we know it: seen (read in
# the source), recalled (from memory, unverified) or assumed. A value that is fitted comes from
# calibration; how we know is then said of the range that it is fitted within.
# Written from the declarations in simulation/theory; change a default there, then
#     python -m simulation.scenarios.writing
# All other scenarios extend this one and say only what differs.

"""


def baseline_toml() -> str:
    """Return the complete file of the baseline, written from the declarations."""
    title = "Moderate commitment, no special events"
    question = "What becomes of mentoring if leaders keep talking and acting as they do today?"
    return _BASELINE_OPENING + file_text({"title": title, "question": question}, Parameters())


def write_baseline(path: str | Path | None = None) -> Path:
    """Write the baseline's file (by default the shipped one) and return its path."""
    path = Path(path) if path is not None else shipped_folder() / "baseline.toml"
    path.write_text(baseline_toml(), encoding="utf-8")
    return path


if __name__ == "__main__":
    print(write_baseline())
