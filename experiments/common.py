"""What the experiments share: from scenarios and claims to a page, its tables and its figures.

An :class:`Experiment` is scenarios, claims about pairs of them (:mod:`simulation.answers.claims`)
and pictures. With ``--vectors`` each claim is also tried over the accepted parameter vectors of the
calibration.
"""

from __future__ import annotations

import argparse
import copy
import inspect
import json
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simulation import Runs, Scenario, load_scenario, words
from simulation.answers.claims import (
    AFTER,
    DEPENDS,
    END,
    EVENT,
    YEAR,
    Carried,
    Claim,
    Estimate,
    Finding,
    Window,
    Worlds,
    quantity,
    separated,
    told_of,
)
from simulation.pictures import plates, summaries
from simulation.study.running import carry_out
from simulation.study.study import study_of
from simulation.study.uncertainty import accepted_vectors

RESULTS = Path(__file__).resolve().parent.parent / "results"
#: How many claims the figure of boundaries shows.
MOST = 12
#: How many accepted vectors are run together: a matter of memory.
TOGETHER = 10
Pictures = Mapping[str, tuple[Any, str]]


# --- experiments -----------------------------------------------------------------------


def world(
    name: str,
    title: str = "",
    base: str = "baseline",
    events: Sequence[Mapping[str, Any]] | None = None,
    **changes: Any,
) -> Scenario:
    """Return a world of an experiment's own: a shipped scenario with events and changes.

    Parameters
    ----------
    name, title : str
    base : str
        A shipped scenario.
    events : sequence of mapping, optional
        In place of the base's own; a month that is missing is :data:`EVENT`.
    **changes
        Dotted parameter names: ``**{"presence.level": 0.1}``.
    """
    told = {} if events is None else {"events": [{"month": EVENT, **one} for one in events]}
    return load_scenario(base).changed({"name": name, "title": title or name, **changes, **told})


def lever(name: str, value: Any, **scope: Any) -> dict[str, Any]:
    """Return the event that sets a lever from :data:`EVENT` on."""
    return {"type": "change", "lever": name, "value": value, **scope}


class Found(NamedTuple):
    """What an experiment found, as its pictures and tables take it."""

    claims: Sequence[Claim]
    judged: pd.DataFrame  #: a row a claim: ``verdicts.csv``
    worlds: Worlds
    titles: Mapping[str, str]
    runs: Runs
    by_vector: pd.DataFrame  #: value of each claim (a column) by vector (a row)
    vectors: pd.DataFrame | None  #: the vectors themselves

    def of(self, text: str, case: str) -> pd.Series:
        """Return what was found of a claim in a case (the first, where it was asked twice)."""
        place = [(claim.text, claim.case) for claim in self.claims].index((text, case))
        return self.judged.iloc[place]

    def size(self, text: str, case: str) -> str:
        """Return the size of a claim in a case, and the share of vectors on its side."""
        row = self.of(text, case)
        share = "" if np.isnan(row["vectors"]) else f" ({100 * row['vectors']:.0f} %)"
        sign = -1.0 if self.claims[int(row.name)].falls else 1.0
        return f"{_number(sign * row['value'])} {row['unit']}{share}"

    @property
    def note(self) -> str:
        """What stands under a figure: how many runs of how many people."""
        people = sorted({place.people for place in self.runs.organizations})
        size = f"{people[0]:,}" if len(people) == 1 else f"{people[0]:,} to {people[-1]:,}"
        return (
            f"n = {self.runs.replications} pairs of runs on the same luck, {size} people; "
            "bands: 95 % intervals of the mean"
        )


#: What is told of every pair of worlds beside its claims.
EFFECTS = (
    ("engagement", YEAR),
    ("engagement", END),
    ("practice", YEAR),
    ("practice", END),
    ("survival", END),
    ("money", AFTER),
    ("hours", AFTER),
)


