"""Commitment in talk and action: what a breach costs, what silence and honesty cost, for how long.

Question
--------
Leaders must commit in talk and in action. What do people do when leaders promise and do nothing,
for 1, 3 or 6 months? Is silence cheaper, or saying so? Whose lapse counts? How long until half is
regained? And over years: is talk without action worse than neither?

Design
------
The shipped lapses, silences and the honest failure, each from month 60 on, against `baseline`; and
five organizations that talk and act more or less from the start. Twenty years, so that a recovery
can be followed; all on the same luck.

Rule
----
A withdrawal is felt if engagement falls by .01 standard deviations in the year after (and in the
second), credibility by a point. It can take years to recover if half of a loss is regained only
after 24 months. A breach costs more than silence, and deception more than honest failure, by the
same bars. More talk and action engage more, and practise more, in the last year; so does action
alone, against neither; talk adds to action; talk without action is worse than neither; and more
talk on top of action is believed less.

Source
------
The practitioner's text, action 2: commit in talk and action; a withdrawal sends a message of
unimportance; it can take years to recover; whoever deceives loses more than whoever fails honestly.
"""

from common import Experiment, Found, Pictures, over_time

from simulation.answers.claims import END, SECOND, Claim, claims, recovers

LAPSES = {
    "lapse-6-months": "Promises, no action, 6 months",
    "lapse-1-month": "Promises, no action, 1 month",
    "lapse-3-months": "Promises, no action, 3 months",
    "silence-6-months": "Silence, no action, 6 months",
    "honest-failure": "No action for 6 months, and saying so",
    "lapse-top-only": "The top two levels alone, 6 months",
    "lapse-chief-only": "The chief alone, 6 months",
}
STRONG, ACTION, TALK = "strong-commitment", "action-without-talk", "talk-without-action"
NEITHER = "no-commitment"
#: What is claimed of two organizations that talk and act differently from the start.
PAIRS = (
    ("more talk and action gain more", STRONG, "baseline"),
    ("more talk and action gain more", "baseline", NEITHER),
    ("action gains even without talk", ACTION, NEITHER),
    ("talk adds to action", STRONG, ACTION),
)
FELT, WORSE = "a withdrawal of commitment is felt", "talk without action is worse than neither"

CLAIMS = (
    *claims(FELT, [*LAPSES], falls=True),
    *claims(FELT, [*LAPSES], falls=True, window=SECOND),
    *claims(FELT, [*LAPSES], measure="credibility", falls=True),
    *(
        Claim("a breach costs more than silence", f"lapse-{many}", f"silence-{many}", falls=True)
        for many in ("6-months", "3-months", "1-month")
    ),
    Claim("deception costs more than honesty", "lapse-6-months", "honest-failure", falls=True),
    *recovers(
        "it can take years to recover", [*LAPSES], ("engagement", "credibility", "practice"), 24
    ),
    *(Claim(*pair, what, END) for pair in PAIRS for what in ("engagement", "practice")),
    *(Claim(WORSE, TALK, NEITHER, what, END, falls=True) for what in ("engagement", "practice")),
    Claim("more talk on top of action is believed less", STRONG, ACTION, "credibility", END, True),
)


def shown(found: Found) -> Pictures:
    """Return what each lapse does by month."""
    return {
        what: (over_time(found, what, LAPSES), f"What each lapse does to {what}, month by month.")
        for what in ("engagement", "credibility", "practice")
    }


EXPERIMENT = Experiment(
    "commitment",
    __doc__,
    ["baseline", STRONG, ACTION, TALK, NEITHER, *LAPSES, "silence-1-month", "silence-3-months"],
    CLAIMS,
    shown,
    months=240,
    titles=LAPSES,
)

if __name__ == "__main__":
    EXPERIMENT.command()
