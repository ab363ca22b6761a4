"""Build infrastructure: which resource starves first, and what a programme can do without.

Question
--------
Leaders must build an infrastructure of money, technology, people and knowledge, and keep it up as
mentoring grows. Which resource is missed most? Can plenty of the others buy back one that is
missing? Is a cut of the budget felt, and what does money for several years at a time buy?

Design
------
None, and half, of one resource from the start; a quarter less of all four; a quarter of all four;
half of the budget cut for two years from month 60 on, with money granted for one year, and for
three, at a time. Fifteen years, on the same luck.

Rule
----
A starved resource is missed if practice in the last year is a point lower, and engagement .01
standard deviations. No resource is bought back by the others if starving it costs a point more than
a quarter less of all four does. A cut is felt by a point of practice in five years. Money for years
protects if a cut under it costs half a point less, and five more programmes in a hundred survive.

Source
------
The practitioner's text, action 5: build infrastructure; commit leadership, money and time over the
long term; resources as mentoring develops and expands.
"""

from common import Experiment, Found, Pictures, dose, over_time, world

from simulation.answers.claims import END, FIVE_YEARS, Claim, claims, everywhere

RESOURCES = {"finance": "financial", "technology": "technological", "people": "human",
             "knowledge": "knowledge"}  # fmt: skip
PARTS = (0.0, 0.25, 0.5, 0.75, 1.0)
CUT = {"type": "budget_cut", "share": 0.5, "resource": "all", "months": 24}
YEARS = {"infrastructure.funding_years": 3}
STARVED = {f"starved-{name}": f"No {name} for mentoring" for name in RESOURCES}
TITLES = STARVED | {
    "cut": "Half of the budget cut for two years",
    "cut-funded": "The same, money granted for three years",
    "funded": "Money granted for three years",
}
OWN = [
    *(
        world(f"{name}-{part:g}", **{f"infrastructure.{lever}": part})
        for name, lever in RESOURCES.items()
        for part in PARTS
    ),
    world("cut", events=[CUT]),
    world("cut-funded", events=[CUT], **YEARS),
    world("funded", **YEARS),
]
MISSED = "a starved resource is missed"
CLAIMS = (
    *(Claim(MISSED, case, "baseline", "practice", END, falls=True) for case in STARVED),
    *(Claim(MISSED, case, "baseline", "engagement", END, falls=True) for case in STARVED),
    *everywhere(
        "no resource is bought back by the others",
        claims("one is not bought back by the others", list(STARVED), against="quarter-less",
               measure="practice", window=END, falls=True),
        "resources",
    ),
    *(
        Claim(f"half of one is missed: {name}", f"{name}-0.5", "baseline", "practice", END, True)
        for name in RESOURCES
    ),
    Claim("a cut is felt", "cut", "baseline", "practice", FIVE_YEARS, True),
    Claim("a cut is felt", "cut", "baseline", "engagement", FIVE_YEARS, True),
    Claim("money for years protects", "cut-funded", "cut", "practice", FIVE_YEARS, bar=0.5),
    Claim("money for years keeps programmes", "funded", "baseline", "survival", END, bar=5.0),
)  # fmt: skip


def shown(found: Found) -> Pictures:
    """Return what each resource brings, and what cuts do."""
    names = ("Practice given survival (%)", "Engagement (sd)", "Never stopped (%)")
    lines = {name: {part: f"{name}-{part:g}" for part in PARTS} for name in RESOURCES}
    figure = dose(
        found,
        dict.fromkeys(names, lines),
        ("practice", "engagement", "survival"),
        "Resource, of what is needed",
        "",
    )
    cuts = {name: TITLES[name] for name in ("cut", "cut-funded")}
    return {
        "resources": (figure, "One resource at a time, the others whole: the last year."),
        "cuts": (over_time(found, "practice", cuts), "Practice by month under a cut."),
    }


EXPERIMENT = Experiment(
    "infrastructure",
    __doc__,
    ["baseline", "quarter-less", *STARVED, *OWN],
    CLAIMS,
    shown,
    titles=TITLES,
    replications=60,
)

if __name__ == "__main__":
    EXPERIMENT.command()
