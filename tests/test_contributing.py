"""CONTRIBUTING.md is true: what it says adds its example, and its table is what CI does."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from simulation import load_scenario, simulate
from simulation.files import PACKAGE

ROOT = PACKAGE.parent
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLE = GUIDE.partition("## A mechanism in an hour")[2]
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
#: An organization so small that a run of it is quick as plain Python.
TINY = {"organization.people": 31, "run.months": 12}
RUN = """
import json, sys
from simulation import load_scenario, simulate
table = simulate(load_scenario("baseline", **json.loads(sys.argv[1])), seed=3).table
table = table.drop(columns="scenario").astype(float)
print(json.dumps({name: [x.hex() for x in table[name]] for name in table}))
"""


class Step(NamedTuple):
    """One thing to do: a new file, or lines to add after a line of an old one."""

    file: str
    after: str | None
    text: str


def steps(document: str) -> list[Step]:
    """Return what a text says to do: each fenced block under "New file" or "In ..., after"."""
    new = r"New file `(?P<new>[^`]+)`:"
    old = r"In `(?P<old>[^`]+)`, after (?P<ticks>`+)(?P<after>.+?)(?P=ticks):"
    block = r"\n\n```\w+\n(?P<text>.*?)^```$"
    found = re.finditer(f"^(?:{new}|{old}){block}", document, re.MULTILINE | re.DOTALL)
    return [Step(m["new"] or m["old"], m["after"], m["text"]) for m in found]


def apply(step: Step, root: Path) -> None:
    """Do one step in a copy of the repository; the line to add after must be there once."""
    path = root / step.file
    if step.after is None:
        assert not path.exists(), f"{step.file} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step.text, encoding="utf-8")
        return
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    places = [number for number, line in enumerate(lines) if line.rstrip("\n") == step.after]
    assert len(places) == 1, f"{step.file} has {len(places)} lines '{step.after}', not one"
    lines.insert(places[0] + 1, step.text)
    path.write_text("".join(lines), encoding="utf-8")


def copied(folder: Path) -> Path:
    """Copy the repository as it is now, what is hidden or built aside."""
    skip = shutil.ignore_patterns("__pycache__", ".*", "runs", "report", "dist", "build")
    shutil.copytree(ROOT, folder, ignore=skip)
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    return folder


def ran(root: Path, *arguments: str) -> str:
    """Run Python in a copy, where nothing compiles; return what it wrote."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def refreshing_commands() -> list[list[str]]:
    """Return the commands that the example ends with, the word ``python`` left out."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", EXAMPLE, re.MULTILINE | re.DOTALL)
    lines = [shlex.split(line) for block in blocks for line in block.splitlines()]
    return [words[1:] for words in lines if words[0] == "python"]


@pytest.fixture(scope="module")
def extended(tmp_path_factory) -> Path:
    """Return a copy of the repository with the example added."""
    if (ROOT / steps(EXAMPLE)[0].file).exists():
        pytest.skip("somebody has followed the example here already")
    root = copied(tmp_path_factory.mktemp("contributing") / "copy")
    for step in steps(EXAMPLE):
        apply(step, root)
    for command in refreshing_commands():
        if command[0] == "-m":  # the other runs the default organization, which needs the compiler
            ran(root, *command)
    return root


def test_the_example_is_two_rules_a_column_a_measure_and_a_line_in_the_month():
    done = steps(EXAMPLE)
    assert len(done) == len(re.findall(r"^(?:New file|In) `", EXAMPLE, re.MULTILINE))
    text = {step.file: step.text for step in done if step.after is None}
    assert text["simulation/theory/awards/__init__.py"].count("= declare(") == 2
    assert text["simulation/theory/awards/rules.py"].count("@rule(") == 2
    in_month = [s for s in done if s.file == "simulation/month/order.py" and "import" not in s.text]
    assert [step.text.count("\n") for step in in_month] == [1]
    assert refreshing_commands()


@pytest.mark.slow
def test_the_copy_with_the_example_passes_its_tests(extended):
    ran(extended, "-m", "ruff", "check", "--no-cache", ".")
    ran(extended, "-m", "ruff", "format", "--no-cache", "--check", ".")
    files = ["awards", "architecture", "documents", "rules"]
    told = ran(
        extended,
        *("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist"),
        *("-o", "addopts=-m 'not slow'", "-k", "not no_knob_is_dead"),
        *(f"tests/test_{name}.py" for name in files),
    )
    assert int(re.search(r"(\d+) passed", told)[1]) > 500


def test_switched_off_the_example_changes_no_bit_and_on_it_moves_its_measure(extended):
    usual = simulate(load_scenario("baseline", **TINY), seed=3).table.drop(columns="scenario")
    off = json.loads(ran(extended, "-c", RUN, json.dumps(TINY)))
    assert set(off) - set(usual.columns) == {"awards"}
    for name in usual:
        expected = [x.hex() for x in usual[name].astype(float)]
        assert off[name] == expected, name
    assert set(off["awards"]) == {(0.0).hex()}
    more = TINY | {"awards.rate": 0.9, "adoption.initial": 0.8, "relationships.mentor_tenure": 0.0}
    on = json.loads(ran(extended, "-c", RUN, json.dumps(more)))
    assert sum(map(float.fromhex, on["awards"])) > 0.0
    assert np.isfinite([float.fromhex(x) for x in on["engagement"]]).all()


def test_a_step_that_does_not_fit_is_named(tmp_path):
    (tmp_path / "some.py").write_text("first\nlast\n", encoding="utf-8")
    apply(Step("some.py", "first", "middle\n"), tmp_path)
    assert (tmp_path / "some.py").read_text(encoding="utf-8") == "first\nmiddle\nlast\n"
    with pytest.raises(AssertionError, match="has 0 lines 'gone'"):
        apply(Step("some.py", "gone", "middle\n"), tmp_path)
    with pytest.raises(AssertionError, match="there already"):
        apply(Step("some.py", None, ""), tmp_path)


# -------------------------------------------------------------------------------- CI's half hour


def test_the_table_has_the_parts_and_limits_of_ci():
    stated = re.findall(r"^\| `(\w+)` \|.*\| ([\d.]+) \| (\d+) \|$", GUIDE, re.MULTILINE)
    parts = re.search(r'^PARTS="(.*)"$', CI, re.MULTILINE)
    assert parts is not None
    assert [f"{name}:{limit}" for name, _, limit in stated] == parts[1].split()
    assert all(f"\npart_{name}() {{" in CI for name, *_ in stated)
    assert all(float(takes) < int(limit) for _, takes, limit in stated)


def test_the_limits_leave_their_reserve_of_half_an_hour():
    (reserve,) = re.findall(r"^\| \*reserve\* \|.*\| (\d+) \|$", GUIDE, re.MULTILINE)
    limits = re.findall(r"^\| `\w+` \|.*\| [\d.]+ \| (\d+) \|$", GUIDE, re.MULTILINE)
    assert sum(map(int, limits)) + int(reserve) == 30
    assert int(reserve) >= 3  # the browser has used the rest of what was kept for it


def test_a_part_that_hangs_is_ended_and_named(tmp_path):
    """The script itself, with one part that never ends and a limit of a second."""
    parts = re.sub(r'^PARTS=".*"$', 'PARTS="slow:0.02"', CI, flags=re.MULTILINE)
    script = re.sub(r"^part_slow\(\) .*$", "part_slow() { sleep 60; }", parts, flags=re.MULTILINE)
    (tmp_path / ".ci").mkdir()
    path = tmp_path / ".ci" / "run"
    path.write_text(script, encoding="utf-8")
    done = subprocess.run(["bash", path], capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 124
    assert "slow was ended" in done.stderr
