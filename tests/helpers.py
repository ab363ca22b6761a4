"""A tiny organization, and runs of it in a line: what many tests need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulation.machine import chance
from simulation.month import order
from simulation.month.state import State, allocate, measure_table
from simulation.organizations.organization import Organization
from simulation.scenarios.scenario import load_scenario
from simulation.study import ledger, parts
from simulation.study.run import most_leads
from simulation.theory.events import EVENTS, Event, encode
from simulation.theory.parameters import GROUPS, Parameters, engine_record

TABLES = ("seats", "people", "posts")


class Place(SimpleNamespace):
    """An organization made by hand: one of its own, as a key."""

    __eq__, __hash__ = object.__eq__, object.__hash__
    identifier = vacant = None
    leaders, row = Organization.leaders, Organization.row


def _tree(span: int, levels: int) -> tuple[Any, Any]:
    boss, level, frontier = [-1], [0], [0]
    for depth in range(1, levels):
        reports = []
        for seat in frontier:
            for _ in range(span):
                boss.append(seat)
                level.append(depth)
                reports.append(len(boss) - 1)
        frontier = reports
    return np.array(boss, np.int32), np.array(level, np.int32)


def _branches(boss: Any) -> Any:
    branch, count = np.full(len(boss), -1, np.int32), 0
    for i in range(1, len(boss)):
        branch[i] = count if boss[i] == 0 else branch[boss[i]]
        count += boss[i] == 0
    return branch


def small_tree(
    span: int = 6, levels: int = 4, ties: float = 4, seed: int = 0, *, within: bool = False
) -> SimpleNamespace:
    """Return a regular tree with random ties, all of them inside branches if ``within``."""
    boss, level = _tree(span, levels)
    return _grown(boss, level, ties, seed, span if within else 0)


def wide_tree(*teams: int, ties: float = 4, seed: int = 0) -> SimpleNamespace:
    """Return a chief, so many leaders below, and their teams of these sizes, with random ties."""
    leaders = np.arange(1, len(teams) + 1)
    boss = np.r_[-1, np.zeros(len(teams)), np.repeat(leaders, teams)].astype(np.int32)
    level = np.r_[0, np.ones(len(teams)), np.full(sum(teams), 2)].astype(np.int32)
    return _grown(boss, level, ties, seed)


def _grown(boss: Any, level: Any, ties: float, seed: int, within: int = 0) -> SimpleNamespace:
    """Return an organization with ties; if they are ``within`` branches, so many branches."""
    n, branch = len(boss), _branches(boss)
    start, size = np.zeros(n, np.int32), np.zeros(n, np.int32)
    for i in range(n - 1, 0, -1):
        start[boss[i]] = i
        size[boss[i]] += 1
    generator = np.random.default_rng(seed)
    count = int(n * ties / 2) * max(within, 1)
    a, b = generator.integers(0, n, count), generator.integers(0, n, count)
    good = (a != b) & (boss[a] != boss[b]) & (boss[a] != b) & (boss[b] != a)
    if within:
        good &= branch[a] == branch[b]
    owner, other = np.r_[a[good], b[good]], np.r_[b[good], a[good]]
    order = np.lexsort((other, owner))
    owner, other = owner[order], other[order].astype(np.int32)
    tie_start = np.r_[0, np.cumsum(np.bincount(owner, minlength=n))].astype(np.int64)
    return Place(
        people=n,
        boss=boss,
        level=level,
        branch=branch,
        team_start=start,
        team_size=size,
        tie_start=tie_start,
        tie_seat=other,
        tie_weight=np.ones(len(other)),
        tenure=np.full(n, np.nan),
        levels=int(level.max()) + 1,
        branches=int(branch.max()) + 1,
    )


#: The values that examples are worked out with: they stay when the defaults are fitted anew.
WORKED = load_scenario(Path(__file__).with_name("worked.toml")).parameters


def changed(changes: dict[str, Any] | None = None, **groups: dict[str, Any]) -> Parameters:
    """Return the worked examples' parameters with dotted names, or groups of names, changed."""
    tables: dict[str, dict[str, Any]] = {name: dict(values) for name, values in groups.items()}
    for name, value in (changes or {}).items():
        group, key = name.split(".")
        tables.setdefault(group, {})[key] = value
    return WORKED.model_copy(
        update={
            name: GROUPS[name](**dict(getattr(WORKED, name)) | values)
            for name, values in tables.items()
        }
    )


def event(kind: str, month: int, **values: Any) -> Event:
    """Return one scripted event."""
    return EVENTS[kind](type=kind, month=month, **values)


class Outcome(NamedTuple):
    """The arrays of a run, its measures, its measures by level, and its parameters."""

    state: State
    table: Any
    levels: Any
    record: Any


