"""The command ``mentoring``: arguments in, tables and files out; all work is done elsewhere.

Exit codes: 0 done, 1 a run failed or cannot be reproduced, 2 the input is wrong.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .errors import InputError, nearest

if TYPE_CHECKING:
    from .organization import Organization
    from .scenario import Scenario

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
    from .scenario import load_scenario

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
    from .chart import load_chart

    organization = load_chart(chart, ties, repair=repair, employee=employee, manager=manager)
    for note in organization.notes:
        print(note, file=sys.stderr)
    return organization


@contextlib.contextmanager
def _progress(total: int, what: str) -> Iterator[Callable[[], None]]:
    """Show progress with the time left on a terminal; stay quiet when piped."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def _warm_up() -> None:
    """Say that the first run compiles, once for each version of the model."""
    from .compiled import ENABLED, cache_folder

    if ENABLED and not any(cache_folder().glob("engine.run*.nbc")):
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
    from .results import save
    from .sweeps import replications_of, simulate

    count = replications_of(chosen, replications)
    _warm_up()
    with _progress(count, chosen.name) as advance:
        runs = simulate(chosen, seed, count, organization, progress=advance)
    summary = runs.summary().drop(columns=["scenario", "point", "replications"])
    shown = summary[~summary["measure"].str.contains("_level_")]
    _table(shown, f"{chosen.title or chosen.name}: the last 12 months, {runs.replications} runs")
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
        float | None, typer.Option(help="Add runs until end adoption is known this narrowly.")
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
    from .scenario import load_scenario

    if not scenarios:
        from .analysis import DEMONSTRATION

        scenarios = list(DEMONSTRATION)
    chosen = _scenarios(scenarios, set) if set else [load_scenario(s) for s in scenarios]
    organization = _chart(chart, ties, repair, employee, manager)
    from . import analysis
    from .results import save

    _warm_up()
    with _progress(len(chosen) * (replications or 30), "comparing") as advance:
        result = analysis.compare(chosen, seed, replications, half_width,
                                  organization=organization, progress=advance)  # fmt: skip
    _show_comparison(result)
    folder = save(result.runs, out or Path("report"))
    print(result.report(folder / "report.html", command=_command_line()).resolve())


def _command_line() -> str:
    import shlex

    return shlex.join(["mentoring", *sys.argv[1:]])


def _show_comparison(result: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    from .analysis import OUTCOMES

    outcomes = result.outcomes
    table = Table("", box=None, pad_edge=False, title_justify="left", title=(
        f"{result.runs.replications} paired runs of {len(result.scenarios)} scenarios; "
        f"differences from {result.scenarios[0].name}"))  # fmt: skip
    for head in ("mean", "difference", "95 % interval"):
        table.add_column(head, justify="right")
    for key in _ON_SCREEN:
        outcome = OUTCOMES[key]
        unit = "%" if outcome.scale == 100.0 else outcome.shown
        head = outcome.label if unit in outcome.label else f"{outcome.label}, {unit}"
        table.add_row(head, style="bold")
        for row in outcomes[outcomes["outcome"] == key].itertuples():
            table.add_row(f"  {row.scenario}", *_outcome_cells(row, outcome))
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    for sentence in outcomes.loc[outcomes["outcome"].isin(_SPOKEN), "sentence"]:
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
    )


_ON_SCREEN = ("end_adoption", "mean_engagement", "practised_person_years", "exits", "money")
_SPOKEN = ("end_adoption", "months_to_half_recovery", "credibility_half_recovery")


@app.command()
def sweep(
    scenario: Name,
    replications: Replications = None,
    seed: Seed = 0,
    set: Changes = None,
    chart: Chart = None,
    ties: Ties = None,
    repair: Repair = False,
    out: Out = None,
) -> None:
    """Run every point of a scenario's [sweep] table and keep the results."""
    chosen = _scenarios([scenario], set)[0]
    organization = _chart(chart, ties, repair, None, None)
    from . import sweeps

    points = len(sweeps.design_points(chosen))
    count = sweeps.replications_of(chosen, replications, chosen.sweep)
    folder = out or Path("runs") / f"{chosen.name}-{chosen.digest}-{seed}"
    _warm_up()
    with _progress(points * count, f"{points} points") as advance:
        runs = sweeps.sweep(chosen, None, count, seed, out=folder, organization=organization,
                            progress=advance)  # fmt: skip
    ends = runs.summary().query("measure == 'adoption'")[["point", "mean", "low", "high"]]
    merged = runs.points.merge(ends, on="point").drop(columns="scenario")
    _table(merged, f"{chosen.title or chosen.name}: practising in the last 12 months")
    print(folder)


