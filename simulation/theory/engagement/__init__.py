"""What moves engagement, in standard deviations of a survey score."""

from __future__ import annotations

from ..column import SET, Column
from ..declare import Group, declare
from ..drawn import Draw
from ..measured import Measure


class Engagement(Group):
    """What moves engagement, in standard deviations of a survey score."""

    stable_sd: float = declare(
        0.627,
        0.0,
        2.0,
        "sd",
        "assumed",
        "brief",
        "Standard deviation of the lasting part.",
        plausible=(0.45, 0.8),
        acts="next holder",
    )
    transient_sd: float = declare(
        0.597,
        0.0,
        2.0,
        "sd",
        "assumed",
        "brief",
        "Standard deviation of the passing part.",
        plausible=(0.45, 0.75),
    )
    persistence: float = declare(
        0.906,
        0.0,
        0.9999,
        "persistence per month",
        "assumed",
        "brief",
        "Autocorrelation of the passing part.",
        plausible=(0.85, 0.96),
    )
    style_sd: float = declare(
        0.398,
        0.0,
        2.0,
        "sd",
        "recalled",
        "bliese2000",
        "Standard deviation of the team's style, renewed with the leader.",
        plausible=(0.25, 0.6),
        acts="next holder",
    )
    style_disposition: float = declare(
        0.565,
        0.0,
        1.0,
        "correlation",
        "assumed",
        "brief",
        "Correlation of the team's style with its leader's disposition to act.",
        plausible=(0.4, 0.7),
        acts="next holder",
    )
    good_relationship: float = declare(
        0.245,
        -2.0,
        2.0,
        "sd",
        "assumed",
        "brief",
        "Effect of a good relationship.",
        plausible=(0.1, 0.4),
    )
    bad_relationship: float = declare(
        -0.15, -2.0, 2.0, "sd", "assumed", "brief", "Effect of a poor relationship."
    )
    credibility: float = declare(
        0.499,
        -5.0,
        5.0,
        "sd per share",
        "assumed",
        "brief",
        "Effect of credibility, relative to the reference.",
        plausible=(0.2, 1.0),
    )
    presence: float = declare(
        0.2,
        -5.0,
        5.0,
        "sd per share",
        "assumed",
        "plausible",
        "Effect of belief in presence, relative to the reference.",
        plausible=(0.0, 0.6),
    )
    action: float = declare(
        0.485,
        -5.0,
        5.0,
        "sd per share",
        "assumed",
        "brief; decuypere2021 (the sign)",
        "Effect of the action that people expect of leaders, relative to the reference.",
        plausible=(0.3, 0.6),
    )
    action_reference: float = declare(
        0.53,
        0.0,
        1.0,
        "share",
        "assumed",
        "baseline mean",
        "Expected action at which engagement is unmoved.",
    )
    top_trust: float = declare(
        0.225,
        -5.0,
        5.0,
        "sd per share",
        "assumed",
        "brief; kannan2012, fulmer2017 (sources disagree on the size)",
        "Effect of trust in the top, relative to the reference.",
        plausible=(0.05, 0.4),
    )
    top_trust_reference: float = declare(
        0.58,
        0.0,
        1.0,
        "share",
        "assumed",
        "baseline mean",
        "Trust in the top at which engagement is unmoved.",
    )
    vacant_boss: float = declare(
        -0.15, -2.0, 2.0, "sd", "assumed", "plausible", "Effect of having no boss."
    )
    new_boss: float = declare(
        -0.15,
        -2.0,
        2.0,
        "sd",
        "assumed",
        "plausible",
        "Effect of a boss just arrived, fading until break-even.",
    )
    uncertainty: float = declare(
        -0.0874,
        -2.0,
        2.0,
        "sd",
        "assumed",
        "brief",
        "Effect on everybody of an empty chair at the top, fading with the successor.",
        plausible=(-0.12, -0.05),
    )
    frustration: float = declare(
        -0.2,
        -2.0,
        2.0,
        "sd",
        "assumed",
        "plausible",
        "Effect of full frustration with an unmet search.",
    )
    mentor_loss: float = declare(
        -0.3, -2.0, 2.0, "sd", "assumed", "plausible", "Shock when a mentor leaves."
    )
    contagion: float = declare(
        0.0,
        0.0,
        1.0,
        "share",
        "assumed",
        "friedkin1990; degroot1974",
        "Part of engagement that is the peers' of the last step (weights of [peers]).",
        plausible=(0.0, 0.3),
        off=0.0,
    )
    engaged_cut: float = declare(
        0.607,
        -5.0,
        5.0,
        "sd",
        "assumed",
        "plausible; gallup2024",
        "Score above which a person counts as engaged.",
        plausible=(0.4, 0.8),
    )
    disengaged_cut: float = declare(
        -0.818,
        -5.0,
        5.0,
        "sd",
        "assumed",
        "plausible; gallup2024",
        "Score below which a person counts as actively disengaged.",
        plausible=(-1.1, -0.6),
    )


COLUMNS = {
    "stable": Column("number", "lasting part of engagement", "sd", SET, SET),
    "transient": Column("number", "passing part of engagement", "sd", SET, SET),
    "engagement": Column("number", "engagement score", "sd", SET, SET),
}

DRAWS = {
    "STYLE": Draw(7, "the style of a team under its leader", "person"),
    "ENGAGEMENT": Draw(15, "what the month brings besides", "person"),
}

MEASURES = {
    "engagement_acting_boss": Measure(
        "sd", False, "mean engagement under leaders who show more action than the average leader"
    ),
    "engagement_passive_boss": Measure(
        "sd", False, "mean engagement under leaders who show less action than the average leader"
    ),
    "engagement": Measure(
        "sd",
        False,
        "mean engagement score, in standard deviations",
        by_level=True,
        headline=2,
        drawn=True,
        compared=True,
    ),
    "engaged_share": Measure("share", False, "share of people who are engaged", headline=3),
    "disengaged_share": Measure("share", False, "share of people actively disengaged", headline=4),
}
