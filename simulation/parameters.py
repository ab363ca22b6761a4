"""Every parameter once: type, range, unit, default, source; one group per mechanism.

A declaration serves validation, the JSON Schema, sliders, sensitivity bounds, the table
in MODEL.md and the record that compiled code reads. ``low`` and ``high`` are what the
model can compute with; ``plausible`` is what the evidence allows, for sliders,
sensitivity and calibration.

Tags: ``seen`` read in a source, ``recalled`` from memory and unverified, ``assumed``. Where
calibration fits a value (:func:`uncertain`), tag and source are those of the plausible range.
Units that carry time are converted to the step of the run in one place, :func:`per_step`.
"""

from __future__ import annotations

import functools
import math
import typing
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["GROUPS", "Parameter", "Parameters", "declared", "engine_record", "per_step",
           "uncertain"]  # fmt: skip

Tag = Literal["seen", "recalled", "assumed"]
#: How a value in each unit that carries time becomes a value for one step of dt months.
PER_STEP: dict[str, Any] = {
    "per year": lambda value, dt: value * dt / 12.0,
    "per month": lambda value, dt: value * dt,
    "share per month": lambda value, dt: 1.0 - (1.0 - value) ** dt,
    "probability per month": lambda value, dt: 1.0 - (1.0 - value) ** dt,
    "persistence per month": lambda value, dt: value**dt,
    "per root month": lambda value, dt: value * math.sqrt(dt),
    "months": lambda value, dt: value / dt,
}


def per_step(value: float, unit: str, dt: float) -> float:
    """Return a value in its declared unit as a value for one step of ``dt`` months.

    Hazards and rates scale with the step, shares and probabilities per month compound,
    an autocorrelation is a power, noise grows with the root of time, durations become
    numbers of steps; anything else is left alone.
    """
    return float(PER_STEP[unit](value, dt)) if unit in PER_STEP else float(value)


def _declare(
    default: Any,
    low: float | None,
    high: float | None,
    unit: str,
    tag: Tag,
    source: str,
    meaning: str,
    plausible: tuple[float, float] | None = None,
) -> Any:
    extra = {"unit": unit, "tag": tag, "source": source, "plausible": plausible}
    make = functools.partial(Field, description=meaning, json_schema_extra=extra)
    return make(default=default) if low is None else make(default=default, ge=low, le=high)


