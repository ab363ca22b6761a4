"""Finished runs: the same object from memory and from a folder, grouped by scenario and point."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..organizations.organization import Organization
from ..pictures import summaries
from ..scenarios.designs import Design
from ..scenarios.scenario import Scenario
from ..words import number
from .manifest import beside, read, study_in
from .stopping import Reached
from .store import JOB, MODEL, Memory, Store, Stored
from .study import ANALYSES, MONTHS, RUNS, Study, refuse_other_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["Runs", "load", "save"]

#: Most points that a figure draws a line each of.
MOST_LINES = 24
#: Measures that a short description of runs shows.
_SHOWN = ("adoption", "engagement", "credibility", "exits")
#: The columns that say what a row of the monthly table is of.
KEYS = ("scenario", "point", "replication", "month")
#: Above so many numbers (of 8 bytes) in the monthly table only what is asked for is read of it.
MOST_NUMBERS = 4_000_000
#: What must agree for a folder to be gone on with.
SAME = ("kind", MODEL, "seed", "study")


class Runs:
    """Finished runs of a study: tidy tables, and what made them.

    Attributes
    ----------
    study : Study
    replications : int
        Of each point, as far as they are shown here.
    interrupted : bool
        Whether Ctrl-C or a failure ended the work early.
    reached : tuple of Reached
        How narrow the intervals are that were to be narrow.
    mended : tuple of str
        What was found damaged in the folder, set aside and made again, in words.
    """

    def __init__(
        self,
        study: Study,
        source: Memory | Stored,
        replications: int,
        interrupted: bool = False,
        reached: tuple[Reached, ...] = (),
        mended: tuple[str, ...] = (),
    ) -> None:
        self.study, self.source, self.mended = study, source, mended
        self.replications, self.interrupted, self.reached = replications, interrupted, reached

    # ------------------------------------------------------------------ what was asked

    @property
    def folder(self) -> Path | None:
        """Where the runs are, or None in memory."""
        return self.source.folder

    @property
    def seed(self) -> int:
        """The study's seed."""
        return self.study.seed

    @property
    def design(self) -> Design | None:
        """The design of the points; None if each is a scenario."""
        return self.study.design

    @property
    def vectors(self) -> pd.DataFrame | None:
        """Parameter vectors that replications went through in turn."""
        return self.study.vectors

    @property
    def base(self) -> Scenario:
        """The scenario that points change; the first one, without a design."""
        return self.study.scenarios[0]

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenario of every point, without any vector."""
        if self.design is None:
            return self.study.scenarios
        return tuple(self.base.changed(settings) for settings in self.design.settings)

    @property
    def organizations(self) -> tuple[Organization, ...]:
        """The organization of every point."""
        return tuple(self.study.organization(point) for point in range(len(self.study)))

    @property
    def points(self) -> pd.DataFrame:
        """One row a point: its number, scenario and settings."""
        import pandas as pd

        if self.design is not None:
            table = self.design.table
            table.insert(1, "scenario", self.base.name)
            return table
        names = [scenario.name for scenario in self.study.scenarios]
        return pd.DataFrame({"point": range(len(names)), "scenario": names})

    @cached_property
    def labels(self) -> dict[int, str]:
        """What each point is called: its scenario's title, or what it changes."""
        if self.design is None:
            titles = summaries.distinct([(s.name, s.title) for s in self.study.scenarios])
            return dict(enumerate(titles))
        told = [
            ", ".join(f"{name} = {_shown(value)}" for name, value in settings.items())
            for settings in self.design.settings
        ]
        return {point: text or self.base.name for point, text in enumerate(told)}

    @property
    def provenance(self) -> dict[str, Any]:
        """When, where, by which versions and by which command the runs were made."""
        known = ("created", "versions", "platform", "command", "seed")
        stated = {key: self.source.study.get(key) for key in known}
        return stated | {"replications": self.replications, "notes": self._other_code()}

    @property
    def windows(self) -> tuple[tuple[int, int], ...]:
        """Months that a comparison tells outcomes of: the first, and the one after the last."""
        return tuple((first, stop) for first, stop in self.source.study.get("windows", ()))

    def _other_code(self) -> list[str]:
        """Return a sentence if rows were made by other code than the manifest says."""
        own = self.source.study[MODEL]
        others = int((self.runs[MODEL] != own).sum()) if self.source.has(RUNS) else 0
        return [f"{others:,} runs were made by other code of the model than the rest"] * (
            others > 0
        )

    # ----------------------------------------------------------------------- what came out

    def _read(self, table: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        if table == RUNS:
            found = self.source.read(table, columns)
        else:
            found = self.source.read_whole(table, RUNS, columns)
        if table == RUNS and self.folder is not None:
            refuse_other_rows(self.study, found, self.folder)
        found = found[found[JOB] < len(self.study) * self.replications]
        return found.drop(columns=JOB)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run: scenario, point, replication, status, error, last year's measures."""
        table = self._read(RUNS)
        counts = [name for name in table.columns if name.startswith("rows_of_")]
        table = table.drop(columns=counts)
        return table.sort_values(["point", "replication"], ignore_index=True)

    @property
    def failures(self) -> pd.DataFrame:
        """The runs that failed: scenario, point, replication, seed and error."""
        columns = ["scenario", "point", "replication", "seed", "error"]
        return self.runs.loc[self.runs["status"] == "failed", columns]

    @cached_property
    def table(self) -> pd.DataFrame:
        """The tidy monthly table of the runs that did not fail, all of it in memory.

        Columns ``scenario, point, replication, month`` (month 0 is the start), then measures.
        """
        return self._monthly(None)

    def _monthly(self, columns: Sequence[str] | None) -> pd.DataFrame:
        if not self.study.months:
            raise InputError("these runs keep no monthly series, only each run's summary")
        table = self._read(MONTHS, columns)
        return table.sort_values(["point", "replication", "month"], ignore_index=True)

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures of :attr:`table`, in its order, those by level last."""
        return tuple(name for name in self.study.names if name in self.runs.columns)

    @property
    def _rows(self) -> int:
        return self.wanted * (self.base.parameters.run.months + 1)

    def series(self, measures: Sequence[str]) -> pd.DataFrame:
        """Return :attr:`table` with some of its measures.

        Of a table too large to be kept, the others are not read; see :meth:`in_turn`.

        Raises
        ------
        InputError
            There is no such measure, or no monthly series were kept.
        """
        for name in measures:
            summaries.check_measure(name, self.measures)
        columns = [*KEYS, *measures]
        if "table" in self.__dict__ or self._rows * len(self.measures) <= MOST_NUMBERS:
            return self.table[columns]
        return self._monthly(columns)[columns]

    def in_turn(self, measures: Sequence[str]) -> Iterator[list[str]]:
        """Yield measures by groups to ask :meth:`series` for, so that memory stays bounded.

        A small table's are one group; of a large one as many as are a few million numbers.
        """
        rows = max(self._rows, 1)
        small = rows * len(self.measures) <= MOST_NUMBERS
        some = len(measures) if small else max(1, MOST_NUMBERS // rows - len(KEYS))
        for first in range(0, len(measures), max(some, 1)):
            yield list(measures[first : first + some])

    @cached_property
    def analyses(self) -> pd.DataFrame:
        """What analyzers returned: the keys of :attr:`table`, then a column a name.

        Raises
        ------
        InputError
            There were no analyzers.
        """
        if not self.study.analyzers:
            raise InputError("these runs had no analyzers: give analyzers=[...]")
        keys = ["scenario", "point", "replication", "month"]
        long = self._read(ANALYSES)
        wide = long.pivot_table("value", keys, "name", aggfunc="last", sort=False, dropna=False)
        wide = wide.dropna(how="all").reset_index().rename_axis(columns=None)
        return wide.sort_values(keys[1:], ignore_index=True)

    @property
    def finished(self) -> int:
        """How many runs finished well."""
        return int((self.runs["status"] == "finished").sum()) if self.source.has(RUNS) else 0

    @property
    def failed(self) -> int:
        """How many runs failed."""
        return len(self.failures) if self.source.has(RUNS) else 0

    @property
    def wanted(self) -> int:
        """How many runs were asked for."""
        return len(self.study) * self.replications

    def complete(self) -> list[int]:
        """Return the replications that finished at every point."""
        well = self.runs[self.runs["status"] == "finished"]
        counts = well.groupby("replication").size()
        return [int(str(r)) for r in counts.index[counts == len(self.study)]]

    @property
    def whole_replications(self) -> int:
        """How many replications, from the first, finished at every point."""
        complete = set(self.complete())
        return next(n for n in range(len(complete) + 1) if n not in complete)

    def whole(self) -> Runs:
        """Return the runs without the replications that are not finished at every point.

        Replications are run one after the other, so those that stay are the first ones.

        Raises
        ------
        InputError
            None is.
        """
        count = self.whole_replications
        if count == 0:
            where = self.folder or "these runs"
            raise InputError(f"{where}: no replication is finished at every point yet")
        if count == self.replications:
            return self
        return Runs(self.study, self.source, count, True, self.reached, self.mended)

    # ----------------------------------------------------------------------- what it shows

    def summary(self, months: int = summaries.LAST) -> pd.DataFrame:
        """Return means over each run's last months, with 95 % intervals over replications.

        Parameters
        ----------
        months : int
            How many months at the end are averaged (those that add up are summed).

        Returns
        -------
        DataFrame
            ``scenario, point, measure, unit, mean, low, high, replications``.
        """
        if months != summaries.LAST:
            return summaries.summarise(self.table, months)
        return summaries.summarise_runs(self.runs[self.runs["status"] == "finished"])

    def plot(self, measure: str = "adoption", points: Sequence[int] | None = None) -> Figure:
        """Return a figure of one measure over time: a labelled line a point, with its band.

        Parameters
        ----------
        measure : str
        points : sequence of int, optional
            Which points; default: all.

        Raises
        ------
        InputError
            There is no such measure or point, or there are too many points to be told apart.
        """
        from ..pictures import figures

        table = self.table
        summaries.check_measure(measure, table.columns)
        some = list(range(len(self.study))) if points is None else list(points)
        unknown = [point for point in some if point not in self.labels]
        if unknown:
            raise InputError(f"there is no point {unknown[0]}: points are 0 to {len(self) - 1}")
        if len(some) > MOST_LINES:
            raise InputError(
                f"{len(some)} points are too many lines for one figure: choose up to {MOST_LINES} "
                "with points=[...]"
            )
        chosen = table[table["point"].isin(some)]
        titles = {str(point): self.labels[point] for point in some}
        return figures.bands(summaries.bands(chosen, [measure], by="point"), measure, titles=titles)

    def save(self, folder: str | Path) -> Path:
        """Write the runs into a folder: :func:`save`."""
        return save(self, folder)

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.study)

    def __repr__(self) -> str:
        names = ", ".join(scenario.name for scenario in self.study.scenarios)
        where = f"in {self.folder}" if self.folder else "in memory"
        done = f"{self.finished:,} of {self.wanted:,} runs"
        some = "1 point" if len(self) == 1 else f"{len(self):,} points"
        return (
            f"<Runs of {names}: {done} ({some}, {self.replications} replications, "
            f"seed {self.seed}) {where}>"
        )

    def _repr_html_(self) -> str:
        told = html.escape(repr(self).strip("<>"))
        if not self.finished or len(self) > MOST_LINES:
            return f"<p>{told}</p>"
        table = self.summary()
        rows = []
        for point, block in table[table["measure"].isin(_SHOWN)].groupby("point"):
            means = block.set_index("measure")["mean"]
            cells = "".join(f"<td>{number(float(means[name]))}</td>" for name in _SHOWN)
            rows.append(f"<tr><th>{html.escape(self.labels[int(str(point))])}</th>{cells}</tr>")
        head = "".join(f"<th>{name}</th>" for name in _SHOWN)
        return (
            f"<p>{told}; means of the last 12 months:</p>"
            f"<table><tr><th></th>{head}</tr>{''.join(rows)}</table>"
        )


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


# ------------------------------------------------------------------------ files


def load(folder: str | Path) -> Runs:
    """Return the runs of a results folder, whatever command wrote them.

    Raises
    ------
    InputError
        The folder holds no runs, or damaged ones.
    """
    source = Stored(folder)
    told = read(source)
    names = [one["name"] for one in told.study.analyzers]
    return Runs(study_in(source, analyzers=tuple(map(_Past, names))), source, told.replications)


class _Past:
    """An analyzer of the past: its name is known, its code is not."""

    def __init__(self, name: str) -> None:
        self.__name__ = name


def save(runs: Runs, folder: str | Path) -> Path:
    """Write runs into a folder, with all that is needed to make them again; return the folder.

    Parameters
    ----------
    runs : Runs
    folder : path
        Made if absent; what it holds of the same study stays.

    Raises
    ------
    InputError
        The folder cannot be written, or holds another study.
    """
    target = Path(folder)
    if runs.folder is not None and target.resolve() == runs.folder.resolve():
        return target
    stated = {**runs.source.study, "replications": runs.replications}
    with Store(target, runs.study.tables, stated, SAME, beside(runs.study)) as store:
        if runs.replications > int(store.study["replications"]):
            store.restate(replications=runs.replications)
        for rows in runs.source.batches(runs.study.tables):
            store.add(rows)
    return target
