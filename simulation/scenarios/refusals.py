"""Which scripted events cannot apply: to these parameters, to this organization."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from pydantic import ValidationError

from ..errors import InputError
from ..theory.events import (
    PERSONAL,
    BudgetCut,
    BudgetRestored,
    Change,
    CommitmentLapse,
    CommitmentRestored,
    Event,
    Launch,
    Layoff,
    LeaderLeaves,
    LeadsLeave,
    PresenceChange,
    Scoped,
    kind_of,
)
from ..theory.parameters import GROUPS, Parameter, Parameters, declared
from .notation import shown
from .wording import allowed, no_parameter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..organizations.organization import Organization

__all__ = ["reasons_against", "refusals"]

_OF_LEADERS = (Change, CommitmentLapse, CommitmentRestored, LeaderLeaves, PresenceChange)


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
        f"event {number} ({kind_of(event)}, month {event.month}): {reason}"
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
    if isinstance(event, LeadsLeave) and event.count > _leads(event, events, parameters):
        most = _leads(event, events, parameters)
        reasons.append(f"count must be at most succession.leads = {most}")
    if isinstance(event, CommitmentRestored) and not _open_before(event, events, CommitmentLapse):
        reasons.append("no commitment_lapse without months comes before it")
    if isinstance(event, BudgetRestored) and not _open_before(event, events, BudgetCut):
        reasons.append("no budget_cut without months comes before it")
    if isinstance(event, Change):
        reasons += _change_reasons(event, events, parameters, organization)
    if organization is not None and isinstance(event, Scoped):
        reasons += _scope_reasons(event, organization)
    return reasons


def _launch_reasons(event: Event, events: Sequence[Event], parameters: Parameters) -> list[str]:
    if parameters.infrastructure.launched:
        return ["the programme already runs from the start; set infrastructure.launched = false"]
    if sum(isinstance(other, Launch) for other in events) > 1:
        return ["a programme is launched once; keep one launch"]
    return []


def _leads(event: Event, events: Sequence[Event], parameters: Parameters) -> int:
    """Return how many posts of mentoring leads there are at most when an event happens."""
    changed = [
        other.value
        for other in events
        if isinstance(other, Change) and other.lever == "succession.leads"
        if other.month <= event.month and isinstance(other.value, int)
    ]
    return max(parameters.succession.leads, *changed, 0)


def _open_before(event: Event, events: Sequence[Event], kind: type[Event]) -> bool:
    return any(
        isinstance(e, kind) and e.month <= event.month and getattr(e, "months", 0) == 0
        for e in events
    )


def _scope_reasons(event: Scoped, organization: Organization) -> list[str]:
    try:
        row = organization.row(event.seat) if event.seat else -1
    except InputError as error:
        return [str(error).rstrip(".")]
    if event.branch >= organization.branches:
        return [f"branch must be from 0 to {organization.branches - 1}"]
    if isinstance(event, LeaderLeaves) and row == 0:
        return ["leader_leaves is for line leaders; use chief_leaves for the chief's seat"]
    who, seats = _concerned(event, organization)
    if event.level >= 0:
        seats = seats & (organization.level == event.level)
    if event.branch >= 0:
        seats = seats & (organization.branch == event.branch)
    if row >= 0:
        return [] if seats[row] else [f"seat {shown(event.seat)} is no {who}"]
    if seats.any():
        return []
    return [f"there is no {who} at level {event.level}, branch {event.branch} (-1: all)"]


def _concerned(event: Scoped, organization: Organization) -> tuple[str, NDArray[np.bool_]]:
    """Return what kind of seats an event concerns, in words and as a mask."""
    if isinstance(event, _OF_LEADERS):
        return "leader", organization.leaders
    if isinstance(event, Layoff):
        return "front-line seat", ~organization.leaders
    return "seat", np.ones(organization.people, bool)


# ------------------------------------------------------------------------------ changes of levers


def _change_reasons(
    event: Change,
    events: Sequence[Event],
    parameters: Parameters,
    organization: Organization | None,
) -> list[str]:
    """Return why a lever cannot be changed so: its name, its role, the value, whose, and when."""
    if event.lever not in declared():
        return [f"lever {no_parameter(event.lever).rstrip('.')}"]
    parameter = declared()[event.lever]
    reasons = _lever_reasons(parameter) or _value_reasons(event, parameter)
    reasons = reasons or _together_reasons(event, events, parameters)
    whole = event.level < 0 and event.branch < 0 and not event.seat and event.share == 1.0
    if not whole and event.lever not in PERSONAL:
        reasons.append(
            f"{event.lever} concerns the whole organization; only {', '.join(PERSONAL)} can be "
            "limited to a level, a branch, a seat or a share"
        )
    for number, other in enumerate(events, 1):
        if other is event:
            break
        if isinstance(other, Change) and _collide(event, other, organization):
            reasons.append(f"event {number} changes {event.lever} at the same time")
    return reasons


def _lever_reasons(parameter: Parameter) -> list[str]:
    instead = f"give it in the scenario, in [{parameter.address.group}]"
    if parameter.role != "lever":
        kind = "an uncertainty" if parameter.role == "uncertainty" else "a constant"
        return [f"{parameter.name} is {kind}, no lever: {instead}"]
    if parameter.acts == "start":
        return [f"{parameter.name} is read only when the run begins: {instead}"]
    return []


def _value_reasons(event: Change, parameter: Parameter) -> list[str]:
    group, key = parameter.address
    try:
        GROUPS[group].model_validate({key: event.value})
    except ValidationError:
        may_be = allowed(GROUPS[group].model_fields[key])
        return [f"value = {shown(event.value)}, but {parameter.name} must be {may_be}"]
    return []


def _together_reasons(event: Change, events: Sequence[Event], parameters: Parameters) -> list[str]:
    """Return why all values, as changes have set them by then, do not agree with each other."""
    groups = {group: dict(getattr(parameters, group)) for group in GROUPS}
    for other in (*events, event):
        if isinstance(other, Change) and other.month <= event.month and other.lever in declared():
            group, key = declared()[other.lever].address
            groups[group][key] = other.value
    try:
        type(parameters).model_validate(groups)
    except ValidationError as error:
        return [str(e["ctx"]["error"]) for e in error.errors() if e["type"] == "value_error"]
    return []


def _collide(one: Change, other: Change, organization: Organization | None) -> bool:
    """Return whether two changes set one lever of the same leaders at the same time."""
    first, second = _span(one), _span(other)
    together = first[0] < second[1] and second[0] < first[1]
    return one.lever == other.lever and together and _meet(one, other, organization)


def _span(event: Change) -> tuple[float, float]:
    """Return from when to when a change is under way; one for good lasts as its ramp does.

    What was set for good may be set anew later.
    """
    return event.month, event.month + (event.months or max(event.ramp, 1))


def _meet(one: Scoped, other: Scoped, organization: Organization | None) -> bool:
    """Return whether two scopes have a seat in common."""
    if one.seat and other.seat:
        return one.seat == other.seat
    places = [_place(event, organization) for event in (one, other)]
    return all(a < 0 or b < 0 or a == b for a, b in zip(*places, strict=True))


def _place(event: Scoped, organization: Organization | None) -> tuple[float, float]:
    """Return the level and the branch of a scope, -1 for all; NaN meets none: not known yet."""
    if not event.seat:
        return event.level, event.branch
    if organization is None:
        return math.nan, math.nan
    try:
        row = organization.row(event.seat)
    except InputError:
        return math.nan, math.nan
    return float(organization.level[row]), float(organization.branch[row])
