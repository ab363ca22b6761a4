"""Seeking a mentor, being matched, lasting and ending."""

from __future__ import annotations

from typing import Literal

from ..column import NEVER, SET, Column
from ..declare import Group, declare
from ..drawn import Draw
from ..measured import Measure


class Relationships(Group):
    """Seeking, matching, lasting, ending."""

    seeking: float = declare(
        0.226,
        0.0,
        1.0,
        "probability per month",
        "assumed",
        "brief",
        "Chance that a front-line adopter without a mentor starts to seek one.",
        plausible=(0.02, 0.4),
    )
    seeking_leaders: float = declare(
        0.333,
        0.0,
        1.0,
        "probability per month",
        "assumed",
        "brief",
        "The same for leaders.",
        plausible=(0.05, 0.6),
    )
    informal_seeking: float = declare(
        0.0151,
        0.0,
        1.0,
        "probability per month",
        "assumed",
        "brief",
        "Chance that anybody without a mentor finds one outside the programme.",
        plausible=(0.004, 0.03),
    )
    informal_start: float = declare(
        0.17,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Share of people with an informal mentor at the start.",
        acts="start",
    )
    willing: float = declare(
        0.437,
        0.0,
        1.0,
        "probability",
        "assumed",
        "brief",
        "Share of adopters willing to mentor.",
        plausible=(0.25, 0.65),
    )
    capacity: int = declare(2, 1, 4, "people", "assumed", "brief", "Mentees a mentor can carry.")
    mentor_tenure: float = declare(
        18.0,
        0.0,
        240.0,
        "months",
        "assumed",
        "brief",
        "Tenure from which a person can mentor.",
        role="lever",
    )
    own_boss: bool = declare(
        False,
        None,
        None,
        "switch",
        "assumed",
        "brief",
        "Whether one's own boss can be one's mentor.",
        role="lever",
    )
    scope: Literal["organization", "branch"] = declare(
        "organization",
        None,
        None,
        "choice",
        "assumed",
        "plausible",
        "Mentors are sought in the whole organization or in the own branch.",
        role="lever",
    )
    success: float = declare(
        0.535,
        0.0,
        1.0,
        "probability per month",
        "assumed",
        "brief",
        "Chance that a seeker is matched where a place is free, at full infrastructure.",
        plausible=(0.4, 0.95),
    )
    formal_months: float = declare(
        9.25,
        0.5,
        120.0,
        "months",
        "seen",
        "wanberg2006",
        "Length of a formal relationship.",
        plausible=(6.0, 12.0),
        acts="next holder",
    )
    informal_months: float = declare(
        44.4,
        0.5,
        240.0,
        "months",
        "seen",
        "kram1983",
        "Mean length of an informal relationship.",
        plausible=(18.0, 60.0),
        acts="next holder",
    )
    poor: float = declare(
        0.209,
        0.0,
        1.0,
        "probability",
        "assumed",
        "brief",
        "Probability of a poor match.",
        plausible=(0.05, 0.3),
        acts="next holder",
    )
    competence_effect: float = declare(
        1.0,
        0.0,
        2.0,
        "per share",
        "assumed",
        "plausible",
        "How a mentor's competence (relative to the start) lowers the chance of a poor match.",
        acts="next holder",
    )
    poor_end: float = declare(
        1 / 6,
        0.0,
        1.0,
        "probability per month",
        "assumed",
        "brief",
        "Chance that a poor match ends early.",
    )
    poor_quits: float = declare(
        0.5,
        0.0,
        1.0,
        "probability",
        "assumed",
        "brief",
        "Probability that the mentee of a failed match stops practising.",
    )
    patience: float = declare(
        15.6,
        0.0,
        240.0,
        "months",
        "assumed",
        "plausible",
        "How long a seeker waits before giving the search up; 0: not at all.",
        plausible=(6.0, 24.0),
    )
    frustration_rate: float = declare(
        0.1,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "plausible",
        "Speed at which an unmet seeker grows frustrated.",
    )
    frustration_dropout: float = declare(
        1.0,
        0.0,
        10.0,
        "share",
        "assumed",
        "plausible",
        "By how much full frustration raises dropout.",
    )


COLUMNS = {
    "volunteer": Column("number", "place among those willing to mentor", "share", SET, SET),
    "frustration": Column("number", "frustration with the search for a mentor", "share", 0.0, 0.0),
    "waiting": Column("count", "when the search for a mentor began", "step", NEVER, NEVER),
    "mentor": Column("count", "row of the mentor, -1 for none", "row", -1, -1),
    "formal": Column("count", "whether the mentor came through the programme", "switch", 0, 0),
    "poor": Column("count", "whether the relationship is poor", "switch", 0, 0),
    "pair_start": Column("count", "when the relationship began", "step", 0, 0),
    "pair_end": Column("count", "when the relationship is to end", "step", 0, 0),
    "was_mentee": Column("count", "whether the person has been a mentee", "switch", 0, 0),
    "sour_until": Column(
        "count",
        "until when peers see a failure of the person",
        "step",
        NEVER,
        NEVER,
    ),
    "load": Column("count", "number of mentees", "people", 0, 0),
}

DRAWS = {
    "SEEKING": Draw(
        12,
        "whether somebody begins to seek a mentor; whether a search meets success; whether "
        "somebody looks outside the programme",
        "person",
        ("low", "middle", "high"),
    ),
    "MATCHING": Draw(
        13,
        "who meets whom; how long a match is to last, whether it is poor",
        "person",
        ("whole", "middle", "high"),
    ),
    "INFORMAL": Draw(
        25, "whom somebody meets who looks for a mentor outside the programme", "person"
    ),
    "RELATIONSHIP": Draw(
        14,
        "whether a poor match ends; how an end is felt",
        "person",
        ("low", "middle"),
    ),
}

MEASURES = {
    "participation": Measure(
        "count", False, "active mentoring relationships", headline=6, drawn=True
    ),
    "waiting": Measure("people", False, "people who seek a mentor and have none yet", headline=7),
    "mentees_share": Measure("share", False, "share of people who have a mentor"),
    "informal_share": Measure("share", False, "share of people who have an informal mentor"),
    "formal_share": Measure("share", False, "share of people mentored in the formal programme"),
    "mentors_share": Measure("share", False, "share of people who mentor somebody"),
    "frustration": Measure("share", False, "mean frustration with the search for a mentor"),
    "matches": Measure("count", True, "relationships begun"),
    "completed": Measure("count", True, "relationships that ended well"),
    "failed": Measure("count", True, "relationships that failed"),
    "completed_months": Measure("months", True, "length of the relationships that ended well"),
    "contact_hours": Measure("hours", True, "hours that mentors and mentees spent together"),
}
