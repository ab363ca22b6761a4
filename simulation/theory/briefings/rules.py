"""Leader action 8: keep abreast of progress; currency, stories and visible value."""

from ...machine.compiled import exponential, power
from ..rules import rule


@rule("assumed: forgetting is exponential")
def currency_kept(briefings):
    """Share of currency kept over a step: 2^(-1/H)."""
    return exponential(-0.6931471805599453 / briefings.half_life)


@rule("assumed: knowledge, story and data point")
def content(stories, briefings):
    """Worth of a briefing's content; stories need good endings, data lift the other two."""
    told = briefings.knowledge + briefings.story * stories
    lift = 1.0 + briefings.data_lift if briefings.data_point > 0.0 else 1.0
    return told * lift + briefings.data_point


@rule("assumed: fatigue beyond four a year")
def freshness(per_year, briefings):
    """Worth left by fatigue: (4 / n)^fatigue beyond four briefings a year, else 1."""
    return power(4.0 / per_year, briefings.fatigue) if per_year > 4.0 else 1.0


@rule("assumed: gains shrink with what is known")
def briefing_gain(credibility, currency, worth, briefings):
    """What a briefing adds to currency: gain C^a (1 - s K) worth."""
    room = 1.0 - briefings.saturation * currency
    return briefings.gain * power(credibility, briefings.credibility_exponent) * room * worth


@rule("assumed: benefits fade from memory")
def benefits_kept(briefings):
    """Share of the reported benefits remembered over a step: exp(-1 / memory)."""
    return exponential(-1.0 / briefings.value_memory)


@rule("assumed: saturating reports")
def reported(good_endings_per_person, briefings):
    """Benefits reported, saturating in the good endings remembered: g / (g + scale)."""
    return good_endings_per_person / (good_endings_per_person + briefings.value_scale)


@rule("assumed: value is seen by those who are current")
def visible_value(mean_currency, benefits):
    """Visible value: mean currency of leaders times reported benefits."""
    return mean_currency * benefits