class Group(BaseModel):
    """Base of all parameter groups: frozen, strict, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True,
                              allow_inf_nan=False)  # fmt: skip


# One parameter in two lines: the numbers, then the meaning.
# fmt: off


class Run(Group):
    """How long is simulated and in what steps."""

    months: int = _declare(120, 1, 1200, "count", "assumed", "scope",
        "Months simulated after month 0.")
    steps_per_month: int = _declare(1, 1, 31, "count", "assumed", "scope",
        "Steps in a month: 1 is monthly, 4 about weekly.")


class OrganizationSettings(Group):
    """The generated organization, or the chart that replaces it."""

    people: int = _declare(1555, 2, 2000000, "people", "assumed", "design",
        "Seats of the generated organization.")
    span: int = _declare(6, 2, 100, "people", "assumed", "design",
        "Direct reports of each leader in the generated organization.", plausible=(4, 12))
    ties: float = _declare(4.0, 0.0, 20.0, "count", "assumed", "design",
        "Mean number of informal ties of a person outside the team.", plausible=(1.0, 8.0))
    tie_homophily: float = _declare(0.7, 0.0, 1.0, "probability", "assumed", "design",
        "Probability that a tie stays in the branch, and likewise in the level.")
    structure_seed: int = _declare(0, 0, 2147483648, "count", "assumed", "design",
        "Seed of the generated structure.")
    chart: str = _declare("", None, None, "path", "assumed", "input",
        "CSV file of employees and their managers; empty: generate.")
    chart_ties: str = _declare("", None, None, "path", "assumed", "input",
        "CSV file of pairs who work together; empty: none.")


class Peers(Group):
    """Whom a person watches, and how much each counts."""

    scope: Literal["local", "organization"] = _declare(
        "local", None, None, "choice", "assumed", "bass1969",
        "Peers are the own team, ties and boss, or the whole organization (well mixed).")
    team: float = _declare(1.0, 0.0, 10.0, "weight", "assumed", "unit of the weights",
        "Weight of a teammate.")
    ties: float = _declare(1.0, 0.0, 10.0, "weight", "assumed", "as a teammate",
        "Weight of an informal tie (times the tie's own weight relative to the person's mean).")
    boss: float = _declare(3.36, 0.0, 20.0, "weight", "recalled", "dahl2014",
        "Weight of a boss whose observed action is above the cut.", plausible=(1.0, 5.0))
    boss_passive: float = _declare(1.0, 0.0, 20.0, "weight", "assumed", "as a coworker",
        "Weight of a boss whose observed action is at or below the cut.")
    boss_cut: float = _declare(0.35, 0.0, 1.0, "share", "assumed", "brief",
        "Action above which a boss counts as a model.")
    bad_relationship: float = _declare(0.534, 0.0, 1.0, "weight", "assumed", "brief",
        "What a peer's recently failed relationship takes away.", plausible=(0.25, 0.75))
    bad_memory: float = _declare(6.0, 1.0, 36.0, "months", "assumed", "plausible",
        "How long a failed relationship is seen by peers.")


class Adoption(Group):
    """Who starts and stops practising mentoring."""

    rule: Literal["hazard", "threshold"] = _declare(
        "hazard", None, None, "choice", "assumed", "granovetter1978",
        "Hazard of adoption, or personal thresholds.")
    innovation: float = _declare(
        0.0465, 0.0, 1.0, "per year", "seen", "sultan1990; vandenbulte2004",
        "Coefficient of innovation p: adoption without any peer.", plausible=(0.003, 0.06))
    imitation: float = _declare(0.395, 0.0, 3.0, "per year", "seen", "sultan1990; vandenbulte2004",
        "Coefficient of imitation q: adoption through visible peers.", plausible=(0.25, 0.6))
    persuasion_weight: float = _declare(0.752, 0.0, 1.0, "share", "assumed", "brief",
        "Part of innovation that hangs on credible invitations (kT).", plausible=(0.5, 0.95))
    recognition_weight: float = _declare(0.29, 0.0, 1.0, "share", "assumed", "brief",
        "Part of imitation that hangs on recognition (kR).", plausible=(0.1, 0.5))
    credibility_exponent: float = _declare(1.29, 0.0, 4.0, "exponent", "assumed", "brief",
        "How sharply credibility gates adoption (gamma).", plausible=(0.5, 2.0))
    infrastructure_exponent: float = _declare(1.18, 0.0, 4.0, "exponent", "assumed", "brief",
        "How sharply infrastructure gates adoption (chi).", plausible=(0.5, 2.0))
    currency_weight: float = _declare(0.465, 0.0, 1.0, "share", "assumed", "brief",
        "Part of the readiness to join that hangs on being current.", plausible=(0.25, 0.75))
    engagement_effect: float = _declare(0.439, 0.0, 2.0, "per sd", "assumed", "brief",
        "Log hazard of adoption per sd of engagement (sigma).", plausible=(0.1, 0.7))
    persuasion_reference: float = _declare(0.32, 0.01, 1.0, "share", "assumed", "baseline mean",
        "Talk times credibility at which invitations work as in the sources.")
    credibility_reference: float = _declare(0.6, 0.01, 1.0, "share", "assumed", "baseline mean",
        "Credibility at which adoption and dropout run as in the sources.")
    infrastructure_reference: float = _declare(0.82, 0.01, 1.0, "share", "assumed", "baseline mean",
        "Effective capacity at which adoption runs as in the sources.")
    currency_reference: float = _declare(0.45, 0.01, 1.0, "share", "assumed", "baseline mean",
        "Currency at which adoption runs as in the sources.")
    dropout: float = _declare(0.171, 0.0, 2.0, "per year", "assumed", "brief",
        "Hazard of giving up mentoring outside a relationship.", plausible=(0.05, 0.3))
    dropout_floor: float = _declare(0.2, 0.001, 1.0, "share", "assumed", "plausible",
        "Credibility and capacity below which dropout rises no further.")
    ownership_protection: float = _declare(0.488, 0.0, 1.0, "share", "assumed", "brief",
        "By how much full ownership lowers dropout.", plausible=(0.25, 0.75))
    initial: float = _declare(
        0.0539, 0.0, 1.0, "share", "assumed", "informal mentoring before any programme",
        "Practising share at the start.", plausible=(0.02, 0.08))
    newcomers: float = _declare(0.066, 0.0, 1.0, "probability", "assumed", "brief",
        "Probability that a newcomer already practises.", plausible=(0.0, 0.12))
    threshold_unit: Literal["share", "count"] = _declare(
        "share", None, None, "choice", "assumed", "granovetter1978",
        "Thresholds compare with a share or a weighted count of adopting peers.")
    threshold_law: Literal["constant", "uniform", "normal", "listed"] = _declare(
        "normal", None, None, "choice", "assumed", "granovetter1978",
        "Distribution of personal thresholds.")
    threshold_mean: float = _declare(0.3, -1000.0, 1000.0, "share", "assumed", "granovetter1978",
        "Mean personal threshold.", plausible=(0.1, 0.6))
    threshold_spread: float = _declare(0.15, 0.0, 1000.0, "share", "assumed", "granovetter1978",
        "Standard deviation of thresholds (normal), or half their range (uniform).")
    thresholds: tuple[float, ...] = _declare((), None, None, "list", "assumed", "granovetter1978",
        "Listed thresholds, one a seat, repeated from the first when there are more seats.")


class Commitment(Group):
    """Leaders' talk and action, and what people make of them."""

    talk: float = _declare(0.6, 0.0, 1.0, "share", "assumed", "lever",
        "The top's talk about mentoring.", plausible=(0.1, 0.95))
    action: float = _declare(0.6, 0.0, 1.0, "share", "assumed", "lever",
        "The top's visible action for mentoring.", plausible=(0.1, 0.95))
    top_levels: int = _declare(2, 1, 5, "levels", "assumed", "brief: the top team",
        "Levels from the chief down whose leaders people see as the top team.")
    weight_boss: float = _declare(0.6, 0.0, 1.0, "weight", "assumed", "brief",
        "Weight of what the boss shows.")
    weight_upper: float = _declare(0.25, 0.0, 1.0, "weight", "assumed", "brief",
        "Weight of what the boss's boss shows.")
    weight_top: float = _declare(0.15, 0.0, 1.0, "weight", "assumed", "brief",
        "Weight of what the top team shows.")
    observe_boss: float = _declare(0.9, 0.0, 1.0, "probability", "assumed", "brief; sexton2018",
        "Chance to see the boss's conduct in a month.")
    observe_upper: float = _declare(
        0.25, 0.0, 1.0, "probability", "assumed", "brief; sexton2018 (rounds reach 24 to 33 %)",
        "Chance to see the conduct of the boss's boss in a month.")
    observe_top: float = _declare(0.06, 0.0, 1.0, "probability", "assumed", "brief",
        "Chance to see the top team's conduct in a month.")
    gain: float = _declare(0.0544, 0.0, 1.0, "share per month", "assumed", "brief",
        "Growth of credibility from action seen.", plausible=(0.01, 0.1))
    loss: float = _declare(0.457, 0.0, 1.0, "share per month", "assumed", "brief",
        "Loss of credibility per unit of disappointment.", plausible=(0.15, 0.7))
    tolerance: float = _declare(0.138, 0.0, 1.0, "share", "assumed", "brief",
        "Shortfall of action that passes unnoticed.", plausible=(0.0, 0.2))
    expectation_rate: float = _declare(0.127, 0.0, 1.0, "share per month", "assumed", "brief",
        "Speed at which expectations follow action seen.", plausible=(0.05, 0.2))
    drift: float = _declare(0.00587, 0.0, 1.0, "share per month", "assumed", "brief",
        "Drift of credibility back to the prior.", plausible=(0.002, 0.01))
    prior: float = _declare(0.5, 0.0, 1.0, "share", "assumed", "brief",
        "Credibility given to unknown leaders.")
    broken_promise: float = _declare(0.35, 0.0, 1.0, "share", "assumed", "brief",
        "Disappointment above which a promise is visibly broken.")
    scar: float = _declare(
        0.123, 0.0, 1.0, "share per month", "assumed", "schweitzer2006 (the sign)",
        "What a broken promise takes from the ceiling of credibility.", plausible=(0.0, 0.25))
    scar_floor: float = _declare(0.5, 0.0, 1.0, "share", "assumed", "brief",
        "Lowest ceiling of credibility.")
    scar_relief: float = _declare(0.5, 0.0, 1.0, "share", "assumed", "brief",
        "Part of the scar that goes with a change of leader.")
    talk_relay: float = _declare(0.592, 0.0, 1.0, "share", "assumed", "plausible",
        "Part of a leader's talk that repeats the boss's; the rest follows own action (the top "
        "team repeats all).", plausible=(0.4, 0.8))
    talk_rate: float = _declare(0.3, 0.0, 1.0, "share per month", "assumed", "plausible",
        "Speed at which leaders take up the boss's talk.")
    cynic_cut: float = _declare(0.25, 0.0, 1.0, "share", "assumed", "plausible",
        "Credibility below which a person counts as a cynic.")


