"""Leader action 7: be role models; action cascades, is blocked, and teaches."""

from __future__ import annotations

from ..column import SET, Column
from ..declare import Action, Group, declare
from ..drawn import Draw
from ..measured import Measure

ACTION = Action(
    7,
    "Be role models of mentoring excellence",
    "no-role-models",
    "leader_action",
)


class RoleModels(Group):
    """Leaders as models: how action cascades, blocks and teaches."""

    rate: float = declare(
        0.15,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "brief",
        "Speed at which a leader's action follows its models.",
        plausible=(0.05, 0.3),
    )
    weight_boss: float = declare(
        0.462,
        0.0,
        1.0,
        "weight",
        "assumed",
        "brief",
        "Weight of the own boss's action.",
        plausible=(0.3, 0.6),
    )
    weight_peers: float = declare(
        0.15, 0.0, 1.0, "weight", "assumed", "brief", "Weight of the mean action of all leaders."
    )
    weight_own: float = declare(
        0.392,
        0.0,
        1.0,
        "weight",
        "assumed",
        "brief",
        "Weight of the own disposition.",
        plausible=(0.25, 0.55),
    )
    noise: float = declare(
        0.0248,
        0.0,
        0.5,
        "per root month",
        "assumed",
        "brief",
        "Standard deviation of the monthly noise in action.",
        plausible=(0.01, 0.04),
    )
    disposition: float = declare(
        0.5,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Mean disposition of people to act as a model.",
        acts="next holder",
    )
    disposition_sd: float = declare(
        0.205,
        0.0,
        0.5,
        "share",
        "assumed",
        "plausible",
        "Standard deviation of the disposition.",
        plausible=(0.1, 0.3),
        acts="next holder",
    )
    cut: float = declare(
        0.2,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Action below which a leader cuts off the branch below.",
    )
    blocked_level: int = declare(
        -1,
        -1,
        20,
        "levels",
        "assumed",
        "lever",
        "Level whose leaders never act above the blocked action; -1: none.",
        off=-1,
    )
    blocked_action: float = declare(
        0.05,
        0.0,
        1.0,
        "share",
        "assumed",
        "lever",
        "Most that blocked leaders do.",
        needs="role_models.blocked_level",
    )
    competence_start: float = declare(
        0.5,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Mentoring competence of everybody at the start.",
    )
    competence_gain: float = declare(
        0.03,
        0.0,
        1.0,
        "share per month",
        "assumed",
        "brief",
        "Growth of a mentee's competence, times the mentor's.",
    )
    excellence: float = declare(
        0.76,
        0.0,
        5.0,
        "per share",
        "assumed",
        "plausible",
        "How much more (or less) a model a mentor's competence above (or below) the start makes.",
        plausible=(0.0, 1.5),
        off=0.0,
    )
    volunteer_odds: float = declare(
        3.71,
        1.0,
        20.0,
        "odds ratio",
        "assumed",
        "olivet2019 (the sign)",
        "Odds that former mentees are willing to mentor, relative to others.",
        plausible=(2.0, 5.0),
    )


COLUMNS = {
    "disposition": Column("number", "action that the person is disposed to", "share", SET, SET),
    "action": Column("number", "action that a leader is inclined to", "share", SET, SET),
    "competence": Column(
        "number",
        "competence as a mentor",
        "share",
        "role_models.competence_start",
        "role_models.competence_start",
    ),
}

DRAWS = {
    "ACTION": Draw(16, "how a leader's action swings", "person"),
}

MEASURES = {
    "leader_action": Measure(
        "share", False, "mean action that leaders show", by_level=True, headline=13
    ),
}
