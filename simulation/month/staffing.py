"""Who sits where: the first population, exits, vacancy chains, hiring, moves.

Everything here works in place on a :class:`state.State`. Draws are addressed by the
person concerned, so that what happens to one seat cannot shift the luck of another.
"""

from __future__ import annotations

import math

from ..machine import chance
from ..machine.compiled import U64, compiled, logarithm
from ..machine.tiles import SLACK, TILE, counts, held, numbers, pad, pick, words
from ..theory import draws
from ..theory.commitment import rules as commitment_rules
from ..theory.engagement import rules as engagement_rules
from ..theory.succession import rules as succession_rules
from ..theory.turnover import rules as turnover_rules
from .posts import INSIDE, as_usual, given, part, settle, vacancy
from .state import HIRE, MOST_MENTEES, MOVE, NEVER, START
from .teams import of_boss


@compiled
def waiting_steps(u, mean):
    """Return a whole number of steps, at least 1, memoryless with the given mean."""
    if mean <= 1.0:
        return 1
    return max(1, int(math.ceil(logarithm(u) / logarithm(1.0 - 1.0 / mean))))


@compiled
def give_traits(state, p, run_key, rows, size):
    """Give the people in some seats the traits that their identities determine, in place."""
    fixed, people = held(p), state.people
    who, luck, noise = words(), words(), numbers()
    for j in range(size):
        who[j] = people.identity[rows[j]]
    stream = chance.stream(run_key, 0, draws.TRAITS)
    lasting, mood = numbers(), numbers()
    lasting_traits(fixed, stream, who, size, noise, lasting)
    for j in range(size):
        people.frailty[rows[j]], people.stable[rows[j]] = noise[j], lasting[j]
    for j in range(size):
        luck[j] = chance.bits(stream, chance.mix(chance.mix(who[j])))
    for j in range(size):
        mood[j] = chance.uniform_middle(luck[j])
    chance.to_normals(mood, size)
    for j in range(size):
        people.transient[rows[j]] = fixed.engagement.transient_sd * mood[j]
    for j in range(size):
        luck[j] = chance.bits(stream, chance.mix(who[j]))
    for j in range(size):
        people.volunteer[rows[j]] = chance.uniform_low(luck[j])
    set_thresholds(state, fixed, rows, luck, size)
    set_dispositions(state, fixed, run_key, rows, size)


@compiled(inline=True)
def lasting_traits(p, stream, who, size, frailty, stable):
    """Fill buffers with some people's inclination to leave and lasting mood, in place."""
    chance.draw_normals(stream, who, size, frailty)
    for j in range(size):
        frailty[j] = turnover_rules.frailty(frailty[j], p.turnover)
    for j in range(size):
        stable[j] = chance.uniform_low(chance.bits(stream, chance.mix(chance.mix(who[j]))))
    chance.to_normals(stable, size)
    for j in range(size):
        stable[j] = p.engagement.stable_sd * stable[j]


@compiled
def set_thresholds(state, p, rows, luck, size):
    """Set how many adopting peers make each of some people adopt, in place."""
    adoption, threshold = p.adoption, state.people.threshold
    noise = numbers()
    for j in range(size):
        noise[j] = chance.uniform_middle(luck[j])
    if adoption.threshold_law == 2.0:
        chance.to_normals(noise, size)
    for j in range(size):
        i = rows[j]
        if adoption.threshold_law == 3.0:
            threshold[i] = state.thresholds[i % len(state.thresholds)]
        elif adoption.threshold_law == 2.0:
            threshold[i] = adoption.threshold_mean + adoption.threshold_spread * noise[j]
        elif adoption.threshold_law == 1.0:
            evenly = 2.0 * noise[j] - 1.0
            threshold[i] = adoption.threshold_mean + adoption.threshold_spread * evenly
        else:
            threshold[i] = adoption.threshold_mean


@compiled
def set_dispositions(state, p, run_key, rows, size):
    """Set what the people in some seats are disposed to do, in place.

    The person decides how far from the mean; leaders are chosen around what their post is.
    """
    model, people = p.role_models, state.people
    stream, noise = chance.stream(run_key, 0, draws.TRAITS), numbers()
    for j in range(size):
        who = people.identity[rows[j]]
        noise[j] = chance.uniform_high(chance.bits(stream, chance.mix(who)))
    chance.to_normals(noise, size)
    for j in range(size):
        post = state.seats.post[rows[j]]
        top = state.seats.level[rows[j]] < p.commitment.top_levels
        mean = p.commitment.action if top else model.disposition
        mean = state.posts.action[post] if post >= 0 else mean
        people.disposition[rows[j]] = min(1.0, max(0.0, mean + model.disposition_sd * noise[j]))


