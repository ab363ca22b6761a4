"""Leader action 8: keep abreast of progress; currency, stories and visible value."""

from __future__ import annotations

from ..column import Column
from ..declare import Action, Group, declare
from ..drawn import Draw
from ..measured import Measure

ACTION = Action(
    8,
    "Keep abreast of progress",
    "no-briefings",
    "currency, visible_value",
)


class Briefings(Group):
    """Keeping leaders current, and mentoring's value in view."""

    interval: float = declare(
        3.0,
        0.0,
        60.0,
        "months",
        "assumed",
        "lever",
        "Months between briefings; 0: none.",
        plausible=(1.0, 12.0),
    )
    reach: float = declare(
        0.604,
        0.0,
        1.0,
        "probability",
        "assumed",
        "brief",
        "Probability that a leader is reached by a briefing.",
        plausible=(0.4, 0.8),
    )
    gain: float = declare(
        0.487,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "What a full briefing adds to a leader's currency.",
        plausible=(0.25, 0.75),
    )
    credibility_exponent: float = declare(
        0.5, 0.0, 4.0, "exponent", "assumed", "brief", "How credibility gates what a briefing adds."
    )
    half_life: float = declare(
        7.7,
        0.5,
        60.0,
        "months",
        "assumed",
        "brief",
        "Half-life of currency.",
        plausible=(2.0, 14.0),
    )
    knowledge: float = declare(
        1 / 3,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Part of a briefing given to mentoring knowledge.",
        role="lever",
    )
    story: float = declare(
        1 / 3,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Part of a briefing given to success stories.",
        role="lever",
    )
    data_point: float = declare(
        1 / 3,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Part of a briefing given to data points.",
        role="lever",
    )
    data_lift: float = declare(
        0.2,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "How much a data point lifts knowledge and stories.",
    )
    fatigue: float = declare(
        1.0,
        0.0,
        4.0,
        "exponent",
        "assumed",
        "brief",
        "How fast a briefing loses its worth beyond four a year.",
    )
    saturation: float = declare(
        1.0,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Whether being current leaves less to gain (0: every briefing adds the same).",
    )
    start: float = declare(
        0.2,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Currency of leaders at the start.",
        acts="start",
    )
    hours: float = declare(
        1.0, 0.0, 16.0, "hours", "assumed", "plausible", "Length of a briefing.", role="lever"
    )
    value_memory: float = declare(
        12.0,
        1.0,
        60.0,
        "months",
        "assumed",
        "plausible",
        "Time constant at which reported benefits fade.",
    )
    value_scale: float = declare(
        0.02,
        0.0001,
        1.0,
        "per person",
        "assumed",
        "plausible",
        "Good endings remembered per person at which benefits reported are half of all.",
    )


COLUMNS = {
    "currency": Column(
        "number",
        "how current the person is on mentoring",
        "share",
        "briefings.start",
        0.0,
    ),
}

DRAWS = {
    "BRIEFING": Draw(17, "whether a briefing reaches a leader", "person"),
}

MEASURES = {
    "currency": Measure("share", False, "mean of how current leaders are on mentoring", headline=9),
    "visible_value": Measure("share", False, "mentoring's value as leaders see it", headline=10),
}