class Invitation(Group):
    """Inviting, sharing a vision, recognising, making time."""

    reach: float = _declare(0.5, 0.0, 1.0, "share", "assumed", "plausible",
        "Share of people whom invitations reach.")
    reach_reference: float = _declare(0.5, 0.01, 1.0, "share", "assumed", "baseline",
        "Reach at which invitations work as in the sources.")
    vision: float = _declare(0.5, 0.0, 1.0, "share", "assumed", "plausible",
        "How clear and shared the vision behind the invitation is.")
    recognition: float = _declare(0.5, 0.0, 1.0, "share", "assumed", "plausible",
        "How far participants are recognised in public (R).")
    visibility: float = _declare(0.4, 0.0, 1.0, "share", "assumed", "brief",
        "Visibility of an adopter without any recognition (o = v + (1 - v) R).")
    recognition_retention: float = _declare(0.3, 0.0, 1.0, "share", "assumed", "brief",
        "By how much full recognition lowers dropout.")
    mentor_hours: float = _declare(6.0, 0.0, 60.0, "hours", "assumed", "lever",
        "Hours a month that a mentor can give to mentoring.", plausible=(2.0, 12.0))
    leader_hours: float = _declare(12.0, 0.0, 160.0, "hours", "assumed", "lever",
        "Hours a month that a leader can give to visits.", plausible=(2.0, 30.0))
    full_contact: float = _declare(4.0, 0.1, 40.0, "hours", "assumed", "brief",
        "Hours a month that make a contact fully effective.")


class Presence(Group):
    """Being there, following up, and the ownership that grows of it."""

    level: float = _declare(1.0, 0.0, 2.0, "share", "assumed", "lever",
        "Visits that leaders really make, relative to what people expect.", plausible=(0.1, 1.5))
    visits_boss: float = _declare(4.0, 0.0, 60.0, "per month", "assumed", "brief",
        "Expected visits by the boss.")
    visits_upper: float = _declare(0.3, 0.0, 60.0, "per month", "assumed", "brief; sexton2018",
        "Expected visits by the boss's boss.")
    visits_top: float = _declare(0.06, 0.0, 60.0, "per month", "assumed", "brief; sexton2018",
        "Expected visits by the top team.")
    hours_per_visit: float = _declare(0.25, 0.0, 8.0, "hours", "assumed", "plausible",
        "Length of one visit to one person.")
    follow_up: float = _declare(0.621, 0.0, 1.0, "probability", "assumed", "plausible",
        "Probability that a visit is followed up.", plausible=(0.4, 0.9))
    perfunctory: float = _declare(0.2, 0.0, 1.0, "share", "assumed", "sexton2018 (the sign)",
        "What a visit without follow-up counts.")
    belief_rate: float = _declare(0.316, 0.0, 1.0, "share per month", "assumed", "brief",
        "Speed at which belief in presence follows what was seen.", plausible=(0.1, 0.5))
    absence_confidence: float = _declare(0.95, 0.5, 0.9999, "probability", "assumed", "brief",
        "Confidence at which an absence is noticed.")
    absence_discount: float = _declare(0.5, 0.0, 1.0, "share", "assumed", "brief",
        "What remains of a channel's perceived action once absence is noticed.")
    engagement_reference: float = _declare(0.45, 0.0, 1.0, "share", "assumed", "baseline mean",
        "Belief in presence at which engagement is unmoved.")
    ownership_rate: float = _declare(0.0545, 0.0, 1.0, "share per month", "assumed", "brief",
        "Speed at which ownership grows and fades.", plausible=(0.02, 0.1))
    ownership_start: float = _declare(0.3, 0.0, 1.0, "share", "assumed", "plausible",
        "Ownership of everybody at the start.")


