"""From tables to tables: summaries, paired differences with intervals, plain sentences.

Scenarios are compared on shared luck: replication r of each has the same draws, so the
difference is taken run by run and its interval (Student's t over replications) is far
narrower than that of two separate means.
"""

from __future__ import annotations

import functools
import html
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import InputError, nearest
from ..organizations.organization import Organization
from ..pictures.summaries import SHOWN, bands, by_level, differences_over_time, distinct
from ..scenarios.explaining import diff
from ..scenarios.scenario import Scenario, load_scenario
from ..study.running import carry_out, changed
from ..study.runs import Runs, load
from ..study.stopping import Reached, check_targets, count_of
from ..study.study import study_of
from ..study.uncertainty import accepted_vectors, note_on_lacking
from .declared import Outcome, Window, outcomes_with
from .outcomes import note_on_survival, outcome_table, outcomes_of_runs, read_windows
from .recovery import MEASURES_READ, beyond_the_end, recoveries
from .report import described_organization, write_report
from .sweep_report import write_sweep_report

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Comparison", "compare", "compared", "report", "saved_comparison"]

#: The shipped scenarios that a comparison without names shows.
DEMONSTRATION = (
    "baseline",
    "strong-commitment",
    "talk-without-action",
    "lapse-6-months",
    "chief-leaves",
    "no-infrastructure",
)