class Experiment(NamedTuple):
    """A question, from scenarios to verdicts: see the scripts.

    ``worlds`` are names of shipped scenarios and scenarios of the experiment's own; all run for
    ``months``. ``shown`` draws the figures: file stem to figure and caption. ``tables`` gives
    further sections of the page: heading to table. ``titles`` are what scenarios are called where
    it is not by their own. ``held`` are parameters of every world, whatever a vector says of them.
    """

    name: str
    document: str
    worlds: Sequence[Scenario | str]
    claims: Sequence[Claim]
    shown: Callable[[Found], Pictures]
    months: int = 180
    replications: int = 100
    effects: Sequence[tuple[str, Window]] = EFFECTS
    tables: Callable[[Found], Mapping[str, pd.DataFrame]] = lambda found: {}
    titles: Mapping[str, str] = MappingProxyType({})
    held: Mapping[str, Any] = MappingProxyType({})

    def scenarios(self, changes: Mapping[str, Any] | None = None) -> list[Scenario]:
        """Return the scenarios, with changes that hold for all."""
        made = [load_scenario(one) if isinstance(one, str) else one for one in self.worlds]
        told = {"run.months": self.months, **self.held, **(changes or {})}
        return [one.changed(told) for one in made]

    def findings(
        self, table: pd.DataFrame, titles: Mapping[str, str] | None = None
    ) -> list[Finding]:
        """Return what a table of runs says of each claim."""
        worlds = Worlds(table)
        return [claim.finding(worlds, titles or {}) for claim in self.claims]

    def by_vector(
        self,
        scenarios: Sequence[Scenario],
        each: int,
        seed: int,
        vectors: pd.DataFrame,
        work: Path | None = None,
    ) -> pd.DataFrame:
        """Return the value of each claim (a column) by vector (a row), from some runs of each."""
        values = []
        for number, start in enumerate(range(0, len(vectors), TOGETHER)):
            rows = vectors.iloc[start : start + TOGETHER].reset_index(drop=True)
            rows = rows.drop(columns=[name for name in self.held if name in rows])
            study = study_of(scenarios, seed + number, vectors=rows)
            out = work / f"vectors-{study.digest}-{seed + number}" if work else None
            table = carry_out(study, each * len(rows), out=out).table
            for _, part in table.groupby(table["replication"] % len(rows)):
                values.append([one.estimate.value for one in self.findings(part)])
        return pd.DataFrame(values)

    def carry_out(
        self,
        replications: int | None = None,
        seed: int = 1,
        out: str | Path | None = None,
        vectors: int = 0,
        changes: Mapping[str, Any] | None = None,
        known: pd.DataFrame | None = None,
        work: str | Path | None = None,
        progress: bool = False,
    ) -> Path:
        """Run the experiment, write its folder and return it.

        Parameters
        ----------
        replications : int, optional
            Default: as many as the experiment needs.
        seed : int
        out : path, optional
            Default: its folder in ``results/``.
        vectors : int
            Runs of each accepted vector, over which verdicts are carried.
        changes : mapping, optional
            Dotted parameter names changed in every scenario, such as a smaller organization.
        known : DataFrame, optional
            Vectors in place of the accepted ones.
        work : path, optional
            Where runs are kept as they finish, so that a run that was killed goes on.
        progress : bool
        """
        scenarios, place = self.scenarios(changes), Path(work) if work else None
        study = study_of(scenarios, seed)
        kept = place / f"runs-{study.digest}-{seed}" if place else None
        count = replications or self.replications
        runs = carry_out(study, count, out=kept, progress=progress)
        titles = {one.name: one.title or one.name for one in scenarios} | dict(self.titles)
        worlds = Worlds(runs.table)
        findings = [claim.finding(worlds, titles) for claim in self.claims]
        carried: Sequence[Carried | None] = [None] * len(findings)
        by_vector = pd.DataFrame()
        if vectors:
            known = accepted_vectors() if known is None else known
            by_vector = self.by_vector(scenarios, vectors, seed, known, place)
            splits = [claim.split for claim in self.claims]
            carried = [separated(side, known) for side in (by_vector - splits).to_numpy().T]
        rows = [f.row(one) for f, one in zip(findings, carried, strict=True)]
        found = Found(self.claims, pd.DataFrame(rows), worlds, titles, runs, by_vector, known)
        return write(self, found, Path(out or RESULTS / self.name))

    def command(self) -> None:
        """Carry out what the command line asks for."""
        parser = argparse.ArgumentParser(description=self.document.splitlines()[0])
        parser.add_argument("--replications", type=int, default=self.replications)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--out", type=Path, default=RESULTS / self.name)
        told = "runs of each accepted parameter vector, over which the verdicts are carried"
        parser.add_argument("--vectors", type=int, default=0, metavar="RUNS", help=told)
        parser.add_argument("--work", type=Path, help="keep finished runs here, to go on from")
        print(self.carry_out(**vars(parser.parse_args()), progress=True))


