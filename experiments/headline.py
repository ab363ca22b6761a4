"""How engagement answers leaders: month by month, under lapses, absence and every succession.

Question
--------
How does the engagement of leaders and employees respond when leaders promise and do nothing, fall
silent, stop visiting, or leave? How large is it in the year after and in the second, and what do
notice, overlap and a named successor spare?

Design
------
Each event in month 60 against the same organization without it, on the same luck, for three years
after. All people are asked, leaders and employees alike.

Rule
----
An event is felt if engagement falls by .01 standard deviations in the year after, and still felt
in the second year by the same bar. What is done about a chief's exit spares something if at least
.005 standard deviations of the first year's loss are saved.

Source
------
The practitioner's text, actions 2, 4 and 6. Sizes to expect stand in `MODEL.md`, section 8.
"""

from common import EVENT, Experiment, Found, Pictures, over_time, world

from simulation.answers.claims import SECOND, Claim, claims

TITLES = {
    "lapse-6-months": "Leaders promise and do nothing for 6 months",
    "silence-6-months": "Leaders fall silent for 6 months",
    "honest-failure": "Leaders do nothing for 6 months and say so",
    "absence-6-months": "Leaders make no visits for 6 months",
    "chief-leaves-suddenly": "The chief leaves suddenly, an outsider follows",
    "chief-inside": "The chief leaves suddenly, an insider follows",
    "chief-leaves-announced": "Chief leaves, announced 6 months before, outsider",
    "chief-overlap": "Announced, and works beside the outsider for 2 months",
    "chief-named-insider": "The chief leaves suddenly, a named insider follows",
    "line-leaders-leave": "All front-line leaders of one branch leave",
    "sponsor-leaves": "The sponsor of mentoring leaves",
    "leads-leave": "All mentoring leads leave, no plan",
}
OUTSIDE, ANNOUNCED = "chief-leaves-suddenly", "chief-leaves-announced"
FELT, STILL = "it is felt in the year after", "it is still felt in the second year"
#: What spares engagement: the event with it, the same without, what that is called in the figure.
REMEDIES = {
    "a successor from inside spares": ("chief-inside", OUTSIDE, "an outsider"),
    "notice spares": (ANNOUNCED, OUTSIDE, "not announced"),
    "overlap spares": ("chief-overlap", ANNOUNCED, "no overlap"),
    "a named successor spares": ("chief-named-insider", "chief-inside", "not named"),
}
CHIEF = {"type": "chief_leaves", "successor": "inside"}
OWN = [
    world("chief-inside", events=[CHIEF]),
    world("chief-named-insider", events=[{**CHIEF, "named": True}]),
    world("line-leaders-leave", events=[{"type": "leader_leaves", "level": 3, "branch": 0}]),
]
SHIPPED = ["baseline", *(name for name in TITLES if name not in {one.name for one in OWN})]
CLAIMS = (
    *claims(FELT, [*TITLES], falls=True),
    *claims(STILL, [*TITLES], falls=True, window=SECOND),
    *(Claim(text, good, bad, bar=0.005) for text, (good, bad, _) in REMEDIES.items()),
)


def shown(found: Found) -> Pictures:
    """Return engagement by month, a panel an event."""
    notes = {
        name: f"{found.size(FELT, name)} in the year after\n{found.size(STILL, name)} in the second"
        for name in TITLES
    }
    beside = {good: (bad, label) for good, bad, label in REMEDIES.values()}
    figure = over_time(found, "engagement", TITLES, beside=beside, notes=notes, until=EVENT + 36)
    told = "Mean engagement less that of the same organization without the event, by month."
    return {"engagement": (figure, told)}


EXPERIMENT = Experiment(
    "headline",
    __doc__,
    [*SHIPPED, *OWN],
    CLAIMS,
    shown,
    months=EVENT + 36,
    replications=240,
    titles=TITLES,
)

if __name__ == "__main__":
    EXPERIMENT.command()
