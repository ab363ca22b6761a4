"""Who sits where: the first population, exits, vacancy chains, hiring, moves.

Everything here works in place on a :class:`state.State`. Draws are addressed by the
person concerned, so that what happens to one seat cannot shift the luck of another.
"""

from __future__ import annotations

import math

from ..machine import chance
from ..machine.compiled import U64, compiled, logarithm
from ..machine.tiles import SLACK, held, numbers, pick
from ..theory import draws
from ..theory.commitment import rules as commitment_rules
from ..theory.succession import rules as succession_rules
from ..theory.turnover import rules as turnover_rules
from .state import HIRE, MOST_MENTEES, MOVE, NEVER, START


@compiled
def waiting_steps(u, mean):
    """Return a whole number of steps, at least 1, memoryless with the given mean."""
    if mean <= 1.0:
        return 1
    return max(1, int(math.ceil(logarithm(u) / logarithm(1.0 - 1.0 / mean))))


@compiled
def _bounded(mean, spread, u):
    return min(1.0, max(0.0, mean + spread * chance.normal(u)))


@compiled
def _threshold(state, p, i, u):
    law = p.adoption.threshold_law
    if law == 3.0:
        return state.thresholds[i % len(state.thresholds)]
    if law == 2.0:
        return p.adoption.threshold_mean + p.adoption.threshold_spread * chance.normal(u)
    if law == 1.0:
        return p.adoption.threshold_mean + p.adoption.threshold_spread * (2.0 * u - 1.0)
    return p.adoption.threshold_mean


@compiled
def lasting_traits(p, run_key, who):
    """Return a person's inclination to leave and lasting mood, as its identity determines."""
    stream = chance.stream(run_key, 0, draws.TRAITS)
    frailty = chance.normal(chance.uniform(chance.bits(stream, who)))
    moods = chance.bits(stream, chance.mix(chance.mix(who)))
    stable = p.engagement.stable_sd * chance.normal(chance.uniform_low(moods))
    return turnover_rules.frailty(frailty, p.turnover), stable


@compiled
def give_traits(state, p, run_key, i):
    """Give the person in seat ``i`` the traits that its identity determines, in place."""
    people = state.people
    stream = chance.stream(run_key, 0, draws.TRAITS)
    who = U64(people.identity[i])
    people.frailty[i], people.stable[i] = lasting_traits(p, run_key, who)
    more = chance.bits(stream, chance.mix(who))
    people.volunteer[i] = chance.uniform_low(more)
    people.threshold[i] = _threshold(state, p, i, chance.uniform_middle(more))
    set_disposition(state, p, run_key, i)
    moods = chance.bits(stream, chance.mix(chance.mix(who)))
    mood = chance.normal(chance.uniform_middle(moods))
    people.transient[i] = p.engagement.transient_sd * mood


@compiled
def set_disposition(state, p, run_key, i):
    """Set what the person in seat ``i`` is disposed to do, in place.

    The person decides how far from the mean; the top team is chosen around the lever.
    """
    model, who = p.role_models, U64(state.people.identity[i])
    stream = chance.stream(run_key, 0, draws.TRAITS)
    u = chance.uniform_high(chance.bits(stream, chance.mix(who)))
    top = state.seats.level[i] < p.commitment.top_levels
    mean = p.commitment.action if top else model.disposition
    state.people.disposition[i] = _bounded(mean, model.disposition_sd, u)


@compiled
def reset(state, i, occasion, step):
    """Set the columns of the person in seat ``i`` that an occasion resets, in place."""
    people, resets = state.people, state.resets.numbers
    numbers = people.numbers.shape[0]
    for k in range(numbers):
        value = resets[k, occasion]
        if value == value:
            people.numbers[k, i] = step if value == math.inf else value
    for k in range(people.counts.shape[0]):
        value = resets[numbers + k, occasion]
        if value == value:
            people.counts[k, i] = step if value == math.inf else int(value)


@compiled
def start_afresh(state, i, occasion, step):
    """Clear what a person of seat ``i`` brings from nowhere: history and relationships."""
    reset(state, i, occasion, step)
    for slot in range(MOST_MENTEES):
        state.mentees[i, slot] = -1


@compiled
def unlink(state, mentee):
    """End the relationship of a mentee, in place, on both sides."""
    people = state.people
    mentor = people.mentor[mentee]
    for slot in range(MOST_MENTEES):
        if state.mentees[mentor, slot] == mentee:
            state.mentees[mentor, slot] = -1
    people.load[mentor] -= 1
    people.mentor[mentee] = -1
    people.formal[mentee] = 0
    people.poor[mentee] = 0


