"""Which code made a result: what changes its digest, and what must not."""

import shutil

import pytest

from simulation.files import PACKAGE
from simulation.machine.compiled import source_digest
from simulation.study import code
from simulation.study.code import LIBRARIES, READERS


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """Return a copy of the package's sources."""
    copy = tmp_path_factory.mktemp("code") / "simulation"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def digest(package):
    """Return the digest of a folder as it is now (the function remembers folders)."""
    return code.code_digest.__wrapped__(package)


def edited(package, name, text):
    """Return the digest with something put at the end of a file, which is as before afterwards."""
    file = package / name
    before = file.read_bytes()
    file.write_bytes(before + text.encode())
    found = digest(package)
    file.write_bytes(before)
    return found


SHAPES = [
    "theory/commitment/rules.py",
    "machine/sorting.py",
    "organizations/chart.py",
    "month/pairs.py",
    "scenarios/designs.py",
    "study/store.py",
    "study/parts.py",
    "tables.py",
]
READS = [
    "pictures/figures.py",
    "evidence/verification.py",
    "answers/report.py",
    "faces/command/application.py",
]


@pytest.mark.parametrize("name", SHAPES)
def test_code_that_shapes_results_is_other_code(package, name):
    assert edited(package, name, "\nNOVELTY = 1\n") != digest(package)
    assert edited(package, name, "\n# a remark\n") == digest(package) == digest(PACKAGE)


@pytest.mark.parametrize("name", READS)
def test_code_that_reads_results_is_the_same_code(package, name):
    assert edited(package, name, "\nNOVELTY = 1\n") == digest(package)


def test_all_that_reads_is_there():
    assert all((PACKAGE / room).is_dir() for room in READERS)


@pytest.mark.parametrize("library", LIBRARIES)
def test_another_version_of_a_library_is_other_code(library, monkeypatch):
    before, version = digest(PACKAGE), code.metadata.version
    monkeypatch.setattr(
        code.metadata, "version", lambda name: version(name) + ".1" * (name == library)
    )
    assert digest(PACKAGE) != before


def test_machine_code_outlives_an_edit_of_the_store(package):
    before = source_digest.__wrapped__(package)
    (package / "study" / "store.py").write_text("NOVELTY = 1\n")
    assert source_digest.__wrapped__(package) == before
