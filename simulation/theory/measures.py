"""What is measured of a run every month."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["LEVEL_MEASURES", "MEASURES", "Measure"]


class Measure(NamedTuple):
    """A monthly measure: unit, whether months add up, and what it says."""

    unit: str
    adds_up: bool
    meaning: str


MEASURES: dict[str, Measure] = {
    "adoption": Measure("share", False, "share of people who practise mentoring"),
    "engagement": Measure("sd", False, "mean engagement score, in standard deviations"),
    "engaged_share": Measure("share", False, "share of people who are engaged"),
    "disengaged_share": Measure("share", False, "share of people actively disengaged"),
    "credibility": Measure("share", False, "mean credibility of leaders in people's eyes"),
    "participation": Measure("count", False, "active mentoring relationships"),
    "waiting": Measure("people", False, "people who seek a mentor and have none yet"),
    "ownership": Measure("share", False, "mean ownership of the programme"),
    "currency": Measure("share", False, "mean of how current leaders are on mentoring"),
    "visible_value": Measure("share", False, "mentoring's value as leaders see it"),
    "infrastructure": Measure("share", False, "effective capacity of the four resources"),
    "leads_in_post": Measure("people", False, "mentoring leads in post"),
    "leader_action": Measure("share", False, "mean action that leaders show"),
    "exits": Measure("people", True, "people who left in the month"),
    "leader_hours": Measure("hours", True, "hours of leaders in the month"),
    "money": Measure("thousand", True, "programme money spent in the month"),
    "headcount": Measure("people", False, "occupied seats"),
    "leader_talk": Measure("share", False, "mean talk of leaders"),
    "presence": Measure("share", False, "mean belief in leaders' presence"),
    "cynics_share": Measure("share", False, "share of people whose credibility is very low"),
    "ceiling": Measure("share", False, "mean ceiling of credibility (1: no scars)"),
    "mentees_share": Measure("share", False, "share of people who have a mentor"),
    "formal_share": Measure("share", False, "share of people mentored in the formal programme"),
    "mentors_share": Measure("share", False, "share of people who mentor somebody"),
    "financial": Measure("share", False, "stock of money"),
    "technological": Measure("share", False, "stock of technology"),
    "human": Measure("share", False, "stock of people"),
    "knowledge": Measure("share", False, "stock of knowledge"),
    "programme_alive": Measure("share", False, "whether the programme runs (1) or not (0)"),
    "chief_in_post": Measure("share", False, "whether there is a chief"),
    "sponsor_in_post": Measure("share", False, "whether there is a sponsor"),
    "vacancies": Measure("people", False, "vacant seats"),
    "bench": Measure("people", False, "possible successors of the mentoring leads"),
    "frustration": Measure("share", False, "mean frustration with the search for a mentor"),
    "voluntary_exits": Measure("people", True, "people who left by their own choice"),
    "hires": Measure("people", True, "people hired from outside"),
    "promotions": Measure("people", True, "people promoted"),
    "successions": Measure("people", True, "leaders new in their posts"),
    "enquiries": Measure("people", True, "people who enquired about mentoring"),
    "joins_invitation": Measure("people", True, "people who joined through invitations"),
    "joins_peers": Measure("people", True, "people who joined through peers"),
    "dropouts": Measure("people", True, "people who stopped practising"),
    "matches": Measure("count", True, "relationships begun"),
    "completed": Measure("count", True, "relationships that ended well"),
    "failed": Measure("count", True, "relationships that failed"),
    "completed_months": Measure("months", True, "length of the relationships that ended well"),
    "contact_hours": Measure("hours", True, "hours that mentors and mentees spent together"),
    "months_without_lead": Measure("months", True, "time without any mentoring lead"),
    "leader_vacancy": Measure("months", True, "months of leaders' seats being vacant"),
    "turnover_money": Measure("thousand", True, "cost of replacing those who left"),
}
#: Measures that are also taken by level, as ``adoption_level_0`` and so on.
LEVEL_MEASURES = ("adoption", "engagement", "credibility", "ownership", "leader_action")
