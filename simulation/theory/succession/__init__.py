"""Leader action 6: secure the succession of mentoring leadership, and of leaders at large."""

from __future__ import annotations

from ..column import SET, STEP, Column
from ..declare import Action, Group, declare
from ..drawn import Draw
from ..measured import Measure

ACTION = Action(
    6,
    "Address the succession of mentoring leadership",
    "one-lead",
    "leads_in_post, months_without_lead",
)


class Succession(Group):
    """Who follows whom: mentoring leads, sponsor, chief and line leaders."""

    leads: int = declare(
        2, 1, 10, "people", "assumed", "brief", "Posts of mentoring leads (k).", role="lever"
    )
    lead_action: float = declare(
        0.7,
        0.05,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Action of the mentoring leads at the start; later ones are chosen around it.",
        acts="start",
    )
    lead_standard: float = declare(
        0.7,
        0.05,
        1.0,
        "share",
        "assumed",
        "plausible",
        "Action of a mentoring lead that does the work of one post.",
        role="constant",
    )
    pairs_per_lead: float = declare(
        182.0,
        1.0,
        100000.0,
        "count",
        "seen",
        "brief",
        "Formal pairs that one post of mentoring lead can serve.",
        plausible=(100.0, 250.0),
    )
    seekers_per_lead: float = declare(
        200.0,
        1.0,
        100000.0,
        "people",
        "assumed",
        "plausible",
        "People who seek a mentor that one post can look after.",
    )
    people_per_lead: float = declare(
        4000.0,
        1.0,
        1000000.0,
        "people",
        "assumed",
        "plausible",
        "People of the organization to whom one post can speak for the programme.",
    )
    lead_exit: float = declare(
        0.179,
        0.0,
        5.0,
        "per year",
        "assumed",
        "brief",
        "Hazard that a mentoring lead leaves the post.",
        plausible=(0.09, 0.28),
    )
    plan: bool = declare(
        False,
        None,
        None,
        "switch",
        "assumed",
        "lever",
        "Whether there is a succession plan.",
        acts="next holder",
    )
    notice: float = declare(
        0.0,
        0.0,
        24.0,
        "months",
        "assumed",
        "lever",
        "How long before leaving leaders announce it: the search for a successor begins then.",
        plausible=(0.0, 12.0),
        acts="next holder",
    )
    overlap: float = declare(
        0.0,
        0.0,
        12.0,
        "months",
        "assumed",
        "lever",
        "How long a successor works beside the one who leaves; above 0 no seat is empty between.",
        plausible=(0.0, 6.0),
        acts="next holder",
    )
    interim: float = declare(
        0.0,
        0.0,
        1.0,
        "share",
        "assumed",
        "lever",
        "Part of the predecessor's talk and action that an interim shows while a seat is empty.",
        plausible=(0.0, 0.8),
        acts="next holder",
    )
    named: bool = declare(
        False,
        None,
        None,
        "switch",
        "assumed",
        "lever",
        "Whether a successor is named when a leader is known to leave.",
        acts="next holder",
    )
    empowerment: float = declare(
        0.5,
        0.0,
        1.0,
        "share",
        "assumed",
        "lever",
        "How far mentoring leads prepare others to succeed them.",
        plausible=(0.0, 1.0),
    )
    plan_overlap: float = declare(
        1.0,
        0.0,
        12.0,
        "months",
        "assumed",
        "plausible",
        "Months that a planned handover between mentoring leads overlaps.",
        needs={"succession.plan": True},
        acts="next holder",
    )
    notice_full: float = declare(
        6.0,
        0.1,
        24.0,
        "months",
        "assumed",
        "plausible",
        "Notice that takes away all of the uncertainty that notice can.",
        acts="next holder",
    )
    notice_relief: float = declare(
        0.603,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Part of the uncertainty, and of following, that full notice takes away.",
        plausible=(0.4, 0.8),
        acts="next holder",
    )
    named_relief: float = declare(
        0.272,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Part of them that a named successor takes away.",
        plausible=(0.1, 0.5),
        acts="next holder",
    )
    uncertainty_inside: float = declare(
        9.79,
        0.0,
        60.0,
        "months",
        "assumed",
        "brief",
        "Months until uncertainty has faded under a new chief from inside.",
        plausible=(6.0, 15.0),
    )
    uncertainty_outside: float = declare(
        28.8,
        0.0,
        60.0,
        "months",
        "assumed",
        "brief",
        "Months until uncertainty has faded under a new chief from outside.",
        plausible=(18.0, 36.0),
    )
    retired: float = declare(
        0.5,
        0.0,
        5.0,
        "factor",
        "assumed",
        "plausible",
        "How much of the usual uncertainty and following a retirement brings.",
        acts="next holder",
    )
    poached: float = declare(
        1.5,
        0.0,
        5.0,
        "factor",
        "assumed",
        "li2020",
        "How much of the usual following a leader brings who goes to a competitor.",
        acts="next holder",
    )
    dismissed: float = declare(
        3.0,
        0.0,
        10.0,
        "factor",
        "assumed",
        "brief (6,508 school-years)",
        "How much of the usual uncertainty the dismissal of a chief brings.",
        acts="next holder",
    )
    experienced_outside: float = declare(
        0.6,
        0.0,
        1.0,
        "probability",
        "assumed",
        "plausible",
        "Probability that a leader hired from outside has led before.",
        acts="next holder",
    )
    inexperience: float = declare(
        0.5,
        0.0,
        5.0,
        "share",
        "assumed",
        "li2020; beteille2012 (the sign)",
        "How much more a team feels a leader who has not led before: disturbance and following.",
    )
    plan_works: float = declare(
        0.7,
        0.0,
        1.0,
        "probability",
        "assumed",
        "brief",
        "Probability of a quick refill with a plan.",
        needs={"succession.plan": True},
        acts="next holder",
    )
    no_plan_works: float = declare(
        0.2,
        0.0,
        1.0,
        "probability",
        "assumed",
        "brief",
        "Probability of a quick refill without a plan.",
        needs={"succession.plan": False},
        acts="next holder",
    )
    refill_quick: float = declare(
        2.0,
        0.0,
        60.0,
        "months",
        "assumed",
        "brief",
        "Vacancy of a lead's post when the refill works.",
        acts="next holder",
    )
    refill_slow: float = declare(
        21.1,
        0.0,
        120.0,
        "months",
        "assumed",
        "brief",
        "Vacancy of a lead's post when it does not.",
        plausible=(6.0, 36.0),
        acts="next holder",
    )
    bench_start: float = declare(
        1.0,
        0.0,
        20.0,
        "people",
        "assumed",
        "plausible",
        "Possible successors of the leads at the start.",
        acts="start",
    )
    bench_growth: float = declare(
        0.0105,
        0.0,
        1.0,
        "probability",
        "assumed",
        "brief",
        "Bench members gained per good completed formal relationship of a person with full "
        "ownership, at full empowerment.",
        plausible=(0.001, 0.02),
    )
    bench_erosion: float = declare(
        1.0,
        0.0,
        10.0,
        "factor",
        "assumed",
        "plausible",
        "How much faster the bench shrinks than the organization loses people.",
    )
    bench_limit: float = declare(
        5.0, 0.0, 50.0, "people", "assumed", "plausible", "Largest useful bench."
    )
    inheritance_inside: float = declare(
        0.5,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Part of the predecessor's action that an inside successor keeps.",
        acts="next holder",
    )
    inheritance_outside: float = declare(
        0.2,
        0.0,
        1.0,
        "share",
        "assumed",
        "brief",
        "Part of the predecessor's action that an outside successor keeps.",
        acts="next holder",
    )
    ramp_inside: float = declare(
        6.0,
        0.0,
        120.0,
        "months",
        "assumed",
        "bidwell2011 (of line leaders)",
        "Months until a successor from inside is fully effective.",
    )
    ramp_outside: float = declare(
        24.0,
        0.0,
        120.0,
        "months",
        "assumed",
        "bidwell2011 (of line leaders)",
        "Months until a successor from outside is fully effective.",
    )
    chief_exit: float = declare(
        0.1178,
        0.0,
        5.0,
        "per year",
        "seen",
        "conferenceboard2023",
        "Hazard that the chief leaves.",
        plausible=(0.11, 0.125),
    )
    chief_vacancy: float = declare(
        3.0,
        0.0,
        36.0,
        "months",
        "assumed",
        "plausible",
        "Months without a chief, no plan.",
        needs={"succession.plan": False},
        acts="next holder",
    )
    chief_vacancy_plan: float = declare(
        1.0,
        0.0,
        36.0,
        "months",
        "assumed",
        "plausible",
        "Months without a chief, with a plan.",
        needs={"succession.plan": True},
        acts="next holder",
    )
    chief_inside: float = declare(
        0.55,
        0.0,
        1.0,
        "probability",
        "assumed",
        "plausible",
        "Probability that the next chief comes from inside, no plan.",
        needs={"succession.plan": False},
        acts="next holder",
    )
    chief_inside_plan: float = declare(
        0.85,
        0.0,
        1.0,
        "probability",
        "assumed",
        "plausible",
        "Probability that the next chief comes from inside, with a plan.",
        needs={"succession.plan": True},
        acts="next holder",
    )
    sponsor_action: float = declare(
        0.6, 0.0, 1.0, "share", "assumed", "lever", "Action of the human-resources sponsor."
    )
    sponsor_exit: float = declare(
        0.1,
        0.0,
        5.0,
        "per year",
        "assumed",
        "plausible",
        "Hazard that the sponsor leaves for own reasons.",
    )
    sponsor_follows: float = declare(
        0.43,
        0.0,
        1.0,
        "probability",
        "seen",
        "talentstrategy2023",
        "Probability that the sponsor leaves within 12 months of a change of chief.",
    )
    sponsor_vacancy: float = declare(
        6.0,
        0.0,
        60.0,
        "months",
        "assumed",
        "plausible",
        "Months without a sponsor.",
        acts="next holder",
    )
    leader_vacancy: float = declare(
        3.8,
        0.1,
        36.0,
        "months",
        "assumed",
        "plausible",
        "Mean months until a vacant leader's seat is filled.",
        plausible=(1.5, 5.0),
        acts="next holder",
    )
    leader_inside: float = declare(
        0.631,
        0.0,
        1.0,
        "probability",
        "assumed",
        "plausible",
        "Probability that a leader's seat is filled from the team.",
        plausible=(0.5, 0.8),
        acts="next holder",
    )
    break_even: float = declare(
        6.0,
        0.0,
        60.0,
        "months",
        "recalled",
        "bidwell2011",
        "Months until a new leader from inside disturbs the team no more.",
    )
    break_even_outside: float = declare(
        24.0,
        0.0,
        60.0,
        "months",
        "seen",
        "bidwell2011",
        "Months until a new leader from outside disturbs the team no more.",
    )


