"""Commands that run scenarios, and those that show or repeat what was run.

All that the commands ask of :mod:`simulation.study` and of comparisons is asked here.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...errors import InputError
from ...progress import duration
from ...progress import shown as progressing
from ...words import number
from .application import ASK, RESULTS, app
from .estimates import foretold, workers_asked
from .options import (
    Changes,
    DesignFile,
    DesignSheet,
    Executor,
    Months,
    Name,
    OnError,
    Out,
    Replications,
    Seed,
    Until,
    Windows,
    Workers,
    changes_of,
    command_line,
    one_of,
    scenarios_of,
    takes_chart,
    tell_charts,
    vectors_of,
    writes,
)
from .output import on_terminal, say, show, tell, tell_each
from .signals import code

if TYPE_CHECKING:
    from ...answers.comparison import Comparison
    from ...organizations.organization import Organization
    from ...scenarios.scenario import Scenario
    from ...study.runs import Runs

#: What a failed run may do.
ON_ERROR = ("continue", "stop")
#: The file of a report in a results folder.
REPORT = "report.html"


@app.command(rich_help_panel=ASK)
@takes_chart()
def run(
    scenario: Name,
    replications: Replications = None,
    seed: Seed = 0,
    until: Until = None,
    set: Changes = None,
    out: Out = None,
    organization: Organization | None = None,
) -> None:
    """Run one scenario; print the last year's measures and keep the monthly table."""
    chosen = scenarios_of([scenario], set)[0]
    from ...study.running import replications_of, simulate
    from ...study.stopping import read_targets

    targets = read_targets(until or ())
    tell_charts([chosen], organization)
    runs = simulate(
        chosen,
        seed,
        replications_of(chosen, replications),
        organization,
        until=targets,
        out=out or True,
        progress=True,
        command=command_line(),
    )
    _tell(runs)


@app.command(rich_help_panel=ASK)
@takes_chart()
def compare(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SCENARIO",
            help="Two or more, or one and --set; the first is the reference. None: a "
            "demonstration.",
        ),
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications",
            "-n",
            metavar="N",
            help="Runs of each; default: 30, or two of each vector.",
        ),
    ] = None,
    seed: Seed = 0,
    half_width: Annotated[
        float | None, typer.Option(metavar="WIDTH", help="Short for --until adoption:HALF_WIDTH.")
    ] = None,
    until: Until = None,
    uncertainty: Annotated[
        bool, typer.Option("--uncertainty", help="Let intervals hold unknown parameters too.")
    ] = False,
    vectors: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV or Excel file of parameter vectors for --uncertainty; default: accepted.",
        ),
    ] = None,
    vectors_sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help="Sheet of --vectors, if a workbook.")
    ] = None,
    window: Windows = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The reference, of those named; default: the first."),
    ] = None,
    set: Changes = None,
    out: Out = None,
    organization: Organization | None = None,
) -> None:
    """Compare scenarios on shared luck: differences, intervals, plain words, a report.

    With one scenario and --set, it is compared with what --set makes of it.
    """
    from ...answers import comparison
    from ...study.stopping import read_targets

    varied = vectors_of(uncertainty, vectors, vectors_sheet)
    chosen = scenarios_of(list(scenarios or comparison.DEMONSTRATION), None)
    tell_charts(chosen, organization)
    result = comparison.compare(
        chosen,
        seed,
        replications,
        half_width,
        against=against,
        until=read_targets(until or ()),
        uncertainty=False if varied is None else varied,
        windows=window or (),
        organization=organization,
        out=out or True,
        progress=True,
        command=command_line(),
        **changes_of(set),
    )
    _tell(result.runs, result)


