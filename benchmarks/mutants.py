"""What the quick tests are worth: single faults, seeded one at a time, and who notices.

Each fault replaces one text, which must occur exactly once in its room of the package, in a
copy of the repository in a temporary folder; nothing here is changed in place. The quick tests
then run on the copy in stages, cheapest first, until one fails. The pinned run
(``tests/test_pinned.py``) is left out: it notices whatever moves, right or wrong, and so says
nothing about what is checked.
``--pinned`` runs it on the survivors, as a note only. ``--verification`` also runs the limit
cases (``mentoring verify``) on every fault, whether the quick tests have noticed it or not (the
three that take minutes only if they have not): they switch most of the model off, so that they
notice fewer, but without knowing what was written::

    python benchmarks/mutants.py
    python benchmarks/mutants.py --verification --jobs 2 --out results/mutants
    python benchmarks/mutants.py --only "scar relief missing" --jobs 1

What the tests of rules and of single steps find takes seconds, as plain Python; for the
rest the model is compiled anew, in about a minute a fault. The exit code is 1 when fewer
than 28 of 30 faults (93 %) are caught.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
#: Share of the faults that the quick tests must catch.
ENOUGH = 28 / 30
#: What the tests need of the repository.
NEEDED = (
    "simulation",
    "scenarios",
    "tests",
    "pyproject.toml",
    "references.bib",
    "README.md",
    "MODEL.md",
)
PACKAGE = "simulation"
RULES, MONTH = "theory", "month"


class Fault(NamedTuple):
    """One fault: its name and kind, the room of ``simulation/`` it is in, old and new text."""

    name: str
    kind: str
    room: str
    old: str
    new: str


class Stage(NamedTuple):
    """Tests that run together: name, files, seconds allowed, whether code compiles, which."""

    name: str
    files: tuple[str, ...]
    timeout: float
    compiled: bool
    only: str = ""
    marks: str = ""


class Verdict(NamedTuple):
    """What became of a fault: the stage and first failing test (empty: survived), seconds.

    ``verification`` is the first limit case that fails, empty when all hold or none was run.
    """

    fault: Fault
    stage: str
    test: str
    seconds: float
    verification: str = ""


STAGES = (
    Stage("rules", ("test_rules.py",), 120.0, False),
    Stage("steps", ("test_engine.py",), 240.0, False, "one_step"),
    Stage("runs", ("test_engine.py", "test_events.py", "test_twin_worlds.py"), 600.0, True),
    Stage("theory", ("test_theory.py",), 600.0, True),
)
LIMITS = (
    Stage("limit cases", ("test_theory.py",), 600.0, True, "limit_case"),
    Stage("slow limit cases", ("test_theory.py",), 1800.0, True, "limit_case", "slow"),
)
PINNED = Stage("pinned", ("test_pinned.py",), 600.0, True)

FAULTS = (
    # ------------------------------------------------------------------------- the rules
    Fault(
        "belief the wrong way round",
        "swapped weights",
        RULES,
        "credibility * talk + (1.0 - credibility) * expectation",
        "(1.0 - credibility) * talk + credibility * expectation",
    ),
    Fault(
        "expectation rate sign",
        "sign",
        RULES,
        "expectation_rate * (action - expectation)",
        "expectation_rate * (expectation - action)",
    ),
    Fault(
        "scars below the floor",
        "missing bound",
        RULES,
        "max(ceiling * (1.0 - commitment.scar * weight), min(ceiling, commitment.scar_floor))",
        "ceiling * (1.0 - commitment.scar * weight)",
    ),
    Fault(
        "reach forgotten",
        "forgotten multiplier",
        RULES,
        "clear * invitation.reach / invitation.reach_reference",
        "clear",
    ),
    Fault(
        "absence noticed too soon",
        "comparison",
        RULES,
        "return visits * steps > missed",
        "return visits * steps < missed",
    ),
    Fault(
        "example owned without belief",
        "forgotten multiplier",
        RULES,
        "boss_action * credibility) / 3.0",
        "boss_action) / 3.0",
    ),
    Fault(
        "people counted for knowledge",
        "wrong resource",
        RULES,
        "max(human, floor), max(knowledge, floor)",
        "max(human, floor), max(human, floor)",
    ),
    Fault(
        "one layer more to survive",
        "comparison",
        RULES,
        "layers_owning >= min(",
        "layers_owning > min(",
    ),
    Fault(
        "ramps swapped",
        "swapped parameters",
        RULES,
        "succession.ramp_inside if inside else succession.ramp_outside",
        "succession.ramp_outside if inside else succession.ramp_inside",
    ),
    Fault(
        "sponsor's hazard a year for a month",
        "rate",
        RULES,
        "yearly * months_per_step / 12.0",
        "yearly * months_per_step",
    ),
    Fault(
        "the cut itself blocks",
        "comparison",
        RULES,
        "return action >= role_models.cut",
        "return action > role_models.cut",
    ),
    Fault(
        "chances for odds",
        "forgotten divisor",
        RULES,
        "role_models.volunteer_odds * willing / (1.0 - willing)",
        "role_models.volunteer_odds * willing",
    ),
    Fault(
        "half-life to the base e",
        "base",
        RULES,
        "exponential(-0.6931471805599453 / briefings.half_life)",
        "exponential(-1.0 / briefings.half_life)",
    ),
    Fault(
        "fatigue refreshes",
        "sign of exponent",
        RULES,
        "power(4.0 / per_year, briefings.fatigue)",
        "power(4.0 / per_year, -briefings.fatigue)",
    ),
    Fault(
        "dropout without floor",
        "missing bound",
        RULES,
        "adoption.credibility_reference / max(credibility, floor)",
        "adoption.credibility_reference / max(credibility, 1e-9)",
    ),
    Fault(
        "campaign forgotten",
        "forgotten multiplier",
        RULES,
        "adoption.persuasion_weight * campaign * persuasion",
        "adoption.persuasion_weight * persuasion",
    ),
    Fault(
        "competence spoils matches",
        "sign",
        RULES,
        "relationships.poor * (1.0 - better)",
        "relationships.poor * (1.0 + better)",
    ),
    Fault(
        "vacancy not felt",
        "vacancy ignored",
        RULES,
        "engagement.vacant_boss if boss_vacant else engagement.new_boss * disturbance",
        "engagement.new_boss * disturbance",
    ),
    Fault(
        "third year counted late",
        "comparison",
        RULES,
        "tenure_months < 36.0",
        "tenure_months <= 36.0",
    ),
    # -------------------------------------------------------------------------- the month
    Fault(
        "briefings before perception",
        "order of events",
        MONTH,
        "    for t in tiles_of(state, crew, member):\n"
        "        perceive(state, p, run_key, step, t)\n        own(state, p, t)\n"
        "    if alone(gate, crew, member):\n"
        "        keep_current(state, p, run_key, step, row)\n",
        "        keep_current(state, p, run_key, step, row)\n"
        "    for t in tiles_of(state, crew, member):\n"
        "        perceive(state, p, run_key, step, t)\n        own(state, p, t)\n",
    ),
    Fault(
        "peers seen in the same month",
        "order of events",
        MONTH,
        "        keep_current(state, p, run_key, step, row)\n",
        "        keep_current(state, p, run_key, step, row)\n        sum_up(state, row)\n",
    ),
    Fault(
        "boss taken for boss's boss",
        "wrong person",
        MONTH,
        "upper = seats.boss[boss]",
        "upper = boss",
    ),
    Fault(
        "top team's talk at the upper weight",
        "channel weight",
        MONTH,
        "commitment.weight_top * programme.top_talk",
        "commitment.weight_upper * programme.top_talk",
    ),
    Fault(
        "one level too many at the top",
        "comparison",
        MONTH,
        "            if seats.level[i] < p.commitment.top_levels:\n                talk +=",
        "            if seats.level[i] <= p.commitment.top_levels:\n                talk +=",
    ),
    Fault(
        "oneself among one's peers",
        "off by one",
        MONTH,
        "weights += peers.team * max(seats.team_present[boss] - 1, 0)",
        "weights += peers.team * seats.team_present[boss]",
    ),
    Fault(
        "ownership of an empty team",
        "nobody counted",
        MONTH,
        "        if present > 0:\n            seats.team_ownership[i] = ownership / present\n",
        "        seats.team_ownership[i] = ownership / max(present, 1)\n        if present > 0:\n",
    ),
    Fault(
        "good endings told for ever", "missing reset", MONTH, "    programme.completed = 0.0\n", ""
    ),
    Fault(
        "leavers erode the bench for ever",
        "missing reset",
        MONTH,
        "    programme.candidates = programme.left = 0.0\n",
        "    programme.candidates = 0.0\n",
    ),
    Fault(
        "a successor for nothing",
        "missing decrement",
        MONTH,
        "        programme.bench -= 1.0\n",
        "        pass\n",
    ),
    Fault(
        "leads counted by heads",
        "forgotten multiplier",
        MONTH,
        "covered += post.effective * post.action",
        "covered += post.effective",
    ),
    Fault(
        "informed by oneself",
        "wrong person",
        MONTH,
        "people.currency[informed]",
        "people.currency[i]",
    ),
    Fault(
        "a bound of joining too low",
        "bound",
        MONTH,
        "bound[k] = SLACK * (alone + peers) * ready * mood",
        "bound[k] = 0.7 * (alone + peers) * ready * mood",
    ),
    Fault(
        "leavers drawn as joiners",
        "wrong draw",
        MONTH,
        "stopping if adopter[k] else joining",
        "joining if adopter[k] else stopping",
    ),
    # ----------------------------------------------------------------------- relationships
    Fault(
        "formal end a step late",
        "off by one",
        MONTH,
        "failed or step >= people.pair_end[i]",
        "failed or step > people.pair_end[i]",
    ),
    Fault(
        "a mentee beyond capacity",
        "off by one",
        MONTH,
        "free = load[k] < relationships.capacity",
        "free = load[k] <= relationships.capacity",
    ),
    Fault(
        "colleagues cannot mentor",
        "comparison",
        MONTH,
        "seats.level[mentor] > seats.level[seeker]",
        "seats.level[mentor] >= seats.level[seeker]",
    ),
    Fault(
        "hours of a step for a month's",
        "forgotten multiplier",
        MONTH,
        "contact_hours(float(load), p.invitation) * p.run.dt",
        "contact_hours(float(load), p.invitation)",
    ),
    # ------------------------------------------------------------------------------- tiles
    Fault(
        "a tile's last person left out",
        "off by one",
        "machine",
        "    for k in range(size):\n        if here[k]:\n",
        "    for k in range(size - 1):\n        if here[k]:\n",
    ),
    Fault(
        "a sum without its end",
        "off by one",
        "machine",
        "    for first in range(0, size, LANES):\n        for j in range(LANES):\n            sums",
        "    for first in range(0, size - LANES, LANES):\n        for j in range(LANES):\n"
        "            sums",
    ),
    Fault(
        "a bound of leaving too low",
        "bound",
        MONTH,
        "return SLACK * (voluntary + turnover.involuntary)",
        "return 0.7 * (voluntary + turnover.involuntary)",
    ),
    Fault(
        "hired in spite of a freeze",
        "forgotten condition",
        MONTH,
        "seats.team_size[i] == 0 and not frozen and",
        "seats.team_size[i] == 0 and",
    ),
    # ------------------------------------------------------------------- who sits where
    Fault(
        "hires know all",
        "wrong start",
        RULES,
        '"briefings.start",\n        0.0,',
        '"briefings.start",\n        1.0,',
    ),
    Fault(
        "scar relief missing",
        "missing effect",
        MONTH,
        "        people.ceiling[report] = commitment_rules.ceiling_with_new_leader(\n"
        "            people.ceiling[report], p.commitment\n        )\n",
        "",
    ),
    Fault(
        "talk left behind as action",
        "wrong quantity",
        MONTH,
        "seats.legacy_action[i] = people.action[i]",
        "seats.legacy_action[i] = people.talk[i]",
    ),
    Fault(
        "promoted as strangers", "missing reset", RULES, '"switch", 0, 1, 0),', '"switch", 0, 1),'
    ),
    Fault(
        "tenure counted in the post",
        "wrong clock",
        MONTH,
        "arrived, frailty = people.arrived[begin:end]",
        "arrived, frailty = people.in_post[begin:end]",
    ),
    Fault(
        "mentor's leaving cheers",
        "sign",
        MONTH,
        "people.transient[mentee] += p.engagement.mentor_loss",
        "people.transient[mentee] -= p.engagement.mentor_loss",
    ),
    # ------------------------------------------------------------------------- the events
    Fault(
        "the chief is one of the leaders",
        "scope",
        MONTH,
        "if i > 0 and state.seats.occupied[i]",
        "if state.seats.occupied[i]",
    ),
    Fault(
        "newest leads leave first",
        "comparison",
        MONTH,
        "leads[k].since < leads[oldest].since",
        "leads[k].since > leads[oldest].since",
    ),
    Fault(
        "a new boss's absence known at once",
        "missing reset",
        RULES,
        '"when the boss was last seen", "step", STEP, STEP, STEP)',
        '"when the boss was last seen", "step", STEP, STEP)',
    ),
    Fault(
        "freeze a month too long",
        "off by one",
        MONTH,
        "programme.freeze_until = until",
        "programme.freeze_until = until + 1",
    ),
)


def file_of(root: Path, fault: Fault) -> Path:
    """Return the file below a repository's root that holds the text of a fault.

    Raises
    ------
    ValueError
        If the old text does not occur exactly once in its room, or nothing would change.
    """
    found = [
        path
        for path in sorted((root / PACKAGE / fault.room).rglob("*.py"))
        for _ in range(path.read_text(encoding="utf-8").count(fault.old))
    ]
    if len(found) != 1 or fault.old == fault.new:
        raise ValueError(
            f"{fault.name}: its text occurs {len(found)} times in {fault.room}, not once"
        )
    return found[0]


def where(fault: Fault) -> str:
    """Return the file of a fault below ``simulation/``."""
    return file_of(ROOT, fault).relative_to(ROOT / PACKAGE).as_posix()


def copied(original: Path, folder: Path, fault: Fault | None) -> Path:
    """Copy what the tests need into a folder, seed the fault, and return the copy."""
    copy = folder / "copy"
    copy.mkdir()
    skip = shutil.ignore_patterns("__pycache__", ".*")
    for name in NEEDED:
        source = original / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=skip)
        else:
            shutil.copy2(source, copy / name)
    if fault is not None:
        path = file_of(copy, fault)
        text = path.read_text(encoding="utf-8").replace(fault.old, fault.new)
        path.write_text(text, encoding="utf-8")
    return copy


def failing(copy: Path, stage: Stage, cache: Path) -> str:
    """Return the first failing test of a stage, or an empty text when all pass."""
    files = [f"tests/{name}" for name in stage.files if (copy / "tests" / name).exists()]
    if not files:
        return ""
    environment = os.environ | {
        "MENTORING_CACHE_DIR": str(cache),
        "NUMBA_DISABLE_JIT": "0" if stage.compiled else "1",
        "NUMBA_OPT": "1",  # quicker to compile; the numbers are the same
        "PYTHONPATH": str(copy),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *files]
    command += ["-k", stage.only] if stage.only else []
    command += ["-m", stage.marks] if stage.marks else []
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=stage.timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no end within {stage.timeout:.0f} s"
    if done.returncode == 0:
        return ""
    named = re.search(r"^(?:FAILED|ERROR) (?:tests/)?(.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
    return named.group(1) if named else f"pytest ended with {done.returncode}"


def stages_for(fault: Fault | None) -> tuple[Stage, ...]:
    """Return the stages that can notice a fault: tests of rules see rules alone."""
    return STAGES if fault is None or fault.room == RULES else STAGES[1:]


def noticed(copy: Path, stages: Sequence[Stage]) -> tuple[str, str]:
    """Return the first stage, and its test, that notices a fault in a copy; empty if none does."""
    for stage in stages:
        test = failing(copy, stage, copy.parent / "cache")
        if test:
            return stage.name, test
    return "", ""


def trial(original: Path, fault: Fault | None, stages: Sequence[Stage]) -> tuple[str, str, float]:
    """Seed a fault into a copy and return the stage and test that notice it, and seconds."""
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        found = noticed(copied(original, Path(folder), fault), stages)
    return (*found, time.perf_counter() - begun)


def judge(original: Path, fault: Fault, verification: bool) -> Verdict:
    """Return what becomes of one fault, and say so at once."""
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = copied(original, Path(folder), fault)
        stage, test = noticed(copy, stages_for(fault))
        limits = (LIMITS[:1] if stage else LIMITS) if verification else ()
        verdict = Verdict(fault, stage, test, time.perf_counter() - begun, noticed(copy, limits)[1])
    print(line(verdict), flush=True)
    return verdict


def line(verdict: Verdict) -> str:
    """Return one line of the table."""
    fault, file = verdict.fault, where(verdict.fault)
    caught = f"{verdict.stage}: {verdict.test}" if verdict.stage else "SURVIVED"
    also = f"; verification: {verdict.verification}" if verdict.verification else ""
    return f"{fault.name:38} {fault.kind:21} {file:25} {verdict.seconds:5.0f} s  {caught}{also}"


def check_texts() -> None:
    """Refuse faults whose names repeat or whose text does not occur exactly once."""
    names = [fault.name for fault in FAULTS]
    if len(set(names)) < len(names):
        raise ValueError("two faults have one name")
    for fault in FAULTS:
        where(fault)


def main() -> int:
    """Seed the faults, print who notices which, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these faults (default: all)")
    parser.add_argument("--jobs", type=int, default=1, help="faults at a time (default: 1)")
    parser.add_argument("--list", action="store_true", help="list the faults and check their texts")
    parser.add_argument(
        "--no-check", action="store_true", help="do not run the tests without a fault first"
    )
    parser.add_argument(
        "--pinned", action="store_true", help="also run the pinned run on the survivors, as a note"
    )
    parser.add_argument(
        "--verification", action="store_true", help="also run the limit cases on every fault"
    )
    parser.add_argument("--out", type=Path, help="folder for a page with the table")
    options = parser.parse_args()
    check_texts()
    chosen = [fault for fault in FAULTS if not options.only or fault.name in options.only]
    if unknown := set(options.only or ()) - {fault.name for fault in FAULTS}:
        parser.error(f"no fault is called {', '.join(sorted(unknown))}")
    if options.list:
        for fault in chosen:
            print(f"{fault.name:38} {fault.kind:21} {where(fault)}")
        return 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        # Every fault meets the same tests and the same code, whatever is edited meanwhile.
        original = copied(ROOT, Path(folder), None)
        return report(original, chosen, options)


