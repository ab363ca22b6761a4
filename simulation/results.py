"""Results on disk: one Parquet table and a manifest that can make it again.

A results folder holds ``runs.parquet`` (the tidy table), ``manifest.json`` (full scenarios,
digests, seed, versions, platform) and each organization's bare structure, without any
identifier of a person, so that a run on a chart can be reproduced without the chart.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, Field, ValidationError

from .compiled import source_digest
from .errors import InputError
from .organization import Organization
from .scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["Runs", "load", "load_runs", "manifest", "provenance", "save"]

TABLE, MANIFEST = "runs.parquet", "manifest.json"
_STRUCTURE = ("boss", "level", "branch", "team_start", "team_size", "tie_start", "tie_seat",
              "tie_weight", "tenure")  # fmt: skip
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
    """

    table: pd.DataFrame
    scenarios: tuple[Scenario, ...]
    points: pd.DataFrame
    seed: int
    replications: int
    organizations: tuple[Organization, ...] = field(repr=False, default=())

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
        from .summaries import summarise

        return summarise(self.table, months)

    def plot(self, measure: str = "adoption") -> Figure:
        """Return a figure of one measure over time: mean and the band of replications."""
        from . import figures
        from .summaries import bands

        return figures.bands(bands(self.table, [measure]), measure)


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
    return provenance() | {
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
            _save_structure(place, target / f"organization-{place.digest}.npz")
        _whole(target / TABLE, lambda path: runs.table.to_parquet(path, index=False))
        text = json.dumps(manifest(runs), indent=1, allow_nan=False)
        _whole(target / MANIFEST, lambda path: path.write_text(text + "\n"))
    except OSError as error:
        raise InputError(f"cannot write results to {target}: {error.strerror or error}") from None
    return target


def _whole(path: Path, write: Callable[[Path], Any]) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _save_structure(organization: Organization, path: Path) -> None:
    arrays = {name: getattr(organization, name) for name in _STRUCTURE}
    _whole(path.with_suffix(".npz"), lambda part: _write_arrays(part, arrays))


def _write_arrays(path: Path, arrays: dict[str, Any]) -> None:
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def _load_structure(path: Path) -> Organization:
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


def load(folder: str | Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the tidy table and the manifest of a results folder.

    Raises
    ------
    InputError
        The folder holds no results, or damaged ones.
    """
    import pandas as pd

    source = Path(folder)
    if not (source / MANIFEST).is_file():
        raise InputError(f"{source} is no results folder: it has no {MANIFEST}")
    try:
        stated = json.loads((source / MANIFEST).read_text())
        _Manifest.model_validate(stated)
        return pd.read_parquet(source / TABLE), stated
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{'.'.join(map(str, (MANIFEST, *first['loc'])))}: {first['msg']}"
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

    table, stated = load(folder)
    points = stated["points"]
    places = {p["organization"] for p in points}
    structures = {
        name: _load_structure(Path(folder) / f"organization-{name}.npz") for name in places
    }
    scenarios = tuple(_renamed(point) for point in points)
    rows = [{"point": i, "scenario": s.name} for i, s in enumerate(scenarios)]
    return Runs(table, scenarios, pd.DataFrame(rows), stated["seed"], len(stated["replications"]),
                tuple(structures[p["organization"]] for p in points))  # fmt: skip


def _renamed(point: dict[str, Any]) -> Scenario:
    values = json.loads(json.dumps(point["scenario"]))
    # The structure is saved beside the manifest: the chart itself is not needed.
    values.get("organization", {}).update({"chart": "", "chart_ties": ""})
    return Scenario.from_dict(values)
