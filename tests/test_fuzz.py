"""Every mistake ends in a sentence: inputs mutated by the hundred, and the fuzzer's own judgement.

What the fuzzer has found stands as tests beside the parts that were mended.
"""

from __future__ import annotations

import random
import sys

import pytest
from test_benchmarks import module

from simulation.errors import InputError
from simulation.faces import command

fuzz = module("fuzz")


def offending(numbers, seed, folder):
    """Return what is wrong with how inputs ended, those that are alright left out."""
    found, results = fuzz.seeds(), fuzz.results_folder(folder / "warm")
    ended = [
        fuzz.tried(fuzz.make(number, seed, found), folder / str(number), results)
        for number in numbers
    ]
    assert {one.code for one in ended} >= {0, 2}  # some were right, some refused
    return [(one.number, one.offence, one.said[-500:]) for one in ended if one.offence]


@pytest.mark.filterwarnings("default")
def test_two_hundred_inputs_end_well(tmp_path, monkeypatch):
    monkeypatch.setattr(fuzz, "READERS", fuzz.CHEAP)
    monkeypatch.setattr(fuzz, "LINES", fuzz.CHEAP_LINES)
    assert offending(range(200), 11, tmp_path) == []


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_thousand_inputs_end_well(tmp_path):
    assert offending(range(1000), 12, tmp_path) == []


def test_the_same_number_is_the_same_input():
    found = fuzz.seeds()
    assert fuzz.make(5, 1, found) == fuzz.make(5, 1, found)
    assert fuzz.make(5, 1, found) != fuzz.make(5, 2, found)
    kinds = {fuzz.make(number, 1, found).kind for number in range(200)}
    assert kinds == set(fuzz.SHARES)


def judged(monkeypatch, tmp_path, ends):
    """Return how the fuzzer judges a command that ends in a way given."""
    monkeypatch.setattr(command, "main", ends)
    return fuzz.tried(fuzz.Case(0, "x", {}, ["run"]), tmp_path / "case", allowed=0.2).offence


def ended(code, said=""):
    def ends():
        sys.stderr.write(said)
        sys.exit(code)

    return ends


def raising():
    raise InputError("never told")


def endless():
    while True:
        random.random()


@pytest.mark.parametrize(
    ("ends", "offence"),
    [
        (ended(0), ""),
        (ended(2, "mentoring: there is no such thing\n"), ""),
        (ended(1, "failed: point 0, replication 0, seed 1: no\n"), ""),
        (ended(2), "no sentence"),
        (ended(2, "mentoring: " + "a" * 701), "a sentence too long"),
        (ended(1, "mentoring: what\n"), "exit code 1, and no run has failed"),
        (ended(3), "exit code 3"),
        (ended(2, "Traceback (most recent call last)"), "traceback told"),
        (ended(0, "/x/pandas.py:3: FutureWarning: old"), "warning of Python's"),
        (raising, "InputError"),
        (endless, "hang"),
    ],
)
def test_what_offends(monkeypatch, tmp_path, ends, offence):
    assert judged(monkeypatch, tmp_path, ends) == offence


@pytest.mark.parametrize("kind", [kind for kind in fuzz.SHARES if kind != "command line"])
def test_mutations_change_what_they_are_given(kind):
    """Nearly every mutation makes other bytes; an empty file can be mutated too."""
    changes = fuzz.TREES if kind == "scenario" else fuzz.TABLES
    data = fuzz.seeds()[kind][0]
    others = {fuzz.mutated(data, changes, random.Random(number)) for number in range(100)}
    assert len(others) > 60
    for change in changes:
        for number in range(30):
            assert isinstance(change(b"", random.Random(number)), bytes)