COLUMNS = {
    "in_post": Column("count", "when the person took the seat", "step", SET, STEP, STEP),
    "experienced": Column(
        "count", "whether the person had led before taking the seat", "switch", SET, SET
    ),
    "outside": Column("count", "whether the seat was filled from outside", "switch", 0, 1, 0),
}

DRAWS = {
    "PROMOTION": Draw(6, "which of a team follows its leader", "person"),
    "LEADS": Draw(
        18,
        "whether a mentoring lead leaves, and the post is refilled quickly; what the next one does",
        "post",
        ("low", "middle"),
    ),
    "SPONSOR": Draw(
        19, "whether the sponsor leaves; what the next one does", "post", ("low", "middle")
    ),
    "CHIEF": Draw(
        24,
        "whether a leader is followed from inside; how much a new chief talks of mentoring; "
        "whether a leader hired has led before",
        "seat; person",
        ("whole", "low", "middle"),
    ),
}

MEASURES = {
    "leads_in_post": Measure("people", False, "mentoring leads in post", headline=12),
    "chief_in_post": Measure("share", False, "whether there is a chief"),
    "sponsor_in_post": Measure("share", False, "whether there is a sponsor"),
    "workload": Measure("people", False, "posts of mentoring leads that the work would take"),
    "unmet_need": Measure("share", False, "part of that work that no mentoring lead covers"),
    "bench": Measure("people", False, "possible successors of the mentoring leads"),
    "promotions": Measure("people", True, "people promoted"),
    "successions": Measure("people", True, "leaders new in their posts"),
    "months_without_lead": Measure("months", True, "time without any mentoring lead"),
    "leader_vacancy": Measure("months", True, "months of leaders' seats being vacant"),
}
