"""What the engine in a browser reads: layouts, parameters, events and one organization.

All of it is told by what Python itself computes with, so that nothing is written twice. Of an
organization there is its structure only: no name, no identifier, no date.
"""

from __future__ import annotations

import base64
import typing
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from annotated_types import Ge, Gt, Le, Lt

from ...errors import InputError
from ...machine.table import PARTS, Table
from ...month.state import LEADS, LEVEL_ROW, RESET_BY, ROW
from ...organizations.organization import Organization
from ...scenarios.scenario import Scenario
from ...study.run import Run, organization_of
from ...theory.events import EVENTS, FIELDS, PERSONAL
from ...theory.measures import LEVEL_MEASURES, MEASURES
from ...theory.parameters import PER_STEP, declared, engine_record, position
from ...theory.rules import ACTIONS
from . import wasm

__all__ = ["document"]

#: Groups that say how long and on whom, not what happens: no numbers of the engine's.
_OUTSIDE = ("run", "organization")
#: Parts of the state whose length hangs on how many mentoring leads there will be.
_BY_LEADS = {"leads": "leads", "posts": "posts"}


def document(
    scenarios: Sequence[Scenario], organization: Organization | None = None
) -> dict[str, Any]:
    """Return what the engine in a browser needs, ready for JSON.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Those that can be chosen; all on one organization.
    organization : Organization, optional
        Default: the one that the first scenario names.

    Raises
    ------
    InputError
        The scenarios' steps differ, or the engine has to be built and cannot be.
    """
    first = scenarios[0]
    for other in scenarios[1:]:
        if other.parameters.run.steps_per_month != first.parameters.run.steps_per_month:
            raise InputError(
                f"scenarios '{first.name}' and '{other.name}' have other steps in a month: one "
                "page shows scenarios of the same"
            )
    place = organization or organization_of(first)
    run = Run(first, place)
    return {
        "engine": base64.b64encode(wasm.compressed()).decode("ascii"),
        "sources": wasm.digest(),
        "parameters": [_parameter(name) for name in declared()],
        "record": engine_record(first.parameters).nbytes // 8,
        "events": {"fields": FIELDS, "types": {name: _event(name) for name in EVENTS}},
        "personal": PERSONAL,
        "actions": {name: one.title for name, one in ACTIONS.items()},
        "measures": {
            "bytes": ROW.itemsize,
            "names": list(MEASURES),
            "told": {name: _measure(name) for name in MEASURES},
        },
        "by_level": {"bytes": LEVEL_ROW.itemsize, "names": list(LEVEL_MEASURES)},
        "organization": {
            "people": place.people,
            "levels": place.levels,
            "leaders": len(run.state.leaders),
            "boss": _packed(place.boss.astype(np.int32)),
            "level": _packed(place.level.astype(np.int32)),
            "branch": _packed(place.branch.astype(np.int32)),
        },
        "state": [_part(name, getattr(run.state, name)) for name in run.state.parts],
        "resets": [
            [row, occasion, position(f"{group}.{key}")] for row, occasion, group, key in RESET_BY
        ],
        "scenarios": [_scenario(scenario, place) for scenario in scenarios],
    }


def _packed(values: Any) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")


def _part(name: str, part: Any) -> dict[str, Any]:
    """Return a part of the state: its layout, and what is in it at the start."""
    told: dict[str, Any] = {"name": name}
    if isinstance(part, Table):
        size: Any = _BY_LEADS.get(name, part.numbers.shape[1])
        columns = dict(zip(PARTS, part.names, strict=True))
        filled = {
            column: _packed(values)
            for group in part.names
            for column in group
            if (values := getattr(part, column)).any()
        }
        return told | {"kind": "table", "columns": columns, "size": size, "data": filled}
    if isinstance(part, np.record):
        return told | {"kind": "record", "bytes": part.nbytes}
    shape: list[Any] = list(part.shape)
    if name in _BY_LEADS:
        return told | {"kind": "array", "bytes": LEADS.itemsize, "shape": [_BY_LEADS[name]]}
    told |= {"kind": "array", "bytes": part.itemsize, "shape": shape}
    if name in ("settings", "thresholds") or not part.any():
        return told
    if (part == part.flat[0]).all():
        return told | {"fill": int(part.flat[0])}
    return told | {"data": _packed(part)}


def _parameter(name: str) -> dict[str, Any]:
    """Return a parameter as it is declared, and where its number stands in the record."""
    one = declared()[name]
    number = one.address.group not in _OUTSIDE and one.kind in ("float", "int", "bool", "choice")
    return {
        "name": name,
        "kind": one.kind,
        "default": one.default,
        "low": one.low,
        "high": one.high,
        "plausible": one.plausible,
        "choices": one.choices,
        "unit": one.unit,
        "per_step": one.unit if one.unit in PER_STEP else None,
        "meaning": one.meaning,
        "off": one.off,
        "needs": one.needs,
        "role": one.role,
        "acts": one.acts,
        "place": position(name) if number else None,
    }


def _event(name: str) -> dict[str, Any]:
    """Return an event's meaning and fields, with ranges, as scenario files have them."""
    kind = EVENTS[name]
    fields = {
        key: _field(info) for key, info in kind.model_fields.items() if key not in ("type", "month")
    }
    return {"meaning": (kind.__doc__ or "").strip(), "fields": fields}


def _field(info: Any) -> dict[str, Any]:
    kinds = [one for one in _kinds(info.annotation) if one is not type(None)]
    choices = typing.get_args(info.annotation) if _is_choice(info.annotation) else ()
    bounds = {type(one): one for one in info.metadata}
    return {
        "kind": "choice" if choices else getattr(kinds[0], "__name__", "any"),
        "default": None if info.is_required() else info.default,
        "required": info.is_required(),
        "optional": type(None) in _kinds(info.annotation),
        "choices": choices,
        "low": bounds[Ge].ge if Ge in bounds else bounds[Gt].gt if Gt in bounds else None,
        "high": bounds[Le].le if Le in bounds else bounds[Lt].lt if Lt in bounds else None,
        "above_low": Gt in bounds,
        "months": bool(info.json_schema_extra),
        "meaning": info.description,
    }


def _kinds(annotation: Any) -> tuple[Any, ...]:
    return typing.get_args(annotation) or (annotation,)


def _is_choice(annotation: Any) -> bool:
    return typing.get_origin(annotation) is Literal


def _measure(name: str) -> dict[str, Any]:
    one = MEASURES[name]
    return {"unit": one.unit, "meaning": one.meaning, "drawn": one.drawn, "adds_up": one.adds_up}


def _scenario(scenario: Scenario, place: Organization) -> dict[str, Any]:
    """Return a scenario: its words, its values and its events, with seats by row."""
    events = []
    for one in scenario.as_dict()["events"]:
        told = dict(one)
        if told.get("seat"):
            told["seat"] = str(place.row(told["seat"]))
        events.append(told)
    return {
        "name": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "months": scenario.parameters.run.months,
        "steps": scenario.parameters.run.steps_per_month,
        "values": {
            name: value
            for name, value in scenario.parameters.flat().items()
            if not name.startswith("organization.")
        },
        "events": events,
    }
