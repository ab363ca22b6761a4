"""Invite: who joins, whether a campaign lasts, and whether a shared, aligned vision moves people.

Question
--------
Leaders must invite people to take part, recognise those who do, and share a vision that fits the
strategy and tells of benefits. Does an invitation bring people in? Does a campaign last, and does
recognition make it last? Does a clear vision move those whom no invitation reaches? What happens
when the strategy changes and the message no longer fits? Do benefits need to be told?

Design
------
A campaign in month 60, with and without recognition; the usual invitation in steps of reach; a
clear vision against none, with nobody invited; a change of strategy in month 60, with leaders who
fit the message to it and with leaders who do not. Fifteen years, on the same luck. In the model a
vision is told by those who invite: that it moves whom nobody invites would have to come through
what the invited do, and in this design nobody is.

Rule
----
An invitation counts if practice in the last year is a point higher with it. A campaign lasts if
four years later practice is still half a point higher; recognition makes it last if the lift is
half a point larger with it. A vision moves the uninvited if practice is a point higher, where
nobody is reached. A message that no longer fits costs a point of practice in five years, and
fitting it anew spares half of one. Engagement is judged by .01 standard deviations.

Source
------
The practitioner's text, action 3: invite; a vision that is shared and aligned with strategy;
recognition makes participants visible; talk of benefits to person and organization.
"""

from common import EVENT, Experiment, Found, Pictures, dose, over_time, world

from simulation.answers.claims import END, FIVE_YEARS, Claim, Window

REACHES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
DURING = Window("in the two months", EVENT, EVENT + 2)
LATER = Window("four years later", EVENT + 48, EVENT + 60)
CAMPAIGN = {"type": "campaign", "reach": 0.5, "strength": 8.0, "months": 2}
ALONE, SEEN = "one-campaign", "recognised-campaign"
SEEN_TOO = {"invitation.recognition": 0.9}
CLEAR, BLIND = "uninvited-with-a-vision", "uninvited-without"
UNFIT, FITTED = "strategy-changes", "strategy-changes-refitted"
TITLES = {
    ALONE: "A campaign of two months",
    SEEN: "A campaign, participants recognised",
    CLEAR: "Nobody invited, a clear vision",
    BLIND: "Nobody invited, no vision",
    UNFIT: "The strategy changes, the message stays",
    FITTED: "The strategy changes, the message follows",
    "no-benefits-told": "No talk of benefits",
}
NOBODY = {"invitation.reach": 0.0}
STRATEGY = {"type": "strategy_change", "alignment": 0.3}
OWN = [
    world(ALONE, events=[CAMPAIGN]),
    world(SEEN, events=[CAMPAIGN], **SEEN_TOO),
    world("recognised-always", **SEEN_TOO),
    *(world(f"reach-{reach:g}", **{"invitation.reach": reach}) for reach in REACHES),
    world(CLEAR, **NOBODY, **{"invitation.vision": 1.0}),
    world(BLIND, **NOBODY, **{"invitation.vision": 0.0}),
    world(UNFIT, events=[STRATEGY], **{"invitation.realignment": 0.0}),
    world(FITTED, events=[STRATEGY], **{"invitation.realignment": 0.2}),
    world("no-benefits-told", **{"invitation.value_weight": 0.0}),
]
CLAIMS = (
    Claim("people join who are invited", "reach-1", "reach-0", "practice", END),
    Claim("people join who are invited", "reach-1", "reach-0", "engagement", END),
    Claim("a campaign brings a spike", ALONE, measure="joins_invitation", window=DURING, bar=1.0),
    Claim("a campaign lasts", ALONE, measure="practice", window=LATER, bar=0.5),
    Claim("a campaign lasts", ALONE, measure="engagement", window=LATER),
    Claim("recognition makes it last", SEEN, "recognised-always", "practice", LATER, bar=0.5),
    Claim("recognition brings practice", "recognised-always", measure="practice", window=END),
    Claim("a shared vision moves the uninvited", CLEAR, BLIND, "practice", END),
    Claim("a shared vision moves the uninvited", CLEAR, BLIND, "engagement", END),
    Claim("a message that does not fit costs", UNFIT, "baseline", "practice", FIVE_YEARS, True),
    Claim("a message that does not fit costs", UNFIT, "baseline", "engagement", FIVE_YEARS, True),
    Claim("fitting it anew spares", FITTED, UNFIT, "practice", FIVE_YEARS, bar=0.5),
    Claim("benefits have to be told", "no-benefits-told", "baseline", "practice", END, True),
)


def shown(found: Found) -> Pictures:
    """Return practice after campaigns and a change of strategy, and over reach."""
    points = {"": {"": {reach: f"reach-{reach:g}" for reach in REACHES}}}
    figure = dose(
        found, points, ["practice"], "Share of people reached", "Practice given survival (%)"
    )
    cases = {name: TITLES[name] for name in (ALONE, UNFIT, FITTED)}
    return {
        "practice": (over_time(found, "practice", cases), "Practice by month after each event."),
        "reach": (figure, "Practice in the last year over the reach of invitations."),
    }


EXPERIMENT = Experiment("invitation", __doc__, ["baseline", *OWN], CLAIMS, shown, titles=TITLES)

if __name__ == "__main__":
    EXPERIMENT.command()
