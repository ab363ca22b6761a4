"""Compiled code: accurate to the last bits, kept by the digest of what it was made from."""

from __future__ import annotations

import ast
import json
import math
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from helpers import changed, crowded_events, execute, fingerprint, small_tree
from hypothesis import given
from hypothesis import strategies as st

from simulation.files import PACKAGE
from simulation.machine import sources
from simulation.machine.compiled import ROOMS, exponential, logarithm, power, source_digest

TESTS = Path(__file__).parent


# ---------------------------------------------------------------------------------- arithmetic


@given(st.floats(-700.0, 700.0))
def test_the_exponential(x):
    assert exponential(x) == pytest.approx(math.exp(x), rel=2e-15)


def test_the_exponential_at_the_edges():
    assert exponential(0.0) == 1.0
    assert exponential(-0.0) == 1.0
    assert exponential(1e9) == exponential(700.0)
    assert exponential(-1e9) == exponential(-700.0) > 0.0


@given(st.floats(1e-300, 1e300))
def test_the_logarithm(x):
    assert logarithm(x) == pytest.approx(math.log(x), rel=2e-15, abs=3e-16)


@given(st.floats(-0.5, 0.5))
def test_the_logarithm_near_one(x):
    assert logarithm(1.0 + x) == pytest.approx(math.log(1.0 + x), rel=2e-15)


def test_the_logarithm_at_powers_of_two():
    for k in range(-1000, 1000, 37):
        assert logarithm(2.0**k) == pytest.approx(k * math.log(2.0), rel=1e-15)
    assert logarithm(1.0) == 0.0


@given(st.floats(1e-3, 1e3), st.floats(-8.0, 8.0))
def test_powers(base, exponent):
    assert power(base, exponent) == pytest.approx(base**exponent, rel=3e-14)


def test_powers_at_the_edges():
    assert power(0.0, 0.0) == 1.0
    assert power(0.0, 2.0) == 0.0
    assert power(0.7, 1.0) == 0.7
    assert power(1.0, -5.0) == 1.0
    assert power(0.0, -1.0) > 1e300


# ------------------------------------------------------------------------------- the digest


@pytest.fixture
def package(tmp_path):
    """Return a copy of the package's sources."""
    copy = tmp_path / "simulation"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def digest(package):
    """Return the digest of a folder as it is now (the function remembers folders)."""
    return source_digest.__wrapped__(package)


def test_a_copy_has_the_same_digest(package):
    assert digest(package) == digest(PACKAGE)


def test_editing_a_rule_changes_the_digest(package):
    before, rule = digest(package), package / "theory" / "commitment" / "rules.py"
    edited = rule.read_text().replace("- commitment.tolerance", "- 2 * commitment.tolerance")
    assert edited != rule.read_text()
    rule.write_text(edited)
    assert digest(package) != before


