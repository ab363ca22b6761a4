"""Whether verdicts rest on assumptions: another rule, network, step, shape, a real organization.

Question
--------
Each claim about what leaders do was tried in one model. Does its verdict stay when people join by
thresholds, when everybody sees everybody, when peers outside the team are many, when the model
steps by weeks, when the organization is flat, tall or uneven, or a real manufacturing one?

Design
------
Every experiment on a leader action, whole, with one assumption changed at a time, on fewer
replications. The column *vectors* is from the experiments themselves: the share of accepted
parameter vectors on the claim's side. In the uneven organization a leader has 1 to 30 reports,
drawn, and some branches are twice as deep as others; its ties go anywhere.

Rule
----
A verdict *holds* if no assumption turns it: supported stays supported or unclear, not supported
stays not supported or unclear. Where one does turn it, the claim *depends on* that assumption. An
unclear verdict on few runs turns nothing.

Source
------
Which rule people join by, and whom they see, is open: `MODEL.md`, sections 2 and 9.
"""

import argparse
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from common import RESULTS, markdown, publish
from index import ACTIONS

from simulation import Scenario, load_scenario
from simulation.answers.claims import NOT_SUPPORTED, SUPPORTED, Worlds, verdict
from simulation.errors import InputError
from simulation.pictures import plates
from simulation.study.running import carry_out
from simulation.study.study import study_of

OUT, WORK, REPLICATIONS = RESULTS / "assumptions", Path("runs/experiments/assumptions"), 24
#: The real organization, which is not part of the repository: its numbers stay as committed.
REAL, DATA = "a real factory (154)", Path(__file__).parents[2] / "shared/data/manufacturing"
#: A drawn one that is as uneven as organizations are; how far from the top the next leader may be.
UNEVEN, SHUFFLED = Path("runs/experiments/uneven"), 60
SHIPPED = "as shipped"
ASSUMPTIONS: dict[str, dict[str, Any]] = {
    SHIPPED: {},
    "threshold rule": {"adoption.rule": "threshold"},
    "everybody sees all": {"peers.scope": "organization"},
    "many ties": {"organization.ties": 12.0},
    "weekly steps": {"run.steps_per_month": 4},
    "flat (span 15)": {"organization.span": 15},
    "tall (span 4)": {"organization.span": 4},
    "uneven (spans 1 to 30)": {
        "organization.chart": str(UNEVEN / "chart.csv"),
        "organization.chart_ties": str(UNEVEN / "ties.csv"),
    },
    REAL: {
        "organization.chart": str(DATA / "reportsto.csv"),
        "organization.chart_ties": str(DATA / "emails.csv"),
    },
}


def write_uneven(folder: Path, people: int = 1555, seed: int = 1) -> None:
    """Write a chart of leaders with 1 to 30 reports, and four ties a person, all drawn."""
    generator, managers, free = np.random.default_rng(seed), [""], [0]
    while len(managers) < people:
        leader = free.pop(int(generator.integers(min(len(free), SHUFFLED))))
        count = min(int(generator.geometric(1 / 6)), 30, people - len(managers))
        free += range(len(managers), len(managers) + count)
        managers += [f"p{leader}"] * count
    rows = [f"p{k},{manager}" for k, manager in enumerate(managers)]
    pairs = [f"p{a},p{b}" for a, b in generator.integers(people, size=(2 * people, 2)) if a != b]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "chart.csv").write_text("\n".join(["employee,manager", *rows, ""]), "utf-8")
    (folder / "ties.csv").write_text("\n".join(["one,other", *pairs, ""]), "utf-8")


def worlds() -> list[Scenario]:
    """Return the shipped baseline under each assumption that can be had everywhere."""
    write_uneven(UNEVEN)
    usual = load_scenario("baseline")
    return [
        usual.changed(made).changed(name=f"baseline, {name}")
        for name, made in ASSUMPTIONS.items()
        if name != REAL
    ]


def possible(scenario: Scenario) -> bool:
    """Return whether a scenario can be run: an organization may lack a seat or a level."""
    try:
        return bool(study_of([scenario], 1))
    except InputError:
        return False


def tried(name: str, assumption: str, replications: int, work: Path | None) -> list[dict[str, Any]]:
    """Return the first case of each claim of an action under an assumption, if it can be asked."""
    experiment = importlib.import_module(name).EXPERIMENT
    scenarios = [one for one in experiment.scenarios(ASSUMPTIONS[assumption]) if possible(one)]
    study, known = study_of(scenarios, 1), {one.name for one in scenarios}
    out = work / f"{name}-{study.digest}" if work else None
    worlds = Worlds(carry_out(study, replications, out=out).table)
    rows: dict[str, dict[str, Any]] = {}
    for claim in experiment.claims:
        asked = {claim.case, claim.against} <= known and worlds.has(claim.measure)
        if claim.text in rows or not asked:
            continue
        one = claim.finding(worlds, {})
        told = {"experiment": name, "claim": one.claim, "assumption": assumption, "unit": one.unit}
        word = verdict(one.estimate, one.bar, one.split)
        rows[claim.text] = told | one.estimate._asdict() | {"verdict": word}
    return list(rows.values())


def turned(words: pd.Series) -> list[str]:
    """Return the assumptions that turn a verdict; ``words``: verdict by assumption."""
    opposite = {SUPPORTED: NOT_SUPPORTED, NOT_SUPPORTED: SUPPORTED}.get(words[SHIPPED])
    return [name for name, word in words.items() if word == opposite]


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Return by claim what each assumption makes of it, and what the verdict depends on."""
    crossed = table.pivot(index=["experiment", "claim"], columns="assumption", values="verdict")
    order = table[["experiment", "claim"]].drop_duplicates()
    crossed = crossed.loc[[tuple(row) for row in order.to_numpy()]]
    crossed = crossed[[name for name in ASSUMPTIONS if name in crossed]].fillna("not asked")
    depends = [", ".join(turned(words)) for _, words in crossed.iterrows()]
    return crossed.assign(**{"depends on": [one or "holds" for one in depends]}).reset_index()


def main(
    replications: int = REPLICATIONS,
    out: str | Path = OUT,
    work: str | Path | None = WORK,
    names: Sequence[str] = tuple(ACTIONS),
    assumptions: Sequence[str] = tuple(ASSUMPTIONS),
) -> Path:
    """Try every claim under every assumption and write the page; return its folder."""
    write_uneven(UNEVEN)
    place, known = Path(work) if work else None, Path(out) / "table.csv"
    rows = [
        row
        for name in names
        for assumption in assumptions
        if assumption != REAL or DATA.exists()
        for row in tried(name, assumption, replications, place)
    ]
    table, note = pd.DataFrame(rows), f"{replications} pairs of runs each."
    if not DATA.exists() and known.exists():  # what cannot be run again stays as it was
        before = pd.read_csv(known)
        table = pd.concat([table, before[before["assumption"] == REAL]])
        note += " The real organization is not here: its column is as it was committed."
    found = judged(table)
    figure = plates.matrix(
        table.assign(group=table["experiment"].map(ACTIONS)),
        rows="claim",
        columns="assumption",
        word="verdict",
        note=note,
    )
    sections = [f"## Verdicts by assumption\n\n{note}", markdown(found)]
    pictures = {"assumptions": (figure, "Each claim's verdict under each assumption.")}
    tables = {"table": table, "by_assumption": found}
    return publish(Path(out), __doc__ or "", sections, tables, pictures)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--replications", type=int, default=REPLICATIONS)
    parser.add_argument("--out", type=Path, default=OUT)
    print(main(**vars(parser.parse_args())))
