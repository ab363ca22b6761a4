"""Which unknown parameters practice and trust hang on.

Question
--------
Of all uncertain parameters, over their whole plausible ranges: which ones move how many people
practise mentoring after ten years, and which ones move how far leaders are believed? How much of
what single runs show is chance?

Design
------
The baseline on 400 people over ten years. Morris' screening of all uncertain parameters (16
trajectories), then Sobol' indices of the eight that matter most on Saltelli's design (128 base
samples), four replications of each point on shared luck. The outcome is the mean of the last twelve
months. The method stands at the head of `simulation/sensitivity.py`.

Reading
-------
*First order* is the part of the variance that a parameter explains by itself, *total* with all its
interactions; both leave chance out. The ranges are those before calibration: what the patterns pin
varies less than here (see [calibration](../calibration/README.md)).

Source
------
Morris (1991), Saltelli and others (2010), Jansen (1999), in `references.bib`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from common import RESULTS, markdown, page

from simulation import load_scenario
from simulation.evidence.sensitivity import Sensitivity, sensitivity, write_sensitivity

OUT, WORK = RESULTS / "sensitivity", Path("runs/sensitivity")
MEASURES = ("adoption", "credibility")
PEOPLE = 400


CAPTIONS = {
    "tornado": "in the lowest and the highest fifth",
    "indices": "Sobol' indices",
    "interactions": "interactions of pairs",
}


def told(found: Sensitivity, target: Path) -> list[str]:
    """Write one measure's tables and figures and return its part of the page."""
    name = found.measure
    write_sensitivity(found, target / name)
    return [
        f"## {name.capitalize()}",
        *found.sentences(),
        *(f"![{name.capitalize()}: {what}]({name}/{kind}.png)" for kind, what in CAPTIONS.items()),
        markdown(found.indices),
        "The first sixteen of the screening:",
        markdown(found.screening.head(16)),
    ]


def main(
    trajectories: int = 16,
    samples: int = 128,
    seed: int = 1,
    out: str | Path = OUT,
    work: str | Path = WORK,
) -> Path:
    """Run the design, or go on with it; write tables, figures and a page; return the folder."""
    target = Path(out)
    target.mkdir(parents=True, exist_ok=True)
    scenario = load_scenario("baseline").changed({"organization.people": PEOPLE})
    parts = []
    for measure in MEASURES:
        found = sensitivity(
            scenario,
            Path(work) / measure,
            measure,
            seed,
            trajectories=trajectories,
            samples=samples,
        )
        parts += told(found, target)
    (target / "README.md").write_text(page(__doc__ or "", parts), encoding="utf-8")
    return target


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--trajectories", type=int, default=16)
    parser.add_argument("--samples", type=int, default=128)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--work", type=Path, default=WORK)
    print(main(**vars(parser.parse_args())))
