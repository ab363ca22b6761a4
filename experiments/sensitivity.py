"""What engagement, practice and trust hang on: what leaders do, and what is not known.

Question
--------
Of what leaders can do (talk, action, presence, recognition, reach, briefings, mentoring leads,
notice), which moves engagement, practice and credibility most, and what only together? And of all
that is not known about people and organizations, over its whole plausible range: what would one
have to know? And what decides how much a chief's exit, or broken promises, cost?

Design
------
400 people. Levers apart from uncertainties. Of eight levers over their realistic ranges Sobol'
indices on Saltelli's design (128 base samples); of all uncertain parameters Morris' screening (16
trajectories), then Sobol' indices of the eight that matter most. Four runs of each point on shared
luck, twelve where chance is most of what is seen (what is not known of a chief's exit). The
outcome is the mean of the last twelve months of ten years; for what happens in month 60, of six,
so that they are the year after, less the same of the same organization without the event on the
same luck: what the event changes, not the level. The chief's successor is an outsider, and notice
is as the lever says. The method stands in `simulation/evidence/sensitivity.py`.

Rule
----
*First order* is the part of the variance that a parameter explains by itself, *total* with all its
interactions; both leave chance out. A parameter matters if the interval of its total effect lies
above a twentieth. The ranges are those before calibration: what the patterns pin varies less than
here (see [calibration](../calibration/README.md)).

Source
------
Morris (1991), Saltelli and others (2010), Jansen (1999), in `references.bib`.
"""

from pathlib import Path
from typing import Any

from common import RESULTS, command_line, markdown, publish, world

from simulation import Scenario, load_scenario
from simulation.evidence.sensitivity import Sensitivity, sensitivity, write_sensitivity

OUT, WORK, PEOPLE, YEAR_AFTER = RESULTS / "sensitivity", Path("runs/sensitivity"), 400, 72
#: What leaders can do, and how much of it is realistic.
LEVERS: dict[str, tuple[Any, ...]] = {
    "commitment.talk": (0.1, 0.9),
    "commitment.action": (0.1, 0.9),
    "presence.level": (0.1, 1.5),
    "invitation.recognition": (0.0, 1.0),
    "invitation.reach": (0.0, 1.0),
    "briefings.interval": (1.0, 24.0),
    "succession.leads": (1, 6),
    "succession.notice": (0.0, 6.0),
}
KINDS: dict[str, Any] = {"what leaders do": LEVERS, "what is not known": ()}
EXIT = world("exit", events=[{"type": "chief_leaves", "successor": "outside"}])
#: Folder to heading, measure, scenario, what it is held against, and months.
CASES: dict[str, tuple[str, str, Scenario | str, str | None, int]] = {
    "engagement": ("Engagement after ten years", "engagement", "baseline", None, 120),
    "what_an_exit_changes": (
        "What a chief's exit changes in engagement in the year after",
        "engagement",
        EXIT,
        "baseline",
        YEAR_AFTER,
    ),
    "what_a_lapse_changes": (
        "What broken promises change in engagement in the year after",
        "engagement",
        "lapse-6-months",
        "baseline",
        YEAR_AFTER,
    ),
    "adoption": ("Practice after ten years", "adoption", "baseline", None, 120),
    "credibility": ("Credibility after ten years", "credibility", "baseline", None, 120),
}
#: Runs of each point, where four leave too much to chance.
RUNS = {"what_an_exit_changes_unknowns": 12}
CAPTIONS = {"indices": "Sobol' indices", "interactions": "interactions of pairs"}


def worlds() -> list[Scenario]:
    """Return the scenarios that the designs vary."""
    used = dict.fromkeys((*(one[2] for one in CASES.values()), "baseline"))
    return [_small(one, YEAR_AFTER) for one in used]


def _small(scenario: Scenario | str, months: int) -> Scenario:
    size = {"organization.people": PEOPLE, "run.months": months}
    return (load_scenario(scenario) if isinstance(scenario, str) else scenario).changed(size)


def folder_of(name: str, over: Any) -> str:
    """Return the folder of a case's analysis, over levers or over all that is not known."""
    return f"{name}_{'levers' if over else 'unknowns'}"


def told(found: Sensitivity, heading: str, kind: str, folder: Path, name: str) -> list[str]:
    """Write one analysis' tables and figures and return its part of the page."""
    write_sensitivity(found, folder / name)
    return [
        f"## {heading}: {kind}",
        *found.sentences(),
        *(f"![{heading}, {kind}: {what}]({name}/{one}.png)" for one, what in CAPTIONS.items()),
        markdown(found.indices),
    ]


def main(
    trajectories: int = 16,
    samples: int = 128,
    seed: int = 1,
    out: str | Path = OUT,
    work: str | Path = WORK,
) -> Path:
    """Run the designs, or go on with them; write tables, figures and a page; return the folder."""
    target, parts = Path(out), []
    for name, (heading, measure, scenario, against, months) in CASES.items():
        for kind, over in KINDS.items():
            folder = folder_of(name, over)
            found = sensitivity(
                _small(scenario, months), Path(work) / folder, measure, seed, over=over,
                against=_small(against, months) if against else None,
                trajectories=trajectories, samples=samples, replications=RUNS.get(folder, 4),
            )  # fmt: skip
            parts += told(found, heading, kind, target, folder)
    return publish(target, __doc__ or "", parts, {}, {})


if __name__ == "__main__":
    command_line(main, __doc__ or "")
