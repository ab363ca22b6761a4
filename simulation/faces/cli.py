"""The command ``mentoring``: arguments in, tables and files out; all work is done elsewhere.

Exit codes: 0 done, 1 a run failed or cannot be reproduced, 2 the input is wrong.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError, nearest
from ..progress import shown as progressing
from ..progress import stages

if TYPE_CHECKING:
    from ..organizations.organization import Organization
    from ..scenarios.scenario import Scenario

app = typer.Typer(
    help="How mentoring takes root, or dies, in an organization: ask a what-if.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Names = Annotated[list[str], typer.Argument(help="Scenarios: names or .toml files.")]
Name = Annotated[str, typer.Argument(help="Scenario: a name or a .toml file.")]
Seed = Annotated[int, typer.Option(help="Study seed: the same seed, the same bits.")]
Replications = Annotated[int | None, typer.Option("--replications", "-n", help="Runs of each.")]
Changes = Annotated[
    list[str] | None, typer.Option("--set", help="Change a value: commitment.action=0.2")
]
Chart = Annotated[Path | None, typer.Option(help="CSV file: employees and their managers.")]
Ties = Annotated[Path | None, typer.Option(help="CSV file: pairs who work together.")]
Employee = Annotated[str | None, typer.Option(help="Column of the employee in the chart.")]
Manager = Annotated[str | None, typer.Option(help="Column of the manager in the chart.")]
Repair = Annotated[bool, typer.Option("--repair", help="Mend a faulty chart, and say so.")]
Executor = Annotated[
    str | None, typer.Option(help="threads, processes, serial, or a dask scheduler's tcp://...")
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Threads or processes; none: a core each.")
]
DesignFile = Annotated[
    Path | None, typer.Option("--design", help="CSV file of points; none: the scenario's [sweep].")
]
Until = Annotated[
    list[str] | None,
    typer.Option(
        "--until", help="Add runs until a mean or difference is so narrow: adoption:0.005"
    ),
]
Months = Annotated[bool, typer.Option(help="Keep the monthly series, not summaries only.")]
OnError = Annotated[str, typer.Option(help="What a failed run does: continue or stop.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the results.")]


def main() -> None:
    """Run the command; a mistake of the user's ends in one sentence and exit code 2."""
    try:
        app()
    except InputError as error:
        print(f"mentoring: {error}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"mentoring: {where}{error.strerror or error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("mentoring: interrupted; nothing was finished.", file=sys.stderr)
        sys.exit(130)


# ------------------------------------------------------------------------------- helpers


def _scenarios(names: list[str], changes: list[str] | None) -> list[Scenario]:
    from ..scenarios.scenario import load_scenario

    given = dict(_change(text) for text in changes or [])
    scenarios = [load_scenario(name) for name in names]
    return [s.changed(given) if given else s for s in scenarios]


def _change(text: str) -> tuple[str, Any]:
    import tomllib

    name, equals, value = text.partition("=")
    if not equals:
        raise InputError(f"--set {text}: write a change as name=value, commitment.action=0.2")
    try:
        read = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return name.strip(), value.strip()
    if len(read) > 1:
        raise InputError(f"--set {name}: give one value")
    return name.strip(), read["value"]


def _chart(
    chart: Path | None, ties: Path | None, repair: bool, employee: str | None, manager: str | None
) -> Organization | None:
    if chart is None:
        if ties is not None:
            raise InputError("--ties needs --chart: who is tied must be in a chart")
        return None
    from ..organizations.chart import load_chart

    organization = load_chart(chart, ties, repair=repair, employee=employee, manager=manager)
    for note in organization.notes:
        print(note, file=sys.stderr)
    return organization


def _warm_up() -> None:
    """Say that the first run compiles, once for each version of the model."""
    from ..machine.compiled import ENABLED, cache_folder

    if ENABLED and not any(cache_folder().glob("order.run*.nbc")):
        print("Compiling the model for this machine, once: about a minute ...", file=sys.stderr)


def _table(frame: Any, title: str | None = None) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for name in frame.columns:
        right = frame[name].dtype.kind in "fi"
        table.add_column(str(name).replace("_", " "), justify="right" if right else "left")
    for row in frame.itertuples(index=False):
        table.add_row(*(_cell(value) for value in row))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "-" if value != value else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3f}"
    return str(value)


# ------------------------------------------------------------------------------ commands


@app.command()
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
    chosen = _scenarios([scenario], set)[0]
    organization = _chart(chart, ties, repair, employee, manager)
    from ..study.results import save
    from ..study.stopping import read_targets, sentence
    from ..study.sweeps import replications_of, runs_reached, simulate

    targets = read_targets(until or ())

    count = replications_of(chosen, replications)
    _warm_up()
    with progressing(count, chosen.name) as advance:
        runs = simulate(chosen, seed, count, organization, until=targets, progress=advance)
    summary = runs.summary().drop(columns=["scenario", "point", "replications"])
    shown = summary[~summary["measure"].str.contains("_level_")]
    _table(shown, f"{chosen.title or chosen.name}: the last 12 months, {runs.replications} runs")
    for one in runs_reached(runs, targets, differences=False):
        print(sentence(one))
    print(save(runs, out or Path("runs") / f"{chosen.name}-{chosen.digest}-{seed}"))


@app.command()
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
    set: Changes = None,
    chart: Chart = None,
    ties: Ties = None,
    employee: Employee = None,
    manager: Manager = None,
    repair: Repair = False,
    out: Out = None,
) -> None:
    """Compare scenarios on shared luck: differences, intervals, plain words, a report."""
    from ..scenarios.scenario import load_scenario

    if not scenarios:
        from ..answers.analysis import DEMONSTRATION

        scenarios = list(DEMONSTRATION)
    chosen = _scenarios(scenarios, set) if set else [load_scenario(s) for s in scenarios]
    organization = _chart(chart, ties, repair, employee, manager)
    from ..answers import analysis
    from ..study.results import save
    from ..study.stopping import read_targets, sentence

    _warm_up()
    varied = _vectors(uncertainty, vectors)
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
        print(sentence(one))
    folder = save(result.runs, out or Path("report"))
    print(result.report(folder / "report.html", command=_command_line()).resolve())


