"""The house: arrows point one way, chance has one source, and every knob does something."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers import changed, event, execute

from simulation import state as state_module
from simulation.compiled import PACKAGE
from simulation.parameters import GROUPS, declared, engine_record

#: From the ground up: a module imports only from lines above its own.
LAYERS = (
    {"errors"},
    {"compiled", "parameters", "execution", "store", "progress"},
    {"table"},
    {"chance"},
    {"rules"},
    {"organization", "events", "state"},
    {"chart", "staffing", "stopping"},
    {"matching", "scripted"},
    {"engine"},
    {"scenario"},
    {"run", "designs", "uncertainty"},
    {"summaries", "figures"},
    {"results", "report"},
    {"sweeps", "model"},
    {"analysis", "planning", "reproduction", "sensitivity"},
    {"documents", "patterns", "verification"},
    {"calibration", "own_data"},
    {"cli"},
    {"__init__", "__main__"},
)
HEIGHT = {name: height for height, names in enumerate(LAYERS) for name in names}
SOURCES = sorted(PACKAGE.rglob("*.py"))
each_source = pytest.mark.parametrize(
    "path", SOURCES, ids=lambda p: p.relative_to(PACKAGE).as_posix()
)


def module_of(path: Path) -> str:
    """Return a source file's place in the layers: all of ``rules/`` is one."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


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
    """Yield (module of the package, inside a function) for every import of the package."""
    depth = len(path.relative_to(PACKAGE).parts)
    for node, inside in statements(parsed(path)):
        if isinstance(node, ast.Import):
            names = [a.name.split(".") for a in node.names]
            targets = [n[1] for n in names if n[0] == "simulation" and len(n) > 1]
        elif node.level == 0:
            parts = (node.module or "").split(".")
            targets = parts[1:2] if parts[0] == "simulation" else []
        else:
            here = list(path.relative_to(PACKAGE).parts[: depth - node.level])
            parts = [*here, *(node.module or "").split(".")] if node.module else here
            parts = [part for part in parts if part]
            targets = parts[:1] or [alias.name for alias in node.names]
        for target in targets:
            yield target, inside


@each_source
def test_arrows_point_one_way(path):
    name = module_of(path)
    for target, inside in imported(path):
        if target != name and (name != "__init__" or not inside):
            assert target in HEIGHT, f"{target} has no layer"
            assert HEIGHT[target] < HEIGHT[name], f"{name} imports {target}"


def test_the_parser_sees_imports():
    found = {target for target, _ in imported(PACKAGE / "engine.py")}
    assert {"chance", "compiled", "matching", "rules", "scripted", "staffing", "state"} == found


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "rules").glob("[a-z]*.py")), ids=lambda p: p.stem
)
def test_rules_import_only_the_compiler(path):
    assert {target for target, _ in imported(path)} <= {"compiled", "rules"}
    for node, _ in statements(parsed(path)):
        if isinstance(node, ast.Import):
            assert [alias.name for alias in node.names] == ["math"]


def test_importing_the_package_is_light():
    heavy = ("numba", "pandas", "matplotlib", "mesa", "scipy", "sklearn", "distributed", "solara")
    script = f"import sys, simulation; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        cwd=PACKAGE.parent,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


#: The live face hands Mesa a number; the others draw what is run, or resample what came out.
ABOVE_RUNS = ("model.py", "summaries.py", "sensitivity.py", "calibration.py", "own_data.py")


@each_source
def test_there_is_one_source_of_chance(path):
    """No generator but ``chance`` below runs; above them parameters are drawn, data resampled."""
    tree = parsed(path)
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    modules = {
        name
        for node, _ in statements(tree)
        for name in ([a.name for a in node.names]
                     + ([node.module or ""] if isinstance(node, ast.ImportFrom) else []))
    }  # fmt: skip
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
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body and path.name != "report.py":
                length = body[-1].end_lineno - body[0].lineno + 1
                assert length <= LONG.get(f"{path.stem}.{node.name}", 45), (node.name, length)


#: Functions whose length is their point: one pass over all people, read from top to bottom.
LONG = {"engine.perceive": 70}


