"""Posts that somebody leaves and is followed in: handovers, mentoring leads, the sponsor.

What a departure is like belongs to the scenario, or to the event that causes it: how long it
was announced, whether both overlap, whether an interim stands in, whether a successor was
named, and why it happens. It is the same for leaders, mentoring leads and the sponsor.
"""

from __future__ import annotations

import typing

import numpy as np

from ..machine import chance
from ..machine.compiled import U64, compiled
from ..theory import draws
from ..theory.adoption import rules as adoption_rules
from ..theory.events import Departure
from ..theory.succession import rules as succession_rules
from ..theory.turnover import rules as turnover_rules

_FIELDS = Departure.model_fields
_MANNERS = typing.get_args(_FIELDS["manner"].annotation)
_ORIGINS = typing.get_args(_FIELDS["successor"].annotation)
RETIRED = _MANNERS.index("retired")
POACHED = _MANNERS.index("poached")
DISMISSED = _MANNERS.index("dismissed")
INSIDE = _ORIGINS.index("inside")
OUTSIDE = _ORIGINS.index("outside")


@compiled(inline=True)
def given(value, usual):
    """Return what an event says, or what is usual where it says nothing."""
    return value if value == value else usual


@compiled(inline=True)
def as_usual(p):
    """Return a handover as the scenario has it.

    Notice and overlap in steps, the interim's share, whether a successor is named, why the
    holder leaves, and the vacancy in steps (below 0: as usual).
    """
    s = p.succession
    return s.notice, s.overlap, s.interim, s.named, 0.0, -1.0


@compiled(inline=True)
def as_said(p, event):
    """Return a handover as an event has it, else as the scenario: see :func:`as_usual`."""
    s = p.succession
    return (
        given(event.notice, s.notice),
        given(event.overlap, s.overlap),
        given(event.interim, s.interim),
        given(event.named, s.named),
        event.manner,
        event.vacancy,
    )


@compiled(inline=True)
def leads(state, i):
    """Return whether anybody leads from a seat: its holder, or an interim."""
    return state.seats.occupied[i] == 1 or state.posts.interim[state.seats.post[i]] > 0.0


@compiled(inline=True)
def leads_posts(state, p):
    """Return how many posts of mentoring leads there are: at most what there is room for."""
    return min(len(state.leads), int(p.succession.leads))


@compiled
def expect(state, post, event):
    """Note what an event says of the next holder of a post, in place."""
    posts = state.posts
    posts.next_talk[post], posts.next_action[post] = event.successor_talk, event.successor_action
    posts.next_from[post] = int(event.successor)
    posts.next_experience[post] = int(event.experience)


@compiled
def settle(posts, post):
    """Forget what was said of the next holder of a post, in place: that is the present one."""
    posts.next_talk[post] = posts.next_action[post] = np.nan
    posts.next_from[post] = posts.next_experience[post] = posts.overlap[post] = 0
    posts.held_talk[post] = posts.held_action[post] = 0
    posts.interim[post] = 0.0


@compiled
def part(state, p, post, action, handover, step):
    """Let the holder of a post part from it, in place: what is felt of it, and who stands in.

    ``action`` is what the holder was inclined to.
    """
    notice, overlap, interim, named, manner, _ = handover
    posts, succession = state.posts, p.succession
    felt = succession_rules.relief(notice, named > 0.5, succession)
    followed = felt * turnover_rules.followers(action, p.role_models.disposition, p.turnover)
    if manner == RETIRED:
        felt *= succession.retired
        followed *= succession.retired
    elif manner == POACHED:
        followed *= succession.poached
    elif manner == DISMISSED:
        felt *= succession.dismissed
    posts.strength[post], posts.excess[post] = felt, followed
    posts.left[post] = step
    posts.interim[post], posts.overlap[post] = interim, int(round(overlap))


@compiled(inline=True)
def vacancy(usual, least, handover):
    """Return for how many steps a post is empty: none with an overlap, less after notice."""
    notice, overlap, _, _, _, said = handover
    steps = said if said >= 0.0 else max(usual - notice, min(usual, least))
    return 0 if overlap > 0.0 else int(round(steps))


@compiled
def succeed_leads(state, p, run_key, step, row):
    """Let mentoring leads leave and be replaced, in place; return how many are effective."""
    programme, succession, first = state.programme, p.succession, len(state.leaders)
    leaving = chance.stream(run_key, step, draws.LEADS)
    covered, present = 0.0, 0
    for k in range(leads_posts(state, p)):
        lead = state.leads[k]
        draw = chance.bits(leaving, U64(k))
        stays = chance.uniform_low(draw) >= adoption_rules.chance(succession.lead_exit)
        if lead.vacant_until < 0.0 and not stays:
            lead_leaves(state, p, run_key, k, as_usual(p), p.succession.plan_overlap, step)
        if 0.0 <= lead.vacant_until <= step:
            appoint_lead(state, p, k, draw, step)
        if lead.vacant_until < 0.0:
            ready = succession_rules.unready(False, succession) if lead.experienced else 1.0
            lead.effective = succession_rules.effectiveness(
                (step - lead.since) * ready, lead.inside > 0.5, succession
            )
            covered += lead.effective * lead.action
            present += 1
        else:
            covered += state.posts.interim[first + k] * lead.action
    if present == 0:
        row.months_without_lead += p.run.dt
    row.money += p.costs.lead * present * p.run.dt * programme.alive
    return covered


