"""Be present: who notices an absence, after how long, and whether ownership permeates.

Question
--------
Leaders must be present. If they stop visiting, after how long do people notice, and on which level
first? What does it cost in engagement and practice, and does it matter for how long? Does what
leaders own by being present permeate to those whom they do not visit, and does presence create
value and keep programmes going?

Design
------
No visits for 3, 6 and 12 months from month 60 on; fewer visits for good, in steps; visits by the
top two levels alone; and leaders who are hardly ever seen, or who never follow up a visit. Each
against `baseline`, on the same luck, for fifteen years.

Rule
----
An absence is noticed within weeks if half of all people have noticed it in its second month. It is
felt if engagement falls by .01 standard deviations in the year after. A longer absence costs more
by as much. Ownership permeates if visits by the top two levels alone lift ownership on the front
line by a point over no visits at all. Presence keeps programmes going if, where leaders are hardly
ever seen, five programmes in a hundred more stop.

Source
------
The practitioner's text, action 4: be present; absence is noticed, presence creates value and
ownership, which must be anchored in several layers.
"""

from common import EVENT, Experiment, Found, Pictures, dose, lever, over_time, world

from simulation.answers.claims import END, SECOND, Claim, Estimate, Window, Worlds, claims

ABSENCES = {
    "absence-6-months": "No visits for 6 months",
    "absence-3-months": "No visits for 3 months",
    "absence-12-months": "No visits for a year",
}
TITLES = {
    "visits-by-the-top": "Visits by the top two levels alone",
    "no-visits-ever": "No visits at all",
    "no-follow-up": "Visits that are never followed up",
}
SHARES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)  # visits made, of those expected
FRONT = "ownership_level_4"
SECOND_MONTH = Window("in the second month", EVENT + 1, EVENT + 2)
NONE, TOP = "no-visits-ever", "visits-by-the-top"
MADE = [
    world(
        f"absence-{months}-months",
        events=[{"type": "presence_change", "share": 0.0, "months": months}],
    )
    for months in (3, 12)
]
STEPS = [world(f"visits-{share:g}", events=[lever("presence.level", share)]) for share in SHARES]
EVER = [
    world(NONE, **{"presence.level": 0.0}),
    world(
        TOP,
        events=[lever("presence.level", 1.0, level=k, month=1) for k in (0, 1)],
        **{"presence.level": 0.0},
    ),
]


def noticed(worlds: Worlds, case: str = "absence-6-months") -> Estimate:
    """Return how many per cent have noticed an absence in its second month."""
    return worlds.mean("absence_noticed", case, SECOND_MONTH)


CLAIMS = (
    Claim("an absence is noticed within weeks", "absence-6-months", bar=50.0, split=50.0,
          estimate=noticed, asked=("people who have noticed in the second month", "points")),
    *claims("an absence is felt", [*ABSENCES], falls=True),
    *claims("an absence is felt", [*ABSENCES], falls=True, window=SECOND),
    Claim("a longer absence costs more", "absence-12-months", "absence-3-months", falls=True),
    *(Claim("ownership permeates", TOP, NONE, what, END) for what in (FRONT, "ownership")),
    Claim("presence creates value", "absent-leaders", "baseline", "visible_value", END, falls=True),
    *(Claim("being seen engages", "absent-leaders", measure=what, window=END, falls=True)
      for what in ("engagement", "practice")),
    Claim("presence keeps programmes going", "absent-leaders", measure="survival", window=END,
          falls=True, bar=5.0),
    Claim("a visit counts only if followed up", "no-follow-up", window=END, falls=True),
)  # fmt: skip


def shown(found: Found) -> Pictures:
    """Return engagement by month, who notices by level, and what fewer visits do."""
    points = {
        name: {"": {share: f"visits-{share:g}" for share in SHARES}}
        for name in ("Engagement (sd)", "Practice given survival (%)", "Never stopped (%)")
    }
    figure = dose(
        found, points, ("engagement", "practice", "survival"), "Visits made, of those expected", ""
    )
    return {
        "absence": (over_time(found, "engagement", ABSENCES), "Engagement under absences."),
        "visits": (figure, "Engagement, practice and survival over the visits that are made."),
    }


EXPERIMENT = Experiment(
    "presence",
    __doc__,
    ["baseline", "absence-6-months", *MADE, *STEPS, *EVER, "absent-leaders",
     world("no-follow-up", **{"presence.follow_up": 0.0})],
    CLAIMS,
    shown,
    titles=ABSENCES | TITLES,
)  # fmt: skip

if __name__ == "__main__":
    EXPERIMENT.command()
