"""Who leaves."""

from ...machine.compiled import exponential
from ..rules import rule


@rule("bls2024; assumed: three steps")
def tenure_factor(tenure_months, turnover):
    """Inclination to leave falls with tenure, in three steps."""
    if tenure_months < 12.0:
        return turnover.first_year
    return turnover.second_and_third_year if tenure_months < 36.0 else turnover.later_years


@rule("jolts2024; harter2020")
def voluntary_hazard(tenure, frailty, engagement, turnover):
    """Voluntary exits by tenure, person and engagement: h0 f(tenure) frailty exp(-b z)."""
    mood = exponential(-turnover.engagement_effect * engagement)
    return turnover.voluntary * tenure * frailty * mood


@rule("eby2008; assumed: causal priors")
def holding_factor(is_leader, is_mentee, is_mentor, turnover):
    """Leaders, mentees and mentors leave less."""
    factor = turnover.leader_factor if is_leader else 1.0
    factor = factor * (turnover.mentee_factor if is_mentee else 1.0)
    return factor * (turnover.mentor_factor if is_mentor else 1.0)


@rule("li2020; assumed: size")
def followers(action, disposition, turnover):
    """How much likelier people are to leave after a leader: follow A / mean disposition."""
    return turnover.follow * action / max(disposition, 1e-9)


@rule("assumed: spread around a mean of one")
def frailty(noise, turnover):
    """A person's inclination to leave, lognormal with mean 1: exp(s e - s^2 / 2)."""
    spread = turnover.frailty_sd
    return exponential(spread * noise - 0.5 * spread * spread)


@rule("assumed: strangers get half the team's trust")
def newcomer_credibility(prior, team, turnover):
    """A newcomer's credibility is part general prior, part the team's."""
    return turnover.newcomer_prior * prior + (1.0 - turnover.newcomer_prior) * team
