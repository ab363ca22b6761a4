"""Commands that run scenarios, and those that show or repeat what was run.

All that the commands ask of :mod:`simulation.study` and of comparisons is asked here.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...errors import InputError, nearest
from ...progress import duration
from ...progress import shown as progressing
from ...words import number
from .application import ASK, RESULTS, app
from .estimates import foretold, workers_asked
from .options import (
    Changes,
    Chart,
    DesignFile,
    Employee,
    Executor,
    Manager,
    Months,
    Name,
    OnError,
    Out,
    Repair,
    Replications,
    Seed,
    Ties,
    Until,
    Workers,
    changes_of,
    command_line,
    organization_of,
    scenarios_of,
    vectors_of,
    warm_up,
)
from .output import on_terminal, say, show

if TYPE_CHECKING:
    from ...scenarios.scenario import Scenario


@app.command(rich_help_panel=ASK)
def run(
    scenario: Name,
    replications: Replications = None,
    seed: Seed = 0,
    until: Until = None,
    set: Changes = None,
    chart: Chart = None,
    ties: Ties = None,
    employee: Employee = None,
    manager: Manager = None,
    repair: Repair = False,
    out: Out = None,
) -> None:
    """Run one scenario; print the last year's measures and keep the monthly table."""
    chosen = scenarios_of([scenario], set)[0]
    organization = organization_of(chart, ties, repair, employee, manager)
    from ...study.results import save
    from ...study.stopping import read_targets, sentence
    from ...study.sweeps import replications_of, runs_reached, simulate

    targets = read_targets(until or ())

    count = replications_of(chosen, replications)
    warm_up()
    with progressing(count, chosen.name) as advance:
        runs = simulate(chosen, seed, count, organization, until=targets, progress=advance)
    summary = runs.summary().drop(columns=["scenario", "point", "replications"])
    shown = summary[~summary["measure"].str.contains("_level_")]
    show(shown, f"{chosen.title or chosen.name}: the last 12 months, {runs.replications} runs")
    for one in runs_reached(runs, targets, differences=False):
        say(sentence(one))
    print(save(runs, out or Path("runs") / f"{chosen.name}-{chosen.digest}-{seed}"))


@app.command(rich_help_panel=ASK)
def compare(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(help="Two or more; the first is the reference. None: a demonstration."),
    ] = None,
    replications: Replications = None,
    seed: Seed = 0,
    half_width: Annotated[
        float | None, typer.Option(help="Short for --until adoption:HALF_WIDTH.")
    ] = None,
    until: Until = None,
    uncertainty: Annotated[
        bool, typer.Option("--uncertainty", help="Let intervals hold unknown parameters too.")
    ] = False,
    vectors: Annotated[
        Path | None,
        typer.Option(help="CSV file of parameter vectors for --uncertainty; default: accepted."),
    ] = None,
    against: Annotated[
        str | None, typer.Option(help="The reference, of those named; default: the first.")
    ] = None,
    set: Changes = None,
    chart: Chart = None,
    ties: Ties = None,
    employee: Employee = None,
    manager: Manager = None,
    repair: Repair = False,
    out: Out = None,
) -> None:
    """Compare scenarios on shared luck: differences, intervals, plain words, a report.

    With one scenario and --set, it is compared with what --set makes of it.
    """
    if not scenarios:
        from ...answers.analysis import DEMONSTRATION

        scenarios = list(DEMONSTRATION)
    chosen = _compared(scenarios, changes_of(set), against)
    organization = organization_of(chart, ties, repair, employee, manager)
    from ...answers import analysis
    from ...study.results import save
    from ...study.stopping import read_targets, sentence

    warm_up()
    varied = vectors_of(uncertainty, vectors)
    count = analysis.replications_of_comparison(replications, varied)
    with progressing(len(chosen) * count, "comparing") as advance:
        result = analysis.compare(
            chosen,
            seed,
            replications,
            half_width,
            until=read_targets(until or ()),
            uncertainty=False if varied is None else varied,
            organization=organization,
            progress=advance,
        )
    _show_comparison(result)
    for one in result.reached:
        say(sentence(one))
    folder = save(result.runs, out or Path("report"))
    print(result.report(folder / "report.html", command=command_line()).resolve())


@app.command(rich_help_panel=ASK)
def sweep(
    scenario: Name,
    design: DesignFile = None,
    replications: Replications = None,
    seed: Seed = 0,
    until: Until = None,
    months: Months = True,
    on_error: OnError = "continue",
    executor: Executor = None,
    workers: Workers = None,
    set: Changes = None,
    chart: Chart = None,
    ties: Ties = None,
    repair: Repair = False,
    out: Out = None,
) -> None:
    """Run every point of a design into a folder; what is there already is not run again."""
    from ...study import stopping, sweeps
    from ...study.execution import named_executor

    chosen, points, count = _study(scenario, set, design, replications)
    organization = organization_of(chart, ties, repair, None, None)
    folder = out or _folder(chosen, points, seed)
    targets = stopping.read_targets(until or ())
    warm_up()
    wanted = len(points) * count
    todo = len(sweeps.missing_jobs(folder, wanted))
    with (
        named_executor(executor, workers) as pool,
        progressing(wanted, f"{len(points):,} points", present=wanted - todo) as step,
    ):
        found = sweeps.sweep_into(
            folder,
            chosen,
            points,
            count,
            seed,
            organization=organization,
            months=months,
            until=targets,
            on_error=on_error,
            executor=pool,
            progress=foretold(
                step, chosen, organization, todo, workers=workers_asked(executor, workers)
            ),
        )
    _tell_sweep(found)