class Infrastructure(Group):
    """Money, technology, people and knowledge, and how they complement each other."""

    launched: bool = _declare(True, None, None, "switch", "assumed", "scope",
        "Whether the programme runs from the start; else a launch event starts it.")
    financial: float = _declare(1.0, 0.0, 1.5, "share", "assumed", "lever",
        "Money asked for, relative to need.")
    technological: float = _declare(1.0, 0.0, 1.5, "share", "assumed", "lever",
        "Technology built, relative to need.")
    human: float = _declare(1.0, 0.0, 1.5, "share", "assumed", "lever",
        "People made available to the leads, relative to need.")
    knowledge: float = _declare(1.0, 0.0, 1.5, "share", "assumed", "lever",
        "Training given, relative to need.")
    complementarity: float = _declare(
        -3.58, -8.0, 1.0, "exponent", "assumed", "milner2013; smidt2021",
        "CES exponent rho: 1 adds the stocks up, towards minus infinity the scarcest decides.",
        plausible=(-8.0, 0.0))
    floor: float = _declare(0.02, 0.0001, 0.5, "share", "assumed", "numerical",
        "Lowest stock that the aggregate sees.")
    start: float = _declare(0.7, 0.0, 1.0, "share", "assumed", "plausible",
        "All four stocks at the launch.")
    financial_life: float = _declare(6.0, 0.5, 60.0, "months", "assumed", "plausible",
        "Time constant at which the money at hand follows the grant.")
    technology_life: float = _declare(48.0, 6.0, 240.0, "months", "assumed", "brief",
        "Time constant at which technology decays and is renewed.")
    human_life: float = _declare(6.0, 0.5, 60.0, "months", "assumed", "plausible",
        "Time constant at which people's capacity follows the leads in post.")
    knowledge_half_life: float = _declare(13.8, 1.0, 120.0, "months", "seen", "saks2006",
        "Half-life of trained knowledge that is not codified.")
    knowledge_gain: float = _declare(0.189, 0.0, 1.0, "share per month", "assumed", "plausible",
        "Growth of knowledge through training by the leads.", plausible=(0.05, 0.3))
    codified: float = _declare(0.345, 0.0, 1.0, "share", "assumed", "plausible",
        "Part of the knowledge that is written down and does not decay.", plausible=(0.1, 0.6))
    grant_intercept: float = _declare(-1.0, -10.0, 10.0, "log-odds", "assumed", "plausible",
        "Log-odds of the yearly grant with no value, ownership or sponsor.")
    grant_value: float = _declare(1.85, 0.0, 10.0, "log-odds", "assumed", "brief",
        "Gain in log-odds by full visible value.", plausible=(1.0, 3.0))
    grant_ownership: float = _declare(1.9, 0.0, 10.0, "log-odds", "assumed", "brief",
        "Gain in log-odds by full ownership over the layers.", plausible=(1.0, 3.0))
    grant_sponsor: float = _declare(2.01, 0.0, 10.0, "log-odds", "assumed", "brief",
        "Gain in log-odds by a fully active sponsor.", plausible=(1.0, 3.0))
    budget_interval: float = _declare(12.0, 1.0, 60.0, "months", "assumed", "brief",
        "Months between budget rounds.")
    owning_layers: int = _declare(2, 0, 10, "levels", "assumed", "brief",
        "Levels that must own the programme for it to survive a budget round (m).")
    owning_cut: float = _declare(0.2, 0.0, 1.0, "share", "assumed", "plausible",
        "Mean ownership at which a level owns the programme.")


