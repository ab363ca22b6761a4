"""Sweeps on a ``dask.distributed`` cluster: the same numbers, also when a worker dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from simulation.errors import InputError
from simulation.scenarios.scenario import load_scenario
from simulation.study import execution
from simulation.study.execution import named_executor
from simulation.study.running import resume, sweep
from simulation.study.runs import load

distributed = pytest.importorskip("distributed")

ROOT = Path(__file__).resolve().parent.parent
TINY = load_scenario("baseline", **{"organization.people": 200, "run.months": 60})
SWEPT = TINY.changed(
    sweep={
        "design": "grid",
        "axes": {"commitment.action": [0.2, 0.5, 0.8], "succession.leads": [1, 2]},
    }
)
# The cluster's own warnings are not ours.
pytestmark = pytest.mark.filterwarnings("default")


def start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", module, *arguments, "--host", "127.0.0.1", "--no-dashboard"]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def free_port() -> int:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        return int(some.getsockname()[1])


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[subprocess.Popen[bytes]], subprocess.Popen[bytes]]]:
    """Start a scheduler and two workers, each a process of its own on loopback."""
    address = f"tcp://127.0.0.1:{free_port()}"
    running = [start("distributed.cli.dask_scheduler", "--port", address.rsplit(":", 1)[1])]
    workers = [
        start("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny")
        for _ in range(2)
    ]
    try:
        with distributed.Client(address, timeout="60s", set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address, workers, running[0]
    finally:
        for process in running + workers:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_cluster_gives_the_same_and_survives_a_dead_worker(cluster, tmp_path):
    address, workers, _ = cluster
    sweep(SWEPT, replications=20, seed=2, out=tmp_path / "here")
    count = []

    def kill_one() -> None:
        count.append(1)
        if len(count) == 15:
            workers[0].send_signal(signal.SIGKILL)

    with named_executor(address) as client:
        found = sweep(
            SWEPT, None, 20, 2, executor=client, out=tmp_path / "there", progress=kill_one
        )
    assert workers[0].wait() == -signal.SIGKILL
    assert (found.finished, found.failed) == (120, 0)
    for table in ("runs", "months"):
        here, there = (pd.read_parquet(tmp_path / name / table) for name in ("here", "there"))
        pd.testing.assert_frame_equal(here, there, check_exact=True)
    assert resume(tmp_path / "there", address).finished == 120


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch):
    monkeypatch.setattr(execution, "ANSWERS_WITHIN", 1.0)
    begun = time.monotonic()
    with (
        pytest.raises(InputError, match="no dask scheduler answers at"),
        named_executor(f"tcp://127.0.0.1:{free_port()}"),
    ):
        pass
    assert time.monotonic() - begun < 10
    assert threading.active_count() < 50


@pytest.fixture
def listener() -> Iterator[tuple[str, socket.socket]]:
    """Yield an address where something listens that is no scheduler, and its socket."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}", server


def test_what_takes_the_call_and_says_nothing_is_told(listener, monkeypatch):
    monkeypatch.setattr(execution, "ANSWERS_WITHIN", 1.0)
    begun = time.monotonic()
    with (
        pytest.raises(InputError, match=r"no dask scheduler answers at .*no answer within 1 s"),
        named_executor(listener[0]),
    ):
        pass
    assert time.monotonic() - begun < 10


def test_what_answers_in_another_language_is_told(listener):
    address, server = listener

    def answer() -> None:
        with server.accept()[0] as call:
            call.sendall(b"HTTP/1.1 400 Bad Request\r\n" * 100)

    answering = threading.Thread(target=answer)
    answering.start()
    with (
        pytest.raises(InputError, match="no dask scheduler answers at"),
        named_executor(address),
    ):
        pass
    answering.join()


@pytest.mark.slow
def test_a_worker_is_no_scheduler(cluster):
    address, *_ = cluster
    with distributed.Client(address, set_as_default=False) as client:
        worker = next(iter(client.scheduler_info()["workers"]))
    with (
        pytest.raises(InputError, match="what answers is a worker"),
        named_executor(worker),
    ):
        pass


LONG = """extends = "baseline"
run.months = 60
organization.people = 200
[sweep]
design = "grid"
replications = 20000
[sweep.axes]
"commitment.action" = [0.2, 0.8]
"""


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP])
def test_a_scheduler_that_is_lost_on_the_way_is_told_and_what_is_finished_stays(
    sent, cluster, tmp_path
):
    """Killed, or alive without a word: one sentence within half a minute, and the runs so far."""
    address, _, scheduler = cluster
    (tmp_path / "long.toml").write_text(LONG)
    words = ["-m", "simulation", "sweep", "long.toml", "--out", "s", "--executor", address]
    working = subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    until = time.monotonic() + 120
    while not any((tmp_path / "s").glob("runs/part-*")):
        assert time.monotonic() < until
        time.sleep(0.05)
    scheduler.send_signal(sent)
    _, err = working.communicate(timeout=30)
    assert working.returncode == 1, err
    assert err.splitlines()[-1] == (
        "mentoring: the dask scheduler does not answer any more; the same command goes on from "
        "what was finished"
    )
    assert "Traceback" not in err
    found = load(tmp_path / "s")
    assert found.finished > 0
    assert found.failed == 0