@app.command(rich_help_panel=ASK)
@takes_chart()
def sweep(
    scenario: Name,
    design: DesignFile = None,
    design_sheet: DesignSheet = None,
    replications: Replications = None,
    seed: Seed = 0,
    until: Until = None,
    months: Months = True,
    on_error: OnError = "continue",
    executor: Executor = None,
    workers: Workers = None,
    set: Changes = None,
    out: Out = None,
    organization: Organization | None = None,
) -> None:
    """Run every point of a design into a folder; what is there already is not run again."""
    from ...study import stopping
    from ...study.execution import named_executor
    from ...study.naming import folder_of
    from ...study.running import missing_jobs
    from ...study.running import sweep as swept
    from ...study.study import study_of

    chosen, points, count = _study(scenario, set, design, replications, design_sheet)
    tell_charts([chosen], organization)
    study = study_of([chosen], seed, points, organization, months=months)
    folder = out or folder_of(study)
    wanted = len(study) * stopping.count_of(count, len(study))
    todo = len(missing_jobs(folder, wanted))
    with (
        named_executor(executor, workers) as pool,
        progressing(wanted, f"{len(points):,} points", present=wanted - todo) as advance,
    ):
        step = foretold(
            advance, chosen, organization, todo, workers=workers_asked(executor, workers)
        )
        runs = swept(
            chosen,
            points,
            count,
            seed,
            pool,
            folder,
            organization=organization,
            months=months,
            until=stopping.read_targets(until or ()),
            on_error=one_of("--on-error", on_error, ON_ERROR),
            progress=step,
            command=command_line(),
        )
    _tell(runs)


@app.command(rich_help_panel=ASK)
def resume(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A results folder.")],
    on_error: OnError = "continue",
    executor: Executor = None,
    workers: Workers = None,
    other_code: Annotated[
        bool,
        typer.Option(
            "--other-code", help="Go on with another version of the model; rows are marked."
        ),
    ] = False,
) -> None:
    """Finish runs that were stopped: what is missing, and again what has failed."""
    from ...study.execution import named_executor
    from ...study.running import resume as resumed
    from ...study.runs import load

    before = load(folder)
    present = before.finished
    with (
        named_executor(executor, workers) as pool,
        progressing(before.wanted, "going on", present=present) as advance,
    ):
        step = foretold(
            advance,
            before.base,
            before.study.organizations[0],
            before.wanted - present,
            workers=workers_asked(executor, workers),
        )
        runs = resumed(
            folder,
            pool,
            on_error=one_of("--on-error", on_error, ON_ERROR),
            other_code=other_code,
            progress=step,
        )
    _tell(runs)


@app.command(rich_help_panel=ASK)
@takes_chart()
def plan(
    scenario: Name,
    design: DesignFile = None,
    replications: Replications = None,
    seed: Seed = 0,
    months: Months = True,
    executor: Executor = None,
    workers: Workers = None,
    set: Changes = None,
    out: Out = None,
    organization: Organization | None = None,
) -> None:
    """Say what a sweep would take (runs, time, disk), from a pilot of some seconds."""
    from ...study.naming import folder_of
    from ...study.planning import plan as planned
    from ...study.study import study_of

    chosen, points, count = _study(scenario, set, design, replications)
    folder = out or folder_of(study_of([chosen], seed, points, organization, months=months))
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
    say(
        f"{found.points:,} points x {found.replications:,} replications: {found.runs:,} runs, "
        f"{found.present:,} of them in {folder} already"
    )
    if found.pilot:
        say(
            f"about {duration(found.seconds)} and {_size(found.bytes)} on disk, from a pilot of "
            f"{found.pilot:,} runs"
        )
    if found.failed:
        print(f"{found.failed:,} runs of the pilot failed; mentoring sweep tells why.")


@app.command(rich_help_panel=ASK)
def design(
    scenario: Name,
    set: Changes = None,
    out: Annotated[Path, writes("CSV file to write.")] = Path("design.csv"),
) -> None:
    """Write the points of a scenario's [sweep] as a table, to be edited and fed back."""
    _, points, _ = _study(scenario, set, None, None)
    values = f"{len(points.names)} value{'s' if len(points.names) > 1 else ''}"
    print(f"{len(points):,} points of {values} ({points.digest})")
    print(points.save(out))


