"""What the nearest published simulations found, asked of this model.

Question
--------
Black, Oliver, Benson and Kinghorn let the founder of a simulated firm leave and followed its
context for learning; Rahman and colleagues let leaders and colleagues act on employees' engagement.
Does this model, made for other ends and fitted to none of it, find the same?

Design
------
Context for learning has no twin here: engagement and practice are asked. An effective leader acts
at .8, a middling one at .5, an ineffective one at .2; talk stays at .6. The top is at one of these
levels from the start; in month 60 the chief leaves (an outsider follows, no notice) and the
successor brings one of them, or all front-line leaders leave. *Repeatedly*: every two years, five
times. Of engagement's four aspects recognition, visits (care) and action (commitment) are raised in
month 60; a best friend is read as an informal mentor, found twice as often.

Rule
----
Something is lost or gained by .01 standard deviations of engagement in the year after, or a point
of practice in five years. One recovers quicker than another if half of the loss is regained at
least three months sooner. Changes bounce if the fifth costs .01 again, and end lower if engagement
or practice is lower in the last year by the bars. A difference of leaders matters if the same
successor is worth .01, or a point, more after an ineffective than after an effective one, over five
years.

Source
------
Black, Oliver, Benson and Kinghorn (2013), Journal of Leadership, Accountability and Ethics 10(3):
the findings as its abstract gives them (seen); sizes were not seen. Rahman, Partiwi, Dewi and
Wessiani (2022), Salud, Ciencia y Tecnologia 2(S2), 188: question, roles and the four aspects (seen:
most of the abstract); that each moves engagement is its premise, its results were not seen.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from common import EVENT, Experiment, Found, Pictures, lever, over_time, world

from simulation.answers.recovery import half_recovery
from simulation.evidence.claims import (
    END,
    FIVE_YEARS,
    YEAR,
    Claim,
    Estimate,
    Window,
    Worlds,
    mean_of,
    of_mean_curves,
)

LEVELS = {"effective": 0.8, "middling": 0.5, "ineffective": 0.2}
CHIEF = {"type": "chief_leaves", "successor": "outside", "notice": 0, "successor_talk": 0.6}
LINE = {"type": "leader_leaves", "level": 3, "successor": "outside", "successor_talk": 0.6}
FOLLOWED = {
    "effective": ("effective", "middling"),
    "middling": ("effective", "middling", "ineffective"),
    "ineffective": ("ineffective", "middling"),
}
AFTER_FIFTH, BEFORE_FIFTH = Window("", 156, 168), Window("", 144, 156)


def at(level: str, name: str, title: str, *events: dict[str, object]) -> object:
    """Return the world of a level of leaders with departures."""
    levels = {"commitment.action": LEVELS[level], "commitment.talk": 0.6, "run.months": 180}
    return world(name, title, events=list(events), **levels)


def to(event: dict[str, object], level: str, **more: object) -> dict[str, object]:
    """Return a departure whose successor is of a level."""
    return event | {"successor_action": LEVELS[level]} | more


OWN = [at(level, level, f"{level.capitalize()} leaders stay") for level in LEVELS]
OWN += [
    at(old, f"{old}-{new}", f"{old.capitalize()} chief, {new} successor", to(CHIEF, new))
    for old, successors in FOLLOWED.items()
    for new in successors
]
OWN += [
    at("middling", f"line-{new}", f"All front-line leaders leave, {new} ones follow", to(LINE, new))
    for new in LEVELS
]
FIVE = [to(CHIEF, "middling", month=month) for month in range(EVENT, EVENT + 120, 24)]
OWN += [
    at("middling", "repeated", "Five middling chiefs in ten years", *FIVE),
    world("action-raised", "Leaders act more", events=[lever("commitment.action", 0.9)]),
    world("friends", "Informal mentors twice as often", **{"relationships.informal_seeking": 0.03}),
]
HURT, QUICK = "a change of leader costs", "high levels recover quicker"
SKILLED, BOUNCE = "an effective successor is recovered from quicker", "repeated changes bounce"
LOWER, LIKE = "repeated changes end lower", "after an ineffective leader even a like one helps"
DIFFER, ASPECT = "the difference between both leaders matters", "each aspect moves engagement"
BOTH = (("engagement", YEAR), ("practice", FIVE_YEARS))


def sooner(worlds: Worlds, what: str, case: str, other: str) -> Estimate:
    """Return how many months sooner half of the loss is regained than in another case."""
    pairs = [(one, one.split("-")[0]) for one in (case, other)]

    def months(first: np.ndarray, second: np.ndarray) -> float:
        return half_recovery(second, EVENT) - half_recovery(first, EVENT)

    return of_mean_curves(months, *(worlds.gaps(what, *pair) for pair in pairs))


def fifth(worlds: Worlds, what: str) -> Estimate:
    """Return what the fifth change costs: the year after it against the year before."""
    gaps = worlds.gaps(what, "repeated", "middling")
    return mean_of(
        gaps[:, BEFORE_FIFTH.months].mean(axis=1) - gaps[:, AFTER_FIFTH.months].mean(axis=1)
    )


def after_worse(worlds: Worlds, what: str) -> Estimate:
    """Return what a middling successor is worth more after an ineffective chief."""
    gain = {
        old: worlds.each(what, f"{old}-middling", FIVE_YEARS) - worlds.each(what, old, FIVE_YEARS)
        for old in ("ineffective", "effective")
    }
    return mean_of(gain["ineffective"] - gain["effective"])


def asked(text: str, case: str, against: str, what: str, how: Callable[..., Estimate],
          told: str, unit: str, bar: float) -> Claim:  # fmt: skip
    """Return a claim about something else than the difference of two worlds."""
    return Claim(text, case, against, what, FIVE_YEARS, bar=bar, estimate=partial(how, what=what),
                 asked=(f"{what}: {told}", unit))  # fmt: skip


CHANGES = {f"{level}-{level}": level for level in ("middling", "effective", "ineffective")}
CHANGES |= {"line-middling": "middling"}
CLAIMS = (
    *(
        Claim(HURT, case, against, what, window, True)
        for case, against in CHANGES.items()
        for what, window in BOTH
    ),
    *(
        asked(text, case, against, what, partial(sooner, case=case, other=other),
              f"months sooner than with {told}", "months", 3.0)
        for text, case, against, other, told in (
            (QUICK, "effective-effective", "effective", "ineffective-ineffective", "low levels"),
            (SKILLED, "middling-effective", "middling", "middling-middling", "a like successor"),
        )
        for what in ("engagement", "practice")
    ),
    *(
        Claim("an effective successor leaves more than a like one", f"{who}-effective",
              f"{who}-middling", what, FIVE_YEARS)
        for who in ("middling", "line")
        for what in ("engagement", "practice")
    ),
    asked(BOUNCE, "repeated", "middling", "engagement", fifth, "lost by the fifth", "sd", 0.01),
    *(
        Claim(LOWER, "repeated", against, what, END, True)
        for against in ("middling", "middling-middling")
        for what in ("engagement", "practice")
    ),
    *(
        Claim(LIKE, "ineffective-ineffective", "ineffective", what, FIVE_YEARS)
        for what in ("engagement", "practice", "credibility")
    ),
    *(
        asked(DIFFER, "ineffective-middling", "ineffective", what, after_worse,
              "gained more than after an effective chief", unit, bar)
        for what, unit, bar in (("engagement", "sd", 0.01), ("practice", "points", 1.0))
    ),
    *(
        Claim(ASPECT, case, "baseline", "engagement", END)
        for case in ("action-raised", "presence-raised", "recognition-raised", "friends")
    ),
)  # fmt: skip
#: Cases by what they are held against.
SHOWN = {
    "middling": ("middling-effective", "middling-middling", "middling-ineffective", "repeated",
                 "line-effective", "line-middling"),
    "ineffective": ("ineffective-ineffective", "ineffective-middling"),
}  # fmt: skip


def shown(found: Found) -> Pictures:
    """Return engagement and practice after each change, less that of the leaders who stay."""
    return {
        f"{what}_{level}": (
            over_time(found, what, {case: found.titles[case] for case in cases}, level),
            f"{what.capitalize()} less that of the same organization whose {level} leaders stay.",
        )
        for level, cases in SHOWN.items()
        for what in ("engagement", "practice")
    }


EXPERIMENT = Experiment(
    "published_simulations",
    __doc__,
    ["baseline", "presence-raised", "recognition-raised", *OWN],
    CLAIMS,
    shown,
    months=EVENT + 120,
    replications=60,
)

if __name__ == "__main__":
    EXPERIMENT.command()
