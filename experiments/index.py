"""The index of all results: each claim of the text in one row, as a paper would say it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from common import others, spelled
from sensitivity import CASES, KINDS, folder_of

from simulation import words
from simulation.answers.claims import DEPENDS, NOT_SUPPORTED, SUPPORTED, UNCLEAR, Estimate

#: Folder to what it is headed by, in the order of the page.
ACTIONS = {
    "commitment": "Action 2: commit in talk and in action",
    "invitation": "Action 3: invite and share the vision",
    "presence": "Action 4: be present",
    "infrastructure": "Action 5: build infrastructure",
    "survival": "Actions 4 to 6: what keeps a programme alive",
    "handovers": "Action 6: secure succession (leaders)",
    "succession": "Action 6: secure succession (mentoring leads)",
    "role_models": "Action 7: be role models",
    "briefings": "Action 8: keep abreast",
}
BEYOND = {
    "sensitivity": "What engagement and practice hang on",
    "commitment_by_visibility": "Commitment by visibility",
    "ramps": "Up and down again: hysteresis or lag",
    "size_and_shape": "Size and shape of the organization",
    "assumptions": "Structural assumptions",
    "contagion": "Against theory: simple and complex contagion",
    "chance": "Against theory: closed forms and exact chains",
    "published_simulations": "Against published simulations",
}
#: Every experiment that ``python -m experiments`` runs, in order.
ORDER = ("headline", *ACTIONS, *BEYOND)
#: Total effect from which on a parameter matters (the rule of sensitivity), and how many are named.
MATTERS, LEADING = 0.05, 4
LINKED = {"calibration": "Calibration", "own_data": "Own data", "mutants": "Seeded faults"}


def write_index(results: Path) -> Path:
    """Write ``README.md`` of the results folder from what lies in it; return it."""
    page = results / "README.md"
    page.write_text(page_of(results), encoding="utf-8")
    return page


def page_of(results: Path) -> str:
    """Return the index of a results folder."""
    verdicts = {name: _verdicts(results / name) for name in ORDER}
    turned = turned_by(results / "assumptions" / "by_assumption.csv")
    principal = pd.concat([_first(verdicts[name]) for name in ACTIONS if name in verdicts])
    parts = ["# Results", _summary(principal), _headline(verdicts["headline"]), _how()]
    for name, title in (ACTIONS | BEYOND).items():
        if (results / name / "README.md").exists():
            told = _told(verdicts[name], turned.get(name, {}))
            whole = f"[Design, rule, all cases and figures]({name}/README.md)."
            parts += [f"## {title}", told or _apart(results / name), whole]
    linked = [f"[{title}]({name}/README.md)" for name, title in LINKED.items()]
    parts.append(f"Further pages: {', '.join(linked)}.")
    return "\n\n".join(part for part in parts if part) + "\n"


def _verdicts(folder: Path) -> pd.DataFrame:
    file = folder / "verdicts.csv"
    return pd.read_csv(file) if file.exists() else pd.DataFrame()


def _first(judged: pd.DataFrame) -> pd.DataFrame:
    return judged.groupby("claim", sort=False).head(1) if len(judged) else judged


def kind(verdict: str) -> str:
    """Return a verdict without the parameter that it depends on."""
    return DEPENDS if verdict.startswith(DEPENDS) else verdict


def _summary(judged: pd.DataFrame) -> str:
    kinds = [kind(one) for one in judged["verdict"]]
    counts = {one: kinds.count(one) for one in (SUPPORTED, NOT_SUPPORTED, DEPENDS, UNCLEAR)}
    contradicted = judged[judged["verdict"] == NOT_SUPPORTED]
    lines = [
        f"Of {len(judged)} claims of the text on what leaders must do, put so that each could "
        f"fail, the model supports {counts[SUPPORTED]}, does not support {counts[NOT_SUPPORTED]}, "
        f"answers {counts[DEPENDS]} with “depends on”, and leaves {counts[UNCLEAR]} unclear."
    ]
    if len(contradicted):
        told = "; ".join(
            f"{row.claim} ({spelled(Estimate(row.value, row.low, row.high), row.unit)})"
            for row in contradicted.itertuples()
        )
        lines.append(
            f"It contradicts the text, or finds the effect too small to matter, in: {told}."
        )
    return " ".join(lines)


def _headline(judged: pd.DataFrame) -> str:
    if not len(judged):
        return ""
    return (
        "![Engagement by month under lapses, absence and every kind of succession]"
        "(headline/engagement.png)\n\nThe headline: mean engagement against the same organization "
        "without the event ([sizes and verdicts](headline/README.md))."
    )


def _how() -> str:
    return (
        "**How to read the tables.** A row is a claim, in its principal case. *Engagement* (in "
        "standard deviations) and *practice* (percentage points of people who practise mentoring, "
        "given that the programme goes on) are what the case changes over the claim's months, with "
        "95 % intervals of chance. *Vectors* is the share of accepted parameter vectors, all of "
        "which fit the known patterns, on the claim's side: how sure it is beyond chance. *Depends "
        "on* names the parameter that parts the vectors best, with the boundary, and structural "
        "assumptions that turn the verdict ([all of them](assumptions/README.md))."
    )


def turned_by(file: Path) -> dict[str, dict[str, str]]:
    """Return the structural assumptions that turn a verdict, by experiment and claim."""
    if not file.exists():
        return {}
    table = pd.read_csv(file)
    table = table[table["depends on"] != "holds"]
    return {
        str(name): dict(zip(some["claim"], some["depends on"], strict=True))
        for name, some in table.groupby("experiment")
    }


def _apart(folder: Path) -> str:
    """Return what an experiment has found that judges no claims of its own."""
    tables = {"sensitivity": leading, "assumptions": holding}
    return tables[folder.name](folder) if folder.name in tables else ""


def leading(folder: Path) -> str:
    """Return what each outcome hangs on most: parameters whose total effect is clearly there."""
    rows = []
    for name, (heading, *_) in CASES.items():
        for kind_of, over in KINDS.items():
            own = folder / folder_of(name, over)
            if not own.exists():
                continue
            indices = pd.read_csv(own / "indices.csv")
            matter = indices[indices["total_low"] > MATTERS]
            told = [
                f"`{row.parameter}` {_percent(row.total)} ({_percent(row.total_low)} to "
                f"{_percent(row.total_high)})"
                for row in matter.itertuples()
            ]
            rows.append((heading, kind_of, ", ".join(told[:LEADING]) or "nothing clearly"))
    told = (
        "How much of what can be foreseen of an outcome is each parameter's, with all its "
        "interactions (total Sobol' index, 95 % interval); only those whose interval lies above "
        f"{_percent(MATTERS)}, {LEADING} at most."
    )
    return f"{told}\n\n{words.markdown(['Outcome', 'Of', 'Most hangs on'], rows)}" if rows else ""


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f} %"


def holding(folder: Path) -> str:
    """Return how many verdicts hold under every structural assumption, and which do not."""
    table = pd.read_csv(folder / "by_assumption.csv")
    tried = list(table.columns[3:-1])
    turned = table[table["depends on"] != "holds"]
    listed = "".join(f"\n* {row.claim}: {row[-1]}" for row in turned.itertuples(index=False))
    return (
        f"Tried with {', '.join(tried)}: of {len(table)} verdicts {len(table) - len(turned)} hold "
        f"whatever is assumed. Turned by what stands behind them:\n{listed}"
    )


def _told(judged: pd.DataFrame, turned: dict[str, str]) -> str:
    if not len(judged):
        return ""
    rows = []
    for claim, cases in judged.groupby("claim", sort=False):
        first = cases.iloc[0]
        verdict = (
            f"**{kind(first['verdict'])}**{others(cases['verdict'][1:]).replace(' Of', '; of')}"
        )
        rows.append(
            (
                f"{claim} ({first['case']})",
                verdict.rstrip("."),
                _effect(first, "engagement"),
                _effect(first, "practice"),
                "" if np.isnan(first["vectors"]) else f"{100 * first['vectors']:.0f} %",
                "; ".join(filter(None, (boundary(first), turned.get(str(claim), "")))),
            )
        )
    header = ["Claim", "Verdict", "Engagement", "Practice", "Vectors", "Depends on"]
    return words.markdown(header, rows)


def _effect(row: pd.Series, what: str) -> str:
    if what not in row or np.isnan(row[what]):
        return ""
    return spelled(Estimate(row[what], row[f"{what}_low"], row[f"{what}_high"]))


def boundary(row: pd.Series) -> str:
    """Return what a claim depends on: the parameter, from where on, and how well that parts."""
    if not row["verdict"].startswith(DEPENDS) or np.isnan(row["boundary"]):
        return ""
    side = "above" if row["holds_above"] else "below"
    return (
        f"`{row['separated_by']}`: holds {side} {words.number(row['boundary'])} "
        f"({100 * row['parted_rightly']:.0f} % of vectors parted rightly)"
    )
