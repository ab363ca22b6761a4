"""Leader action 7: be role models; action cascades, is blocked, and teaches."""

from ..rules import rule


@rule("wo2015; assumed: weights")
def example(boss_action, mean_action, disposition, role_models):
    """What a leader takes as model: the mean of boss, other leaders and own disposition, weighted.

    (w_boss A_boss + w_peers mean A + w_own a0) / sum of w; the own disposition without any weight.
    """
    total = role_models.weight_boss + role_models.weight_peers + role_models.weight_own
    if total <= 0.0:
        return disposition
    others = role_models.weight_boss * boss_action + role_models.weight_peers * mean_action
    return (others + role_models.weight_own * disposition) / total


@rule("wo2015; assumed: rate and noise")
def action_after(action, model, noise, role_models):
    """A leader's action moves toward its model: A + rate (model - A) + noise."""
    moved = action + role_models.rate * (model - action) + role_models.noise * noise
    return min(1.0, max(0.0, moved))


@rule("assumed: the disengaged middle cuts the line")
def relays(action, role_models):
    """A leader passes on what comes from above unless its own action is below the cut."""
    return action >= role_models.cut


@rule("assumed: learning by example")
def competence_after(competence, mentor_competence, quality, role_models):
    """A mentee learns from the mentor: c + gain c_mentor quality (1 - c)."""
    gained = role_models.competence_gain * mentor_competence * quality
    return competence + gained * (1.0 - competence)


@rule("assumed: excellence is seen")
def excellence(competence, role_models):
    """A competent mentor is more of a model: 1 + effect (c - c0), at least 0."""
    better = role_models.excellence * (competence - role_models.competence_start)
    return max(0.0, 1.0 + better)


@rule("olivet2019")
def volunteer_chance(willing, was_mentee, role_models):
    """Former mentees volunteer with higher odds: odds ratio times p / (1 - p)."""
    if not was_mentee or willing >= 1.0:
        return willing
    odds = role_models.volunteer_odds * willing / (1.0 - willing)
    return odds / (1.0 + odds)
