"""What the experiments share: intervals, verdicts that follow from them, and the files written.

Every statistic is put so that the claim says "at least so much". A claim is *supported* when
the 95 % interval lies wholly at or above that bar, *not supported* when it lies wholly below,
and *unclear* otherwise: the bar is the smallest effect that would matter to somebody who has
to decide, so that a real but trifling effect is not called support. Where accepted vectors were
asked as well, *supported* also needs nine in ten of them to have the claim's sign; else it
*depends*, on what is not known of the parameters.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import platform
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simulation import Runs, Scenario, load_scenario, words
from simulation.pictures import figures, summaries

__all__ = [
    "RESULTS",
    "Estimate",
    "Finding",
    "arguments",
    "chosen",
    "compact",
    "markdown",
    "mean_of",
    "of_mean_curves",
    "page",
    "proportion",
    "share_difference",
    "told",
    "verdict",
    "write",
]

RESULTS = Path(__file__).resolve().parent.parent / "results"
SUPPORTED, NOT_SUPPORTED, UNCLEAR = "supported", "not supported", "unclear"
DEPENDS = "depends"
#: The share of accepted vectors that "supported" needs.
MOST_VECTORS = 0.9
#: Twenty years, so that what an event in month 60 does can be followed for fifteen.
LENGTH = {"run.months": 240}


class Estimate(NamedTuple):
    """A number with its 95 % interval; NaN ends when it cannot be told from these runs."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> Estimate:
        """Return the estimate in another unit (a positive factor)."""
        return Estimate(*(factor * number for number in self))


def verdict(estimate: Estimate, bar: float, share: float = math.nan) -> str:
    """Return whether "at least the bar" is supported, not supported, unclear, or depends.

    ``share`` is that of the accepted vectors which have the claim's sign; NaN: not asked.
    """
    if np.isnan([estimate.low, estimate.high]).any():
        return UNCLEAR
    if estimate.low >= bar:
        return DEPENDS if share < MOST_VECTORS else SUPPORTED
    return NOT_SUPPORTED if estimate.high < bar else UNCLEAR


class Finding(NamedTuple):
    """A claim on trial in one case: what was measured, and the least that would support it.

    ``share`` is that of the accepted vectors which have the claim's sign; NaN: not asked.
    """

    claim: str
    case: str
    measured: str
    unit: str
    estimate: Estimate
    bar: float
    share: float = math.nan

    def row(self) -> dict[str, Any]:
        """Return the finding as a row of the table of verdicts."""
        return {
            "claim": self.claim,
            "case": self.case,
            "measured": self.measured,
            "unit": self.unit,
            **self.estimate._asdict(),
            "at_least": self.bar,
            "share": self.share,
            "verdict": verdict(self.estimate, self.bar, self.share),
        }


def mean_of(values: Any) -> Estimate:
    """Return the mean over replications with its Student-t interval."""
    return Estimate(*summaries.interval(values))


def proportion(values: Any) -> Estimate:
    """Return the share of ones among zeros and ones, with its exact interval (Clopper, Pearson)."""
    from scipy.stats import binomtest

    count, ones = len(values), round(float(np.sum(values)))
    ends = binomtest(ones, count).proportion_ci(method="exact")
    return Estimate(ones / count, float(ends.low), float(ends.high))


def share_difference(values: Any) -> Estimate:
    """Return the mean difference of two shares: -1, 0 or 1 in each replication.

    Where every replication gave the same, no spread can be estimated: the interval is then as
    wide, either way, as the exact one of a share that was never seen.
    """
    numbers = np.asarray(values, dtype=float)
    if np.ptp(numbers) > 0.0:
        return mean_of(numbers)
    value, half = float(numbers[0]), 1.0 - 0.025 ** (1.0 / len(numbers))
    return Estimate(value, value - half, value + half)


def told(estimate: Estimate, lost: Estimate) -> Estimate:
    """Return an estimate of how a loss went, or nothing where the loss itself may be chance."""
    return estimate if lost.low > 0.0 else Estimate(np.nan, np.nan, np.nan)


def of_mean_curves(
    statistic: Callable[..., float], *curves: np.ndarray, resamples: int = 1000
) -> Estimate:
    """Return a statistic of mean curves with its interval: ``summaries.of_mean_curves``."""
    return Estimate(*summaries.of_mean_curves(statistic, *curves, resamples=resamples))


def chosen(shipped: str, changes: Mapping[str, Any] | None = None, **own: Any) -> Scenario:
    """Return a shipped scenario over twenty years, with changes that hold for all and its own."""
    return load_scenario(shipped).changed({**LENGTH, **(changes or {}), **own})


# --- files -----------------------------------------------------------------------------


