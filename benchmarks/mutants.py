"""What the quick tests are worth: single faults, seeded one at a time, and who notices.

Each fault replaces one text, which must occur exactly once in its room of the package, in a
copy of the repository in a temporary folder; nothing here is changed in place. The quick tests
then run on the copy in stages, cheapest first, until one fails. The pinned run
(``tests/test_pinned.py``) is left out: it notices whatever moves, right or wrong, and so says
nothing about what is checked.
``--pinned`` runs it on the survivors, as a note only. ``--verification`` also runs the limit
cases (``mentoring verify``) on every fault, whether the quick tests have noticed it or not (the
three that take minutes only if they have not): they switch most of the model off, so that they
notice fewer, but without knowing what was written::

    python benchmarks/mutants.py --keep verdicts.jsonl --out results/mutants
    python benchmarks/mutants.py --verification --jobs 2
    python benchmarks/mutants.py --only "scar relief missing" --jobs 1

``--keep`` writes each verdict to a file at once, and takes from it what an earlier run has
written of the same fault; only faults that nobody had noticed are tried again, so that a run
goes on where it was ended, or where a test was added.

What the tests of rules, of single steps and of the month written twice find takes seconds, as
plain Python; for the rest the model is compiled anew, in about a minute a fault. The exit code
is 1 when fewer than 28 of 30 faults (93 %) are caught.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
#: Share of the faults that the quick tests must catch.
ENOUGH = 28 / 30
#: What the tests need of the repository.
NEEDED = (
    "simulation",
    "scenarios",
    "tests",
    "pyproject.toml",
    "references.bib",
    "README.md",
    "MODEL.md",
)
PACKAGE = "simulation"
RULES, MONTH = "theory", "month"
#: What the plain month of the tests calls too: comparing both says nothing of it.
ONCE = ("month/changes.py", "month/events.py", "month/posts.py")


class Fault(NamedTuple):
    """One fault: its name and kind, the room of ``simulation/`` it is in, old and new text."""

    name: str
    kind: str
    room: str
    old: str
    new: str


class Stage(NamedTuple):
    """Tests that run together: name, files, seconds allowed, whether code compiles, which."""

    name: str
    files: tuple[str, ...]
    timeout: float
    compiled: bool
    only: str = ""
    marks: str = ""


class Verdict(NamedTuple):
    """What became of a fault: the stage and first failing test (empty: survived), seconds.

    ``verification`` is the first limit case that fails, empty when all hold or none was run.
    """

    fault: Fault
    stage: str
    test: str
    seconds: float
    verification: str = ""


STAGES = (
    Stage("rules", ("test_rules.py",), 120.0, False),
    Stage("steps", ("test_bounds.py", "test_engine.py"), 180.0, False, "test_bounds or one_step"),
    Stage("twice", ("test_plain_month.py",), 240.0, False),
    Stage(
        "runs",
        (
            "test_handovers.py",
            "test_events.py",
            "test_twin_worlds.py",
            "test_engine.py",
            "test_acts.py",
        ),
        600.0,
        True,
    ),
    Stage("theory", ("test_theory.py",), 600.0, True),
)
LIMITS = (
    Stage("limit cases", ("test_theory.py",), 600.0, True, "limit_case"),
    Stage("slow limit cases", ("test_theory.py",), 1800.0, True, "limit_case", "slow"),
)
PINNED = Stage("pinned", ("test_pinned.py",), 600.0, True)

FAULTS = (
    # ------------------------------------------------------------------------- the rules
    Fault(
        "belief the wrong way round",
        "swapped weights",
        RULES,
        "credibility * talk + (1.0 - credibility) * expectation",
        "(1.0 - credibility) * talk + credibility * expectation",
    ),
    Fault(
        "expectation rate sign",
        "sign",
        RULES,
        "expectation_rate * (action - expectation)",
        "expectation_rate * (expectation - action)",
    ),
    Fault(
        "scars below the floor",
        "missing bound",
        RULES,
        "max(ceiling * (1.0 - commitment.scar * weight), min(ceiling, commitment.scar_floor))",
        "ceiling * (1.0 - commitment.scar * weight)",
    ),
    Fault(
        "reach forgotten",
        "forgotten multiplier",
        RULES,
        "talk * credibility * message * invitation.reach / invitation.reach_reference",
        "talk * credibility * message",
    ),
    Fault(
        "absence noticed too soon",
        "comparison",
        RULES,
        "return visits * steps > missed",
        "return visits * steps < missed",
    ),
    Fault(
        "example owned without belief",
        "forgotten multiplier",
        RULES,
        "boss_action * credibility) / 3.0",
        "boss_action) / 3.0",
    ),
    Fault(
        "people counted for knowledge",
        "wrong resource",
        RULES,
        "max(human, floor), max(knowledge, floor)",
        "max(human, floor), max(human, floor)",
    ),
    Fault(
        "layers beyond enough protect more",
        "missing bound",
        RULES,
        "return min(1.0, owning / wanted) if",
        "return owning / wanted if",
    ),
    Fault(
        "ramps swapped",
        "swapped parameters",
        RULES,
        "succession.ramp_inside if inside else succession.ramp_outside",
        "succession.ramp_outside if inside else succession.ramp_inside",
    ),
    Fault(
        "sponsor's hazard a year for a month",
        "rate",
        RULES,
        "yearly * months_per_step / 12.0",
        "yearly * months_per_step",
    ),
    Fault(
        "the cut itself blocks",
        "comparison",
        RULES,
        "return action >= role_models.cut",
        "return action > role_models.cut",
    ),
    Fault(
        "chances for odds",
        "forgotten divisor",
        RULES,
        "role_models.volunteer_odds * willing / (1.0 - willing)",
        "role_models.volunteer_odds * willing",
    ),
    Fault(
        "half-life to the base e",
        "base",
        RULES,
        "exponential(-0.6931471805599453 / briefings.half_life)",
        "exponential(-1.0 / briefings.half_life)",
    ),
    Fault(
        "fatigue refreshes",
        "sign of exponent",
        RULES,
        "power(4.0 / per_year, briefings.fatigue)",
        "power(4.0 / per_year, -briefings.fatigue)",
    ),
    Fault(
        "dropout without floor",
        "missing bound",
        RULES,
        "adoption.credibility_reference / max(credibility, floor)",
        "adoption.credibility_reference / max(credibility, 1e-9)",
    ),
    Fault(
        "campaign forgotten",
        "forgotten multiplier",
        RULES,
        "adoption.persuasion_weight * campaign * persuasion",
        "adoption.persuasion_weight * persuasion",
    ),
    Fault(
        "competence spoils matches",
        "sign",
        RULES,
        "relationships.poor * (1.0 - better)",
        "relationships.poor * (1.0 + better)",
    ),
    Fault(
        "vacancy not felt",
        "vacancy ignored",
        RULES,
        "engagement.vacant_boss if boss_vacant else engagement.new_boss * disturbance",
        "engagement.new_boss * disturbance",
    ),
    Fault(
        "third year counted late",
        "comparison",
        RULES,
        "tenure_months < 36.0",
        "tenure_months <= 36.0",
    ),
    # -------------------------------------------------------------------------- the month
    Fault(
        "briefings before perception",
        "order of events",
        MONTH,
        "    for t in tiles_of(state, crew, member):\n"
        "        perceive(state, p, run_key, step, t)\n        own(state, p, t)\n"
        "    if alone(gate, crew, member):\n"
        "        keep_current(state, p, run_key, step, row)\n",
        "        keep_current(state, p, run_key, step, row)\n"
        "    for t in tiles_of(state, crew, member):\n"
        "        perceive(state, p, run_key, step, t)\n        own(state, p, t)\n",
    ),
    Fault(
        "peers seen in the same month",
        "order of events",
        MONTH,
        "        keep_current(state, p, run_key, step, row)\n",
        "        keep_current(state, p, run_key, step, row)\n        sum_up(state, row)\n",
    ),
    Fault(
        "boss taken for boss's boss",
        "wrong person",
        MONTH,
        "upper = seats.boss[boss]",
        "upper = boss",
    ),
    Fault(
        "top team's talk at the upper weight",
        "channel weight",
        MONTH,
        "commitment.weight_top * programme.top_talk",
        "commitment.weight_upper * programme.top_talk",
    ),
    Fault(
        "one level too many at the top",
        "comparison",
        MONTH,
        "if seats.level[i] >= p.commitment.top_levels:\n            break",
        "if seats.level[i] > p.commitment.top_levels:\n            break",
    ),
    Fault(
        "oneself among one's peers",
        "off by one",
        MONTH,
        "weights += peers.team * (seats.team_present[boss] - seats.counted[i])",
        "weights += peers.team * seats.team_present[boss]",
    ),
    Fault(
        "ownership of an empty team",
        "nobody counted",
        MONTH,
        "    if present > 0:\n        seats.team_ownership[i] = ownership / present\n",
        "    seats.team_ownership[i] = ownership / max(present, 1)\n    if present > 0:\n",
    ),
    Fault(
        "good endings told for ever", "missing reset", MONTH, "    programme.completed = 0.0\n", ""
    ),
    Fault(
        "leavers erode the bench for ever",
        "missing reset",
        MONTH,
        "    programme.candidates = programme.left = 0.0\n",
        "    programme.candidates = 0.0\n",
    ),
    Fault(
        "a successor for nothing",
        "missing decrement",
        MONTH,
        "        programme.bench -= 1.0\n",
        "        pass\n",
    ),
    Fault(
        "leads counted by heads",
        "forgotten multiplier",
        MONTH,
        "covered += lead.effective * lead.action",
        "covered += lead.effective",
    ),
    Fault(
        "informed by oneself",
        "wrong person",
        MONTH,
        "people.currency[informed]",
        "people.currency[i]",
    ),
    Fault(
        "a bound of joining too low",
        "bound",
        MONTH,
        "bound[k] = SLACK * (alone + peers) * ready * mood",
        "bound[k] = 0.7 * (alone + peers) * ready * mood",
    ),
    Fault(
        "leavers drawn as joiners",
        "wrong draw",
        MONTH,
        "stopping if adopter[k] else joining",
        "joining if adopter[k] else stopping",
    ),
    # ----------------------------------------------------------------------- relationships
    Fault(
        "formal end a step late",
        "off by one",
        MONTH,
        "failed or step >= people.pair_end[i]",
        "failed or step > people.pair_end[i]",
    ),
    Fault(
        "a mentee beyond capacity",
        "off by one",
        MONTH,
        "free = load[k] < relationships.capacity",
        "free = load[k] <= relationships.capacity",
    ),
    Fault(
        "colleagues cannot mentor",
        "comparison",
        MONTH,
        "seats.level[mentor] > seats.level[seeker]",
        "seats.level[mentor] >= seats.level[seeker]",
    ),
    Fault(
        "hours of a step for a month's",
        "forgotten multiplier",
        MONTH,
        "contact_hours(float(load), p.invitation) * p.run.dt",
        "contact_hours(float(load), p.invitation)",
    ),
    # ------------------------------------------------------------------------------- tiles
    Fault(
        "a tile's last person left out",
        "off by one",
        "machine",
        "    for k in range(size):\n        if here[k]:\n",
        "    for k in range(size - 1):\n        if here[k]:\n",
    ),
    Fault(
        "a sum without its end",
        "off by one",
        "machine",
        "    for first in range(0, size, LANES):\n        for j in range(LANES):\n            sums",
        "    for first in range(0, size - LANES, LANES):\n        for j in range(LANES):\n"
        "            sums",
    ),
    Fault(
        "a bound of leaving too low",
        "bound",
        MONTH,
        "return SLACK * (voluntary + turnover.involuntary)",
        "return 0.7 * (voluntary + turnover.involuntary)",
    ),
    Fault(
        "hired in spite of a freeze",
        "forgotten condition",
        MONTH,
        "seats.team_size[i] == 0 and not frozen and",
        "seats.team_size[i] == 0 and",
    ),
    # ------------------------------------------------------------------- who sits where
    Fault(
        "hires know all",
        "wrong start",
        RULES,
        '"briefings.start",\n        0.0,',
        '"briefings.start",\n        1.0,',
    ),
    Fault(
        "scar relief missing",
        "missing effect",
        MONTH,
        "        relieve_one(state, p, report, 1.0)\n",
        "",
    ),
    Fault(
        "talk left behind as action",
        "wrong quantity",
        MONTH,
        "seats.legacy_action[i] = people.action[i]",
        "seats.legacy_action[i] = people.talk[i]",
    ),
    Fault(
        "promoted as strangers", "missing reset", RULES, '"switch", 0, 1, 0),', '"switch", 0, 1),'
    ),
    Fault(
        "tenure counted in the post",
        "wrong clock",
        MONTH,
        "tenure_factor((step - arrived[k]) * p.run.dt, turnover)",
        "tenure_factor((step - people.in_post[begin + k]) * p.run.dt, turnover)",
    ),
    Fault(
        "mentor's leaving cheers",
        "sign",
        MONTH,
        "people.transient[mentee] += p.engagement.mentor_loss",
        "people.transient[mentee] -= p.engagement.mentor_loss",
    ),
    # ------------------------------------------------------------------------- the events
    Fault(
        "the chief is one of the leaders",
        "scope",
        MONTH,
        "if i > 0 and state.seats.occupied[i]",
        "if state.seats.occupied[i]",
    ),
    Fault(
        "newest leads leave first",
        "comparison",
        MONTH,
        "leads[k].since < leads[oldest].since",
        "leads[k].since > leads[oldest].since",
    ),
    Fault(
        "a new boss's absence known at once",
        "missing reset",
        RULES,
        '"when the boss was last seen", "step", STEP, STEP, STEP)',
        '"when the boss was last seen", "step", STEP, STEP)',
    ),
    Fault(
        "freeze a month too long",
        "off by one",
        MONTH,
        "programme.freeze_until = until",
        "programme.freeze_until = until + 1",
    ),
    # --------------------------------------------- leaders answered, practice, posts: the rules
    Fault(
        "acting leaders dishearten",
        "sign",
        RULES,
        "engagement.action * (expectation - engagement.action_reference)",
        "engagement.action * (engagement.action_reference - expectation)",
    ),
    Fault(
        "openness forgives nothing",
        "forgotten multiplier",
        RULES,
        "surprise * (1.0 - commitment.forgiveness * (1.0 - deceit))",
        "surprise",
    ),
    Fault(
        "trust ignores the chief",
        "forgotten term",
        RULES,
        "return commitment.trust_chief * chief + (1.0 - commitment.trust_chief) * others",
        "return others",
    ),
    Fault(
        "words weigh as deeds",
        "forgotten weight",
        RULES,
        "words = commitment.trust_talk",
        "words = 1.0",
    ),
    Fault(
        "trust flees what is shown",
        "sign",
        RULES,
        "commitment.trust_rate * (shown - trust)",
        "commitment.trust_rate * (trust - shown)",
    ),
    Fault(
        "distrust engages",
        "sign",
        RULES,
        "engagement.top_trust * (trust - engagement.top_trust_reference)",
        "engagement.top_trust * (engagement.top_trust_reference - trust)",
    ),
    Fault(
        "style not shared with the leader",
        "forgotten term",
        RULES,
        "rho * disposition + math.sqrt(1.0 - rho * rho) * noise",
        "noise",
    ),
    Fault(
        "uncertainty never fades",
        "missing decay",
        RULES,
        "strength * max(0.0, 1.0 - steps / length) if",
        "strength if",
    ),
    Fault(
        "insiders doubted longer",
        "swapped parameters",
        RULES,
        "succession.uncertainty_inside if inside else succession.uncertainty_outside",
        "succession.uncertainty_outside if inside else succession.uncertainty_inside",
    ),
    Fault(
        "notice relieves nothing",
        "missing effect",
        RULES,
        "succession.notice_relief * min(1.0, notice / succession.notice_full)",
        "0.0",
    ),
    Fault(
        "a named successor relieves nothing",
        "missing effect",
        RULES,
        " * (1.0 - (succession.named_relief if named else 0.0))",
        "",
    ),
    Fault(
        "inexperience not felt",
        "missing effect",
        RULES,
        "return 1.0 if experienced else 1.0 + succession.inexperience",
        "return 1.0",
    ),
    Fault(
        "saturation off",
        "missing effect",
        RULES,
        "return (1.0 - exponential(-kappa * share)) / kappa if kappa > 1e-6 else share",
        "return share",
    ),
    Fault(
        "heard through nobody",
        "missing effect",
        RULES,
        "heard = 1.0 - adoption.heard_weight + heard",
        "heard = 1.0",
    ),
    Fault(
        "workload without pairs",
        "forgotten term",
        RULES,
        " + pairs / succession.pairs_per_lead",
        "",
    ),
    Fault(
        "coverage of no work",
        "forgotten divisor",
        RULES,
        "effective_leads / succession.lead_standard / max(work, 1e-9)",
        "effective_leads / succession.lead_standard",
    ),
    Fault(
        "need does not grow",
        "missing effect",
        RULES,
        "return 1.0 - growth + growth * practising / infrastructure.need_reference",
        "return 1.0",
    ),
    Fault(
        "leads endanger the programme",
        "sign",
        RULES,
        "odds - infrastructure.end_coverage * coverage",
        "odds + infrastructure.end_coverage * coverage",
    ),
    Fault(
        "the top cannot start again",
        "forgotten term",
        RULES,
        "infrastructure.restart * 0.5 * (sponsor + top)",
        "infrastructure.restart * 0.5 * sponsor",
    ),
    Fault(
        "empowerment idle",
        "forgotten multiplier",
        RULES,
        "succession.bench_growth * succession.empowerment * candidates",
        "succession.bench_growth * candidates",
    ),
    Fault(
        "a message without benefits",
        "forgotten multiplier",
        RULES,
        "(0.5 + vision) * alignment * told",
        "(0.5 + vision) * alignment",
    ),
    Fault(
        "a vision for ever",
        "missing decay",
        RULES,
        "vision + invitation.vision_rate * (shared - vision)",
        "vision",
    ),
    Fault(
        "a message never fitted again",
        "missing effect",
        RULES,
        "alignment + invitation.realignment * action * (1.0 - alignment)",
        "alignment",
    ),
    Fault(
        "excellence unseen",
        "missing effect",
        RULES,
        "return max(0.0, 1.0 + better)",
        "return 1.0",
    ),
    Fault(
        "good and bad leaders followed alike",
        "forgotten multiplier",
        RULES,
        "turnover.follow * action / max(disposition, 1e-9)",
        "turnover.follow",
    ),
    Fault(
        "scars relieved whole",
        "forgotten multiplier",
        RULES,
        "ceiling + commitment.scar_relief * part * (1.0 - ceiling)",
        "ceiling + commitment.scar_relief * (1.0 - ceiling)",
    ),
    # --------------------------------------------- leaders answered, practice, posts: the month
    Fault(
        "an empty chair still acts",
        "vacancy ignored",
        MONTH,
        "people.action[i] if occupied else interim * seats.legacy_action[i]",
        "people.action[i]",
    ),
    Fault(
        "empty chairs left out at the top",
        "vacancy ignored",
        MONTH,
        "programme.top_talk, programme.top_action = talk / count, action / count",
        "programme.top_talk, programme.top_action = talk / max(there, 1), action / max(there, 1)",
    ),
    Fault(
        "an interim shows nothing",
        "missing effect",
        MONTH,
        "        interim = posts.interim[post]\n",
        "        interim = 0.0\n",
    ),
    Fault(
        "an interim lead does nothing",
        "missing effect",
        MONTH,
        "covered += state.posts.interim[first + k] * lead.action",
        "covered += 0.0",
    ),
    Fault(
        "said of one successor, kept for all",
        "missing reset",
        MONTH,
        "    posts.next_talk[post] = posts.next_action[post] = np.nan\n",
        "",
    ),
    Fault(
        "style drawn as something else",
        "wrong draw",
        MONTH,
        "disposed = chance.normal(chance.uniform_high(",
        "disposed = chance.normal(chance.uniform_low(",
    ),
    Fault(
        "an event's notice unheard",
        "forgotten argument",
        MONTH,
        "given(event.notice, s.notice)",
        "s.notice",
    ),
    Fault(
        "no search before the leaving",
        "missing effect",
        MONTH,
        "max(usual - notice, min(usual, least))",
        "usual",
    ),
    Fault(
        "an overlap with a gap",
        "missing effect",
        MONTH,
        "return 0 if overlap > 0.0 else int(round(steps))",
        "return int(round(steps))",
    ),
    Fault(
        "an overlap teaches nothing",
        "missing effect",
        MONTH,
        "people.in_post[i] = step - posts.overlap[post]",
        "people.in_post[i] = step",
    ),
    Fault(
        "poached as others",
        "missing effect",
        MONTH,
        "        followed *= succession.poached\n",
        "        pass\n",
    ),
    Fault(
        "dismissed as others",
        "missing effect",
        MONTH,
        "        felt *= succession.dismissed\n",
        "        pass\n",
    ),
    Fault(
        "followers for ever",
        "missing end",
        MONTH,
        "recent = step - posts.left[post] <= p.turnover.follow_months",
        "recent = posts.left[post] >= 0",
    ),
    Fault(
        "followers who stay",
        "missing effect",
        MONTH,
        "follows = seats.following[seats.boss[i]] if i > 0 else 1.0",
        "follows = 1.0",
    ),
    Fault(
        "a bound of leaving without followers",
        "bound",
        MONTH,
        "arrived[k], frailty[k], engagement[k], holding * following[k], step, p",
        "arrived[k], frailty[k], engagement[k], holding, step, p",
    ),
    Fault(
        "whoever leaves has followed",
        "forgotten condition",
        MONTH,
        "1.0 if borne < voluntary and follows > 1.0 else 0.0",
        "1.0 if borne < voluntary else 0.0",
    ),
    Fault(
        "a bound of joining too saturated",
        "bound",
        MONTH,
        "min(share + 1e-9, 1.0 / kappa)",
        "min(share + 1e-9, 0.5 / kappa)",
    ),
    Fault(
        "informal pairs are the programme's",
        "wrong state",
        MONTH,
        "_begin_pair(state, p, run_key, i, mentor, False, step)",
        "_begin_pair(state, p, run_key, i, mentor, True, step)",
    ),
    Fault(
        "an informal pair is practice",
        "wrong state",
        MONTH,
        "        free = formal[k] == 0\n",
        "        free = people.mentor[begin + k] < 0\n",
    ),
    Fault(
        "informal mentors never give up",
        "forgotten condition",
        MONTH,
        "if mentee >= 0 and state.people.formal[mentee] == 1:",
        "if mentee >= 0:",
    ),
    Fault(
        "informal ends make successors",
        "forgotten condition",
        MONTH,
        "        if people.formal[i]:  # what the programme can tell of, and be led by\n",
        "        if people.mentor[i] >= 0:\n",
    ),
    Fault(
        "informal pairs make work",
        "wrong quantity",
        MONTH,
        "pairs += tiles.formal[t]",
        "pairs += tiles.mentees[t]",
    ),
    Fault(
        "money without need",
        "forgotten divisor",
        MONTH,
        "min(money / need, ",
        "min(money, ",
    ),
    Fault(
        "a budget round ends nothing",
        "missing effect",
        MONTH,
        "programme.alive = programme.never_stopped = 0.0",
        "programme.never_stopped = 0.0",
    ),
    Fault(
        "ended and begun in one round",
        "forgotten condition",
        MONTH,
        "    elif draw < begins:\n",
        "    if draw < begins:\n",
    ),
    Fault(
        "the top team is many layers",
        "wrong group",
        MONTH,
        "tiles.level[t] < top + layer",
        "tiles.level[t] <= layer",
    ),
    Fault(
        "funds decided every year",
        "forgotten multiplier",
        MONTH,
        "infrastructure.budget_interval * infrastructure.funding_years",
        "infrastructure.budget_interval",
    ),
    Fault(
        "a bench speeds nothing",
        "missing effect",
        MONTH,
        "        usual = 0.0\n        state.programme.bench -= 1.0\n",
        "        state.programme.bench -= 1.0\n",
    ),
    Fault(
        "a plan hands nothing over",
        "missing effect",
        MONTH,
        "    if works and succession.plan > 0.5:\n",
        "    if works and succession.plan > 1.5:\n",
    ),
    Fault(
        "change without a ramp",
        "missing effect",
        MONTH,
        "part = 1.0 if step == ends else 1.0 / (begins + ramp - step)",
        "part = 1.0",
    ),
    Fault(
        "a change that does not end",
        "missing end",
        MONTH,
        "target = state.before[lever] if step == ends else event.value",
        "target = event.value",
    ),
    Fault(
        "changed leaders who do not go back",
        "missing end",
        MONTH,
        "goal = own_before[post] if ends else event.value",
        "goal = event.value",
    ),
    Fault(
        "a changed leader not held",
        "missing effect",
        MONTH,
        "held[post] = 1 if i == 0 or alone else 0",
        "held[post] = 0",
    ),
    Fault(
        "all leaders for a share",
        "forgotten condition",
        MONTH,
        "in_scope(state, i, event) and chance.uniform_high(draw) < event.share",
        "in_scope(state, i, event)",
    ),
    Fault(
        "everybody for a named leader",
        "scope",
        MONTH,
        "        return i == event.seat\n",
        "        return i >= 0\n",
    ),
    Fault(
        "a lever changed out of scope",
        "scope",
        MONTH,
        "return in_scope(state, i, event) and chance.uniform_high(draw) < event.share",
        "return chance.uniform_high(draw) < event.share",
    ),
    Fault(
        "visits changed for everybody",
        "scope",
        MONTH,
        "        if not concerns(state, p, run_key, event, i):\n            continue\n"
        "        post = state.seats.post[i]\n        if ends:",
        "        post = state.seats.post[i]\n        if ends:",
    ),
    Fault(
        "the sponsor's successor unchanged",
        "missing effect",
        MONTH,
        "    moved = part * (target - posts.action[post])\n    posts.action[post] += moved\n",
        "    moved = part * (target - posts.action[post])\n",
    ),
    Fault(
        "an honest failure scars",
        "forgotten multiplier",
        MONTH,
        "surprise * deceit, weight, commitment",
        "surprise, weight, commitment",
    ),
    Fault(
        "a chief who sees nobody",
        "missing effect",
        MONTH,
        "        perceive_reports(state, p, run_key, step)\n",
        "",
    ),
    Fault(
        "campaigns share one strength",
        "wrong owner",
        MONTH,
        "campaign = people.invited_strength[i] if",
        "campaign = programme.campaign_strength if",
    ),
    Fault(
        "a weaker campaign displaces a stronger",
        "forgotten condition",
        MONTH,
        "if step < people.invited_until[i] and people.invited_strength[i] > strength:",
        "if step < 0:",
    ),
    Fault(
        "layoffs cost replacements",
        "wrong quantity",
        MONTH,
        "p.costs.exit * row.hires",
        "p.costs.exit * row.exits",
    ),
    Fault(
        "a successor who moves no lever",
        "missing effect",
        MONTH,
        "people.action[i] = people.disposition[i] = posts.action[post] = action",
        "people.action[i] = people.disposition[i] = action",
    ),
    Fault(
        "a chief who is no example",
        "missing effect",
        MONTH,
        "posts.action[seats.post[other]] = given(action, posts.action[seats.post[other]])",
        "pass",
    ),
    Fault(
        "inexperience not followed",
        "missing effect",
        MONTH,
        "posts.excess[post] *= succession_rules.unready(people.experienced[i] == 1, p.succession)",
        "pass",
    ),
    Fault(
        "scars stay below the reports",
        "missing effect",
        MONTH,
        "            relieve_one(state, p, below, min(1.0, commitment.weight_upper / full))\n",
        "            pass\n",
    ),
    Fault(
        "scars stay below the top",
        "missing effect",
        MONTH,
        "        relieve_one(state, p, other, min(1.0, commitment.weight_top / full) / top)\n",
        "        pass\n",
    ),
    Fault(
        "a strategy that changes nothing",
        "missing effect",
        MONTH,
        "        programme.alignment = event.alignment\n",
        "        pass\n",
    ),
    Fault(
        "fitted by talk",
        "wrong quantity",
        MONTH,
        "programme.alignment, programme.mean_action, invitation",
        "programme.alignment, programme.mean_talk, invitation",
    ),
    Fault(
        "thresholds each step",
        "clock",
        MONTH,
        "reacts = (step - 1) % int(p.run.steps_per_month) == 0",
        "reacts = True",
    ),
    Fault(
        "acting and passive leaders swapped",
        "comparison",
        MONTH,
        "if seats.shown_action[i] >= programme.mean_action - ALIKE:",
        "if seats.shown_action[i] < programme.mean_action - ALIKE:",
    ),
    Fault(
        "the chief's boss is absent",
        "nobody counted",
        MONTH,
        "return absent if state.tiles.level[t] > 0 else 0",
        "return absent",
    ),
    Fault(
        "informal share of all mentees",
        "wrong quantity",
        MONTH,
        "row.informal_share = row.mentees_share - row.formal_share",
        "row.informal_share = row.mentees_share",
    ),
)


def file_of(root: Path, fault: Fault) -> Path:
    """Return the file below a repository's root that holds the text of a fault.

    Raises
    ------
    ValueError
        If the old text does not occur exactly once in its room, or nothing would change.
    """
    found = [
        path
        for path in sorted((root / PACKAGE / fault.room).rglob("*.py"))
        for _ in range(path.read_text(encoding="utf-8").count(fault.old))
    ]
    if len(found) != 1 or fault.old == fault.new:
        raise ValueError(
            f"{fault.name}: its text occurs {len(found)} times in {fault.room}, not once"
        )
    return found[0]


def where(fault: Fault) -> str:
    """Return the file of a fault below ``simulation/``."""
    return file_of(ROOT, fault).relative_to(ROOT / PACKAGE).as_posix()


def copied(original: Path, folder: Path, fault: Fault | None) -> Path:
    """Copy what the tests need into a folder, seed the fault, and return the copy."""
    copy = folder / "copy"
    copy.mkdir()
    skip = shutil.ignore_patterns("__pycache__", ".*")
    for name in NEEDED:
        source = original / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=skip)
        else:
            shutil.copy2(source, copy / name)
    if fault is not None:
        path = file_of(copy, fault)
        text = path.read_text(encoding="utf-8").replace(fault.old, fault.new)
        path.write_text(text, encoding="utf-8")
    return copy


def failing(copy: Path, stage: Stage, cache: Path) -> str:
    """Return the first failing test of a stage, or an empty text when all pass."""
    files = [f"tests/{name}" for name in stage.files if (copy / "tests" / name).exists()]
    if not files:
        return ""
    environment = os.environ | {
        "MENTORING_CACHE_DIR": str(cache),
        "NUMBA_DISABLE_JIT": "0" if stage.compiled else "1",
        "NUMBA_OPT": "1",  # quicker to compile; the numbers are the same
        "PYTHONPATH": str(copy),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *files]
    command += ["-k", stage.only] if stage.only else []
    command += ["-m", stage.marks] if stage.marks else []
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=stage.timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no end within {stage.timeout:.0f} s"
    if done.returncode == 0:
        return ""
    named = re.search(r"^(?:FAILED|ERROR) (?:tests/)?(.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
    return named.group(1) if named else f"pytest ended with {done.returncode}"


def stages_for(fault: Fault | None) -> tuple[Stage, ...]:
    """Return the stages that can notice a fault: tests of rules see rules alone."""
    if fault is None or fault.room == RULES:
        return STAGES
    blind = ("rules", "twice") if where(fault) in ONCE else ("rules",)
    return tuple(stage for stage in STAGES if stage.name not in blind)


def noticed(copy: Path, stages: Sequence[Stage]) -> tuple[str, str]:
    """Return the first stage, and its test, that notices a fault in a copy; empty if none does."""
    for stage in stages:
        test = failing(copy, stage, copy.parent / "cache")
        if test:
            return stage.name, test
    return "", ""


def trial(original: Path, fault: Fault | None, stages: Sequence[Stage]) -> tuple[str, str, float]:
    """Seed a fault into a copy and return the stage and test that notice it, and seconds."""
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        found = noticed(copied(original, Path(folder), fault), stages)
    return (*found, time.perf_counter() - begun)


def judge(original: Path, fault: Fault, options: argparse.Namespace) -> Verdict:
    """Return what becomes of one fault, and say so at once."""
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = copied(original, Path(folder), fault)
        stage, test = noticed(copy, stages_for(fault))
        limits = (LIMITS[:1] if stage else LIMITS) if options.verification else ()
        verdict = Verdict(fault, stage, test, time.perf_counter() - begun, noticed(copy, limits)[1])
    print(line(verdict), flush=True)
    if options.keep is not None:
        with options.keep.open("a", encoding="utf-8") as file:
            file.write(json.dumps(verdict) + "\n")
    return verdict


def kept(file: Path | None) -> dict[Fault, Verdict]:
    """Return the verdicts that a file holds of faults that were noticed; the last of each counts.

    A fault whose text has changed since is another one.
    """
    if file is None or not file.exists():
        return {}
    lines = [json.loads(text) for text in file.read_text(encoding="utf-8").splitlines()]
    verdicts = [Verdict(Fault(*fault), *rest) for fault, *rest in lines]
    return {verdict.fault: verdict for verdict in verdicts if verdict.stage}


def line(verdict: Verdict) -> str:
    """Return one line of the table."""
    fault, file = verdict.fault, where(verdict.fault)
    caught = f"{verdict.stage}: {verdict.test}" if verdict.stage else "SURVIVED"
    also = f"; verification: {verdict.verification}" if verdict.verification else ""
    return f"{fault.name:38} {fault.kind:21} {file:25} {verdict.seconds:5.0f} s  {caught}{also}"


def check_texts() -> None:
    """Refuse faults whose names repeat or whose text does not occur exactly once."""
    names = [fault.name for fault in FAULTS]
    if len(set(names)) < len(names):
        raise ValueError("two faults have one name")
    for fault in FAULTS:
        where(fault)


def main() -> int:
    """Seed the faults, print who notices which, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these faults (default: all)")
    parser.add_argument("--jobs", type=int, default=1, help="faults at a time (default: 1)")
    parser.add_argument("--list", action="store_true", help="list the faults and check their texts")
    parser.add_argument(
        "--no-check", action="store_true", help="do not run the tests without a fault first"
    )
    parser.add_argument(
        "--pinned", action="store_true", help="also run the pinned run on the survivors, as a note"
    )
    parser.add_argument(
        "--verification", action="store_true", help="also run the limit cases on every fault"
    )
    parser.add_argument("--keep", type=Path, help="file of verdicts, to go on from and to add to")
    parser.add_argument("--out", type=Path, help="folder for a page with the table")
    options = parser.parse_args()
    check_texts()
    chosen = [fault for fault in FAULTS if not options.only or fault.name in options.only]
    if unknown := set(options.only or ()) - {fault.name for fault in FAULTS}:
        parser.error(f"no fault is called {', '.join(sorted(unknown))}")
    if options.list:
        for fault in chosen:
            print(f"{fault.name:38} {fault.kind:21} {where(fault)}")
        return 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        # Every fault meets the same tests and the same code, whatever is edited meanwhile.
        original = copied(ROOT, Path(folder), None)
        return report(original, chosen, options)


