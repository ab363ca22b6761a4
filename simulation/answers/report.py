"""The decision report: one HTML file with everything in it, to be read, printed and sent.

A comparison's tables go in, one file comes out: no scripts, nothing loaded from anywhere.
The answer stands first, the limits of the model beside it; every number has its interval,
and whether an interval excludes no difference is said in words.
"""

from __future__ import annotations

import base64
import math
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ..files import whole
from ..theory.measures import MEASURES
from ..words import digits_for, direction, number
from .declared import OUTCOMES, UNITS, Unit, answering
from .outcomes import ONE_RUN, share_told
from .recovery import LONGEST, WINDOW

if TYPE_CHECKING:
    from jinja2 import Environment
    from matplotlib.figure import Figure

    from ..organizations.organization import Organization

__all__ = ["LIMITS", "write_report", "write_verification"]

#: What the intervals hold, by whether the comparison went through accepted parameter vectors.
CHANCE_ONLY = (
    "Parameter values are mostly assumed.",
    "Few rates in this model have been measured, and none in your organization. The intervals "
    "in this report hold chance only: how far the result moves from one run of the same "
    "assumptions to the next. They do not hold the uncertainty of the assumptions, which is "
    "larger; mentoring compare --uncertainty carries it along.",
)
CHANCE_AND_PARAMETERS = (
    "Parameter values are mostly assumed.",
    "Few rates in this model have been measured, and none in your organization. The runs went "
    "through {} sets of parameters that all show the published patterns, and the intervals of "
    "differences hold chance and what is not known about parameters. They do not hold what the "
    "model itself may have wrong.",
)
#: What the model must not claim (MODEL.md), in plain words.
LIMITS = (
    (
        "Recovery times are not precise.",
        "They hang on how fast credibility is gained and lost and on how long a disappointment "
        "scars, and these are weakly known. Read them as an order, faster or slower, and vary "
        "those rates before you rely on one.",
    ),
    (
        "Nothing is said about pay or promotion.",
        "The model has no effect of mentoring on anybody's pay or career.",
    ),
    (
        "Nothing is said about productivity.",
        "In a randomised trial voluntary mentoring raised it by about nothing; only a mandatory "
        "scheme did. A gain in practice here is not a gain in output.",
    ),
    (
        "Mentoring is not shown to keep people.",
        "People who are mentored leave less often, but much of that is who takes part. The model "
        "supports no claim that mentoring by itself cuts the rate of leaving by more than two "
        "fifths (a hazard ratio below 0.6).",
    ),
)
#: The outcomes in the table of costs, by what they are there: money, hours, years.
COSTS = {outcome.cost: key for key, outcome in OUTCOMES.items() if outcome.cost}
#: What stands above the sentences of the answer.
ENGAGEMENT, PRACTICE = "Engagement", "Practice"
PRACTICE_IN_PARTS = "Practice: whether the programme survives, and who practises where it does"
NO_VALUE = "no value"
TOO_FEW = "too few runs"


class Picture(NamedTuple):
    """A figure in the report: heading, picture as data, words for who cannot see, caption."""

    heading: str
    data: str
    alternative: str
    caption: str


def write_report(comparison: Mapping[str, Any], path: str | Path) -> Path:
    """Write the report of a comparison as one HTML file and return its path.

    Parameters
    ----------
    comparison : mapping
        Tables ``bands``, ``differences_over_time``, ``levels`` and ``outcomes``; the list
        ``scenarios`` (name, title, question, events, changes, digest; the first is the one
        compared against); the mappings ``organization`` and ``provenance``. With ``chart``,
        an ``Organization``, the organization is drawn as well.
    path : str or Path
        The file; missing folders are made, an older file is replaced.

    Notes
    -----
    The same comparison gives the same bytes: nothing is read from the clock or the machine.
    """
    return render("report.html.jinja", _content(comparison), path)


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, content: Mapping[str, Any], path: str | Path) -> Path:
    """Write a page from a template; return its path; missing folders are made."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    page = _environment().get_template(template).render(content)
    whole(target, lambda part: part.write_text(page, "utf-8", newline="\n"))
    return target


def _content(comparison: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything that the template shows, as words and pictures."""
    scenarios, outcomes = list(comparison["scenarios"]), comparison["outcomes"]
    vectors = comparison["provenance"].get("vectors")
    head, text = CHANCE_AND_PARAMETERS if vectors else CHANCE_ONLY
    titles = {str(one["name"]): str(one.get("title") or one["name"]) for one in scenarios}
    return {
        "titles": titles,
        "first": next(iter(titles.values())),
        "answer": _answer(outcomes),
        "limits": ((head, text.format(vectors)), *LIMITS),
        "vectors": vectors,
        "interval_of": _interval_of(outcomes),
        "recovery": {"window": WINDOW, "longest": LONGEST},
        "groups": _outcome_groups(outcomes, titles),
        "pictures": _pictures(comparison, titles),
        "cost_picture": _cost_picture(outcomes, titles),
        "costs": _cost_rows(outcomes, titles),
        "scenarios": [_described(one) for one in scenarios],
        "sentences": {name: _sentences(outcomes, name) for name in titles},
        "organization": comparison["organization"],
        "chart": _chart_picture(comparison.get("chart")),
        "provenance": comparison["provenance"],
        "replications": comparison["provenance"].get("replications"),
        "notes": comparison.get("notes", ()),
        "folder": comparison.get("folder"),
    }


