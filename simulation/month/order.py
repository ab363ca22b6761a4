"""One month, written once; the bulk run and the live model call the same compiled code.

Order of events within a step (:func:`step_forward`): scripted events -> exits, succession,
hiring -> leaders' talk, action, presence -> perception and credibility -> ownership ->
knowledge and visible value -> adoption and dropout -> relationships -> engagement ->
resources and mentoring leads. Then the month is measured. Everybody reacts to what peers
showed at the end of the step before.

Submodels that take a tile ``t`` concern its people alone, and may be done by any thread of a
crew (``machine.crew``); the others concern everybody and are done once, by the crew's first
member, while the rest wait.
"""

from __future__ import annotations

from ..machine.compiled import compiled
from ..machine.crew import alone, meet, share
from .adoption import adopt
from .beginning import (
    begin_leaders,
    begin_posts,
    begin_programme,
    first_expectations,
    leave_empty,
)
from .briefings import keep_current
from .engagement import engage, first_mood, share_moods
from .events import apply_events
from .leaders import appear, lead
from .measuring import measure, measure_tile
from .ownership import own
from .pairs import (
    begin_informally,
    carry_pairs,
    find_mentees,
    give_up,
    match,
    match_informally,
    seek,
)
from .perception import perceive
from .resources import renew_resources
from .signals import signal, sum_up
from .staffing import draw_exits, fill_vacancies, find_leavers, follow_leaders, populate


@compiled
def tiles_of(state, crew, member):
    """Wait until every member is here; return the tiles that are this one's to do."""
    meet(state.gate.arrived, crew)
    first, last = share(len(state.tiles.begin), crew, member)
    return range(first, last)


@compiled
def step_forward(state, p, events, run_key, step, row, crew, member):
    """Advance the state by one step, in place, in the order of this module's docstring."""
    gate = state.gate.arrived
    if alone(gate, crew, member):
        follow_leaders(state, p, step, row)
        apply_events(state, p, run_key, events, step, row)
    for t in tiles_of(state, crew, member):
        find_leavers(state, p, run_key, step, t)
    if alone(gate, crew, member):
        draw_exits(state, p, run_key, step, row)
        fill_vacancies(state, p, run_key, step, row)
    meet(gate, crew)
    lead(state, p, run_key, step, crew, member)
    if alone(gate, crew, member):
        appear(state, p, step, row)
    for t in tiles_of(state, crew, member):
        perceive(state, p, run_key, step, t)
        own(state, p, t)
    if alone(gate, crew, member):
        keep_current(state, p, run_key, step, row)
    for t in tiles_of(state, crew, member):
        adopt(state, p, run_key, step, t)
        find_mentees(state, t)
    if alone(gate, crew, member):
        carry_pairs(state, p, run_key, step, row)
    for t in tiles_of(state, crew, member):
        seek(state, p, run_key, step, t)
    if alone(gate, crew, member):
        match(state, p, run_key, step, row)
        match_informally(state, p, run_key, step, row)
    for t in tiles_of(state, crew, member):
        give_up(state, p, step, t)
        engage(state, p, run_key, step, t)
        signal(state, p, step, t)
        measure_tile(state, p, step, t)
    if alone(gate, crew, member):
        share_moods(state, p, step)
        renew_resources(state, p, run_key, step, row)
        sum_up(state, row)


@compiled
def begin(state, p, run_key, row, crew, member):
    """Fill an allocated state with the first population and programme, in place."""
    gate = state.gate.arrived
    if alone(gate, crew, member):
        begin_posts(state, p)
    for t in tiles_of(state, crew, member):
        populate(state, p, run_key, t)
    if alone(gate, crew, member):
        begin_programme(state, p)
        begin_leaders(state, p)
        first_expectations(state, p)
        begin_informally(state, p, run_key)
        leave_empty(state, p, run_key)
    for t in tiles_of(state, crew, member):
        first_mood(state, p, t)
        signal(state, p, 0, t)
        measure_tile(state, p, 0, t)
    if alone(gate, crew, member):
        sum_up(state, row)


@compiled(entry=True)
def run(state, p, events, run_key, months, table, levels, crew, member):
    """Run some months, in place, and write their measures.

    Parameters
    ----------
    state : State
        As ``state.allocate`` gives it where the months begin with month 0, the start.
    p : record
        ``parameters.engine_record``.
    events : record array
        ``events.encode``.
    run_key : int
        ``chance.key``.
    months : pair of int
        The first month and the last.
    table, levels : arrays
        ``state.measure_table``; the months' rows are written.
    crew, member : int
        How many threads make this call together, and which of them this one is, from 0.
    """
    per_month = int(p.run.steps_per_month)
    for month in range(months[0], months[1] + 1):
        row = table[month]
        if month == 0:
            begin(state, p, run_key, row, crew, member)
        else:
            for within in range(1, per_month + 1):
                step = (month - 1) * per_month + within
                step_forward(state, p, events, run_key, step, row, crew, member)
        if alone(state.gate.arrived, crew, member):
            measure(state, p, row, levels[month])