def _vectors(uncertainty: bool, path: Path | None) -> Any:
    """Return the parameter vectors that a comparison goes through, or None."""
    from ..study.uncertainty import accepted_vectors, read_vectors

    if path is not None:
        return read_vectors(path)
    return accepted_vectors() if uncertainty else None


def _command_line() -> str:
    import shlex

    return shlex.join(["mentoring", *sys.argv[1:]])


def _show_comparison(result: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    from ..theory.measures import OUTCOMES

    outcomes, vectors = result.outcomes, result.runs.vectors
    over = "" if vectors is None else f" over {len(vectors)} parameter vectors"
    table = Table(
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
        table.add_column(head, justify="right")
    for key, outcome in OUTCOMES.items():
        if not outcome.on_screen:
            continue
        unit = "%" if outcome.scale == 100.0 else outcome.shown
        head = outcome.label if unit in outcome.label else f"{outcome.label}, {unit}"
        table.add_row(head, style="bold")
        for row in outcomes[outcomes["outcome"] == key].itertuples():
            cells = _outcome_cells(row, outcome)
            table.add_row(f"  {row.scenario}", *(cells if vectors is not None else cells[:3]))
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    spoken = [key for key, outcome in OUTCOMES.items() if outcome.spoken]
    for sentence in outcomes.loc[outcomes["outcome"].isin(spoken), "sentence"]:
        if sentence:
            print(f"- {sentence}")


def _outcome_cells(row: Any, outcome: Any) -> tuple[str, ...]:
    if row.difference != row.difference:
        return (f"{row.mean * outcome.scale:,.{outcome.decimals}f}",)
    low, high = row.difference_low * outcome.scale, row.difference_high * outcome.scale
    return (
        f"{row.mean * outcome.scale:,.{outcome.decimals}f}",
        f"{row.difference * outcome.scale:+,.{outcome.decimals}f}",
        f"{low:,.{outcome.decimals}f} to {high:,.{outcome.decimals}f}" if low == low else "",
        f"{row.parameter_share:.0%}" if row.parameter_share == row.parameter_share else "",
    )


@app.command()
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
    from ..study import stopping, sweeps
    from ..study.execution import named_executor

    chosen, points, count = _study(scenario, set, design, replications)
    organization = _chart(chart, ties, repair, None, None)
    folder = out or _folder(chosen, points, seed)
    targets = stopping.read_targets(until or ())
    _warm_up()
    todo = len(sweeps.missing_jobs(folder, len(points) * count))
    with (
        named_executor(executor, workers) as pool,
        progressing(todo, f"{len(points):,} points") as step,
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
            progress=step,
        )
    _tell_sweep(found)


@app.command()
def resume(
    folder: Annotated[Path, typer.Argument(help="A sweep's results folder.")],
    on_error: OnError = "continue",
    executor: Executor = None,
    workers: Workers = None,
) -> None:
    """Finish a sweep that was stopped: run what is missing, and again what has failed."""
    from ..study import sweeps
    from ..study.execution import named_executor
    from ..study.results import StoredRuns

    runs = StoredRuns(folder)
    todo = len(sweeps.missing_jobs(folder, len(runs.design) * runs.replications))
    _warm_up()
    with named_executor(executor, workers) as pool, progressing(todo, "going on") as advance:
        found = sweeps.resume(folder, pool, on_error=on_error, progress=advance)
    _tell_sweep(found)


@app.command()
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
    from ..study.planning import plan as planned

    chosen, points, count = _study(scenario, set, design, replications)
    organization = _chart(chart, ties, repair, None, None)
    folder = out or _folder(chosen, points, seed)
    _warm_up()
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
            f"about {_duration(found.seconds)} and {_size(found.bytes)} on disk, from a pilot of "
            f"{found.pilot:,} runs"
        )
    if found.failed:
        print(f"{found.failed:,} runs of the pilot failed; mentoring sweep tells why.")


@app.command()
def sensitivity(
    scenario: Annotated[str, typer.Argument(help="Scenario: a name or a .toml file.")] = "baseline",
    measure: Annotated[str, typer.Option(help="Outcome, over the last 12 months.")] = "adoption",
    parameter: Annotated[
        list[str] | None, typer.Option(help="Parameter to vary (repeat); none: all uncertain ones.")
    ] = None,
    trajectories: Annotated[int, typer.Option(min=2, help="Of the screening.")] = 16,
    top: Annotated[int, typer.Option(help="Parameters that go on to the decomposition.")] = 8,
    samples: Annotated[int, typer.Option(min=2, help="Base samples there, a power of 2.")] = 128,
    replications: Annotated[int, typer.Option("--replications", "-n", help="Runs a point.")] = 4,
    seed: Seed = 0,
    executor: Executor = None,
    workers: Workers = None,
    set: Changes = None,
    chart: Chart = None,
    ties: Ties = None,
    repair: Repair = False,
    out: Out = None,
) -> None:
    """Say which parameters an outcome hangs on: Morris screening, then Sobol' indices."""
    from ..evidence import sensitivity as found
    from ..study.execution import named_executor

    chosen = _scenarios([scenario], set)[0]
    organization = _chart(chart, ties, repair, None, None)
    folder = out or Path("runs") / f"sensitivity-{chosen.name}-{chosen.digest[:8]}-{measure}-{seed}"
    over = found.ranges_over(parameter or ())
    total = replications * found.points_needed(len(over), trajectories, top, samples)
    _warm_up()
    with named_executor(executor, workers) as pool, progressing(total, "sensitivity") as advance:
        result = found.sensitivity(
            chosen,
            folder,
            measure,
            seed,
            over=over,
            trajectories=trajectories,
            top=top,
            samples=samples,
            replications=replications,
            organization=organization,
            executor=pool,
            progress=advance,
        )
    if result.screening["mu_star"].notna().any():
        _table(result.screening.head(2 * top), f"screening: effects on {measure}")
    _table(result.indices, f"decomposition of the variance of {measure}")
    for path in found.write_sensitivity(result, folder):
        print(path)
    for told in result.sentences():
        print(told)


@app.command()
def design(
    scenario: Name,
    set: Changes = None,
    out: Annotated[Path, typer.Option(help="CSV file to write.")] = Path("design.csv"),
) -> None:
    """Write the points of a scenario's [sweep] as a table, to be edited and fed back."""
    _, points, _ = _study(scenario, set, None, None)
    print(f"{len(points):,} points of {len(points.names)} values ({points.digest})")
    print(points.save(out))


def _study(
    name: str, changes: list[str] | None, design: Path | None, replications: int | None
) -> tuple[Scenario, Any, int]:
    """Return the scenario, the design and how often each of its points is run."""
    from ..scenarios.designs import make_design
    from ..study.sweeps import replications_of

    chosen = _scenarios([name], changes)[0]
    points = make_design(chosen, design)
    return chosen, points, replications_of(chosen, replications, None if design else chosen.sweep)


def _folder(scenario: Scenario, design: Any, seed: int) -> Path:
    return Path("runs") / f"{scenario.name}-{scenario.digest[:8]}-{design.digest[:8]}-{seed}"


def _tell_sweep(found: Any) -> None:
    """Print what came of a sweep: the points' adoption, failures, and where all of it is."""
    from ..study import stopping

    runs = found.runs
    if found.finished and len(runs.design) <= _MOST_SHOWN:
        ends = runs.summary().query("measure == 'adoption'")[["point", "mean", "low", "high"]]
        merged = runs.points.merge(ends, on="point").drop(columns="scenario")
        _table(merged, f"{runs.base.title or runs.base.name}: practising in the last 12 months")
    for one in found.reached:
        print(stopping.sentence(one))
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


_MOST_SHOWN, _MOST_FAILURES = 100, 5


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.1f} hours"


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


