"""What everybody sees of leaders, and what people make of it.

There are three channels: the boss, the boss's boss and the top team. Of the last two only
what the leaders between relay is seen. Somebody who is led by an empty seat, or hears nothing
through it, looks at that channel with chance 0: one loop serves everybody.
"""

from __future__ import annotations

from ..machine import chance
from ..machine.compiled import compiled
from ..machine.tiles import counts, held, keep, load, numbers, pick, spread, words
from ..theory import draws
from ..theory.commitment import rules as commitment_rules
from ..theory.invitation import rules as invitation_rules
from ..theory.presence import rules as presence_rules
from ..theory.role_models import rules as role_model_rules
from .posts import leads


@compiled(inline=True)
def witness(mind, talk, action, deceit, noticed, weight, p):
    """Return what becomes of credibility, expectation and ceiling at the sight of a channel.

    Only where a promise was broken, and not in an honest failure, does it leave a scar.
    """
    credibility, expectation, ceiling = mind
    commitment = p.commitment
    action = presence_rules.perceived_action(action, noticed, p.presence)
    expected = commitment_rules.expected_action(credibility, talk, expectation)
    surprise = commitment_rules.disappointment(expected, action, commitment)
    surprise = commitment_rules.forgiven(surprise, deceit, commitment)
    change = commitment_rules.credibility_change(
        credibility, ceiling, action, surprise, weight, commitment
    )
    return (
        min(1.0, max(0.0, credibility + change)),
        expectation + commitment_rules.expectation_change(expectation, action, commitment),
        commitment_rules.ceiling_after(ceiling, surprise * deceit, weight, commitment),
    )


@compiled(inline=True)
def face(mind, seen, luck, channel, visits, missed, weight, step, p):
    """Let somebody be visited through a channel, or not, and look, or not.

    ``luck`` is the draws for looking and for a visit; ``channel`` the chances of both, talk,
    action and whether too little of it is a broken promise. Returns the mind, the step of the
    last visit, and what a visit counted.
    """
    sight, call = luck
    chance_to_look, chance_of_visit, talk, action, deceit = channel
    visited = presence_rules.visit_value(call, chance_of_visit, p.presence)
    seen = step if visited > 0.0 else seen
    noticed = presence_rules.absence_noticed(step - seen, visits, missed)
    credibility, expectation, ceiling = witness(mind, talk, action, deceit, noticed, weight, p)
    looks = sight < chance_to_look
    mind = (
        credibility if looks else mind[0],
        expectation if looks else mind[1],
        ceiling if looks else mind[2],
    )
    return mind, seen, visited


