"""Be role models: what one disengaged leader in the middle costs, and what an excellent one gives.

Question
--------
Leaders must be role models of excellence. What does one disengaged leader in the middle cost the
people of the branch, and what does an excellent one give them? Is an excellent one worth as much as
a disengaged one costs? What if all of the middle blocks, or leaders are poor models throughout?
Does it matter how good mentors are, and do those who had a mentor become mentors?

Design
------
In an organization of 1,555 on five levels, the leader of one seat on the middle level (43 people
with the leader's own) changes in month 60 for good: hardly acts, talks or visits, or does all of it
as far as can be. Effects are told per person of the branch: the organization's difference times
1,555 / 43. Besides: a middle level that never acts, poor models throughout, mentees who learn
to mentor twice as fast or not at all, and odds of volunteering that being mentored does not raise.

Rule
----
One leader counts if engagement of the branch falls, or rises, by .01 standard deviations in the
year after and practice by a point in five years. The two are alike if the gain is at least half of
the loss. A blocked middle and poor models cost .01 standard deviations and a point in the end.

Source
------
The practitioner's text, action 7: be role models of excellence; a disengaged middle cuts the line.
"""

from collections.abc import Callable

from common import Experiment, Found, Pictures, lever, over_time, world

from simulation.answers.claims import (
    END,
    FIVE_YEARS,
    YEAR,
    Claim,
    Estimate,
    Window,
    Worlds,
    mean_of,
)  # fmt: skip

SEAT, PER_PERSON = "7", 1555 / 43
BAD, GOOD = "one-disengaged-leader", "one-excellent-leader"
LEVERS = ("commitment.talk", "commitment.action", "presence.level")
TITLES = {
    BAD: "One leader in the middle disengages",
    GOOD: "One leader in the middle excels",
    "blocked-middle": "The whole middle level blocks",
    "no-role-models": "Leaders are poor models",
    "better-mentors": "Mentees learn twice as fast to mentor",
    "no-learning": "Mentees learn nothing of mentoring",
    "no-volunteers": "Former mentees volunteer like others",
}


def one(name: str, *values: float) -> object:
    """Return the world in which the leader of the seat talks, acts and visits otherwise."""
    told = zip(LEVERS, values, strict=True)
    return world(name, events=[lever(what, value, seat=SEAT) for what, value in told])


def per_person(
    case: str, measure: str, window: Window, sign: float
) -> Callable[[Worlds], Estimate]:
    """Return what a case changes per person of the branch."""
    return lambda worlds: worlds.more(measure, case, "baseline", window).times(sign * PER_PERSON)


def branch(text: str, case: str, sign: float) -> list[Claim]:
    """Return the claims that one leader moves the people of the branch, down or up."""
    asked = {"engagement": ("sd", YEAR, 0.01), "practice": ("points", FIVE_YEARS, 1.0)}
    word = "lost" if sign < 0.0 else "gained"
    return [
        Claim(text, case, window=window, bar=bar,
              estimate=per_person(case, measure, window, sign),
              asked=(f"{measure} {word} per person of the branch {window.words}", unit))
        for measure, (unit, window, bar) in asked.items()
    ]  # fmt: skip


def alike(worlds: Worlds) -> Estimate:
    """Return what an excellent leader gives, less half of what a disengaged one costs."""
    gain = worlds.each("engagement", GOOD, YEAR) - worlds.each("engagement", "baseline", YEAR)
    loss = worlds.each("engagement", "baseline", YEAR) - worlds.each("engagement", BAD, YEAR)
    return mean_of(gain - 0.5 * loss).times(PER_PERSON)


CLAIMS = (
    *branch("one disengaged leader costs the branch", BAD, -1.0),
    *branch("an excellent leader gives to the branch", GOOD, 1.0),
    Claim("an excellent leader gives what a disengaged one costs", GOOD, bar=0.0, estimate=alike,
          asked=("engagement gained, less half of what the other costs, per person", "sd")),
    *(Claim(text, case, "baseline", what, END, falls=True)
      for text, case in (("a blocked middle cuts the line", "blocked-middle"),
                         ("poor models cost", "no-role-models"))
      for what in ("practice", "engagement")),
    Claim("mentors who learn to excel bring practice", "better-mentors", "no-learning",
          "practice", END),
    Claim("having had a mentor makes mentors", "no-volunteers", "baseline", "mentors_share", END,
          falls=True),
)  # fmt: skip


def shown(found: Found) -> Pictures:
    """Return what one leader does to the whole organization's engagement and practice."""
    cases = {name: TITLES[name] for name in (BAD, GOOD)}
    return {
        what: (over_time(found, what, cases), f"One leader of 43 people: {what} of all 1,555.")
        for what in ("engagement", "practice")
    }


EXPERIMENT = Experiment(
    "role_models",
    __doc__,
    ["baseline", one(BAD, 0.05, 0.05, 0.1), one(GOOD, 0.95, 0.95, 1.5), "blocked-middle",
     "no-role-models", world("better-mentors", **{"role_models.competence_gain": 0.06}),
        world("no-learning", **{"role_models.competence_gain": 0.0}),
     world("no-volunteers", **{"role_models.volunteer_odds": 1.0})],
    CLAIMS,
    shown,
    titles=TITLES,
)  # fmt: skip

if __name__ == "__main__":
    EXPERIMENT.command()
