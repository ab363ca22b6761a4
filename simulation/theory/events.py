"""Scripted events: what each does, its parameters with ranges, and when it is refused.

An event is one ``[[events]]`` table of a scenario. Compiled code reads them by the names of
their fields (:func:`encode`), so that an event is declared here and nowhere else; what it
does stands in its class's docstring and in the folder ``month``.
"""

from __future__ import annotations

import math
import typing
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

from .parameters import Parameters, position, reading

if TYPE_CHECKING:
    from ..organizations.organization import Organization

__all__ = ["EVENTS", "FIELDS", "PERSONAL", "Event", "Resource", "encode", "levers_changed"]

Resource = Literal["financial", "technological", "human", "knowledge", "all"]
#: Marks a field that carries time: compiled code reads it in steps of the run.
_MONTHS: dict[str, Any] = {"unit": "months"}
#: Levers that each leader pulls alone, so that a change can be one of some leaders.
PERSONAL = ("commitment.talk", "commitment.action", "presence.level")


class Event(BaseModel):
    """Base of all events: what happens, at the start of which month."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    month: int = Field(ge=0, description="Month at whose start the event happens.")


class Scoped(Event):
    """An event that can be limited to a level, a branch or both, or to one seat.

    A seat is named as the organization's chart names it, or by its row in a generated
    organization; :func:`encode` looks it up.
    """

    level: int = Field(default=-1, ge=-1, le=20, description="Only this level; -1: all.")
    branch: int = Field(default=-1, ge=-1, description="Only this branch; -1: all.")
    seat: str = Field(
        default="", description="Only this seat: its id in the chart, or its row; empty: all."
    )

    @model_validator(mode="after")
    def _one_scope(self) -> Scoped:
        if self.seat and (self.level >= 0 or self.branch >= 0):
            raise ValueError("a seat stands alone: leave out level and branch")
        return self


class Departure(Event):
    """Somebody leaves a post; what is not given is as the scenario has it.

    ``month`` is when they leave, ``notice`` how long before that it is known.
    """

    successor: Literal["drawn", "inside", "outside"] = Field(
        default="drawn", description="Where the successor comes from."
    )
    successor_action: float | None = Field(
        default=None, ge=0.0, le=1.0, description="The successor's action; not given: drawn."
    )
    experience: Literal["drawn", "experienced", "inexperienced"] = Field(
        default="drawn", description="Whether the successor has held such a post before."
    )
    vacancy: int = Field(
        default=-1,
        ge=-1,
        le=60,
        description="Months vacant; -1: as usual.",
        json_schema_extra=_MONTHS,
    )
    notice: int | None = Field(
        default=None,
        ge=0,
        le=36,
        description="Months before it that the departure is known.",
        json_schema_extra=_MONTHS,
    )
    overlap: int | None = Field(
        default=None,
        ge=0,
        le=36,
        description="Months that the successor works beside the one who leaves.",
        json_schema_extra=_MONTHS,
    )
    interim: float | None = Field(
        default=None,
        ge=0.0,
        le=1.0,
        description="Share of the predecessor's talk and action shown while the seat is vacant.",
    )
    named: bool | None = Field(
        default=None,
        description="Whether the successor is named once the departure is known.",
    )
    manner: Literal["usual", "retired", "poached", "dismissed"] = Field(
        default="usual", description="How the one who leaves parts."
    )


class LeaderDeparture(Departure):
    """Somebody leaves a post from which mentoring is talked about."""

    successor_talk: float | None = Field(
        default=None, ge=0.0, le=1.0, description="The successor's talk; not given: drawn."
    )


class Launch(Event):
    """The programme starts; before it nobody joins, is matched by it or briefed."""

    type: Literal["launch"]


class ChiefLeaves(LeaderDeparture):
    """The chief leaves; what is not given of the succession follows the plan."""

    type: Literal["chief_leaves"]


class LeaderLeaves(LeaderDeparture, Scoped):
    """Line leaders leave: each leader in scope with the given probability."""

    type: Literal["leader_leaves"]
    share: float = Field(default=1.0, gt=0.0, le=1.0, description="Share of the leaders in scope.")

    @model_validator(mode="after")
    def _some_scope(self) -> LeaderLeaves:
        anywhere = self.level < 0 and self.branch < 0 and not self.seat
        if anywhere and "share" not in self.model_fields_set:
            raise ValueError("leader_leaves needs a level, a branch, a seat or a share")
        if self.level == 0:
            raise ValueError("leader_leaves is for line leaders; use chief_leaves for level 0")
        return self


class SponsorLeaves(Departure):
    """The human-resources sponsor leaves; the post is vacant for the given time."""

    type: Literal["sponsor_leaves"]


class LeadsLeave(Departure):
    """Mentoring leads leave their posts, those longest in post first."""

    type: Literal["leads_leave"]
    count: int = Field(default=0, ge=0, le=10, description="How many; 0: all.")


class CommitmentLapse(Scoped):
    """Leaders in scope show at most the given talk and action while it lasts.

    What they are disposed to do goes on as before underneath; talk and action lapse
    separately, and ``months = 0`` lasts until a ``commitment_restored``. Leaders who are
    ``honest`` say openly that they fall short, so that no promise is visibly broken.
    """

    type: Literal["commitment_lapse"]
    talk: float | None = Field(default=None, ge=0.0, le=1.0, description="Most talk shown.")
    action: float | None = Field(default=None, ge=0.0, le=1.0, description="Most action shown.")
    months: int = Field(
        default=0, ge=0, description="How long; 0: until restored.", json_schema_extra=_MONTHS
    )
    honest: bool = Field(
        default=False, description="Whether leaders say openly that they fall short."
    )

    @model_validator(mode="after")
    def _something(self) -> CommitmentLapse:
        if self.talk is None and self.action is None:
            raise ValueError("commitment_lapse needs talk, action or both")
        return self


class CommitmentRestored(Scoped):
    """A lapse ends for the leaders in scope: of talk, of action or of both."""

    type: Literal["commitment_restored"]
    talk: bool = Field(default=True, description="Whether talk is restored.")
    action: bool = Field(default=True, description="Whether action is restored.")


class Campaign(Scoped):
    """A drive that invites the given share of the people in scope, once.

    For its length the invited are invited ``strength`` times as hard as usual.
    """

    type: Literal["campaign"]
    reach: float = Field(default=0.5, gt=0.0, le=1.0, description="Share of people invited.")
    strength: float = Field(default=8.0, gt=1.0, le=50.0, description="Times the usual invitation.")
    months: int = Field(
        default=2, ge=1, le=60, description="How long it lasts.", json_schema_extra=_MONTHS
    )


class BudgetCut(Event):
    """The investment in one resource, or in all four, falls by the given share."""

    type: Literal["budget_cut"]
    share: float = Field(default=0.5, gt=0.0, le=1.0, description="Share that is cut.")
    resource: Resource = Field(default="all", description="Which resource.")
    months: int = Field(
        default=0, ge=0, description="How long; 0: until restored.", json_schema_extra=_MONTHS
    )


class BudgetRestored(Event):
    """A cut of one resource, or of all, ends."""

    type: Literal["budget_restored"]
    resource: Resource = Field(default="all", description="Which resource.")


class BriefingsChange(Event):
    """Briefings are held at another interval from now on, or no longer."""

    type: Literal["briefings_change"]
    interval: int = Field(
        ge=0, le=60, description="Months between briefings; 0: none.", json_schema_extra=_MONTHS
    )


class PresenceChange(Scoped):
    """Leaders in scope make more or fewer of the visits that people expect."""

    type: Literal["presence_change"]
    share: float = Field(ge=0.0, le=2.0, description="Visits made, relative to expected.")
    months: int = Field(
        default=0, ge=0, description="How long; 0: for good.", json_schema_extra=_MONTHS
    )


class HiringFreeze(Event):
    """Nobody is hired from outside for a while; promotions go on."""

    type: Literal["hiring_freeze"]
    months: int = Field(
        ge=1,
        le=120,
        description="How long.",
        json_schema_extra=_MONTHS,
    )


class Layoff(Scoped):
    """A share of the front line in scope leaves at once, and their seats close for good."""

    type: Literal["layoff"]
    share: float = Field(gt=0.0, le=0.9, description="Share of the front line in scope.")


class Reorganization(Scoped):
    """A share of the people in scope changes places within their level.

    Teams get other leaders and leaders other teams; nobody leaves, relationships last.
    """

    type: Literal["reorganization"]
    share: float = Field(gt=0.0, le=1.0, description="Share of the people in scope that moves.")

    @model_validator(mode="after")
    def _several(self) -> Reorganization:
        if self.seat:
            raise ValueError("a reorganization needs more than one seat: give a level or a branch")
        return self


class StrategyChange(Event):
    """The vision or the strategy changes, and the message of mentoring fits it less."""

    type: Literal["strategy_change"]
    alignment: float = Field(
        default=0.3,
        ge=0.0,
        le=1.0,
        description="How far the message still fits vision and strategy.",
    )


class Change(Scoped):
    """A lever is set to another value, at once or along a ramp, for good or for a while.

    A lever that each leader pulls alone (talk, action, presence) can be set for the leaders
    in scope, or a share of them; every other one concerns the whole organization.
    """

    type: Literal["change"]
    lever: str = Field(min_length=1, description="Dotted name of a parameter that is a lever.")
    value: bool | int | float | str = Field(description="What it is set to.")
    ramp: int = Field(
        default=0,
        ge=0,
        le=120,
        description="Months to get there; 0: at once.",
        json_schema_extra=_MONTHS,
    )
    months: int = Field(
        default=0, ge=0, description="How long; 0: for good.", json_schema_extra=_MONTHS
    )
    share: float = Field(default=1.0, gt=0.0, le=1.0, description="Share of the leaders in scope.")

    @model_validator(mode="after")
    def _gets_there(self) -> Change:
        if self.months and self.ramp > self.months:
            raise ValueError("ramp must not be longer than months")
        return self


_CLASSES = (
    Launch,
    ChiefLeaves,
    LeaderLeaves,
    SponsorLeaves,
    LeadsLeave,
    CommitmentLapse,
    CommitmentRestored,
    Campaign,
    BudgetCut,
    BudgetRestored,
    BriefingsChange,
    PresenceChange,
    HiringFreeze,
    Layoff,
    Reorganization,
    StrategyChange,
    Change,
)
#: Every event by its type's name; the position is its number in compiled code.
EVENTS: dict[str, type[Event]] = {
    typing.get_args(cls.model_fields["type"].annotation)[0]: cls for cls in _CLASSES
}

#: What compiled code reads of an event: its step, its kind, and the fields of all events.
FIELDS = (
    "step",
    "kind",
    *dict.fromkeys(
        name
        for cls in EVENTS.values()
        for name in cls.model_fields
        if name not in ("month", "type")
    ),
)


def encode(events: Sequence[Event], parameters: Parameters, organization: Organization) -> Any:
    """Return the events as compiled code reads them, in order of month.

    Parameters
    ----------
    events : sequence of Event
        What ``refusals`` refuses must not be among them.
    parameters : Parameters
    organization : Organization
        Where seats that are named are looked up.

    Returns
    -------
    record array of shape (events,)
        :data:`FIELDS`, as floats: choices by their position, switches 0 or 1, months in steps
        of the run, a seat by its row, a lever by its place in the engine's record and its value
        as the record holds it, NaN for what is not given. A field that an event does not have
        is 0; ``level``, ``branch`` and ``seat`` are -1 then: everywhere.

    Raises
    ------
    InputError
        The organization has no such seat.
    """
    kinds, per_month = list(EVENTS), parameters.run.steps_per_month
    layout = np.dtype((np.record, [(name, "f8") for name in FIELDS]))
    rows = np.zeros(len(events), dtype=layout).view(np.recarray)
    rows.level = rows.branch = rows.seat = -1.0
    for row, event in zip(rows, sorted(events, key=lambda e: e.month), strict=True):
        row.step = max(event.month - 1, 0) * per_month + 1
        row.kind = kinds.index(kind_of(event))
        for name, info in type(event).model_fields.items():
            if name in FIELDS and info.annotation is not str and name != "value":
                row[name] = _number(getattr(event, name), info, per_month)
        if isinstance(event, Scoped) and event.seat:
            row.seat = organization.row(event.seat)
        if isinstance(event, Change):
            row.lever = position(event.lever)
            row.value = reading(event.lever, event.value, per_month)
    return rows


def _number(value: Any, info: FieldInfo, per_month: int) -> float:
    """Return a field's value as compiled code reads it: see :func:`encode`."""
    if value is None:
        return math.nan
    if typing.get_origin(info.annotation) is Literal:
        return float(typing.get_args(info.annotation).index(value))
    return float(value) * per_month if info.json_schema_extra == _MONTHS else float(value)


def levers_changed(events: Iterable[Event]) -> frozenset[str]:
    """Return the dotted names of the levers that events change during a run."""
    return frozenset(event.lever for event in events if isinstance(event, Change))


def kind_of(event: Event) -> str:
    """Return the name of an event's type."""
    return str(typing.cast("Any", event).type)