@app.command()
def patterns(
    scenario: Annotated[str, typer.Argument(help="Scenario: a name or a .toml file.")] = "baseline",
    replications: Annotated[int, typer.Option("--replications", "-n", help="Runs of each.")] = 20,
    vector: Annotated[
        int | None, typer.Option(help="Row of the accepted (or given) vectors, from 0.")
    ] = None,
    vectors: Annotated[Path | None, typer.Option(help="CSV file of parameter vectors.")] = None,
    seed: Seed = 0,
    set: Changes = None,
    out: Annotated[Path | None, typer.Option(help="CSV file to write.")] = None,
) -> None:
    """Measure the patterns that a calibrated baseline must show; failures are listed too."""
    chosen = _scenarios([scenario], set)[0]
    if vector is not None or vectors is not None:
        chosen = _with_row(chosen, _vectors(True, vectors), vector or 0)
    from ..evidence import patterns as found

    _warm_up()
    with progressing(found.STEPS * replications, "patterns") as advance:
        table = found.pattern_table(chosen, seed, replications, progress=advance)
    _table(found.for_the_screen(table), f"{chosen.title or chosen.name}: {replications} runs")
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(out, index=False)
        print(out)
    for number, reason in found.NOT_FITTED.items():
        print(f"Pattern {number} is not fitted: {reason}.")
    print(found.verdict(table))


