"""What a results folder says of itself: enough to go on, and to make everything again.

Full scenarios, digests, seed, versions, platform, the command; and each organization's bare
structure, without any identifier of a person, so that a run on a chart can be reproduced
without the chart.
"""

from __future__ import annotations

import datetime
import json
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, Field, ValidationError

from ..errors import InputError
from ..organizations.organization import Organization
from ..scenarios.designs import Design, read_design
from ..scenarios.scenario import Scenario
from ..theory.parameters import declared
from .code import code_digest
from .run import described, hook_name
from .store import MANIFEST, MODEL, Stored
from .study import KIND, Study
from .uncertainty import check_vectors

__all__ = ["manifest", "provenance", "study_in"]

POINTS = "points.csv"
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


def provenance() -> dict[str, Any]:
    """Return versions and platform, as every saved result states them."""
    versions = {name: metadata.version(name) for name in _PACKAGES}
    try:
        versions["mentoring-simulation"] = metadata.version("mentoring-simulation")
    except metadata.PackageNotFoundError:
        versions["mentoring-simulation"] = "source"
    return {
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "versions": versions | {"python": sys.version.split()[0], MODEL: code_digest()},
        "platform": platform.platform(),
    }


def manifest(
    study: Study,
    replications: int,
    until: Mapping[str, float] | None = None,
    command: str | None = None,
    windows: Sequence[tuple[int, int]] = (),
) -> dict[str, Any]:
    """Return what is needed to make a study's runs again, ready for JSON.

    Parameters
    ----------
    study : Study
    replications : int
    until : mapping, optional
        Half-widths by measure that replications are added for.
    command : str, optional
        The command line that asked for them.
    windows : sequence of tuples
        Months that a comparison of the runs tells outcomes of: the first, and one after the last.
    """
    design = study.design
    return provenance() | {
        "kind": KIND,
        MODEL: code_digest(),
        "command": command or "",
        "seed": study.seed,
        "replications": replications,
        "points": len(study),
        "levels": study.levels,
        "until": dict(until or {}),
        "windows": [list(window) for window in windows],
        "study": study.stated,
        "scenarios": [_stated(study, k) for k in range(len(study.scenarios))],
        "given": study.given,
        "sampled": None if design is None else _sampled(design),
        "vectors": None if study.vectors is None else study.vectors.to_dict("list"),
    }


def _stated(study: Study, place: int) -> dict[str, Any]:
    scenario, organization = study.scenarios[place], study.organizations[place]
    return {
        "name": scenario.name,
        "digest": scenario.digest,
        "organization": "" if organization is None else organization.digest,
        "source": "" if organization is None else organization.source,
        "stated": sorted(scenario.stated),
        "scenario": scenario.as_dict(),
    }


def _sampled(design: Design) -> dict[str, Any]:
    return {
        "kind": design.kind,
        "samples": design.samples,
        "bounds": {name: list(ends) for name, ends in design.bounds.items()},
    }


def beside(study: Study) -> dict[str, Callable[[Path], Any]]:
    """Return what stands beside the manifest, by file: points, and organizations' structures."""
    files: dict[str, Callable[[Path], Any]] = {}
    if study.design is not None:
        files[POINTS] = partial(_write_points, study.design, study.scenarios[0])
    for place in study.organizations:
        if place is not None:
            files[_structure(place.digest)] = partial(_write_structure, place)
    return files


def _write_points(design: Design, base: Scenario, path: Path) -> None:
    """Write a design's points, if they will be read back as the same: before anything is run."""
    design.table.to_csv(path, index=False)
    if read_design(path, base, check=False).digest != design.digest:
        raise InputError(
            "the points of the design would not be read back the same from a file: give numbers, "
            "switches and plain words, without blanks around them"
        )


def _write_structure(organization: Organization, path: Path) -> None:
    """Write an organization's bare structure, without any identifier."""
    arrays = {name: getattr(organization, name) for name in _STRUCTURE}
    if organization.vacant is not None:
        arrays["vacant"] = organization.vacant
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def _structure(digest: str) -> str:
    return f"organization-{digest}.npz"


def _load_structure(path: Path, source: str) -> Organization:
    """Return an organization from its saved structure, and where it came from."""
    with np.load(path, allow_pickle=False) as arrays:
        held = {name: arrays[name] for name in (*_STRUCTURE, "vacant") if name in arrays}
    return Organization(**held, source=source)


# ------------------------------------------------------------------------------- reading


class _Scenario(BaseModel):
    name: str
    digest: str
    organization: str
    source: str
    stated: list[str]
    scenario: dict[str, Any]