@compiled
def reset(state, rows, size, occasion, step):
    """Set the columns of the people in some seats that an occasion resets, in place."""
    people, resets = state.people, state.resets.numbers
    numbers = people.numbers.shape[0]
    for k in range(numbers):
        value = resets[k, occasion]
        if value == value:
            value = float(step) if value == math.inf else value
            for j in range(size):
                people.numbers[k, rows[j]] = value
    for k in range(people.counts.shape[0]):
        value = resets[numbers + k, occasion]
        if value == value:
            whole = step if value == math.inf else int(value)
            for j in range(size):
                people.counts[k, rows[j]] = whole


@compiled
def start_afresh(state, rows, size, occasion, step):
    """Clear what people bring from nowhere: history and relationships, in place."""
    reset(state, rows, size, occasion, step)
    for j in range(size):
        for slot in range(MOST_MENTEES):
            state.mentees[rows[j], slot] = -1


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
def leave(state, p, run_key, i, step, handover):
    """Empty seat ``i``, in place: relationships end and are felt, the vacancy begins.

    ``handover`` says what the departure of a leader is like (``posts.as_usual``).
    """
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
    open_vacancy(state, p, run_key, i, step, handover, 0.0)


@compiled
def open_vacancy(state, p, run_key, i, step, handover, least):
    """Mark seat ``i`` vacant and draw for how long, at least so many steps, in place."""
    seats, people = state.seats, state.people
    seats.occupied[i] = 0
    seats.legacy_talk[i] = people.talk[i]
    seats.legacy_action[i] = people.action[i]
    stream = chance.stream(run_key, step, draws.VACANCY)
    u = chance.uniform(chance.bits(stream, people.identity[i]))
    if seats.team_size[i] == 0:
        seats.vacant_until[i] = step + waiting_steps(u, p.turnover.vacancy)
        return
    usual = float(waiting_steps(u, p.succession.leader_vacancy))
    if i == 0:
        state.programme.chief_left = step
        planned = p.succession.plan > 0.5
        usual = p.succession.chief_vacancy_plan if planned else p.succession.chief_vacancy
        usual = max(1.0, usual)
    part(state, p, seats.post[i], people.action[i], handover, step)
    seats.vacant_until[i] = step + max(vacancy(usual, 1.0, handover), int(least))


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
    led = state.seats.team_size[source] > 0
    relocate(state, source, target)
    rows = counts()
    rows[0] = target
    reset(state, rows, 1, MOVE, step)
    if led:
        state.people.experienced[target] = 1
    open_vacancy(state, p, run_key, source, step, as_usual(p), 1.0)


@compiled
def hire(state, p, run_key, rows, size, step):
    """Fill some seats with people from outside, in place; at most a tile's."""
    seats, people = state.seats, state.people
    for j in range(size):
        i = rows[j]
        people.identity[i] = chance.identity(i, seats.generation[i])
        seats.generation[i] += 1
        seats.occupied[i] = 1
    give_traits(state, p, run_key, rows, size)
    start_afresh(state, rows, size, HIRE, step)
    stream = chance.stream(run_key, 0, draws.ARRIVAL)
    for j in range(size):
        i = rows[j]
        boss = max(seats.boss[i], 0)
        people.credibility[i] = turnover_rules.newcomer_credibility(
            p.commitment.prior, seats.team_credibility[boss], p.turnover
        )
        people.ownership[i] = (1.0 - p.turnover.newcomer_prior) * seats.team_ownership[boss]
        people.action[i] = people.disposition[i]
        people.talk[i] = people.disposition[i]
        people.engagement[i] = people.stable[i] + people.transient[i]
        u = chance.uniform(chance.bits(stream, people.identity[i]))
        people.adopter[i] = 1 if u < p.adoption.newcomers else 0
        people.experienced[i] = 1 if seats.team_size[i] > 0 and has_led(state, p, run_key, i) else 0


@compiled
def has_led(state, p, run_key, i):
    """Return whether the leader hired into seat ``i`` has led before."""
    stream = chance.stream(run_key, 1, draws.CHIEF)
    u = chance.uniform_middle(chance.bits(stream, state.people.identity[i]))
    return u < p.succession.experienced_outside


@compiled
def draw_style(state, p, run_key, i):
    """Renew the style of the team led from seat ``i``, in place: leader and team decide."""
    who = state.people.identity[i]
    stream = chance.stream(run_key, i, draws.STYLE)
    noise = chance.normal(chance.uniform(chance.bits(stream, who)))
    stream = chance.stream(run_key, 0, draws.TRAITS)
    disposed = chance.normal(chance.uniform_high(chance.bits(stream, chance.mix(who))))
    state.seats.style[i] = engagement_rules.team_style(disposed, noise, p.engagement)