def _with_row(scenario: Scenario, vectors: Any, row: int) -> Scenario:
    from ..study.uncertainty import with_vector

    if not 0 <= row < len(vectors):
        raise InputError(f"--vector {row}: there are vectors 0 to {len(vectors) - 1}")
    return with_vector(scenario, vectors.iloc[row].to_dict())


@app.command()
def calibrate(
    scenario: Annotated[str, typer.Argument(help="Scenario: a name or a .toml file.")] = "baseline",
    data: Annotated[
        Path | None,
        typer.Option(help="CSV file of your organization's monthly series; none: to patterns."),
    ] = None,
    seed: Seed = 0,
    out: Annotated[Path, typer.Option(help="Folder for runs and results.")] = Path(
        "runs/calibration"
    ),
    effort: Annotated[
        str, typer.Option(help="To patterns: full (90 minutes on 2 cores) or quick (30).")
    ] = "full",
    executor: Executor = None,
    fit: Annotated[
        list[str] | None, typer.Option(help="To data: parameter to fit (repeat); none: the usual.")
    ] = None,
    since_launch: Annotated[
        int, typer.Option(help="To data: months the programme ran before the first of the series.")
    ] = 0,
    draws: Annotated[int, typer.Option(help="To data: runs to draw.")] = 4000,
    set: Changes = None,
    chart: Chart = None,
    ties: Ties = None,
    employee: Employee = None,
    manager: Manager = None,
    repair: Repair = False,
) -> None:
    """Fit uncertain parameters to the published patterns, or to your own series; resumes."""
    chosen = _scenarios([scenario], set)[0]
    organization = _chart(chart, ties, repair, employee, manager)
    _warm_up()
    if data is None:
        _to_patterns(chosen, organization, seed, out, effort, executor)
    else:
        _to_data(
            data, chosen, organization, seed, out, executor, tuple(fit or ()), since_launch, draws
        )


def _to_patterns(
    scenario: Scenario,
    organization: Organization | None,
    seed: int,
    out: Path,
    effort: str,
    executor: str | None,
) -> None:
    from ..evidence import calibration

    if effort not in calibration.EFFORTS:
        raise InputError(
            f"--effort {effort}: there are {', '.join(calibration.EFFORTS)}."
            f"{nearest(effort, calibration.EFFORTS)}"
        )
    with stages() as progress:
        found = calibration.calibrate(
            out / "runs",
            scenario,
            seed,
            calibration.EFFORTS[effort],
            organization=organization,
            executor=executor,
            progress=progress,
        )
    for path in calibration.write_tables(found, out):
        print(path)
    _table(found.identifiability(), f"{len(found.accepted)} vectors accepted of {found.tried}")
    print(found.verdict())


