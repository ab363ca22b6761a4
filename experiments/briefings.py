"""Keep abreast: how often to brief leaders, and stories against data points.

Question
--------
Leaders must be kept abreast of mentoring: what it is, how it goes, and success stories. Do
briefings keep mentoring alive? How often is enough, and can it be too often? Do stories do more
than data points, and are both better than either?

Design
------
Briefings never, and every 1, 2, 3, 4, 6, 12 and 24 months; and briefings that give stories only,
data points only, knowledge only, or the usual third of each. Fifteen years, on the same luck.

Rule
----
Briefings count if practice in the last year is a point higher, and engagement .01 standard
deviations, than with none. Oftener is better if monthly ones give a point more than quarterly ones;
once a year is not enough if it gives a point less than quarterly ones. Stories do more than data,
and both more than either, by half a point.

Source
------
The practitioner's text, action 8: keep leaders abreast; success stories against data points.
"""

from common import Experiment, Found, Pictures, dose, world

from simulation.answers.claims import END, Claim

INTERVALS = (1, 2, 3, 4, 6, 12, 24)
KINDS = {"stories": (0.0, 1.0, 0.0), "data": (0.0, 0.0, 1.0), "knowledge": (1.0, 0.0, 0.0)}
PARTS = ("briefings.knowledge", "briefings.story", "briefings.data_point")
EVERY = {f"every-{months}": f"Briefings every {months} months" for months in INTERVALS}
TITLES = EVERY | {"every-1": "Monthly briefings", "every-12": "A briefing a year"}
TITLES |= {f"only-{kind}": f"Briefings of {kind} only" for kind in KINDS}
OWN = [
    *(world(f"every-{m}", **{"briefings.interval": float(m)}) for m in INTERVALS),
    *(
        world(f"only-{kind}", **dict(zip(PARTS, parts, strict=True)))
        for kind, parts in KINDS.items()
    ),
]
CLAIMS = (
    *(
        Claim("briefings keep mentoring alive", "no-briefings", "baseline", what, END, falls=True)
        for what in ("practice", "engagement")
    ),
    Claim(
        "briefings keep programmes going", "no-briefings", "baseline", "survival", END, True, 5.0
    ),
    Claim("oftener is better", "every-1", "every-3", "practice", END),
    Claim("once a year is not enough", "every-12", "every-3", "practice", END, falls=True),
    Claim("stories do more than data", "only-stories", "only-data", "practice", END, bar=0.5),
    Claim("stories do more than data", "only-stories", "only-data", "engagement", END),
    Claim("both do more than either", "baseline", "only-stories", "practice", END, bar=0.5),
    Claim("both do more than either", "baseline", "only-data", "practice", END, bar=0.5),
    Claim("both do more than either", "baseline", "only-knowledge", "practice", END, bar=0.5),
)


def shown(found: Found) -> Pictures:
    """Return practice, engagement and hours over the months between briefings."""
    names = ("Practice given survival (%)", "Engagement (sd)", "Leaders' hours a year")
    points = {name: {"": {m: f"every-{m}" for m in INTERVALS}} for name in names}
    figure = dose(
        found, points, ("practice", "engagement", "hours"), "Months between briefings", ""
    )
    return {"interval": (figure, "What briefings bring and cost, by how often they are.")}


EXPERIMENT = Experiment(
    "briefings", __doc__, ["baseline", "no-briefings", *OWN], CLAIMS, shown, titles=TITLES
)

if __name__ == "__main__":
    EXPERIMENT.command()
