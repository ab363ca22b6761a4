"""The command line: good paths with a tiny organization, and a hundred mistakes.

A mistake of the user's ends with exit code 2 and a sentence, before anything is run.
"""

from __future__ import annotations

import contextlib
import html
import io
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from helpers import Interrupted, restated, rewritten

import simulation
from simulation.answers.comparison import saved_comparison
from simulation.errors import LostError
from simulation.faces import command as cli
from simulation.files import PACKAGE
from simulation.machine.compiled import ENABLED, cache_folder
from simulation.scenarios.scenario import load_scenario, shipped_scenarios
from simulation.study import execution, planning, run, running
from simulation.theory.parameters import declared

TINY = """\
extends = "baseline"
title = "Tiny"

[organization]
people = 30

[run]
months = 6
"""
#: The same organization with something else in it, to be compared with the first.
OTHER = TINY.replace("Tiny", "Other") + "\n[commitment]\naction = 0.9\n"
SWEPT = (
    TINY.replace("Tiny", "Swept")
    + '\n[sweep]\ndesign = "grid"\nreplications = 2\n[sweep.axes]\n'
    + '"commitment.action" = [0.2, 0.8]\n'
)
PEOPLE = "id,manager,hired\n" + "".join(
    f"Zyx{i:03d},{f'Zyx{(i - 1) // 4:03d}' if i else ''},{2001 + i % 20}-03-{1 + i % 28:02d}\n"
    for i in range(30)
)
PAIRS = "from,to,n\n" + "".join(f"Zyx{i:03d},Zyx{i + 9:03d},{i}\n" for i in range(1, 20))
SERIES = "month,headcount,exits,participants,engaged_share\n" + "".join(
    f"{month},{58 + month % 3},{month % 3},{3 + month // 4 if month % 5 else ''},0.3{month % 7}\n"
    for month in range(1, 19)
)
FILES = {
    "tiny.toml": TINY,
    "other.toml": OTHER,
    "swept.toml": SWEPT,
    "people.csv": PEOPLE,
    "pairs.csv": PAIRS,
    "series.csv": SERIES,
}


class Said(NamedTuple):
    """What a command has left: exit code, and both streams."""

    code: int
    out: str
    err: str


