"""Commands that ask whether the model may be believed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...errors import InputError
from ...files import save_table
from ...progress import shown as progressing
from ...progress import stages
from .application import EVIDENCE, app
from .estimates import (
    CASES,
    MEASURED,
    SIGNS,
    foretell,
    foretell_calibration,
    foretold,
    workers_asked,
)
from .options import (
    NAME,
    Changes,
    Executor,
    Out,
    Seed,
    Workers,
    one_of,
    scenarios_of,
    takes_chart,
    tell_charts,
    vectors_of,
    writes,
)
from .output import say, show, tell_each

if TYPE_CHECKING:
    from ...organizations.organization import Organization
    from ...scenarios.scenario import Scenario
    from ...study.outputs import Put

#: What a folder of a calibration says that it is of.
CALIBRATE, CALIBRATE_DATA = "calibrate", "calibrate --data"


@app.command(rich_help_panel=EVIDENCE)
def verify(
    cases: Annotated[
        list[str] | None, typer.Argument(metavar="CASE", help="Limit cases; none: all.")
    ] = None,
    out: Annotated[Path, writes("HTML page to write.")] = Path("verification.html"),
    table: Annotated[Path | None, writes("CSV file to write as well.")] = None,
) -> None:
    """Run the limit cases against their closed forms; exit code 1 if one fails."""
    from ...answers.report import write_verification
    from ...evidence import verification

    weights = [float(CASES.get(case, 1)) for case in cases or verification.CASES]
    _foretell_cases(list(cases or verification.CASES), sum(weights))
    with progressing(len(weights), "limit cases", weights=weights) as advance:
        found = verification.verify(cases or None, progress=advance)
    checks = found.table()
    shown = checks[["case", "quantity", "expected", "found", "tolerance", "alarm", "holds"]]
    show(shown.assign(alarm=["exact" if not a else f"{a:.0e}" for a in checks["alarm"]]))
    say(f"{checks['holds'].sum()} of {len(checks)} checks hold.")
    if table is not None:
        save_table(checks, table, "%.6g")
        print(table)
    print(write_verification(checks, found.curves, out).resolve())
    if not checks["holds"].all():
        raise typer.Exit(1)


@app.command(rich_help_panel=EVIDENCE)
def patterns(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help=NAME)] = "baseline",
    replications: Annotated[
        int, typer.Option("--replications", "-n", metavar="N", help="Runs of each.")
    ] = 20,
    vector: Annotated[
        int | None,
        typer.Option(metavar="N", help="Row of the accepted (or given) vectors, from 0."),
    ] = None,
    vectors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV file of parameter vectors.")
    ] = None,
    seed: Seed = 0,
    set: Changes = None,
    out: Annotated[Path | None, writes("CSV file to write.")] = None,
) -> None:
    """Measure the patterns that a calibrated baseline must show; failures are listed too."""
    chosen = scenarios_of([scenario], set)[0]
    if vector is not None or vectors is not None:
        chosen = _with_row(chosen, vectors_of(True, vectors), vector or 0)
    from ...evidence import patterns as found

    found.check_replications(replications)
    foretell(chosen, None, replications, each=MEASURED + SIGNS, what="replications")
    weights = [MEASURED] * replications + [SIGNS] * replications
    with progressing(found.STEPS * replications, "patterns", weights=weights) as advance:
        measured = found.pattern_table(chosen, seed, replications, progress=advance)
    show(
        measured,
        f"{chosen.title or chosen.name}: {replications} runs",
        found.for_the_screen(measured),
    )
    if out is not None:
        save_table(measured, out)
        print(out)
    for number, reason in found.NOT_FITTED.items():
        say(f"Pattern {number} is not fitted: {reason}.")
    say(found.verdict(measured))


@app.command(rich_help_panel=EVIDENCE)
@takes_chart()
def calibrate(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help=NAME)] = "baseline",
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV or Excel file of your organization's monthly series; none: to patterns.",
        ),
    ] = None,
    data_sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help="Sheet of --data, if a workbook.")
    ] = None,
    seed: Seed = 0,
    out: Annotated[Path, writes("For runs and results.", "FOLDER")] = Path("runs/calibration"),
    effort: Annotated[
        str,
        typer.Option(
            metavar="full|quick",
            help="To patterns: about 45 minutes on 2 cores, or a coarser one of about 20.",
        ),
    ] = "full",
    executor: Executor = None,
    fit: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="To data: parameter to fit (repeat); none: the usual."),
    ] = None,
    since_launch: Annotated[
        int,
        typer.Option(
            metavar="N", help="To data: months the programme ran before the first of the series."
        ),
    ] = 0,
    draws: Annotated[int, typer.Option(metavar="N", help="To data: runs to draw.")] = 4000,
    set: Changes = None,
    organization: Organization | None = None,
) -> None:
    """Fit uncertain parameters to the published patterns, or to your own series; resumes."""
    chosen = scenarios_of([scenario], set)[0]
    tell_charts([chosen], organization)
    if data is None and data_sheet is not None:
        raise InputError("--data-sheet needs --data: it names a sheet of that workbook")
    if data is None:
        _to_patterns(chosen, organization, seed, out, effort, executor)
    else:
        from ...evidence.own_data import read_series

        series = read_series(data, data_sheet)
        tell_each(series.attrs["notes"])
        _to_data(
            series, chosen, organization, seed, out, executor, tuple(fit or ()), since_launch, draws
        )


@app.command(rich_help_panel=EVIDENCE)
@takes_chart()
def sensitivity(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help=NAME)] = "baseline",
    measure: Annotated[
        str, typer.Option(metavar="MEASURE", help="Outcome, over the last 12 months.")
    ] = "adoption",
    parameter: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Parameter to vary (repeat); none: all uncertain ones."),
    ] = None,
    trajectories: Annotated[int, typer.Option(metavar="N", min=2, help="Of the screening.")] = 16,
    top: Annotated[
        int, typer.Option(metavar="N", help="Parameters that go on to the decomposition.")
    ] = 8,
    samples: Annotated[
        int, typer.Option(metavar="N", min=2, help="Base samples there, a power of 2.")
    ] = 128,
    replications: Annotated[
        int, typer.Option("--replications", "-n", metavar="N", help="Runs a point.")
    ] = 4,
    seed: Seed = 0,
    executor: Executor = None,
    workers: Workers = None,
    set: Changes = None,
    out: Out = None,
    organization: Organization | None = None,
) -> None:
    """Say which parameters an outcome hangs on: Morris screening, then Sobol' indices."""
    from ...evidence import sensitivity as found
    from ...study.execution import named_executor
    from ...study.outputs import Outputs

    chosen = scenarios_of([scenario], set)[0]
    tell_charts([chosen], organization)
    folder = out or Path("runs") / f"sensitivity-{chosen.name}-{chosen.digest[:8]}-{measure}-{seed}"
    over = found.ranges_over(parameter or ())
    total = replications * found.points_needed(len(over), trajectories, top, samples)
    with (
        Outputs(folder, "sensitivity") as outputs,
        named_executor(executor, workers) as pool,
        progressing(total, "sensitivity") as advance,
    ):
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
            progress=foretold(
                advance, chosen, organization, total, workers=workers_asked(executor, workers)
            ),
        )
        written = outputs.put(lambda fresh: found.write_sensitivity(result, fresh))
    if result.screening["mu_star"].notna().any():
        show(result.screening.head(2 * top), f"screening: effects on {measure}")
    show(result.indices, f"decomposition of the variance of {measure}")
    _tell_written(written)
    for told in result.sentences():
        say(told)


