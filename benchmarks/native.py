"""The hottest phases as C, compiled here and now, on the engine's own columns.

``phases.c`` works on the live tables of a run: the header with their columns, and with the
layout of the programme and the parameters, is written from them.
"""

from __future__ import annotations

import ctypes
import functools
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from simulation import Run, load_scenario
from simulation.machine import chance
from simulation.study.run import organization_of
from simulation.theory import draws
from simulation.theory.engagement import rules as engagement_rules
from simulation.theory.presence import rules as presence_rules
from simulation.theory.rules import plain

from .timing import Results, Table, Work, cpu_seconds, spread

FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")
TABLES = ("seats", "people", "posts")
_C = {"f8": "double", "f4": "float", "u8": "uint64_t"} | {
    f"i{n}": f"int{8 * n}_t" for n in (1, 2, 4, 8)
}
#: Months that have passed when the phases are timed, so that there are pairs and vacancies.
MONTHS = 24


def compiler() -> str | None:
    """Return the C compiler, if there is one."""
    return shutil.which("gcc")


def columns(table: Any) -> list[tuple[str, Any]]:
    """Return a table's columns by name."""
    return [(name, getattr(table, name)) for names in table.names for name in names]


def header(state: Any, record: Any) -> str:
    """Return the C structures of a state's tables, its programme and the parameters."""
    lines = ["#include <stdint.h>"]
    for name in TABLES:
        members = [
            f"{_C[column.dtype.str[1:]]} *{key};" for key, column in columns(getattr(state, name))
        ]
        lines.append(f"struct {name} {{ {' '.join(members)} }};")
    for name, layout in (("programme", state.programme.dtype), ("parameters", record.dtype)):
        lines.append(f"struct {name} {{ {' '.join(_members(layout))} }};")
    return "\n".join(lines) + "\n"


def _members(layout: Any) -> Iterator[str]:
    for name in layout.names:
        inner = layout[name]
        if inner.names:
            yield f"struct {{ {' '.join(_members(inner))} }} {name};"
        else:
            yield f"{_C[inner.str[1:]]} {name};"


def library(state: Any, record: Any) -> Any:
    """Return the compiled phases for tables like these."""
    return _compiled(header(state, record))


@functools.cache
def _compiled(columns_h: str) -> Any:
    program = compiler()
    if program is None:
        raise RuntimeError("there is no gcc here")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "columns.h").write_text(columns_h, encoding="utf-8")
        source, target = Path(__file__).with_name("phases.c"), Path(folder, "phases.so")
        command = [program, *FLAGS, "-shared", "-fPIC", f"-I{folder}", source, "-o", target, "-lm"]
        subprocess.run([str(word) for word in command], check=True)
        return ctypes.CDLL(str(target))


def _pointer(array: Any) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def _pointers(table: Any) -> Any:
    """Return a table as the C structure of its columns' addresses."""
    addresses = [column.ctypes.data for _, column in columns(table)]
    return (ctypes.c_void_p * len(addresses))(*addresses)


def _bytes(record: Any) -> Any:
    return ctypes.create_string_buffer(np.asarray(record).tobytes())


def perceive(
    state: Any, record: Any, run_key: int, step: int, rows: tuple[int, int] | None = None
) -> Callable[[], None]:
    """Return a call of perception in C, in place, for some rows (see ``month/perception.py``)."""
    month = 1 + int((step - 1) // record.run.steps_per_month)
    presence, made = record.presence, state.programme.top_presence
    visits = presence.visits_top / record.run.dt
    top = plain(presence_rules.visit_probability)(visits, made) if state.programme.top_count else 0
    arguments = (
        *(_pointers(getattr(state, name)) for name in TABLES),
        *(_bytes(state.programme), _bytes(record), *_rows(state, rows)),
        *(_stream(run_key, month, "OBSERVATION"), _stream(run_key, month, "VISIT")),
        ctypes.c_double(top),
        ctypes.c_double(plain(presence_rules.visits_missed)(presence)),
        ctypes.c_int(step),
    )
    return functools.partial(library(state, record).perceive, *arguments)


def engage(
    state: Any, record: Any, run_key: int, step: int, rows: tuple[int, int] | None = None
) -> Callable[[], None]:
    """Return a call of engagement in C, in place, for some rows (see ``month/engagement.py``)."""
    arguments = (
        *(_pointers(state.seats), _pointers(state.people)),
        *(_bytes(state.programme), _bytes(record), *_rows(state, rows)),
        _stream(run_key, step, "ENGAGEMENT"),
        ctypes.c_double(plain(engagement_rules.shock_sd)(record.engagement)),
        ctypes.c_int(step),
    )
    return functools.partial(library(state, record).engage, *arguments)


def _rows(state: Any, rows: tuple[int, int] | None) -> Iterator[ctypes.c_int64]:
    return map(ctypes.c_int64, rows or (0, len(state.seats.boss)))


def _stream(run_key: int, step: int, purpose: str) -> ctypes.c_uint64:
    return ctypes.c_uint64(int(chance.stream(run_key, step, draws.DRAWS[purpose].number)))


def normals(stream_key: int, who: Any, out: Any, run: Run) -> Callable[[], None]:
    """Return a call that fills an array with the normal numbers of some identities, in C."""
    call = library(run.state, run._record).normals
    arguments = (_pointer(who), ctypes.c_uint64(int(stream_key)), _pointer(out))
    return functools.partial(call, *arguments, ctypes.c_int64(len(out)))


@functools.cache
def live(people: int) -> Run:
    """Return a run of the baseline after some months."""
    scenario = load_scenario("baseline").changed({"organization.people": people})
    run = Run(scenario, organization_of(scenario), 0)
    run.start()
    for _ in range(MONTHS):
        run.step()
    return run


def works(sizes: tuple[int, ...]) -> list[Work]:
    """Return the phases in C at some sizes, a turn each; none where there is no compiler."""
    if compiler() is None:
        return []
    return [
        functools.partial(_took, name, phase, people)
        for people in sizes
        for name, phase in (("perceive", perceive), ("engage", engage))
    ]


def _took(name: str, phase: Callable[..., Any], people: int, number: int) -> dict[str, float]:
    run = live(people)
    step = MONTHS + 1 + number
    call = phase(run.state, run._record, run._key, step)
    return {f"C {name} {people}": 1e9 * cpu_seconds(call, 0.1) / people}


def tables(results: Results, sizes: tuple[int, ...]) -> list[Table]:
    """Return the phases in C beside the engine's, where both were measured."""
    if compiler() is None:
        return [Table("Phases as C: there is no gcc here", ["phase"], [])]
    rows = []
    for people in sizes:
        for name in ("perceive", "engage"):
            native = spread(results[f"C {name} {people}"])
            engine = results.get(f"phase {name} {people}")
            ours = spread(engine) if engine else None
            times = f"{ours.median / native.median:.2f}" if ours else ""
            rows.append([f"{name}, {people:,}", str(native), native.range, str(ours or ""), times])
    header = ["phase, people", "C", "range", "the engine", "times C"]
    return [Table("Two phases as C, ns per person-month", header, rows, [" ".join(FLAGS) + "."])]