@pytest.fixture
def mentoring(tmp_path, monkeypatch, capsys):
    """Return a function that runs the command in a folder with some files."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)

    def called(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["mentoring", *words])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Said(code, *capsys.readouterr())

    return called


# ------------------------------------------------------------------------------ mistakes


def spoilt(old: str, new: str) -> str:
    assert SWEPT.count(old) >= 1
    return SWEPT.replace(old, new, 1)


EVENT = TINY + '\n[[events]]\nmonth = 3\ntype = "chief_leaves"\n'

#: Scenario files with one mistake, each checked by a command that reads scenarios.
SCENARIOS: dict[str, str] = {
    "unclosed table": spoilt("[run]", "[run"),
    "no value": spoilt("months = 6", "months ="),
    "comma": spoilt("months = 6", "months = 6,5"),
    "word": spoilt("months = 6", "months = six"),
    "text": spoilt("months = 6", 'months = "six"'),
    "fraction": spoilt("months = 6", "months = 6.5"),
    "yes": spoilt("months = 6", "months = true"),
    "infinite": spoilt("months = 6", "months = inf"),
    "list": spoilt("months = 6", "months = [6]"),
    "zero months": spoilt("months = 6", "months = 0"),
    "negative": spoilt("months = 6", "months = -6"),
    "one person": spoilt("people = 30", "people = 1"),
    "no people": spoilt("people = 30", "people = 0"),
    "span": spoilt("people = 30", "people = 30\nspan = 1"),
    "twice": spoilt("people = 30", "people = 30\npeople = 31"),
    "misspelt key": spoilt("people = 30", "poeple = 30"),
    "misspelt table": spoilt("[run]", "[runs]"),
    "unknown table": spoilt("[run]", "[xyzzy]"),
    "unknown parent": spoilt('"baseline"', '"basline"'),
    "missing parent": spoilt('"baseline"', '"gone.toml"'),
    "its own parent": spoilt('"baseline"', '"mistake.toml"'),
    "parent a number": spoilt('"baseline"', "3"),
    "title a number": spoilt('"Swept"', "3"),
    "missing chart": spoilt("people = 30", 'chart = "gone.csv"'),
    "chart is a folder": spoilt("people = 30", 'chart = "."'),
    "no design": spoilt('design = "grid"\n', ""),
    "unknown design": spoilt('"grid"', '"grit"'),
    "no axes": spoilt('\n[sweep.axes]\n"commitment.action" = [0.2, 0.8]', ""),
    "unknown axis": spoilt("commitment.action", "commitment.acton"),
    "empty axis": spoilt("[0.2, 0.8]", "[]"),
    "axis out of range": spoilt("[0.2, 0.8]", "[0.2, 8]"),
    "axis twice a value": spoilt("[0.2, 0.8]", "[0.2, 0.2]"),
    "no replications": spoilt("replications = 2", "replications = 0"),
    "event: unknown": EVENT.replace("chief_leaves", "chef_leaves"),
    "event: no type": EVENT.replace('type = "chief_leaves"', ""),
    "event: too late": EVENT.replace("month = 3", "month = 7"),
    "event: too early": EVENT.replace("month = 3", "month = 0"),
    "event: unknown key": EVENT + "colour = 1\n",
    "event: nothing lapses": EVENT.replace("chief_leaves", "commitment_lapse"),
    "event: no scope": EVENT.replace("chief_leaves", "leader_leaves"),
    "event: launched already": EVENT.replace("chief_leaves", "launch"),
    "event: restores nothing": EVENT.replace("chief_leaves", "budget_restored"),
    "events a table": EVENT.replace("[[events]]", "[events]"),
}
READERS = itertools.cycle(
    [
        ("validate", "mistake.toml"),
        ("run", "mistake.toml"),
        ("compare", "tiny.toml", "mistake.toml"),
        ("sweep", "mistake.toml"),
        ("explain", "mistake.toml"),
        ("diff", "tiny.toml", "mistake.toml"),
    ]
)

#: Charts with one mistake, each read by a command that reads charts.
CHARTS: dict[str, str | bytes] = {
    "empty": "",
    "header only": "id,manager\n",
    "one person": "id,manager\n1,\n",
    "no header": "1,\n2,1\n3,1\n",
    "one column": "id\n1\n2\n",
    "no manager": "id,office\n1,a\n2,b\n",
    "zeros": b"\x00\x01\x02" * 40,
    "workbook": b"PK\x03\x04\x14\x00\x06\x00",
    "blank row": "id,manager\n1,\n\n2,1\n",
    "too few cells": "id,manager,team\n1,,a\n2,1\n",
    "too many cells": "id,manager\n1,\n2,1,3,4\n",
    "nameless": "id,manager\n1,\n,1\n2,1\n",
    "duplicate": "id,manager\n1,\n2,1\n2,1\n",
    "conflict": "id,manager\n1,\n2,1\n3,1\n3,2\n",
    "two chiefs": "id,manager\n1,\n2,\n3,1\n",
    "circle": "id,manager\n1,\n2,3\n3,2\n",
    "only a circle": "id,manager\n1,2\n2,1\n",
    "unknown manager": "id,manager\n1,\n2,9\n",
    "open quotation mark": 'id,manager\n1,\n2,"1\n3,1\n',
    "column twice": "id,id,manager\n1,1,\n2,2,1\n",
    "rounded identifiers": "id,manager\n1.2E+11,\n1.2E+11,1.2E+11\n",
    "most managers unknown": "id,manager\n1,\n2,8\n3,9\n4,7\n",
    "two managers": "id,manager_id,supervisor_id\n1,,\n2,1,1\n3,1,2\n4,2,1\n",
}
CHART_READERS = itertools.cycle(
    [
        ("chart", "mistake.csv"),
        ("run", "tiny.toml", "--chart", "mistake.csv"),
        ("compare", "tiny.toml", "other.toml", "--chart", "mistake.csv"),
        ("sweep", "swept.toml", "--chart", "mistake.csv"),
    ]
)

#: Arguments that cannot be, alone or together.
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "unknown command": ("rum", "baseline"),
    "unknown option": ("run", "tiny.toml", "--sed", "3"),
    "run: nothing": ("run",),
    "run: two": ("run", "tiny.toml", "other.toml"),
    "run: unknown scenario": ("run", "basline"),
    "run: missing file": ("run", "gone.toml"),
    "run: a folder": ("run", "./"),
    "run: a chart as scenario": ("run", "./people.csv"),
    "run: no replications": ("run", "tiny.toml", "-n", "0"),
    "run: negative replications": ("run", "tiny.toml", "-n", "-3"),
    "run: replications in words": ("run", "tiny.toml", "-n", "many"),
    "run: negative seed": ("run", "tiny.toml", "--seed", "-1"),
    "run: huge seed": ("run", "tiny.toml", "--seed", str(2**64)),
    "run: seed in words": ("run", "tiny.toml", "--seed", "luck"),
    "set: no value": ("run", "tiny.toml", "--set", "commitment.action"),
    "set: nothing after": ("run", "tiny.toml", "--set", "commitment.action="),
    "set: no name": ("run", "tiny.toml", "--set", "=0.2"),
    "set: unknown": ("run", "tiny.toml", "--set", "commitment.acton=0.2"),
    "set: no group": ("run", "tiny.toml", "--set", "action=0.2"),
    "set: group": ("run", "tiny.toml", "--set", "commitment=0.2"),
    "set: out of range": ("run", "tiny.toml", "--set", "commitment.action=2"),
    "set: word": ("run", "tiny.toml", "--set", "commitment.action=much"),
    "set: too few people": ("run", "tiny.toml", "--set", "organization.people=1"),
    "set: too deep": ("run", "tiny.toml", "--set", "a.b.c=1"),
    "set: not one value": ("run", "tiny.toml", "--set", "commitment.action=0.2\nx=1"),
    "set: events": ("run", "tiny.toml", "--set", "events=3"),
    "chart: missing": ("run", "tiny.toml", "--chart", "gone.csv"),
    "chart: folder": ("run", "tiny.toml", "--chart", "."),
    "chart: unknown column": ("run", "tiny.toml", "--chart", "people.csv", "--employee", "x"),
    "chart: unknown manager": ("run", "tiny.toml", "--chart", "people.csv", "--manager", "x"),
    "chart: one column": (
        "run",
        "tiny.toml",
        "--chart",
        "people.csv",
        "--employee",
        "id",
        "--manager",
        "id",
    ),
    "ties: no chart": ("run", "tiny.toml", "--ties", "pairs.csv"),
    "ties: no chart to compare": ("compare", "tiny.toml", "other.toml", "--ties", "pairs.csv"),
    "ties: no chart to sweep": ("sweep", "swept.toml", "--ties", "pairs.csv"),
    "ties: missing": ("run", "tiny.toml", "--chart", "people.csv", "--ties", "gone.csv"),
    "ties: none known": ("run", "tiny.toml", "--chart", "people.csv", "--ties", "series.csv"),
    "compare: one": ("compare", "tiny.toml"),
    "compare: the same twice": ("compare", "tiny.toml", "tiny.toml"),
    "compare: other lengths": ("compare", "baseline", "tiny.toml"),
    "compare: one missing": ("compare", "tiny.toml", "gone.toml"),
    "compare: no replications": ("compare", "tiny.toml", "other.toml", "-n", "0"),
    "compare: width zero": ("compare", "tiny.toml", "other.toml", "--half-width", "0"),
    "compare: width negative": ("compare", "tiny.toml", "other.toml", "--half-width", "-1"),
    "compare: width in words": ("compare", "tiny.toml", "other.toml", "--half-width", "thin"),
    "compare: negative seed": ("compare", "tiny.toml", "other.toml", "--seed", "-1"),
    "compare: window": ("compare", "tiny.toml", "other.toml", "--window", "1-3"),
    "compare: window beyond": ("compare", "tiny.toml", "other.toml", "--window", "1:8"),
    "compare: window of no event": ("compare", "tiny.toml", "other.toml", "--window", "event:6"),
    "sweep: sheet without design": ("sweep", "swept.toml", "--design-sheet", "one"),
    "compare: sheet without vectors": (
        *("compare", "tiny.toml", "other.toml", "--uncertainty"),
        *("--vectors-sheet", "one"),
    ),
    "calibrate: sheet without data": ("calibrate", "tiny.toml", "--data-sheet", "one"),
    "sweep: nothing to sweep": ("sweep", "tiny.toml"),
    "sweep: negative replications": ("sweep", "swept.toml", "-n", "-1"),
    "sweep: negative seed": ("sweep", "swept.toml", "--seed", "-1"),
    "sweep: no such design": ("sweep", "swept.toml", "--design", "gone.csv"),
    "sweep: a faulty design": ("sweep", "swept.toml", "--design", "people.csv"),
    "sweep: executor": ("sweep", "swept.toml", "--executor", "thread"),
    "sweep: workers": ("sweep", "swept.toml", "--workers", "0"),
    "sweep: on error": ("sweep", "swept.toml", "--on-error", "weep"),
    "sweep: until": ("sweep", "swept.toml", "--until", "adoption"),
    "sweep: until what": ("sweep", "swept.toml", "--until", "adoptoin:0.1"),
    "compare: until": ("compare", "tiny.toml", "other.toml", "--until", "adoption:thin"),
    "compare: vectors": ("compare", "tiny.toml", "other.toml", "--vectors", "people.csv"),
    "compare: no vectors": ("compare", "tiny.toml", "other.toml", "--vectors", "gone.csv"),
    "compare: narrow and unknown": (
        "compare",
        "tiny.toml",
        "other.toml",
        "--uncertainty",
        "--until",
        "adoption:0.1",
    ),
    "resume: missing": ("resume", "gone"),
    "resume: another folder": ("resume", "."),
    "plan: nothing to sweep": ("plan", "tiny.toml"),
    "plan: negative replications": ("plan", "swept.toml", "-n", "-1"),
    "design: nothing to sweep": ("design", "tiny.toml"),
    "sensitivity: measure": ("sensitivity", "tiny.toml", "--measure", "adoptoin"),
    "sensitivity: parameter": ("sensitivity", "tiny.toml", "--parameter", "adoption.inovation"),
    "sensitivity: samples": (
        "sensitivity",
        "tiny.toml",
        "--parameter",
        "peers.boss",
        "--parameter",
        "adoption.initial",
        "--samples",
        "100",
    ),
    "sensitivity: one run": ("sensitivity", "tiny.toml", "-n", "1"),
    "calibrate: effort": ("calibrate", "--effort", "some"),
    "calibrate: no data": ("calibrate", "--data", "gone.csv"),
    "calibrate: faulty data": ("calibrate", "--data", "people.csv"),
    "calibrate: parameter": ("calibrate", "--data", "series.csv", "--fit", "adoption.inovation"),
    "calibrate: before the launch": ("calibrate", "--data", "series.csv", "--since-launch", "-3"),
    "patterns: vector": ("patterns", "tiny.toml", "--vector", "100000"),
    "reproduce: nothing": ("reproduce",),
    "reproduce: missing": ("reproduce", "gone"),
    "reproduce: a file": ("reproduce", "tiny.toml"),
    "reproduce: another folder": ("reproduce", "."),
    "report: missing": ("report", "gone"),
    "report: another folder": ("report", "."),
    "validate: nothing": ("validate",),
    "validate: missing": ("validate", "gone.toml"),
    "explain: unknown": ("explain", "tiny.toml", "commitment.acton"),
    "explain: unknown group": ("explain", "tiny.toml", "comitment"),
    "diff: one": ("diff", "tiny.toml"),
    "diff: missing": ("diff", "tiny.toml", "gone.toml"),
    "parameters: unknown": ("parameters", "comitment"),
    "chart: strongest in words": ("chart", "people.csv", "--strongest", "all"),
    "chart: strongest negative": ("chart", "people.csv", "--strongest", "-1"),
    "chart: hired": ("chart", "people.csv", "--hired", "since"),
    "chart: level": ("chart", "people.csv", "--level", "storey"),
    "chart: department": ("chart", "people.csv", "--department", "x"),
    "chart: as of": ("chart", "people.csv", "--as-of", "today"),
    "chart: as of too early": ("chart", "people.csv", "--as-of", "1990-01-01"),
    "chart: date format": ("chart", "people.csv", "--date-format", "%d.%m.%Y"),
    "chart: delimiter": ("chart", "people.csv", "--delimiter", ";"),
    "chart: encoding": ("chart", "people.csv", "--encoding", "klingon"),
    "chart: tie column": ("chart", "people.csv", "--ties", "pairs.csv", "--tie-from", "x"),
    "chart: tie weight": ("chart", "people.csv", "--ties", "pairs.csv", "--tie-weight", "x"),
    "out: no name": ("run", "tiny.toml", "--out", ""),
    "out: no text": ("run", "tiny.toml", "--out", "\udcff"),
    "out: design without a name": ("design", "swept.toml", "--out", "."),
    "out: signs": ("schema", "--out", "a\nb.json"),
    "chart: saved as a folder": ("chart", "people.csv", "--save", "."),
    "run: replications beyond reason": ("run", "tiny.toml", "-n", "1000000000000"),
    "sweep: replications beyond reason": ("sweep", "swept.toml", "-n", "10000000"),
    "plan: replications beyond reason": ("plan", "swept.toml", "-n", "1000000000000"),
    "set: months beyond reason": ("run", "tiny.toml", "--set", "run.months=1000000000"),
    "set: people beyond reason": ("run", "tiny.toml", "--set", "organization.people=10e11"),
    "patterns: replications beyond reason": ("patterns", "tiny.toml", "-n", "1000000000000"),
    "sensitivity: samples beyond reason": (
        *("sensitivity", "tiny.toml", "--samples", "1099511627776"),
    ),
    "sweep: workers beyond reason": ("sweep", "swept.toml", "--workers", "9" * 400),
    "calibrate: draws beyond reason": (
        *("calibrate", "tiny.toml", "--data", "series.csv", "--draws", "1000000000000"),
    ),
    "a word that fills screens": ("run", "tiny.toml", "a" * 5000),
    "a command that fills screens": ("a" * 5000,),
    "chart: kind of picture": ("chart", "people.csv", "--out", "chart.docx"),
    "chart: place of picture": ("chart", "people.csv", "--out", "gone/\0/chart.svg"),
    "schema: place": ("schema", "--out", "gone/schema.json"),
    "level not there": ("run", "deep.toml"),
    "level not in the chart": ("run", "deep.toml", "--chart", "people.csv"),
    "branch not there": ("compare", "tiny.toml", "aside.toml"),
}

MISTAKES = (
    [
        pytest.param(next(READERS), {"mistake.toml": text}, id=f"scenario: {name}")
        for name, text in SCENARIOS.items()
    ]
    + [
        pytest.param(next(CHART_READERS), {"mistake.csv": text}, id=f"chart: {name}")
        for name, text in CHARTS.items()
    ]
    + [pytest.param(words, {}, id=name) for name, words in ARGUMENTS.items()]
)
SCOPED = TINY + '\n[[events]]\nmonth = 3\ntype = "leader_leaves"\n'


def refused(said: Said) -> str:
    """Return the sentence of a refusal; click's usage message is one as well."""
    told = said.err.strip()
    assert said.code == 2, (said.code, said.out, told)
    assert "Traceback" not in told + said.out
    if told.startswith("Usage:"):
        assert "Error: " in told
        return told
    # Before it may stand what was said on the way: compiling, and notes on a chart.
    first = next(i for i, line in enumerate(told.splitlines()) if line.startswith("mentoring: "))
    said_before = ("Compiling the model", "people.csv: tenure", "pairs.csv: of", "No ties were")
    assert all(line.startswith(said_before) for line in told.splitlines()[:first])
    lines = told.splitlines()[first:]
    assert 1 <= len(lines) <= 2, told
    assert len(told) < 700
    return told