class Succession(Group):
    """Who follows whom: mentoring leads, sponsor, chief and line leaders."""

    leads: int = _declare(2, 1, 10, "people", "assumed", "brief",
        "Posts of mentoring leads (k).")
    leads_needed: float = _declare(0.7, 0.05, 10.0, "people", "assumed", "one effective lead",
        "Effective leads, weighted by their action, that carry the programme.")
    lead_action: float = _declare(0.7, 0.05, 1.0, "share", "assumed", "plausible",
        "Action of the mentoring leads at the start, and of those hired.")
    lead_exit: float = _declare(0.182, 0.0, 5.0, "per year", "assumed", "brief",
        "Hazard that a mentoring lead leaves the post.", plausible=(0.09, 0.28))
    plan: bool = _declare(False, None, None, "switch", "assumed", "lever",
        "Whether there is a succession plan.")
    plan_works: float = _declare(0.7, 0.0, 1.0, "probability", "assumed", "brief",
        "Probability of a quick refill with a plan.")
    no_plan_works: float = _declare(0.2, 0.0, 1.0, "probability", "assumed", "brief",
        "Probability of a quick refill without a plan.")
    refill_quick: float = _declare(2.0, 0.0, 60.0, "months", "assumed", "brief",
        "Vacancy of a lead's post when the refill works.")
    refill_slow: float = _declare(19.3, 0.0, 120.0, "months", "assumed", "brief",
        "Vacancy of a lead's post when it does not.", plausible=(6.0, 36.0))
    bench_start: float = _declare(1.0, 0.0, 20.0, "people", "assumed", "plausible",
        "Possible successors of the leads at the start.")
    bench_growth: float = _declare(0.1, 0.0, 1.0, "probability", "assumed", "brief",
        "Bench members gained per good completed relationship of a person with full ownership.")
    bench_erosion: float = _declare(1.0, 0.0, 10.0, "factor", "assumed", "plausible",
        "How much faster the bench shrinks than the organization loses people.")
    bench_limit: float = _declare(5.0, 0.0, 50.0, "people", "assumed", "plausible",
        "Largest useful bench.")
    inheritance_inside: float = _declare(0.5, 0.0, 1.0, "share", "assumed", "brief",
        "Part of the predecessor's action that an inside successor keeps.")
    inheritance_outside: float = _declare(0.2, 0.0, 1.0, "share", "assumed", "brief",
        "Part of the predecessor's action that an outside successor keeps.")
    ramp_inside: float = _declare(
        6.0, 0.0, 120.0, "months", "assumed", "bidwell2011 (of line leaders)",
        "Months until a successor from inside is fully effective.")
    ramp_outside: float = _declare(
        24.0, 0.0, 120.0, "months", "assumed", "bidwell2011 (of line leaders)",
        "Months until a successor from outside is fully effective.")
    chief_exit: float = _declare(0.1172, 0.0, 5.0, "per year", "seen", "conferenceboard2023",
        "Hazard that the chief leaves.", plausible=(0.11, 0.125))
    chief_vacancy: float = _declare(5.0, 0.0, 36.0, "months", "assumed", "plausible",
        "Months without a chief, no plan.")
    chief_vacancy_plan: float = _declare(1.0, 0.0, 36.0, "months", "assumed", "plausible",
        "Months without a chief, with a plan.")
    chief_inside: float = _declare(0.55, 0.0, 1.0, "probability", "assumed", "plausible",
        "Probability that the next chief comes from inside, no plan.")
    chief_inside_plan: float = _declare(0.85, 0.0, 1.0, "probability", "assumed", "plausible",
        "Probability that the next chief comes from inside, with a plan.")
    sponsor_action: float = _declare(0.6, 0.0, 1.0, "share", "assumed", "lever",
        "Action of the human-resources sponsor.")
    sponsor_exit: float = _declare(0.1, 0.0, 5.0, "per year", "assumed", "plausible",
        "Hazard that the sponsor leaves for own reasons.")
    sponsor_follows: float = _declare(0.43, 0.0, 1.0, "probability", "seen", "talentstrategy2023",
        "Probability that the sponsor leaves within 12 months of a change of chief.")
    sponsor_vacancy: float = _declare(6.0, 0.0, 60.0, "months", "assumed", "plausible",
        "Months without a sponsor.")
    leader_vacancy: float = _declare(2.95, 0.1, 36.0, "months", "assumed", "plausible",
        "Mean months until a vacant leader's seat is filled.", plausible=(1.5, 5.0))
    leader_inside: float = _declare(0.644, 0.0, 1.0, "probability", "assumed", "plausible",
        "Probability that a leader's seat is filled from the team.", plausible=(0.5, 0.8))
    break_even: float = _declare(6.0, 0.0, 60.0, "months", "recalled", "bidwell2011",
        "Months until a new leader from inside disturbs the team no more.")
    break_even_outside: float = _declare(24.0, 0.0, 60.0, "months", "seen", "bidwell2011",
        "Months until a new leader from outside disturbs the team no more.")


class RoleModels(Group):
    """Leaders as models: how action cascades, blocks and teaches."""

    rate: float = _declare(0.197, 0.0, 1.0, "share per month", "assumed", "brief",
        "Speed at which a leader's action follows its models.", plausible=(0.05, 0.3))
    weight_boss: float = _declare(0.467, 0.0, 1.0, "weight", "assumed", "brief",
        "Weight of the own boss's action.", plausible=(0.3, 0.6))
    weight_peers: float = _declare(0.15, 0.0, 1.0, "weight", "assumed", "brief",
        "Weight of the mean action of all leaders.")
    weight_own: float = _declare(0.404, 0.0, 1.0, "weight", "assumed", "brief",
        "Weight of the own disposition.", plausible=(0.25, 0.55))
    noise: float = _declare(0.0234, 0.0, 0.5, "per root month", "assumed", "brief",
        "Standard deviation of the monthly noise in action.", plausible=(0.01, 0.04))
    disposition: float = _declare(0.5, 0.0, 1.0, "share", "assumed", "plausible",
        "Mean disposition of people to act as a model.")
    disposition_sd: float = _declare(0.185, 0.0, 0.5, "share", "assumed", "plausible",
        "Standard deviation of the disposition.", plausible=(0.1, 0.3))
    cut: float = _declare(0.2, 0.0, 1.0, "share", "assumed", "brief",
        "Action below which a leader cuts off the branch below.")
    blocked_level: int = _declare(-1, -1, 20, "levels", "assumed", "lever",
        "Level whose leaders never act above the blocked action; -1: none.")
    blocked_action: float = _declare(0.05, 0.0, 1.0, "share", "assumed", "lever",
        "Most that blocked leaders do.")
    competence_start: float = _declare(0.5, 0.0, 1.0, "share", "assumed", "plausible",
        "Mentoring competence of everybody at the start.")
    competence_gain: float = _declare(0.03, 0.0, 1.0, "share per month", "assumed", "brief",
        "Growth of a mentee's competence, times the mentor's.")
    volunteer_odds: float = _declare(
        3.44, 1.0, 20.0, "odds ratio", "assumed", "olivet2019 (the sign)",
        "Odds that former mentees are willing to mentor, relative to others.", plausible=(2.0, 5.0))


