"""Every parameter once: type, range, unit, default, source; one group per mechanism.

A declaration serves validation, the JSON Schema, sliders, sensitivity bounds, the table
in MODEL.md and the record that compiled code reads. ``low`` and ``high`` are what the
model can compute with; ``plausible`` is what the evidence allows, for sliders,
sensitivity and calibration.

Tags: ``seen`` read in a source, ``recalled`` from memory and unverified, ``assumed``. Where
calibration fits a value (:func:`uncertain`), tag and source are those of the plausible range.
Units that carry time are converted to the step of the run in one place, :func:`per_step`.
"""

from __future__ import annotations

import functools
import math
import typing
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import model_validator
from pydantic.fields import FieldInfo

from .adoption import Adoption
from .briefings import Briefings
from .commitment import Commitment
from .declare import Acts, Group, Role
from .engagement import Engagement
from .infrastructure import Infrastructure
from .invitation import Invitation
from .presence import Presence
from .relationships import Relationships
from .role_models import RoleModels
from .settings import Costs, OrganizationSettings, Peers, Run
from .succession import Succession
from .turnover import Turnover

__all__ = [
    "GROUPS",
    "Address",
    "Parameter",
    "Parameters",
    "active_values",
    "declared",
    "engine_record",
    "per_step",
    "position",
    "reading",
    "tables",
    "uncertain",
]

#: How a value in each unit that carries time becomes a value for one step of dt months.
PER_STEP: dict[str, Any] = {
    "per year": lambda value, dt: value * dt / 12.0,
    "per month": lambda value, dt: value * dt,
    "share per month": lambda value, dt: 1.0 - (1.0 - value) ** dt,
    "probability per month": lambda value, dt: 1.0 - (1.0 - value) ** dt,
    "persistence per month": lambda value, dt: value**dt,
    "per root month": lambda value, dt: value * math.sqrt(dt),
    "months": lambda value, dt: value / dt,
}


def per_step(value: float, unit: str, dt: float) -> float:
    """Return a value in its declared unit as a value for one step of ``dt`` months.

    Hazards and rates scale with the step, shares and probabilities per month compound,
    an autocorrelation is a power, noise grows with the root of time, durations become
    numbers of steps; anything else is left alone.
    """
    return float(PER_STEP[unit](value, dt)) if unit in PER_STEP else float(value)


class Address(NamedTuple):
    """Where a parameter is: its group and its key there; as text, its dotted name."""

    group: str
    key: str

    def __str__(self) -> str:
        return f"{self.group}.{self.key}"

    def of(self, parameters: Parameters) -> Any:
        """Return the value that some parameters have here."""
        return getattr(getattr(parameters, self.group), self.key)


class Parameters(Group):
    """All parameters, one group per mechanism; every value has a default."""

    run: Run = Run()
    organization: OrganizationSettings = OrganizationSettings()
    peers: Peers = Peers()
    adoption: Adoption = Adoption()
    commitment: Commitment = Commitment()
    invitation: Invitation = Invitation()
    presence: Presence = Presence()
    infrastructure: Infrastructure = Infrastructure()
    succession: Succession = Succession()
    role_models: RoleModels = RoleModels()
    briefings: Briefings = Briefings()
    relationships: Relationships = Relationships()
    engagement: Engagement = Engagement()
    turnover: Turnover = Turnover()
    costs: Costs = Costs()

    @model_validator(mode="after")
    def _together(self) -> Parameters:
        """Refuse combinations that no single range can."""
        if self.engagement.disengaged_cut > self.engagement.engaged_cut:
            raise ValueError("engagement.disengaged_cut must not exceed engagement.engaged_cut")
        if self.adoption.threshold_law == "listed" and not self.adoption.thresholds:
            raise ValueError('adoption.threshold_law = "listed" needs adoption.thresholds')
        if unmet := _without_chart(self.organization):
            raise ValueError(unmet)
        if self.briefings.knowledge + self.briefings.story + self.briefings.data_point > 1.0 + 1e-9:
            raise ValueError("briefings.knowledge + story + data_point must not exceed 1")
        return self

    def value(self, name: str) -> Any:
        """Return the value of one parameter by its dotted name.

        >>> Parameters().value("adoption.rule")
        'hazard'
        """
        return declared(type(self))[name].address.of(self)

    def flat(self) -> dict[str, Any]:
        """Return all values by dotted name, in the order of declaration."""
        return {name: p.address.of(self) for name, p in declared(type(self)).items()}