def test_there_are_a_hundred_mistakes():
    assert len(MISTAKES) >= 100


@pytest.mark.parametrize(("words", "files"), MISTAKES)
def test_a_mistake_ends_in_a_sentence(mentoring, tmp_path, monkeypatch, words, files):
    def no_run(*_):
        raise AssertionError("nothing should be run")

    monkeypatch.setattr(run.Run, "finish", no_run)
    scoped = {"deep.toml": SCOPED + "level = 9\n", "aside.toml": SCOPED + "branch = 19\n"}
    for name, text in (scoped | files).items():
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    before = sorted(tmp_path.rglob("*"))
    refused(mentoring(*words))
    assert sorted(tmp_path.rglob("*")) == before  # nothing is left behind


def test_a_mistake_names_its_place_and_the_nearest_word(mentoring):
    assert "Did you mean 'chief-leaves'?" in refused(mentoring("run", "chief-leavs"))
    assert "Did you mean 'people.csv'?" in refused(mentoring("chart", "peple.csv"))
    assert "commitment.action" in refused(mentoring("run", "tiny.toml", "--set", "action=1"))
    assert "tiny.toml" in refused(mentoring("compare", "tiny.toml", "./tiny.toml")).replace(
        "'tiny'", "tiny.toml"
    )


def test_counts_beyond_reason_are_refused_with_what_is_allowed(mentoring, tmp_path):
    """Refused before anything is listed: 2^24 samples, and the points of a grid of ten axes."""
    assert "replications must be a whole number from 1 to 10,000,000" in refused(
        mentoring("run", "tiny.toml", "-n", "1000000000000")
    )
    assert "replications of each of 2 points must be a whole number from 1 to 5,000,000" in refused(
        mentoring("sweep", "swept.toml", "-n", "10000000")
    )
    sampled = SWEPT.replace('"grid"', '"{}"\nsamples = {}')
    many = [*range(2, 1027)]  # 1,025 of them, squared
    axes = f'"organization.people" = {many}\n"organization.structure_seed" = {many}\n'
    for text, told in (
        (sampled.format("sobol", 2**24), "from 1 to 1048576"),
        (sampled.format("saltelli", 2**20), "saltelli of 1 axes has 4,194,304 points"),
        (SWEPT.partition('"commitment')[0] + axes, "grid of 2 axes has 1,050,625 points"),
    ):
        (tmp_path / "many.toml").write_text(text)
        said = mentoring("validate", "many.toml")
        assert told in said.err + said.out


