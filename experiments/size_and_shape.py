"""Whether the findings hold at every size and shape of an organization.

Question
--------
The findings are of 1,555 people on five levels. Do they hold from 30 to 30,000 people, and with
leaders of 3 to 30 reports? What is a lapse, an absence, a chief's exit worth there, and a top that
does not act?

Design
------
Organizations of 30, 100, 300, 1,555, 6,000 and 30,000 people with six reports a leader, and of
1,555 with 3, 10 and 30 reports. In each: a lapse and an absence of six months and a chief who
leaves suddenly, in month 60; and a chief and top that hardly act, from the start. Against the same
organization without, on the same luck; ten years.

Rule
----
A finding holds everywhere if in each size and shape the interval lies beyond the bar that was asked
of 1,555: .01 standard deviations of engagement in the year after, and for a silent top a point of
practice in the last year. It is judged by the least of them, and does not hold if one lies below.

Source
------
The referee's question: numbers carry the size and shape of the organization that they are of.
"""

from typing import Any

from common import Experiment, Found, Pictures, dose, world

from simulation.answers.claims import END, YEAR, Claim, everywhere

SIZES = {f"{people:,} people": {"organization.people": people} for people in
         (1555, 30, 100, 300, 6000, 30000)}  # fmt: skip
SPANS = {f"{span} reports": {"organization.span": span} for span in (3, 10, 30)}
PLACES: dict[str, dict[str, Any]] = SIZES | SPANS
EVENTS = {
    "a lapse": {"type": "commitment_lapse", "action": 0.1, "months": 6},
    "an absence": {"type": "presence_change", "share": 0.0, "months": 6},
    "a chief who leaves": {"type": "chief_leaves", "successor": "outside"},
}
SILENT = "a top that hardly acts"


def name_of(place: str, what: str = "") -> str:
    """Return what a world is called: the place, and what happens there."""
    return "-".join(f"{place} {what}".replace(",", "").split())


OWN = [
    made
    for place, size in PLACES.items()
    for made in (
        world(name_of(place), f"{place}, nothing happens", **size),
        world(name_of(place, SILENT), f"{place}: {SILENT}", **size, **{"commitment.action": 0.1}),
        *(
            world(name_of(place, what), f"{place}: {what}", events=[event], **size)
            for what, event in EVENTS.items()
        ),
    )
]
CLAIMS = (
    *(
        claim
        for what in EVENTS
        for claim in everywhere(
            f"{what} is felt at every size and shape",
            [Claim(f"{what} is felt there", name_of(place, what), name_of(place), falls=True,
                   title=place)
             for place in PLACES],
            "sizes and shapes",
        )
    ),
    *everywhere(
        f"{SILENT} costs practice at every size and shape",
        [Claim(f"{SILENT} costs practice there", name_of(place, SILENT), name_of(place), "practice",
               END, falls=True, title=place) for place in PLACES],
        "sizes and shapes",
    ),
)  # fmt: skip


def shown(found: Found) -> Pictures:
    """Return what each event changes over size and over span."""
    figures, windows = {}, dict.fromkeys(EVENTS, YEAR) | {SILENT: END}
    axes = {
        "size": ("People", {place: size["organization.people"] for place, size in SIZES.items()}),
        "span": ("Reports of a leader",
                 {place: size["organization.span"] for place, size in SPANS.items()}
                 | {"1,555 people": 6}),
    }  # fmt: skip
    for axis, (label, doses) in axes.items():
        pairs = {
            f"{what}, {windows[what].words}": {
                "": {dose_of: (name_of(place, what), name_of(place))
                     for place, dose_of in sorted(doses.items(), key=lambda one: one[1])}
            }
            for what in windows
        }  # fmt: skip
        panels = dict(zip(pairs, windows.values(), strict=True))
        for measure, y in (("engagement", "Engagement, difference (sd)"),
                           ("practice", "Practice, difference (points)")):  # fmt: skip
            figure = dose(found, pairs, [measure], label, y, windows=panels)
            figures[f"{measure}_by_{axis}"] = (figure, f"{y}, over {label.lower()}.")
    return figures


EXPERIMENT = Experiment("size_and_shape", __doc__, OWN, CLAIMS, shown, months=120, replications=24)

if __name__ == "__main__":
    EXPERIMENT.command()
