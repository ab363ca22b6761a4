"""The groups of parameters that no mechanism owns: length, organization, peers, costs."""

from __future__ import annotations

from typing import ClassVar, Literal

from .declare import Acts, Group, declare


class Run(Group):
    """How long is simulated and in what steps."""

    acts: ClassVar[Acts] = "start"

    months: int = declare(
        120, 1, 1200, "count", "assumed", "scope", "Months simulated after month 0."
    )
    steps_per_month: int = declare(
        1, 1, 31, "count", "assumed", "scope", "Steps in a month: 1 is monthly, 4 about weekly."
    )


class OrganizationSettings(Group):
    """The generated organization, or the chart that replaces it."""

    acts: ClassVar[Acts] = "start"

    people: int = declare(
        1555,
        2,
        2000000,
        "people",
        "assumed",
        "design",
        "Seats of the generated organization.",
        needs={"organization.chart": ""},
    )
    span: int = declare(
        6,
        2,
        100,
        "people",
        "assumed",
        "design",
        "Direct reports of each leader in the generated organization.",
        plausible=(4, 12),
        needs={"organization.chart": ""},
    )
    ties: float = declare(
        4.0,
        0.0,
        20.0,
        "count",
        "assumed",
        "design",
        "Mean number of informal ties of a person outside the team.",
        plausible=(1.0, 8.0),
        needs={"organization.chart": ""},
    )
    tie_homophily: float = declare(
        0.7,
        0.0,
        1.0,
        "probability",
        "assumed",
        "design",
        "Probability that a tie stays in the branch, and likewise in the level.",
        needs={"organization.chart": ""},
    )
    structure_seed: int = declare(
        0,
        0,
        2147483648,
        "count",
        "assumed",
        "design",
        "Seed of the generated structure.",
        needs={"organization.chart": ""},
    )
    chart: str = declare(
        "",
        None,
        None,
        "path",
        "assumed",
        "input",
        "File of employees and their managers, CSV or Excel; empty: generate.",
        off="",
    )
    chart_ties: str = declare(
        "",
        None,
        None,
        "path",
        "assumed",
        "input",
        "File of pairs who work together, CSV or Excel; empty: none.",
        off="",
        needs="organization.chart",
    )
    employee: str = declare(
        "",
        None,
        None,
        "text",
        "assumed",
        "input",
        "Column of the employee; empty: found out.",
        off="",
        needs="organization.chart",
    )
    manager: str = declare(
        "",
        None,
        None,
        "text",
        "assumed",
        "input",
        "Column of the manager; empty: found out.",
        off="",
        needs="organization.chart",
    )
    hired: str = declare(
        "",
        None,
        None,
        "text",
        "assumed",
        "input",
        "Column of the hire date; empty: found out.",
        off="",
        needs="organization.chart",
    )
    level: str = declare(
        "",
        None,
        None,
        "text",
        "assumed",
        "input",
        "Column of the level; empty: found out.",
        off="",
        needs="organization.chart",
    )
    department: str = declare(
        "",
        None,
        None,
        "text",
        "assumed",
        "input",
        "Column of the department; empty: found out.",
        off="",
        needs="organization.chart",
    )
    tie_from: str = declare(
        "",
        None,
        None,
        "text",
        "assumed",
        "input",
        "Column of one end of a tie; empty: found out.",
        off="",
        needs="organization.chart_ties",
    )
    tie_to: str = declare(
        "",
        None,
        None,
        "text",
        "assumed",
        "input",
        "Column of the other end of a tie; empty: found out.",
        off="",
        needs="organization.chart_ties",
    )
    tie_weight: str = declare(
        "",
        None,
        None,
        "text",
        "assumed",
        "input",
        "Column of a tie's strength; empty: found out.",
        off="",
        needs="organization.chart_ties",
    )
    as_of: str = declare(
        "",
        None,
        None,
        "text",
        "assumed",
        "input",
        "Day to which tenure counts, as 2024-01-31; empty: the latest hire date.",
        off="",
        needs="organization.chart",
    )
    date_format: str = declare(
        "",
        None,
        None,
        "text",
        "assumed",
        "input",
        "Format of hire dates, as %d/%m/%Y; empty: found out.",
        off="",
        needs="organization.chart",
    )
    strongest: int = declare(
        4,
        0,
        1000000,
        "count",
        "assumed",
        "input",
        "Ties of the file kept a person, the strongest.",
        off=4,
        needs="organization.chart_ties",
    )
    delimiter: str = declare(
        "",
        None,
        None,
        "text",
        "assumed",
        "input",
        "Sign between the columns of the chart and the ties; empty: found out.",
        off="",
        needs="organization.chart",
    )
    encoding: str = declare(
        "",
        None,
        None,
        "text",
        "assumed",
        "input",
        "Encoding of the chart and the ties, as utf-8; empty: found out.",
        off="",
        needs="organization.chart",
    )
    sheet: str = declare(
        "",
        None,
        None,
        "text",
        "assumed",
        "input",
        "Sheet of the chart's workbook; empty: the only one that holds rows.",
        off="",
        needs="organization.chart",
    )
    ties_sheet: str = declare(
        "",
        None,
        None,
        "text",
        "assumed",
        "input",
        "Sheet of the ties' workbook; empty: the only one that holds rows.",
        off="",
        needs="organization.chart_ties",
    )
    repair: bool = declare(
        False,
        None,
        None,
        "switch",
        "assumed",
        "input",
        "Mend a few faulty rows of the chart and the ties.",
        off=False,
        needs="organization.chart",
    )