@app.command(rich_help_panel=RESULTS)
def report(
    results: Annotated[Path, typer.Argument(metavar="FOLDER", help="A results folder.")],
    out: Annotated[Path | None, writes("HTML file; default: in the folder.")] = None,
    window: Windows = None,
) -> None:
    """Write the report of saved results again, without running anything."""
    from ...answers.comparison import report as written
    from ...study.outputs import put
    from ...study.runs import load

    runs = load(results)
    if out is not None:
        print(written(runs, out, window).resolve())
        return
    made = put(results, lambda fresh: [written(runs, fresh / REPORT, window)])
    tell_each(made.notes, "mentoring: ")
    print(made.paths[0].resolve())


@app.command(rich_help_panel=RESULTS)
def reproduce(
    results: Annotated[Path, typer.Argument(metavar="FOLDER", help="A results folder.")],
) -> None:
    """Run saved results again and say whether every number is the same."""
    from ...study.reproduction import reproduce as again
    from ...study.reproduction import runs_in

    total = runs_in(results)
    with progressing(total, "again") as advance:
        found = again(results, progress=advance)
    for note in found.notes:
        say(f"note: {note}")
    if found.same:
        say(f"All {found.numbers:,} numbers are the same, to the bit.")
        return
    worst = ", ".join(f"{name} ({count:,})" for name, count in list(found.different.items())[:5])
    say(f"Not the same: {len(found.different)} columns differ, first {worst}.")
    raise typer.Exit(1)


@app.command(rich_help_panel=RESULTS)
def check(
    results: Annotated[Path, typer.Argument(metavar="FOLDER", help="A results folder.")],
) -> None:
    """Say which files of a results folder are as they were written, and what is missing."""
    from ...study.checking import check as checked

    found = checked(results)
    for name, fault in found.faults:
        print(f"{name} {fault}")
    for remark in found.remarks:
        say(f"note: {remark}")
    lacking = found.wanted - found.finished - found.failed
    if not found.faults and lacking:
        say(f"{lacking:,} of {found.wanted:,} runs are missing.")
    if found.whole:
        rows = ", ".join(f"{count:,} rows of {name}" for name, count in found.rows.items())
        failed = f", {found.failed:,} runs failed" if found.failed else ""
        say(f"All {found.files:,} files are as they were written: {rows}{failed}.")
        return
    say("The command that made the folder mends it when it is given again.")
    raise typer.Exit(1)


_TIDY = [
    *("scenario", "outcome", "unit", "mean", "low", "high"),
    *("difference", "difference_low", "difference_high", "interval_of"),
]


def _show_comparison(result: Any) -> None:
    if on_terminal():
        _comparison_on_screen(result)
    else:
        show(result.outcomes[_TIDY])
    outcomes, answers = result.outcomes, _answers(result)
    spoken = [key for key, one in result.told.items() if one.spoken or key in answers]
    for sentence in outcomes.loc[outcomes["outcome"].isin(spoken), "sentence"]:
        if sentence:
            say(f"- {sentence}")
    for note in result.notes:
        say(note)


def _answers(result: Any) -> list[str]:
    """Return the outcomes that answer first, of those that a comparison tells."""
    from ...answers.declared import answering

    return answering(set(result.outcomes["outcome"]), result.told)


