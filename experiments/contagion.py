"""Simple and complex contagion: when long ties hurt.

Question
--------
Long ties speed up what one contact is enough for. Do they slow down and stop what takes two or
more, and from which share of them on? Does the model's threshold rule, on the model's network of
ties, show what Centola and Macy showed?

Design
------
People on a ring, tied to the nearest 4 or 8, and on a square grid without edges, tied to the 8
around. A share of the ties is rewired to somebody anywhere, in networks that share their luck: more
is rewired, never less. One person and all who are tied to that person begin; others act once as
many of those tied to them act as the threshold says. All of it runs in the model's engine with all
else switched off. A network *carries* a contagion when nine in ten act in the end; the *critical
share* is the one from which on it does not, found by halving. At which share half of all rings
carry one can be calculated (`simulation/evidence/contagion.py`).

Rule
----
Simple contagion is sped up if a tenth rewired saves a quarter of the months. Long ties stop a
complex one if at least half of the networks carry it unrewired and not with all ties rewired; they
slow it before if it takes at least a tenth longer at the highest share tried at which three in four
carry it. One case is more fragile than another if its critical share is two thirds or less. The
calculation is right if, at the share it names, half of the rings carry it, give or take a fifth.
Chance turns it round if, where people also act by themselves, all ties rewired save a tenth of the
months.

Source
------
Centola and Macy (2007): as thresholds rise long ties can impede diffusion, even preclude it; what
counts is the width of bridges (seen: abstracts of the article and of its working paper; their
critical shares were not seen). On a ring with 4 ties and threshold 2 one broken tie stops a wave
(seen: J. Becker's published re-implementation, 2017, with this seeding and rewiring); that a bridge
must have a (a + 1) / 2 ties for threshold a: recalled. Eckles and colleagues (2024): where people
may act below their threshold, rewiring speeds up a complex contagion too (seen: abstract; there it
is those beside somebody who acts).
"""

from pathlib import Path
from typing import Any

import pandas as pd
from common import RESULTS, command_line, markdown, publish, verdicts

from simulation.answers.claims import Finding
from simulation.evidence import contagion
from simulation.pictures import plates

RING4, RING8, GRID = "Ring, 4 ties", "Ring, 8 ties", "Grid, 8 ties"
SMALL4, SMALL8 = "Ring of a quarter, 4 ties", "Ring of a quarter, 8 ties"
THRESHOLDS = {RING4: (1, 2), RING8: (2, 3, 4), GRID: (1, 2, 3)}
SHARES = (0.0, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
SPEED, STOP = "long ties speed up a simple contagion", "long ties stop a complex contagion"
SLOW = "long ties slow a complex contagion before they stop it"
#: The claim, what should be more fragile, and than what: lattice and threshold.
FRAGILE = (
    ("the higher the threshold the fewer stop it", (RING8, 3), (RING8, 2)),
    ("the higher the threshold the fewer stop it", (GRID, 3), (GRID, 2)),
    ("the more people the fewer stop it", (RING4, 2), (SMALL4, 2)),
    ("the more people the fewer stop it", (RING8, 3), (SMALL8, 3)),
    ("the narrower the bridges the fewer stop it", (RING4, 2), (RING8, 2)),
)
LAW = ((4, 2), (8, 4), (8, 3), (8, 2))  # ties and threshold
RIGHT, CHANCE = "the critical share can be calculated", "chance turns it round"
ALONE = (0.03, 0.003)  # hazard a year of acting by oneself


def spreading(table: pd.DataFrame) -> list[Finding]:
    """Return what the shares tried say of simple and complex contagion."""
    found = []
    for (name, a), part in table.groupby(["lattice", "threshold"], sort=False):
        one, case = contagion.Dose.of(part), f"{name}, threshold {a}"
        if a == 1:
            told = ("months saved by a tenth rewired", "%", one.saved(0.1), 25.0)
            found.append(Finding(SPEED, case, *told))
            continue
        told = ("networks that no longer carry it", "points", one.stopped(), 50.0)
        found.append(Finding(STOP, case, *told))
        last = one.last_carried(0.75)
        told = (f"more months with {100 * last:g} % rewired", "%", one.longer(last), 10.0)
        found.append(Finding(SLOW, case, *told))
    return sorted(found, key=lambda one: (SPEED, STOP, SLOW).index(one.claim))


def main(
    networks: int = 40, people: int = 1000, side: int = 50, out: str | Path = RESULTS / "contagion"
) -> Path:
    """Run the experiment with so many networks of so many people; return its folder."""
    places = {RING4: (people, 4), RING8: (people, 8), SMALL4: (people // 4, 4)}
    places |= {SMALL8: (people // 4, 8)}
    lattices = {name: contagion.circle(*told) for name, told in places.items()}
    lattices[GRID] = contagion.moore(side)
    table = contagion.doses(
        {name: lattices[name] for name in THRESHOLDS}, THRESHOLDS, SHARES, networks
    )
    findings = spreading(table)
    asked = dict.fromkeys(place for _, *both in FRAGILE for place in both)
    critical = {(n, a): contagion.critical_shares(lattices[n], a, networks) for n, a in asked}
    for text, first, other in FRAGILE:
        case = f"{first[0]}, threshold {first[1]} against {other[0]}, threshold {other[1]}"
        ratio = contagion.fragility(critical[first], critical[other])
        told = ("critical shares, the other's over its", "times", ratio, 1.5)
        findings.append(Finding(text, case, *told))
    drawn = []
    for ties, a in LAW:
        case, ring = f"Ring, {ties} ties, threshold {a}", contagion.circle(people, ties)
        told = f"agreement at a share of {contagion.critical_law(people, ties, a):.2g}"
        agrees = contagion.agreement_at_law(ring, ties, a, 6 * networks)
        findings.append(Finding(RIGHT, case, told, "of 1", agrees, 0.8))
        drawn.append(contagion.beside_law(ring, ties, a, networks).assign(panel=case))
    for alone in ALONE:
        case = f"Ring, 4 ties, threshold 2, {alone:g} a year act by themselves"
        saved = contagion.saved_with_chance(lattices[RING4], 2, alone, networks)
        findings.append(Finding(CHANCE, case, "months saved, all rewired", "%", saved, 10.0))
    judged = pd.DataFrame([one.row() for one in findings])
    shares = contagion.critical_table(critical)
    shares.insert(1, "people", [lattices[name].people for name in shares["lattice"]])
    tables = {"verdicts": judged, "table": table, "critical_shares": shares}
    told = [*verdicts(judged), "## Critical shares of rewired ties", markdown(shares)]
    told.append(f"{networks} networks of each kind (of six times as many for the calculation).")
    return publish(Path(out), __doc__ or "", told, tables, shown(table, pd.concat(drawn)))


def shown(table: pd.DataFrame, law: pd.DataFrame) -> dict[str, tuple[Any, str]]:
    """Return the figures: what is carried and how fast by long ties, and the calculation."""
    label, figures = "Ties rewired (%)", {}
    for name, what, y, told in (
        ("carried", "carried", "Networks that carry it (%)", "Networks that carry a contagion"),
        ("months", "months", "Months until nine in ten act", "Months until nine in ten act"),
    ):
        curves = contagion.curves(table, what)
        figures[name] = (plates.dose(curves, x=label, y=y), f"{told}, by the share of long ties.")
    caption = "Rings that carry a contagion, simulated and calculated."
    figures["law"] = (plates.dose(law, x=label, y="Rings that carry it (%)"), caption)
    return figures


if __name__ == "__main__":
    command_line(main, __doc__ or "")