def _to_data(
    data: Path,
    scenario: Scenario,
    organization: Organization | None,
    seed: int,
    out: Path,
    executor: str | None,
    fitted: tuple[str, ...],
    since_launch: int,
    draws: int,
) -> None:
    from ..evidence import own_data

    series = own_data.read_series(data)
    with progressing(draws, "fitting") as advance:
        found = own_data.fit_series(
            series,
            scenario,
            seed,
            fitted=fitted or own_data.FITTED,
            since_launch=since_launch,
            draws=draws,
            organization=organization,
            folder=out / "runs",
            executor=executor,
            progress=advance,
        )
    _table(found.posterior, f"{len(series)} months, {draws:,} draws: 90 % intervals")
    print(f"{found.inside:.0%} of the observed numbers lie where nine runs in ten of the fit do.")
    if found.poorly_shown:
        print(f"Of {', '.join(found.poorly_shown)} fewer than half do: see predictive.png.")
    if found.out_of_reach:
        print(
            f"Do not rely on this fit: none of its runs shows {' or '.join(found.out_of_reach)} as "
            "observed. Had the programme run before the first month (--since-launch)? Is the "
            "organization unlike the scenario (--set, --chart)?"
        )
    for path in own_data.write_fit(found, out):
        print(path)


@app.command()
def verify(
    cases: Annotated[list[str] | None, typer.Argument(help="Limit cases; none: all.")] = None,
    out: Annotated[Path, typer.Option(help="HTML page to write.")] = Path("verification.html"),
    table: Annotated[Path | None, typer.Option(help="CSV file to write as well.")] = None,
) -> None:
    """Run the limit cases against their closed forms; exit code 1 if one fails."""
    from ..answers.report import write_verification
    from ..evidence import verification

    _warm_up()
    with progressing(len(cases or verification.CASES), "limit cases") as advance:
        found = verification.verify(cases or None, progress=advance)
    checks = found.table()
    shown = checks[["case", "quantity", "expected", "found", "tolerance", "alarm", "holds"]]
    _table(shown.assign(alarm=["exact" if not a else f"{a:.0e}" for a in checks["alarm"]]))
    print(f"{checks['holds'].sum()} of {len(checks)} checks hold.")
    if table is not None:
        table.parent.mkdir(parents=True, exist_ok=True)
        checks.to_csv(table, index=False, float_format="%.6g")
        print(table)
    print(write_verification(checks, found.curves, out).resolve())
    if not checks["holds"].all():
        raise typer.Exit(1)


@app.command()
def reproduce(
    results: Annotated[Path, typer.Argument(help="A results folder.")],
) -> None:
    """Run saved results again and say whether every number is the same."""
    from ..study.reproduction import reproduce as again
    from ..study.reproduction import runs_in

    total = runs_in(results)
    _warm_up()
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


@app.command()
def validate(
    scenarios: Names,
) -> None:
    """Check scenario files without running anything."""
    from ..scenarios.designs import make_design
    from ..scenarios.scenario import load_scenario

    wrong = 0
    for name in scenarios:
        try:
            chosen = load_scenario(name)
            if chosen.sweep is not None:
                make_design(chosen)
            print(f"{name}: right ({chosen.digest}) {chosen.title}")
        except InputError as error:
            wrong += 1
            print(f"mentoring: {error}", file=sys.stderr)
    if wrong:
        raise typer.Exit(2)


@app.command()
def explain(
    scenario: Name,
    name: Annotated[str, typer.Argument(help="A parameter or a group; none: all.")] = "",
) -> None:
    """Say what a parameter is, what it may be, and where its value comes from."""
    from ..scenarios.scenario import explain as explained
    from ..scenarios.scenario import load_scenario

    for item in explained(load_scenario(scenario), name):
        print(item)


@app.command()
def diff(
    first: Name,
    second: Annotated[str, typer.Argument(help="The other scenario.")],
) -> None:
    """Say in which values and events two scenarios differ."""
    from ..scenarios.scenario import diff as differences
    from ..scenarios.scenario import load_scenario

    found = differences(load_scenario(first), load_scenario(second))
    for item in found:
        print(item)
    if not found:
        print("No difference.")


@app.command()
def scenarios() -> None:
    """List the shipped scenarios and the question each answers."""
    import pandas as pd

    from ..scenarios.scenario import load_scenario, shipped_scenarios

    rows = [load_scenario(name) for name in shipped_scenarios()]
    _table(pd.DataFrame({"name": [s.name for s in rows], "question": [s.question for s in rows]}))