def test_what_fills_screens_is_told_by_its_beginning():
    for word in ("a" * 5000, "a b\0" * 1000):
        told = cli.output.readable(f"people.csv: there is no column '{word}' for it; it's the end")
        assert len(told) < 250
        assert told.startswith(f"people.csv: there is no column '{word[:3]}")
        assert told.endswith("...' for it; it's the end")
    assert cli.output.readable("x's " * 200) == "x's " * 200


def test_what_a_terminal_cannot_show_is_spelt_out(mentoring, tmp_path, monkeypatch):
    (tmp_path / "title.toml").write_text(TINY.replace("Tiny", "日本 \\u001b"))
    assert "\\x1b[31m" in refused(mentoring("chart", "people.csv", "--employee", "\x1b[31m"))
    shown = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stdout", shown)
    assert mentoring("validate", "title.toml").code == 0
    shown.flush()
    assert b"\\u65e5\\u672c" in shown.buffer.getvalue()


def test_validate_tells_of_every_file(mentoring, tmp_path):
    (tmp_path / "wrong.toml").write_text(spoilt("months = 6", "months = 0"))
    said = mentoring("validate", "tiny.toml", "wrong.toml", "gone.toml", "baseline")
    assert said.code == 2
    assert [line.split(":")[0] for line in said.out.splitlines()] == ["tiny.toml", "baseline"]
    assert [word in said.err for word in ("wrong.toml", "gone.toml")] == [True, True]
    assert len(said.err.splitlines()) == 2


# ---------------------------------------------------------------------------- good paths

