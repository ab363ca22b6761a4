"""Leader action 4: be present; ownership grows of presence, voice and example."""

from ...machine.compiled import exponential, logarithm
from ..rules import rule


@rule("sexton2018")
def visit_probability(visits, made):
    """Visits are Poisson: the chance of at least one in a step is 1 - exp(-visits made)."""
    return 1.0 - exponential(-visits * made)


@rule("sexton2018")
def visit_value(draw, probability, presence):
    """A visit followed up counts 1, one without follow-up little, none 0."""
    if draw >= probability:
        return 0.0
    return 1.0 if draw < probability * presence.follow_up else presence.perfunctory


@rule("assumed: adaptive belief")
def belief_after(belief, seen, presence):
    """Belief in presence moves toward what was seen: b + rate (seen - b)."""
    return belief + presence.belief_rate * (seen - belief)


@rule("assumed: an observer of a Poisson process")
def visits_missed(presence):
    """Visits missed that are too many for chance, at the confidence asked: -ln(1 - confidence)."""
    return -logarithm(1.0 - presence.absence_confidence)


@rule("assumed: an observer of a Poisson process")
def absence_noticed(steps, visits, missed):
    """Absence is noticed once the visits expected since the last exceed those to be missed.

    visits t > -ln(1 - confidence): at 95 %, after 3 / visits.
    """
    return visits * steps > missed


@rule("assumed: the absent count for half")
def perceived_action(action, noticed, presence):
    """The action of a leader whose absence is noticed is discounted."""
    return action * presence.absence_discount if noticed else action


@rule("assumed: ownership is voice, company and example")
def ownership_after(ownership, voice, team, boss_action, credibility, presence):
    """Ownership moves toward the mean of voice, the team's ownership and a believed example.

    O + rate ((voice + team + A_boss C) / 3 - O).
    """
    target = (voice + team + boss_action * credibility) / 3.0
    return ownership + presence.ownership_rate * (target - ownership)
