"""Leader action 5: build the infrastructure; its four resources complement each other."""

from __future__ import annotations

from ..declare import Action, Group, declare
from ..drawn import Draw
from ..measured import Measure

ACTION = Action(
    5,
    "Build the right infrastructure",
    "no-infrastructure",
    "infrastructure, programme_alive",
)


class Infrastructure(Group):
    """Money, technology, people and knowledge, and how they complement each other."""

    launched: bool = declare(
        True,
        None,
        None,
        "switch",
        "assumed",
        "scope",
        "Whether the programme runs from the start; else a launch event starts it.",
        role="lever",
        acts="start",
    )
    financial: float = declare(
        1.0, 0.0, 1.5, "share", "assumed", "lever", "Money asked for, relative to need."
    )
    technological: float = declare(
        1.0, 0.0, 1.5, "share", "assumed", "lever", "Technology built, relative to need."
    )
    human: float = declare(
        1.0,
        0.0,
        1.5,
        "share",
        "assumed",
        "lever",
        "People made available to the leads, relative to need.",
    )
    knowledge: float = declare(
        1.0, 0.0, 1.5, "share", "assumed", "lever", "Training given, relative to need."
    )
    funding_years: int = declare(
        1,
        1,
        10,
        "count",
        "assumed",
        "lever",
        "Budget rounds that one decision commits money and programme for (multi-year funding).",
    )
    complementarity: float = declare(
        -3.79,
        -8.0,
        1.0,
        "exponent",
        "assumed",
        "milner2013; smidt2021",
        "CES exponent rho: 1 adds the stocks up, towards minus infinity the scarcest decides.",
        plausible=(-8.0, 0.0),
    )
    floor: float = declare(
        0.02, 0.0001, 0.5, "share", "assumed", "numerical", "Lowest stock that the aggregate sees."
    )
    start: float = declare(
        0.7,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "All four stocks at the launch.",
        acts="start",
    )
    need_growth: float = declare(
        0.52,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Part of the need for money and technology that grows with the practising share.",
        plausible=(0.0, 1.0),
        off=0.0,
    )
    need_reference: float = declare(
        0.45,
        0.01,
        1.0,
        "share",
        "assumed",
        "baseline mean",
        "Practising share at which the need is 1.",
        needs="infrastructure.need_growth",
    )
    financial_life: float = declare(
        6.0,
        0.5,
        60.0,
        "months",
        "assumed",
        "plausible",
        "Time constant at which the money at hand follows the grant.",
    )
    technology_life: float = declare(
        48.0,
        6.0,
        240.0,
        "months",
        "assumed",
        "brief",
        "Time constant at which technology decays and is renewed.",
    )
    human_life: float = declare(
        6.0,
        0.5,
        60.0,
        "months",
        "assumed",
        "plausible",
        "Time constant at which people's capacity follows the leads in post.",
    )
    knowledge_half_life: float = declare(
        13.8,
        1.0,
        120.0,
        "months",
        "seen",
        "saks2006",
        "Half-life of trained knowledge that is not codified.",
    )
    knowledge_gain: float = declare(
        0.175,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "plausible",
        "Growth of knowledge through training by the leads.",
        plausible=(0.05, 0.3),
    )
    codified: float = declare(
        0.344,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Part of the knowledge that is written down and does not decay.",
        plausible=(0.1, 0.6),
    )
    grant_intercept: float = declare(
        -1.0,
        -10.0,
        10.0,
        "log-odds",
        "assumed",
        "plausible",
        "Log-odds of the yearly grant with no value, ownership or sponsor.",
    )
    grant_value: float = declare(
        1.88,
        0.0,
        10.0,
        "log-odds",
        "assumed",
        "brief",
        "Gain in log-odds by full visible value.",
        plausible=(1.0, 3.0),
    )
    grant_ownership: float = declare(
        1.88,
        0.0,
        10.0,
        "log-odds",
        "assumed",
        "brief",
        "Gain in log-odds by full ownership over the layers.",
        plausible=(1.0, 3.0),
    )
    grant_sponsor: float = declare(
        1.95,
        0.0,
        10.0,
        "log-odds",
        "assumed",
        "brief",
        "Gain in log-odds by a fully active sponsor.",
        plausible=(1.0, 3.0),
    )
    budget_interval: float = declare(
        12.0,
        1.0,
        60.0,
        "months",
        "assumed",
        "brief",
        "Months between budget rounds.",
        role="constant",
    )
    owning_layers: int = declare(
        2,
        0,
        10,
        "levels",
        "assumed",
        "brief",
        "Layers that make a programme as safe as owning can (m); the top team is one.",
    )
    owning_cut: float = declare(
        0.2,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Mean ownership at which a level owns the programme.",
    )
    owning_width: float = declare(
        0.06,
        0.001,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Width over which a level comes to own the programme.",
    )
    end_intercept: float = declare(
        1.92,
        -20.0,
        20.0,
        "log-odds",
        "assumed",
        "bond2014 (the level)",
        "Log-odds that a budget round ends a programme without owners, value, sponsor or leads.",
        plausible=(0.5, 3.5),
    )
    end_ownership: float = declare(
        3.02,
        0.0,
        20.0,
        "log-odds",
        "assumed",
        "scheirer2005 (the sign)",
        "Loss in log-odds by full ownership in enough layers.",
        plausible=(1.5, 4.5),
    )
    end_value: float = declare(
        1.89,
        0.0,
        20.0,
        "log-odds",
        "assumed",
        "scheirer2005 (the sign)",
        "Loss in log-odds by full visible value.",
        plausible=(1.0, 3.0),
    )
    end_sponsor: float = declare(
        1.57,
        0.0,
        20.0,
        "log-odds",
        "assumed",
        "scheirer2005 (the sign)",
        "Loss in log-odds by a fully active sponsor.",
        plausible=(0.5, 2.5),
    )
    end_coverage: float = declare(
        1.46,
        0.0,
        20.0,
        "log-odds",
        "assumed",
        "scheirer2005 (the sign)",
        "Loss in log-odds by leads who cover all the work.",
        plausible=(0.5, 2.5),
    )
    restart: float = declare(
        0.3,
        0.0,
        1.0,
        "probability",
        "assumed",
        "bond2014 (the level)",
        "Probability that a budget round brings a new start, with sponsor and top fully active.",
    )


DRAWS = {
    "BUDGET": Draw(26, "whether a budget round ends the programme, or starts it again", "post"),
}

MEASURES = {
    "infrastructure": Measure(
        "share", False, "effective capacity of the four resources", headline=11, drawn=True
    ),
    "money": Measure("thousand", True, "programme money spent in the month", headline=16),
    "financial": Measure("share", False, "stock of money"),
    "technological": Measure("share", False, "stock of technology"),
    "human": Measure("share", False, "stock of people"),
    "knowledge": Measure("share", False, "stock of knowledge"),
    "never_stopped": Measure(
        "share", False, "whether the programme has never ended (1) or has (0)"
    ),
    "programme_alive": Measure("share", False, "whether the programme runs (1) or not (0)"),
}
