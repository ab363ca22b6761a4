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

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from common import RESULTS, markdown, page

from simulation import load_scenario
from simulation.evidence.own_data import (
    FITTED,
    RESPONDENTS,
    SERIES,
    Draw,
    Fit,
    Setting,
    fit_series,
    simulated,
)
from simulation.organizations.organization import Organization, generate_organization
from simulation.pictures import figures
from simulation.study.execution import named_executor
from simulation.study.uncertainty import accepted_vectors
from simulation.theory.parameters import declared

OUT = RESULTS / "own_data"
PEOPLE, MONTHS, AGES = (150, 1500), (24, 60), (0, 12, 36)
GAPS, ANSWERING = 1 / 6, 0.4
#: What fits without a chart take the span of control to be.
SPAN = load_scenario("baseline").parameters.organization.span
#: Ends of the groups of spans of control.
SPANS = (3, 5, 7, 10)


def truth(generator: np.random.Generator) -> dict[str, float]:
    """Return a draw of all uncertain parameters: what the fit is to find, and the rest."""
    others = accepted_vectors()
    values = others.iloc[generator.integers(len(others))].to_dict()
    for name in FITTED:
        low, high = declared()[name].plausible or (np.nan, np.nan)
        values[name] = float(generator.uniform(low, high))
    return {str(name): float(value) for name, value in values.items()}


def observed(
    values: dict[str, float],
    place: Organization,
    months: int,
    age: int,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Return the records of one organization: one run, with gaps and only some series."""
    scenario = load_scenario("baseline").changed({"run.months": age + months})
    answering = round(ANSWERING * place.people)
    setting = Setting(
        scenario,
        place,
        int(generator.integers(2**40)),
        age + 1,
        tuple(SERIES),
        (float(answering),) * months,
    )
    table = pd.DataFrame(simulated(setting, Draw(0, values)), index=range(1, months + 1))
    table[RESPONDENTS] = float(answering)
    told = [name for name in SERIES if name != "headcount"]
    kept = generator.permutation(told)[: generator.integers(2, len(told) + 1)].tolist()
    if generator.random() < 0.7:
        kept.append("headcount")
    table = table[[*kept, RESPONDENTS]]
    return table.mask(generator.random(table.shape) < GAPS)


def one_organization(seed: int, draws: int, executor: Any) -> tuple[pd.DataFrame, Fit]:
    """Return a row a parameter: what was true, what the fit says, whether it holds the truth."""
    generator = np.random.default_rng(seed)
    low, high = np.log(PEOPLE)
    people = round(float(np.exp(generator.uniform(low, high))))
    span = int(generator.integers(4, 11))
    place = generate_organization(people, span=span, seed=seed)
    months, age = int(generator.integers(MONTHS[0], MONTHS[1] + 1)), int(generator.choice(AGES))
    values = truth(generator)
    records = observed(values, place, months, age, generator)
    settings = {} if "headcount" in records else {"organization.people": people}
    found = fit_series(
        records,
        load_scenario("baseline").changed(settings),
        seed + 1,
        since_launch=age,
        draws=draws,
        executor=executor,
    )
    rows = found.posterior.assign(
        organization=seed,
        people=people,
        span=span,
        months=months,
        age=age,
        series=", ".join(name for name in SERIES if name in records),
        true=[values[name] for name in found.posterior["parameter"]],
        inside=found.inside,
        out_of_reach=", ".join(found.out_of_reach),
    )
    rows["holds"] = rows["true"].between(rows["from"], rows["to"])
    return rows, found


def coverage(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the coverage of each parameter's intervals, and of all together.

    The standard error of all together is that of organizations, within which parameters share
    their luck.
    """

    def line(name: str, some: pd.DataFrame) -> dict[str, Any]:
        each = some.groupby("organization")["holds"].mean()
        return {
            "parameter": name,
            "coverage, %": 100.0 * some["holds"].mean(),
            "standard error, %": 100.0 * each.std(ddof=1) / np.sqrt(len(each)),
            "spread left": some["spread"].median(),
        }

    names = list(dict.fromkeys(rows["parameter"]))
    lines = [line(name, rows[rows["parameter"] == name]) for name in names]
    return pd.DataFrame([*lines, line("all together", rows)])


def by_span(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the coverage by the organization's span of control, of the worst held and of all."""
    worst = str(rows.groupby("parameter")["holds"].mean().idxmin())
    spans = pd.cut(rows["span"], SPANS).map(lambda one: f"{one.left + 1:.0f} to {one.right:.0f}")
    lines = []
    for span, some in rows.groupby(spans, observed=True):
        held = some["holds"], some.loc[some["parameter"] == worst, "holds"]
        every, one = (100.0 * each.mean() for each in held)
        count = some["organization"].nunique()
        lines.append((str(span), count, one, every))
    names = ["span of control", "organizations", f"{worst}, coverage, %", "all together, %"]
    return pd.DataFrame(lines, columns=names)


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
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--organizations", type=int, default=80)
    parser.add_argument("--draws", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    print(main(**vars(parser.parse_args())))