class Briefings(Group):
    """Keeping leaders current, and mentoring's value in view."""

    interval: float = _declare(3.0, 0.0, 60.0, "months", "assumed", "lever",
        "Months between briefings; 0: none.", plausible=(1.0, 12.0))
    reach: float = _declare(0.606, 0.0, 1.0, "probability", "assumed", "brief",
        "Probability that a leader is reached by a briefing.", plausible=(0.4, 0.8))
    gain: float = _declare(0.543, 0.0, 1.0, "share", "assumed", "brief",
        "What a full briefing adds to a leader's currency.", plausible=(0.25, 0.75))
    credibility_exponent: float = _declare(0.5, 0.0, 4.0, "exponent", "assumed", "brief",
        "How credibility gates what a briefing adds.")
    half_life: float = _declare(7.8, 0.5, 60.0, "months", "assumed", "brief",
        "Half-life of currency.", plausible=(2.0, 14.0))
    knowledge: float = _declare(1 / 3, 0.0, 1.0, "share", "assumed", "brief",
        "Part of a briefing given to mentoring knowledge.")
    story: float = _declare(1 / 3, 0.0, 1.0, "share", "assumed", "brief",
        "Part of a briefing given to success stories.")
    data_point: float = _declare(1 / 3, 0.0, 1.0, "share", "assumed", "brief",
        "Part of a briefing given to data points.")
    data_lift: float = _declare(0.2, 0.0, 1.0, "share", "assumed", "brief",
        "How much a data point lifts knowledge and stories.")
    fatigue: float = _declare(1.0, 0.0, 4.0, "exponent", "assumed", "brief",
        "How fast a briefing loses its worth beyond four a year.")
    saturation: float = _declare(1.0, 0.0, 1.0, "share", "assumed", "brief",
        "Whether being current leaves less to gain (0: every briefing adds the same).")
    start: float = _declare(0.2, 0.0, 1.0, "share", "assumed", "plausible",
        "Currency of leaders at the start.")
    hours: float = _declare(1.0, 0.0, 16.0, "hours", "assumed", "plausible",
        "Length of a briefing.")
    value_memory: float = _declare(12.0, 1.0, 60.0, "months", "assumed", "plausible",
        "Time constant at which reported benefits fade.")
    value_scale: float = _declare(0.02, 0.0001, 1.0, "per person", "assumed", "plausible",
        "Good endings remembered per person at which benefits reported are half of all.")


class Relationships(Group):
    """Seeking, matching, lasting, ending."""

    seeking: float = _declare(0.262, 0.0, 1.0, "probability per month", "assumed", "brief",
        "Chance that a front-line adopter without a mentor starts to seek one.",
        plausible=(0.02, 0.4))
    seeking_leaders: float = _declare(0.333, 0.0, 1.0, "probability per month", "assumed", "brief",
        "The same for leaders.", plausible=(0.05, 0.6))
    willing: float = _declare(0.474, 0.0, 1.0, "probability", "assumed", "brief",
        "Share of adopters willing to mentor.", plausible=(0.25, 0.65))
    capacity: int = _declare(2, 1, 4, "people", "assumed", "brief",
        "Mentees a mentor can carry.")
    mentor_tenure: float = _declare(18.0, 0.0, 240.0, "months", "assumed", "brief",
        "Tenure from which a person can mentor.")
    own_boss: bool = _declare(False, None, None, "switch", "assumed", "brief",
        "Whether one's own boss can be one's mentor.")
    scope: Literal["organization", "branch"] = _declare(
        "organization", None, None, "choice", "assumed", "plausible",
        "Mentors are sought in the whole organization or in the own branch.")
    success: float = _declare(0.503, 0.0, 1.0, "probability per month", "assumed", "brief",
        "Chance that a seeker is matched where a place is free, at full infrastructure.",
        plausible=(0.4, 0.95))
    formal_share: float = _declare(0.674, 0.0, 1.0, "probability", "assumed", "brief",
        "Probability that a match belongs to the formal programme.", plausible=(0.25, 0.75))
    formal_months: float = _declare(9.29, 0.5, 120.0, "months", "seen", "wanberg2006",
        "Length of a formal relationship.", plausible=(6.0, 12.0))
    informal_months: float = _declare(50.1, 0.5, 240.0, "months", "seen", "kram1983",
        "Mean length of an informal relationship.", plausible=(18.0, 60.0))
    poor: float = _declare(0.165, 0.0, 1.0, "probability", "assumed", "brief",
        "Probability of a poor match.", plausible=(0.05, 0.3))
    competence_effect: float = _declare(1.0, 0.0, 2.0, "per share", "assumed", "plausible",
        "How a mentor's competence (relative to the start) lowers the chance of a poor match.")
    poor_end: float = _declare(1 / 6, 0.0, 1.0, "probability per month", "assumed", "brief",
        "Chance that a poor match ends early.")
    poor_quits: float = _declare(0.5, 0.0, 1.0, "probability", "assumed", "brief",
        "Probability that the mentee of a failed match stops practising.")
    patience: float = _declare(13.7, 0.0, 240.0, "months", "assumed", "plausible",
        "How long a seeker waits before giving the search up; 0: not at all.",
        plausible=(6.0, 24.0))
    frustration_rate: float = _declare(0.1, 0.0, 1.0, "share per month", "assumed", "plausible",
        "Speed at which an unmet seeker grows frustrated.")
    frustration_dropout: float = _declare(1.0, 0.0, 10.0, "share", "assumed", "plausible",
        "By how much full frustration raises dropout.")


