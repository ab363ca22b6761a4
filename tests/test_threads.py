"""Threads within a run, and the machine's own instructions, change no bit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from helpers import columns
from test_plain_month import CROWD, LIVELY

from simulation import Run, load_scenario
from simulation.errors import InputError
from simulation.files import PACKAGE


def bits(threads: int) -> dict[str, str]:
    """Return the digest of everything in a run of 2,000 people in which much happens."""
    changes = LIVELY | {"organization.people": 2000, "run.months": 12, "events": CROWD}
    run = Run(load_scenario("baseline").changed(changes), seed=2).finish(threads=threads)
    arrays = columns(run.state) | {"table": run.table, "levels": run.levels}
    return {name: sha256(array.tobytes()).hexdigest() for name, array in arrays.items()}


@pytest.fixture(scope="module")
def alone() -> dict[str, str]:
    return bits(1)


@pytest.mark.parametrize("threads", [2, 3, 5])
def test_many_threads_give_the_bits_of_one(threads, alone):
    together = bits(threads)
    assert [name for name in alone if alone[name] != together[name]] == []


@pytest.mark.slow
def test_any_processor_gives_the_same_bits(alone, tmp_path):
    script = "import json, test_threads; print(json.dumps(test_threads.bits(1)))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ
        | {
            "NUMBA_CPU_NAME": "generic",
            "NUMBA_CPU_FEATURES": "",
            "MENTORING_CACHE_DIR": str(tmp_path),
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(PACKAGE.parent)]),
        },
        capture_output=True,
        text=True,
        cwd=PACKAGE.parent,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == alone


def test_crews_of_any_sizes_take_turns_on_one_run():
    """What one crew leaves behind does not let the next go on too soon."""
    scenario = load_scenario("baseline").changed({"organization.people": 2000, "run.months": 6})
    run = Run(scenario, seed=2)
    run.start()
    for month, threads in enumerate((3, 2, 5, 1, 2, 3), 1):
        run._advance(month, threads)
    run.month = 6
    assert run.history().tobytes() == Run(scenario, seed=2).finish().history().tobytes()


def test_a_number_of_threads_is_one_or_more():
    with pytest.raises(InputError, match="threads"):
        Run(load_scenario("baseline")).finish(threads=0)


def test_plain_python_runs_on_one_thread():
    script = (
        "from simulation import Run, load_scenario; s = load_scenario('baseline', "
        "**{'organization.people': 12, 'run.months': 2}); "
        "print(Run(s).finish(threads=2).history().tobytes() == Run(s).finish().history().tobytes())"
    )
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "True"
