"""Scripted events: what each does, its parameters with ranges, and when it is refused.

An event is one ``[[events]]`` table of a scenario. Compiled code reads them as rows of
numbers, :func:`encode`; the semantics stand in each class's docstring and in
``engine.apply_event``.
"""

from __future__ import annotations

import typing
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from .parameters import Parameters

if TYPE_CHECKING:
    from .organization import Organization

__all__ = ["EVENTS", "Event", "encode", "refusals"]

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


_CLASSES = (Launch, ChiefLeaves, LeaderLeaves, SponsorLeaves, LeadsLeave, CommitmentLapse,
            CommitmentRestored, Campaign, BudgetCut, BudgetRestored, BriefingsChange,
            PresenceChange, HiringFreeze, Layoff, Reorganization)  # fmt: skip
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
        row[:] = (max(event.month - 1, 0) * per_month + 1, kinds.index(_kind(event)),
                  getattr(event, "level", -1), getattr(event, "branch", -1),
                  getattr(event, "months", 0) * per_month, first, second)  # fmt: skip
    return rows


def _kind(event: Event) -> str:
    return str(typing.cast("Any", event).type)


def refusals(
    events: Sequence[Event], parameters: Parameters, organization: Organization | None = None
) -> list[str]:
    """Return a sentence for each event that cannot apply to these parameters.

    Parameters
    ----------
    events : sequence of Event
    parameters : Parameters
    organization : Organization, optional
        With it, levels and branches are checked too.
    """
    return [
        f"event {number} ({_kind(event)}, month {event.month}): {reason}"
        for number, event in enumerate(events, 1)
        for reason in _month_reasons(event, parameters)
        + reasons_against(event, events, parameters, organization)
    ]


def _month_reasons(event: Event, parameters: Parameters) -> list[str]:
    months = parameters.run.months
    if 1 <= event.month <= months:
        return []
    return [f"month must be from 1 to {months}, the length of the run"]


def reasons_against(
    event: Event,
    events: Sequence[Event],
    parameters: Parameters,
    organization: Organization | None = None,
) -> list[str]:
    """Return why an event cannot apply among others, whatever the length of the run."""
    reasons = []
    if isinstance(event, Launch):
        reasons += _launch_reasons(event, events, parameters)
    if isinstance(event, LeadsLeave) and event.count > parameters.succession.leads:
        reasons.append(f"count must be at most succession.leads = {parameters.succession.leads}")
    if isinstance(event, CommitmentRestored) and not _open_before(event, events, CommitmentLapse):
        reasons.append("no commitment_lapse without months comes before it")
    if isinstance(event, BudgetRestored) and not _open_before(event, events, BudgetCut):
        reasons.append("no budget_cut without months comes before it")
    if organization is not None and isinstance(event, Scoped):
        reasons += _scope_reasons(event, organization)
    return reasons


def _launch_reasons(event: Event, events: Sequence[Event], parameters: Parameters) -> list[str]:
    if parameters.infrastructure.launched:
        return ["the programme already runs from the start; set infrastructure.launched = false"]
    if sum(isinstance(other, Launch) for other in events) > 1:
        return ["a programme is launched once; keep one launch"]
    return []


def _open_before(event: Event, events: Sequence[Event], kind: type[Event]) -> bool:
    return any(
        isinstance(e, kind) and e.month <= event.month and getattr(e, "months", 0) == 0
        for e in events
    )


def _scope_reasons(event: Scoped, organization: Organization) -> list[str]:
    reasons = []
    leaders_only = isinstance(event, LeaderLeaves | CommitmentLapse | CommitmentRestored)
    seats = organization.team_size > 0 if leaders_only else np.ones(organization.people, bool)
    if isinstance(event, Layoff):
        seats = organization.team_size == 0
    if event.branch >= organization.branches:
        reasons.append(f"branch must be from 0 to {organization.branches - 1}")
        return reasons
    if event.level >= 0:
        seats = seats & (organization.level == event.level)
    if event.branch >= 0:
        seats = seats & (organization.branch == event.branch)
    if not seats.any():
        who = (
            "leader" if leaders_only else "front-line seat" if isinstance(event, Layoff) else "seat"
        )
        reasons.append(f"there is no {who} at level {event.level}, branch {event.branch} (-1: all)")
    return reasons
