"""Who starts and stops practising mentoring."""

from ...machine.compiled import exponential, power
from ..rules import rule


@rule("bass1969; sultan1990; vandenbulte2004")
def innovation_hazard(persuasion, campaign, adoption):
    """Adoption without peers, through credible invitations: p (1 - kT + kT campaign TC/ref)."""
    invited = adoption.persuasion_weight * campaign * persuasion / adoption.persuasion_reference
    return adoption.innovation * (1.0 - adoption.persuasion_weight + invited)


@rule("dahl2014; assumed: form")
def saturated(share, adoption):
    """The first visible peers move most: (1 - exp(-kappa S)) / kappa; S itself for kappa 0."""
    kappa = adoption.saturation
    # So little is nothing, and would drown in rounding.
    return (1.0 - exponential(-kappa * share)) / kappa if kappa > 1e-6 else share


@rule("bass1969; sultan1990; vandenbulte2004; dahl2014")
def imitation_hazard(share, persuasion, recognition, adoption):
    """Adoption through visible peers, heard through leaders: q S (1 - kR + kR R) heard.

    S is the saturated share, heard = 1 - kP + kP TC/ref.
    """
    recognised = 1.0 - adoption.recognition_weight + adoption.recognition_weight * recognition
    heard = adoption.heard_weight * persuasion / adoption.persuasion_reference
    heard = 1.0 - adoption.heard_weight + heard
    return adoption.imitation * share * recognised * heard


@rule("assumed: belief, means and knowledge gate joining")
def readiness(credibility, infrastructure, currency, adoption):
    """What lets interest become joining: (C/Cref)^gamma (I/Iref)^chi (1 - w + w K/Kref)."""
    belief = power(credibility / adoption.credibility_reference, adoption.credibility_exponent)
    means = power(
        infrastructure / adoption.infrastructure_reference, adoption.infrastructure_exponent
    )
    weight = adoption.currency_weight
    return belief * means * (1.0 - weight + weight * currency / adoption.currency_reference)


@rule("assumed: the engaged join sooner")
def interest(hazard, engagement, adoption):
    """Hazard of enquiring: interest rises with engagement, h exp(sigma z)."""
    return hazard * exponential(adoption.engagement_effect * engagement)


@rule("granovetter1978")
def threshold_reached(amount, threshold):
    """A person adopts when the share or count of adopting peers reaches the threshold."""
    return amount >= threshold


@rule("assumed: disbelief and lack of means wear people out")
def dropout_hazard(credibility, infrastructure, ownership, relief, adoption):
    """Hazard of giving up: d (Cref/C)(1/I)(1 - protection O) relief; C and I have a floor."""
    floor = adoption.dropout_floor
    disbelief = adoption.credibility_reference / max(credibility, floor)
    owned = 1.0 - adoption.ownership_protection * ownership
    return adoption.dropout * disbelief / max(infrastructure, floor) * owned * relief


@rule("assumed: hazards become chances")
def chance(hazard):
    """The chance of an event in a step, from its hazard: 1 - exp(-h)."""
    return 1.0 - exponential(-hazard)
