"""Who leaves."""

from __future__ import annotations

from ..column import SET, STEP, Column
from ..declare import Group, declare
from ..drawn import Draw
from ..measured import Measure


class Turnover(Group):
    """Who leaves, and who comes."""

    voluntary: float = declare(
        0.01502,
        0.0,
        1.0,
        "per month",
        "seen",
        "jolts2024",
        "Voluntary exits at the reference.",
        plausible=(0.01, 0.018),
    )
    first_year: float = declare(
        2.35,
        0.0,
        20.0,
        "factor",
        "assumed",
        "brief; bls2024",
        "Factor in the first year.",
        plausible=(1.5, 3.5),
    )
    second_and_third_year: float = declare(
        1.454,
        0.0,
        20.0,
        "factor",
        "assumed",
        "brief; bls2024",
        "Factor in the second and third year.",
        plausible=(1.0, 1.8),
    )
    later_years: float = declare(
        0.703,
        0.0,
        20.0,
        "factor",
        "assumed",
        "brief; bls2024",
        "Factor from the fourth year on.",
        plausible=(0.4, 0.9),
    )
    frailty_sd: float = declare(
        0.394,
        0.0,
        2.0,
        "log sd",
        "assumed",
        "plausible",
        "Spread of people's inclination to leave (lognormal, mean 1).",
        plausible=(0.25, 0.9),
        acts="next holder",
    )
    leader_factor: float = declare(
        0.751, 0.0, 5.0, "factor", "assumed", "brief", "Factor for leaders.", plausible=(0.5, 1.0)
    )
    engagement_effect: float = declare(
        0.296,
        0.0,
        2.0,
        "per sd",
        "assumed",
        "brief",
        "Log hazard of leaving per standard deviation of engagement, downwards.",
        plausible=(0.15, 0.5),
    )
    follow: float = declare(
        0.254,
        0.0,
        5.0,
        "share",
        "assumed",
        "li2020; brief",
        "How much likelier people are to leave after their own leader did, an average leader.",
        plausible=(0.2, 0.6),
    )
    follow_months: float = declare(
        6.0,
        0.0,
        36.0,
        "months",
        "assumed",
        "brief",
        "For how long they are.",
    )
    mentee_factor: float = declare(
        0.798,
        0.0,
        2.0,
        "factor",
        "assumed",
        "brief (causal prior)",
        "Factor for people who have a mentor.",
        plausible=(0.6, 1.0),
    )
    mentor_factor: float = declare(
        0.87,
        0.0,
        2.0,
        "factor",
        "assumed",
        "brief (causal prior)",
        "Factor for mentors.",
        plausible=(0.75, 1.0),
    )
    involuntary: float = declare(
        0.00528,
        0.0,
        1.0,
        "per month",
        "assumed",
        "brief",
        "Involuntary exits.",
        plausible=(0.002, 0.006),
    )
    vacancy: float = declare(
        1.5,
        0.0,
        36.0,
        "months",
        "assumed",
        "plausible",
        "Mean months until a vacant front-line seat is filled.",
        acts="next holder",
    )
    newcomer_prior: float = declare(
        0.5,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Part of a newcomer's credibility that is the general prior; the rest is the team's.",
        acts="next holder",
    )
    history: float = declare(
        360.0,
        0.0,
        1200.0,
        "months",
        "assumed",
        "numerical",
        "Months of hiring before the start that make the tenures at the start.",
        acts="start",
    )


COLUMNS = {
    "frailty": Column("number", "lasting inclination to leave", "factor", SET, SET),
    "arrived": Column("count", "when the person came", "step", SET, STEP),
}

DRAWS = {
    "TENURE": Draw(3, "how long each holder of a seat before the start stayed", "person"),
    "EXIT": Draw(4, "whether somebody leaves, and by whose choice", "person"),
    "VACANCY": Draw(5, "how long a seat is vacant", "person"),
}

MEASURES = {
    "exits": Measure("people", True, "people who left in the month", headline=14),
    "headcount": Measure("people", False, "occupied seats"),
    "vacancies": Measure("people", False, "vacant seats"),
    "voluntary_exits": Measure("people", True, "people who left by their own choice"),
    "team_exits": Measure(
        "people", True, "people who left, by their own choice, teams whose leader left lately"
    ),
    "team_months": Measure(
        "months", True, "months that people spent in teams whose leader left lately"
    ),
    "hires": Measure("people", True, "people hired from outside"),
    "turnover_money": Measure("thousand", True, "cost of replacing those who left"),
}