@dataclass(frozen=True)
class Comparison:
    """Scenarios compared on shared luck, against the first.

    Attributes
    ----------
    runs : Runs
    outcomes : DataFrame
        See :func:`outcome_table`.
    notes : tuple of str
        What has to be known to read them: an interruption, parameters without vectors, or that
        all programmes survive.
    windows : tuple of Window
        Those whose outcomes were asked for besides.
    """

    runs: Runs
    outcomes: pd.DataFrame = field(repr=False)
    notes: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios compared; the first is the reference."""
        return self.runs.study.scenarios

    @property
    def reached(self) -> tuple[Reached, ...]:
        """How narrow intervals are that were to be narrow, and what it took."""
        return self.runs.reached

    @property
    def told(self) -> dict[str, Outcome]:
        """What may stand in ``outcomes``, by its name there: those in windows come last."""
        return outcomes_with(self.windows)

    @functools.cached_property
    def titles(self) -> dict[str, str]:
        """Names of the scenarios to titles that tell them apart."""
        return _titles(self.scenarios)

    @functools.cached_property
    def tables(self) -> dict[str, Any]:
        """Everything that the figures and the report read, by name."""
        runs, vectors = self.runs, self.runs.vectors
        levels = [name for name in runs.measures if name.startswith("adoption_level_")]
        groups = list(runs.in_turn(SHOWN))
        return {
            "bands": pd.concat(
                [bands(runs.series(some), some) for some in groups], ignore_index=True
            ),
            "differences_over_time": pd.concat(
                [self._differences(some) for some in groups], ignore_index=True
            ),
            "levels": by_level(runs.series(levels)),
            "outcomes": self.outcomes,
            "scenarios": [_described(s, self.scenarios[0], self.titles) for s in self.scenarios],
            "chart": self.runs.organizations[0],
            "organization": described_organization(self.runs.organizations[0]),
            "notes": self.notes,
            "folder": self.runs.folder,
            "provenance": self.runs.provenance
            | {
                "vectors": None if vectors is None else _vectors_run(self.runs),
                "months": self.scenarios[0].parameters.run.months,
            },
        }

    @property
    def sentences(self) -> list[str]:
        """One plain sentence for each difference."""
        return [sentence for sentence in self.outcomes["sentence"] if sentence]

    def plot(self, measure: str = "adoption") -> Figure:
        """Return a figure of the paired differences in one measure, month by month.

        Raises
        ------
        InputError
            There is no such measure.
        """
        from ..pictures import figures

        return figures.differences(self._differences([measure]), measure, titles=self.titles)

    def _differences(self, measures: Sequence[str]) -> pd.DataFrame:
        names, table = [scenario.name for scenario in self.scenarios], self.runs.series(measures)
        return differences_over_time(
            table, names, measures, single_runs=self.runs.vectors is not None
        )

    def report(self, path: str | Path) -> Path:
        """Write the self-contained HTML report; return its path."""
        return write_report(self.tables, path)

    def __repr__(self) -> str:
        names = " against ".join([", ".join(n.name for n in self.scenarios[1:]), self._first])
        return f"<Comparison of {names}: {self.runs.replications} paired runs>"

    @property
    def _first(self) -> str:
        return self.scenarios[0].name

    def _repr_html_(self) -> str:
        rows = [f"<li>{html.escape(sentence)}</li>" for sentence in self.sentences]
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        return f"<p>{html.escape(repr(self).strip('<>'))}</p>{notes}<ul>{''.join(rows)}</ul>"


def _titles(scenarios: Sequence[Scenario]) -> dict[str, str]:
    titles = distinct([(scenario.name, scenario.title) for scenario in scenarios])
    return dict(zip([scenario.name for scenario in scenarios], titles, strict=True))


def _vectors_run(runs: Runs) -> int:
    """Return how many parameter vectors the runs went through."""
    return min(len(runs.vectors), runs.replications) if runs.vectors is not None else 0


def _described(scenario: Scenario, first: Scenario, titles: Mapping[str, str]) -> dict[str, Any]:
    changes = [
        {
            "parameter": change.name,
            "first": change.first,
            "this": change.second,
            "unit": change.unit,
        }
        for change in diff(first, scenario)
        if "." in change.name and not isinstance(change.second, str)
    ]
    return {
        "name": scenario.name,
        "title": titles[scenario.name],
        "question": scenario.question,
        "digest": scenario.digest,
        "events": scenario.as_dict()["events"],
        "changes": changes,
    }


def compare(
    scenarios: Sequence[Scenario | str | Path] | Scenario | str | Path = DEMONSTRATION,
    seed: int = 0,
    replications: int | None = None,
    half_width: float | None = None,
    *,
    against: str | None = None,
    until: Mapping[str, float] | None = None,
    uncertainty: bool | pd.DataFrame = False,
    windows: Iterable[str | Sequence[int]] = (),
    organization: Organization | None = None,
    interventions: Iterable[Any] = (),
    analyzers: Iterable[Any] = (),
    executor: Any = None,
    out: str | Path | bool | None = None,
    progress: bool | Callable[[], Any] | None = None,
    command: str | None = None,
    **changes: Any,
) -> Comparison:
    """Compare scenarios on shared luck, against the first.

    Parameters
    ----------
    scenarios : sequence of Scenario, names or paths
        One alone is compared with what ``changes`` make of it.
    seed : int
    replications : int, optional
        Of each scenario; default 30, with ``uncertainty`` two of each vector.
    half_width : float, optional
        Short for ``until={"adoption": half_width}``.
    against : str, optional
        The name of the scenario that the others are compared with; default: the first.
    until : mapping, optional
        Add replications until the 95 % interval of every difference in each measure named,
        over the last twelve months, is at most this wide on either side
        (:mod:`simulation.study.stopping`); ``reached`` says what it took.
    uncertainty : bool or DataFrame
        Let replications go through the accepted parameter vectors in turn, or through the
        rows of a table with dotted names: intervals then hold chance and what is not known
        about parameters, and their shares are told.
    windows : iterable, optional
        Months whose outcomes are told besides, each as ``(60, 72)`` or ``"60:72"``: the first,
        and the one after the last. ``"event+24:event+36"`` counts from the month of the first
        event of any scenario. They are kept with the runs.
    organization : Organization, optional
        In place of the ones that the scenarios name.
    interventions, analyzers, executor, out, progress, command
        See :func:`simulation.simulate`.
    **changes
        Dotted changes: of every scenario, or of one alone that is compared with itself.

    Raises
    ------
    InputError
        Fewer than two scenarios, two of one name, different organizations or lengths, or a
        window that runs do not have.
    """
    chosen = _chosen(scenarios, changes, against)
    _check_comparable(chosen, organization)
    told = read_windows(windows, chosen)
    vectors = accepted_vectors() if uncertainty is True else None
    if isinstance(uncertainty, pd.DataFrame):
        vectors = uncertainty
    targets = dict(until or {}) | ({"adoption": half_width} if half_width is not None else {})
    _check_targets(targets, vectors)
    study = study_of(
        chosen,
        seed,
        organization=organization,
        vectors=vectors,
        interventions=interventions,
        analyzers=analyzers,
    )
    runs = carry_out(
        study,
        replications_of_comparison(replications, vectors),
        until=targets,
        executor=executor,
        out=out,
        progress=progress,
        command=command,
        windows=told,
    )
    return compared(runs)


def _chosen(
    scenarios: Sequence[Scenario | str | Path] | Scenario | str | Path,
    changes: Mapping[str, Any],
    against: str | None,
) -> list[Scenario]:
    """Return the scenarios to compare, the reference first."""
    if isinstance(scenarios, Scenario | str | Path):
        scenarios = [scenarios]
    chosen = [load_scenario(one) for one in scenarios]
    if changes and len(chosen) == 1:
        chosen.append(variant(chosen[0], changes))
    else:
        chosen = [changed(scenario, changes, compare) for scenario in chosen]
    if against is None:
        return chosen
    names = [scenario.name for scenario in chosen]
    wanted = against if against in names else Path(against).stem
    if wanted not in names:
        raise InputError(
            f"against '{against}': compared are {', '.join(names)}.{nearest(against, names)}"
        )
    return sorted(chosen, key=lambda scenario: scenario.name != wanted)


def variant(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario with changes, called by them, to stand beside the scenario itself."""
    made = changed(scenario, changes, compare)
    if made.digest == scenario.digest:
        raise InputError(
            f"scenario '{scenario.name}' has these values already; there is nothing to compare"
        )
    told = ", ".join(f"{name} = {value}" for name, value in changes.items())
    title = f"{scenario.title or scenario.name}, with {told}"
    return made.changed({"name": f"{scenario.name}-changed", "title": title})