def _without_chart(settings: OrganizationSettings) -> str:
    """Return what is said of a chart or its ties though there are none, as it is refused, or ""."""
    told = {f"organization.{key}": value for key, value in settings.model_dump().items()}
    for name, parameter in declared().items():
        said = parameter.off is not None and name in told and told[name] != parameter.off
        for needed, wanted in parameter.needs if said else ():
            if not wanted and told[needed] == declared()[needed].off:
                return f"{name} needs {needed}"
    return ""


def _groups(whole: type[Parameters]) -> dict[str, type[Group]]:
    return {
        name: typing.cast("type[Group]", field.annotation)
        for name, field in whole.model_fields.items()
    }


GROUPS = _groups(Parameters)
# Settings that shape the run or the organization before compiled code starts.
_OUTSIDE_RECORD = frozenset({"run", "organization"})


class Parameter(NamedTuple):
    """One declared parameter, as tables and sliders see it.

    ``role`` and ``acts`` say whose it is and when a change of it during a run is felt;
    ``needs`` pairs the names of other parameters with the values that they must have for this
    one to matter, none listed: any but ``off``; see :func:`declare.declare`.
    """

    address: Address
    kind: str
    default: Any
    low: float | None
    high: float | None
    plausible: tuple[float, float] | None
    choices: tuple[str, ...]
    unit: str
    tag: str
    source: str
    meaning: str
    off: Any = None
    needs: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    role: Role = "uncertainty"
    acts: Acts = "always"

    @property
    def name(self) -> str:
        """The dotted name."""
        return str(self.address)


def _describe(address: Address, field: FieldInfo, group: type[Group]) -> Parameter:
    extra = typing.cast("dict[str, Any]", field.json_schema_extra)
    choices = typing.get_args(field.annotation) if _is_choice(field.annotation) else ()
    bounds = {type(m).__name__: m for m in field.metadata}
    return Parameter(
        address,
        "choice" if choices else getattr(field.annotation, "__name__", str(field.annotation)),
        field.default,
        bounds["Ge"].ge if "Ge" in bounds else None,
        bounds["Le"].le if "Le" in bounds else None,
        extra["plausible"],
        choices,
        extra["unit"],
        extra["tag"],
        extra["source"],
        field.description or "",
        extra.get("off"),
        tuple(_needs(extra.get("needs", {}))),
        extra["role"],
        extra.get("acts", group.acts),
    )