@compiled
def link(state, mentee, mentor):
    """Begin a relationship, in place, on both sides; the mentor must have a free slot."""
    people = state.people
    for slot in range(MOST_MENTEES):
        if state.mentees[mentor, slot] < 0:
            state.mentees[mentor, slot] = mentee
            break
    people.load[mentor] += 1
    people.mentor[mentee] = mentor


@compiled
def leave(state, p, run_key, i, step):
    """Empty seat ``i``, in place: relationships end and are felt, the vacancy begins."""
    people = state.people
    if people.mentor[i] >= 0:
        unlink(state, i)
    for slot in range(MOST_MENTEES):
        mentee = state.mentees[i, slot]
        if mentee >= 0:
            unlink(state, mentee)
            people.transient[mentee] += p.engagement.mentor_loss
    people.waiting[i] = NEVER
    state.programme.left += 1.0
    open_vacancy(state, p, run_key, i, step)


@compiled
def open_vacancy(state, p, run_key, i, step):
    """Mark seat ``i`` vacant and draw for how long, in place."""
    seats, people = state.seats, state.people
    seats.occupied[i] = 0
    seats.legacy_talk[i] = people.talk[i]
    seats.legacy_action[i] = people.action[i]
    stream = chance.stream(run_key, step, draws.VACANCY)
    u = chance.uniform(chance.bits(stream, people.identity[i]))
    mean = p.succession.leader_vacancy if seats.team_size[i] > 0 else p.turnover.vacancy
    seats.vacant_until[i] = step + waiting_steps(u, mean)
    if i == 0:
        programme = state.programme
        programme.chief_left = step
        planned = p.succession.plan > 0.5
        months = p.succession.chief_vacancy_plan if planned else p.succession.chief_vacancy
        if programme.chief_vacancy >= 0.0:
            months = programme.chief_vacancy
        seats.vacant_until[0] = step + max(1, int(round(months)))


@compiled
def relocate(state, source, target):
    """Move the person of seat ``source`` into the empty seat ``target``, in place."""
    seats, people = state.seats, state.people
    for quantity in range(people.numbers.shape[0]):
        people.numbers[quantity, target] = people.numbers[quantity, source]
    for quantity in range(people.counts.shape[0]):
        people.counts[quantity, target] = people.counts[quantity, source]
    people.identity[target] = people.identity[source]
    for slot in range(MOST_MENTEES):
        mentee = state.mentees[source, slot]
        state.mentees[target, slot] = mentee
        state.mentees[source, slot] = -1
        if mentee >= 0:
            people.mentor[mentee] = target
    mentor = people.mentor[target]
    if mentor >= 0:
        for slot in range(MOST_MENTEES):
            if state.mentees[mentor, slot] == source:
                state.mentees[mentor, slot] = target
    people.mentor[source] = -1
    people.load[source] = 0
    people.waiting[source] = NEVER
    seats.occupied[target] = 1


@compiled
def promote(state, p, run_key, source, target, step):
    """Fill seat ``target`` with the person of seat ``source``, whose seat falls vacant."""
    relocate(state, source, target)
    reset(state, target, MOVE, step)
    open_vacancy(state, p, run_key, source, step)


@compiled
def _ownership_of_newcomer(state, p, boss):
    return (1.0 - p.turnover.newcomer_prior) * state.seats.team_ownership[boss]


@compiled
def hire(state, p, run_key, i, step):
    """Fill seat ``i`` with somebody from outside, in place."""
    seats, people = state.seats, state.people
    people.identity[i] = chance.identity(i, seats.generation[i])
    seats.generation[i] += 1
    seats.occupied[i] = 1
    give_traits(state, p, run_key, i)
    start_afresh(state, i, HIRE, step)
    boss = max(seats.boss[i], 0)
    prior = p.commitment.prior
    people.credibility[i] = turnover_rules.newcomer_credibility(
        prior, seats.team_credibility[boss], p.turnover
    )
    people.ownership[i] = _ownership_of_newcomer(state, p, boss)
    people.action[i] = people.disposition[i]
    people.talk[i] = people.disposition[i]
    people.engagement[i] = people.stable[i] + people.transient[i]
    stream = chance.stream(run_key, 0, draws.ARRIVAL)
    u = chance.uniform(chance.bits(stream, people.identity[i]))
    people.adopter[i] = 1 if u < p.adoption.newcomers else 0


@compiled
def draw_style(state, p, run_key, i):
    """Renew the style of the team led from seat ``i``, in place: leader and team decide."""
    stream = chance.stream(run_key, i, draws.STYLE)
    noise = chance.normal(chance.uniform(chance.bits(stream, state.people.identity[i])))
    state.seats.style[i] = p.engagement.style_sd * noise