def start(organization: Any, parameters: Parameters, months: int, leads: int = 0) -> Outcome:
    """Return the empty arrays of a run, with room for so many mentoring leads."""
    record = engine_record(parameters)
    state = allocate(organization, parameters, record, leads)
    return Outcome(state, *measure_table(months, organization.levels), record)


def run_key(seed: int, replication: int) -> np.uint64:
    """Return the key of one run as compiled code wants it."""
    return np.uint64(chance.key(seed, replication))


def execute(
    organization: Any,
    parameters: Parameters | None = None,
    events: Sequence[Event] = (),
    months: int = 24,
    seed: int = 0,
    replication: int = 0,
) -> Outcome:
    """Return a whole run."""
    parameters = parameters or WORKED
    out = start(organization, parameters, months, most_leads(events))
    order.run(
        out.state,
        out.record,
        encode(events, parameters, organization),
        run_key(seed, replication),
        (0, months),
        out.table,
        out.levels,
        1,
        0,
    )
    return out


def by_month(
    organization: Any,
    parameters: Parameters | None = None,
    events: Sequence[Event] = (),
    months: int = 24,
    seed: int = 0,
    replication: int = 0,
) -> Iterator[tuple[int, Outcome]]:
    """Yield the same run month by month, from month 0; the arrays are changed in place."""
    parameters = parameters or WORKED
    out = start(organization, parameters, months, most_leads(events))
    key, encoded = run_key(seed, replication), encode(events, parameters, organization)
    for month in range(months + 1):
        order.run(out.state, out.record, encoded, key, (month, month), out.table, out.levels, 1, 0)
        yield month, out


def columns(state: State) -> dict[str, Any]:
    """Return a copy of everything in a state by name, scratch space aside."""
    out = {
        f"{table}.{name}": getattr(getattr(state, table), name).copy()
        for table in TABLES
        for group in getattr(state, table).names
        for name in group
    }
    out["mentees"] = state.mentees.copy()
    out["leads"] = np.array(state.leads.tolist())
    out["programme"] = np.array(list(state.programme.tolist()))
    return out


def fingerprint(out: Outcome) -> dict[str, bytes]:
    """Return every bit of a run by name (scratch space aside)."""
    parts = {name: array.tobytes() for name, array in columns(out.state).items()}
    return parts | {"table": out.table.tobytes(), "levels": out.levels.tobytes()}


def crowded_events() -> list[Event]:
    """Return events of most kinds, for runs in which much happens."""
    return [
        event("campaign", 2, reach=0.5, months=3),
        event("commitment_lapse", 3, action=0.1, level=1),
        event("chief_leaves", 4, successor="inside", vacancy=2),
        event("leader_leaves", 5, share=0.5),
        event("leads_leave", 6),
        event("reorganization", 7, share=0.6),
        event("commitment_restored", 8),
        event("budget_cut", 8, share=0.7, resource="human", months=4),
        event("layoff", 9, share=0.2, branch=1),
        event("presence_change", 10, share=0.2, months=3),
        event("sponsor_leaves", 11),
        event("hiring_freeze", 11, months=2),
        event("briefings_change", 12, interval=1),
        event("chief_leaves", 14, successor="outside", vacancy=1),
        event("reorganization", 15, share=1.0, branch=0),
    ]


def plain(rule: Any) -> Any:
    """Return the plain function of a rule, whether or not it is compiled."""
    return getattr(rule, "py_func", rule)


class Interrupted:
    """An executor that is interrupted when it has done so many runs."""

    def __init__(self, after: int) -> None:
        self.after, self.done = after, 0

    def map(self, function, batches):
        """Run the batches, or not; the last as far as it goes."""
        for batch in batches:
            if self.done == self.after:
                raise KeyboardInterrupt
            some = batch[: self.after - self.done]
            self.done += len(some)
            yield function(some)


def restated(folder: Path, **changes: Any) -> None:
    """Have a manifest say other things, with a seal that is right."""
    study, kept = ledger.manifest_in(folder)
    (folder / ledger.MANIFEST).write_bytes(ledger.manifest_text(study | changes, kept))


def rewritten(path: Path, change: Callable[[Any], Any]) -> None:
    """Have a part hold other rows, with seals that are right: what only running again can find."""
    folder, before = path.parents[1], pq.read_table(path)
    table = pa.Table.from_pandas(change(before.to_pandas()), preserve_index=False)
    texts = [field.name for field in before.schema if pa.types.is_string(field.type)]
    fields = [f.with_type(pa.string()) if f.name in texts else f for f in table.schema]
    table = table.cast(pa.schema(fields)).replace_schema_metadata(None)
    study, kept = ledger.manifest_in(folder)
    name = path.parent.name
    content = parts.sealed(table, parts.Origin(kept.study, name, ledger.block_of(path)))
    path.write_bytes(memoryview(content))
    kept.files[f"{name}/{path.name}"] = parts.seal_of(content)
    (folder / ledger.MANIFEST).write_bytes(ledger.manifest_text(study, kept))
