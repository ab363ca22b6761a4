"""Seeking a mentor, being matched, lasting and ending."""

from ...machine.compiled import logarithm
from ..rules import rule


@rule("assumed: leaders seek less")
def seeking_chance(is_leader, relationships):
    """Chance in a step that an adopter without a mentor starts to seek one in the programme."""
    return relationships.seeking_leaders if is_leader else relationships.seeking


@rule("atd2019; assumed: capacity limits matching")
def match_chance(infrastructure, relationships):
    """Chance in a step that a seeker is matched where a place is free: success I."""
    return relationships.success * min(1.0, infrastructure)


@rule("eby2004; assumed: competence helps")
def poor_chance(mentor_competence, start, relationships):
    """Chance of a poor match, less with a competent mentor: poor (1 - effect (c - c0))."""
    better = relationships.competence_effect * (mentor_competence - start)
    return min(1.0, max(0.0, relationships.poor * (1.0 - better)))


@rule("kram1983; wanberg2006")
def planned_length(formal, draw, relationships):
    """Length in steps: fixed for formal relationships, exponential for informal ones."""
    if formal:
        return relationships.formal_months
    return -relationships.informal_months * logarithm(draw)


@rule("atd2019; assumed: waiting frustrates")
def frustration_after(frustration, waiting, relationships):
    """An unmet seeker grows frustrated, and gets over it once not waiting: f + rate (w - f)."""
    target = 1.0 if waiting else 0.0
    return frustration + relationships.frustration_rate * (target - frustration)


@rule("assumed: frustration wears out")
def frustration_dropout(frustration, relationships):
    """Factor by which frustration raises dropout: 1 + effect f."""
    return 1.0 + relationships.frustration_dropout * frustration