@compiled
def chief_talk(state, p, run_key):
    """Return how much the present chief is inclined to talk of mentoring, around the lever."""
    stream = chance.stream(run_key, 1, draws.CHIEF)
    u = chance.uniform_low(chance.bits(stream, state.people.identity[0]))
    return _bounded(p.commitment.talk, p.role_models.disposition_sd, u)


@compiled
def take_office(state, p, run_key, i, inside, step):
    """Let the new holder of leader seat ``i`` begin, in place: style, legacy, scars, visits."""
    seats, people = state.seats, state.people
    draw_style(state, p, run_key, i)
    set_disposition(state, p, run_key, i)
    own = people.disposition[i]
    people.action[i] = succession_rules.successor_action(
        seats.legacy_action[i], own, inside, p.succession
    )
    if i == 0:
        own = chief_talk(state, p, run_key)
    people.talk[i] = succession_rules.successor_action(
        seats.legacy_talk[i], own, inside, p.succession
    )
    first = seats.team_start[i]
    for report in range(first, first + seats.team_size[i]):
        people.seen_boss[report] = step
        people.ceiling[report] = commitment_rules.ceiling_with_new_leader(
            people.ceiling[report], p.commitment
        )


@compiled
def _best_report(state, run_key, i, step):
    """Return the report of seat ``i`` whom chance promotes, or -1 when there is none."""
    seats, best, highest = state.seats, -1, 0.0
    stream = chance.stream(run_key, step, draws.PROMOTION)
    for report in range(seats.team_start[i], seats.team_start[i] + seats.team_size[i]):
        if seats.occupied[report]:
            u = chance.uniform(chance.bits(stream, state.people.identity[report]))
            if u > highest:
                best, highest = report, u
    return best


@compiled
def _wants_inside(state, p, run_key, i, step):
    programme, succession = state.programme, p.succession
    stream = chance.stream(run_key, step, draws.CHIEF)
    u = chance.uniform(chance.bits(stream, U64(i)))
    if i > 0:
        return u < succession.leader_inside
    if programme.chief_successor > 0.0:
        return programme.chief_successor == 1.0
    planned = succession.plan > 0.5
    return u < (succession.chief_inside_plan if planned else succession.chief_inside)


@compiled
def fill_seat(state, p, run_key, i, step, row):
    """Fill vacant seat ``i`` from the team or from outside, in place, unless hiring is frozen."""
    seats = state.seats
    leads = seats.team_size[i] > 0
    candidate = -1
    if leads and _wants_inside(state, p, run_key, i, step):
        candidate = _best_report(state, run_key, i, step)
    if candidate >= 0:
        promote(state, p, run_key, candidate, i, step)
        row.promotions += 1.0
    elif step < state.programme.freeze_until:
        return
    else:
        hire(state, p, run_key, i, step)
        row.hires += 1.0
    if leads:
        take_office(state, p, run_key, i, candidate >= 0, step)
        row.successions += 1.0
    if i == 0:
        state.programme.chief_successor = 0.0
        state.programme.chief_vacancy = -1.0


@compiled
def fill_vacancies(state, p, run_key, step, row):
    """Fill the seats whose vacancy is over, from the top down, in place."""
    seats, tiles = state.seats, state.tiles
    for t in range(len(tiles.begin)):
        begin = tiles.begin[t]
        for i in state.scratch.rows[begin : begin + tiles.found[t]]:
            if not seats.occupied[i] and not seats.closed[i] and seats.vacant_until[i] <= step:
                fill_seat(state, p, run_key, i, step, row)


@compiled
def _exit_hazards(state, p, i, step):
    """Return the voluntary and the involuntary hazard of the person in seat ``i``."""
    seats, people = state.seats, state.people
    if i == 0:
        return p.succession.chief_exit, 0.0
    tenure = (step - people.arrived[i]) * p.run.dt
    factor = turnover_rules.tenure_factor(tenure, p.turnover)
    hazard = turnover_rules.voluntary_hazard(
        factor, people.frailty[i], people.engagement[i], p.turnover
    )
    holding = turnover_rules.holding_factor(
        seats.team_size[i] > 0, people.mentor[i] >= 0, people.load[i] > 0, p.turnover
    )
    return hazard * holding, p.turnover.involuntary


@compiled(inline=True)
def most_exits(arrived, frailty, engagement, holding, step, p):
    """Return what the hazard of leaving cannot exceed.

    1 + x + x^2 is above exp(x) for x from 0 to 1.5; beyond that the bound is none.
    """
    turnover = p.turnover
    x = max(0.0, -turnover.engagement_effect * engagement)
    factor = turnover_rules.tenure_factor((step - arrived) * p.run.dt, turnover)
    voluntary = turnover.voluntary * factor * frailty * (1.0 + x + x * x) * holding
    return SLACK * (voluntary + turnover.involuntary) if x <= 1.5 else 1.0


