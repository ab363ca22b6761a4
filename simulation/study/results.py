"""Results on disk: one Parquet table and a manifest that can make it again.

A results folder holds ``runs.parquet`` (the tidy table), ``manifest.json`` (full scenarios,
digests, seed, versions, platform) and each organization's bare structure, without any
identifier of a person, so that a run on a chart can be reproduced without the chart.
"""

from __future__ import annotations

import datetime
import json
import platform
import sys
import zipfile
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, Field, ValidationError

from ..errors import InputError
from ..files import whole
from ..machine.compiled import source_digest
from ..organizations.organization import Organization
from ..scenarios.scenario import Scenario
from .store import JOB, MANIFEST, read_manifest, read_table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from ..scenarios.designs import Design

__all__ = ["Runs", "StoredRuns", "load", "load_runs", "manifest", "provenance", "save"]

TABLE = "runs.parquet"
_STRUCTURE = (
    "boss",
    "level",
    "branch",
    "team_start",
    "team_size",
    "tie_start",
    "tie_seat",
    "tie_weight",
    "tenure",
)
_PACKAGES = ("numpy", "numba", "pandas", "scipy", "mesa", "pydantic")


@dataclass(frozen=True)
class Runs:
    """Finished runs: the tidy table and what made it.

    Attributes
    ----------
    table : DataFrame
        ``scenario, point, replication, month`` (month 0 is the start), then the measures.
    scenarios : tuple of Scenario
        One a point, in the order of ``points``.
    points : DataFrame
        One row a point: its number, scenario and changed parameters.
    vectors : DataFrame or None
        Parameter vectors, if replications went through them in turn: replication r had
        vector r modulo their number (:func:`simulation.study.uncertainty.with_vector`).
    """

    table: pd.DataFrame
    scenarios: tuple[Scenario, ...]
    points: pd.DataFrame
    seed: int
    replications: int
    organizations: tuple[Organization, ...] = field(repr=False, default=())
    vectors: pd.DataFrame | None = field(repr=False, default=None, compare=False)

    def summary(self, months: int = 12) -> pd.DataFrame:
        """Return means over the last months of each run, with 95 % intervals.

        Parameters
        ----------
        months : int
            How many months at the end are averaged (those that add up are summed).

        Returns
        -------
        DataFrame
            ``scenario, point, measure, unit, mean, low, high, replications``.
        """
        from ..pictures.summaries import summarise

        return summarise(self.table, months)

    def plot(self, measure: str = "adoption") -> Figure:
        """Return a figure of one measure over time: mean and the band of replications."""
        from ..pictures import figures
        from ..pictures.summaries import bands

        return figures.bands(bands(self.table, [measure]), measure)


