"""Knowledge and visible value: currency fades, briefings renew it."""

from __future__ import annotations

from ..machine import chance
from ..machine.compiled import compiled
from ..theory import draws
from ..theory.briefings import rules as briefing_rules
from .posts import leads_posts


@compiled
def keep_current(state, p, run_key, step, row):
    """Let currency fade and, when a briefing is due, reach leaders with it, in place."""
    seats, people, programme = state.seats, state.people, state.programme
    briefings = p.briefings
    kept = briefing_rules.currency_kept(briefings)
    worth = 0.0
    interval = briefings.interval
    if interval > 0.0 and programme.alive > 0.0 and step >= programme.last_briefing + interval:
        late = step >= programme.last_briefing + 2.0 * interval
        programme.last_briefing = step if late else programme.last_briefing + interval
        if someone_in_post(state, p):
            per_year = 12.0 / (interval * p.run.dt)
            worth = briefing_rules.content(programme.benefits, briefings)
            worth *= briefing_rules.freshness(per_year, briefings)
            row.money += p.costs.briefing
    stream = chance.stream(run_key, step, draws.BRIEFING)
    total, most, count = 0.0, 0.0, 0
    for i in state.leaders:
        people.currency[i] *= kept  # under an empty seat, too, what was known fades
        most = max(most, people.currency[i])
        if not seats.occupied[i]:
            continue
        if worth > 0.0:
            u = chance.uniform(chance.bits(stream, people.identity[i]))
            if u < briefings.reach:
                people.currency[i] += briefing_rules.briefing_gain(
                    people.credibility[i], people.currency[i], worth, briefings
                )
                most = max(most, people.currency[i])
                row.leader_hours += briefings.hours
        total += people.currency[i]
        count += 1
    programme.most_currency = most
    programme.endings = programme.endings * briefing_rules.benefits_kept(briefings)
    programme.endings += programme.completed / max(programme.headcount, 1.0)
    programme.completed = 0.0
    programme.benefits = briefing_rules.reported(programme.endings, briefings)
    programme.visible_value = briefing_rules.visible_value(
        total / max(count, 1), programme.benefits
    )


@compiled
def someone_in_post(state, p):
    """Return whether any mentoring lead is in post."""
    for k in range(leads_posts(state, p)):
        if state.leads[k].vacant_until < 0.0:
            return True
    return False