def test_no_column_hides_behind_an_attribute_of_numpy():
    """A field named like an attribute of a record (``data``, ``size``) fails in plain Python."""
    fields = {f"{g}.{key}": key for g, group in GROUPS.items() for key in group.model_fields}
    fields |= {name: name for name in (*state_module.MEASURES, *state_module.PROGRAMME.names,
                                       *state_module.LEADS.names)}  # fmt: skip
    assert [name for name, key in fields.items() if hasattr(np.record, key)] == []
    columns = (*state_module.SEAT_NUMBERS, *state_module.SEAT_COUNTS, *state_module.PERSON_NUMBERS,
               *state_module.PERSON_COUNTS)  # fmt: skip
    assert not set(columns) & {"numbers", "counts", "codes", "names", "size"}
    assert len(set(columns)) == len(columns)


# ----------------------------------------------------------------------------------- no dead knobs


#: What must be so for a parameter to matter; the longest matching prefix counts.
CONTEXTS = {
    "": {"adoption.initial": 0.4, "relationships.mentor_tenure": 6.0},
    "adoption.threshold_": {"adoption.rule": "threshold", "adoption.initial": 0.2},
    "adoption.thresholds": {
        "adoption.rule": "threshold", "adoption.threshold_law": "listed",
        "adoption.thresholds": (0.1, 0.3, 0.9),
    },
    "commitment.broken_promise": {"commitment.talk": 1.0, "commitment.action": 0.0},
    "commitment.scar": {"commitment.talk": 1.0, "commitment.action": 0.0, "commitment.scar": 0.9,
                        "commitment.prior": 0.9, "commitment.broken_promise": 0.1},
    "adoption.ownership_protection": {"adoption.initial": 0.9, "adoption.dropout": 1.0},
    "relationships.own_boss": {
        "adoption.initial": 1.0, "relationships.mentor_tenure": 0.0, "relationships.willing": 1.0,
        "relationships.scope": "branch",
    },
    "succession.lead_": {"succession.leads": 1, "succession.refill_slow": 2.0},
    "presence.absence_": {"presence.level": 0.1},
    "infrastructure.floor": {"infrastructure.technological": 0.0, "infrastructure.start": 0.0},
    "succession.plan_works": {"succession.plan": True},
    "succession.chief_inside_plan": {"succession.plan": True},
    "succession.chief_vacancy_plan": {"succession.plan": True},
    "succession.bench_limit": {"adoption.initial": 0.9, "relationships.formal_months": 2.0,
                               "succession.bench_growth": 1.0},
    "role_models.blocked_action": {"role_models.blocked_level": 1},
    "briefings.fatigue": {"briefings.interval": 1.0},
    "peers.bad_": {"adoption.initial": 0.4, "relationships.poor": 1.0,
                   "relationships.mentor_tenure": 0.0},
}  # fmt: skip
EVENTS = (
    event("leads_leave", 4), event("sponsor_leaves", 6), event("chief_leaves", 8),
    event("leader_leaves", 9, share=0.5), event("leads_leave", 22),
    event("campaign", 30, reach=0.5),
)  # fmt: skip
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
    return CONTEXTS[prefix]


@pytest.mark.parametrize("name", [n for n in declared() if n not in SHAPES])
def test_no_knob_is_dead(larger, name):
    """Moved to some point of its range, a parameter moves some measure in some month."""
    base = context(name)
    usual = execute(larger, changed(base), EVENTS, months=48).table.tobytes()
    for value in alternatives(declared()[name]):
        moved = {name: min(value, 31) if name == "run.steps_per_month" else value}
        if "briefings" in name and name.split(".")[1] in ("knowledge", "story"):
            moved[name] = 0.1  # the three parts must not exceed the whole
        try:
            parameters = changed(base | moved)
        except ValueError:
            continue  # an end that does not agree with other values
        if execute(larger, parameters, EVENTS, months=48).table.tobytes() != usual:
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
            [direction * (o[name][60:].mean() - u[name][60:].mean())
             for o, u in zip(other, usual, strict=True)]
        )  # fmt: skip
        t = difference.mean() / (difference.std(ddof=1) / np.sqrt(24) + 1e-300)
        assert t > stats.t.isf(1e-6, 23), (changes, name, t)