@app.command(rich_help_panel=ASK)
def resume(
    folder: Annotated[Path, typer.Argument(help="A sweep's results folder.")],
    on_error: OnError = "continue",
    executor: Executor = None,
    workers: Workers = None,
) -> None:
    """Finish a sweep that was stopped: run what is missing, and again what has failed."""
    from ...study import sweeps
    from ...study.execution import named_executor
    from ...study.results import StoredRuns

    runs = StoredRuns(folder)
    wanted = len(runs.design) * runs.replications
    todo = len(sweeps.missing_jobs(folder, wanted))
    warm_up()
    with (
        named_executor(executor, workers) as pool,
        progressing(wanted, "going on", present=wanted - todo) as advance,
    ):
        step = foretold(
            advance, runs.base, runs.organization, todo, workers=workers_asked(executor, workers)
        )
        found = sweeps.resume(folder, pool, on_error=on_error, progress=step)
    _tell_sweep(found)


@app.command(rich_help_panel=ASK)
def plan(
    scenario: Name,
    design: DesignFile = None,
    replications: Replications = None,
    seed: Seed = 0,
    months: Months = True,
    executor: Executor = None,
    workers: Workers = None,
    set: Changes = None,
    chart: Chart = None,
    ties: Ties = None,
    repair: Repair = False,
    out: Out = None,
) -> None:
    """Say what a sweep would take (runs, time, disk), from a pilot of some seconds."""
    from ...study.planning import plan as planned

    chosen, points, count = _study(scenario, set, design, replications)
    organization = organization_of(chart, ties, repair, None, None)
    folder = out or _folder(chosen, points, seed)
    warm_up()
    found = planned(
        chosen,
        points,
        count,
        seed,
        folder=folder,
        organization=organization,
        months=months,
        executor=executor,
        workers=workers,
    )
    print(
        f"{found.points:,} points x {found.replications:,} replications: {found.runs:,} runs, "
        f"{found.present:,} of them in {folder} already"
    )
    if found.pilot:
        print(
            f"about {duration(found.seconds)} and {_size(found.bytes)} on disk, from a pilot of "
            f"{found.pilot:,} runs"
        )
    if found.failed:
        print(f"{found.failed:,} runs of the pilot failed; mentoring sweep tells why.")


@app.command(rich_help_panel=ASK)
def design(
    scenario: Name,
    set: Changes = None,
    out: Annotated[Path, typer.Option(help="CSV file to write.")] = Path("design.csv"),
) -> None:
    """Write the points of a scenario's [sweep] as a table, to be edited and fed back."""
    _, points, _ = _study(scenario, set, None, None)
    print(f"{len(points):,} points of {len(points.names)} values ({points.digest})")
    print(points.save(out))


@app.command(rich_help_panel=RESULTS)
def report(
    results: Annotated[Path, typer.Argument(help="Results folder of a comparison.")],
    out: Annotated[Path | None, typer.Option(help="HTML file to write.")] = None,
) -> None:
    """Write the report of a saved comparison again, without running anything."""
    from ...answers.analysis import saved_comparison

    result = saved_comparison(results)
    print(result.report(out or results / "report.html", command=None).resolve())


@app.command(rich_help_panel=RESULTS)
def reproduce(
    results: Annotated[Path, typer.Argument(help="A results folder.")],
) -> None:
    """Run saved results again and say whether every number is the same."""
    from ...study.reproduction import reproduce as again
    from ...study.reproduction import runs_in

    total = runs_in(results)
    warm_up()
    with progressing(total, "again") as advance:
        found = again(results, progress=advance)
    for note in found.notes:
        print(f"note: {note}")
    if found.same:
        print(f"All {found.numbers:,} numbers are the same, to the bit.")
        return
    worst = ", ".join(f"{name} ({count:,})" for name, count in list(found.different.items())[:5])
    print(f"Not the same: {len(found.different)} measures differ, first {worst}.")
    raise typer.Exit(1)


def _compared(names: list[str], given: dict[str, Any], against: str | None) -> list[Scenario]:
    """Return the scenarios to compare, the reference first."""
    from ...scenarios.scenario import load_scenario

    chosen = [load_scenario(name) for name in names]
    if len(chosen) == 1 and given:
        chosen.append(_variant(chosen[0], given))
    elif given:
        chosen = [scenario.changed(given) for scenario in chosen]
    if against is None:
        return chosen
    known = [scenario.name for scenario in chosen]
    wanted = against if against in known else Path(against).stem
    if wanted not in known:
        raise InputError(
            f"--against {against}: compared are {', '.join(known)}.{nearest(against, known)}"
        )
    first = known.index(wanted)
    return [chosen[first], *chosen[:first], *chosen[first + 1 :]]