def command_line(main: Callable[..., Path], document: str, **choices: Sequence[str]) -> None:
    """Call a script's ``main`` with what the command line gives, and print the folder it returns.

    Each of its parameters is an option of the same name, with the same default and type, and with
    these ``choices`` where there are some.
    """
    parser = argparse.ArgumentParser(description=document.splitlines()[0])
    for name, parameter in inspect.signature(main).parameters.items():
        usual = parameter.default
        kind, many = (str, "+") if isinstance(usual, tuple) else (type(usual), None)
        kind = Path if isinstance(usual, Path) else kind
        told = {"type": kind, "nargs": many, "default": usual, "choices": choices.get(name)}
        parser.add_argument(f"--{name}", **told)
    print(main(**vars(parser.parse_args())))


# --- what is told of pairs -------------------------------------------------------------


def pairs(all_of: Sequence[Claim]) -> Iterator[tuple[str, str]]:
    """Return each pair of worlds that a claim is about, once."""
    yield from dict.fromkeys((claim.case, claim.against) for claim in all_of)


def effects(experiment: Experiment, found: Found) -> pd.DataFrame:
    """Return what each case changes: ``case, measured, unit, value, low, high``."""
    rows = []
    for case, against in pairs(experiment.claims):
        for what, window in experiment.effects:
            told, change = quantity(what), found.worlds.more(what, case, against, window)
            measured = f"{told.words} {window.words}"
            rows.append((told_of(case, against, found.titles), measured, told.unit, *change))
    return pd.DataFrame(rows, columns=["case", "measured", "unit", "value", "low", "high"])


def boundaries(found: Found) -> Pictures:
    """Return the figure of claims that depend on a parameter, vector by vector; none if none do."""
    if found.by_vector.empty or found.vectors is None:
        return {}
    rows = []
    for place, row in found.judged.iterrows():
        if not str(row["verdict"]).startswith(DEPENDS) or np.isnan(row["boundary"]):
            continue
        panel = f"{row['claim']}. {row['case']}: {row['measured']}"
        told = {"panel": panel, "parameter": row["separated_by"]}
        told |= {"unit": row["unit"], "split": row["split"], "boundary": row["boundary"]}
        values = found.by_vector.iloc[:, int(str(place))].to_numpy()
        at = found.vectors[row["separated_by"]].to_numpy()
        rows.append(pd.DataFrame({"x": at, "value": values, **told}))
    if not rows:
        return {}
    table = pd.concat(rows[:MOST])
    table = table[np.isfinite(table["value"])]
    note = f"{len(found.vectors)} accepted vectors, a point each; dashed: what parts most of them"
    told = "Claims that depend on a parameter: coloured where a vector is on the claim's side."
    return {"boundaries": (plates.boundaries(table, note=note), told)}


def over_time(
    found: Found,
    measure: str,
    cases: Mapping[str, str],
    against: str = "baseline",
    beside: Mapping[str, tuple[str, str]] | None = None,
    notes: Mapping[str, str] | None = None,
    until: int = EVENT + 120,
) -> Any:
    """Return small multiples of a quantity by month, each case less what it is held against.

    Parameters
    ----------
    found : Found
    measure : str
    cases : mapping
        Scenario to its title in the figure.
    against : str
    beside : mapping, optional
        Scenario to another and its label, drawn thinly in the same panel.
    notes : mapping, optional
        Scenario to what its panel says.
    until : int
        Last month shown.
    """
    told = quantity(measure)
    parts = []
    for name in dict.fromkeys([*cases, *(other for other, _ in (beside or {}).values())]):
        gaps = found.worlds.gaps(measure, name, against)
        mean, low, high = summaries.intervals(gaps)
        parts.append(
            pd.DataFrame({"scenario": name, "mean": mean, "low": low, "high": high}).rename_axis(
                "month"
            )
        )
    table = pd.concat(parts).reset_index()
    shown = table["month"].between(EVENT - 6, until)
    return plates.over_time(
        table[shown],
        event=EVENT,
        unit=told.unit,
        label=f"{told.words[0].upper()}{told.words[1:]}, difference",
        titles=dict(cases),
        beside=beside,
        notes=notes,
        note=found.note,
    )