class Engagement(Group):
    """What moves engagement, in standard deviations of a survey score."""

    stable_sd: float = _declare(0.627, 0.0, 2.0, "sd", "assumed", "brief",
        "Standard deviation of the lasting part.", plausible=(0.45, 0.8))
    transient_sd: float = _declare(0.622, 0.0, 2.0, "sd", "assumed", "brief",
        "Standard deviation of the passing part.", plausible=(0.45, 0.75))
    persistence: float = _declare(0.913, 0.0, 0.9999, "persistence per month", "assumed", "brief",
        "Autocorrelation of the passing part.", plausible=(0.85, 0.96))
    style_sd: float = _declare(0.417, 0.0, 2.0, "sd", "recalled", "bliese2000",
        "Standard deviation of the team's style, renewed with the leader.", plausible=(0.25, 0.6))
    good_relationship: float = _declare(0.26, -2.0, 2.0, "sd", "assumed", "brief",
        "Effect of a good relationship.", plausible=(0.1, 0.4))
    bad_relationship: float = _declare(-0.15, -2.0, 2.0, "sd", "assumed", "brief",
        "Effect of a poor relationship.")
    credibility: float = _declare(0.537, -5.0, 5.0, "sd per share", "assumed", "brief",
        "Effect of credibility, relative to the reference.", plausible=(0.2, 1.0))
    presence: float = _declare(0.269, -5.0, 5.0, "sd per share", "assumed", "plausible",
        "Effect of belief in presence, relative to the reference.", plausible=(0.0, 0.6))
    vacant_boss: float = _declare(-0.15, -2.0, 2.0, "sd", "assumed", "plausible",
        "Effect of having no boss.")
    new_boss: float = _declare(-0.15, -2.0, 2.0, "sd", "assumed", "plausible",
        "Effect of a boss just arrived, fading until break-even.")
    frustration: float = _declare(-0.2, -2.0, 2.0, "sd", "assumed", "plausible",
        "Effect of full frustration with an unmet search.")
    mentor_loss: float = _declare(-0.3, -2.0, 2.0, "sd", "assumed", "plausible",
        "Shock when a mentor leaves.")
    contagion: float = _declare(0.0, 0.0, 1.0, "share", "assumed", "friedkin1990; degroot1974",
        "Part of engagement that is the peers' of the last step (weights of [peers]).",
        plausible=(0.0, 0.3))
    engaged_cut: float = _declare(0.676, -5.0, 5.0, "sd", "assumed", "plausible; gallup2024",
        "Score above which a person counts as engaged.", plausible=(0.4, 0.8))
    disengaged_cut: float = _declare(-0.765, -5.0, 5.0, "sd", "assumed", "plausible; gallup2024",
        "Score below which a person counts as actively disengaged.", plausible=(-1.1, -0.6))


class Turnover(Group):
    """Who leaves, and who comes."""

    voluntary: float = _declare(0.01531, 0.0, 1.0, "per month", "seen", "jolts2024",
        "Voluntary exits at the reference.", plausible=(0.01, 0.018))
    first_year: float = _declare(2.38, 0.0, 20.0, "factor", "assumed", "brief; bls2024",
        "Factor in the first year.", plausible=(1.5, 3.5))
    second_and_third_year: float = _declare(1.48, 0.0, 20.0, "factor", "assumed", "brief; bls2024",
        "Factor in the second and third year.", plausible=(1.0, 1.8))
    later_years: float = _declare(0.703, 0.0, 20.0, "factor", "assumed", "brief; bls2024",
        "Factor from the fourth year on.", plausible=(0.4, 0.9))
    frailty_sd: float = _declare(0.433, 0.0, 2.0, "log sd", "assumed", "plausible",
        "Spread of people's inclination to leave (lognormal, mean 1).", plausible=(0.25, 0.9))
    leader_factor: float = _declare(0.777, 0.0, 5.0, "factor", "assumed", "brief",
        "Factor for leaders.", plausible=(0.5, 1.0))
    engagement_effect: float = _declare(0.323, 0.0, 2.0, "per sd", "assumed", "brief",
        "Log hazard of leaving per standard deviation of engagement, downwards.",
        plausible=(0.15, 0.5))
    mentee_factor: float = _declare(0.832, 0.0, 2.0, "factor", "assumed", "brief (causal prior)",
        "Factor for people who have a mentor.", plausible=(0.6, 1.0))
    mentor_factor: float = _declare(0.889, 0.0, 2.0, "factor", "assumed", "brief (causal prior)",
        "Factor for mentors.", plausible=(0.75, 1.0))
    involuntary: float = _declare(0.00533, 0.0, 1.0, "per month", "assumed", "brief",
        "Involuntary exits.", plausible=(0.002, 0.006))
    vacancy: float = _declare(1.5, 0.0, 36.0, "months", "assumed", "plausible",
        "Mean months until a vacant front-line seat is filled.")
    newcomer_prior: float = _declare(0.5, 0.0, 1.0, "share", "assumed", "brief",
        "Part of a newcomer's credibility that is the general prior; the rest is the team's.")
    history: float = _declare(360.0, 0.0, 1200.0, "months", "assumed", "numerical",
        "Months of hiring before the start that make the tenures at the start.")


