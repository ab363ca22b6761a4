"""Leader action 2: be committed in talk and action; what people make of it."""

from ..rules import rule


@rule("schweitzer2006; assumed: linear in credibility")
def expected_action(credibility, talk, expectation):
    """People expect what leaders say as far as they believe them, else what they are used to.

    C T + (1 - C) E.
    """
    return credibility * talk + (1.0 - credibility) * expectation


@rule("assumed: small shortfalls pass unnoticed")
def disappointment(expected, action, commitment):
    """Disappointment is the shortfall of action beyond a tolerance: max(0, expected - A - t)."""
    return max(0.0, expected - action - commitment.tolerance)


@rule("schweitzer2006; assumed: size")
def forgiven(surprise, deceit, commitment):
    """Who says openly that they fall short is spared part of the disappointment.

    d (1 - forgiveness (1 - deceit)).
    """
    return surprise * (1.0 - commitment.forgiveness * (1.0 - deceit))


@rule("schweitzer2006; assumed: rates")
def credibility_change(credibility, ceiling, action, surprise, weight, commitment):
    """Action seen earns credibility slowly, disappointment costs it fast.

    f [gain A (Cmax - C) - loss surprise C].
    """
    earned = commitment.gain * action * (ceiling - credibility)
    return weight * (earned - commitment.loss * surprise * credibility)


@rule("assumed: adaptive expectations")
def expectation_change(expectation, action, commitment):
    """Expectations follow the action seen: rate (A - E)."""
    return commitment.expectation_rate * (action - expectation)


@rule("assumed: memory fades to the prior")
def credibility_drift(credibility, commitment):
    """Without news, credibility drifts back to the prior: drift (C0 - C)."""
    return commitment.drift * (commitment.prior - credibility)


@rule("schweitzer2006")
def ceiling_after(ceiling, surprise, weight, commitment):
    """A promise visibly broken lowers the most credibility that can be regained.

    Cmax (1 - scar f), not below the floor, if the disappointment exceeds the cut.
    """
    if surprise <= commitment.broken_promise:
        return ceiling
    return max(ceiling * (1.0 - commitment.scar * weight), min(ceiling, commitment.scar_floor))


@rule("assumed: a new leader starts half clean")
def ceiling_with_new_leader(ceiling, part, commitment):
    """A change of leader takes part of the scar away, by its part in what is seen of leaders.

    Cmax + relief part (1 - Cmax).
    """
    return ceiling + commitment.scar_relief * part * (1.0 - ceiling)


@rule("kannan2012; assumed: words weigh less than deeds")
def shown_by_top(chief_talk, chief_action, top_talk, top_action, commitment):
    """The top shows the mean of deeds and words of the chief and of the others of the top team.

    c s0 + (1 - c) s1 with s = (A + w T) / (1 + w).
    """
    words = commitment.trust_talk
    chief = (chief_action + words * chief_talk) / (1.0 + words)
    others = (top_action + words * top_talk) / (1.0 + words)
    return commitment.trust_chief * chief + (1.0 - commitment.trust_chief) * others


@rule("assumed: trust follows what is shown")
def trust_after(trust, shown, commitment):
    """Trust in the top moves toward what the top shows: V + rate (shown - V)."""
    return trust + commitment.trust_rate * (shown - trust)


@rule("assumed: talk trickles down")
def talk_after(talk, boss_talk, action, relay, commitment):
    """A leader repeats part of the boss's talk (the top team: all) and else talks as it acts.

    T + rate (relay T_boss + (1 - relay) A - T).
    """
    said = relay * boss_talk + (1.0 - relay) * action
    return talk + commitment.talk_rate * (said - talk)
