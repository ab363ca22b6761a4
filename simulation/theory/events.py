"""Scripted events: what each does, its parameters with ranges, and when it is refused.

An event is one ``[[events]]`` table of a scenario. Compiled code reads them as rows of
numbers, :func:`encode`; the semantics stand in each class's docstring and in
``order.apply_event``.
"""

from __future__ import annotations

import typing
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from .parameters import Parameters

__all__ = ["EVENTS", "Event", "encode"]

RESOURCES = ("financial", "technological", "human", "knowledge")
SUCCESSORS = ("drawn", "inside", "outside")
#: Columns of an encoded event; -1 in ``level`` and ``branch`` means everywhere.
COLUMNS = ("step", "kind", "level", "branch", "steps", "first", "second")


class Event(BaseModel):
    """Base of all events: what happens, at the start of which month."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    month: int = Field(ge=0, description="Month at whose start the event happens.")

    def values(self) -> tuple[float, float]:
        """Return the two numbers that compiled code needs, besides scope and duration."""
        return 0.0, 0.0


class Scoped(Event):
    """An event that can be limited to a level, a branch or both."""

    level: int = Field(default=-1, ge=-1, le=20, description="Only this level; -1: all.")
    branch: int = Field(default=-1, ge=-1, description="Only this branch; -1: all.")


class Launch(Event):
    """The programme starts; before it there are no invitations, matches or briefings."""

    type: Literal["launch"]


class ChiefLeaves(Event):
    """The chief leaves; vacancy and successor follow the plan unless given here."""

    type: Literal["chief_leaves"]
    successor: Literal["drawn", "inside", "outside"] = Field(
        default="drawn", description="Where the next chief comes from."
    )
    vacancy: int = Field(default=-1, ge=-1, le=36, description="Months vacant; -1: by the plan.")

    def values(self) -> tuple[float, float]:
        """Return the successor's origin and the vacancy."""
        return float(SUCCESSORS.index(self.successor)), float(self.vacancy)


class LeaderLeaves(Scoped):
    """Line leaders leave: each leader in scope with the given probability."""

    type: Literal["leader_leaves"]
    share: float = Field(default=1.0, gt=0.0, le=1.0, description="Share of the leaders in scope.")

    @model_validator(mode="after")
    def _some_scope(self) -> LeaderLeaves:
        if self.level < 0 and self.branch < 0 and "share" not in self.model_fields_set:
            raise ValueError("leader_leaves needs a level, a branch or a share")
        if self.level == 0:
            raise ValueError("leader_leaves is for line leaders; use chief_leaves for level 0")
        return self

    def values(self) -> tuple[float, float]:
        """Return the share."""
        return self.share, 0.0


class SponsorLeaves(Event):
    """The human-resources sponsor leaves; the post is vacant for the given time."""

    type: Literal["sponsor_leaves"]
    vacancy: int = Field(default=-1, ge=-1, le=60, description="Months vacant; -1: as usual.")

    def values(self) -> tuple[float, float]:
        """Return the vacancy."""
        return float(self.vacancy), 0.0


class LeadsLeave(Event):
    """Mentoring leads leave their posts, those longest in post first."""

    type: Literal["leads_leave"]
    count: int = Field(default=0, ge=0, le=10, description="How many; 0: all.")

    def values(self) -> tuple[float, float]:
        """Return the count."""
        return float(self.count), 0.0


class CommitmentLapse(Scoped):
    """Leaders in scope show at most the given talk and action while it lasts.

    What they are disposed to do goes on as before underneath; talk and action lapse
    separately, and ``months = 0`` lasts until a ``commitment_restored``.
    """

    type: Literal["commitment_lapse"]
    talk: float | None = Field(default=None, ge=0.0, le=1.0, description="Most talk shown.")
    action: float | None = Field(default=None, ge=0.0, le=1.0, description="Most action shown.")
    months: int = Field(default=0, ge=0, description="How long; 0: until restored.")

    @model_validator(mode="after")
    def _something(self) -> CommitmentLapse:
        if self.talk is None and self.action is None:
            raise ValueError("commitment_lapse needs talk, action or both")
        return self

    def values(self) -> tuple[float, float]:
        """Return the caps on talk and action; 2 where there is none."""
        return 2.0 if self.talk is None else self.talk, 2.0 if self.action is None else self.action


class CommitmentRestored(Scoped):
    """A lapse ends for the leaders in scope: of talk, of action or of both."""

    type: Literal["commitment_restored"]
    talk: bool = Field(default=True, description="Whether talk is restored.")
    action: bool = Field(default=True, description="Whether action is restored.")

    def values(self) -> tuple[float, float]:
        """Return the two switches."""
        return float(self.talk), float(self.action)


