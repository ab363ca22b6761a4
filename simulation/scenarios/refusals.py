"""Which scripted events cannot apply: to these parameters, to this organization."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..theory.events import (
    BudgetCut,
    BudgetRestored,
    CommitmentLapse,
    CommitmentRestored,
    Event,
    Launch,
    Layoff,
    LeaderLeaves,
    LeadsLeave,
    Scoped,
    kind_of,
)
from ..theory.parameters import Parameters

if TYPE_CHECKING:
    from ..organizations.organization import Organization

__all__ = ["reasons_against", "refusals"]


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
