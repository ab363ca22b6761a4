"""Mentoring must not rest on one person: leads, bench, plan and workload, by size.

Question
--------
Mentoring leadership must replace itself. What is lost with one mentoring lead instead of three, and
what does a succession plan add: in a small organization, in one of 1,555, and in a large one? Where
does a plan stop adding? What do a bench, empowerment and overlap do when all leads leave?

Design
------
One, two, three and six mentoring leads, with a plan and without, among 154, 1,555 and 6,000 people;
and, among 1,555, all leads leaving in month 60 with no bench, a bench of three, full empowerment,
no empowerment, a plan, and an overlap of three months. Fifteen years, on the same luck.

Rule
----
It must not rest on one person if with one lead instead of three, and no plan, practice in the last
year is a point lower, or five more programmes in a hundred stop. A plan adds if practice is a point
higher with it. Bench, plan, overlap and empowerment help if practice after all leads have left is
half a point higher in five years.

Source
------
The practitioner's text, action 6: it must not rest on one person; mentoring leadership replaces
itself; leaders empower others. One post serves 100 to 250 pairs: `MODEL.md`, section 8.
"""

from itertools import product

from common import Experiment, Found, Pictures, dose, over_time, world

from simulation.answers.claims import AFTER, END, FIVE_YEARS, YEAR, Claim

SIZES, LEADS = (154, 1555, 6000), (1, 2, 3, 6)
GONE = {"type": "leads_leave"}
CALM = {"succession.plan": False, "succession.bench_start": 0.0}
LEFT = {
    "leads-leave-alone": ("All leads leave, no bench, no plan", {}, CALM),
    "leads-leave-bench": ("A bench of three", {}, CALM | {"succession.bench_start": 3.0}),
    "leads-leave-planned": ("A plan", {}, CALM | {"succession.plan": True}),
    "leads-leave-overlap": ("An overlap of 3 months", {"overlap": 3}, CALM),
    "leads-leave-empowered": ("Full empowerment", {}, CALM | {"succession.empowerment": 1.0}),
    "leads-leave-unempowered": ("No empowerment", {}, CALM | {"succession.empowerment": 0.0}),
}


def name_of(size: int, leads: int, plan: bool) -> str:
    """Return what the world of a size, so many leads, and a plan or none is called."""
    return f"{leads}-of-{size}{'-planned' if plan else ''}"


OWN = [
    world(
        name_of(size, leads, plan),
        f"{leads} lead{'s' * (leads > 1)} among {size:,}{', a plan' * plan}",
        **{"organization.people": size, "succession.leads": leads, "succession.plan": plan},
    )
    for size, leads, plan in product(SIZES, LEADS, (False, True))
]
OWN += [
    world(name, title, events=[GONE | told], **changes)
    for name, (title, told, changes) in LEFT.items()
]
ONE, ADDS = "it must not rest on one person", "a plan adds"
ALONE = "leads-leave-alone"
CLAIMS = (
    *(
        Claim(ONE, name_of(size, 1, False), name_of(size, 3, False), what, END, True, bar)
        for size in (1555, 154, 6000)
        for what, bar in (("practice", 1.0), ("survival", 5.0), ("engagement", 0.01))
    ),
    *(
        Claim(ADDS, name_of(size, leads, True), name_of(size, leads, False), "practice", END)
        for size, leads in product((1555, 154, 6000), LEADS)
    ),
    Claim("leads who leave are missed", ALONE, "baseline", "practice", FIVE_YEARS, True, 0.5),
    Claim("leads who leave are missed", ALONE, "baseline", "engagement", YEAR, True),
    *(
        Claim(f"{text} helps when leads leave", case, against, "practice", FIVE_YEARS, bar=0.5)
        for text, case, against in (
            ("a bench", "leads-leave-bench", ALONE),
            ("a plan", "leads-leave-planned", ALONE),
            ("an overlap", "leads-leave-overlap", ALONE),
            ("empowerment", "leads-leave-empowered", "leads-leave-unempowered"),
        )
    ),
    Claim("empowerment builds a bench", "leads-leave-empowered", "leads-leave-unempowered", "bench",
          AFTER, bar=0.25),
)  # fmt: skip


def shown(found: Found) -> Pictures:
    """Return practice and months without a lead over leads, what a plan adds, and what is left."""
    names = {"practice": "Practice given survival (%)", "unmet_need": "Work left undone (%)",
             "survival": "Never stopped (%)"}  # fmt: skip
    lines = {
        f"{size:,}{', planned' * plan}": {n: name_of(size, n, plan) for n in LEADS}
        for size, plan in product(SIZES, (False, True))
    }
    figure = dose(found, dict.fromkeys(names.values(), lines), list(names), "Mentoring leads", "")
    gains = {
        f"{size:,} people": {
            "": {n: (name_of(size, n, True), name_of(size, n, False)) for n in LEADS}
        }
        for size in SIZES
    }
    added = dose(found, gains, ["practice"], "Mentoring leads", "What a plan adds (points)")
    titles = {name: title for name, (title, *_) in LEFT.items()}
    return {
        "leads": (figure, "One to six mentoring leads, with a plan and without, by size."),
        "plan": (added, "What a plan adds to practice given survival, by leads and size."),
        "leaving": (over_time(found, "practice", titles), "Practice after all leads have left."),
    }


EXPERIMENT = Experiment("succession", __doc__, ["baseline", *OWN], CLAIMS, shown, replications=60)

if __name__ == "__main__":
    EXPERIMENT.command()
