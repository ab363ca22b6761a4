"""What all tests share."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import small_tree
from hypothesis import settings

__all__ = ["small_tree"]

# The first call of a rule compiles its arithmetic, which no deadline should punish.
settings.register_profile("quiet", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("quiet")


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
