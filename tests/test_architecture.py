"""The house: arrows point one way, chance has one source, and every knob does something."""

from __future__ import annotations

import ast
import pydoc
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers import changed, event, execute

import simulation
from simulation.files import PACKAGE
from simulation.month import state as state_module
from simulation.theory.events import FIELDS
from simulation.theory.parameters import GROUPS, declared, engine_record

#: From the ground up: a room imports only from rooms above its own line.
ROOMS = (
    "errors",
    "progress",
    "files",
    "words",
    "workbook",
    "tables",
    "machine",
    "theory",
    "organizations",
    "month",
    "scenarios",
    "pictures",
    "study",
    "evidence",
    "answers",
    "faces",
    "__init__",
    "__main__",
)
SOURCES = sorted(PACKAGE.rglob("*.py"))
each_source = pytest.mark.parametrize(
    "path", SOURCES, ids=lambda p: p.relative_to(PACKAGE).as_posix()
)


def room_of(path: Path) -> str:
    """Return the folder of the package that a source file lies in, or its own name."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def only_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def statements(node: ast.AST, inside: bool = False):
    """Yield every import with whether it stands inside a function; typing ones left out."""
    for child in ast.iter_child_nodes(node):
        if only_for_types(child):
            continue
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, inside
        function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from statements(child, inside or function)


def imported(path: Path):
    """Yield (dotted module of the package, inside a function) for every import of the package."""
    here = path.relative_to(PACKAGE).parts
    for node, inside in statements(parsed(path)):
        if isinstance(node, ast.Import):
            bases = [(a.name.split("."), []) for a in node.names]
            bases = [(parts[1:], names) for parts, names in bases if parts[0] == "simulation"]
        else:
            parts = (node.module or "").split(".") if node.module else []
            names = [alias.name for alias in node.names]
            if node.level:
                bases = [([*here[: len(here) - node.level], *parts], names)]
            else:
                bases = [(parts[1:], names)] if parts[:1] == ["simulation"] else []
        for base, names in bases:
            for name in names or [None]:
                target = [*base, name] if name and is_module([*base, name]) else base
                if target:
                    yield ".".join(target), inside


def is_module(parts: list[str]) -> bool:
    place = PACKAGE.joinpath(*parts)
    return place.with_suffix(".py").is_file() or place.is_dir()


@each_source
def test_no_room_imports_upward(path):
    own = room_of(path)
    for target, inside in imported(path):
        room = target.split(".")[0]
        if room != own and (own != "__init__" or not inside):
            assert room in ROOMS, f"{room} has no floor"
            assert ROOMS.index(room) < ROOMS.index(own), f"{own} imports {target}"


def test_no_files_import_each_other_in_a_circle():
    arrows = {}
    for path in SOURCES:
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        arrows[name] = {target for target, inside in imported(path) if not inside}
    while arrows:
        free = {name for name, targets in arrows.items() if not targets & set(arrows) - {name}}
        assert free, f"a circle among {sorted(arrows)}"
        arrows = {name: targets for name, targets in arrows.items() if name not in free}


def test_every_room_says_what_it_is_for():
    for room in ROOMS:
        if (PACKAGE / room).is_dir():
            assert ast.get_docstring(parsed(PACKAGE / room / "__init__.py"))


def test_the_parser_sees_imports():
    found = {target for target, _ in imported(PACKAGE / "month" / "staffing.py")}
    assert {"machine.chance", "machine.compiled", "theory.succession.rules", "month.state"} <= found


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "theory").glob("*/rules.py")), ids=lambda p: p.parent.name
)
def test_rules_import_only_the_compiler(path):
    assert {target for target, _ in imported(path)} <= {"machine.compiled", "theory.rules"}
    for node, _ in statements(parsed(path)):
        if isinstance(node, ast.Import):
            assert [alias.name for alias in node.names] == ["math"]


def test_importing_the_package_is_light():
    heavy = ("numba", "pandas", "matplotlib", "mesa", "scipy", "sklearn", "distributed", "solara")
    script = f"import sys, simulation; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )
    assert done.stdout.strip() == "[]"


def test_help_on_the_package_fits_two_screens():
    told = pydoc.render_doc(simulation, renderer=pydoc.plaintext)
    assert len(told.splitlines()) <= 80
    names = [name for name in simulation._HOMES if not name.startswith("_")]
    assert [name for name in names if name not in told] == []


#: The live face hands Mesa a number; the others draw what is run or who is treated, or resample
#: what came out.
ABOVE_RUNS = (
    "mesa_model.py",
    "summaries.py",
    "sensitivity.py",
    "calibration.py",
    "effects.py",
    "emulators.py",
    "own_data.py",
    "contagion.py",
    "coverage.py",
    "uneven.py",
)


@each_source
def test_there_is_one_source_of_chance(path):
    """No generator but ``chance`` below runs; above them parameters are drawn, data resampled."""
    tree = parsed(path)
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    modules = {
        name
        for node, _ in statements(tree)
        for name in (
            [a.name for a in node.names]
            + ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
        )
    }
    assert not modules & {"random", "secrets", "numpy.random"}
    if path.name not in ABOVE_RUNS:
        assert not names & {"default_rng", "Generator", "RandomState", "SeedSequence"}
        assert "np.random" not in ast.unparse(tree)


@each_source
def test_arithmetic_is_exact(path):
    tree = parsed(path)
    options = {k.arg for n in ast.walk(tree) if isinstance(n, ast.Call) for k in n.keywords}
    assert "fastmath" not in options
    assert "parallel" not in options


@each_source
def test_functions_are_short(path):
    """Statements are counted, not lines: the formatter decides on lines."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            count = sum(isinstance(child, ast.stmt) for child in ast.walk(node)) - 1
            assert count <= 40, (node.name, count)


