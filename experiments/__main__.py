"""Run every experiment whose results are stale, and write the index of all results.

An experiment is stale when its script, what all share, the accepted vectors or the number of runs
a vector are no longer those that its results were made with, or when other code of the model gives
its worlds other numbers: code that gives a run of each world the same bits leaves results as they
are. Each runs as a process of its own and keeps finished runs, so that work that was stopped goes
on; what fails is named at the end, and the others are run all the same::

    python -m experiments
    python -m experiments --list
    python -m experiments presence succession --force
    python -m experiments --check
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # as running a script's file would

from common import RESULTS, Experiment  # noqa: E402
from index import ORDER, write_index  # noqa: E402

from simulation.files import PACKAGE  # noqa: E402
from simulation.machine.compiled import source_digest  # noqa: E402
from simulation.progress import duration  # noqa: E402
from simulation.study.code import code_digest  # noqa: E402
from simulation.study.running import carry_out  # noqa: E402
from simulation.study.study import study_of  # noqa: E402

#: Timed apart: they take long, and own data needs the organization that is not in the repository.
APART = ("calibration", "own_data")
WORK = Path("runs/experiments")
MADE = RESULTS / "made.json"
SHARED = ("common.py",)
#: What shapes results beside the model's own code: of all, and of some.
JUDGED = (
    "answers/claims.py",
    "answers/recovery.py",
    "pictures/estimates.py",
    "pictures/summaries.py",
)
JUDGED_APART = {
    "assumptions": ("answers/assumptions.py", "organizations/uneven.py"),
    "chance": ("evidence/at_rest.py", "evidence/exact.py"),
    "contagion": ("evidence/contagion.py", "evidence/exact.py"),
    "ramps": ("answers/loops.py",),
    "sensitivity": ("evidence/sensitivity.py",),
}
VECTORS, QUICK = 4, 6


def experiment(name: str) -> Experiment | None:
    """Return a script's experiment; None where it is a script of its own kind."""
    return getattr(importlib.import_module(name), "EXPERIMENT", None)


def inputs(name: str, vectors: int) -> str:
    """Return the digest of what an experiment's results depend on beside the model's code."""
    judged = [one for one in ORDER if experiment(one) is not None]
    scripts = [*judged, name] if name == "assumptions" else [name]
    files = [HERE / file for file in (*SHARED, *(f"{one}.py" for one in scripts))]
    files += [PACKAGE / file for file in (*JUDGED, *JUDGED_APART.get(name, ()))]
    files.append(RESULTS / "calibration" / "accepted.csv")
    parts = [str(vectors).encode(), *(file.read_bytes() for file in files)]
    return _short(b"\0".join(parts))


def bits(name: str) -> str:
    """Return the digest of one run of each world; "" where a script names no worlds."""
    asked = experiment(name)
    named = getattr(importlib.import_module(name), "worlds", None)
    scenarios = asked.scenarios() if asked is not None else named() if named else ()
    if not scenarios:
        return ""
    table = carry_out(study_of(scenarios, 1), 1).table
    return _short(table.select_dtypes("number").to_numpy(float).tobytes())


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def made() -> dict[str, dict[str, str | float]]:
    """Return what each experiment's results were made with, and in how many minutes."""
    return json.loads(MADE.read_text("utf-8")) if MADE.exists() else {}


def note(name: str, **told: str | float) -> None:
    """Note what an experiment's results were made with."""
    known = made()
    known[name] = known.get(name, {}) | told
    MADE.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")


def is_stale(name: str, vectors: int) -> bool:
    """Return whether an experiment's results are missing or of something else."""
    known = made().get(name, {})
    if not (RESULTS / name / "README.md").exists() or known.get("inputs") != inputs(name, vectors):
        return True
    if known.get("model") == source_digest():
        return False
    return not known.get("bits") or known["bits"] != bits(name)


def run(name: str, vectors: int, keep: bool = False) -> bool:
    """Run an experiment as a process, note what it was made with, and return whether it went."""
    work, begun, used = WORK / f"{name}-{code_digest()}", time.perf_counter(), _processor_time()
    asked = [] if experiment(name) is None else ["--vectors", str(vectors), "--work", str(work)]
    done = subprocess.run([sys.executable, str(HERE / f"{name}.py"), *asked], check=False)
    if done.returncode:
        return False
    if not keep:
        shutil.rmtree(work, ignore_errors=True)
    took = {
        "minutes": round((time.perf_counter() - begun) / 60.0, 1),
        "processor_minutes": round((_processor_time() - used) / 60.0, 1),
    }
    told = {"inputs": inputs(name, vectors), "model": source_digest(), "bits": bits(name)}
    note(name, **told, **took)
    return True


def _processor_time() -> float:
    """Return the seconds of processors that processes which have ended used, theirs included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_all(names: Sequence[str], vectors: int, keep: bool = False) -> list[str]:
    """Run experiments one after the other, say how far it is, and return those that failed."""
    failed = []
    for k, name in enumerate(names, start=1):
        print(f"[{k} of {len(names)}] {name}", flush=True)
        begun = time.perf_counter()
        if not run(name, vectors, keep):
            failed.append(name)
            print(f"{name} failed", file=sys.stderr, flush=True)
        print(f"    {duration(time.perf_counter() - begun)}", flush=True)
    write_index(RESULTS)
    return failed


def check(names: Sequence[str], replications: int = QUICK) -> list[str]:
    """Run each script with few runs, and return which published signs do not show in them."""
    from simulation.answers.claims import disagree

    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            asked = experiment(name)
            if asked is None:
                continue
            out = asked.carry_out(replications, seed=2, out=Path(folder) / name)
            told = disagree(RESULTS / name / "verdicts.csv", out / "verdicts.csv")
            wrong += [f"{name}: {one}" for one in told]
            print(f"{name} runs", flush=True)
    return wrong


def main() -> int:
    """Carry out what the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("names", nargs="*", help="these experiments (default: all but apart)")
    parser.add_argument("--vectors", type=int, default=VECTORS, help="runs of each vector")
    parser.add_argument("--force", action="store_true", help="also those that are not stale")
    parser.add_argument("--keep", action="store_true", help="keep all runs, to draw figures again")
    parser.add_argument("--list", action="store_true", help="say what is stale, and run nothing")
    parser.add_argument(
        "--check", action="store_true", help="a fast form: scripts run, published signs show"
    )
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in (*ORDER, *APART)]:
        parser.error(f"no experiment is called '{unknown[0]}'; there are {', '.join(ORDER)}")
    names = asked.names or list(ORDER)
    if asked.check:
        wrong = check(names)
        print("\n".join(wrong) or "every published sign shows")
        return 1 if wrong else 0
    stale = [name for name in names if asked.force or is_stale(name, asked.vectors)]
    if asked.list:
        told = made()
        for name in names:
            took = told.get(name, {}).get("minutes", "?")
            used = told.get(name, {}).get("processor_minutes", "?")
            state = "stale" if name in stale else "fresh"
            print(f"{name:24} {state}  {took} min, {used} min of processors")
        return 0
    for name in set(names) - set(stale):
        note(name, model=source_digest())  # perhaps other code, the same numbers
    begun = time.perf_counter()
    failed = run_all(stale, asked.vectors, asked.keep)
    used, took = duration(_processor_time()), duration(time.perf_counter() - begun)
    print(f"took {took}, {used} of processors")
    print(f"{len(stale) - len(failed)} run, {len(names) - len(stale)} fresh, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