class StoredRuns(Runs):
    """The runs of a sweep's folder, read when they are asked for.

    Attributes
    ----------
    folder : Path
    base : Scenario
        What points change.
    design : Design
    organization : Organization or None
        In place of the ones that points name.
    months : bool
        Whether the monthly series were kept.
    until : dict
        Half-widths by measure that replications are added for.
    """

    def __init__(self, folder: str | Path) -> None:
        from ..scenarios.designs import Design, read_design

        stated = read_manifest(folder)
        if stated.get("kind") != "sweep":
            raise InputError(f"{folder} holds no sweep")
        try:
            whole = _SweepManifest.model_validate(stated)
        except ValidationError as error:
            raise InputError(f"the results in {folder} are damaged: {_first(error)}") from None
        base = _renamed({"scenario": whole.scenario})
        read = read_design(Path(folder) / "points.csv", base, check=False)
        kept = whole.sampled
        design = Design(
            read.settings, kept.kind, {n: tuple(b) for n, b in kept.bounds.items()}, kept.samples
        )
        if design.digest != whole.design:
            raise InputError(f"{Path(folder) / 'points.csv'} is not the design that was run")
        place = None
        if whole.organization:
            place = load_structure(Path(folder) / f"organization-{whole.organization}.npz")
        for name, value in (
            ("folder", Path(folder)),
            ("base", base),
            ("design", design),
            ("organization", place),
            ("seed", whole.seed),
            ("replications", whole.replications),
            ("months", whole.months),
            ("until", whole.until),
        ):
            object.__setattr__(self, name, value)

    folder: Path
    base: Scenario
    design: Design
    organization: Organization | None
    months: bool
    until: dict[str, float]

    def __repr__(self) -> str:
        return f"StoredRuns({str(self.folder)!r})"

    @property
    def runs(self) -> pd.DataFrame:
        """One row a run: its point, replication, status and error, and its last year's measures."""
        return read_table(self.folder, "runs")

    @property
    def failures(self) -> pd.DataFrame:
        """The runs that failed: point, replication, seed and error."""
        table = read_table(self.folder, "runs", ["point", "replication", "seed", "status", "error"])
        return table[table["status"] == "failed"].drop(columns="status")

    @property
    def table(self) -> pd.DataFrame:
        """The tidy monthly table of the runs that did not fail; all of it in memory."""
        if not self.months:
            raise InputError(f"{self.folder} keeps no monthly series, only each run's summary")
        table = read_table(self.folder, "months").drop(columns=JOB)
        table = table.sort_values(["point", "replication", "month"], ignore_index=True)
        table.insert(0, "scenario", self.base.name)
        return table

    @property
    def points(self) -> pd.DataFrame:
        """One row a point: its number, scenario and settings."""
        table = self.design.table
        table.insert(1, "scenario", self.base.name)
        return table

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenario of every point, made anew."""
        return tuple(self.base.changed(point) for point in self.design.settings)

    @property
    def organizations(self) -> tuple[Organization, ...]:
        """The organization of every point."""
        from .run import organization_of

        return tuple(self.organization or organization_of(one) for one in self.scenarios)

    def summary(self, months: int = 12) -> pd.DataFrame:
        """Return means over the last months of each run, with 95 % intervals: see :class:`Runs`."""
        from ..pictures.summaries import LAST, summarise, summarise_runs

        if months != LAST:
            return summarise(self.table, months)
        runs = self.runs
        return summarise_runs(runs[runs["status"] == "finished"], self.base.name)


def provenance() -> dict[str, Any]:
    """Return versions and platform, as every saved result states them."""
    versions = {name: metadata.version(name) for name in _PACKAGES}
    try:
        versions["mentoring-simulation"] = metadata.version("mentoring-simulation")
    except metadata.PackageNotFoundError:
        versions["mentoring-simulation"] = "source"
    return {
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "versions": versions | {"python": sys.version.split()[0], "model": source_digest()},
        "platform": platform.platform(),
    }


def manifest(runs: Runs) -> dict[str, Any]:
    """Return what is needed to make the runs again, and where they were made."""
    vectors = {} if runs.vectors is None else {"vectors": runs.vectors.to_dict("list")}
    return (
        provenance()
        | vectors
        | {
            "seed": runs.seed,
            "replications": [int(r) for r in sorted(runs.table["replication"].unique())],
            "points": [
                {
                    "name": scenario.name,
                    "digest": scenario.digest,
                    "organization": place.digest,
                    "scenario": scenario.as_dict(),
                }
                for scenario, place in zip(runs.scenarios, runs.organizations, strict=True)
            ],
        }
    )


def save(runs: Runs, folder: str | Path) -> Path:
    """Write the runs and their manifest into a folder; each file appears whole or not at all.

    Parameters
    ----------
    runs : Runs
    folder : path
        Made if absent.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
        for place in {place.digest: place for place in runs.organizations}.values():
            save_structure(place, target)
        whole(target / TABLE, lambda path: runs.table.to_parquet(path, index=False))
        text = json.dumps(manifest(runs), indent=1, allow_nan=False)
        whole(target / MANIFEST, lambda path: path.write_text(text + "\n"))
    except OSError as error:
        raise InputError(f"cannot write results to {target}: {error.strerror or error}") from None
    return target


