"""Budgets, stocks and capacity."""

from __future__ import annotations

import numpy as np

from ..machine import chance
from ..machine.compiled import U64, compiled
from ..theory import draws
from ..theory.infrastructure import rules as infrastructure_rules
from ..theory.succession import rules as succession_rules
from .posts import succeed_leads, succeed_sponsor


@compiled
def budget_round(state, p, run_key, sponsor, step):
    """Let a budget round decide whether the programme goes on, and on the grant, in place."""
    programme, infrastructure = state.programme, p.infrastructure
    ownership, anchored = owned_by_layers(state, p)
    draw = chance.uniform(chance.bits(chance.stream(run_key, step, draws.BUDGET), U64(0)))
    ends = infrastructure_rules.end_chance(
        anchored, programme.visible_value, sponsor, programme.coverage, infrastructure
    )
    begins = infrastructure_rules.restart_chance(sponsor, programme.top_action, infrastructure)
    if programme.alive > 0.0:
        if draw < ends:
            programme.alive = programme.never_stopped = 0.0
    elif draw < begins:
        programme.alive = 1.0
    programme.granted = infrastructure_rules.grant(
        programme.visible_value, ownership, sponsor, infrastructure
    )


@compiled
def owned_by_layers(state, p):
    """Return the mean ownership of the layers, and how far it is anchored in enough of them.

    A layer is a level, but for the top team's levels, which are one together.
    """
    tiles, top = state.tiles, int(p.commitment.top_levels)
    levels = tiles.level[len(tiles.level) - 1] + 1
    layers = max(levels - top, 0) + 1
    total = owning = 0.0
    t = 0
    for layer in range(layers):
        owned = count = 0.0
        while t < len(tiles.level) and tiles.level[t] < top + layer:
            owned += tiles.ownership[t]
            count += tiles.present[t]
            t += 1
        mean = owned / max(count, 1.0)
        total += mean
        owning += infrastructure_rules.owned(mean, p.infrastructure)
    return total / layers, infrastructure_rules.anchored(owning, layers, p.infrastructure)


@compiled
def weigh_work(state, p, covered):
    """Set how much work there is for mentoring leads, and how much they cover, in place.

    Returns the share of people who practise.
    """
    tiles, programme = state.tiles, state.programme
    people = practising = seekers = pairs = 0.0
    for t in range(len(tiles.begin)):
        people += tiles.present[t]
        practising += tiles.adoption[t]
        seekers += tiles.waiting[t]
        pairs += tiles.formal[t]
    programme.workload = succession_rules.workload(people, seekers, pairs, p.succession)
    programme.coverage = succession_rules.coverage(covered, programme.workload, p.succession)
    return practising / max(people, 1.0)


@compiled
def remains(share, until, step):
    """Return what remains of an investment under a cut that lasts until a step."""
    return share if step < until else 1.0


@compiled
def renew_resources(state, p, run_key, step, row):
    """Let leads and sponsor change, budgets be decided and stocks follow, in place."""
    programme, infrastructure = state.programme, p.infrastructure
    covered = succeed_leads(state, p, run_key, step, row)
    practising = weigh_work(state, p, covered)
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
    between = infrastructure.budget_interval * infrastructure.funding_years
    if since > 0.0 and since % max(1.0, np.round(between)) == 0.0:
        budget_round(state, p, run_key, sponsor, step)
    alive = programme.alive
    need = max(infrastructure_rules.need(practising, infrastructure), 1e-9)
    money = remains(programme.keep_financial, programme.keep_financial_until, step)
    money *= infrastructure.financial * programme.granted * alive
    built = remains(programme.keep_technological, programme.keep_technological_until, step)
    built *= infrastructure.technological * alive
    people = remains(programme.keep_human, programme.keep_human_until, step)
    people *= infrastructure.human * alive * programme.coverage
    taught = remains(programme.keep_knowledge, programme.keep_knowledge_until, step)
    taught *= infrastructure.knowledge * alive
    programme.financial = infrastructure_rules.stock_after(
        programme.financial,
        min(money / need, max(1.0, infrastructure.financial)),
        infrastructure.financial_life,
    )
    programme.technological = infrastructure_rules.stock_after(
        programme.technological,
        min(built / need, max(1.0, infrastructure.technological)),
        infrastructure.technology_life,
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