@compiled
def chief_talk(state, p, run_key):
    """Return how much the present chief is inclined to talk of mentoring, around the lever."""
    stream = chance.stream(run_key, 1, draws.CHIEF)
    u = chance.uniform_low(chance.bits(stream, state.people.identity[0]))
    talk = state.posts.talk[0] + p.role_models.disposition_sd * chance.normal(u)
    return min(1.0, max(0.0, talk))


@compiled
def take_office(state, p, run_key, i, inside, step):
    """Let the new holder of leader seat ``i`` begin, in place: style, legacy, scars, visits."""
    seats, people, posts = state.seats, state.people, state.posts
    post = seats.post[i]
    draw_style(state, p, run_key, i)
    rows = counts()
    rows[0] = i
    set_dispositions(state, p, run_key, rows, 1)
    commit(state, p, run_key, i, inside)
    if posts.next_experience[post] > 0:
        people.experienced[i] = 1 if posts.next_experience[post] == 1 else 0
    posts.excess[post] *= succession_rules.unready(people.experienced[i] == 1, p.succession)
    people.in_post[i] = step - posts.overlap[post]
    settle(posts, post)
    first = seats.team_start[i]
    for report in range(first, first + seats.team_size[i]):
        people.seen_boss[report] = step
    relieve(state, p, i)


@compiled
def commit(state, p, run_key, i, inside):
    """Set what the new holder of leader seat ``i`` says and does of mentoring, in place.

    What an event says of the next holder is brought whole, and whoever follows is chosen
    around it: the chief's example goes for the top team.
    """
    seats, people, posts, post = state.seats, state.people, state.posts, state.seats.post[i]
    people.action[i] = succession_rules.successor_action(
        seats.legacy_action[i], people.disposition[i], inside, p.succession
    )
    own = chief_talk(state, p, run_key) if i == 0 else people.disposition[i]
    people.talk[i] = succession_rules.successor_action(
        seats.legacy_talk[i], own, inside, p.succession
    )
    talk, action = posts.next_talk[post], posts.next_action[post]
    if action == action:
        people.action[i] = people.disposition[i] = posts.action[post] = action
    if talk == talk:
        people.talk[i] = posts.talk[post] = talk
    if i > 0:
        return
    for other in state.leaders:
        if seats.level[other] < p.commitment.top_levels:
            posts.action[seats.post[other]] = given(action, posts.action[seats.post[other]])
            posts.talk[seats.post[other]] = given(talk, posts.talk[seats.post[other]])


@compiled
def relieve(state, p, i):
    """Take part of the scars away from those who see the new leader of seat ``i``, in place.

    By the part that the leader has in what they see of leaders, beside the own boss's.
    """
    seats, commitment = state.seats, p.commitment
    full = max(commitment.weight_boss, 1e-9)
    for report in range(seats.team_start[i], seats.team_start[i] + seats.team_size[i]):
        relieve_one(state, p, report, 1.0)
        for below in range(
            seats.team_start[report], seats.team_start[report] + seats.team_size[report]
        ):
            relieve_one(state, p, below, min(1.0, commitment.weight_upper / full))
    if seats.level[i] >= commitment.top_levels:
        return
    top = 0
    for leader in state.leaders:
        top += 1 if seats.level[leader] < commitment.top_levels else 0
    for other in range(len(seats.boss)):
        relieve_one(state, p, other, min(1.0, commitment.weight_top / full) / top)