class Peers(Group):
    """Whom a person watches, and how much each counts."""

    scope: Literal["local", "organization"] = declare(
        "local",
        None,
        None,
        "choice",
        "assumed",
        "bass1969",
        "Peers are the own team, ties and boss, or the whole organization (well mixed).",
        role="constant",
    )
    team: float = declare(
        1.0, 0.0, 10.0, "weight", "assumed", "unit of the weights", "Weight of a teammate."
    )
    ties: float = declare(
        0.156,
        0.0,
        10.0,
        "weight",
        "assumed",
        "brief; dahl2014 (the direction)",
        "Weight of an informal tie (times the tie's own weight relative to the person's mean).",
        plausible=(0.05, 0.3),
    )
    boss: float = declare(
        3.92,
        0.0,
        20.0,
        "weight",
        "recalled",
        "dahl2014",
        "Weight of a boss whose observed action is above the cut.",
        plausible=(1.0, 5.0),
    )
    boss_passive: float = declare(
        1.0,
        0.0,
        20.0,
        "weight",
        "assumed",
        "as a coworker",
        "Weight of a boss whose observed action is at or below the cut.",
    )
    boss_cut: float = declare(
        0.35, 0.0, 1.0, "share", "assumed", "brief", "Action above which a boss counts as a model."
    )
    bad_relationship: float = declare(
        0.523,
        0.0,
        1.0,
        "weight",
        "assumed",
        "brief",
        "What a peer's recently failed relationship takes away.",
        plausible=(0.25, 0.75),
    )
    bad_memory: float = declare(
        6.0,
        1.0,
        36.0,
        "months",
        "assumed",
        "plausible",
        "How long a failed relationship is seen by peers.",
    )


class Costs(Group):
    """What it takes, reported beside every outcome."""

    lead: float = declare(
        5.0,
        0.0,
        1000.0,
        "thousand a month",
        "assumed",
        "plausible",
        "Pay of one mentoring lead in post.",
    )
    technology: float = declare(
        3.0,
        0.0,
        1000.0,
        "thousand a month",
        "assumed",
        "plausible",
        "Technology at full investment, per 1,000 people.",
    )
    training: float = declare(
        4.0,
        0.0,
        1000.0,
        "thousand a month",
        "assumed",
        "plausible",
        "Training at full investment, per 1,000 people.",
    )
    formal_pair: float = declare(
        0.05,
        0.0,
        100.0,
        "thousand a month",
        "assumed",
        "plausible",
        "Support of one formal relationship.",
    )
    briefing: float = declare(
        2.0, 0.0, 1000.0, "thousand", "assumed", "plausible", "One round of briefings."
    )
    invitation: float = declare(
        0.02, 0.0, 100.0, "thousand", "assumed", "plausible", "Inviting one person in a campaign."
    )
    exit: float = declare(
        15.0,
        0.0,
        1000.0,
        "thousand",
        "assumed",
        "plausible",
        "Replacing one person who left; reported apart from the programme's money.",
    )