def dose(
    found: Found,
    points: Mapping[str, Mapping[str, Mapping[Any, str | tuple[str, str]]]],
    what: Sequence[str],
    x: str,
    y: str,
    window: Window = END,
    windows: Mapping[str, Window] | None = None,
) -> Any:
    """Return curves of quantities over a dose.

    Parameters
    ----------
    found : Found
    points : mapping
        Panel to series to dose to scenario, or to a pair of scenarios whose difference is told.
    what : sequence of str
        Quantities: one for each panel, or one for all.
    x, y : str
        Labels with units.
    window : Window
    windows : mapping, optional
        Series, or panel, to its own window.
    """
    rows, own = [], windows or {}
    for k, (panel, lines) in enumerate(points.items()):
        name = what[k % len(what)]
        for series, doses in lines.items():
            for value, scenario in doses.items():
                when = own.get(series, own.get(panel, window))
                if isinstance(scenario, tuple):
                    one = found.worlds.more(name, *scenario, when)
                else:
                    one = found.worlds.mean(name, scenario, when)
                rows.append((panel, series, value, *one))
    table = pd.DataFrame(rows, columns=["panel", "series", "x", "value", "low", "high"])
    return plates.dose(table, x=x, y=y, note=found.note)


def surface(
    found: Found, rows: Sequence[tuple[Any, ...]], label: str, unit: str, **axes: str
) -> Any:
    """Return maps of a quantity over two levers.

    Parameters
    ----------
    found : Found
    rows : sequence of tuple
        ``panel, x, y, value, low, high``.
    label, unit : str
        Of the quantity.
    **axes : str
        Labels of ``x`` and ``y``.
    """
    table = pd.DataFrame(rows, columns=["panel", "x", "y", "value", "low", "high"])
    return plates.surface(
        table, label=label, unit=unit, width=plates.DOUBLE, note=found.note, **axes
    )


# --- files -----------------------------------------------------------------------------


def write(experiment: Experiment, found: Found, target: Path) -> Path:
    """Write verdicts, effects, figures, manifest and a page with all of it; return the folder."""
    judged, table = found.judged, effects(experiment, found)
    more = experiment.tables(found)
    sections = [
        *verdicts(judged),
        *("## Effects", EFFECTS_TOLD, markdown(_crossed(table))),
        *(part for name, one in more.items() for part in (f"## {name}", markdown(one))),
    ]
    tables = {"table": table} | {name.lower().replace(" ", "_"): one for name, one in more.items()}
    if not found.by_vector.empty:
        tables["vectors"] = found.by_vector
    return publish(
        target,
        experiment.document,
        sections,
        tables | {"verdicts": judged},
        {**experiment.shown(found), **boundaries(found)},
        short_manifest(found.runs),
    )


def verdicts(judged: pd.DataFrame) -> list[str]:
    """Return the sections of a page that say what became of claims, a row each."""
    told = ("## What was found", sentences(judged), "## Verdicts", _rule(judged))
    return [*told, markdown(_shown_findings(judged))]


EFFECTS_TOLD = (
    "Each case less what it is held against, on the same luck, with 95 % intervals of the mean "
    "difference; shares in percentage points, engagement in standard deviations."
)


