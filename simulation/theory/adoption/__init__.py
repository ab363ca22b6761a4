"""Who starts and stops practising mentoring."""

from __future__ import annotations

from typing import Literal

from ..column import SET, Column
from ..declare import Group, declare
from ..drawn import Draw
from ..measured import Measure


class Adoption(Group):
    """Who starts and stops practising mentoring."""

    rule: Literal["hazard", "threshold"] = declare(
        "hazard",
        None,
        None,
        "choice",
        "assumed",
        "granovetter1978",
        "Hazard of adoption, or personal thresholds.",
        role="constant",
    )
    innovation: float = declare(
        0.0229,
        0.0,
        1.0,
        "per year",
        "seen",
        "sultan1990; vandenbulte2004",
        "Coefficient of innovation p: adoption without any peer.",
        plausible=(0.002, 0.06),
    )
    imitation: float = declare(
        2.99,
        0.0,
        20.0,
        "per year",
        "seen",
        "sultan1990; vandenbulte2004",
        "Coefficient of imitation q: adoption through the first visible peers.",
        plausible=(1.0, 4.0),
        needs={"adoption.rule": "hazard"},
    )
    saturation: float = declare(
        7.0,
        0.0,
        100.0,
        "per share",
        "assumed",
        "brief; dahl2014 (it snowballs)",
        "How soon more visible peers add nothing (kappa; 0: each adds the same).",
        plausible=(5.0, 12.0),
        off=0.0,
        needs={"adoption.rule": "hazard"},
    )
    persuasion_weight: float = declare(
        0.722,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Part of innovation that hangs on credible invitations (kT).",
        plausible=(0.5, 0.95),
    )
    heard_weight: float = declare(
        0.355,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Part of imitation that is heard of through leaders whose talk is believed (kP).",
        plausible=(0.2, 0.5),
        needs={"adoption.rule": "hazard"},
    )
    recognition_weight: float = declare(
        0.295,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Part of imitation that hangs on recognition (kR).",
        plausible=(0.1, 0.5),
        needs={"adoption.rule": "hazard"},
    )
    credibility_exponent: float = declare(
        1.31,
        0.0,
        4.0,
        "exponent",
        "assumed",
        "brief",
        "How sharply credibility gates adoption (gamma).",
        plausible=(0.5, 2.0),
    )
    infrastructure_exponent: float = declare(
        1.24,
        0.0,
        4.0,
        "exponent",
        "assumed",
        "brief",
        "How sharply infrastructure gates adoption (chi).",
        plausible=(0.5, 2.0),
    )
    currency_weight: float = declare(
        0.515,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Part of the readiness to join that hangs on being current.",
        plausible=(0.25, 0.75),
    )
    engagement_effect: float = declare(
        0.351,
        0.0,
        2.0,
        "per sd",
        "assumed",
        "brief",
        "Log hazard of adoption per sd of engagement (sigma).",
        plausible=(0.1, 0.7),
    )
    persuasion_reference: float = declare(
        0.32,
        0.01,
        1.0,
        "share",
        "assumed",
        "baseline mean",
        "Talk times credibility at which invitations work as in the sources.",
    )
    credibility_reference: float = declare(
        0.6,
        0.01,
        1.0,
        "share",
        "assumed",
        "baseline mean",
        "Credibility at which adoption and dropout run as in the sources.",
    )
    infrastructure_reference: float = declare(
        0.82,
        0.01,
        1.0,
        "share",
        "assumed",
        "baseline mean",
        "Effective capacity at which adoption runs as in the sources.",
    )
    currency_reference: float = declare(
        0.45,
        0.01,
        1.0,
        "share",
        "assumed",
        "baseline mean",
        "Currency at which adoption runs as in the sources.",
    )
    dropout: float = declare(
        0.176,
        0.0,
        2.0,
        "per year",
        "assumed",
        "brief",
        "Hazard of giving up mentoring outside a relationship.",
        plausible=(0.05, 0.3),
    )
    dropout_floor: float = declare(
        0.2,
        0.001,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Credibility and capacity below which dropout rises no further.",
    )
    ownership_protection: float = declare(
        0.512,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "By how much full ownership lowers dropout.",
        plausible=(0.25, 0.75),
    )
    initial: float = declare(
        0.0438,
        0.0,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Practising share at the start.",
        plausible=(0.02, 0.08),
        acts="start",
    )
    newcomers: float = declare(
        0.056,
        0.0,
        1.0,
        "probability",
        "assumed",
        "brief",
        "Probability that a newcomer already practises.",
        plausible=(0.0, 0.12),
        acts="next holder",
    )
    threshold_unit: Literal["share", "count"] = declare(
        "share",
        None,
        None,
        "choice",
        "assumed",
        "granovetter1978",
        "Thresholds compare with a share or a weighted count of adopting peers.",
        needs={"adoption.rule": "threshold"},
        role="constant",
    )
    threshold_law: Literal["constant", "uniform", "normal", "listed"] = declare(
        "normal",
        None,
        None,
        "choice",
        "assumed",
        "granovetter1978",
        "Distribution of personal thresholds.",
        needs={"adoption.rule": "threshold"},
        role="constant",
        acts="next holder",
    )
    threshold_mean: float = declare(
        0.3,
        -1000.0,
        1000.0,
        "share",
        "assumed",
        "granovetter1978",
        "Mean personal threshold.",
        plausible=(0.1, 0.6),
        needs={"adoption.threshold_law": ("constant", "uniform", "normal")},
        acts="next holder",
    )
    threshold_spread: float = declare(
        0.15,
        0.0,
        1000.0,
        "share",
        "assumed",
        "granovetter1978",
        "Standard deviation of thresholds (normal), or half their range (uniform).",
        needs={"adoption.threshold_law": ("uniform", "normal")},
        acts="next holder",
    )
    thresholds: tuple[float, ...] = declare(
        (),
        None,
        None,
        "list",
        "assumed",
        "granovetter1978",
        "Listed thresholds, one a seat, repeated from the first when there are more seats.",
        needs={"adoption.threshold_law": "listed"},
        role="constant",
        acts="start",
    )


COLUMNS = {
    "threshold": Column("number", "share of peers at which the person adopts", "share", SET, SET),
    "adopter": Column("count", "whether the person practises mentoring", "switch", SET, SET),
}

DRAWS = {
    "ADOPTION": Draw(10, "whether somebody enquires, and joins", "person"),
    "DROPOUT": Draw(11, "whether somebody stops practising", "person"),
}

MEASURES = {
    "adoption": Measure(
        "share",
        False,
        "share of people who practise mentoring",
        by_level=True,
        headline=1,
        drawn=True,
        compared=True,
    ),
    "joins_peers": Measure("people", True, "people who joined through peers"),
    "dropouts": Measure("people", True, "people who stopped practising"),
}
