"""The seeded faults follow the code: each applies to it as it is now."""

from __future__ import annotations

import ast
import importlib
import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def module(name: str):
    """Return a script of ``benchmarks/`` as a module."""
    place = ROOT / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", place)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


mutants = module("mutants")


@pytest.mark.parametrize("fault", mutants.FAULTS, ids=lambda fault: fault.name)
def test_a_seeded_fault_applies(fault):
    """Its text stands once in its room, and what takes its place is Python too."""
    path = mutants.file_of(ROOT, fault)
    text = path.read_text(encoding="utf-8")
    faulty = ast.parse(text.replace(fault.old, fault.new))
    assert ast.dump(faulty) != ast.dump(ast.parse(text))


def test_seeded_faults_have_names_of_their_own():
    names = [fault.name for fault in mutants.FAULTS]
    assert len(set(names)) == len(names) >= 120


def test_a_fault_that_does_not_apply_is_named():
    fault = mutants.Fault("gone", "none", "theory", "no such text anywhere", "")
    with pytest.raises(ValueError, match="gone: its text occurs 0 times in theory"):
        mutants.file_of(ROOT, fault)


def test_a_fault_is_seeded_in_a_copy(tmp_path):
    fault = mutants.FAULTS[0]
    copy = mutants.copied(ROOT, tmp_path, fault)
    place = mutants.file_of(ROOT, fault).relative_to(ROOT)
    assert fault.new in (copy / place).read_text(encoding="utf-8")
    changed = [
        path
        for path in sorted((ROOT / "simulation").rglob("*.py"))
        if path.read_bytes() != (copy / path.relative_to(ROOT)).read_bytes()
    ]
    assert changed == [ROOT / place]


SCRIPTS = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_benchmarks_import_exists(name):
    assert importlib.import_module(f"benchmarks.{name}").__doc__