def publish(
    target: Path,
    document: str,
    sections: Sequence[str],
    tables: Mapping[str, pd.DataFrame],
    pictures: Pictures,
    manifest: Mapping[str, Any] | None = None,
) -> Path:
    """Write a results folder: page, tables as CSV, figures as PNG and SVG; return the folder.

    Parameters
    ----------
    target : path
    document : str
        The script's docstring: title, then what the page says before the sections.
    sections : sequence of str
        Markdown, in order.
    tables : mapping
        File stem to table.
    pictures : mapping
        File stem to figure and caption.
    manifest : mapping, optional
        What the runs were.
    """
    target.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(target / f"{name}.csv", index=False, float_format="%.6g")
    for name, (figure, _) in pictures.items():
        plates.save(figure, target / f"{name}.png")
    written = {*(f"{name}.csv" for name in tables), "manifest.json", "README.md"}
    written |= {f"{name}.{kind}" for name in pictures for kind in ("png", "svg")}
    for path in target.iterdir():  # what an earlier form of the experiment left
        if path.is_file() and path.name not in written:
            path.unlink()
    drawn = [f"![{told}]({name}.png)\n\n{told}" for name, (_, told) in pictures.items()]
    parts = [*sections, *(["## Figures", *drawn] if drawn else [])]
    if manifest is not None:
        stated = json.dumps(manifest, indent=1, allow_nan=False)
        (target / "manifest.json").write_text(stated + "\n", encoding="utf-8")
        parts.append(_ran(manifest))
    (target / "README.md").write_text(page(document, parts), encoding="utf-8")
    return target


def _ran(manifest: Mapping[str, Any]) -> str:
    points = len(manifest["scenarios"])
    return (
        f"{manifest['replications']} replications of {points} scenarios, seed {manifest['seed']}; "
        "see `manifest.json`. The figures stand beside as SVG, at a journal's width."
    )


def short_manifest(runs: Runs) -> dict[str, Any]:
    """Return the manifest with the first scenario in full and of the others what differs.

    The platform is given without the release of its kernel, which is nobody's concern here.
    """
    stated = copy.deepcopy(runs.source.study)
    stated["platform"] = f"{platform.system()} {platform.machine()}"
    first = stated["scenarios"][0]["scenario"]
    for other in stated["scenarios"][1:]:
        other["differs_from_first"] = _differing(first, other.pop("scenario"))
    return stated


def _differing(first: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    differing: dict[str, Any] = {}
    for key, value in other.items():
        old = first.get(key)
        if value != old:
            both = isinstance(value, dict) and isinstance(old, dict)
            differing[key] = _differing(old, value) if both else value
    return differing


def sentences(judged: pd.DataFrame) -> str:
    """Return what became of each claim in words: of its first case, then of how many others."""
    lines = []
    for claim, rows in judged.groupby("claim", sort=False):
        row = rows.iloc[0]
        one = spelled(Estimate(row["value"], row["low"], row["high"]), row["unit"])
        agree = (
            "" if np.isnan(row["vectors"]) else f"; so in {100 * row['vectors']:.0f} % of vectors"
        )
        lines.append(
            f"* **{row['verdict'].capitalize()}**: {claim}. {row['case']}: {row['measured']} "
            f"{one}{agree}.{others(rows['verdict'][1:])}"
        )
    return "\n".join(lines)


def others(verdicts: Sequence[str]) -> str:
    """Return how a claim's other cases went, or nothing where there are none."""
    if not len(verdicts):
        return ""
    kinds = [DEPENDS if word.startswith(DEPENDS) else word for word in verdicts]
    counts = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    return f" Of {len(kinds)} more: {', '.join(f'{n} {kind}' for kind, n in counts.items())}."


def spelled(estimate: Estimate, unit: str = "") -> str:
    """Return ``value unit (low to high)``."""
    if np.isnan(estimate.value):
        return "cannot be told"
    value, low, high = (_number(number) for number in estimate)
    told = f"{value} {unit}".strip()
    return told if np.isnan([estimate.low, estimate.high]).any() else f"{told} ({low} to {high})"


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


def _crossed(table: pd.DataFrame) -> pd.DataFrame:
    """Return effects as a crossed table of texts, a case a row."""
    texts = [spelled(Estimate(one.value, one.low, one.high)) for one in table.itertuples()]
    named = table["measured"] + " (" + table["unit"] + ")"
    crossed = table.assign(text=texts, measured=named)
    crossed = crossed.pivot(index="case", columns="measured", values="text")
    return crossed.loc[list(dict.fromkeys(table["case"])), list(dict.fromkeys(named))].reset_index()


def markdown(table: pd.DataFrame) -> str:
    """Return a table in Markdown; infinity reads "not within the run"."""
    rows = ([_number(value) for value in row] for row in table.itertuples(index=False))
    return words.markdown(list(table.columns), rows)


def _number(value: Any) -> str:
    return words.number(value, beyond="not within the run")