def _tell_written(written: Put) -> None:
    """Print where files are, and say which older ones are set aside."""
    tell_each(written.notes, "mentoring: ")
    for path in written.paths:
        print(path)


def _foretell_cases(cases: list[str], work: float) -> None:
    from ...evidence.verification import CASES as KNOWN
    from ...scenarios.scenario import load_scenario

    if all(case in KNOWN for case in cases) and work > 100.0:
        usual = load_scenario("baseline")
        foretell(usual, None, len(cases), each=work / len(cases), what="limit cases")


def _with_row(scenario: Scenario, vectors: Any, row: int) -> Scenario:
    from ...study.uncertainty import with_vector

    if not 0 <= row < len(vectors):
        raise InputError(f"--vector {row}: there are vectors 0 to {len(vectors) - 1}")
    return with_vector(scenario, vectors.iloc[row].to_dict())


def _to_patterns(
    scenario: Scenario,
    organization: Organization | None,
    seed: int,
    out: Path,
    effort: str,
    executor: str | None,
) -> None:
    from ...evidence import calibration
    from ...study.outputs import Outputs

    one_of("--effort", effort, calibration.EFFORTS)
    with Outputs(out, CALIBRATE) as outputs, stages() as progress:
        found = calibration.calibrate(
            out / "runs",
            scenario,
            seed,
            calibration.EFFORTS[effort],
            organization=organization,
            executor=executor,
            progress=foretold(
                progress, effort, workers_asked(executor, None), by=foretell_calibration
            ),
        )
        written = outputs.put(lambda fresh: calibration.write_tables(found, fresh))
    _tell_written(written)
    show(found.identifiability(), f"{len(found.accepted)} vectors accepted of {found.tried}")
    say(found.verdict())


def _to_data(
    series: Any,
    scenario: Scenario,
    organization: Organization | None,
    seed: int,
    out: Path,
    executor: str | None,
    fitted: tuple[str, ...],
    since_launch: int,
    draws: int,
) -> None:
    from ...evidence import own_data
    from ...study.outputs import Outputs

    with Outputs(out, CALIBRATE_DATA) as outputs, progressing(draws, "fitting") as advance:
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
            progress=foretold(
                advance, scenario, organization, draws, workers=workers_asked(executor, None)
            ),
        )
        written = outputs.put(lambda fresh: own_data.write_fit(found, fresh))
    show(found.posterior, f"{len(series)} months, {draws:,} draws: 90 % intervals")
    say(f"{found.inside:.0%} of the observed numbers lie where nine runs in ten of the fit do.")
    if found.poorly_shown:
        say(f"Of {', '.join(found.poorly_shown)} fewer than half do: see predictive.png.")
    if found.out_of_reach:
        say(
            f"Do not rely on this fit: none of its runs shows {' or '.join(found.out_of_reach)} as "
            "observed. Had the programme run before the first month (--since-launch)? Is the "
            "organization unlike the scenario (--set, --chart)?"
        )
    _tell_written(written)