@app.command()
def parameters(
    group: Annotated[str, typer.Argument(help="A group, such as commitment; none: all.")] = "",
) -> None:
    """List the parameters: default, range, unit, tag, source, meaning."""
    import pandas as pd

    from ..theory.parameters import GROUPS, declared

    if group and group not in GROUPS:
        raise InputError(
            f"no group '{group}'; there are {', '.join(GROUPS)}.{nearest(group, GROUPS)}"
        )
    rows = [
        {
            "name": p.name,
            "default": str(p.default),
            "range": ", ".join(p.choices) or (f"{p.low} to {p.high}" if p.low is not None else ""),
            "unit": p.unit,
            "tag": p.tag,
            "source": p.source,
            "meaning": p.meaning,
        }
        for p in declared().values()
        if not group or p.name.split(".")[0] == group
    ]
    _table(pd.DataFrame(rows))


@app.command()
def theory() -> None:
    """List the mechanisms and their rules, with sources."""
    from ..theory.rules import theory as table

    _table(table()[["action", "mechanism", "rule", "states", "source"]])


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option(help="File to write; default: the screen.")] = None,
) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from ..scenarios.scenario import json_schema

    text = json.dumps(json_schema(), indent=1)
    if out is None:
        print(text)
    else:
        out.write_text(text + "\n")
        print(out)


@app.command()
def chart(
    people: Annotated[Path, typer.Argument(help="CSV file: employees and their managers.")],
    ties: Ties = None,
    employee: Employee = None,
    manager: Manager = None,
    hired: Annotated[str | None, typer.Option(help="Column of the hire date.")] = None,
    level: Annotated[str | None, typer.Option(help="Column of the level.")] = None,
    department: Annotated[str | None, typer.Option(help="Column of the department.")] = None,
    tie_from: Annotated[str | None, typer.Option(help="Column of one end of a tie.")] = None,
    tie_to: Annotated[str | None, typer.Option(help="Column of the other end.")] = None,
    tie_weight: Annotated[str | None, typer.Option(help="Column of a tie's strength.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Day to which tenure counts.")] = None,
    date_format: Annotated[str | None, typer.Option(help="As %d/%m/%Y, if ambiguous.")] = None,
    strongest: Annotated[int, typer.Option(min=0, max=50, help="Ties kept a person.")] = 4,
    delimiter: Annotated[str | None, typer.Option(help="Of the columns.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Such as utf-8 or cp1252.")] = None,
    repair: Repair = False,
    out: Annotated[Path, typer.Option(help="Picture to draw (.svg or .png).")] = Path("chart.svg"),
) -> None:
    """Describe an organization chart (levels, spans, ties) and draw it."""
    from ..organizations.chart import load_chart
    from ..pictures import figures

    organization = load_chart(
        people,
        ties,
        employee=employee,
        manager=manager,
        hired=hired,
        level=level,
        department=department,
        tie_from=tie_from,
        tie_to=tie_to,
        tie_weight=tie_weight,
        as_of=as_of,
        date_format=date_format,
        strongest=strongest,
        delimiter=delimiter,
        encoding=encoding,
        repair=repair,
    )
    _describe(organization)
    print(figures.save(figures.organization_chart(organization), out))


def _describe(organization: Organization) -> None:
    import pandas as pd

    found = organization.describe()
    for note in organization.notes:
        print(note)
    _table(pd.DataFrame(found["levels"]), f"{found['people']:,} people, {found['leaders']} leaders")
    print(f"Branches: {', '.join(map(str, found['branches']))} people.")
    if found["ties"]:
        print(
            f"Ties: {found['ties']:,}, {found['ties_per_person']:.1f} a person; "
            f"{found['ties_in_branch']:.0%} stay in the branch, {found['ties_in_level']:.0%} in "
            "the level."
        )
    if found["known_tenure"]:
        print(f"Hire dates: known of {found['known_tenure']:.0%}.")


@app.command()
def report(
    results: Annotated[Path, typer.Argument(help="Results folder of a comparison.")],
    out: Annotated[Path | None, typer.Option(help="HTML file to write.")] = None,
) -> None:
    """Write the report of a saved comparison again, without running anything."""
    from ..answers.analysis import saved_comparison

    result = saved_comparison(results)
    print(result.report(out or results / "report.html", command=None).resolve())


if __name__ == "__main__":
    main()
