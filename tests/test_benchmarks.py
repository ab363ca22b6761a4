"""The seeded faults follow the code: each applies to it as it is now."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
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


def test_verdicts_are_kept_of_faults_as_they_are_and_only_of_those_noticed(tmp_path):
    file, faults = tmp_path / "verdicts", mutants.FAULTS
    lines = [
        mutants.Verdict(faults[0], "", "", 9.0),
        mutants.Verdict(faults[0], "steps", "test_one", 5.0),
        mutants.Verdict(faults[1], "", "", 9.0),
        mutants.Verdict(faults[2]._replace(new="another text"), "rules", "test_two", 3.0),
    ]
    assert mutants.kept(file) == mutants.kept(None) == {}
    file.write_text("".join(json.dumps(verdict) + "\n" for verdict in lines), encoding="utf-8")
    assert mutants.kept(file) == {v.fault: v for v in (lines[1], lines[3])}
    assert faults[2] not in mutants.kept(file)


@pytest.mark.parametrize("verification", [True, False])
def test_the_page_tells_of_limit_cases_only_if_they_were_run(tmp_path, verification):
    one, other = mutants.FAULTS[:2]
    verdicts = [
        mutants.Verdict(one, "rules", "test_rules.py::test_it", 3.0, "test_limit" * verification),
        mutants.Verdict(other, "", "", 90.0),
    ]
    mutants.write_page(verdicts, tmp_path, verification)
    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "Of 2 faults the quick tests notice 1" in page
    assert "| rules: `test_rules.py::test_it` |" in page
    assert "| **not noticed** |" in page
    assert ("the limit cases 1, either of them 1" in page) == verification
    assert ("| Limit cases |" in page) == ("| `test_limit` |" in page) == verification
    assert ("The limit cases were not run" in page) == (not verification)


SCRIPTS = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_benchmarks_import_exists(name):
    assert importlib.import_module(f"benchmarks.{name}").__doc__
