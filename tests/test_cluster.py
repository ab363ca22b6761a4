"""Sweeps on a ``dask.distributed`` cluster: the same numbers, also when a worker dies."""

from __future__ import annotations

import os
import signal
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
    import socket

    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        return int(some.getsockname()[1])


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
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
        yield address, workers
    finally:
        for process in running + workers:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_cluster_gives_the_same_and_survives_a_dead_worker(cluster, tmp_path):
    address, workers = cluster
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
    monkeypatch.setattr(execution, "ANSWERS_WITHIN", "1s")
    begun = time.monotonic()
    with (
        pytest.raises(InputError, match="no dask scheduler answers at"),
        named_executor(f"tcp://127.0.0.1:{free_port()}"),
    ):
        pass
    assert time.monotonic() - begun < 10
    assert threading.active_count() < 50