def _described(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scenario with its events in words and its changes as in a scenario file."""
    from ..pictures.figures import event_label

    events = sorted(scenario.get("events", ()), key=lambda event: float(event["month"]))
    changes = [
        {
            key: str(value).lower() if isinstance(value, bool) else value
            for key, value in one.items()
        }
        for one in scenario.get("changes", ())
    ]
    happenings = [(event["month"], event_label(event)) for event in events]
    return {
        "question": "",
        "digest": "",
        "title": "",
        **scenario,
        "changes": changes,
        "happenings": happenings,
    }


def described_organization(organization: Organization) -> dict[str, Any]:
    """Return what a report says of an organization; no identifier is in it."""
    level, leads = organization.level, organization.team_size > 0
    return {
        "source": organization.source,
        "people": organization.people,
        "levels": [
            {
                "level": k,
                "people": int((level == k).sum()),
                "leaders": int((leads & (level == k)).sum()),
            }
            for k in range(organization.levels)
        ],
        "ties": len(organization.tie_seat) // 2,
        "notes": list(organization.notes),
    }


# --- words -----------------------------------------------------------------------------


def _unit_of(unit: str) -> Unit:
    return UNITS.get(unit, Unit(1.0, None, unit, unit))


def shown(value: float, low: float, high: float, unit: str, signed: bool = False) -> list[str]:
    """Return a number with its unit, and its interval; two empty-handed words for NaN."""
    if math.isnan(value):
        return [NO_VALUE, ""]
    factor, digits, plain, between = _unit_of(unit)
    if digits is None:
        digits = min(2, digits_for(value, low, high))
    numbers = [number(factor * one, digits) for one in (value, low, high)]
    sign = "+" if signed and value > 0 and numbers[0].strip("0.") else ""
    interval = "" if math.isnan(low) or math.isnan(high) else f"{numbers[1]} to {numbers[2]}"
    shown = between if signed else plain
    gap = "\N{NO-BREAK SPACE}" if shown == "%" else " "
    return [f"{sign}{numbers[0]}{gap}{shown}".strip(), interval]


def _way(row: Any) -> str:
    """Return which way a difference goes, by its interval as it is printed: see direction."""
    factor, digits, *_ = _unit_of(row.unit)
    return direction(factor * row.difference_low, factor * row.difference_high, digits or 0)


def _verdict(row: Any) -> str:
    """Return in words whether the interval of a difference excludes 0."""
    if math.isnan(row.difference_low) or math.isnan(row.difference_high):
        return "too few runs to tell"
    way = _way(row)
    return f"{way}: the interval excludes 0" if way else "no clear difference: the interval holds 0"


def _answer(outcomes: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """Return headings and sentences: of each outcome clear and large differences first."""
    told = outcomes[outcomes["sentence"].fillna("").astype(str) != ""]
    answer: dict[str, list[str]] = {}
    keys = answering(set(told["outcome"]))
    in_parts = any(OUTCOMES[key].chance for key in keys)
    for key in keys:
        rows: list[Any] = list(told[told["outcome"] == key].itertuples())
        rows.sort(key=lambda row: (not _way(row), -_size(row.difference)))
        engaged = OUTCOMES[key].measure == "engagement"
        heading = ENGAGEMENT if engaged else PRACTICE_IN_PARTS if in_parts else PRACTICE
        answer.setdefault(heading, []).extend(str(row.sentence) for row in rows)
    return list(answer.items())


def _size(difference: float) -> float:
    return 0.0 if math.isnan(difference) else abs(difference)


def _sentences(outcomes: pd.DataFrame, name: str) -> list[str]:
    rows = outcomes[outcomes["scenario"].astype(str) == name]
    return [str(one) for one in rows["sentence"].fillna("") if one]


# --- tables ----------------------------------------------------------------------------


def _outcome_groups(outcomes: pd.DataFrame, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the outcomes in the table's order, each with a row a scenario."""
    groups = []
    for _, rows in outcomes.groupby("outcome", sort=False):
        label = str(rows["label"].iloc[0])
        lines = [_outcome_row(row, titles) for row in rows.itertuples()]
        if any(line["value"][1] or line["value"][0] != NO_VALUE for line in lines):
            groups.append({"label": label[:1].upper() + label[1:], "rows": lines})
    return groups


def _outcome_row(row: Any, titles: Mapping[str, str]) -> dict[str, Any]:
    name = str(row.scenario)
    reference = name == next(iter(titles))
    gap = (row.difference, row.difference_low, row.difference_high)
    told = not reference and not math.isnan(row.difference)
    alone = ["", ""] if len(titles) == 1 else ["compared against", ""]
    difference = alone if reference else shown(*gap, row.unit, True)
    return {
        "title": titles.get(name, name),
        "value": _value(row),
        "difference": difference,
        "verdict": _verdict(row) if told else "",
        "share": _share(row) if told else "",
        "excludes": told and bool(_way(row)),
    }


def _value(row: Any) -> list[str]:
    """Return an outcome with its interval: of a recovery also what lies beyond those searched."""
    value, interval = shown(row.mean, row.low, row.high, row.unit)
    if math.isinf(row.high):
        most = f"more than {row.searched:.0f}"
        value = f"{most} {row.unit}" if math.isinf(row.mean) else value
        interval = (
            ""
            if math.isinf(row.low)
            else f"{number(row.low, _unit_of(row.unit).decimals)} to {most}"
        )
    if interval or math.isnan(row.mean) or math.isinf(row.low):
        return [value, interval]
    return [value, TOO_FEW]


def _share(row: Any) -> str:
    if row.interval_of != ONE_RUN:
        return ""
    return share_told(row.parameter_share, row.share_low, row.share_high)


def _interval_of(outcomes: pd.DataFrame) -> str:
    """Return what the intervals of differences are for, as the title of their column says it."""
    if (outcomes["interval_of"] == ONE_RUN).any():
        return "95 % of single runs (of a probability: the interval of it)"
    return "95 % interval of the mean"


def _cost_rows(outcomes: pd.DataFrame, titles: Mapping[str, str]) -> list[dict[str, str]]:
    """Return what each scenario costs, in all and for a person-year of practice."""
    rows = []
    for name, title in titles.items():
        own = outcomes[outcomes["scenario"].astype(str) == name].set_index("outcome")
        if not set(COSTS.values()) <= set(own.index):
            return []
        money, hours, years = (
            float(own["mean"][COSTS[what]]) for what in ("money", "hours", "years")
        )
        rows.append(
            {
                "title": title,
                "money": number(money),
                "hours": number(hours),
                "years": number(years),
                "money_each": number(1000 * money / years) if years > 0 else "no practice",
                "hours_each": number(hours / years) if years > 0 else "no practice",
            }
        )
    return rows


# --- pictures --------------------------------------------------------------------------


def picture_data(figure: Figure) -> str:
    """Return a figure as the address of a picture that holds itself."""
    from ..pictures.figures import save

    with tempfile.TemporaryDirectory() as folder:
        picture = save(figure, Path(folder) / "figure.svg").read_bytes()
    return "data:image/svg+xml;base64," + base64.b64encode(picture).decode("ascii")


def _all_events(comparison: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    unique: dict[tuple[Any, str], Mapping[str, Any]] = {}
    for scenario in comparison["scenarios"]:
        for event in scenario.get("events", ()):
            unique.setdefault((event["month"], str(event["type"])), event)
    return list(unique.values())


def _pictures(comparison: Mapping[str, Any], titles: Mapping[str, str]) -> list[Picture]:
    events = _all_events(comparison)
    present, compared = comparison["bands"], comparison["differences_over_time"]
    pictures: list[Picture] = []
    for measure in (name for name, one in MEASURES.items() if one.drawn):
        if (present["measure"] == measure).any():
            pictures.append(_band_picture(present, measure, events, titles))
        rows = compared[compared["measure"] == measure]
        if MEASURES[measure].compared and len(titles) > 1 and len(rows):
            vectors = comparison["provenance"].get("vectors")
            pictures.append(_difference_picture(rows, measure, events, titles, vectors))
    if len(comparison["levels"]):
        pictures.insert(min(2, len(pictures)), _level_picture(comparison["levels"], titles))
    return pictures


def _band_picture(
    table: pd.DataFrame, measure: str, events: list[Any], titles: Mapping[str, str]
) -> Picture:
    from ..pictures.figures import bands

    meaning = _meaning(measure)
    return Picture(
        f"{measure.replace('_', ' ').capitalize()} over time",
        picture_data(bands(table, measure, events, titles=titles)),
        f"Lines over the months, one a scenario: {meaning}.",
        f"The {meaning}, month by month. Each line is the mean of a scenario's runs; nine runs "
        f"in ten stay within its pale band. {_ends(table, measure, titles)}",
    )


def _ends(table: pd.DataFrame, measure: str, titles: Mapping[str, str]) -> str:
    """Return what is seen at the end of the lines: the highest and the lowest scenario."""
    rows = table[table["measure"] == measure]
    last = rows[rows["month"] == rows["month"].max()].set_index("scenario")["mean"].dropna()
    if len(last) < 2:
        return ""
    names = [titles.get(str(name), str(name)) for name in (last.idxmax(), last.idxmin())]
    values = [shown(value, value, value, _unit(measure))[0] for value in (last.max(), last.min())]
    if values[0] == values[1]:
        return f"At the end all scenarios stand at {values[0]}."
    return (
        f"In the last month “{names[0]}” stands highest ({values[0]}) and “{names[1]}” "
        f"lowest ({values[1]})."
    )


def _difference_picture(
    table: pd.DataFrame,
    measure: str,
    events: list[Any],
    titles: Mapping[str, str],
    vectors: int | None,
) -> Picture:
    from ..pictures.figures import differences

    first = next(iter(titles.values()))
    band = (
        f"Nine runs in ten of {vectors} sets of parameters lie within the pale band: it holds "
        "chance and what is not known about parameters."
        if vectors
        else "Where a pale band (the 95 % interval of the mean difference) leaves the zero line, "
        "the scenarios differ by more than chance in that month."
    )
    return Picture(
        f"Difference in {measure.replace('_', ' ')}",
        picture_data(differences(table, measure, events, titles)),
        f"Lines over the months: difference in the {_meaning(measure)} against {first}.",
        f"The same runs, each less its twin in “{first}”, which has the same luck. {band}",
    )


def _level_picture(table: pd.DataFrame, titles: Mapping[str, str]) -> Picture:
    from ..pictures.figures import adoption_by_level

    return Picture(
        "Who practises: adoption by level",
        picture_data(adoption_by_level(table, titles)),
        "Marks with intervals: share of people who practise mentoring, by level and scenario.",
        "The share of people who practise mentoring in the last twelve months at each level, "
        "from the chief (0) down to the front line, with 95 % intervals of the mean. Few people "
        "stand on the upper levels, so their intervals are wide.",
    )


def _cost_picture(outcomes: pd.DataFrame, titles: Mapping[str, str]) -> Picture | None:
    from ..pictures.figures import cost_against_effect

    if len(titles) < 2 or not set(COSTS.values()) <= set(outcomes["outcome"]):
        return None
    return Picture(
        "What it costs, what it yields",
        picture_data(cost_against_effect(outcomes, titles)),
        "Points with intervals: money against person-years of mentoring practised.",
        f"Each point is a scenario against “{next(iter(titles.values()))}”, which stands where "
        "the two dark lines cross: to the right costs more, further up yields more practice. A "
        "bar that crosses a dark line means no clear difference in that direction.",
    )


def _chart_picture(organization: Any) -> Picture | None:
    from ..pictures.figures import organization_chart

    if organization is None:
        return None
    return Picture(
        "The organization",
        picture_data(organization_chart(organization)),
        "The organization's levels and teams.",
        "The formal structure that every run starts from.",
    )


def _unit(measure: str) -> str:
    return MEASURES[measure].unit if measure in MEASURES else ""


def _meaning(measure: str) -> str:
    return MEASURES[measure].meaning if measure in MEASURES else measure.replace("_", " ")


# --- verification ----------------------------------------------------------------------


def write_verification(table: pd.DataFrame, curves: Iterable[Any], path: str | Path) -> Path:
    """Write the page of the limit cases and return its path.

    Parameters
    ----------
    table : DataFrame
        ``verification.Verified.table()``.
    curves : iterable of verification.Curve
    path : path
        The HTML file; missing folders are made.
    """
    from ..pictures.figures import against_closed_form

    pictures = [(curve.title, picture_data(against_closed_form(*curve))) for curve in curves]
    groups = [
        (str(case), list(rows.itertuples())) for case, rows in table.groupby("case", sort=False)
    ]
    content = {
        "groups": groups,
        "pictures": pictures,
        "held": int(table["holds"].sum()),
        "checks": len(table),
    }
    return render("verification.html.jinja", content, path)
