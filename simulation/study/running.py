"""The one road: a study's runs, in memory or into a folder, as many as it takes.

:func:`simulate` and :func:`sweep` (and ``compare``, above) all go it. Every finished run is kept
at once; with a folder it is on disk, and :func:`resume` goes on wherever the work was stopped.
What a run gives depends on its scenario, seed and replication alone, so it is the same whatever
runs it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import EndedEarlyError, InputError, nearest
from ..organizations.organization import Organization
from ..progress import telling
from ..scenarios.designs import Design, make_design
from ..scenarios.scenario import Scenario, load_scenario
from ..scenarios.sweeps import Sweep
from ..theory.parameters import GROUPS, declared
from .execution import Batch, named_executor, run_batches
from .manifest import beside, manifest, other_hooks, refuse_unkept, study_in
from .naming import folder_of
from .runs import SAME, Runs
from .stopping import (
    FIRST,
    MOST,
    Reached,
    check_targets,
    count_of,
    narrow_enough,
    next_count,
    out_of_reach,
    reached,
)
from .store import BLOCK, JOB, MODEL, Memory, Store, Stored
from .study import ROW, RUNS, Ran, Study, given_up, refuse_other_rows, run_batch, study_of

__all__ = ["carry_out", "missing_jobs", "replications_of", "resume", "simulate", "sweep"]

Progress = bool | Callable[[], Any] | None
#: What a failed run does.
ON_ERROR = ("continue", "stop", "raise")


def simulate(
    scenario: Scenario | str | Path,
    seed: int = 0,
    replications: int = 1,
    organization: Organization | None = None,
    *,
    until: Mapping[str, float] | None = None,
    interventions: Iterable[Any] = (),
    analyzers: Iterable[Any] = (),
    executor: Any = None,
    out: str | Path | bool | None = None,
    progress: Progress = None,
    command: str | None = None,
    **changes: Any,
) -> Runs:
    """Run a scenario some number of times.

    Parameters
    ----------
    scenario : Scenario, or a name or path
    seed : int
        Study seed; the same seed gives the same bits.
    replications : int
        Replication r is the same whatever the number asked for.
    organization : Organization, optional
        In place of the one that the scenario names.
    until : mapping, optional
        Add replications until the mean of each measure named, over the last twelve months, is
        known this narrowly (:mod:`simulation.study.stopping`).
    interventions, analyzers : iterables of callables or classes, optional
        Called with the live run at the start and the end of each month. Classes are made and
        objects copied for each replication; what analyzers return is ``Runs.analyses``.
    executor : optional
        A name or an executor: :func:`simulation.study.execution.named_executor`; default: threads.
    out : path or True, optional
        Results folder; True: one in ``runs/`` that is named by what it holds. What it holds
        already is not run again.
    progress : bool or callable, optional
        True shows rate and time left; a function is called once a run.
    command : str, optional
        The command line that asked for the runs, kept in the manifest.
    **changes
        Dotted changes of the scenario: ``**{"commitment.action": 0.2}``.

    Returns
    -------
    Runs

    Raises
    ------
    InputError
        The scenario, the organization or the folder cannot be used.
    """
    chosen = changed(load_scenario(scenario), changes, simulate)
    study = study_of(
        [chosen],
        seed,
        organization=organization,
        interventions=interventions,
        analyzers=analyzers,
    )
    return carry_out(
        study,
        replications,
        until=until,
        executor=executor,
        out=out,
        progress=progress,
        command=command,
    )


def sweep(
    scenario: Scenario | str | Path,
    design: Sweep | Design | str | Path | None = None,
    replications: int | None = None,
    seed: int = 0,
    executor: Any = None,
    out: str | Path | bool | None = None,
    *,
    organization: Organization | None = None,
    months: bool = True,
    until: Mapping[str, float] | None = None,
    on_error: str = "continue",
    other_code: bool = False,
    interventions: Iterable[Any] = (),
    analyzers: Iterable[Any] = (),
    progress: Progress = None,
    command: str | None = None,
    **changes: Any,
) -> Runs:
    """Run every point of a design, each with the same luck.

    Parameters
    ----------
    scenario : Scenario, or a name or path
    design : Sweep, Design or path, optional
        Default: the scenario's ``[sweep]`` table. See ``simulation.grid`` and its friends.
    replications : int, optional
        Default: the design's.
    seed : int
    executor : optional
        See :func:`simulate`.
    out : path or True, optional
        Results folder: see :func:`simulate`. Memory does not grow with the
        number of runs, and what comes back reads from the folder.
    organization : Organization, optional
        In place of the one that the scenario names; the design must then not vary it.
    months : bool
        Whether the monthly series are kept, or each run's summary only.
    until : mapping, optional
        Add replications until the mean of each measure named is known this narrowly at every
        point (:mod:`simulation.study.stopping`).
    on_error : str
        What a failed run does: ``"continue"`` (it is a row with its error), ``"stop"``, or
        ``"raise"``.
    other_code : bool
        Go on in a folder of another version of the model; each row says which made it.
    interventions, analyzers, progress, command, **changes
        See :func:`simulate`.

    Returns
    -------
    Runs
        ``points`` holds each point's settings, ``failures`` what failed.

    Raises
    ------
    InputError
        The scenario, the design or the folder cannot be used.
    """
    base = changed(load_scenario(scenario), changes, sweep)
    stated = design if isinstance(design, Sweep) else base.sweep if design is None else None
    count = replications_of(base, replications, stated)
    study = study_of(
        [base],
        seed,
        make_design(base, design),
        organization,
        months=months,
        interventions=interventions,
        analyzers=analyzers,
    )
    return carry_out(
        study,
        count,
        until=until,
        executor=executor,
        out=out,
        on_error=on_error,
        other_code=other_code,
        progress=progress,
        command=command,
    )


def resume(
    folder: str | Path,
    executor: Any = None,
    *,
    on_error: str = "continue",
    other_code: bool = False,
    interventions: Iterable[Any] = (),
    analyzers: Iterable[Any] = (),
    progress: Progress = None,
) -> Runs:
    """Finish runs that were stopped: what is missing, and again what has failed.

    Parameters
    ----------
    folder : path
    executor, on_error, other_code, progress
        See :func:`sweep`.
    interventions, analyzers : iterables, optional
        Those that the runs were made with: a folder does not keep Python code.

    Raises
    ------
    InputError
        The folder holds no runs, or runs of another version of the model.
    """
    source = Stored(folder)
    hooks = tuple(interventions), tuple(analyzers)
    refuse_unkept(source, *hooks)
    others = other_hooks(source, *hooks)
    if others and not other_code:
        raise InputError(
            f"the code of {', '.join(others)} is not that which made the runs in {folder}; give "
            "that again, or let rows be added all the same (other_code=True)"
        )
    study = study_in(source, *hooks)
    return carry_out(
        study,
        int(source.study["replications"]),
        until=source.study["until"],
        executor=executor,
        out=folder,
        on_error=on_error,
        other_code=other_code,
        progress=progress,
        command=source.study.get("command"),
    )


def changed(scenario: Scenario, changes: Mapping[str, Any], function: Callable[..., Any]) -> Any:
    """Return a scenario with changes given as keywords of a function of the public face.

    Raises
    ------
    InputError
        A keyword is neither a change nor the function's; the nearest of both is named.
    """
    import inspect

    if not changes:
        return scenario
    for name in changes:
        known = [*inspect.signature(function).parameters, *declared()]
        if not is_change(name):
            raise InputError(
                f"{function.__name__} has no keyword '{name}', and it is no parameter to change."
                f"{nearest(name, known)}"
            )
    return scenario.changed(changes)


def is_change(name: str) -> bool:
    """Return whether a keyword can be a change of a scenario."""
    own = ("name", "title", "question", "events", "sweep")
    return name in own or name.partition(".")[0] in {*GROUPS, "events"}


def replications_of(scenario: Scenario, asked: int | None, design: Sweep | None = None) -> int:
    """Return how often to run: what is asked for, else the design's, the scenario's, or 10."""
    stated = (asked, design.replications if design else None, scenario.replications)
    return next((count for count in stated if count is not None), 10)


# ------------------------------------------------------------------------ the road


def carry_out(
    study: Study,
    replications: int,
    *,
    until: Mapping[str, float] | None = None,
    executor: Any = None,
    out: str | Path | bool | None = None,
    on_error: str = "raise",
    other_code: bool = False,
    progress: Progress = None,
    command: str | None = None,
    windows: Sequence[tuple[int, int]] | None = None,
) -> Runs:
    """Run a study, as far as it is not in the folder given, as often as it takes.

    Parameters
    ----------
    study : Study
    replications : int
        Of each point; the fewest, with ``until``.
    until : mapping, optional
        Half-widths by measure: of paired differences from the first scenario where there are
        several, else of each point's mean.
    executor, out, on_error, other_code, progress, command
        See :func:`sweep`.
    windows : sequence of tuples, optional
        Months that a comparison of the runs tells outcomes of, to be kept with them; None: as
        the folder says.
    """
    count = count_of(replications, len(study))
    targets = dict(until or {})
    check_targets(targets)
    if on_error not in ON_ERROR:
        known = "', '".join(ON_ERROR)
        raise InputError(f"on_error must be one of '{known}', not '{on_error}'")
    count = max(count, FIRST) if targets else count
    stated = manifest(study, count, targets, command, windows or ())
    folder = folder_of(study) if out is True else out or None
    with _store(study, stated, folder, other_code) as store:
        if windows is not None and store.study.get("windows", []) != stated["windows"]:
            store.restate(windows=stated["windows"], command=stated["command"])
        while True:
            if count > int(store.study["replications"]):
                store.restate(replications=count, until=targets)
            ended = _work(store, study, count, executor, on_error, progress)
            found = () if ended or not targets else _reached(store, study, count, targets)
            if ended or narrow_enough(found) or out_of_reach(found) or count >= MOST:
                break
            count = next_count(count)
    source = store if isinstance(store, Memory) else Stored(store.folder)
    mended = () if isinstance(store, Memory) else tuple(store.mended)
    runs = Runs(study, source, count, ended, found, mended)
    return _whole_replications(runs) if ended and on_error == "raise" else runs


def _store(
    study: Study, stated: Mapping[str, Any], out: str | Path | None, other_code: bool
) -> Memory | Store:
    if out is None:
        return Memory(study.tables, stated)
    same = tuple(key for key in SAME if not (other_code and key == MODEL))
    return Store(out, study.tables, stated, same, beside(study))


def _whole_replications(runs: Runs) -> Runs:
    """Return what an interruption left, cut to the replications that are whole.

    Replications are run one after the other, so these are the first ones.
    """
    if not runs.source.has(RUNS):
        raise KeyboardInterrupt
    if runs.whole_replications == 0:
        raise EndedEarlyError(
            "interrupted before the first replication of every point was finished"
        )
    return runs.whole()


def _reached(
    store: Memory | Store, study: Study, replications: int, targets: Mapping[str, float]
) -> tuple[Reached, ...]:
    """Return what so many replications have reached; a folder may hold more."""
    table = store.read(RUNS, ["point", "replication", "status", *targets])
    some = (table["status"] == "finished") & (table["replication"] < replications)
    return tuple(reached(table[some], targets, differences=len(study.scenarios) > 1))


def _work(
    store: Memory | Store,
    study: Study,
    replications: int,
    executor: Any,
    on_error: str,
    progress: Progress,
) -> bool:
    """Run what is missing or has failed; return whether it was ended early."""
    numbers = _missing(store, study, len(study) * replications)
    if study.interventions or study.analyzers:
        executor = "serial"  # hooks are Python: no reason to share them between threads
    wanted = len(study) * replications
    what = "running" if len(study) == 1 else f"{len(study):,} points"
    with (
        named_executor(executor) as pool,
        telling(progress, wanted, what, wanted - len(numbers)) as advance,
    ):
        try:
            for ran in outcomes(study, numbers, pool, on_error, isinstance(store, Store)):
                if isinstance(store, Store) and ran.packed is not None:
                    store.add_packed(ran.packed)
                elif ran.numbers:
                    store.add(ran.rows)
                advance(len(ran.numbers))
                if ran.error is not None and on_error == "raise":
                    raise ran.error
                if ran.error is not None and on_error == "stop":
                    return True
        except KeyboardInterrupt:
            return True
    return False


def outcomes(
    study: Study,
    numbers: Sequence[int],
    pool: Any,
    on_error: str = "continue",
    pack: bool = False,
) -> Iterator[Ran]:
    """Yield what runs of a study have left, batch by batch, in the order in which they end.

    Parameters
    ----------
    study : Study
    numbers : sequence of int
        Which runs, in ascending order.
    pool : object
        As :func:`named_executor` yields.
    on_error, pack
        See :func:`run_batch`.
    """
    work = partial(run_batch, on_error=on_error, pack=pack, alone=len(numbers) == 1)
    done: Iterator[Batch] = run_batches(
        work, study, numbers, pool, most=study.most_together, block=BLOCK
    )
    for batch in done:
        if batch.error is None:
            yield batch.value
        else:  # one run, which a cluster has given up
            yield given_up(study, batch.jobs[0], batch.error, on_error)


def _missing(store: Memory | Store, study: Study, wanted: int) -> list[int]:
    done: set[int] = set()
    if store.has(RUNS):
        table = store.read(RUNS, ["status", *ROW])
        refuse_other_rows(study, table, store.folder)
        done = _well(table)
    return [number for number in range(wanted) if number not in done]


def _well(table: Any) -> set[int]:
    return set(table.loc[table["status"] == "finished", JOB].tolist())


def missing_jobs(folder: str | Path | None, wanted: int) -> list[int]:
    """Return which of so many runs a folder does not hold yet, or holds as failed."""
    done: set[int] = set()
    with contextlib.suppress(InputError):  # what is damaged is run again, what is not there is run
        source = Stored(folder) if folder is not None else None
        if source is not None and source.has(RUNS):
            done = _well(source.read(RUNS, ["status"]))
    return [number for number in range(wanted) if number not in done]