def test_an_edit_of_the_same_length_and_time_is_seen(package):
    """What is remembered is remembered of contents: neither size nor time would tell."""
    before, rule = digest(package), package / "theory" / "commitment" / "rules.py"
    was = rule.stat()
    edited = rule.read_text().replace("- commitment.tolerance", "+ commitment.tolerance")
    assert edited != rule.read_text()
    rule.write_text(edited)
    os.utime(rule, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert (rule.stat().st_size, rule.stat().st_mtime_ns) == (was.st_size, was.st_mtime_ns)
    assert digest(package) != before


def test_a_digest_is_remembered_until_a_file_changes(package, tmp_path, monkeypatch):
    monkeypatch.setenv("MENTORING_CACHE_DIR", str(tmp_path / "cache"))
    read: list[bytes] = []
    syntax = sources._code
    monkeypatch.setattr(sources, "_code", lambda source: (read.append(source), syntax(source))[1])
    files = sum(1 for room in ROOMS for _ in (package / room).rglob("*.py"))
    first = digest(package)
    assert len(read) == files
    assert digest(package) == first
    assert len(read) == files
    (package / "theory" / "novelty.py").write_text("# Nothing yet.\n")
    assert digest(package) != first
    assert len(read) == 2 * files + 1


def test_a_digest_needs_no_folder_to_remember_it(package, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    before = digest(package)
    monkeypatch.setenv("MENTORING_CACHE_DIR", str(tmp_path / "file"))
    assert digest(package) == before


def test_reordering_the_fields_of_a_group_changes_the_digest(package):
    before, path = digest(package), package / "theory" / "commitment" / "__init__.py"
    tree = ast.parse(path.read_text())
    fields = next(node for node in tree.body if isinstance(node, ast.ClassDef)).body
    fields[-1], fields[-2] = fields[-2], fields[-1]
    path.write_text(ast.unparse(tree))
    assert digest(package) != before


def test_a_new_file_and_a_new_name_change_the_digest(package):
    before = digest(package)
    (package / "theory" / "novelty.py").write_text("")
    added = digest(package)
    (package / "theory" / "novelty.py").rename(package / "theory" / "newness.py")
    assert len({before, added, digest(package)}) == 3


def test_editing_what_never_feeds_compiled_code_keeps_the_digest(package):
    before = digest(package)
    for path in package.rglob("*.py"):
        if path.relative_to(package).parts[0] not in ROOMS:
            path.write_text("edited = True\n")
    assert digest(package) == before


def uses_the_compiler(path: Path) -> bool:
    """Return whether a module imports the decorator or the compiler."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            if (node.module or "").split(".")[-1] == "compiled" and "compiled" in names:
                return True
            if (node.module or "").split(".")[0] == "numba":
                return True
        if isinstance(node, ast.Import) and any(a.name.startswith("numba") for a in node.names):
            return True
    return False


def test_every_module_with_compiled_code_is_watched():
    compiling = {p.relative_to(PACKAGE) for p in PACKAGE.rglob("*.py") if uses_the_compiler(p)}
    assert {"chance.py", "staffing.py", "rules.py"} <= {path.name for path in compiling}
    assert {path.parts[0] for path in compiling} <= set(ROOMS)


def test_a_comment_or_a_docstring_keeps_the_digest(package):
    before, rule = digest(package), package / "theory" / "commitment" / "rules.py"
    text = rule.read_text().replace("People expect", "All people expect")
    assert text != rule.read_text()
    rule.write_text(text.replace("\n@rule(", "\n# A remark.\n\n\n@rule(", 1))
    assert digest(package) == before


# ----------------------------------------------------------------- compiled equals plain Python


def crowded():
    """Return a small run in which much happens."""
    parameters = changed({"adoption.initial": 0.6, "relationships.mentor_tenure": 6.0})
    organization = small_tree(6, 3, 4, seed=1)
    return execute(organization, parameters, crowded_events(), months=18, seed=5)


def digests() -> dict[str, str]:
    """Return the digest of every array of a small and crowded run."""
    return {name: sha256(bits).hexdigest() for name, bits in fingerprint(crowded()).items()}


def test_compiled_equals_plain_python_to_the_bit():
    script = "import json, test_compiled; print(json.dumps(test_compiled.digests()))"
    environment = os.environ | {
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONPATH": os.pathsep.join([str(TESTS), str(PACKAGE.parent)]),
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        cwd=PACKAGE.parent,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    python, machine = json.loads(done.stdout), digests()
    assert set(python) == set(machine)
    assert [name for name in machine if machine[name] != python[name]] == []


@pytest.mark.parametrize("tests", ["test_columns.py", "test_bounds.py"])
def test_what_runs_as_plain_python(tests):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests]
    done = subprocess.run(
        [*command, "-n", "0"],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        cwd=TESTS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "passed" in done.stdout
    assert "skipped" not in done.stdout


def test_the_crowded_run_is_crowded():
    """The comparison above means something only if much happens in it."""
    table = crowded().table
    for name in ("exits", "hires", "promotions", "successions", "matches", "dropouts"):
        assert np.sum(table[name]) > 0, name
