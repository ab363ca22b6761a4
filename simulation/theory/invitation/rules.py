"""Leader action 3: encourage and invite, share a vision, recognise, make time."""

from ..rules import rule


@rule("assumed: an invitation persuades when it is believed")
def persuasion(talk, credibility, message, invitation):
    """An invitation persuades through talk that is believed, its message and its reach.

    T C message reach / reference.
    """
    return talk * credibility * message * invitation.reach / invitation.reach_reference


@rule("assumed: a message is its vision, its fit and its benefits")
def message(vision, alignment, value, invitation):
    """The message is a shared vision that fits the strategy, and benefits that can be told of.

    (1/2 + vision) alignment (1 - w + w V / reference).
    """
    weight = invitation.value_weight
    told = 1.0 - weight + weight * value / invitation.value_reference
    return (0.5 + vision) * alignment * told


@rule("assumed: a vision is shared by talking of it")
def vision_after(vision, talk, invitation):
    """A shared vision follows leaders' talk, up to how clear it is, and fades without.

    v + rate (clarity min(1, T / reference) - v).
    """
    shared = invitation.vision * min(1.0, talk / invitation.vision_talk)
    return vision + invitation.vision_rate * (shared - vision)


@rule("assumed: leaders who act fit the message to the strategy")
def alignment_after(alignment, action, invitation):
    """Leaders who act fit the message to the strategy again: a + rate A (1 - a)."""
    return alignment + invitation.realignment * action * (1.0 - alignment)


@rule("duflo2003; assumed: linear in recognition")
def visibility(invitation):
    """Recognition makes adopters visible: o = v + (1 - v) R."""
    return invitation.visibility + (1.0 - invitation.visibility) * invitation.recognition


@rule("assumed: recognition keeps people in")
def recognition_relief(invitation):
    """Recognition lowers dropout: 1 - relief R."""
    return 1.0 - invitation.recognition_retention * invitation.recognition


@rule("assumed: time is the scarce good")
def contact_quality(mentees, invitation):
    """A mentor's hours are shared among the mentees: min(1, hours / mentees / full contact)."""
    return min(1.0, invitation.mentor_hours / max(mentees, 1.0) / invitation.full_contact)


@rule("assumed: time is the scarce good")
def contact_hours(mentees, invitation):
    """Hours a month that one mentee gets: min(full contact, hours / mentees)."""
    return min(invitation.full_contact, invitation.mentor_hours / max(mentees, 1.0))


@rule("assumed: time is the scarce good")
def visits_possible(hours_wanted, invitation):
    """Share of the wanted visits that fit into a leader's hours: min(1, budget / wanted)."""
    return min(1.0, invitation.leader_hours / max(hours_wanted, 1e-9))