def replications_of_comparison(asked: int | None, vectors: pd.DataFrame | None) -> int:
    """Return how often each scenario runs: 30, or each vector equally often and at least twice."""
    if asked is not None:
        asked = count_of(asked)
    if vectors is None:
        return 30 if asked is None else asked
    runs = max(2, -(-(asked or 0) // len(vectors)))
    return runs * len(vectors)


def compared(runs: Runs, windows: Iterable[str | Sequence[int]] | None = None) -> Comparison:
    """Return the comparison of runs of two or more scenarios.

    Parameters
    ----------
    runs : Runs
    windows : iterable, optional
        See :func:`compare`; default: those kept with the runs.

    Raises
    ------
    InputError
        There are fewer, the points are those of a design, or the runs lack a window's months.
    """
    scenarios = runs.study.scenarios
    if len(scenarios) < 2:
        what = "a sweep" if runs.design is not None else "one scenario"
        raise InputError(f"{runs.folder or 'these runs'} hold {what}; a comparison is of several")
    return _comparison(runs, windows)


def _comparison(runs: Runs, asked: Iterable[str | Sequence[int]] | None = None) -> Comparison:
    runs = runs.whole()
    scenarios = runs.study.scenarios
    windows = read_windows(runs.windows if asked is None else asked, scenarios)
    each = _outcomes(runs, windows)
    vectors = None if runs.vectors is None else len(runs.vectors)
    curves = runs.series(MEASURES_READ)
    recovered = beyond_the_end(runs, recoveries(curves, scenarios, vectors), vectors)
    table = outcome_table(each, _titles(scenarios), recovered, vectors, windows)
    survival = note_on_survival(each, scenarios)
    return Comparison(runs, table, (*_notes(runs), *([survival] if survival else [])), windows)


def _outcomes(runs: Runs, windows: Sequence[Window]) -> pd.DataFrame:
    """Return :func:`outcomes_of_runs`, with as many measures in memory as it bears."""
    outcomes = outcomes_with(windows)
    always = {"headcount"} | {one.given for one in outcomes.values() if one.given}
    measures = [name for name in runs.measures if any(name == o.measure for o in outcomes.values())]
    each = [
        outcomes_of_runs(runs.series(sorted(always.union(some))), runs.study.scenarios, windows)
        for some in runs.in_turn(measures)
    ]
    together = pd.concat(each, axis=1)
    together = together.loc[:, ~together.columns.duplicated()]
    return together[["scenario", "replication", *(key for key in outcomes if key in together)]]


def _notes(runs: Runs) -> Iterator[str]:
    if runs.vectors is not None and runs.replications < len(runs.vectors):
        yield (
            f"Only {runs.replications} of {len(runs.vectors)} parameter vectors were run: the "
            "intervals hold what these say."
        )
    if runs.vectors is not None and (lacking := note_on_lacking(runs.vectors)):
        yield lacking
    if runs.interrupted:
        yield f"The work was interrupted: {runs.replications} replications are whole."
    yield from runs.provenance["notes"]


def _check_comparable(scenarios: Sequence[Scenario], organization: Organization | None) -> None:
    if len(scenarios) < 2:
        raise InputError("a comparison needs at least two scenarios, or one and a change of it")
    names = [scenario.name for scenario in scenarios]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"scenario '{twice[0]}' is named twice; give each scenario once")
    first = scenarios[0].parameters
    for scenario in scenarios[1:]:
        if scenario.parameters.run != first.run:
            raise InputError(
                f"scenarios '{names[0]}' and '{scenario.name}' differ in [run]; "
                "to be compared they must have the same months and steps"
            )
        if organization is None and scenario.parameters.organization != first.organization:
            raise InputError(
                f"scenarios '{names[0]}' and '{scenario.name}' have different organizations; "
                "luck can be shared only on the same one"
            )


def _check_targets(targets: Mapping[str, float], vectors: pd.DataFrame | None) -> None:
    check_targets(targets)
    if targets and vectors is not None:
        raise InputError(
            "intervals cannot be made narrow with uncertainty: no number of runs "
            "narrows what is not known about parameters"
        )


def report(
    runs: Runs, path: str | Path, windows: Iterable[str | Sequence[int]] | None = None
) -> Path:
    """Write the report of any runs: of a comparison, of one scenario, or of a sweep.

    Nothing is run, but longer runs for a sentence on recovery where the folder lacks them.
    Versions, platform and command are those of the runs.

    Parameters
    ----------
    runs : Runs
    path : str or Path
    windows : iterable, optional
        See :func:`compare`; default: those kept with the runs.

    Raises
    ------
    InputError
        Runs lack a window's months, or windows are asked of a sweep.
    """
    if runs.design is None:
        return _comparison(runs, windows).report(path)
    if windows is not None:
        raise InputError("windows are of a comparison, and these runs are a sweep's")
    return write_sweep_report(runs, path)


def saved_comparison(
    folder: str | Path, windows: Iterable[str | Sequence[int]] | None = None
) -> Comparison:
    """Return the comparison of a results folder, without running it again.

    Only the longer runs that a sentence on recovery may need are made, if the folder lacks them.

    Parameters
    ----------
    folder : path
    windows : iterable, optional
        See :func:`compare`; default: those kept with the runs.

    Raises
    ------
    InputError
        The folder holds no results of two or more scenarios, or its runs lack a window's months.
    """
    return compared(load(folder), windows)