def save_structure(organization: Organization, folder: Path) -> None:
    """Write an organization's bare structure into a folder, without any identifier."""
    arrays = {name: getattr(organization, name) for name in _STRUCTURE}
    path = folder / f"organization-{organization.digest}.npz"
    if not path.is_file():
        whole(path, lambda part: _write_arrays(part, arrays))


def _write_arrays(path: Path, arrays: dict[str, Any]) -> None:
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def load_structure(path: Path) -> Organization:
    """Return an organization from its saved structure."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return Organization(**{name: arrays[name] for name in _STRUCTURE}, source=path.name)
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
        raise InputError(f"{path} is missing or damaged: the organization cannot be read") from None


class _Point(BaseModel):
    name: str
    digest: str
    organization: str
    scenario: dict[str, Any]


class _Manifest(BaseModel):
    """What a manifest must hold to be run again; more may stand in it."""

    seed: int
    replications: list[int] = Field(min_length=1)
    points: list[_Point] = Field(min_length=1)
    versions: dict[str, str]
    vectors: dict[str, list[float]] | None = None


class _Sampled(BaseModel):
    kind: str
    bounds: dict[str, list[Any]]
    samples: int | None


class _SweepManifest(BaseModel):
    """What the manifest of a sweep must hold to be gone on with; more may stand in it."""

    seed: int
    replications: int = Field(ge=1)
    scenario: dict[str, Any]
    design: str
    sampled: _Sampled
    organization: str
    months: bool
    until: dict[str, float] = {}


def manifest_of_sweep(
    base: Scenario,
    design: Design,
    organization: Organization | None,
    seed: int,
    replications: int,
    months: bool,
    levels: int,
) -> dict[str, Any]:
    """Return what the manifest of a sweep says: all that is needed to go on, or begin anew."""
    return (
        {"kind": "sweep", "model": source_digest()}
        | provenance()
        | {
            "seed": seed,
            "replications": replications,
            "points": len(design),
            "levels": levels,
            "digest": base.digest,
            "design": design.digest,
            "months": months,
            "organization": "" if organization is None else organization.digest,
            "sampled": {
                "kind": design.kind,
                "samples": design.samples,
                "bounds": {name: list(ends) for name, ends in design.bounds.items()},
            },
            "scenario": base.as_dict(),
        }
    )


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, (MANIFEST, *first['loc'])))}: {first['msg']}"


def load(folder: str | Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the tidy table and the manifest of a results folder.

    Raises
    ------
    InputError
        The folder holds no results, or damaged ones.
    """
    import pandas as pd

    source = Path(folder)
    stated = read_manifest(source)
    try:
        _Manifest.model_validate(stated)
        return pd.read_parquet(source / TABLE), stated
    except ValidationError as error:
        reason = _first(error)
    except (OSError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0]
    raise InputError(f"the results in {source} are damaged: {reason}")


def load_runs(folder: str | Path) -> Runs:
    """Return saved runs with their scenarios and organizations.

    Raises
    ------
    InputError
        The folder holds no results, or damaged ones.
    """
    import pandas as pd

    if read_manifest(folder).get("kind") == "sweep":
        return StoredRuns(folder)
    table, stated = load(folder)
    points = stated["points"]
    places = {p["organization"] for p in points}
    structures = {
        name: load_structure(Path(folder) / f"organization-{name}.npz") for name in places
    }
    scenarios = tuple(_renamed(point) for point in points)
    rows = [{"point": i, "scenario": s.name} for i, s in enumerate(scenarios)]
    vectors = pd.DataFrame(stated["vectors"]) if "vectors" in stated else None
    return Runs(
        table,
        scenarios,
        pd.DataFrame(rows),
        stated["seed"],
        len(stated["replications"]),
        tuple(structures[p["organization"]] for p in points),
        vectors,
    )


def _renamed(point: dict[str, Any]) -> Scenario:
    values = json.loads(json.dumps(point["scenario"]))
    # The structure is saved beside the manifest: the chart itself is not needed.
    values.get("organization", {}).update({"chart": "", "chart_ties": ""})
    return Scenario.from_dict(values)
