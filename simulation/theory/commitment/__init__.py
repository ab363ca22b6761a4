"""Leader action 2: be committed in talk and action; what people make of it."""

from __future__ import annotations

from ..column import SET, Column
from ..declare import Action, Group, declare
from ..drawn import Draw
from ..measured import Measure

ACTION = Action(
    2,
    "Be personally and organizationally committed, in talk and action",
    "no-commitment",
    "credibility, cynics_share",
)


class Commitment(Group):
    """Leaders' talk and action, and what people make of them."""

    talk: float = declare(
        0.6,
        0.0,
        1.0,
        "share",
        "assumed",
        "lever",
        "The top's talk about mentoring.",
        plausible=(0.1, 0.95),
    )
    action: float = declare(
        0.6,
        0.0,
        1.0,
        "share",
        "assumed",
        "lever",
        "The top's visible action for mentoring.",
        plausible=(0.1, 0.95),
    )
    top_levels: int = declare(
        2,
        1,
        5,
        "levels",
        "assumed",
        "brief: the top team",
        "Levels from the chief down whose leaders people see as the top team.",
        role="constant",
    )
    weight_boss: float = declare(
        0.6, 0.0, 1.0, "weight", "assumed", "brief", "Weight of what the boss shows."
    )
    weight_upper: float = declare(
        0.25, 0.0, 1.0, "weight", "assumed", "brief", "Weight of what the boss's boss shows."
    )
    weight_top: float = declare(
        0.15, 0.0, 1.0, "weight", "assumed", "brief", "Weight of what the top team shows."
    )
    observe_boss: float = declare(
        0.9,
        0.0,
        1.0,
        "probability",
        "assumed",
        "brief; sexton2018",
        "Chance to see the boss's conduct in a month.",
    )
    observe_upper: float = declare(
        0.25,
        0.0,
        1.0,
        "probability",
        "assumed",
        "brief; sexton2018 (rounds reach 24 to 33 %)",
        "Chance to see the conduct of the boss's boss in a month.",
    )
    observe_top: float = declare(
        0.06,
        0.0,
        1.0,
        "probability",
        "assumed",
        "brief",
        "Chance to see the top team's conduct in a month.",
    )
    gain: float = declare(
        0.0519,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "brief",
        "Growth of credibility from action seen.",
        plausible=(0.01, 0.1),
    )
    loss: float = declare(
        0.386,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "brief",
        "Loss of credibility per unit of disappointment.",
        plausible=(0.15, 0.7),
    )
    tolerance: float = declare(
        0.12,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Shortfall of action that passes unnoticed.",
        plausible=(0.0, 0.2),
    )
    expectation_rate: float = declare(
        0.129,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "brief",
        "Speed at which expectations follow action seen.",
        plausible=(0.05, 0.2),
    )
    drift: float = declare(
        0.00619,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "brief",
        "Drift of credibility back to the prior.",
        plausible=(0.002, 0.01),
    )
    prior: float = declare(
        0.5, 0.0, 1.0, "share", "assumed", "brief", "Credibility given to unknown leaders."
    )
    broken_promise: float = declare(
        0.35,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Disappointment above which a promise is visibly broken.",
    )
    scar: float = declare(
        0.133,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "schweitzer2006 (the sign)",
        "What a broken promise takes from the ceiling of credibility.",
        plausible=(0.0, 0.25),
    )
    scar_floor: float = declare(
        0.5, 0.0, 1.0, "share", "assumed", "brief", "Lowest ceiling of credibility."
    )
    scar_relief: float = declare(
        0.5,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Part of the scar that goes with a change of leader.",
        acts="next holder",
    )
    forgiveness: float = declare(
        0.522,
        0.0,
        1.0,
        "share",
        "assumed",
        "schweitzer2006 (the sign)",
        "Part of the disappointment that leaders are spared who say openly that they fall short.",
        plausible=(0.2, 0.8),
    )
    trust_rate: float = declare(
        0.127,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "brief",
        "Speed at which trust in the top follows what the top shows.",
        plausible=(0.05, 0.2),
    )
    trust_chief: float = declare(
        0.5,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "The chief's part in what the top shows; the rest is the others of the top team.",
    )
    trust_talk: float = declare(
        0.373,
        0.0,
        2.0,
        "weight",
        "assumed",
        "brief",
        "Weight of words in trust in the top, where deeds weigh 1.",
        plausible=(0.25, 0.5),
    )
    talk_relay: float = declare(
        0.616,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Part of a leader's talk that repeats the boss's; the rest follows own action (the top "
        "team repeats all).",
        plausible=(0.4, 0.8),
    )
    talk_rate: float = declare(
        0.3,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "plausible",
        "Speed at which leaders take up the boss's talk.",
    )
    cynic_cut: float = declare(
        0.25,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Credibility below which a person counts as a cynic.",
        role="constant",
    )


COLUMNS = {
    "credibility": Column(
        "number",
        "credibility of leaders in the person's eyes",
        "share",
        "commitment.prior",
        SET,
    ),
    "expectation": Column(
        "number",
        "action that the person expects of leaders",
        "share",
        SET,
        "commitment.prior",
    ),
    "ceiling": Column("number", "highest credibility that scars allow", "share", 1.0, 1.0),
    "talk": Column("number", "talk that a leader is inclined to", "share", SET, SET),
}

DRAWS = {
    "OBSERVATION": Draw(
        8,
        "whether conduct is seen this month: the boss's, the boss's boss's, the top team's",
        "person",
        ("low", "middle", "high"),
    ),
}

MEASURES = {
    "importance": Measure(
        "share",
        False,
        "mean action that people expect of leaders: how much mentoring seems to matter",
    ),
    "top_trust": Measure(
        "share",
        False,
        "trust in the top: what the chief and the top team have shown of late",
        drawn=True,
    ),
    "credibility": Measure(
        "share",
        False,
        "mean credibility of leaders in people's eyes",
        by_level=True,
        headline=5,
        drawn=True,
    ),
    "leader_talk": Measure("share", False, "mean talk of leaders"),
    "cynics_share": Measure("share", False, "share of people whose credibility is very low"),
    "ceiling": Measure("share", False, "mean ceiling of credibility (1: no scars)"),
}