def test_no_column_hides_behind_an_attribute_of_numpy():
    """A field named like an attribute of a record (``data``, ``size``) fails in plain Python."""
    fields = {f"{g}.{key}": key for g, group in GROUPS.items() for key in group.model_fields}
    fields |= {
        name: name
        for name in (
            *state_module.MEASURES,
            *state_module.PROGRAMME.names,
            *state_module.LEADS.names,
            *state_module.LEVEL_MEASURES,
            *FIELDS,
        )
    }
    assert [name for name, key in fields.items() if hasattr(np.record, key)] == []
    columns = (
        *state_module.SEAT_NUMBERS,
        *state_module.SEAT_COUNTS,
        *state_module.PERSON_NUMBERS,
        *state_module.PERSON_COUNTS,
    )
    assert not set(columns) & {"numbers", "counts", "codes", "names", "size"}
    assert len(set(columns)) == len(columns)


# ----------------------------------------------------------------------------------- no dead knobs


#: So much happens, also by what the worked examples leave off.
BUSY = {
    "adoption.initial": 0.4,
    "adoption.saturation": 8.0,
    "adoption.heard_weight": 0.35,
    "invitation.vision_rate": 0.05,
    "invitation.value_weight": 0.3,
    "infrastructure.need_growth": 0.5,
    "infrastructure.end_intercept": 1.0,
    "infrastructure.restart": 0.5,
    "succession.bench_start": 1.0,
    "succession.bench_growth": 0.1,
    "succession.inexperience": 0.5,
    "role_models.excellence": 0.5,
    "relationships.mentor_tenure": 6.0,
    "relationships.informal_seeking": 0.012,
    "relationships.informal_start": 0.17,
    "engagement.style_disposition": 0.5,
    "engagement.action": 0.45,
    "engagement.top_trust": 0.2,
    "engagement.uncertainty": -0.1,
    "turnover.follow": 0.35,
}
SHAKY = {
    "infrastructure.budget_interval": 1.0,
    "infrastructure.end_intercept": 4.0,
    "infrastructure.end_ownership": 5.0,
}
PLANNED = {"succession.plan": True, "succession.plan_works": 1.0}
#: What else must be so for a parameter to matter; the longest matching prefix counts.
CONTEXTS = {
    "": {},
    "adoption.threshold_": {"adoption.rule": "threshold", "adoption.initial": 0.2},
    "adoption.thresholds": {
        "adoption.rule": "threshold",
        "adoption.threshold_law": "listed",
        "adoption.thresholds": (0.1, 0.3, 0.9),
    },
    "commitment.broken_promise": {"commitment.talk": 1.0, "commitment.action": 0.0},
    "commitment.scar": {
        "commitment.talk": 1.0,
        "commitment.action": 0.0,
        "commitment.scar": 0.9,
        "commitment.prior": 0.9,
        "commitment.broken_promise": 0.1,
    },
    "adoption.ownership_protection": {"adoption.initial": 0.9, "adoption.dropout": 1.0},
    "relationships.own_boss": {
        "adoption.initial": 1.0,
        "relationships.mentor_tenure": 0.0,
        "relationships.willing": 1.0,
        "relationships.scope": "branch",
    },
    "succession.lead_": {"succession.leads": 1, "succession.refill_slow": 2.0},
    "presence.absence_": {"presence.level": 0.1},
    "infrastructure.floor": {"infrastructure.technological": 0.0, "infrastructure.start": 0.0},
    "succession.plan_works": {"succession.plan": True},
    "succession.plan_overlap": PLANNED,
    "succession.ramp_inside": PLANNED | {"succession.bench_start": 5.0},
    "succession.refill_quick": {"succession.no_plan_works": 1.0},
    "succession.refill_slow": {"succession.bench_start": 0.0},
    "invitation.vision_rate": {"commitment.talk": 0.2},
    "infrastructure.owning_": SHAKY,
    "infrastructure.end_": SHAKY,
    "infrastructure.restart": SHAKY,
    "peers.boss_passive": {"commitment.action": 0.1, "role_models.disposition": 0.1},
    "succession.chief_inside_plan": {"succession.plan": True},
    "succession.chief_vacancy_plan": {"succession.plan": True},
    "succession.bench_limit": {
        "adoption.initial": 0.9,
        "relationships.formal_months": 2.0,
        "succession.bench_growth": 1.0,
    },
    "role_models.blocked_action": {"role_models.blocked_level": 1},
    "briefings.fatigue": {"briefings.interval": 1.0},
    "peers.bad_": {
        "adoption.initial": 0.4,
        "relationships.poor": 1.0,
        "relationships.mentor_tenure": 0.0,
    },
}
#: Much happens: everybody who can leave does, in every manner.
EVENTS = (
    event("strategy_change", 13),
    event("chief_leaves", 14, notice=3, named=True, manner="retired", successor="outside"),
    event("leader_leaves", 16, share=0.5, notice=3, manner="poached"),
    event("sponsor_leaves", 18),
    event("leads_leave", 22),
    event("commitment_lapse", 24, action=0.05, months=4, level=1, honest=True),
    event("campaign", 30, reach=0.5),
    event("chief_leaves", 32, manner="dismissed", successor="inside"),
    event("chief_leaves", 40),
)
#: Not knobs of the engine: the run's length, and the organization (tested with it).
SHAPES = {"run.months"} | {name for name in declared() if name.startswith("organization.")}


