"""Leaders who go: what is lost, and what notice, overlap, plans and successors save.

Question
--------
Leaders move on, retire, leave. What is lost when the chief, a line leader or the sponsor goes, in
the year after and in the second? What do notice, overlap, a named successor, an interim and a plan
spare? Is an insider better, and one who has led before? And does it matter most who comes: a
committed chief followed by an indifferent one, or the reverse?

Design
------
Each departure in month 60 against the same organization without it, on the same luck, for fifteen
years. A line leader's departure is that of all leaders on the level above the front line.

Rule
----
A departure is felt if engagement falls by .01 standard deviations in the year after. A remedy
spares something if .005 of it are saved. An insider, or one who has led before, is better if
engagement is .005 higher in the year after than under an outsider, or a novice; for line leaders
practice by half a point in five years. Who comes counts if engagement in the end is .01 apart.

Source
------
The practitioner's text, action 6: address succession; leaders move on, retire, leave.
"""

from common import Experiment, Found, Pictures, over_time, world

from simulation.answers.claims import END, FIVE_YEARS, SECOND, Claim, claims

SUDDEN, TOLD = "chief-leaves-suddenly", "chief-leaves-announced"
CHIEF, LINE = {"type": "chief_leaves"}, {"type": "leader_leaves", "level": 3}
OWN = [
    world("chief-inside", events=[CHIEF | {"successor": "inside"}]),
    world("chief-retires", events=[CHIEF | {"successor": "outside", "manner": "retired"}]),
    world("chief-dismissed", events=[CHIEF | {"successor": "outside", "manner": "dismissed"}]),
    world("line-inside", events=[LINE | {"successor": "inside"}]),
    world("line-outside", events=[LINE | {"successor": "outside"}]),
    world(
        "line-experienced", events=[LINE | {"successor": "outside", "experience": "experienced"}]
    ),
    world("line-novice", events=[LINE | {"successor": "outside", "experience": "inexperienced"}]),
    world("committed-stays", **{"commitment.talk": 0.8, "commitment.action": 0.8}),
    world("indifferent-stays", **{"commitment.talk": 0.2, "commitment.action": 0.2}),
]
TITLES = {
    SUDDEN: "The chief, suddenly, an outsider follows",
    TOLD: "The chief, announced 6 months before",
    "chief-overlap": "Announced, both together for 2 months",
    "chief-named-successor": "Announced, successor named",
    "chief-interim": "Suddenly, an interim stands in",
    "chief-inside": "Suddenly, an insider follows",
    "chief-retires": "The chief retires",
    "chief-dismissed": "The chief is dismissed",
    "line-inside": "Front-line leaders, insiders follow",
    "line-outside": "Front-line leaders, outsiders follow",
    "line-experienced": "Front-line leaders, followed by experienced outsiders",
    "line-novice": "Front-line leaders, followed by outsiders who never led",
    "sponsor-leaves": "The sponsor",
    "committed-then-indifferent": "A committed chief, then an indifferent one",
    "indifferent-then-committed": "An indifferent chief, then a committed one",
}
COMES = "it matters who comes"
FELT = [SUDDEN, "chief-inside", TOLD, "chief-retires", "chief-dismissed", "line-outside",
        "line-inside", "sponsor-leaves"]  # fmt: skip
SPARES = {
    "notice spares": (TOLD, SUDDEN),
    "overlap spares": ("chief-overlap", TOLD),
    "a named successor spares": ("chief-named-successor", TOLD),
    "an interim spares": ("chief-interim", SUDDEN),
    "a plan spares": ("chief-leaves-plan", "chief-leaves"),
    "a chief from inside is better": ("chief-inside", SUDDEN),
    "a line leader from inside is better": ("line-inside", "line-outside"),
    "a line leader who has led is better": ("line-experienced", "line-novice"),
}
CLAIMS = (
    *claims("a departure is felt", FELT, falls=True),
    *claims("a departure is felt in the second year", FELT, falls=True, window=SECOND),
    *(Claim(text, *pair, bar=0.005) for text, pair in SPARES.items()),
    *(Claim(text, *pair, "practice", FIVE_YEARS, bar=0.5) for text, pair in SPARES.items()),
    *(Claim(COMES, "committed-then-indifferent", "committed-stays", what, END, falls=True)
      for what in ("engagement", "practice")),
    *(Claim(COMES, "indifferent-then-committed", "indifferent-stays", what, END)
      for what in ("engagement", "practice")),
)  # fmt: skip


def shown(found: Found) -> Pictures:
    """Return engagement and practice by month after each departure."""
    cases = {name: TITLES[name] for name in (*FELT, "chief-overlap", "chief-named-successor",
                                             "chief-interim", "line-novice")}  # fmt: skip
    return {
        what: (over_time(found, what, cases), f"{what.capitalize()} after departures, by month.")
        for what in ("engagement", "practice")
    }


EXPERIMENT = Experiment(
    "handovers",
    __doc__,
    ["baseline", "planned", SUDDEN, TOLD, "chief-overlap", "chief-named-successor", "chief-interim",
     "chief-leaves", "chief-leaves-plan", "sponsor-leaves", "committed-then-indifferent",
     "indifferent-then-committed", *OWN],
    CLAIMS,
    shown,
    titles=TITLES,
)  # fmt: skip

if __name__ == "__main__":
    EXPERIMENT.command()