@compiled
def perceive_reports(state, p, run_key, step):
    """Let the chief, who has nobody above, see what the leaders right below show, in place.

    An empty seat is no leader, as it is to those below it.
    """
    seats, people = state.seats, state.people
    if not seats.occupied[0]:
        return
    talk = action = deceit = 0.0
    count = 0
    for i in range(seats.team_start[0], seats.team_start[0] + seats.team_size[0]):
        if seats.team_size[i] > 0 and leads(state, i):
            talk += seats.shown_talk[i]
            action += seats.shown_action[i]
            deceit += seats.deceit[i]
            count += 1
    month = 1 + int((step - 1) // p.run.steps_per_month)
    look = chance.bits(chance.stream(run_key, month, draws.OBSERVATION), people.identity[0])
    mind = (people.credibility[0], people.expectation[0], people.ceiling[0])
    if count > 0 and chance.uniform_low(look) < p.commitment.observe_boss:
        mind = witness(
            mind,
            talk / count,
            action / count,
            deceit / count,
            False,
            p.commitment.weight_boss,
            p,
        )
    believed = mind[0] + commitment_rules.credibility_drift(mind[0], p.commitment)
    people.credibility[0], people.expectation[0], people.ceiling[0] = believed, mind[1], mind[2]
    people.persuasion[0] = invitation_rules.persuasion(
        talk / max(count, 1), believed, state.programme.message, p.invitation
    )


@compiled(inline=True)
def channels(state, p, t, of_boss, of_upper, top_look, heard):
    """Fill buffers with what the leaders above tile ``t``'s people show them, in place."""
    seats, tiles, programme, commitment = state.seats, state.tiles, state.programme, p.commitment
    boss_look, boss_visit, boss_talk, boss_action, boss_deceit = of_boss
    upper_look, upper_visit, upper_talk, upper_action, upper_deceit = of_upper
    total = max(commitment.weight_boss + commitment.weight_upper + commitment.weight_top, 1e-9)
    begin, leader = tiles.begin[t], tiles.first_boss[t]
    row, end = begin, begin + tiles.size[t]
    while row < end:
        boss = state.leaders[leader]
        upper = seats.boss[boss]
        after = min(seats.team_start[boss] + seats.team_size[boss], end)
        first, last = row - begin, after - begin
        led, led_above = leads(state, boss), upper >= 0 and leads(state, upper)
        relayed = not led or role_model_rules.relays(seats.shown_action[boss], p.role_models)
        passes = seats.open_line[boss] == 1 and programme.top_count > 0
        talk = seats.shown_talk[boss] if led else 0.0
        above = seats.shown_talk[upper] if led_above else 0.0
        spread(boss_look, first, last, commitment.observe_boss if led else 0.0)
        spread(boss_visit, first, last, seats.visit[boss] if led else 0.0)
        spread(boss_talk, first, last, talk)
        spread(boss_action, first, last, seats.shown_action[boss])
        spread(boss_deceit, first, last, seats.deceit[boss])
        spread(upper_look, first, last, commitment.observe_upper if led_above and relayed else 0.0)
        spread(upper_visit, first, last, seats.visit_upper[upper] if led_above else 0.0)
        spread(upper_talk, first, last, above)
        spread(upper_action, first, last, seats.shown_action[upper] if led_above else 0.0)
        spread(upper_deceit, first, last, seats.deceit[upper] if led_above else 1.0)
        spread(top_look, first, last, commitment.observe_top if passes else 0.0)
        said = commitment.weight_boss * talk
        said += commitment.weight_upper * above if relayed else 0.0
        said += commitment.weight_top * programme.top_talk if passes else 0.0
        spread(heard, first, last, said / total)
        row, leader = after, leader + 1


@compiled(inline=True)
def recall(people, begin, size, mind):
    """Fill buffers with what some people, from row ``begin`` on, think of leaders so far."""
    end = begin + size
    load(people.credibility[begin:end], size, mind[0])
    load(people.expectation[begin:end], size, mind[1])
    load(people.ceiling[begin:end], size, mind[2])


@compiled
def perceive(state, p, run_key, step, t):
    """Let tile ``t``'s people see, or miss, the three channels and conclude from it, in place."""
    p = held(p)
    if state.tiles.level[t] == 0:
        perceive_reports(state, p, run_key, step)
        return  # the chief has nobody above
    people, presence, commitment = state.people, p.presence, p.commitment
    begin, size = state.tiles.begin[t], state.tiles.size[t]
    end = begin + size
    # What is seen is drawn by the month: shorter steps spread its effect.
    month = 1 + int((step - 1) // p.run.steps_per_month)
    look, visit, who = words(), words(), people.identity[begin:end]
    chance.draw(chance.stream(run_key, month, draws.OBSERVATION), who, size, look)
    chance.draw(chance.stream(run_key, month, draws.VISIT), who, size, visit)
    boss = (numbers(), numbers(), numbers(), numbers(), numbers())
    upper = (numbers(), numbers(), numbers(), numbers(), numbers())
    top_look, heard, company = numbers(), numbers(), numbers()
    channels(state, p, t, boss, upper, top_look, heard)
    mind = (numbers(), numbers(), numbers())
    seen_boss, seen_upper = counts(), counts()
    recall(people, begin, size, mind)
    load(people.seen_boss[begin:end], size, seen_boss)
    load(people.seen_upper[begin:end], size, seen_upper)
    missed = presence_rules.visits_missed(presence)
    for k in range(size):
        now = (mind[0][k], mind[1][k], mind[2][k])
        luck = (chance.uniform_low(look[k]), chance.uniform_low(visit[k]))
        channel = (boss[0][k], boss[1][k], boss[2][k], boss[3][k], boss[4][k])
        now, seen_boss[k], visited = face(
            now,
            seen_boss[k],
            luck,
            channel,
            presence.visits_boss,
            missed,
            commitment.weight_boss,
            step,
            p,
        )
        company[k] = commitment.weight_boss * visited
        luck = (chance.uniform_middle(look[k]), chance.uniform_middle(visit[k]))
        channel = (upper[0][k], upper[1][k], upper[2][k], upper[3][k], upper[4][k])
        often, weight = presence.visits_upper, commitment.weight_upper
        now, seen_upper[k], visited = face(
            now, seen_upper[k], luck, channel, often, missed, weight, step, p
        )
        company[k] += weight * visited
        mind[0][k], mind[1][k], mind[2][k] = now
    here = state.seats.occupied[begin:end]
    keep(people.seen_boss[begin:end], here, size, seen_boss)
    keep(people.seen_upper[begin:end], here, size, seen_upper)
    face_top(state, p, t, look, visit, top_look, missed, mind, company, step)
    conclude(state, p, t, mind, company, heard)


@compiled(inline=True)
def face_top(state, p, t, look, visit, top_look, missed, mind, company, step):
    """Let tile ``t``'s people face the top team, in place; few see it in a month.

    So it is cheaper to work out what they make of it for those few alone.
    """
    programme, presence, weight = state.programme, p.presence, p.commitment.weight_top
    begin, size = state.tiles.begin[t], state.tiles.size[t]
    end = begin + size
    chance_of_visit = 0.0
    if programme.top_count > 0:
        chance_of_visit = presence_rules.visit_probability(
            presence.visits_top / p.run.dt, programme.top_presence
        )
    seen, sight, rows = counts(), numbers(), counts()
    load(state.people.seen_top[begin:end], size, seen)
    for k in range(size):
        call = chance.uniform_high(visit[k])
        visited = presence_rules.visit_value(call, chance_of_visit, presence)
        seen[k] = step if visited > 0.0 else seen[k]
        company[k] += weight * visited
        sight[k] = chance.uniform_high(look[k])
    for j in range(pick(sight, top_look, 0, size, rows)):
        k = rows[j]
        noticed = presence_rules.absence_noticed(step - seen[k], presence.visits_top, missed)
        now = (mind[0][k], mind[1][k], mind[2][k])
        mind[0][k], mind[1][k], mind[2][k] = witness(
            now,
            programme.top_talk,
            programme.top_action,
            programme.top_deceit,
            noticed,
            weight,
            p,
        )
    keep(state.people.seen_top[begin:end], state.seats.occupied[begin:end], size, seen)


@compiled(inline=True)
def conclude(state, p, t, mind, company, heard):
    """Let tile ``t``'s people draw the conclusions: belief, presence, persuasion, in place."""
    people, here = state.people, state.seats.occupied
    begin, size = state.tiles.begin[t], state.tiles.size[t]
    end = begin + size
    here, message = here[begin:end], state.programme.message
    belief, persuasion, credibility = numbers(), numbers(), mind[0]
    load(people.presence[begin:end], size, belief)
    for k in range(size):
        believed = credibility[k]
        believed = believed + commitment_rules.credibility_drift(believed, p.commitment)
        credibility[k] = believed
        belief[k] = presence_rules.belief_after(belief[k], company[k], p.presence)
        persuasion[k] = invitation_rules.persuasion(heard[k], believed, message, p.invitation)
    keep(people.credibility[begin:end], here, size, credibility)
    keep(people.expectation[begin:end], here, size, mind[1])
    keep(people.ceiling[begin:end], here, size, mind[2])
    keep(people.presence[begin:end], here, size, belief)
    keep(people.persuasion[begin:end], here, size, persuasion)