def report(original: Path, chosen: Sequence[Fault], options: argparse.Namespace) -> int:
    """Try the chosen faults on a copy of the repository, print, and return the exit code."""
    if not options.no_check:
        stage, test, seconds = trial(original, None, STAGES)
        if stage:
            print(f"without any fault, {test} fails: nothing can be learned")
            return 2
        print(f"without any fault, all pass ({seconds:.0f} s)", flush=True)
    known = kept(options.keep)
    with ThreadPoolExecutor(max(1, options.jobs)) as pool:
        verdicts = list(
            pool.map(lambda fault: known.get(fault) or judge(original, fault, options), chosen)
        )
    survivors = [verdict.fault for verdict in verdicts if not verdict.stage]
    caught = len(verdicts) - len(survivors)
    print(f"\n{caught} of {len(verdicts)} faults caught ({caught / len(verdicts):.0%})")
    if options.verification:
        print(counts(verdicts, True))
    if options.out is not None:
        write_page(verdicts, options.out, options.verification)
    for fault in survivors:
        note = ""
        if options.pinned:
            moved = trial(original, fault, [PINNED])[0]
            note = ": the pinned run moves" if moved else ": the pinned run does not move either"
        print(f"SURVIVED {fault.name}{note}")
    return 0 if caught >= ENOUGH * len(verdicts) else 1


