"""Leader action 4: be present; ownership grows of presence, voice and example."""

from __future__ import annotations

from ..column import SET, STEP, Column
from ..declare import Action, Group, declare
from ..drawn import Draw
from ..measured import Measure

ACTION = Action(
    4,
    "Continuously create value: be present",
    "absent-leaders",
    "presence, ownership",
)


class Presence(Group):
    """Being there, following up, and the ownership that grows of it."""

    level: float = declare(
        1.0,
        0.0,
        2.0,
        "share",
        "assumed",
        "lever",
        "Visits that leaders really make, relative to what people expect.",
        plausible=(0.1, 1.5),
    )
    visits_boss: float = declare(
        4.0, 0.0, 60.0, "per month", "assumed", "brief", "Expected visits by the boss."
    )
    visits_upper: float = declare(
        0.3,
        0.0,
        60.0,
        "per month",
        "assumed",
        "brief; sexton2018",
        "Expected visits by the boss's boss.",
    )
    visits_top: float = declare(
        0.06,
        0.0,
        60.0,
        "per month",
        "assumed",
        "brief; sexton2018",
        "Expected visits by the top team.",
    )
    hours_per_visit: float = declare(
        0.25, 0.0, 8.0, "hours", "assumed", "plausible", "Length of one visit to one person."
    )
    follow_up: float = declare(
        0.623,
        0.0,
        1.0,
        "probability",
        "assumed",
        "plausible",
        "Probability that a visit is followed up.",
        plausible=(0.4, 0.9),
    )
    perfunctory: float = declare(
        0.2,
        0.0,
        1.0,
        "share",
        "assumed",
        "sexton2018 (the sign)",
        "What a visit without follow-up counts.",
    )
    belief_rate: float = declare(
        0.275,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "brief",
        "Speed at which belief in presence follows what was seen.",
        plausible=(0.1, 0.5),
    )
    absence_confidence: float = declare(
        0.95,
        0.5,
        0.9999,
        "probability",
        "assumed",
        "brief",
        "Confidence at which an absence is noticed.",
        role="constant",
    )
    absence_discount: float = declare(
        0.5,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "What remains of a channel's perceived action once absence is noticed.",
    )
    engagement_reference: float = declare(
        0.45,
        0.0,
        1.0,
        "share",
        "assumed",
        "baseline mean",
        "Belief in presence at which engagement is unmoved.",
    )
    ownership_rate: float = declare(
        0.0639,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "brief",
        "Speed at which ownership grows and fades.",
        plausible=(0.02, 0.1),
    )
    ownership_start: float = declare(
        0.3,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Ownership of everybody at the start.",
        acts="start",
    )


COLUMNS = {
    "presence": Column(
        "number",
        "belief in leaders' presence",
        "share",
        "presence.engagement_reference",
        "presence.engagement_reference",
    ),
    "ownership": Column(
        "number",
        "ownership of the programme",
        "share",
        "presence.ownership_start",
        SET,
    ),
    "seen_boss": Column("count", "when the boss was last seen", "step", STEP, STEP, STEP),
    "seen_upper": Column("count", "when the boss's boss was last seen", "step", STEP, STEP, STEP),
    "seen_top": Column("count", "when the top team was last seen", "step", STEP, STEP),
}

DRAWS = {
    "VISIT": Draw(
        9,
        "who comes to visit this month: the boss, the boss's boss, the top team",
        "person",
        ("low", "middle", "high"),
    ),
}

MEASURES = {
    "absence_noticed": Measure(
        "share", False, "share of people who have noticed that their boss is absent", by_level=True
    ),
    "ownership": Measure(
        "share", False, "mean ownership of the programme", by_level=True, headline=8
    ),
    "leader_hours": Measure("hours", True, "hours of leaders in the month", headline=15),
    "presence": Measure("share", False, "mean belief in leaders' presence"),
}
