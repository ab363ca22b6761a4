"""What the nearest published simulations found, asked of this model.

Question
--------
Black, Oliver, Benson and Kinghorn let the founder of a simulated firm leave and followed its
context for learning; Rahman and colleagues let leaders and colleagues act on employees' engagement.
Does this model, made for other ends and fitted to none of it, find the same?

Design
------
Engagement and practice stand for context for learning, which has no twin here. Leaders at the top
act at .8 (effective), .5 or .2 (ineffective) from the start and talk at .6. In month 60 the chief
leaves, an outsider follows without notice who acts at one of these; or all front-line leaders do.
*Repeatedly*: every two years, five times. Of engagement's four aspects recognition, visits (care)
and action (commitment) are raised in month 60; a best friend is an informal mentor, found twice as
often. What the model has to go by: uncertainty after a chief fades at one pace whatever the level,
and a successor who acts alike brings nothing new but a relief of old scars.

Rule
----
Something is lost or gained by .01 standard deviations of engagement in the year after, or a point
of practice in five years. One recovers quicker than another if half of the loss is regained three
months sooner. Changes bounce if the fifth costs .01 again, and end lower by the same bars in the
last year. The difference of leaders matters if the same successor is worth .01, or a point, more
after an ineffective than after an effective one, over five years.

Source
------
Black, Oliver, Benson and Kinghorn (2013), Journal of Leadership, Accountability and Ethics 10(3):
findings as its abstract gives them (seen); sizes were not seen. Rahman, Partiwi, Dewi and Wessiani
(2022), Salud, Ciencia y Tecnologia 2(S2), 188: question, roles and four aspects (seen: most of the
abstract); that each moves engagement is its premise, its results were not seen.
"""

from functools import partial

from common import EVENT, Experiment, Found, Pictures, lever, over_time, world

from simulation.answers.claims import END, FIVE_YEARS, YEAR, Claim, Estimate, Worlds, mean_of

LEVELS = {"effective": 0.8, "middling": 0.5, "ineffective": 0.2}
OUTSIDE = {"successor": "outside", "notice": 0, "successor_talk": 0.6}
CHIEF, LINE = {"type": "chief_leaves"}, {"type": "leader_leaves", "level": 3}


def to(event: dict[str, object], level: str, **more: object) -> dict[str, object]:
    """Return a departure whose successor is of a level."""
    return event | OUTSIDE | {"successor_action": LEVELS[level]} | more


#: Name to level, title and departures.
LEFT = {level: (level, f"{level.capitalize()} leaders stay", []) for level in LEVELS} | {
    f"{old}-{new}": (old, f"{old.capitalize()} chief, {new} successor", [to(CHIEF, new)])
    for old in LEVELS
    for new in LEVELS
    if "middling" in (old, new) or old == new
}
LEFT |= {
    f"line-{new}": ("middling", f"Front-line leaders leave, {new} ones follow", [to(LINE, new)])
    for new in LEVELS
}
FIVE = [to(CHIEF, "middling", month=month) for month in range(EVENT, EVENT + 120, 24)]
LEFT["repeated"] = ("middling", "Five middling chiefs in ten years", FIVE)
ALWAYS = {"commitment.talk": 0.6, "run.months": EVENT + 120}
OWN = [
    world(name, title, events=left, **ALWAYS, **{"commitment.action": LEVELS[level]})
    for name, (level, title, left) in LEFT.items()
]
OWN += [
    world("action-raised", "Leaders act more", events=[lever("commitment.action", 0.9)]),
    world("friends", "Informal mentors twice as often", **{"relationships.informal_seeking": 0.03}),
]
BOTH = {"engagement": YEAR, "practice": FIVE_YEARS}


def fifth(worlds: Worlds) -> Estimate:
    """Return what the fifth change costs: the year after it against the year before."""
    gaps = worlds.gaps("engagement", "repeated", "middling")
    return mean_of(gaps[:, 144:156].mean(axis=1) - gaps[:, 156:168].mean(axis=1))


def after_worse(worlds: Worlds, what: str) -> Estimate:
    """Return what a middling successor is worth more after an ineffective chief."""
    worse, better = (
        worlds.each(what, f"{old}-middling", FIVE_YEARS) - worlds.each(what, old, FIVE_YEARS)
        for old in ("ineffective", "effective")
    )
    return mean_of(worse - better)


def recovers(text: str, case: str, other: str, told: str) -> list[Claim]:
    """Return the claims that one case recovers sooner than another, in engagement and practice."""
    pairs = {"case": (case, case.split("-")[0]), "other": (other, other.split("-")[0])}
    return [
        Claim(text, *pairs["case"], what, bar=3.0,
              estimate=partial(Worlds.sooner, what=what, **pairs),
              asked=(f"{what}: months sooner than with {told}", "months"))
        for what in BOTH
    ]  # fmt: skip


CLAIMS = (
    *(Claim("a change of leader costs", case, case.replace("line", "middling").split("-")[0], what,
            window, True)
      for case in ("middling-middling", "effective-effective", "ineffective-ineffective",
                   "line-middling")
      for what, window in BOTH.items()),
    *recovers("high levels recover quicker", "effective-effective", "ineffective-ineffective",
              "low levels"),
    *recovers("an effective successor is recovered from quicker", "middling-effective",
              "middling-middling", "a like successor"),
    *(Claim("an effective successor leaves more than a like one", f"{who}-effective",
            f"{who}-middling", what, FIVE_YEARS)
      for who in ("middling", "line") for what in BOTH),
    Claim("repeated changes bounce", "repeated", "middling", bar=0.01, estimate=fifth,
          asked=("engagement lost by the fifth", "sd")),
    *(Claim("repeated changes end lower", "repeated", against, what, END, True)
      for against in ("middling", "middling-middling") for what in BOTH),
    *(Claim("after an ineffective leader even a like one helps", "ineffective-ineffective",
            "ineffective", what, FIVE_YEARS)
      for what in (*BOTH, "credibility")),
    *(Claim("the difference between both leaders matters", "ineffective-middling", "ineffective",
            what, FIVE_YEARS, bar=bar, estimate=partial(after_worse, what=what),
            asked=(f"{what} gained more than after an effective chief", unit))
      for what, unit, bar in (("engagement", "sd", 0.01), ("practice", "points", 1.0))),
    *(Claim("each aspect moves engagement", case, "baseline", "engagement", END)
      for case in ("action-raised", "presence-raised", "recognition-raised", "friends")),
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
        for what in BOTH
    }


WORLDS = ["baseline", "presence-raised", "recognition-raised", *OWN]
MONTHS = EVENT + 120
EXPERIMENT = Experiment("published_simulations", __doc__, WORLDS, CLAIMS, shown, MONTHS, 60)

if __name__ == "__main__":
    EXPERIMENT.command()
