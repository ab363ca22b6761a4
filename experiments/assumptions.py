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

import importlib
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
from common import RESULTS, command_line, markdown, publish
from index import ACTIONS

from simulation import Scenario, load_scenario
from simulation.answers.assumptions import judged, tried
from simulation.organizations.uneven import write_uneven
from simulation.pictures import plates

OUT, WORK, REPLICATIONS = RESULTS / "assumptions", Path("runs/experiments/assumptions"), 24
#: The real organization, which is not part of the repository: its numbers stay as committed.
REAL, DATA = "a real factory (154)", Path(__file__).parents[2] / "shared/data/manufacturing"
UNEVEN = Path("runs/experiments/uneven")
SHIPPED = "as shipped"
ASSUMPTIONS: dict[str, dict[str, Any]] = {
    SHIPPED: {},
    "threshold rule": {"adoption.rule": "threshold"},
    "everybody sees all": {"peers.scope": "organization"},
    "many ties": {"organization.ties": 12.0},
    "weekly steps": {"run.steps_per_month": 4},
    "flat (span 15)": {"organization.span": 15},
    "tall (span 4)": {"organization.span": 4},
    "uneven (spans 1 to 30)": {"organization.chart": str(UNEVEN / "chart.csv"),
                               "organization.chart_ties": str(UNEVEN / "ties.csv")},
    REAL: {"organization.chart": str(DATA / "reportsto.csv"),
           "organization.chart_ties": str(DATA / "emails.csv")},
}  # fmt: skip


def worlds() -> list[Scenario]:
    """Return the shipped baseline under each assumption that can be had everywhere."""
    write_uneven(UNEVEN)
    usual = load_scenario("baseline")
    return [
        usual.changed(made).changed(name=f"baseline, {name}")
        for name, made in ASSUMPTIONS.items()
        if name != REAL
    ]


def main(
    replications: int = REPLICATIONS,
    out: str | Path = OUT,
    work: str | Path | None = WORK,
    names: Sequence[str] = tuple(ACTIONS),
    assumptions: Sequence[str] = tuple(ASSUMPTIONS),
) -> Path:
    """Try every claim under every assumption and write the page; return its folder."""
    write_uneven(UNEVEN)
    rows, known = [], Path(out) / "table.csv"
    for name, assumption in product(names, assumptions):
        if assumption != REAL or DATA.exists():
            asked = importlib.import_module(name).EXPERIMENT
            place = Path(work) / name if work else None
            made = asked.scenarios(ASSUMPTIONS[assumption])
            rows += tried(made, asked.claims, replications, place, name, assumption)
    table, note = pd.DataFrame(rows), f"{replications} pairs of runs each."
    if not DATA.exists() and known.exists():  # what cannot be run again stays as it was
        before = pd.read_csv(known)
        table = pd.concat([table, before[before["assumption"] == REAL]])
        note += " The real organization is not here: its column is as it was committed."
    found = judged(table, list(ASSUMPTIONS))
    grouped = table.assign(group=table["experiment"].map(ACTIONS))
    figure = plates.matrix(grouped, rows="claim", columns="assumption", word="verdict", note=note)
    sections = [f"## Verdicts by assumption\n\n{note}", markdown(found)]
    pictures = {"assumptions": (figure, "Each claim's verdict under each assumption.")}
    tables = {"table": table, "by_assumption": found}
    return publish(Path(out), __doc__ or "", sections, tables, pictures)


if __name__ == "__main__":
    command_line(main, __doc__ or "")