@compiled(inline=True)
def relieve_one(state, p, i, part):
    """Take part of the scar away from person ``i``, in place."""
    state.people.ceiling[i] = commitment_rules.ceiling_with_new_leader(
        state.people.ceiling[i], part, p.commitment
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
def _wants_inside(state, p, run_key, i):
    succession, posts, post = p.succession, state.posts, state.seats.post[i]
    if posts.next_from[post] > 0:
        return posts.next_from[post] == INSIDE
    # Drawn by when the seat fell vacant: a search that is held up is the same search.
    stream = chance.stream(run_key, posts.left[post], draws.CHIEF)
    u = chance.uniform(chance.bits(stream, U64(i)))
    if i > 0:
        return u < succession.leader_inside
    planned = succession.plan > 0.5
    return u < (succession.chief_inside_plan if planned else succession.chief_inside)


@compiled
def fill_post(state, p, run_key, i, step, row):
    """Fill a leader's vacant seat from the team or from outside, unless hiring is frozen."""
    candidate = -1
    if _wants_inside(state, p, run_key, i):
        candidate = _best_report(state, run_key, i, step)
    if candidate >= 0:
        promote(state, p, run_key, candidate, i, step)
        row.promotions += 1.0
    elif step < state.programme.freeze_until:
        return
    else:
        rows = counts()
        rows[0] = i
        hire(state, p, run_key, rows, 1, step)
        row.hires += 1.0
    take_office(state, p, run_key, i, candidate >= 0, step)
    row.successions += 1.0


@compiled
def fill_vacancies(state, p, run_key, step, row):
    """Fill the seats whose vacancy is over, in place: leaders' from the top down, then the rest.

    Nobody is promoted into a seat without reports, and nobody who comes there now could have
    been promoted before: those seats are filled many at a time.
    """
    seats, tiles, rows = state.seats, state.tiles, counts()
    frozen = step < state.programme.freeze_until
    for t in range(len(tiles.begin)):
        begin = tiles.begin[t]
        for i in state.scratch.rows[begin : begin + tiles.found[t]]:
            if seats.team_size[i] > 0 and _is_due(state, i, step):
                fill_post(state, p, run_key, i, step, row)
    size = 0
    for t in range(len(tiles.begin)):
        begin = tiles.begin[t]
        for i in state.scratch.rows[begin : begin + tiles.found[t]]:
            if seats.team_size[i] == 0 and not frozen and _is_due(state, i, step):
                rows[size] = i
                size += 1
                if size == TILE:
                    hire(state, p, run_key, rows, size, step)
                    row.hires += size
                    size = 0
    hire(state, p, run_key, rows, size, step)
    row.hires += size


@compiled(inline=True)
def _is_due(state, i, step):
    seats = state.seats
    return not seats.occupied[i] and not seats.closed[i] and seats.vacant_until[i] <= step


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
def follow_leaders(state, p, step, row):
    """Set how much likelier teams are to leave whose leader left of late, in place."""
    seats, posts = state.seats, state.posts
    for i in state.leaders:
        post = seats.post[i]
        recent = step - posts.left[post] <= p.turnover.follow_months
        seats.following[i] = 1.0 + posts.excess[post] if recent else 1.0
        if seats.following[i] > 1.0:
            row.team_months += seats.team_present[i] * p.run.dt


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
    following, rows = numbers(), counts()
    following[0] = 1.0
    if tiles.level[t] > 0:
        of_boss(state, t, state.seats.following, following)
    for k in range(size):
        bound[k] = most_exits(
            arrived[k], frailty[k], engagement[k], holding * following[k], step, p
        )
    for k in range(size):
        bound[k] = bound[k] if here[k] else 1.0
    if tiles.level[t] == 0:
        bound[0] = 1.0  # a chief's hazard is another
    weigh_leaving(state, p, step, t, pick(draw, bound, 0, size, rows), rows, draw)


@compiled(inline=True)
def weigh_leaving(state, p, step, t, found, rows, draw):
    """Set the hazards of so many rows found in tile ``t``, and what their draws bear, in place."""
    people, tiles, turnover = state.people, state.tiles, p.turnover
    begin = tiles.begin[t]
    end = begin + tiles.size[t]
    arrived, frailty = people.arrived[begin:end], people.frailty[begin:end]
    engagement = people.engagement[begin:end]
    hazard, borne, padded = state.scratch.place[begin:], state.scratch.position[begin:], pad(found)
    some_draw, some_frailty, some_mood, factor = numbers(), numbers(), numbers(), numbers()
    for j in range(found, padded):
        some_draw[j] = 0.5
        some_frailty[j] = some_mood[j] = factor[j] = 0.0
    for j in range(found):
        k = rows[j]
        some_draw[j], some_frailty[j], some_mood[j] = draw[k], frailty[k], engagement[k]
        factor[j] = turnover_rules.tenure_factor((step - arrived[k]) * p.run.dt, turnover)
        state.scratch.rows[begin + j] = begin + k
    for j in range(padded):
        some_draw[j] = -logarithm(1.0 - some_draw[j])
    for j in range(padded):
        some_mood[j] = turnover_rules.voluntary_hazard(
            factor[j], some_frailty[j], some_mood[j], turnover
        )
    for j in range(found):
        borne[j], hazard[j] = some_draw[j], some_mood[j]
    tiles.found[t] = found


@compiled
def draw_exits(state, p, run_key, step, row):
    """Let people leave by last month's circumstances, in place.

    -ln(1 - u) is the hazard that a person bears this step.
    """
    seats, people, tiles, scratch = state.seats, state.people, state.tiles, state.scratch
    usual = as_usual(p)
    for t in range(len(tiles.begin)):
        for j in range(tiles.begin[t], tiles.begin[t] + tiles.found[t]):
            i = scratch.rows[j]
            if not seats.occupied[i]:
                continue
            holding = turnover_rules.holding_factor(
                seats.team_size[i] > 0, people.mentor[i] >= 0, people.load[i] > 0, p.turnover
            )
            follows = seats.following[seats.boss[i]] if i > 0 else 1.0
            voluntary, involuntary = scratch.place[j] * holding * follows, p.turnover.involuntary
            if i == 0:
                voluntary, involuntary = p.succession.chief_exit, 0.0
            borne = scratch.position[j]
            if borne < voluntary + involuntary:
                leave(state, p, run_key, i, step, usual)
                row.exits += 1.0
                row.voluntary_exits += 1.0 if borne < voluntary else 0.0
                row.team_exits += 1.0 if borne < voluntary and follows > 1.0 else 0.0


@compiled
def _stay(borne, lasting, dt, turnover):
    """Return for how many steps somebody stays who bears so much hazard in all."""
    stay = 0.0
    for end, tenure in ((12.0, 0.0), (36.0, 12.0), (1e9, 36.0)):
        factor = turnover_rules.tenure_factor(tenure, turnover)
        hazard = max(lasting * factor + turnover.involuntary, 1e-9)
        span = (end - tenure) / dt
        if borne <= hazard * span:
            return stay + borne / hazard
        borne -= hazard * span
        stay += span
    return stay


@compiled
def _history(state, p, run_key, begin, size, arrived):
    """Give a tile's seats the holders that hiring before the start left there, in place.

    Each holder stays for a time drawn from the tenure-dependent hazard, at average mood; the
    seats whose holder had left again by the start go on to the next.
    """
    fixed, people, seats = held(p), state.people, state.seats
    traits = chance.stream(run_key, 0, draws.TRAITS)
    tenures = chance.stream(run_key, 0, draws.TENURE)
    clock, frailty, stable, stay = numbers(), numbers(), numbers(), numbers()
    rows, who = counts(), words()
    for k in range(size):
        rows[k], clock[k], seats.generation[begin + k] = k, -p.turnover.history, 0
    left = size
    while left > 0:
        for j in range(left):
            i = begin + rows[j]
            who[j] = chance.identity(i, seats.generation[i])
        lasting_traits(fixed, traits, who, left, frailty, stable)
        for j in range(left):
            stable[j] = turnover_rules.voluntary_hazard(1.0, frailty[j], stable[j], fixed.turnover)
        for j in range(left):
            stay[j] = -logarithm(chance.uniform(chance.bits(tenures, who[j])))
        for j in range(left):
            stay[j] = _stay(stay[j], stable[j], fixed.run.dt, fixed.turnover)
        again = 0
        for j in range(left):
            k = rows[j]
            people.identity[begin + k] = who[j]
            seats.generation[begin + k] += 1
            if clock[k] + stay[j] >= 0.0 or stay[j] > 1e8:
                arrived[k] = int(math.floor(clock[k]))
            else:
                clock[k] += stay[j]
                rows[again] = k
                again += 1
        left = again


@compiled
def populate(state, p, run_key, t):
    """Seat the first population of tile ``t``, in place: people, tenures, traits, who practises."""
    seats, people, tiles = state.seats, state.people, state.tiles
    begin, size = tiles.begin[t], tiles.size[t]
    rows, arrived = counts(), counts()
    for k in range(size):
        rows[k] = begin + k
    _history(state, p, run_key, begin, size, arrived)
    give_traits(state, p, run_key, rows, size)
    start_afresh(state, rows, size, START, 0)
    stream = chance.stream(run_key, 0, draws.ARRIVAL)
    for k in range(size):
        i = rows[k]
        seats.occupied[i] = 1
        seats.cap_talk_until[i] = NEVER
        seats.cap_action_until[i] = NEVER
        if seats.known_tenure[i] >= 0.0:  # a chart's hire date; NaN compares false
            arrived[k] = -int(round(seats.known_tenure[i] / p.run.dt))
        people.arrived[i] = arrived[k]
        people.in_post[i] = arrived[k]
        u = chance.uniform(chance.bits(stream, people.identity[i]))
        people.adopter[i] = 1 if u < p.adoption.initial else 0
        people.experienced[i] = 1 if seats.team_size[i] > 0 else 0
        if seats.team_size[i] > 0:
            draw_style(state, p, run_key, i)