class Campaign(Scoped):
    """A drive that invites the given share of the people in scope, once.

    For its length the invited are invited ``strength`` times as hard as usual.
    """

    type: Literal["campaign"]
    reach: float = Field(default=0.5, gt=0.0, le=1.0, description="Share of people invited.")
    strength: float = Field(default=8.0, gt=1.0, le=50.0, description="Times the usual invitation.")
    months: int = Field(default=2, ge=1, le=60, description="How long it lasts.")

    def values(self) -> tuple[float, float]:
        """Return reach and strength."""
        return self.reach, self.strength


class BudgetCut(Event):
    """The investment in one resource, or in all four, falls by the given share."""

    type: Literal["budget_cut"]
    share: float = Field(default=0.5, gt=0.0, le=1.0, description="Share that is cut.")
    resource: Literal["financial", "technological", "human", "knowledge", "all"] = Field(
        default="all", description="Which resource."
    )
    months: int = Field(default=0, ge=0, description="How long; 0: until restored.")

    def values(self) -> tuple[float, float]:
        """Return the share that remains and the resource (-1: all)."""
        return 1.0 - self.share, _resource(self.resource)


class BudgetRestored(Event):
    """A cut of one resource, or of all, ends."""

    type: Literal["budget_restored"]
    resource: Literal["financial", "technological", "human", "knowledge", "all"] = Field(
        default="all", description="Which resource."
    )

    def values(self) -> tuple[float, float]:
        """Return the share that remains, 1, and the resource (-1: all)."""
        return 1.0, _resource(self.resource)


class BriefingsChange(Event):
    """Briefings are held at another interval from now on, or no longer."""

    type: Literal["briefings_change"]
    interval: int = Field(ge=0, le=60, description="Months between briefings; 0: none.")

    def values(self) -> tuple[float, float]:
        """Return the interval in months."""
        return float(self.interval), 0.0


class PresenceChange(Event):
    """Leaders make more or fewer of the visits that people expect."""

    type: Literal["presence_change"]
    share: float = Field(ge=0.0, le=2.0, description="Visits made, relative to expected.")
    months: int = Field(default=0, ge=0, description="How long; 0: for good.")

    def values(self) -> tuple[float, float]:
        """Return the share."""
        return self.share, 0.0


class HiringFreeze(Event):
    """Nobody is hired from outside for a while; promotions go on."""

    type: Literal["hiring_freeze"]
    months: int = Field(ge=1, le=120, description="How long.")


class Layoff(Scoped):
    """A share of the front line in scope leaves at once, and their seats close for good."""

    type: Literal["layoff"]
    share: float = Field(gt=0.0, le=0.9, description="Share of the front line in scope.")

    def values(self) -> tuple[float, float]:
        """Return the share."""
        return self.share, 0.0


class Reorganization(Scoped):
    """A share of the people in scope changes places within their level.

    Teams get other leaders and leaders other teams; nobody leaves, relationships last.
    """

    type: Literal["reorganization"]
    share: float = Field(gt=0.0, le=1.0, description="Share of the people in scope that moves.")

    def values(self) -> tuple[float, float]:
        """Return the share."""
        return self.share, 0.0


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
)
#: Every event by its type's name; the position is its number in compiled code.
EVENTS: dict[str, type[Event]] = {
    typing.get_args(cls.model_fields["type"].annotation)[0]: cls for cls in _CLASSES
}


def _resource(name: str) -> float:
    return float(RESOURCES.index(name)) if name in RESOURCES else -1.0


def encode(events: Sequence[Event], parameters: Parameters) -> NDArray[np.float64]:
    """Return the events as rows of numbers, in order of month.

    Returns
    -------
    array of shape (events, len(COLUMNS))
        Months and durations are in steps of the run; -1 means all, 0 steps no end.
    """
    kinds, per_month = list(EVENTS), parameters.run.steps_per_month
    rows = np.zeros((len(events), len(COLUMNS)))
    for row, event in zip(rows, sorted(events, key=lambda e: e.month), strict=True):
        first, second = event.values()
        row[:] = (
            max(event.month - 1, 0) * per_month + 1,
            kinds.index(kind_of(event)),
            getattr(event, "level", -1),
            getattr(event, "branch", -1),
            getattr(event, "months", 0) * per_month,
            first,
            second,
        )
    return rows


def kind_of(event: Event) -> str:
    return str(typing.cast("Any", event).type)