def _comparison_on_screen(result: Any) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

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
    heads = ["mean", "difference", "95 % interval\nof the mean"]
    if vectors is not None:
        heads = [*heads[:2], "95 % of\nsingle runs", "of it unknown\nparameters, %"]
    for head in heads:
        grid.add_column(head, justify="right")
    present, answers = set(outcomes["outcome"]), _answers(result)
    for key, outcome in result.told.items():
        if key not in present or not (outcome.on_screen or key in answers):
            continue
        unit = "%" if outcome.scale == 100.0 else outcome.shown
        head = outcome.label if unit in outcome.label else f"{outcome.label}, {unit}"
        if vectors is not None and outcome.chance:
            head += " (interval of the mean)"
        grid.add_row(Text(head, style="bold"))
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
    ends = f"{told(low)} to {told(high)}" if low == low else "too few runs"
    share = [100 * one for one in (row.parameter_share, row.share_low, row.share_high)]
    known = "{:.0f} ({:.0f} to {:.0f})".format(*share) if share[1] == share[1] else "too few runs"
    of_it = known if row.interval_of == "one run" else ""
    return told(row.mean), f"{sign}{told(row.difference)}", ends, of_it


def _study(
    name: str,
    changes: list[str] | None,
    design: Path | None,
    replications: int | None,
    sheet: str | None = None,
) -> tuple[Scenario, Any, int]:
    """Return the scenario, the design and how often each of its points is run."""
    from ...scenarios.designs import make_design, read_design
    from ...study.running import replications_of

    chosen = scenarios_of([name], changes)[0]
    if sheet is not None and design is None:
        raise InputError("--design-sheet needs --design: it names a sheet of that workbook")
    points = read_design(design, chosen, sheet=sheet) if design else make_design(chosen)
    tell_each(points.notes)
    return chosen, points, replications_of(chosen, replications, None if design else chosen.sweep)


def _tell(runs: Runs, comparison: Comparison | None = None) -> None:
    """Print what came out, failures, and where all of it is; end with the exit code."""
    from ...study import stopping
    from ...study.outputs import put
    from ...study.runs import load

    folder = runs.folder
    tell_each(runs.mended, "mentoring: ")
    if comparison is None and len(runs.study.scenarios) > 1 and runs.whole_replications > 0:
        from ...answers.comparison import compared

        comparison = compared(runs)
    if comparison is not None:
        _show_comparison(comparison)
    elif runs.design is not None:
        _show_points(runs)
    elif runs.finished:
        _show_last_year(runs)
    for one in runs.reached:
        say(stopping.sentence(one))
    _tell_failures(runs)
    if runs.design is not None or runs.interrupted:
        every = load(folder) if folder is not None else runs  # with those of no whole replication
        more = f", {every.failed:,} failed" if every.failed else ""
        say(f"{every.finished:,} of {every.wanted:,} runs finished{more}")
    if comparison is not None and folder is not None:
        written = put(folder, lambda fresh: [comparison.report(fresh / REPORT)])
        tell_each(written.notes, "mentoring: ")
        print(written.paths[0].resolve())
    else:
        print(folder)
    if runs.interrupted or runs.failed:
        tell(f"mentoring: to go on: {shlex.join(['mentoring', 'resume', str(folder)])}")
        raise typer.Exit(code() if runs.interrupted and not runs.failed else 1)


def _show_last_year(runs: Runs) -> None:
    summary = runs.summary().drop(columns=["scenario", "point", "replications"])
    shown = summary[~summary["measure"].str.contains("_level_")]
    name = runs.base.title or runs.base.name
    told = f"{runs.replications} runs, with the 95 % interval of the mean"
    show(shown, f"{name}: the last 12 months, {told}")


def _show_points(runs: Runs) -> None:
    if runs.finished and len(runs) <= _MOST_SHOWN:
        ends = runs.summary().query("measure == 'adoption'")[["point", "mean", "low", "high"]]
        merged = runs.points.merge(ends, on="point").drop(columns="scenario")
        told = "practising in the last 12 months, with the 95 % interval of the mean"
        show(merged, f"{runs.base.title or runs.base.name}: {told}")


def _tell_failures(runs: Runs) -> None:
    if not runs.failed:
        return
    for row in list(runs.failures.itertuples())[:_MOST_FAILURES]:
        tell(
            f"failed: point {row.point}, replication {row.replication}, seed {row.seed}: "
            f"{row.error}"
        )


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


_MOST_SHOWN, _MOST_FAILURES = 100, 5