@compiled
def chosen(state, p, post, draw):
    """Return the action that the next lead or sponsor brings, from around the lever."""
    spread = p.role_models.disposition_sd * chance.normal(chance.uniform_middle(draw))
    return min(1.0, max(0.0, state.posts.action[post] + spread))


@compiled
def brought(state, post, predecessor, drawn, inside, succession):
    """Return the action of a post's next holder: as an event says, the lever too, or as drawn."""
    said = state.posts.next_action[post]
    if said == said:
        state.posts.action[post] = said
        return said
    return succession_rules.successor_action(predecessor, drawn, inside, succession)


@compiled
def appoint_lead(state, p, k, draw, step):
    """Fill the post of mentoring lead ``k`` from the bench or from outside, in place."""
    programme, lead, posts = state.programme, state.leads[k], state.posts
    post = len(state.leaders) + k
    inside = posts.next_from[post] == INSIDE
    if programme.bench >= 1.0 and not inside and posts.next_from[post] != OUTSIDE:
        inside = True
        programme.bench -= 1.0
    drawn = chosen(state, p, post, draw)
    lead.action = brought(state, post, lead.action, drawn, inside, p.succession)
    lead.inside = 1.0 if inside else 0.0
    lead.experienced = 1.0 if posts.next_experience[post] == 1 else 0.0
    lead.since = step - posts.overlap[post]
    lead.vacant_until = -1.0
    settle(posts, post)


@compiled
def succeed_sponsor(state, p, run_key, step):
    """Let the sponsor leave and be replaced, in place; return the sponsor's action."""
    programme, succession, posts = state.programme, p.succession, state.posts
    post = len(posts.left) - 1
    draw = chance.bits(chance.stream(run_key, step, draws.SPONSOR), U64(0))
    recent = (step - programme.chief_left) * p.run.dt < 12.0
    hazard = succession_rules.sponsor_hazard(recent, p.run.dt, succession)
    leaves = chance.uniform_low(draw) < adoption_rules.chance(hazard)
    if programme.sponsor_vacant_until < 0.0 and leaves:
        sponsor_leaves(state, p, as_usual(p), step)
    if programme.sponsor_vacant_until > step:
        return posts.interim[post] * programme.sponsor_action
    if programme.sponsor_vacant_until >= 0.0:
        inside = posts.next_from[post] == INSIDE
        drawn = chosen(state, p, post, draw)
        programme.sponsor_action = brought(
            state, post, programme.sponsor_action, drawn, inside, succession
        )
        programme.sponsor_since = step - posts.overlap[post]
        programme.sponsor_inside = 1.0 if inside else 0.0
        programme.sponsor_vacant_until = -1.0
        settle(posts, post)
    ramp = succession_rules.effectiveness(
        step - programme.sponsor_since, programme.sponsor_inside > 0.5, succession
    )
    return programme.sponsor_action * ramp


@compiled
def lead_leaves(state, p, run_key, k, handover, planned, step):
    """Empty the post of mentoring lead ``k``, in place, and draw how it will be refilled.

    A bench refills it at once, each of its people one post; a plan that works hands it over
    while both are there, for ``planned`` steps.
    """
    succession, lead, post = p.succession, state.leads[k], len(state.leaders) + k
    stream = chance.stream(run_key, step, draws.LEADS)
    draw = chance.bits(stream, U64(100 + k))
    works = chance.uniform_low(draw) < succession_rules.refill_chance(succession)
    usual = succession.refill_quick if works else succession.refill_slow
    part(state, p, post, lead.action, handover, step)
    if works and succession.plan > 0.5:
        usual = 0.0
        overlap = state.posts.overlap
        overlap[post] = max(overlap[post], int(round(planned)))
    if state.programme.bench >= 1.0 and state.posts.next_from[post] != OUTSIDE:
        usual = 0.0
        state.programme.bench -= 1.0
        state.posts.next_from[post] = INSIDE
    lead.vacant_until = step + vacancy(usual, 0.0, handover)
    lead.effective = 0.0


@compiled
def sponsor_leaves(state, p, handover, step):
    """Empty the sponsor's post, in place."""
    programme, post = state.programme, len(state.posts.left) - 1
    part(state, p, post, programme.sponsor_action, handover, step)
    programme.sponsor_vacant_until = step + vacancy(p.succession.sponsor_vacancy, 1.0, handover)