@compiled
def find_leavers(state, p, run_key, step, t):
    """List the rows of tile ``t`` that may be left in this step, and the empty ones, in place.

    Nearly everybody's draw is beyond what any hazard can be.
    """
    p = held(p)
    people, tiles, turnover = state.people, state.tiles, p.turnover
    begin, size = tiles.begin[t], tiles.size[t]
    end = begin + size
    here, who = state.seats.occupied[begin:end], people.identity[begin:end]
    arrived, frailty = people.arrived[begin:end], people.frailty[begin:end]
    engagement = people.engagement[begin:end]
    holding = max(1.0, turnover.leader_factor)
    holding *= max(1.0, turnover.mentee_factor) * max(1.0, turnover.mentor_factor)
    draw, bound = numbers(), numbers()
    stream = chance.stream(run_key, step, draws.EXIT)
    for k in range(size):
        draw[k] = chance.uniform(chance.bits(stream, who[k]))
    for k in range(size):
        bound[k] = most_exits(arrived[k], frailty[k], engagement[k], holding, step, p)
    for k in range(size):
        bound[k] = bound[k] if here[k] else 1.0
    if tiles.level[t] == 0:
        bound[0] = 1.0  # a chief's hazard is another
    tiles.found[t] = pick(draw, bound, begin, size, state.scratch.rows[begin:end])


@compiled
def draw_exits(state, p, run_key, step, row):
    """Let people leave by last month's circumstances, in place."""
    seats, people, tiles = state.seats, state.people, state.tiles
    stream = chance.stream(run_key, step, draws.EXIT)
    for t in range(len(tiles.begin)):
        begin = tiles.begin[t]
        for i in state.scratch.rows[begin : begin + tiles.found[t]]:
            if not seats.occupied[i]:
                continue
            voluntary, involuntary = _exit_hazards(state, p, i, step)
            u = chance.uniform(chance.bits(stream, people.identity[i]))
            # -ln(1 - u) is the hazard that the person bears this step; it is at least u.
            if u >= voluntary + involuntary:
                continue
            borne = -logarithm(1.0 - u)
            if borne < voluntary + involuntary:
                leave(state, p, run_key, i, step)
                row.exits += 1.0
                row.voluntary_exits += 1.0 if borne < voluntary else 0.0


@compiled
def _history(state, p, run_key, i, start):
    """Give seat ``i`` the holder that its history of hiring before the start left there.

    Each holder stays for a time drawn from the tenure-dependent hazard, at average mood.
    """
    people, turnover, dt = state.people, p.turnover, p.run.dt
    stream = chance.stream(run_key, 0, draws.TENURE)
    clock = start - turnover.history
    generation = 0
    while True:
        people.identity[i] = chance.identity(i, generation)
        generation += 1
        frailty, stable = lasting_traits(p, run_key, people.identity[i])
        lasting = turnover_rules.voluntary_hazard(1.0, frailty, stable, turnover)
        borne = -logarithm(chance.uniform(chance.bits(stream, people.identity[i])))
        stay = 0.0
        for year_end, tenure in ((12.0, 0.0), (36.0, 12.0), (1e9, 36.0)):
            factor = turnover_rules.tenure_factor(tenure, turnover)
            hazard = max(lasting * factor + turnover.involuntary, 1e-9)
            span = (year_end - tenure) / dt
            if borne <= hazard * span:
                stay += borne / hazard
                break
            borne -= hazard * span
            stay += span
        if clock + stay >= start or stay > 1e8:
            break
        clock += stay
    give_traits(state, p, run_key, i)
    state.seats.generation[i] = generation
    return int(math.floor(clock))


@compiled
def populate(state, p, run_key, t):
    """Seat the first population of tile ``t``, in place: people, tenures, traits, who practises."""
    seats, people, tiles = state.seats, state.people, state.tiles
    stream = chance.stream(run_key, 0, draws.ARRIVAL)
    for i in range(tiles.begin[t], tiles.begin[t] + tiles.size[t]):
        seats.occupied[i] = 1
        seats.cap_talk_until[i] = NEVER
        seats.cap_action_until[i] = NEVER
        arrived = _history(state, p, run_key, i, 0)
        start_afresh(state, i, START, 0)
        if seats.known_tenure[i] >= 0.0:  # a chart's hire date; NaN compares false
            arrived = -int(round(seats.known_tenure[i] / p.run.dt))
        people.arrived[i] = arrived
        people.in_post[i] = arrived
        u = chance.uniform(chance.bits(stream, people.identity[i]))
        people.adopter[i] = 1 if u < p.adoption.initial else 0
        if seats.team_size[i] > 0:
            draw_style(state, p, run_key, i)
