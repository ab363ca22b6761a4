"""One month, written once; the bulk run and the live model call the same compiled code.

Order of events within a step (:func:`step_forward`): scripted events -> exits, succession,
hiring -> leaders' talk, action, presence -> perception and credibility -> knowledge and
visible value -> ownership -> adoption and dropout -> relationships -> engagement ->
resources and mentoring leads. Then the month is measured. Everybody reacts to what peers
showed at the end of the step before.
"""

from __future__ import annotations

from ..machine.compiled import compiled
from .adoption import adopt
from .beginning import initialise
from .briefings import keep_current
from .engagement import engage
from .events import apply_event
from .leaders import lead
from .measuring import measure
from .ownership import own
from .pairs import carry_pairs, match
from .perception import perceive
from .resources import renew_resources
from .signals import sum_up
from .staffing import draw_exits, fill_vacancies


@compiled
def step_forward(state, p, events, run_key, step, row):
    """Advance the state by one step, in place, in the order of this module's docstring."""
    for event in events:
        if event.step == step:
            apply_event(state, p, run_key, event, step, row)
    draw_exits(state, p, run_key, step, row)
    fill_vacancies(state, p, run_key, step, row)
    lead(state, p, run_key, step, row)
    perceive(state, p, run_key, step)
    keep_current(state, p, run_key, step, row)
    own(state, p)
    adopt(state, p, run_key, step, row)
    carry_pairs(state, p, run_key, step, row)
    match(state, p, run_key, step, row)
    engage(state, p, run_key, step)
    renew_resources(state, p, run_key, step, row)
    sum_up(state, p, step)


@compiled(entry=True)
def advance_month(state, p, events, run_key, month, table, levels):
    """Advance the state by one month, in place, and write the month's measures.

    Parameters
    ----------
    state : State
    p : record
        ``parameters.engine_record``.
    events : record array
        ``events.encode``.
    run_key : int
        ``chance.key``.
    month : int
        From 1.
    table, levels : arrays
        ``state.measure_table``; row ``month`` is written.
    """
    per_month = int(p.run.steps_per_month)
    row = table[month]
    for within in range(1, per_month + 1):
        step_forward(state, p, events, run_key, (month - 1) * per_month + within, row)
    measure(state, p, row, levels[month])


@compiled(entry=True)
def run(state, p, events, run_key, months, table, levels):
    """Run from an allocated state to the last month, in place: see :func:`advance_month`."""
    initialise(state, p, run_key, table, levels)
    per_month = int(p.run.steps_per_month)
    for month in range(1, months + 1):
        row = table[month]
        for within in range(1, per_month + 1):
            step_forward(state, p, events, run_key, (month - 1) * per_month + within, row)
        measure(state, p, row, levels[month])