def _variant(scenario: Scenario, given: dict[str, Any]) -> Scenario:
    """Return the scenario with some values changed, named and titled by that."""
    told = ", ".join(f"{name} = {value}" for name, value in given.items())
    changed = scenario.changed(given)
    if changed.digest == scenario.digest:
        raise InputError(
            f"--set: '{scenario.name}' already has {told}; there is nothing to compare"
        )
    return changed.changed(
        name=f"{scenario.name}-changed", title=f"{scenario.title or scenario.name}, {told}"
    )


_TIDY = [
    *("scenario", "outcome", "unit", "mean", "low", "high"),
    *("difference", "difference_low", "difference_high"),
]


def _show_comparison(result: Any) -> None:
    if on_terminal():
        _comparison_on_screen(result)
    else:
        show(result.outcomes[_TIDY])
    outcomes = result.outcomes
    for sentence in outcomes.loc[outcomes["outcome"].isin(_SPOKEN), "sentence"]:
        if sentence:
            say(f"- {sentence}")


def _comparison_on_screen(result: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    from ...answers.analysis import OUTCOMES

    outcomes, vectors = result.outcomes, result.runs.vectors
    over = "" if vectors is None else f" over {len(vectors)} parameter vectors"
    grid = Table(
        "",
        box=None,
        pad_edge=False,
        title_justify="left",
        title=(
            f"{result.runs.replications} paired runs of {len(result.scenarios)} scenarios{over}; "
            f"differences from {result.scenarios[0].name}"
        ),
    )
    heads = ["mean", "difference", "95 % interval"]
    for head in heads if vectors is None else [*heads, "from unknown parameters"]:
        grid.add_column(head, justify="right")
    for key in _ON_SCREEN:
        outcome = OUTCOMES[key]
        unit = "%" if outcome.scale == 100.0 else outcome.shown
        head = outcome.label if unit in outcome.label else f"{outcome.label}, {unit}"
        grid.add_row(head, style="bold")
        for row in outcomes[outcomes["outcome"] == key].itertuples():
            cells = _outcome_cells(row, outcome)
            grid.add_row(f"  {row.scenario}", *(cells if vectors is not None else cells[:3]))
    Console().print(grid)


def _outcome_cells(row: Any, outcome: Any) -> tuple[str, ...]:
    def told(value: float) -> str:
        return number(value * outcome.scale, outcome.decimals)

    if row.difference != row.difference:
        return (told(row.mean),)
    sign = "+" if row.difference > 0 else ""
    low, high = row.difference_low, row.difference_high
    return (
        told(row.mean),
        f"{sign}{told(row.difference)}",
        f"{told(low)} to {told(high)}" if low == low else "",
        f"{row.parameter_share:.0%}" if row.parameter_share == row.parameter_share else "",
    )


def _study(
    name: str, changes: list[str] | None, design: Path | None, replications: int | None
) -> tuple[Scenario, Any, int]:
    """Return the scenario, the design and how often each of its points is run."""
    from ...scenarios.designs import make_design
    from ...study.sweeps import replications_of

    chosen = scenarios_of([name], changes)[0]
    points = make_design(chosen, design)
    return chosen, points, replications_of(chosen, replications, None if design else chosen.sweep)


def _folder(scenario: Scenario, design: Any, seed: int) -> Path:
    return Path("runs") / f"{scenario.name}-{scenario.digest[:8]}-{design.digest[:8]}-{seed}"


def _tell_sweep(found: Any) -> None:
    """Print what came of a sweep: the points' adoption, failures, and where all of it is."""
    from ...study import stopping

    runs = found.runs
    if found.finished and len(runs.design) <= _MOST_SHOWN:
        ends = runs.summary().query("measure == 'adoption'")[["point", "mean", "low", "high"]]
        merged = runs.points.merge(ends, on="point").drop(columns="scenario")
        show(merged, f"{runs.base.title or runs.base.name}: practising in the last 12 months")
    for one in found.reached:
        say(stopping.sentence(one))
    for row in list(runs.failures.itertuples())[:_MOST_FAILURES]:
        print(
            f"failed: point {row.point}, replication {row.replication}, seed {row.seed}: "
            f"{row.error}",
            file=sys.stderr,
        )
    print(
        f"{found.finished:,} of {found.wanted:,} runs finished"
        + (f", {found.failed:,} failed" if found.failed else "")
    )
    print(found.folder)
    if found.interrupted or found.failed:
        print(f"mentoring: to go on: mentoring resume {found.folder}", file=sys.stderr)
        raise typer.Exit(130 if found.interrupted and not found.failed else 1)


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


_ON_SCREEN = ("end_adoption", "mean_engagement", "practised_person_years", "exits", "money")
_SPOKEN = ("end_adoption", "months_to_half_recovery", "credibility_half_recovery")
_MOST_SHOWN, _MOST_FAILURES = 100, 5