def report(original: Path, chosen: Sequence[Fault], options: argparse.Namespace) -> int:
    """Try the chosen faults on a copy of the repository, print, and return the exit code."""
    if not options.no_check:
        stage, test, seconds = trial(original, None, STAGES)
        if stage:
            print(f"without any fault, {test} fails: nothing can be learned")
            return 2
        print(f"without any fault, all pass ({seconds:.0f} s)", flush=True)
    with ThreadPoolExecutor(max(1, options.jobs)) as pool:
        verdicts = list(
            pool.map(lambda fault: judge(original, fault, options.verification), chosen)
        )
    survivors = [verdict.fault for verdict in verdicts if not verdict.stage]
    caught = len(verdicts) - len(survivors)
    print(f"\n{caught} of {len(verdicts)} faults caught ({caught / len(verdicts):.0%})")
    if options.verification:
        print(counts(verdicts))
    if options.out is not None:
        write_page(verdicts, options.out)
    for fault in survivors:
        note = ""
        if options.pinned:
            moved = trial(original, fault, [PINNED])[0]
            note = ": the pinned run moves" if moved else ": the pinned run does not move either"
        print(f"SURVIVED {fault.name}{note}")
    return 0 if caught >= ENOUGH * len(verdicts) else 1


def counts(verdicts: Sequence[Verdict]) -> str:
    """Return in one sentence how many faults the quick tests and the limit cases notice."""
    quick = sum(bool(verdict.stage) for verdict in verdicts)
    limit = sum(bool(verdict.verification) for verdict in verdicts)
    either = sum(bool(verdict.stage or verdict.verification) for verdict in verdicts)
    return (
        f"Of {len(verdicts)} faults the quick tests notice {quick}, the limit cases {limit}, "
        f"either of them {either}."
    )


def write_page(verdicts: Sequence[Verdict], folder: Path) -> None:
    """Write the table of faults as a page in Markdown."""
    rows = [
        "| Fault | Kind | File | Quick tests | Limit cases |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {v.fault.name} | {v.fault.kind} | `{where(v.fault)}` | "
            f"{f'{v.stage}: `{v.test}`' if v.stage else '**not noticed**'} | "
            f"{f'`{v.verification}`' if v.verification else ''} |"
            for v in verdicts
        ),
    ]
    text = (
        "# Faults seeded into rules and engine, one at a time, and who notices\n\n"
        f"{counts(verdicts)} The pinned run is left out: it notices whatever moves. The limit "
        "cases switch most mechanisms off, so that they cannot see faults in those; the three that "
        "take minutes (Bass, Erlang, stationary shares) were run only on what the quick tests had "
        "not noticed.\n\n"
        + "\n".join(rows)
        + "\n\nWritten by `python benchmarks/mutants.py --verification --out results/mutants`.\n"
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