class _Sampled(BaseModel):
    kind: str
    bounds: dict[str, list[Any]]
    samples: int | None


class _Told(BaseModel):
    """What must be the same for runs to be of one study."""

    months: bool
    design: str
    interventions: list[dict[str, str]]
    analyzers: list[dict[str, str]]


class Manifest(BaseModel):
    """What a manifest must hold for its runs to be read, gone on with, or made again."""

    seed: int
    model: str
    replications: int = Field(ge=1)
    points: int = Field(ge=1)
    until: dict[str, float]
    windows: list[tuple[int, int]] = []
    study: _Told
    scenarios: list[_Scenario] = Field(min_length=1)
    given: bool
    sampled: _Sampled | None
    vectors: dict[str, list[float]] | None
    versions: dict[str, str]


def read(source: Stored) -> Manifest:
    """Return what a folder's manifest says, checked.

    Raises
    ------
    InputError
        The folder holds other things than runs, or its manifest is damaged.
    """
    kind = source.study.get("kind")
    if kind != KIND:
        told = f"'{kind}'" if kind else "nothing that this version knows"
        raise InputError(f"{source.folder} holds no runs but {told}")
    try:
        return Manifest.model_validate(source.study)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, (MANIFEST, *first["loc"])))
        raise InputError(
            f"the results in {source.folder} are damaged: {where}: {first['msg']}"
        ) from None


def study_in(
    source: Stored, interventions: tuple[Any, ...] = (), analyzers: tuple[Any, ...] = ()
) -> Study:
    """Return the study of a folder.

    Parameters
    ----------
    source : Stored
    interventions, analyzers : tuples
        The Python code that the runs were made with: a folder keeps only its name and digest.

    Raises
    ------
    InputError
        The folder holds other things than runs, or is damaged.
    """
    import pandas as pd

    told = read(source)
    scenarios = tuple(_scenario(one) for one in told.scenarios)
    places = tuple(
        _load_structure(source.beside(_structure(one.organization)), one.source)
        if one.organization
        else None
        for one in told.scenarios
    )
    design = None
    if told.sampled is not None:
        design = _design(source.beside(POINTS), scenarios[0], told.sampled, told.study.design)
    vectors = None if told.vectors is None else pd.DataFrame(told.vectors)
    if vectors is not None:
        check_vectors(vectors)
    study = Study(
        scenarios,
        told.seed,
        places,
        design,
        told.given,
        vectors,
        told.study.months,
        interventions,
        analyzers,
        source.study["study"],
    )
    if study.identity != source.kept.study:
        raise InputError(
            f"the results in {source.folder} are damaged: {MANIFEST} is of another study than its "
            "files"
        )
    return study


def _scenario(one: _Scenario) -> Scenario:
    values = json.loads(json.dumps(one.scenario))
    # The structure is saved beside the manifest: the chart itself is not needed.
    if isinstance(values.get("organization"), dict):
        own = [one for one in declared().values() if one.address.group == "organization"]
        values["organization"] |= {p.address.key: p.off for p in own if p.off is not None}
    return Scenario.from_dict(values, stated=one.stated)


def _design(path: Path, base: Scenario, kept: _Sampled, digest: str) -> Design:
    points = read_design(path, base, check=False)
    bounds = {name: tuple(ends) for name, ends in kept.bounds.items()}
    design = Design(points.settings, kept.kind, bounds, kept.samples)
    if design.digest != digest:
        raise InputError(f"{path} is not the design that was run")
    return design


def other_hooks(source: Stored, *given: tuple[Any, ...]) -> list[str]:
    """Return the names of interventions and analyzers whose code is other than it was."""
    told = read(source).study
    now = [one for hooks in given for one in described(hooks)]
    before = [*told.interventions, *told.analyzers]
    return [one["name"] for one, old in zip(now, before, strict=True) if one != old]


def refuse_unkept(source: Stored, interventions: tuple[Any, ...], analyzers: Any = ()) -> None:
    """Raise an InputError unless the code that runs were made with has been given again."""
    told = read(source).study
    for kind, before, given in (
        ("interventions", told.interventions, interventions),
        ("analyzers", told.analyzers, analyzers),
    ):
        names = [one["name"] for one in before]
        if names != [hook_name(hook) for hook in given]:
            raise InputError(
                f"the runs in {source.folder} were made with {kind} {', '.join(names) or '(none)'}:"
                f" Python code that a folder does not keep; give {kind}=[...] again"
            )