def counts(verdicts: Sequence[Verdict], verification: bool) -> str:
    """Return in one sentence how many faults the quick tests, and limit cases if run, notice."""
    quick = sum(bool(verdict.stage) for verdict in verdicts)
    limit = sum(bool(verdict.verification) for verdict in verdicts)
    either = sum(bool(verdict.stage or verdict.verification) for verdict in verdicts)
    also = f", the limit cases {limit}, either of them {either}" if verification else ""
    return f"Of {len(verdicts)} faults the quick tests notice {quick}{also}."


def write_page(verdicts: Sequence[Verdict], folder: Path, verification: bool) -> None:
    """Write the table of faults as a page in Markdown; of limit cases only if they were run."""
    titles = ["Fault", "Kind", "File", "Quick tests"] + ["Limit cases"] * verification
    rows = [titles, ["---"] * len(titles)]
    for v in verdicts:
        noticed = f"{v.stage}: `{v.test}`" if v.stage else "**not noticed**"
        limit = [f"`{v.verification}`" if v.verification else ""] * verification
        rows.append([v.fault.name, v.fault.kind, f"`{where(v.fault)}`", noticed, *limit])
    limits = (
        "The limit cases switch most mechanisms off, so that they cannot see faults in those; the "
        "three that take minutes (Bass, Erlang, stationary shares) were run only on what the quick "
        "tests had not noticed."
        if verification
        else "The limit cases were not run on their own."
    )
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    asked = " --verification" * verification
    text = (
        "# Faults seeded into rules and engine, one at a time, and who notices\n\n"
        f"{counts(verdicts, verification)} Tests run in stages, cheapest first, until one fails: "
        f"{', '.join(stage.name for stage in STAGES)}; the table names the first. The pinned run "
        f"is left out: it notices whatever moves. {limits}\n\n{table}\n\n"
        f"Written by `python benchmarks/mutants.py{asked} --out results/mutants`.\n"
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
