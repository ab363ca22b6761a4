"""What moves engagement, in standard deviations of a survey score."""

import math

from ..rules import rule


@rule("assumed: moods pass")
def shock_sd(engagement):
    """Spread of a step's shock that keeps the passing part's spread: sd sqrt(1 - phi^2)."""
    phi = engagement.persistence
    return engagement.transient_sd * math.sqrt(1.0 - phi * phi)


@rule("assumed: moods pass")
def transient_after(transient, shock, engagement):
    """The passing part of engagement is autoregressive: phi x + shock."""
    return engagement.persistence * transient + shock


@rule("eby2008; assumed: size")
def relationship_effect(has_mentor, poor, quality, engagement):
    """A good relationship lifts engagement by its quality, a poor one lowers it."""
    if not has_mentor:
        return 0.0
    return engagement.bad_relationship if poor else engagement.good_relationship * quality


@rule("assumed: believed and present leaders engage")
def leadership_effect(credibility, reference, presence, presence_reference, engagement):
    """Credibility and belief in presence, each relative to its reference."""
    believed = engagement.credibility * (credibility - reference)
    return believed + engagement.presence * (presence - presence_reference)


@rule("decuypere2021; assumed: size, and that action works through what people expect")
def action_effect(expectation, engagement):
    """Leaders who have been seen to act engage: b (E - reference)."""
    return engagement.action * (expectation - engagement.action_reference)


@rule("kannan2012; fulmer2017; assumed: size")
def top_effect(trust, uncertainty, engagement):
    """Trust in the top engages everybody, and uncertainty at the top does the reverse.

    g (V - reference) + u U.
    """
    trusted = engagement.top_trust * (trust - engagement.top_trust_reference)
    return trusted + engagement.uncertainty * uncertainty


@rule("bliese2000; assumed: good leaders act more")
def team_style(disposition, noise, engagement):
    """A team's style is partly its leader's disposition: sd (rho z + sqrt(1 - rho^2) noise)."""
    rho = engagement.style_disposition
    return engagement.style_sd * (rho * disposition + math.sqrt(1.0 - rho * rho) * noise)


@rule("bidwell2011; assumed: size")
def succession_effect(boss_vacant, disturbance, engagement):
    """Having no boss, or one who is still new, lowers engagement."""
    return engagement.vacant_boss if boss_vacant else engagement.new_boss * disturbance


@rule("friedkin1990; degroot1974")
def shared(own, peers, engagement):
    """Part of a mood is the peers': (1 - c) own + c mean of the peers' last."""
    return (1.0 - engagement.contagion) * own + engagement.contagion * peers


@rule("assumed: additive parts")
def score(stable, transient, style, relationship, leadership, succession, frustration, engagement):
    """Engagement is the sum of its parts; frustration with a search lowers it.

    ``leadership`` is what leaders' credibility, presence and action do, ``succession`` what the
    own boss's succession and the top do.
    """
    person = stable + transient + style
    return person + relationship + leadership + succession + engagement.frustration * frustration