#: Makes a shipped scenario quick.
QUICK = ("--set", "organization.people=30", "--set", "run.months=6", "-n", "2")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a folder with a run, a comparison and a sweep, each made once, by the command."""
    folder = tmp_path_factory.mktemp("made")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    outs = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, words in {
            "run": ("run", "baseline", *QUICK, "--out", "run"),
            "compare": ("compare", "baseline", "strong-commitment", *QUICK, "--out", "compare"),
            "sweep": ("sweep", "swept.toml", "--out", "sweep"),
            "charted": (
                "compare",
                "tiny.toml",
                "other.toml",
                "-n",
                "2",
                "--chart",
                "people.csv",
                "--ties",
                "pairs.csv",
                "--out",
                "charted",
            ),
        }.items():
            out = io.StringIO()
            patch.setattr(sys, "argv", ["mentoring", *words])
            with contextlib.redirect_stdout(out), pytest.raises(SystemExit) as end:
                cli.main()
            assert not end.value.code
            outs[name] = out.getvalue()
    return folder, outs


def test_the_module_is_the_command(tmp_path):
    """In a process of its own: the real streams and the real exit code."""
    done = subprocess.run(
        [sys.executable, "-m", "simulation", "run", "gone.toml"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('mentoring: "gone.toml" cannot be read')
    assert done.stderr.count("\n") == 1


def test_run_shows_measures_and_ends_with_the_folder(made):
    folder, outs = made
    lines = outs["run"].splitlines()
    assert lines[0].split("\t") == ["measure", "unit", "mean", "low", "high"]
    assert any(line.startswith("adoption\tshare\t0.") for line in lines)
    assert lines[-1] == "run"
    assert json.loads((folder / "run" / "manifest.json").read_text())["replications"] == 2


def test_compare_speaks_and_ends_with_the_report(made):
    folder, outs = made
    lines = outs["compare"].splitlines()
    spoken = [line for line in lines if line.startswith("- ")]
    assert spoken[0].startswith("- Engagement at the end: ")
    assert any(line.startswith("- Practising at the end") for line in spoken)
    report = Path(lines[-1])
    assert report == (folder / "compare" / "report.html").resolve()
    page = report.read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert "mentoring compare baseline strong-commitment" in page


def test_windows_are_told_and_told_again(mentoring, tmp_path):
    words = ("compare", "tiny.toml", "other.toml", "-n", "3", "--out", "w")
    said = mentoring(*words, "--window", "2:4", "--window", "6:7")
    assert said.code == 0, said.err
    assert "other\tengagement_months_2_to_3\tsd\t" in said.out
    assert "- Engagement in months 2 to 3: " in said.out
    assert "- Engagement in month 6: " in said.out
    page = (tmp_path / "w" / "report.html").read_text("utf-8")
    assert "People who left in month 6" in page
    assert mentoring("resume", "w").out == said.out
    assert mentoring("report", "w").code == 0
    assert (tmp_path / "w" / "report.html").read_text("utf-8") == page
    assert mentoring("report", "w", "--window", "4:6").code == 0
    other = (tmp_path / "w" / "report.html").read_text("utf-8")
    assert "Engagement in months 4 to 5" in other
    assert "Engagement in month 6" not in other
    assert "months 1 to 6" in refused(mentoring("report", "w", "--window", "4:9"))


def test_sweep_shows_a_row_a_point(made):
    lines = made[1]["sweep"].splitlines()
    assert lines[-1] == "sweep"
    assert sum(line.split("\t")[1] in ("0.2", "0.8") for line in lines if "\t" in line) == 2


def test_a_sweep_is_planned_designed_and_gone_on_with(mentoring, tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "PILOT", 0.01)
    said = mentoring("plan", "swept.toml", "--out", "swept")
    assert said.code == 0
    assert said.out.startswith("2 points x 2 replications: 4 runs, 0 of them in swept already")
    assert "on disk, from a pilot of" in said.out
    assert not (tmp_path / "swept").exists()
    assert mentoring("design", "swept.toml").out.splitlines()[-1] == "design.csv"
    edited = (tmp_path / "design.csv").read_text().replace("0.8", "0.7")
    (tmp_path / "design.csv").write_text(edited)
    words = ("tiny.toml", "--design", "design.csv", "--out", "swept")
    said = mentoring("sweep", *words, "-n", "3", "--no-months", "--workers", "1")
    assert said.code == 0, said.err
    assert "6 of 6 runs finished" in said.out
    assert "\n1\t0.7\t" in said.out
    assert not (tmp_path / "swept" / "months").exists()
    assert "4 of them in swept already" not in mentoring("plan", *words, "-n", "5").out
    assert "10 runs, 6 of them in swept already" in mentoring("plan", *words, "-n", "5").out
    assert "6 of 6 runs finished" in mentoring("resume", "swept").out
    assert "nothing" not in mentoring("sweep", *words, "-n", "5", "--no-months").out
    assert "10 of 10 runs finished" in mentoring("resume", "swept", "--executor", "serial").out
    refused(mentoring("sweep", *words, "-n", "5"))  # months were not kept


def test_failures_end_with_1_and_can_be_gone_on_with(mentoring, tmp_path):
    text = TINY + '\n[[events]]\nmonth = 3\ntype = "leader_leaves"\nlevel = 2\n'
    text += '[sweep]\ndesign = "grid"\n[sweep.axes]\n"organization.people" = [5, 60]\n'
    (tmp_path / "fragile.toml").write_text(text)
    said = mentoring("sweep", "fragile.toml", "-n", "2", "--out", "f")
    assert said.code == 1
    assert "2 of 4 runs finished, 2 failed" in said.out
    assert "failed: point 0, replication 0, seed 0: " in said.err
    assert said.err.splitlines()[-1] == "mentoring: to go on: mentoring resume f"
    assert mentoring("resume", "f", "--on-error", "stop").code == 1


def test_until_says_what_it_took(mentoring):
    said = mentoring(
        "compare", "tiny.toml", "other.toml", "--until", "adoption:0.5", "-n", "3", "--out", "c"
    )
    assert "after 20 replications; " in said.out
    again = mentoring("resume", "c")  # what is to be narrow is a difference still
    assert again.out == said.out
    said = mentoring("run", "tiny.toml", "--until", "adoption:0.5", "-n", "3", "--out", "r")
    assert "after 20 replications." in said.out
    said = mentoring("sweep", "swept.toml", "--until", "adoption:0.5", "--out", "s")
    assert "after 20 replications." in said.out


def test_sensitivity_tells_what_matters(mentoring, tmp_path):
    words = ("sensitivity", "tiny.toml", "--samples", "16", "-n", "2")
    some = ("--parameter", "presence.level", "--parameter", "peers.boss", "--out", "s")
    said = mentoring(*words, "--measure", "leader_hours", *some)
    assert said.code == 0, said.err
    assert "of the variance of leader_hours in a single run" in said.out
    assert "Most hangs on presence.level" in said.out
    assert {path.name for path in (tmp_path / "s").glob("*.png")} == {
        "tornado.png",
        "indices.png",
        "interactions.png",
    }


def test_how_a_scenarios_own_chart_was_read_is_told(mentoring, tmp_path):
    rows = PEOPLE.replace("Zyx005,", " zyx005 ,", 1).replace(",2006-", ",soon-", 1)
    (tmp_path / "people.csv").write_text(rows)
    (tmp_path / "own.toml").write_text(TINY.replace("people = 30", 'chart = "people.csv"'))
    told = mentoring("run", "baseline", "--set", "run.months=2", "--chart", "people.csv", "-n", "1")
    notes = [line for line in told.err.splitlines() if "people.csv" in line or "hired" in line]
    assert notes
    for words in (
        ("run", "own.toml", "-n", "1"),
        ("compare", "own.toml", "-n", "2", "--set", "commitment.action=0.9"),
    ):
        said = mentoring(*words)
        assert said.code == 0, said.err
        assert all(said.err.count(note) == 1 for note in notes)


def test_warming_up_compiles_the_model(mentoring):
    said = mentoring("warm-up")
    assert said.code == 0, said.err
    seconds = float(re.search(r"ready after ([\d.]+) s", said.out)[1])
    assert 0.0 <= seconds < 300.0
    assert str(cache_folder()) in said.out
    assert list(cache_folder().glob("run-*.code")) or not ENABLED


def test_an_older_report_is_kept(mentoring, tmp_path):
    words = ("compare", "tiny.toml", "other.toml", "-n", "3", "--out", "c")
    assert mentoring(*words).code == 0
    before = (tmp_path / "c" / "report.html").read_bytes()
    said = mentoring(*words)
    assert "kept" not in said.err
    said = mentoring(*words, "--window", "2:5")
    assert "the older one is kept as aside/report.html" in said.err
    assert (tmp_path / "c" / "aside" / "report.html").read_bytes() == before
    assert (tmp_path / "c" / "report.html").read_bytes() != before
    said = mentoring("report", "c", "--window", "3:5")
    assert "the older one is kept as aside/report-2.html" in said.err


def test_a_sensitivity_analysis_refuses_a_folder_of_other_things(mentoring, tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "thesis.txt").write_text("mine")
    some = ("--parameter", "presence.level", "--parameter", "peers.boss", "--samples", "4")
    said = mentoring("sensitivity", "tiny.toml", *some, "--out", "s")
    assert said.code == 2
    assert "s is no folder of mentoring sensitivity: it holds thesis.txt" in said.err
    said = mentoring("calibrate", "tiny.toml", "--out", "s", "--effort", "quick")
    assert said.code == 2
    assert "s is no folder of mentoring calibrate: it holds thesis.txt" in said.err
    said = mentoring("calibrate", "tiny.toml", "--data", "series.csv", "--out", "s")
    assert said.code == 2
    assert [path.name for path in (tmp_path / "s").iterdir()] == ["thesis.txt"]


def test_sensitivity_of_what_does_not_vary_names_nobody(mentoring, tmp_path):
    words = ("sensitivity", "tiny.toml", "--samples", "4", "-n", "2", "--out", "s")
    some = ("--parameter", "presence.level", "--parameter", "peers.boss")
    said = mentoring(*words, "--measure", "months_without_lead", *some)
    assert said.code == 0, said.err
    assert "months_without_lead is the same in all runs: there is nothing to explain." in said.out
    assert "nan" not in said.out
    assert "Most hangs" not in said.out
    assert list((tmp_path / "s").glob("*.png")) == []


def test_uncertainty_tells_the_shares(mentoring, tmp_path):
    (tmp_path / "v.csv").write_text(
        "adoption.initial,turnover.voluntary\n0.05,0.01\n0.2,0.03\n0.4,0.05\n"
    )
    said = mentoring("compare", "tiny.toml", "other.toml", "--vectors", "v.csv", "--out", "c")
    assert said.code == 0, said.err
    assert "unknown parameters" in said.out
    assert mentoring("reproduce", "c").out.splitlines()[-1].endswith("to the bit.")


@pytest.mark.slow
def test_own_series_are_fitted(mentoring, tmp_path):
    said = mentoring(
        "calibrate",
        "--data",
        "series.csv",
        "--draws",
        "300",
        "--out",
        "fit",
        "--fit",
        "turnover.voluntary",
        "--fit",
        "adoption.innovation",
        "--since-launch",
        "12",
    )
    assert said.code == 0, said.err
    assert "turnover.voluntary" in said.out
    assert "of the observed numbers lie" in said.out
    assert "Do not rely" not in said.out
    assert (tmp_path / "fit" / "predictive.png").is_file()
    again = mentoring(
        "compare", "tiny.toml", "other.toml", "--vectors", "fit/vectors.csv", "--out", "c"
    )
    assert "unknown parameters" in again.out


def test_own_series_that_no_run_shows_are_told(mentoring, tmp_path):
    rows = "".join(f"{month},58,0.9\n" for month in range(1, 7))
    (tmp_path / "unlike.csv").write_text(f"month,headcount,mentored_share\n{rows}")
    said = mentoring(
        "calibrate",
        "--data",
        "unlike.csv",
        "--draws",
        "300",
        "--out",
        "fit",
        "--fit",
        "relationships.seeking",
    )
    assert said.code == 0, said.err
    assert "Do not rely on this fit: none of its runs shows mentored_share as" in said.out


@pytest.mark.parametrize("name", ["run", "compare", "sweep", "charted"])
def test_reproduce_finds_every_number_again(made, mentoring, tmp_path, name):
    shutil.copytree(made[0] / name, tmp_path / "copy")
    (tmp_path / "people.csv").unlink()  # a chart is not needed again
    said = mentoring("reproduce", "copy")
    assert said.code == 0, said.err
    assert said.out.splitlines()[-1].endswith("numbers are the same, to the bit.")


def test_reproduce_ends_with_1_when_a_number_differs(made, mentoring, tmp_path):
    shutil.copytree(made[0] / "run", tmp_path / "copy")
    for table in ("months", "runs"):
        path = tmp_path / "copy" / table / "part-00000.parquet"
        rewritten(
            path, lambda rows: rows.assign(adoption=rows["adoption"] + 1e-9 * (rows.index == 1))
        )
    said = mentoring("reproduce", "copy")
    assert said.code == 1
    assert "months: adoption (1), runs: adoption (1)" in said.out


DAMAGES = {
    "manifest no JSON": ("manifest.json", "{"),
    "manifest empty": ("manifest.json", ""),
    "manifest a list": ("manifest.json", "[]"),
    "manifest bare": ("manifest.json", "{}"),
    "manifest little": ("manifest.json", '{"kind": "runs", "replications": 2, "seed": 0}'),
    "manifest of another kind": ("manifest.json", '{"kind": "calibration"}'),
    "manifest no text": ("manifest.json", b"\xff\xfe\x00"),
    "runs no table": ("runs/part-*.parquet", "nothing"),
    "runs empty": ("runs/part-*.parquet", ""),
    "runs gone": ("runs/part-*.parquet", None),
    "months no table": ("months/part-*.parquet", "nothing"),
    "months empty": ("months/part-*.parquet", ""),
    "months gone": ("months/part-*.parquet", None),
    "organization gone": ("organization-*.npz", None),
    "organization damaged": ("organization-*.npz", "nothing"),
    "organization empty": ("organization-*.npz", ""),
}


@pytest.mark.parametrize("command", ["reproduce", "report"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_results_end_in_a_sentence(made, mentoring, tmp_path, damage, command):
    pattern, content = DAMAGES[damage]
    shutil.copytree(made[0] / "compare", tmp_path / "copy")
    found = list((tmp_path / "copy").glob(pattern))
    assert found
    for path in found:
        path.unlink()
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    refused(mentoring(command, "copy"))


def test_a_report_of_part_of_the_months_is_refused(made, mentoring, tmp_path):
    """The runs say how many months each has: what is lost is never averaged over."""
    shutil.copytree(made[0] / "compare", tmp_path / "copy")
    path = tmp_path / "copy" / "months" / "part-00000.parquet"
    rewritten(path, lambda rows: rows[rows["replication"] == 0])
    assert "of 2 runs not all rows of months are there" in refused(mentoring("report", "copy"))
    assert mentoring("reproduce", "copy").code == 1


def test_a_sweep_without_its_points_ends_in_a_sentence(made, mentoring, tmp_path):
    shutil.copytree(made[0] / "sweep", tmp_path / "copy")
    points = tmp_path / "copy" / "points.csv"
    points.write_text(points.read_text().replace("0.8", "0.7"))
    for command in ("report", "reproduce", "resume"):
        assert "points.csv is missing or not" in refused(mentoring(command, "copy"))
    points.unlink()
    for command in ("report", "reproduce", "resume"):
        assert "points.csv" in refused(mentoring(command, "copy"))


# ------------------------------------------------------------------------ reports of results


def text_of(page: Path) -> str:
    """Return what a page says, without its pictures."""
    bare = re.sub(r"<(style|svg).*?</\1>", " ", page.read_text("utf-8"), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", bare)).split())


def test_a_report_of_one_scenario_is_written(made, mentoring, tmp_path):
    shutil.copytree(made[0] / "run", tmp_path / "copy")
    said = mentoring("report", "copy")
    assert said.code == 0, said.err
    assert Path(said.out.strip()) == (tmp_path / "copy" / "report.html").resolve()
    told = text_of(tmp_path / "copy" / "report.html")
    assert load_scenario("baseline").title in told
    assert "people who left" in told.lower()
    for word in ("compared against", "Difference", "comparison."):
        assert word not in told


def test_a_report_of_a_sweep_is_a_sweeps_report(made, mentoring, tmp_path):
    """Points are told one by one, by what they change, and are never added up."""
    shutil.copytree(made[0] / "sweep", tmp_path / "copy")
    said = mentoring("report", "copy", "--out", "of/sweep.html")
    assert said.code == 0, said.err
    told = text_of(tmp_path / "of" / "sweep.html")
    assert "Swept" in told
    runs = simulation.load("copy")
    means = runs.summary().query("measure == 'adoption'").set_index("point")["mean"]
    low, high = means.sort_values()
    assert f"from {100 * low:.1f}\N{NO-BREAK SPACE}%".replace("\xa0", " ") in told
    assert f"to {100 * high:.1f} %" in told
    assert all(f"commitment.action = {value}" in told for value in (0.2, 0.8))
    exits = runs.runs["exits"].sum()
    assert exits > 0
    assert "people left" not in told
    assert "people who left" not in told


def test_a_report_says_what_the_runs_say_of_themselves(mentoring, tmp_path):
    """Versions and the command are those of the runs, not of whoever writes the report."""
    words = ["run", "tiny.toml", "--set", "commitment.action=0.3", "--chart", "people.csv"]
    assert mentoring(*words, "-n", "2", "--out", "saved").code == 0
    path = tmp_path / "saved" / "manifest.json"
    stated = json.loads(path.read_text())
    assert stated["command"] == " ".join(["mentoring", *words, "-n", "2", "--out", "saved"])
    stated["versions"] |= {"numpy": "1.99.7", "mentoring-simulation": "0.0.77"}
    restated(path.parent, versions=stated["versions"], platform="Abacus-3")
    assert mentoring("report", "saved").code == 0
    told = text_of(tmp_path / "saved" / "report.html")
    for one in (" ".join(words), "numpy 1.99.7", "0.0.77", "Abacus-3"):
        assert one in told, one
    assert np.__version__ not in told


# --------------------------------------------------------------- folders of their own


def folders() -> list[str]:
    return sorted(path.name for path in Path("runs").iterdir())


def contents(folder: str) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file()
    }


def test_each_chart_has_a_folder(mentoring, tmp_path):
    (tmp_path / "other.csv").write_text(PEOPLE + "Zyx030,Zyx001,2020-01-01\n")
    outs = []
    for chart in ("people.csv", "other.csv", "people.csv"):
        said = mentoring("run", "tiny.toml", "-n", "2", "--chart", chart)
        assert said.code == 0, said.err
        outs.append(said.out.splitlines()[-1])
    assert outs[0] == outs[2] != outs[1]
    assert [f"runs/{name}" for name in folders()] == sorted(set(outs))
    (tmp_path / "people.csv").write_text((tmp_path / "other.csv").read_text())
    assert mentoring("run", "tiny.toml", "-n", "2", "--chart", "people.csv").out.endswith(
        f"{outs[1]}\n"
    )


@pytest.mark.slow
def test_no_comparison_overwrites_another(mentoring, tmp_path):
    (tmp_path / "third.toml").write_text(OTHER.replace("Other", "Third").replace("0.9", "0.1"))
    reports = []
    for words in (
        ("tiny.toml", "other.toml"),
        ("tiny.toml", "third.toml"),
        ("other.toml", "tiny.toml"),
        ("tiny.toml", "other.toml", "--seed", "1"),
        ("tiny.toml", "--set", "commitment.action=0.9"),
    ):
        said = mentoring("compare", *words, "-n", "2")
        assert said.code == 0, said.err
        reports.append(Path(said.out.splitlines()[-1]))
    assert len(set(reports)) == 5
    assert all("mentoring compare" in text_of(path) for path in reports)
    assert "Third" in text_of(reports[1])
    assert "Third" not in text_of(reports[0])


@pytest.mark.parametrize(
    "words",
    [
        ("run", "tiny.toml", "-n", "2"),
        ("compare", "tiny.toml", "other.toml", "-n", "2"),
        ("sweep", "swept.toml", "--set", "commitment.talk=0.9"),
        ("sweep", "swept.toml", "--no-months"),
        ("sweep", "swept.toml", "--seed", "1"),
    ],
)
def test_a_folder_of_another_study_is_refused_and_stays(made, mentoring, tmp_path, words):
    shutil.copytree(made[0] / "sweep", tmp_path / "taken")
    before = contents("taken")
    assert "taken holds other results: " in refused(mentoring(*words, "--out", "taken"))
    assert contents("taken") == before


# ---------------------------------------------------------------------- interruptions


def stopped_after(monkeypatch, jobs: int) -> None:
    """Let the next work be interrupted after so many runs."""

    @contextlib.contextmanager
    def executor(*_):
        yield Interrupted(jobs)

    monkeypatch.setattr(running, "named_executor", executor)


#: With these vectors the chief's leaving is followed by a loss in the later ones alone.
VECTORS = "adoption.initial,turnover.voluntary\n" + "".join(
    f"{0.02 + 0.04 * row:.2f},{0.01 + 0.002 * row:.3f}\n" for row in range(10)
)


@pytest.mark.slow
def test_an_interrupted_comparison_says_nothing_of_what_was_not_run(
    mentoring, tmp_path, monkeypatch
):
    (tmp_path / "v.csv").write_text(VECTORS)
    text = EVENT.replace("Tiny", "Left").replace("months = 6", "months = 30")
    (tmp_path / "left.toml").write_text(text)
    (tmp_path / "stay.toml").write_text(TINY.replace("months = 6", "months = 30"))
    words = ("compare", "stay.toml", "left.toml", "--vectors", "v.csv", "--out", "c")
    with monkeypatch.context() as patch:
        stopped_after(patch, 7)  # three whole pairs and a half
        said = mentoring(*words)
    assert said.code == 130, said.err
    assert said.err == "mentoring: to go on: mentoring resume c\n"
    assert "Only 3 of 10 parameter vectors were run" in said.out
    assert "3 replications are whole" in said.out
    assert "7 of 40 runs finished" in said.out
    assert not re.search(r"\binf\b", said.out), said.out
    three = simulation.compare(
        ["stay.toml", "left.toml"], uncertainty=pd.read_csv("v.csv").iloc[:3], replications=3
    )
    result = saved_comparison("c")
    assert result.runs.replications == 3
    own = result.runs.table
    pd.testing.assert_frame_equal(
        own, three.runs.table.query("replication < 3").reset_index(drop=True)
    )
    assert not np.isinf(result.outcomes["mean"]).any()
    assert "Only 3 of 10" in text_of(tmp_path / "c" / "report.html")
    again = mentoring("report", "c", "--out", "again.html")  # as little is said later
    assert again.code == 0, again.err
    assert "Only 3 of 10" in text_of(tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text() == (tmp_path / "c" / "report.html").read_text()
    said = mentoring("resume", "c")
    assert (said.code, "Only" in said.out) == (0, False)
    assert "interrupted" not in text_of(tmp_path / "c" / "report.html")


@pytest.mark.parametrize("jobs", [0, 1])
def test_an_interruption_before_anything_is_whole_says_how_to_go_on(mentoring, monkeypatch, jobs):
    words = ("compare", "tiny.toml", "other.toml", "-n", "3", "--out", "c")
    with monkeypatch.context() as patch:
        stopped_after(patch, jobs)
        said = mentoring(*words)
    assert (said.code, said.out) == (130, "")
    assert said.err.startswith("mentoring: interrupted")
    assert said.err.endswith("; the same command goes on from what was finished\n")
    assert mentoring(*words).code == 0


def test_lost_workers_end_a_sweep_in_a_sentence_and_what_is_finished_stays(mentoring, monkeypatch):
    def lost(function, shared, batches, executor):
        (jobs,) = batches.take(1)
        yield execution.Batch(jobs, function(shared, jobs), None)
        raise LostError("the workers are gone")

    with monkeypatch.context() as patch:
        patch.setattr(execution, "_submitted", lost)
        said = mentoring("sweep", "swept.toml", "--out", "s")
    assert said.code == 1
    goes_on = "the same command goes on from what was finished"
    assert said.err.splitlines()[-1] == f"mentoring: the workers are gone; {goes_on}"
    assert simulation.load("s").finished == 1
    assert mentoring("sweep", "swept.toml", "--out", "s").code == 0


def test_ctrl_c_ends_a_sweep_that_goes_on(tmp_path):
    """In a process of its own: a real signal, in the midst of the work."""
    (tmp_path / "long.toml").write_text(SWEPT.replace("replications = 2", "replications = 5000"))
    words = [sys.executable, "-m", "simulation", "sweep", "long.toml", "--out", "s"]
    working = subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
    )
    until = time.monotonic() + 120
    while not any((tmp_path / "s").glob("runs/part-*")) and time.monotonic() < until:
        time.sleep(0.05)
    working.send_signal(signal.SIGINT)
    out, err = working.communicate(timeout=120)
    assert working.returncode == 130, err
    assert "of 10,000 runs finished" in out
    assert err.splitlines()[-1] == "mentoring: to go on: mentoring resume s"
    assert "Traceback" not in err


def test_other_code_goes_on_only_if_asked_and_is_told(made, mentoring, tmp_path):
    shutil.copytree(made[0] / "sweep", tmp_path / "old")
    own = json.loads((tmp_path / "old" / "manifest.json").read_text())["model"]
    restated(tmp_path / "old", model="of yore", replications=3)
    part = tmp_path / "old" / "runs" / "part-00000.parquet"
    rewritten(part, lambda rows: rows.assign(model="of yore"))
    before = contents("old")
    assert "--other-code" in refused(mentoring("resume", "old"))
    assert contents("old") == before
    said = mentoring("resume", "old", "--other-code")
    assert said.code == 0, said.err
    assert "6 of 6 runs finished" in said.out
    made_by = simulation.load("old").runs["model"].value_counts().to_dict()
    assert made_by == {"of yore": 4, own: 2}
    sentence = "2 runs were made by other code of the model than the rest"
    assert sentence in mentoring("reproduce", "old").out
    assert mentoring("report", "old").code == 0
    assert sentence in text_of(tmp_path / "old" / "report.html")


def test_a_report_can_be_written_again(made, mentoring, tmp_path):
    shutil.copytree(made[0] / "compare", tmp_path / "copy")
    (tmp_path / "copy" / "report.html").unlink()
    said = mentoring("report", "copy", "--out", "again.html")
    assert said.code == 0
    assert Path(said.out.splitlines()[-1]) == (tmp_path / "again.html").resolve()
    title = load_scenario("strong-commitment").title
    assert title in (tmp_path / "again.html").read_text()


def test_results_name_nobody_of_a_chart(made):
    files = [path for path in (made[0] / "charted").rglob("*") if path.is_file()]
    assert len(files) >= 4
    for path in files:
        assert b"Zyx" not in path.read_bytes()
    place = next(path for path in files if path.suffix == ".npz")
    with np.load(place) as arrays:  # compressed: look inside
        assert all(arrays[name].dtype.kind in "if" for name in arrays.files)


def test_results_that_cannot_be_written_end_in_a_sentence(mentoring, tmp_path):
    (tmp_path / "taken").write_text("a file")
    words = ("run", "tiny.toml", "-n", "1", "--out", "taken")
    assert "taken" in refused(mentoring(*words))
    assert (tmp_path / "taken").read_text() == "a file"


def test_a_chart_is_described_and_drawn(mentoring, tmp_path):
    said = mentoring("chart", "people.csv", "--ties", "pairs.csv")
    assert said.code == 0, said.err
    assert "level\tpeople\tleaders" in said.out
    assert "Hire dates: known of 100%." in said.out
    assert said.out.splitlines()[-1] == "chart.svg"
    assert (tmp_path / "chart.svg").stat().st_size > 1000


def test_a_faulty_chart_is_mended_on_request(mentoring, tmp_path):
    (tmp_path / "people.csv").write_text(PEOPLE + PEOPLE.splitlines()[-1] + "\n")
    assert "--repair" in refused(mentoring("chart", "people.csv"))
    said = mentoring("chart", "people.csv", "--repair")
    assert said.code == 0
    assert "left out" in said.err


def test_scenarios_are_validated_explained_and_told_apart(mentoring):
    assert mentoring("validate", "tiny.toml", "baseline").out.count(": right (") == 2
    explained = mentoring("explain", "other.toml", "commitment.action").out
    assert "other.toml" in explained
    assert "0.9" in explained
    assert mentoring("explain", "other.toml").out.count("\n") > 50
    told = mentoring("diff", "tiny.toml", "other.toml").out
    assert "commitment.action" in told
    assert mentoring("diff", "tiny.toml", "tiny.toml").out == "No difference.\n"


def test_lists(mentoring, tmp_path):
    scenarios = mentoring("scenarios").out
    assert all(name in scenarios for name in shipped_scenarios())
    parameters = mentoring("parameters", "commitment").out
    own = [name for name in declared() if name.startswith("commitment.")]
    assert all(name in parameters for name in own)
    assert "succession." not in parameters
    assert "(" in mentoring("theory").out
    schema = mentoring("schema").out
    assert "commitment" in json.loads(schema)["properties"]
    assert mentoring("schema", "--out", "schema.json").out == "schema.json\n"
    assert (tmp_path / "schema.json").read_text() == schema


def test_without_arguments_the_help_is_shown(mentoring):
    said = mentoring()
    assert "Usage:" in said.out + said.err
    assert all(word in said.out + said.err for word in ("run", "compare", "sweep", "reproduce"))


def test_h_and_version(mentoring):
    assert mentoring("run", "-h").out == mentoring("run", "--help").out != ""
    said = mentoring("--version")
    assert said.code == 0
    assert said.out.startswith("mentoring 0.")
    assert ", model " in said.out
    assert f"Python {sys.version.split()[0]}" in said.out


def test_a_changed_variant_stands_beside_the_reference(mentoring):
    words = ("compare", "tiny.toml", "--set", "commitment.action=0.9", "-n", "2", "--out", "v")
    said = mentoring(*words)
    assert said.code == 0, said.err
    lines = [line.split("\t") for line in said.out.splitlines() if "\t" in line]
    assert lines[0] == cli.running._TIDY
    assert {line[0] for line in lines[1:]} == {"tiny", "tiny-changed"}
    assert "“Tiny, with commitment.action = 0.9”" in said.out
    assert all(line[6] == "" for line in lines[1:] if line[0] == "tiny")
    other = mentoring(*words[:-1], "w", "--against", "tiny-changed")
    assert [line.split("\t")[0] for line in other.out.splitlines()[1:3]] == ["tiny-changed"] * 2
    assert "Did you mean 'tiny'" in refused(mentoring(*words, "--against", "tny"))


def test_numpys_warnings_end_the_command(mentoring, monkeypatch):
    def wrong(*_, **__):
        return np.mean(np.zeros(0))

    monkeypatch.setattr(cli.looking_up, "show", wrong)
    with pytest.raises(RuntimeWarning):
        mentoring("theory")


def test_a_sweep_says_beforehand_how_long(mentoring):
    said = mentoring("sweep", "swept.toml", "--out", "s")
    assert re.fullmatch(r"about \d+ seconds? for 4 runs\n", said.err)
    assert mentoring("resume", "s").err == ""


def test_a_calibration_foretells_what_its_help_says(mentoring, capsys):
    told = " ".join(mentoring("calibrate", "--help").out.split())
    assert "about 45 minutes on 2 cores, or a coarser one of about 20" in told
    for effort, workers, words in (("full", 2, "45 minutes"), ("quick", 2, "20 minutes")):
        cli.evidence.foretell_calibration(effort, workers)
        assert capsys.readouterr().err == f"about {words}, less what was done before\n"
    cli.evidence.foretell_calibration("full", 4)
    assert capsys.readouterr().err.startswith("about 22 minutes, ")


@pytest.mark.parametrize(
    "words", [("theory",), ("parameters",), ("scenarios",), ("run", "tiny.toml", "-n", "2")]
)
def test_a_terminal_is_never_wider_than_its_width(mentoring, monkeypatch, words):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(cli.output, "on_terminal", lambda: True)
    lines = mentoring(*words).out.splitlines()
    assert len(lines) > 10
    assert [line for line in lines if len(line) > 80] == []
    assert not any("\t" in line for line in lines)


PTY = """\
import fcntl, os, pty, struct, sys, termios
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    os.execv(sys.executable, [sys.executable, "-m", "simulation", *sys.argv[1:]])
while True:
    try:
        read = os.read(terminal, 65536)
    except OSError:  # Linux's end of a terminal
        break
    if not read:
        break
    os.write(1, read)