@app.command()
def patterns(
    scenario: Annotated[str, typer.Argument(help="Scenario: a name or a .toml file.")] = "baseline",
    replications: Annotated[int, typer.Option("--replications", "-n", help="Runs of each.")] = 20,
    seed: Seed = 0,
    set: Changes = None,
    out: Annotated[Path | None, typer.Option(help="CSV file to write.")] = None,
) -> None:
    """Measure the patterns that a calibrated baseline must show; failures are listed too."""
    chosen = _scenarios([scenario], set)[0]
    from . import patterns as found

    _warm_up()
    with _progress(found.RUNS * replications, "patterns") as advance:
        table = found.pattern_table(chosen, seed, replications, progress=advance)
    _table(found.for_the_screen(table), f"{chosen.title or chosen.name}: {replications} runs")
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(out, index=False)
        print(out)
    print(found.verdict(table))


@app.command()
def verify(
    cases: Annotated[list[str] | None, typer.Argument(help="Limit cases; none: all.")] = None,
    out: Annotated[Path, typer.Option(help="HTML page to write.")] = Path("verification.html"),
) -> None:
    """Run the limit cases against their closed forms; exit code 1 if one fails."""
    from . import verification
    from .report import write_verification

    _warm_up()
    with _progress(len(cases or verification.CASES), "limit cases") as advance:
        found = verification.verify(cases or None, progress=advance)
    table = found.table()
    shown = table[["case", "quantity", "expected", "found", "tolerance", "alarm", "holds"]]
    _table(shown.assign(alarm=["exact" if not a else f"{a:.0e}" for a in table["alarm"]]))
    print(f"{table['holds'].sum()} of {len(table)} checks hold.")
    print(write_verification(table, found.curves, out).resolve())
    if not table["holds"].all():
        raise typer.Exit(1)


@app.command()
def reproduce(
    results: Annotated[Path, typer.Argument(help="A results folder.")],
) -> None:
    """Run saved results again and say whether every number is the same."""
    from .results import load
    from .sweeps import reproduce as again

    _, stated = load(results)
    _warm_up()
    total = len(stated["points"]) * len(stated["replications"])
    with _progress(total, "again") as advance:
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
    from .scenario import load_scenario

    wrong = 0
    for name in scenarios:
        try:
            chosen = load_scenario(name)
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
    from .scenario import explain as explained
    from .scenario import load_scenario

    for item in explained(load_scenario(scenario), name):
        print(item)


@app.command()
def diff(
    first: Name,
    second: Annotated[str, typer.Argument(help="The other scenario.")],
) -> None:
    """Say in which values and events two scenarios differ."""
    from .scenario import diff as differences
    from .scenario import load_scenario

    found = differences(load_scenario(first), load_scenario(second))
    for item in found:
        print(item)
    if not found:
        print("No difference.")


@app.command()
def scenarios() -> None:
    """List the shipped scenarios and the question each answers."""
    import pandas as pd

    from .scenario import load_scenario, shipped_scenarios

    rows = [load_scenario(name) for name in shipped_scenarios()]
    _table(pd.DataFrame({"name": [s.name for s in rows], "question": [s.question for s in rows]}))


@app.command()
def parameters(
    group: Annotated[str, typer.Argument(help="A group, such as commitment; none: all.")] = "",
) -> None:
    """List the parameters: default, range, unit, tag, source, meaning."""
    import pandas as pd

    from .parameters import GROUPS, declared

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
    from .rules import theory as table

    _table(table()[["action", "mechanism", "rule", "states", "source"]])


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option(help="File to write; default: the screen.")] = None,
) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from .scenario import json_schema

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
    from . import figures
    from .chart import load_chart

    organization = load_chart(
        people, ties, employee=employee, manager=manager, hired=hired, level=level,
        department=department, tie_from=tie_from, tie_to=tie_to, tie_weight=tie_weight,
        as_of=as_of, date_format=date_format, strongest=strongest, delimiter=delimiter,
        encoding=encoding, repair=repair,
    )  # fmt: skip
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
    from .analysis import saved_comparison

    result = saved_comparison(results)
    print(result.report(out or results / "report.html", command=None).resolve())


if __name__ == "__main__":
    main()
