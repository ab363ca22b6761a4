"""What the model shows at rest beside exact numbers: practice, and months without a lead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..organizations.organization import generate_organization
from ..pictures.estimates import Estimate, mean_of
from ..scenarios.scenario import load_scenario
from . import exact
from .verification import PAIRS, leads_alone, runs_of, turning_over

__all__ = ["FIRST", "LATER", "LEAVING", "PRODUCTS", "Measured", "leads", "practice"]

PRODUCTS = ("a typical product", "room air conditioners")
#: A year: people who leave, who stop; newcomers who practise; steps in a year.
LEAVING, STOP, NEWCOMERS, WEEKLY = (0.1, 0.2, 0.4, 0.6), 0.1, 0.05, 48
POSTS, PLANS = (1, 2, 3, 4, 5), {False: "no plan", True: "with a plan"}
#: How long a run of leads is told from its start, in months, and from when it is at rest.
TEN_YEARS, AT_REST = 120, 200
FIRST, LATER = "in the first ten years", "of 100 at rest"


class Measured(NamedTuple):
    """A number that is known exactly, and what was measured of it."""

    panel: str
    series: str
    x: float
    measured: Estimate
    exact: float
    continuous: float = np.nan  #: the same in continuous time, where that is known too
    hundred: float = np.nan  #: in how many months of a hundred no lead is expected
    expected: float = np.inf  #: in how many months of all runs no lead is expected


def practice(runs: int, people: int) -> Iterator[Measured]:
    """Return the share that practises at rest by turnover, in per cent.

    Parameters
    ----------
    runs, people : int
        Thirty years each, begun where it should rest, measured over the last fifteen.
    """
    place = generate_organization(people, span=50, ties=0.0)
    for product in PRODUCTS:
        for leave in LEAVING:
            rates = (*PAIRS[product], STOP, leave, NEWCOMERS)
            law = 100.0 * exact.bass_share_of_steps(*rates, WEEKLY)
            begun = {"run.months": 360, "adoption.initial": round(law / 100.0, 3)}
            done = runs_of(turning_over(*rates, **begun), place, runs)
            found = mean_of([100.0 * run.table["adoption"][180:].mean() for run in done])
            continuous = 100.0 * exact.bass_share(*rates)
            yield Measured(product, "practising (%)", leave, found, law, continuous)


def leads(runs: int) -> Iterator[Measured]:
    """Return months without any lead by posts: in the first ten years, and of a hundred at rest.

    Parameters
    ----------
    runs : int
        A century each.
    """
    place, usual = generate_organization(43, ties=0.0), load_scenario("baseline").parameters
    for plan, told in PLANS.items():
        for posts in POSTS:
            asked = {"leads": posts, "plan": plan, "lead_exit": usual.succession.lead_exit}
            scenario = leads_alone(**asked)
            post = exact.post_of(scenario.parameters.succession)
            done = runs_of(scenario, place, runs)
            none = np.array([one.table["months_without_lead"] for one in done])
            first = mean_of(none[:, 1 : TEN_YEARS + 1].sum(axis=1))
            law = post.months_without(posts, TEN_YEARS)
            share = law / TEN_YEARS * 100.0
            yield Measured(told, FIRST, posts, first, law, hundred=share, expected=runs * law)
            later, rest = mean_of(100.0 * none[:, AT_REST:].mean(axis=1)), post.all_empty(posts)
            law, months = 100.0 * rest, runs * (none.shape[1] - AT_REST - 1) * rest
            yield Measured(told, LATER, posts, later, law, hundred=law, expected=months)
