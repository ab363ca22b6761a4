"""What the experiments share: intervals, verdicts that follow from them, and the files written.

Every statistic is put so that the claim says "at least so much". A claim is *supported* when
the 95 % interval lies wholly at or above that bar, *not supported* when it lies wholly below,
and *unclear* otherwise: the bar is the smallest effect that would matter to somebody who has
to decide, so that a real but trifling effect is not called support.

With ``--vectors`` a claim is also tried over the accepted parameter vectors of the calibration.
Then support needs nine in ten vectors on the claim's side as well; else the verdict *depends on*
the parameter whose ranks separate the two sides best.
"""

from __future__ import annotations

import argparse
import copy
import json
import platform
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simulation import Runs, Scenario, load_scenario, words
from simulation.pictures import figures, summaries
from simulation.study.running import carry_out
from simulation.study.study import study_of
from simulation.study.uncertainty import accepted_vectors

__all__ = [
    "RESULTS",
    "Carried",
    "Estimate",
    "Finding",
    "arguments",
    "carried_over",
    "chosen",
    "compact",
    "given",
    "markdown",
    "mean_of",
    "of_mean_curves",
    "page",
    "paired",
    "proportion",
    "share_difference",
    "told",
    "verdict",
    "write",
]

RESULTS = Path(__file__).resolve().parent.parent / "results"
SUPPORTED, NOT_SUPPORTED, UNCLEAR = "supported", "not supported", "unclear"
DEPENDS = "depends on"
#: The share of accepted vectors on the claim's side that support needs.
NINE_IN_TEN = 0.9
#: Runs from which an interval of a mean curve's statistic is told.
FEW = 5
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


class Carried(NamedTuple):
    """What the accepted parameter vectors say of a claim."""

    share: float  #: of vectors on the claim's side; NaN: none says anything
    parameter: str  #: whose ranks separate the two sides best; "": there is one side only


def verdict(
    estimate: Estimate, bar: float, split: float = 0.0, carried: Carried | None = None
) -> str:
    """Return whether "at least the bar" is supported, not supported, unclear, or depends.

    Parameters
    ----------
    estimate : Estimate
    bar : float
        The least that supports the claim.
    split : float
        Below it lies the opposite of the claim.
    carried : Carried, optional
        How many vectors lie above ``split``.
    """
    if np.isnan([estimate.low, estimate.high]).any():
        return UNCLEAR
    word = SUPPORTED if estimate.low >= bar else UNCLEAR
    word = NOT_SUPPORTED if estimate.high < bar else word
    if carried is None or np.isnan(carried.share):
        return word
    mixed = carried.share < NINE_IN_TEN
    if word == NOT_SUPPORTED:  # the opposite holds, but not in nine of ten; else it is trifling
        mixed = estimate.high < split and 1.0 - carried.share < NINE_IN_TEN
    return f"{DEPENDS} {carried.parameter}" if mixed and word != UNCLEAR else word


class Finding(NamedTuple):
    """A claim on trial in one case: what was measured, and the least that would support it."""

    claim: str
    case: str
    measured: str
    unit: str
    estimate: Estimate
    bar: float
    split: float = 0.0  #: below it lies the opposite of the claim

    def row(self, carried: Carried | None = None) -> dict[str, Any]:
        """Return the finding as a row of the table of verdicts."""
        share, parameter = carried or Carried(np.nan, "")
        return {
            "claim": self.claim,
            "case": self.case,
            "measured": self.measured,
            "unit": self.unit,
            **self.estimate._asdict(),
            "at_least": self.bar,
            "split": self.split,
            "vectors": share,
            "separated_by": parameter,
            "verdict": verdict(self.estimate, self.bar, self.split, carried),
        }


def paired(
    scenarios: Sequence[Scenario],
    seed: int,
    replications: int,
    vectors: pd.DataFrame | None = None,
    **asked: Any,
) -> Runs:
    """Return runs on shared luck; with vectors, each replication has the next one.

    ``asked`` (``design``, ``months``, ``analyzers``) goes to ``study_of``.
    """
    study = study_of(scenarios, seed, vectors=vectors, **asked)
    return carry_out(study, replications)


def carried_over(
    run: Callable[[int, pd.DataFrame], pd.DataFrame],
    judge: Callable[[pd.DataFrame], Sequence[Finding]],
    each: int,
    vectors: pd.DataFrame | None = None,
) -> list[Carried]:
    """Return, finding by finding, what the accepted vectors say.

    Parameters
    ----------
    run : callable
        Takes the number of replications and the vectors that they go through in turn, returns a
        table with the column ``replication``.
    judge : callable
        Takes such a table, returns the findings.
    each : int
        Runs of each vector; with none, nothing is run and nothing returned.
    vectors : DataFrame, optional
        Default: the accepted ones of ``results/calibration/accepted.csv``.
    """
    if not each:
        return []
    known = accepted_vectors() if vectors is None else vectors
    table = run(each * len(known), known)
    groups = table.groupby(table["replication"] % len(known))
    found = [judge(part) for _, part in groups]
    sides = np.array([[one.estimate.value - one.split for one in findings] for findings in found])
    return [separated(side, known) for side in sides.T]


