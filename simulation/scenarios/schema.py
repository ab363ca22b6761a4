"""The JSON Schema of scenario files, for editors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from ..theory.events import EVENTS
from ..theory.parameters import GROUPS, declared
from .checking import Head
from .sweeps import PLAUSIBLE, Sweep

__all__ = ["json_schema"]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of scenario files, for editors."""
    events = [_model_schema(cls) for cls in EVENTS.values()]
    head = _model_schema(Head)["properties"]
    groups = {group: _model_schema(cls) for group, cls in GROUPS.items()}
    for p in declared().values():
        groups[p.address.group]["properties"][p.address.key]["acts"] = p.acts
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
            known = "; {role}; {tag}: {source}".format_map(entry) if "tag" in entry else ""
            entry["description"] += f" ({entry['unit']}{known})"
        if "anyOf" in entry:  # TOML has no null: a key that may be absent is just left out
            kinds = [kind for kind in entry.pop("anyOf") if kind["type"] != "null"]
            entry |= kinds[0] if len(kinds) == 1 else {"type": [kind["type"] for kind in kinds]}
            entry.pop("default", None)
    return schema


def _sweep_schema(groups: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the schema of [sweep]; parameters go by dotted names, quoted or not."""
    values = {
        name: groups[p.address.group]["properties"][p.address.key] for name, p in declared().items()
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
        group, key = declared()[name].address
        table = {"type": "object", "additionalProperties": False, "properties": {}}
        properties.setdefault(group, table)["properties"][key] = entry
    return {"type": "object", "additionalProperties": False, "properties": properties}
