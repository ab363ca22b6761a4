"""Leader action 3: encourage and invite, share a vision, recognise, make time."""

from __future__ import annotations

from ..column import NEVER, Column
from ..declare import Action, Group, declare
from ..measured import Measure

ACTION = Action(
    3,
    "Encourage and invite participation; recognise; make time",
    "no-invitation",
    "enquiries, joins_invitation, contact_hours",
)


class Invitation(Group):
    """Inviting, sharing a vision, recognising, making time."""

    reach: float = declare(
        0.5,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Share of people whom invitations reach.",
        role="lever",
    )
    reach_reference: float = declare(
        0.5,
        0.01,
        1.0,
        "share",
        "assumed",
        "baseline",
        "Reach at which invitations work as in the sources.",
    )
    vision: float = declare(
        0.5,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "How clear the vision behind the invitation is: as far as it can be shared.",
        role="lever",
    )
    vision_rate: float = declare(
        0.05,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "plausible",
        "Speed at which a vision is shared where leaders talk, and forgotten where they do not.",
    )
    vision_talk: float = declare(
        0.55,
        0.01,
        1.0,
        "share",
        "assumed",
        "baseline mean",
        "Mean talk of leaders at which the vision is shared as far as it is clear.",
    )
    realignment: float = declare(
        0.06,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "plausible",
        "Speed at which leaders who act fit the message to a new strategy.",
    )
    value_weight: float = declare(
        0.294,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Part of an invitation that speaks of benefits to person and organization, worth what "
        "leaders can tell of them.",
        plausible=(0.0, 0.6),
        off=0.0,
    )
    value_reference: float = declare(
        0.5,
        0.01,
        1.0,
        "share",
        "assumed",
        "baseline mean",
        "Visible value at which an invitation speaks of as many benefits as usual.",
        needs="invitation.value_weight",
    )
    recognition: float = declare(
        0.5,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "How far participants are recognised in public (R).",
        role="lever",
    )
    visibility: float = declare(
        0.4,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Visibility of an adopter without any recognition (o = v + (1 - v) R).",
    )
    recognition_retention: float = declare(
        0.3, 0.0, 1.0, "share", "assumed", "brief", "By how much full recognition lowers dropout."
    )
    mentor_hours: float = declare(
        6.0,
        0.0,
        60.0,
        "hours",
        "assumed",
        "lever",
        "Hours a month that a mentor can give to mentoring.",
        plausible=(2.0, 12.0),
    )
    leader_hours: float = declare(
        12.0,
        0.0,
        160.0,
        "hours",
        "assumed",
        "lever",
        "Hours a month that a leader can give to visits.",
        plausible=(2.0, 30.0),
    )
    full_contact: float = declare(
        4.0,
        0.1,
        40.0,
        "hours",
        "assumed",
        "brief",
        "Hours a month that make a contact fully effective.",
    )


COLUMNS = {
    "persuasion": Column(
        "number",
        "how persuasive invitations are to the person",
        "share",
        0.0,
        0.0,
    ),
    "invited_strength": Column(
        "number", "how hard a campaign invites the person", "factor", 1.0, 1.0
    ),
    "invited_until": Column("count", "when a campaign's invitation ends", "step", NEVER, NEVER),
}

MEASURES = {
    "vision": Measure("share", False, "how far the vision behind mentoring is shared"),
    "alignment": Measure(
        "share", False, "how far the message fits the vision and strategy of the organization"
    ),
    "enquiries": Measure("people", True, "people who enquired about mentoring"),
    "joins_invitation": Measure("people", True, "people who joined through invitations"),
}