def _needs(stated: str | Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    if isinstance(stated, str):
        yield stated, ()
        return
    for name, values in stated.items():
        yield name, values if isinstance(values, tuple) else (values,)


def _is_choice(annotation: Any) -> bool:
    return typing.get_origin(annotation) is Literal


@functools.cache
def declared(whole: type[Parameters] = Parameters) -> dict[str, Parameter]:
    """Return every parameter by its dotted name, in the order of declaration."""
    return {
        f"{group}.{key}": _describe(Address(group, key), field, cls)
        for group, cls in _groups(whole).items()
        for key, field in cls.model_fields.items()
    }


def tables(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return values by dotted name as tables by group, as a scenario file has them.

    >>> tables({"commitment.talk": 0.2, "run.months": 24})
    {'commitment': {'talk': 0.2}, 'run': {'months': 24}}
    """
    found: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        group, key = declared()[name].address
        found.setdefault(group, {})[key] = value
    return found


# ------------------------------------------------------------------- what a scenario switches off


def active_values(parameters: Parameters, changing: Collection[str] = ()) -> dict[str, Any]:
    """Return by dotted name the values that can change a run: not those of what is off.

    Left out are parameters at their ``off`` value, groups whose ``switch`` is, and parameters
    that lack what they declare to need: a changed default of these changes no run. A parameter
    that events change during the run (``changing``) is not off, and lets be whatever needs it.
    """
    whole = type(parameters)
    known, groups, values = declared(whole), _groups(whole), parameters.flat()

    def reached(name: str) -> bool:
        """Return whether a parameter's value is read at all."""
        group, key = known[name].address
        switch = groups[group].switch
        if switch and key != switch and is_off(f"{group}.{switch}"):
            return False
        return all(meets(other, wanted) and reached(other) for other, wanted in known[name].needs)

    def is_off(name: str) -> bool:
        if name in changing:
            return False
        return known[name].off is not None and bool(values[name] == known[name].off)

    def meets(name: str, wanted: tuple[Any, ...]) -> bool:
        return name in changing or (values[name] in wanted if wanted else not is_off(name))

    return {name: v for name, v in values.items() if reached(name) and not is_off(name)}


@functools.cache
def uncertain() -> dict[str, Parameter]:
    """Return the parameters whose values are not known: those that calibration fits.

    They are uncertainties with a plausible range, and no part of a mechanism that is off by
    default.
    """
    active = active_values(Parameters())
    return {
        name: parameter
        for name, parameter in declared().items()
        if parameter.role == "uncertainty" and parameter.plausible and name in active
    }


@functools.cache
def _read() -> dict[str, dict[str, Callable[[Any, float], float]]]:
    """Return how each parameter that compiled code reads becomes a number, given the step."""
    groups = {name: cls for name, cls in GROUPS.items() if name not in _OUTSIDE_RECORD}
    found = {
        group: {key: _reader(declared()[f"{group}.{key}"]) for key in cls.model_fields}
        for group, cls in groups.items()
    }
    return {
        group: {key: reader for key, reader in readers.items() if reader is not None}
        for group, readers in found.items()
    }


def _reader(parameter: Parameter) -> Callable[[Any, float], float] | None:
    """Return how a parameter becomes a number; texts and lists do not."""
    if parameter.choices:
        return lambda value, dt: float(parameter.choices.index(value))
    if parameter.kind not in ("float", "int", "bool"):
        return None
    return PER_STEP.get(parameter.unit) or (lambda value, dt: value)


@functools.cache
def _layout() -> np.dtype[Any]:
    names = {"run": ("dt", "steps_per_month"), **_read()}
    groups = [
        (name, np.dtype((np.record, [(k, "f8") for k in own]))) for name, own in names.items()
    ]
    return np.dtype((np.record, groups))


def position(name: str) -> int:
    """Return where a parameter's number stands among all numbers of :func:`engine_record`."""
    group, key = declared()[name].address
    layout = _layout()
    start = typing.cast("Any", layout.fields)[group]
    return int(start[1] + start[0].fields[key][1]) // 8


def reading(name: str, value: Any, steps_per_month: int) -> float:
    """Return a parameter's value as :func:`engine_record` holds it, per step of the run."""
    group, key = declared()[name].address
    return float(_read()[group][key](value, 1.0 / steps_per_month))


def engine_record(parameters: Parameters) -> Any:
    """Return what compiled code reads: a record of records of floats, per step of the run.

    Choices become their position, switches 0 or 1. ``record.run.dt`` is the step in
    months. Plain Python gets the same names from named tuples.
    """
    dt = 1.0 / parameters.run.steps_per_month
    rows: list[tuple[float, ...]] = [(dt, parameters.run.steps_per_month)]
    for group, readers in _read().items():
        values = getattr(parameters, group).__dict__
        rows.append(tuple(read(values[key], dt) for key, read in readers.items()))
    return np.array([tuple(rows)], dtype=_layout())[0]