def alternatives(parameter):
    """Return other values of a parameter, from one end of its range to the other."""
    if parameter.choices:
        return [c for c in parameter.choices if c not in (parameter.default, "listed")]
    if parameter.kind == "bool":
        return [not parameter.default]
    if parameter.name == "adoption.thresholds":
        return [(0.0, 0.5)]
    if parameter.name == "role_models.blocked_level":
        return [1, 2]
    low, high = parameter.plausible or (parameter.low, parameter.high)
    cast = int if parameter.kind == "int" else float
    values = [cast(v) for v in (low, high, parameter.low, parameter.high)]
    return [v for v in dict.fromkeys(values) if v != parameter.default]


def context(name):
    prefix = max((p for p in CONTEXTS if name.startswith(p)), key=len)
    return BUSY | CONTEXTS[prefix]


@pytest.mark.parametrize("name", [n for n in declared() if n not in SHAPES])
def test_no_knob_is_dead(larger, name):
    """Moved to some point of its range, a parameter moves some measure in some month."""
    base = context(name)
    usual = execute(larger, changed(base), EVENTS, months=60).table.tobytes()
    for value in alternatives(declared()[name]):
        moved = {name: min(value, 31) if name == "run.steps_per_month" else value}
        if "briefings" in name and name.split(".")[1] in ("knowledge", "story"):
            moved[name] = 0.1  # the three parts must not exceed the whole
        try:
            parameters = changed(base | moved)
        except ValueError:
            continue  # an end that does not agree with other values
        if execute(larger, parameters, EVENTS, months=60).table.tobytes() != usual:
            return
    pytest.fail(f"{name} moves nothing")


def test_the_knobs_are_all_in_the_record():
    record = engine_record(changed())
    names = {f"{g}.{key}" for g in record.dtype.names for key in record.dtype[g].names}
    assert names - {"run.dt"} == set(declared()) - SHAPES - {"adoption.thresholds"}


@pytest.mark.slow
def test_levers_pull_in_the_direction_of_the_theory(larger):
    """Means of 24 paired runs: talk without action costs credibility, presence makes ownership.

    Paired differences, one-sided t at 1e-6 each.
    """
    from scipy import stats

    claims = [
        ({"commitment.action": 0.1, "commitment.talk": 0.9}, "credibility", -1),
        ({"presence.level": 0.1}, "ownership", -1),
        ({"infrastructure.human": 0.0}, "adoption", -1),
        ({"succession.leads": 1}, "leads_in_post", -1),
        ({"invitation.recognition": 1.0}, "adoption", 1),
    ]
    usual = [execute(larger, months=120, replication=r).table for r in range(24)]
    for changes, name, direction in claims:
        other = [
            execute(larger, changed(changes), months=120, replication=r).table for r in range(24)
        ]
        difference = np.array(
            [
                direction * (o[name][60:].mean() - u[name][60:].mean())
                for o, u in zip(other, usual, strict=True)
            ]
        )
        t = difference.mean() / (difference.std(ddof=1) / np.sqrt(24) + 1e-300)
        assert t > stats.t.isf(1e-6, 23), (changes, name, t)
