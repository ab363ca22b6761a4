"""Whether a fit to an organization's own series knows how well it knows.

Question
--------
`mentoring calibrate --data` gives each parameter an interval that should hold the true value nine
times in ten. Does it, for organizations whose true values are known?

Design
------
Synthetic organizations, each of its own size (150 to 1,500 people), structure, age of the
programme and length of records (24 to 60 months). The true values are drawn from the plausible
ranges, all other uncertain parameters from the accepted vectors. What is observed is one run:
two or more of exits, participants, share mentored and engagement, the headcount or not, a
sixth of the cells missing, four in ten people answering the pulse survey. Each is then fitted in
the usual way by an organization generated from the headcount, with new luck.

Reading
-------
*Coverage* is the share of intervals that hold the true value: 90 % is right, more says that the
intervals are wider than they need be, fewer that they promise too much. *Spread* is what is left
of the prior's standard deviation.

A fit without the organization's chart takes the scenario's span of control, whatever the
organization's own; a chart (`--chart`) tells the fit the span. Coverage is told by span too.

Source
------
Coverage as a test of Bayesian computation: Cook, Gelman and Rubin (2006), in `references.bib`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from common import RESULTS, command_line, markdown, page

from simulation.evidence.coverage import SPAN, by_span, coverage, one_organization
from simulation.pictures import figures
from simulation.study.execution import named_executor

OUT = RESULTS / "own_data"


def main(organizations: int = 80, draws: int = 2500, seed: int = 1, out: str | Path = OUT) -> Path:
    """Fit to synthetic organizations; write the table, a figure and a page; return the folder."""
    target = Path(out)
    with named_executor("threads") as pool:
        found = [one_organization(1000 * seed + k, draws, pool) for k in range(organizations)]
    rows = pd.concat([one for one, _ in found], ignore_index=True)
    target.mkdir(parents=True, exist_ok=True)
    figures.save(figures.predictive(found[0][1].predictive), target / "predictive.png")
    rows.to_csv(target / "table.csv", index=False, float_format="%.6g")
    return write_page(rows, f"{draws:,} runs for each fit, seed {seed}", target)


def write_page(rows: pd.DataFrame, how: str, target: Path) -> Path:
    """Write the coverage and the page of all fits; return the folder."""
    table = coverage(rows)
    table.to_csv(target / "coverage.csv", index=False, float_format="%.4g")
    fits = rows.groupby("organization").first()
    predicted = 100.0 * fits["inside"].mean()
    warned = int((fits["out_of_reach"].fillna("") != "").sum())
    parts = [
        "## Coverage of 90 % intervals",
        markdown(table),
        f"{len(fits)} organizations, {how}. Of the observed numbers {predicted:.0f} % lie where "
        f"nine runs in ten of the fitted model do. {warned} fits warned, without cause, that no "
        "run shows what was observed.",
        f"By the organization's span of control, where the fits take {SPAN}:",
        markdown(by_span(rows)),
        "## One fit",
        "![The records of the first organization on what its fit shows](predictive.png)",
    ]
    (target / "README.md").write_text(page(__doc__ or "", parts), encoding="utf-8")
    return target


if __name__ == "__main__":
    command_line(main, __doc__ or "")
