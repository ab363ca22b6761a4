"""The package as others get it: what lies in the wheel, and that it runs without the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from simulation.files import PACKAGE
from simulation.scenarios.scenario import shipped_scenarios

ROOT = PACKAGE.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Return the wheel, built as its users' tools build it."""
    folder = tmp_path_factory.mktemp("wheel")
    script = f"from hatchling.build import build_wheel; build_wheel({str(folder)!r})"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_all_that_is_needed_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    sources = {
        f"simulation/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    scenarios = {f"simulation/shipped_scenarios/{name}.toml" for name in shipped_scenarios()}
    assert {"simulation/py.typed", "simulation/answers/templates/report.html.jinja"} <= sources
    assert held == sources | scenarios | {"simulation/shipped_calibration/accepted.csv"}


@pytest.mark.slow
def test_the_wheel_runs_without_the_checkout(wheel, tmp_path):
    """Unpacked in a folder of its own, which comes before the checkout on the path."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    script = (
        "import sys, simulation\n"
        "from simulation.study.uncertainty import accepted_vectors\n"
        "runs = simulation.simulate('chief-leaves', seed=1)\n"
        "print(simulation.__file__, len(accepted_vectors()), runs.table['month'].max())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    place, vectors, months = done.stdout.split()
    assert Path(place) == tmp_path / "installed" / "simulation" / "__init__.py"
    assert int(vectors) >= 50
    assert float(months) == 120
    done = subprocess.run(
        [sys.executable, "-m", "simulation", "compare", "baseline", "chief-leaves", "-n", "2"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    report = Path(done.stdout.splitlines()[-1])
    assert report.parents[1] == tmp_path / "runs"
    assert report.read_text("utf-8").startswith("<!DOCTYPE html>")


def test_no_version_is_promised_that_is_not_tested():
    """Lower bounds are of the release that the constraints name; numba has an end as well."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    tested = dict(c.split("==") for c in stated["tool"]["uv"]["constraint-dependencies"])
    extras = stated["project"]["optional-dependencies"].values()
    needed = [*stated["project"]["dependencies"], *(d for extra in extras for d in extra)]
    for requirement in needed:
        name, lowest = re.fullmatch(r"([\w-]+)>=([\d.]+)(?:,<[\d.]+)?", requirement).groups()
        assert f"{tested[name.lower()]}.".startswith(f"{lowest}."), requirement
    (numba,) = [requirement for requirement in needed if requirement.startswith("numba")]
    major, minor, _ = tested["numba"].split(".")
    assert numba == f"numba>={tested['numba']},<{major}.{int(minor) + 1}"
