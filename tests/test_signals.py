"""Signals end a command as Ctrl-C does, and lost workers end it in a sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import simulation
from simulation.faces.command import signals
from simulation.files import PACKAGE

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="not of this system")
LONG = """extends = "baseline"
run.months = 12
organization.people = 30
[sweep]
design = "grid"
replications = 20000
[sweep.axes]
"commitment.action" = [0.2, 0.8]
"""
SWEEP = ("sweep", "long.toml", "--out", "s")


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "simulation", *words]


def started(folder: Path, words: list[str], **options: Any) -> subprocess.Popen[str]:
    """Start a command in a folder with a sweep that takes long."""
    (folder / "long.toml").write_text(LONG)
    return subprocess.Popen(
        words,
        text=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
        **options,
    )


def piped(folder: Path, words: list[str]) -> subprocess.Popen[str]:
    return started(folder, words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for_runs(folder: Path) -> None:
    """Wait until some runs of a sweep are in its folder."""
    until = time.monotonic() + 120
    while not any((folder / "s").glob("runs/part-*")):
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_sweep_that_goes_on(sent, tmp_path):
    working = piped(tmp_path, command(*SWEEP))
    wait_for_runs(tmp_path)
    working.send_signal(sent)
    out, err = working.communicate(timeout=60)
    assert working.returncode == 128 + sent, err
    assert "of 40,000 runs finished" in out
    assert err.splitlines()[-1] == "mentoring: to go on: mentoring resume s"
    assert "Traceback" not in err
    assert simulation.load(tmp_path / "s").finished > 0


@pytest.mark.slow
def test_signals_come_twice_and_to_the_whole_group(tmp_path):
    """As a batch system sends them: workers and command alike, and again at once."""
    words = command(*SWEEP, "--executor", "processes")
    working = started(
        tmp_path,
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_for_runs(tmp_path)
    for _ in range(3):
        os.killpg(working.pid, signal.SIGTERM)
    _, err = working.communicate(timeout=60)
    assert working.returncode == 143, err
    assert err.splitlines()[-1] == "mentoring: to go on: mentoring resume s"
    assert "Traceback" not in err


@pytest.mark.slow
def test_what_nohup_ignores_stays_ignored(tmp_path):
    ignoring = "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
    ignoring += "os.execv(sys.executable, sys.argv[1:])"
    words = [sys.executable, "-c", ignoring, *command(*SWEEP)]
    working = piped(tmp_path, words)
    wait_for_runs(tmp_path)
    working.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        working.wait(1.0)
    working.send_signal(signal.SIGTERM)
    working.communicate(timeout=60)
    assert working.returncode == 143


def test_a_terminal_that_is_closed_ends_a_sweep_in_peace(tmp_path):
    """Nobody hears what is said, so what is said must not fail."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    leader = "import fcntl, os, sys, termios; fcntl.ioctl(1, termios.TIOCSCTTY, 0); "
    leader += "os.execv(sys.executable, sys.argv[1:])"
    working = started(
        tmp_path,
        [sys.executable, "-c", leader, *command(*SWEEP)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    wait_for_runs(tmp_path)
    os.close(ours)
    assert working.wait(60) == 129
    assert simulation.load(tmp_path / "s").finished > 0
    assert not list((tmp_path / "s").glob("journal-*"))


def test_handlers_are_put_back():
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)]
    with pytest.raises(KeyboardInterrupt), signals.heard():
        signal.raise_signal(signal.SIGTERM)
    assert [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGHUP)] == before
    assert signals.code() == 143
    with signals.heard():
        assert signals.code() == 130
