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
    """The bench grows with good endings, by ownership and empowerment; turnover erodes it.

    min(limit, b (1 - erosion leaving) + growth empowerment candidates).
    """
    kept = bench * (1.0 - min(1.0, succession.bench_erosion * leaving))
    grown = succession.bench_growth * succession.empowerment * candidates
    return min(succession.bench_limit, kept + grown)


@rule("assumed: work grows with people, seekers and pairs")
def workload(people, seekers, pairs, succession):
    """Posts that the work takes: people, seekers and formal pairs by what a post can serve."""
    spoken_to = people / succession.people_per_lead
    return spoken_to + seekers / succession.seekers_per_lead + pairs / succession.pairs_per_lead


@rule("assumed: people outweigh heads")
def coverage(effective_leads, work, succession):
    """Work of the programme that its leads cover: min(1, effective action / standard / work)."""
    return min(1.0, effective_leads / succession.lead_standard / max(work, 1e-9))


@rule("cultureamp2024; assumed: sizes")
def relief(notice, named, succession):
    """What is left of uncertainty and following once announced, and with a successor named.

    (1 - r min(1, notice / full)) (1 - n named).
    """
    announced = succession.notice_relief * min(1.0, notice / succession.notice_full)
    return (1.0 - announced) * (1.0 - (succession.named_relief if named else 0.0))


@rule("cultureamp2024; assumed: sizes")
def uncertainty(strength, vacant, interim, steps, inside, succession):
    """Uncertainty lasts while the top is empty, less with an interim, then fades evenly."""
    if vacant:
        return strength * (1.0 - interim)
    length = succession.uncertainty_inside if inside else succession.uncertainty_outside
    return strength * max(0.0, 1.0 - steps / length) if length > 0.0 else 0.0


@rule("li2020; beteille2012; assumed: size")
def unready(experienced, succession):
    """A new leader who has not led before is felt more: 1 + inexperience."""
    return 1.0 if experienced else 1.0 + succession.inexperience


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
