"""What all tests share."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from helpers import by_month, execute, small_tree
from hypothesis import settings

from simulation.machine.compiled import ENABLED, cache_folder

__all__ = ["small_tree"]

ROOT = Path(__file__).resolve().parent.parent

# Where Python may not keep its bytecode, each process that a test starts reads all libraries as
# source, which takes longer than what it is started for.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The first call of a rule compiles its arithmetic, which no deadline should punish.
settings.register_profile("quiet", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("quiet")


def compile_once(number: int) -> None:
    """Compile both ways to run the model, each in one process at a time.

    Workers begin with different ones and take from disk what another has compiled meanwhile, so
    that two cores compile two things and not the same thing twice.
    """
    tiny = small_tree(span=2, levels=2, ties=1)
    ways = [lambda: execute(tiny, months=1), lambda: list(by_month(tiny, months=1))]
    for way in range(len(ways)):
        which = (number + way) % len(ways)
        with FileLock(f"{cache_folder()}-{which}.lock"):
            ways[which]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Share the compiling among the workers of a long session."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and ENABLED and len(session.items) > 500:
        compile_once(int(worker.removeprefix("gw")))


@pytest.fixture(scope="session")
def organization():
    """Return 43 seats on three levels, with ties."""
    return small_tree(span=6, levels=3, ties=4, seed=1)


@pytest.fixture(scope="session")
def larger():
    """Return 259 seats on four levels, with ties."""
    return small_tree(span=6, levels=4, ties=4, seed=2)


@pytest.fixture
def generator():
    """Return a seeded generator for the tests' own random inputs."""
    return np.random.default_rng(20240917)


@pytest.fixture
def script(monkeypatch):
    """Return a function that imports an experiment as running its file would."""
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))
    return importlib.import_module
