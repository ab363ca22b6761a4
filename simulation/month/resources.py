"""Budgets, stocks and capacity."""

from __future__ import annotations

import numpy as np

from ..machine.compiled import compiled
from ..theory.infrastructure import rules as infrastructure_rules
from ..theory.succession import rules as succession_rules
from .posts import succeed_leads, succeed_sponsor


@compiled
def budget_round(state, p, sponsor):
    """Let the yearly budget decide on survival and on the grant, in place."""
    seats, people, programme = state.seats, state.people, state.programme
    levels = int(seats.level[len(seats.level) - 1]) + 1
    total, owning = 0.0, 0
    i, n = 0, len(seats.level)
    for level in range(levels):  # seats of a level are contiguous
        owned, count = 0.0, 0
        while i < n and seats.level[i] == level:
            if seats.occupied[i]:
                owned += people.ownership[i]
                count += 1
            i += 1
        mean = owned / max(count, 1)
        total += mean
        owning += 1 if infrastructure_rules.owned(mean, p.infrastructure) else 0
    if not infrastructure_rules.survives(owning, levels, p.infrastructure):
        programme.alive = 0.0
    programme.granted = infrastructure_rules.grant(
        programme.visible_value, total / levels, sponsor, p.infrastructure
    )


@compiled
def remains(share, until, step):
    """Return what remains of an investment under a cut that lasts until a step."""
    return share if step < until else 1.0


@compiled
def renew_resources(state, p, run_key, step, row):
    """Let leads and sponsor change, budgets be decided and stocks follow, in place."""
    programme, infrastructure = state.programme, p.infrastructure
    covered = succeed_leads(state, p, run_key, step, row)
    sponsor = succeed_sponsor(state, p, run_key, step)
    programme.bench = succession_rules.bench_after(
        programme.bench,
        programme.candidates,
        programme.left / max(programme.headcount, 1.0),
        p.succession,
    )
    programme.candidates = programme.left = 0.0
    if programme.launched == 0.0:
        return
    since = step - programme.launched_step
    if since > 0.0 and since % max(1.0, np.round(infrastructure.budget_interval)) == 0.0:
        budget_round(state, p, sponsor)
    alive = programme.alive
    money = remains(programme.keep_financial, programme.keep_financial_until, step)
    money *= infrastructure.financial * programme.granted * alive
    built = remains(programme.keep_technological, programme.keep_technological_until, step)
    built *= infrastructure.technological * alive
    people = remains(programme.keep_human, programme.keep_human_until, step)
    people *= infrastructure.human * alive * succession_rules.coverage(covered, p.succession)
    taught = remains(programme.keep_knowledge, programme.keep_knowledge_until, step)
    taught *= infrastructure.knowledge * alive
    programme.financial = infrastructure_rules.stock_after(
        programme.financial, money, infrastructure.financial_life
    )
    programme.technological = infrastructure_rules.stock_after(
        programme.technological, built, infrastructure.technology_life
    )
    programme.human = infrastructure_rules.stock_after(
        programme.human, people, infrastructure.human_life
    )
    programme.knowledge = infrastructure_rules.knowledge_after(
        programme.knowledge, taught * min(1.0, people), infrastructure
    )
    set_capacity(programme, p)
    thousands = programme.headcount / 1000.0 * p.run.dt
    spent = p.costs.technology * built + p.costs.training * taught
    row.money += thousands * spent * min(1.0, money)  # no more than what was granted


@compiled
def set_capacity(programme, p):
    """Set the effective capacity from the stocks, in place; 0 without a running programme."""
    programme.capacity = 0.0
    if programme.alive > 0.0:
        programme.capacity = infrastructure_rules.effective_capacity(
            programme.financial,
            programme.technological,
            programme.human,
            programme.knowledge,
            p.infrastructure,
        )