def arguments(description: str, replications: int, out: Path) -> dict[str, Any]:
    """Return what the command line asks for, as keywords of a script's ``main``."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--replications", type=int, default=replications)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=out)
    return vars(parser.parse_args())


def write(
    folder: str | Path,
    document: str,
    findings: Sequence[Finding],
    table: pd.DataFrame,
    pictures: Mapping[str, tuple[Any, str]],
    runs: Runs,
    shown: pd.DataFrame | None = None,
) -> Path:
    """Write verdicts, table, figures, manifest and a page with all of it; return the folder.

    Parameters
    ----------
    folder : path
    document : str
        The script's docstring: title, then what the page says before the verdicts.
    findings : sequence of Finding
    table : DataFrame
        The numbers, in the units shown.
    pictures : mapping
        File name to figure and caption.
    runs : Runs
    shown : DataFrame, optional
        How the page shows the table; default: as it is.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    judged = pd.DataFrame([finding.row() for finding in findings])
    judged.to_csv(target / "verdicts.csv", index=False, float_format="%.6g")
    table.to_csv(target / "table.csv", index=False, float_format="%.6g")
    for name, (figure, _) in pictures.items():
        figures.save(figure, target / name)
    stated = json.dumps(short_manifest(runs), indent=1, allow_nan=False)
    (target / "manifest.json").write_text(stated + "\n", encoding="utf-8")
    text = _page(document, judged, table if shown is None else shown, pictures, runs)
    (target / "README.md").write_text(text, encoding="utf-8")
    return target


def short_manifest(runs: Runs) -> dict[str, Any]:
    """Return the manifest with the first scenario in full and of the others what differs.

    The platform is given without the release of its kernel, which is nobody's concern here.
    """
    stated = copy.deepcopy(runs.source.study)
    stated["platform"] = f"{platform.system()} {platform.machine()}"
    first = stated["scenarios"][0]["scenario"]
    for other in stated["scenarios"][1:]:
        other["differs_from_first"] = _differing(first, other.pop("scenario"))
    if runs.design is not None:
        stated["settings"] = list(runs.design.settings)
    return stated


def _differing(first: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    differing: dict[str, Any] = {}
    for key, value in other.items():
        old = first.get(key)
        if value != old:
            both = isinstance(value, dict) and isinstance(old, dict)
            differing[key] = _differing(old, value) if both else value
    return differing


def _page(
    document: str,
    judged: pd.DataFrame,
    table: pd.DataFrame,
    pictures: Mapping[str, tuple[Any, str]],
    runs: Runs,
) -> str:
    months, place = int(runs.table["month"].max()), runs.organizations[0]
    parts = [
        "## Verdicts",
        "They follow from the 95 % intervals alone: *supported* when the interval lies wholly at "
        "or above the least that would matter (“at least”), *not supported* when wholly below, "
        "else *unclear*. The intervals hold chance, not what is unknown about the parameters: "
        "where accepted vectors were asked, *supported* needs nine in ten of them to have it, "
        "else it *depends*.",
        markdown(_shown_findings(judged)),
        "## Numbers",
        markdown(table),
        "## Figures",
        *(f"![{caption}]({name})\n\n{caption}" for name, (_, caption) in pictures.items()),
        f"{runs.replications} replications of {len(runs.scenarios)} points, {place.people:,} "
        f"people, {months} months, seed {runs.seed}; see `manifest.json`.",
    ]
    return page(document, parts)


def page(document: str, parts: Sequence[str]) -> str:
    """Return a page in Markdown: a script's docstring, then parts."""
    title, _, text = document.strip().partition("\n")
    written = "All of this page is written by the script."
    together = [f"# {title.rstrip('.')}", _sections(text), *parts, written]
    return "\n\n".join(part.strip() for part in together) + "\n"


def _sections(text: str) -> str:
    """Return the docstring's underlined sections as Markdown headings."""
    lines = text.strip().splitlines()
    out = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if following and set(following) == {"-"}:
            out.append(f"## {line}\n")
        elif not (line and set(line) == {"-"}):
            out.append(line)
    return "\n".join(out)


def _shown_findings(judged: pd.DataFrame) -> pd.DataFrame:
    interval = [
        "cannot be told"
        if np.isnan([one.low, one.high]).any()
        else f"{_number(one.low)} to {_number(one.high)}"
        for one in judged.itertuples()
    ]
    told = pd.DataFrame(
        {
            "claim": judged.claim,
            "case": judged.case,
            "measured": judged.measured,
            "value": judged.value,
            "95 % interval": interval,
            "at least": judged["at_least"],
            "unit": judged.unit,
            "vectors": ["" if share != share else f"{share:.0%}" for share in judged.share],
            "verdict": [f"**{word}**" for word in judged.verdict],
        }
    )
    return told if judged.share.notna().any() else told.drop(columns="vectors")


def compact(table: pd.DataFrame, rows: list[str], columns: str) -> pd.DataFrame:
    """Return estimates as a crossed table of texts, ``value (low to high)``."""
    texts = [
        "–"
        if np.isnan(one.value)
        else f"{_number(one.value)} ({_number(one.low)} to {_number(one.high)})"
        for one in table.itertuples()
    ]
    crossed = table.assign(text=texts).pivot(index=rows, columns=columns, values="text")
    order = [tuple(key) for key in table[rows].drop_duplicates().to_numpy()]
    names = list(dict.fromkeys(table[columns]))
    return crossed.loc[order, names].fillna("").reset_index()


def markdown(table: pd.DataFrame) -> str:
    """Return a table in Markdown; infinity reads "not within the run"."""
    rows = ([_number(value) for value in row] for row in table.itertuples(index=False))
    return words.markdown(list(table.columns), rows)


def _number(value: Any) -> str:
    return words.number(value, beyond="not within the run")