def separated(sides: np.ndarray, vectors: pd.DataFrame) -> Carried:
    """Return the share of vectors above 0, and the parameter that separates them best.

    A vector whose runs show no difference at all, or nothing to measure, does not count.
    """
    told = np.isfinite(sides) & (sides != 0.0)
    if not told.any():
        return Carried(np.nan, "")
    above, ranks = sides[told] > 0.0, vectors[told].rank()
    if above.all() or not above.any():
        return Carried(float(above.mean()), "")
    moved = ranks.loc[:, ranks.nunique() > 1]
    strength = moved.corrwith(pd.Series(above.astype(float), moved.index)).abs()
    return Carried(float(above.mean()), str(strength.idxmax()) if len(strength) else "")


def given(values: Any, survived: Any) -> np.ndarray:
    """Return values of those replications whose programmes survived, the others NaN."""
    return np.where(survived, values, np.nan)


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
    if np.ptp(numbers) > 0.0 or len(numbers) < 2:
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
    if len(curves[0]) < FEW:
        value = statistic(*(curve.mean(axis=0) for curve in curves)) if len(curves[0]) else np.nan
        return Estimate(float(value), np.nan, np.nan)
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
    told = "runs of each accepted parameter vector, over which the verdicts are carried"
    parser.add_argument("--vectors", type=int, default=0, metavar="RUNS", help=told)
    return vars(parser.parse_args())


def write(
    folder: str | Path,
    document: str,
    findings: Sequence[Finding],
    table: pd.DataFrame,
    pictures: Mapping[str, tuple[Any, str]],
    runs: Runs,
    shown: pd.DataFrame | None = None,
    carried: Sequence[Carried] = (),
    sentences: Sequence[str] = (),
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
    carried : sequence of Carried, optional
        What the accepted vectors say of each finding.
    sentences : sequence of str, optional
        What was found in words, put before the verdicts.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    known = list(carried) or [None] * len(findings)
    judged = pd.DataFrame([f.row(one) for f, one in zip(findings, known, strict=True)])
    judged.to_csv(target / "verdicts.csv", index=False, float_format="%.6g")
    table.to_csv(target / "table.csv", index=False, float_format="%.6g")
    for name, (figure, _) in pictures.items():
        figures.save(figure, target / name)
    stated = json.dumps(short_manifest(runs), indent=1, allow_nan=False)
    (target / "manifest.json").write_text(stated + "\n", encoding="utf-8")
    parts = _parts(judged, table if shown is None else shown, pictures, runs)
    found = ["## What was found", "\n".join(f"* {one}" for one in sentences)] * bool(sentences)
    text = page(document, [*found, *parts])
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


def _parts(
    judged: pd.DataFrame,
    table: pd.DataFrame,
    pictures: Mapping[str, tuple[Any, str]],
    runs: Runs,
) -> list[str]:
    place = runs.organizations[0]
    months = max(scenario.parameters.run.months for scenario in runs.scenarios)
    drawn = {name: caption for name, (_, caption) in pictures.items() if name.endswith(".png")}
    return [
        "## Verdicts",
        _rule(judged),
        markdown(_shown_findings(judged)),
        "## Numbers",
        markdown(table),
        "## Figures",
        *(f"![{caption}]({name})\n\n{caption}" for name, caption in drawn.items()),
        f"{runs.replications} replications of {len(runs.scenarios)} points, {place.people:,} "
        f"people, {months} months, seed {runs.seed}; see `manifest.json`.",
    ]


def _rule(judged: pd.DataFrame) -> str:
    """Return how verdicts follow."""
    text = (
        "They follow from the 95 % intervals alone: *supported* when the interval lies wholly at "
        "or above the least that would matter (“at least”), *not supported* when wholly below, "
        "else *unclear*. The intervals hold chance, not what is unknown about the parameters"
    )
    if judged["vectors"].isna().all():
        return f"{text}; verdicts were not carried over accepted parameter vectors (`--vectors`)."
    return (
        f"{text}. That is what “vectors” tells: the share of accepted parameter vectors that lie "
        "on the claim's side, whatever the size. Support needs nine in ten; else the verdict "
        "*depends on* the parameter that best separates the vectors of either side, by rank "
        "correlation. Few runs of each vector leave the side of a small effect partly to luck."
    )


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
    return pd.DataFrame(
        {
            "claim": judged.claim,
            "case": judged.case,
            "measured": judged.measured,
            "value": judged.value,
            "95 % interval": interval,
            "at least": judged["at_least"],
            "unit": judged.unit,
            **({} if judged.vectors.isna().all() else {"vectors": _percent(judged.vectors)}),
            "verdict": [f"**{word}**" for word in judged.verdict],
        }
    )


def _percent(shares: pd.Series) -> list[str]:
    return ["–" if np.isnan(one) else f"{100.0 * one:.0f} %" for one in shares]


def compact(table: pd.DataFrame, rows: list[str], columns: str) -> pd.DataFrame:
    """Return estimates as a crossed table of texts, ``value (low to high)``."""
    texts = [
        "–"
        if np.isnan(one.value)
        else f"{_number(one.value)} ({_number(one.low)} to {_number(one.high)})"
        for one in table.itertuples()
    ]
    crossed = table.assign(text=texts).pivot(index=rows, columns=columns, values="text")
    order = table.set_index(rows).index.unique()
    names = list(dict.fromkeys(table[columns]))
    return crossed.loc[order, names].fillna("").reset_index()


def markdown(table: pd.DataFrame) -> str:
    """Return a table in Markdown; infinity reads "not within the run"."""
    rows = ([_number(value) for value in row] for row in table.itertuples(index=False))
    return words.markdown(list(table.columns), rows)


def _number(value: Any) -> str:
    return words.number(value, beyond="not within the run")