class Costs(Group):
    """What it takes, reported beside every outcome."""

    lead: float = _declare(5.0, 0.0, 1000.0, "thousand a month", "assumed", "plausible",
        "Pay of one mentoring lead in post.")
    technology: float = _declare(3.0, 0.0, 1000.0, "thousand a month", "assumed", "plausible",
        "Technology at full investment, per 1,000 people.")
    training: float = _declare(4.0, 0.0, 1000.0, "thousand a month", "assumed", "plausible",
        "Training at full investment, per 1,000 people.")
    formal_pair: float = _declare(0.05, 0.0, 100.0, "thousand a month", "assumed", "plausible",
        "Support of one formal relationship.")
    briefing: float = _declare(2.0, 0.0, 1000.0, "thousand", "assumed", "plausible",
        "One round of briefings.")
    invitation: float = _declare(0.02, 0.0, 100.0, "thousand", "assumed", "plausible",
        "Inviting one person in a campaign.")
    exit: float = _declare(15.0, 0.0, 1000.0, "thousand", "assumed", "plausible",
        "Replacing one person who left; reported apart from the programme's money.")
# fmt: on


class Parameters(Group):
    """All parameters, one group per mechanism; every value has a default."""

    run: Run = Run()
    organization: OrganizationSettings = OrganizationSettings()
    peers: Peers = Peers()
    adoption: Adoption = Adoption()
    commitment: Commitment = Commitment()
    invitation: Invitation = Invitation()
    presence: Presence = Presence()
    infrastructure: Infrastructure = Infrastructure()
    succession: Succession = Succession()
    role_models: RoleModels = RoleModels()
    briefings: Briefings = Briefings()
    relationships: Relationships = Relationships()
    engagement: Engagement = Engagement()
    turnover: Turnover = Turnover()
    costs: Costs = Costs()

    @model_validator(mode="after")
    def _together(self) -> Parameters:
        """Refuse combinations that no single range can."""
        if self.engagement.disengaged_cut > self.engagement.engaged_cut:
            raise ValueError("engagement.disengaged_cut must not exceed engagement.engaged_cut")
        if self.adoption.threshold_law == "listed" and not self.adoption.thresholds:
            raise ValueError('adoption.threshold_law = "listed" needs adoption.thresholds')
        if self.organization.chart_ties and not self.organization.chart:
            raise ValueError("organization.chart_ties needs organization.chart")
        if self.briefings.knowledge + self.briefings.story + self.briefings.data_point > 1.0 + 1e-9:
            raise ValueError("briefings.knowledge + story + data_point must not exceed 1")
        return self


GROUPS: dict[str, type[Group]] = {
    name: typing.cast("type[Group]", field.annotation)
    for name, field in Parameters.model_fields.items()
}
# Settings that shape the run or the organization before compiled code starts.
_OUTSIDE_RECORD = frozenset({"run", "organization"})


class Parameter(NamedTuple):
    """One declared parameter, as tables and sliders see it."""

    name: str
    kind: str
    default: Any
    low: float | None
    high: float | None
    plausible: tuple[float, float] | None
    choices: tuple[str, ...]
    unit: str
    tag: str
    source: str
    meaning: str


def _describe(group: str, key: str) -> Parameter:
    field = GROUPS[group].model_fields[key]
    extra = typing.cast("dict[str, Any]", field.json_schema_extra)
    choices = typing.get_args(field.annotation) if _is_choice(field.annotation) else ()
    bounds = {type(m).__name__: m for m in field.metadata}
    low = bounds["Ge"].ge if "Ge" in bounds else None
    high = bounds["Le"].le if "Le" in bounds else None
    kind = "choice" if choices else getattr(field.annotation, "__name__", str(field.annotation))
    return Parameter(
        f"{group}.{key}", kind, field.default, low, high, extra["plausible"], choices,
        extra["unit"], extra["tag"], extra["source"], field.description or "",
    )  # fmt: skip


def _is_choice(annotation: Any) -> bool:
    return typing.get_origin(annotation) is Literal


@functools.cache
def declared() -> dict[str, Parameter]:
    """Return every parameter by its dotted name, in the order of declaration."""
    return {
        f"{group}.{key}": _describe(group, key)
        for group, cls in GROUPS.items()
        for key in cls.model_fields
    }


#: Plausible ranges of mechanisms that are off by default: alternatives, not unknown values.
_ALTERNATIVES = ("adoption.threshold_mean", "engagement.contagion")


@functools.cache
def uncertain() -> dict[str, Parameter]:
    """Return the parameters whose values are not known: those that calibration fits.

    They have a plausible range and are neither somebody's choice (a lever, the design of an
    organization) nor part of a mechanism that is off by default.
    """
    return {
        name: parameter
        for name, parameter in declared().items()
        if parameter.plausible
        and not parameter.source.startswith(("lever", "design"))
        and name not in _ALTERNATIVES
    }


def _numbers(group: str, values: Group, dt: float) -> Iterator[tuple[str, float]]:
    for key in type(values).model_fields:
        parameter, value = declared()[f"{group}.{key}"], getattr(values, key)
        if parameter.choices:
            yield key, float(parameter.choices.index(value))
        elif parameter.kind in ("float", "int", "bool"):
            yield key, per_step(float(value), parameter.unit, dt)


def engine_record(parameters: Parameters) -> Any:
    """Return what compiled code reads: a record of records of floats, per step of the run.

    Choices become their position, switches 0 or 1. ``record.run.dt`` is the step in
    months. Plain Python gets the same names from named tuples.
    """
    dt = 1.0 / parameters.run.steps_per_month
    table = {"run": {"dt": dt, "steps_per_month": float(parameters.run.steps_per_month)}}
    for group in GROUPS:
        if group not in _OUTSIDE_RECORD:
            table[group] = dict(_numbers(group, getattr(parameters, group), dt))
    layout = np.dtype(
        (np.record, [(g, np.dtype((np.record, [(k, "f8") for k in v]))) for g, v in table.items()])
    )
    array = np.zeros(1, dtype=layout)
    for group, values in table.items():
        for key, value in values.items():
            array[group][key] = value
    return array[0]
