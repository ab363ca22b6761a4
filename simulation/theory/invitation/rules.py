"""Leader action 3: encourage and invite, share a vision, recognise, make time."""

from ..rules import rule


@rule("assumed: an invitation persuades when it is believed")
def persuasion(talk, credibility, invitation):
    """An invitation persuades through talk that is believed, a clear vision and its reach.

    T C (1/2 + vision) reach / reference.
    """
    clear = 0.5 + invitation.vision
    return talk * credibility * clear * invitation.reach / invitation.reach_reference


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