os.waitpid(child, 0)
"""


def on_a_terminal(folder: Path, *words: str) -> list[str]:
    """Return the lines that a real terminal of 80 columns shows of a command at the end."""
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
    done = subprocess.run(
        [sys.executable, "-c", PTY, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment | {"PYTHONPATH": str(PACKAGE.parent), "TERM": "xterm-256color"},
        check=True,
        timeout=300,
    )
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", done.stdout)
    return [line.rstrip("\r").split("\r")[-1] for line in plain.split("\n")]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.slow
def test_what_a_real_terminal_shows_fits_it(tmp_path):
    """Tables, sentences, helps and refusals: 80 columns, and numbers that are not TSV."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    shown = {
        words: on_a_terminal(tmp_path, *words)
        for words in (
            ("compare", "tiny.toml", "other.toml", "-n", "3", "--out", "c"),
            ("sweep", "commitment-by-visibility", *QUICK, "--out", "s"),
            ("compare", "--help"),
            ("explain", "baseline", "commitment"),
            ("chart", "people.csv", "--ties", "pairs.csv"),
            ("sweep", "swept.toml", "--executor", "thread"),
        )
    }
    for words, lines in shown.items():
        assert [line for line in lines if len(line) > 80 and " " in line] == [], words
        assert not any("\t" in line for line in lines), words
    compared, swept, *_, refusal = shown.values()
    assert any(line.startswith("3 paired runs of 2 scenarios") for line in compared)
    assert any(re.match(r"  other +\d", line) for line in compared)
    assert compared[-2].endswith("c/report.html")
    assert any("invitation." in line and "presence." in line for line in swept)  # columns
    assert refusal[0].startswith("mentoring: no executor 'thread'; there are ")
    assert "".join(shown["compare", "--help"]).count("<") == 1  # no words of types
