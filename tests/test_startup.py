"""What a start costs: which libraries are imported, what is compiled, and what is said of it.

No times: they are another machine's. What takes time is imported, compiled or not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.special import stdtrit

from simulation.files import PACKAGE
from simulation.machine import compiled
from simulation.pictures.student import TABLE, standard_errors

#: Runs the command and tells which modules were imported and which functions compiled.
COMMAND = """
import json, sys
told = []
if sys.argv[1] != "--help":
    from numba.core import event
    class Compiling(event.Listener):
        def on_start(self, event):
            told.append(event.data["dispatcher"].py_func.__name__)
        def on_end(self, event):
            pass
    event.register("numba:compile", Compiling())
from simulation.faces.command import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps({"modules": sorted(sys.modules), "compiled": told}))
"""
SMALL = ("--set", "organization.people=30", "--set", "run.months=12", "-n", "2")
#: What no start needs: each takes a tenth of a second or more.
NEVER = {"matplotlib.pyplot", "mesa", "networkx", "scipy.linalg", "scipy.special", "scipy.stats"}


def started(*words: str, folder: Path | None = None) -> SimpleNamespace:
    """Return what a start of the command imported, compiled and said on standard error."""
    out = ("--out", str(folder)) if folder else ()
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *words, *out],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
        env=os.environ | {"COLUMNS": "80"},
    )
    return SimpleNamespace(**json.loads(done.stdout.splitlines()[-1]), said=done.stderr)


def test_help_imports_no_library():
    libraries = {"numpy", "numba", "pandas", "pyarrow", "pydantic", "scipy", "matplotlib", "rich"}
    assert libraries & set(started("--help").modules) == set()


def test_a_run_imports_and_compiles_only_what_it_needs(tmp_path):
    words = ("run", "baseline", *SMALL)
    started(*words, folder=tmp_path / "first")
    again = started(*words, folder=tmp_path / "again")
    assert (NEVER | {"matplotlib", "jinja2"}) & set(again.modules) == set()
    assert again.compiled == []
    assert "ompiling" not in again.said


def test_a_comparison_imports_only_what_it_needs(tmp_path):
    words = ("compare", "baseline", "chief-leaves", "--set", "organization.people=30", "-n", "2")
    modules = set(started(*words, folder=tmp_path / "compared").modules)
    assert NEVER & modules == set()
    assert {"matplotlib", "jinja2"} <= modules  # the report has figures


# --------------------------------------------------------------------------- the announcement


def compiling(function: Any) -> SimpleNamespace:
    """Return what numba tells of a function that it is about to compile."""
    return SimpleNamespace(data={"dispatcher": SimpleNamespace(py_func=function)})


def function_of(module: str) -> SimpleNamespace:
    """Return what stands for a function of a module."""
    return SimpleNamespace(__module__=module)


def test_compiling_the_model_is_announced_once(capsys):
    announcement = compiled._Announcement()
    announcement.on_start(compiling(function_of("simulation.month.order")))
    announcement.on_start(compiling(function_of("simulation.month.adoption")))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (f"Compiling the model for this machine, once: about {compiled.SECONDS} s\n")


@pytest.mark.parametrize(
    "module", ["simulation.machine.chance", "simulation.organizations.organization", "__main__"]
)
def test_what_compiles_in_a_moment_is_not_announced(module, capsys):
    compiled._Announcement().on_start(compiling(function_of(module)))
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not compiled.ENABLED, reason="nothing is compiled")
def test_numba_tells_what_is_announced():
    """A function of the model that is compiled in a fresh process is announced there."""
    script = (
        "import numba, simulation.machine.compiled\n"
        "def small(x):\n    return x + 1\n"
        "small.__module__ = 'simulation.month.order'\n"
        "fast = numba.njit(small)\n"
        "fast(1), fast(1.0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )
    assert done.stderr.count("Compiling the model for this machine, once") == 1


@pytest.mark.skipif(not compiled.ENABLED, reason="nothing is compiled")
def test_others_may_still_compile_linear_algebra():
    """Numba's start without SciPy's linear algebra takes nothing from who uses that."""
    script = (
        "import numba, numpy, simulation.machine.compiled\n"
        "@numba.njit\ndef solve(a, b):\n    return numpy.linalg.solve(a, b) @ b\n"
        "print(solve(2.0 * numpy.eye(2), numpy.ones(2)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )
    assert done.stdout.strip() == "1.0"


# ------------------------------------------------------------------------------ Student's t


def test_the_table_of_students_t():
    """Printed tables have 12.706, 2.228 and 2.042 for 1, 10 and 30 degrees of freedom."""
    assert np.round(TABLE[[0, 9, 29]], 3).tolist() == [12.706, 2.228, 2.042]
    assert pytest.approx(stdtrit(np.arange(1, 100), 0.975), rel=1e-14) == TABLE


def test_beyond_the_table_students_t_is_computed():
    assert standard_errors(np.array([4, 4])).tolist() == [TABLE[3]] * 2
    assert standard_errors(np.array([4, 120])) == pytest.approx([TABLE[3], 1.9799304])
    assert standard_errors(np.array([4]), level=0.9) == pytest.approx([2.1318468])
    assert standard_errors(np.array([], dtype=int)).tolist() == []
