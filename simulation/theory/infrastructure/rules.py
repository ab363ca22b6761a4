"""Leader action 5: build the infrastructure; its four resources complement each other."""

from ...machine.compiled import exponential, logarithm, power
from ..rules import rule


@rule("milner2013; smidt2021; arrow1961")
def effective_capacity(financial, technological, human, knowledge, infrastructure):
    """Capacity is a CES aggregate of the four stocks, with equal weights.

    (mean s^rho)^(1/rho); rho = 0 is the geometric mean.
    """
    rho, floor = infrastructure.complementarity, infrastructure.floor
    f, t = max(financial, floor), max(technological, floor)
    h, k = max(human, floor), max(knowledge, floor)
    if abs(rho) < 1e-6:
        return exponential(0.25 * (logarithm(f) + logarithm(t) + logarithm(h) + logarithm(k)))
    mean = 0.25 * (power(f, rho) + power(t, rho) + power(h, rho) + power(k, rho))
    return power(mean, 1.0 / rho)


@rule("assumed: budgets follow value, ownership and the sponsor")
def grant(value, ownership, sponsor, infrastructure):
    """Share of the budget asked for that is granted: logistic in value, ownership, sponsor."""
    odds = infrastructure.grant_intercept + infrastructure.grant_value * value
    odds = odds + infrastructure.grant_ownership * ownership
    odds = odds + infrastructure.grant_sponsor * sponsor
    return 1.0 / (1.0 + exponential(-odds))


@rule("assumed: exponential approach")
def stock_after(stock, target, life):
    """A stock approaches what is invested with its time constant: s + (target - s)(1 - e^-1/L)."""
    return stock + (target - stock) * (1.0 - exponential(-1.0 / life))


@rule("saks2006")
def knowledge_after(stock, training, infrastructure):
    """Knowledge halves unless codified, and training by the leads renews it.

    s - (1 - 2^(-1/H)) (1 - codified) s + gain training (1 - s).
    """
    forgotten = 1.0 - exponential(-0.6931471805599453 / infrastructure.knowledge_half_life)
    lost = forgotten * (1.0 - infrastructure.codified) * stock
    return stock - lost + infrastructure.knowledge_gain * training * (1.0 - stock)


@rule("assumed: a layer owns what its people own on average")
def owned(ownership, infrastructure):
    """How far a layer owns the programme: logistic in its people's mean ownership."""
    above = (ownership - infrastructure.owning_cut) / infrastructure.owning_width
    return 1.0 / (1.0 + exponential(-above))


@rule("assumed: enough layers are enough")
def anchored(owning, layers, infrastructure):
    """How far ownership is anchored in enough layers, or in all that there are: at most 1."""
    wanted = min(infrastructure.owning_layers, layers)
    return min(1.0, owning / wanted) if wanted > 0.0 else 1.0


@rule("bond2014; scheirer2005; assumed: sizes")
def end_chance(ownership, value, sponsor, coverage, infrastructure):
    """Chance that a budget round ends the programme: logistic, less by what keeps programmes."""
    odds = infrastructure.end_intercept - infrastructure.end_ownership * ownership
    odds = odds - infrastructure.end_value * value - infrastructure.end_sponsor * sponsor
    odds = odds - infrastructure.end_coverage * coverage
    return 1.0 / (1.0 + exponential(-odds))


@rule("bond2014; assumed: sponsor and top decide")
def restart_chance(sponsor, top, infrastructure):
    """Chance that a budget round starts an ended programme again: r (A_sponsor + A_top) / 2."""
    return infrastructure.restart * 0.5 * (sponsor + top)


@rule("assumed: need grows with practice")
def need(practising, infrastructure):
    """Money and technology needed, 1 at the reference: 1 - g + g practising / reference."""
    growth = infrastructure.need_growth
    return 1.0 - growth + growth * practising / infrastructure.need_reference
