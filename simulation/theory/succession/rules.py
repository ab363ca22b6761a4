"""Leader action 6: secure the succession of mentoring leadership, and of leaders at large."""

from ...machine.compiled import logarithm
from ..rules import rule


@rule("assumed: a plan makes a quick refill likely")
def refill_chance(succession):
    """Chance that a lead's post is refilled quickly, with a plan or without."""
    return succession.plan_works if succession.plan > 0.5 else succession.no_plan_works


@rule("bidwell2011")
def effectiveness(steps_in_post, inside, succession):
    """A newcomer to a post grows effective evenly over the ramp: min(1, t / ramp)."""
    ramp = succession.ramp_inside if inside else succession.ramp_outside
    return min(1.0, steps_in_post / ramp) if ramp > 0.0 else 1.0


@rule("bidwell2011; assumed: shares")
def successor_action(predecessor, own, inside, succession):
    """A successor keeps part of the predecessor's action: theta a_old + (1 - theta) own."""
    kept = succession.inheritance_inside if inside else succession.inheritance_outside
    return kept * predecessor + (1.0 - kept) * own


@rule("assumed: good relationships of those who own it make successors")
def bench_after(bench, candidates, leaving, succession):
    """The bench grows with good endings, weighted by ownership, and erodes with turnover.

    min(limit, b (1 - erosion leaving) + growth candidates).
    """
    kept = bench * (1.0 - min(1.0, succession.bench_erosion * leaving))
    return min(succession.bench_limit, kept + succession.bench_growth * candidates)


@rule("assumed: people outweigh heads")
def coverage(effective_leads, succession):
    """Work of the programme that its leads cover: min(1, effective action / needed)."""
    return min(1.0, effective_leads / succession.leads_needed)


@rule("bidwell2011")
def disturbance(steps_in_post, inside, succession):
    """A new leader disturbs the team less and less until break-even: max(0, 1 - t / T)."""
    length = succession.break_even if inside else succession.break_even_outside
    return max(0.0, 1.0 - steps_in_post / length) if length > 0.0 else 0.0


@rule("talentstrategy2023; assumed: evenly over the year")
def sponsor_hazard(chief_left, months_per_step, succession):
    """Hazard in a step that the sponsor leaves: the usual, and more in the year after a chief.

    A chance c within 12 months is a hazard of -ln(1 - c) / 12 a month.
    """
    if not chief_left:
        return succession.sponsor_exit
    yearly = -logarithm(max(1e-12, 1.0 - succession.sponsor_follows))
    return succession.sponsor_exit + yearly * months_per_step / 12.0
