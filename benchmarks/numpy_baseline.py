"""The same part of the theory as ``mesa_baseline`` does, as vectorised NumPy over columns.

The theory's own rules are called on whole columns wherever they are plain arithmetic: their
exponential, power, smaller and larger become NumPy's. The three rules that decide by cases are
written here with ``numpy.where``, and a test holds them against the rules.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation import Organization, Scenario
from simulation.study.run import organization_of
from simulation.theory.adoption import rules as adoption
from simulation.theory.commitment import rules as commitment
from simulation.theory.engagement import rules as engagement
from simulation.theory.invitation import rules as invitation
from simulation.theory.turnover import rules as turnover

from .mesa_baseline import groups, plain, usual_message

Column = NDArray[np.float64]
ARITHMETIC = {"exponential": np.exp, "power": np.power, "max": np.maximum, "min": np.minimum}


def vectorised(rule: Any) -> Callable[..., Any]:
    """Return a rule without cases as a function of columns."""
    function = getattr(rule, "py_func", rule)
    return types.FunctionType(function.__code__, {**function.__globals__, **ARITHMETIC})


def ceiling_after(ceiling: Column, surprise: Column, weight: float, own: Any) -> Column:
    """Return ``commitment.ceiling_after`` of columns."""
    lowered = np.maximum(ceiling * (1.0 - own.scar * weight), np.minimum(ceiling, own.scar_floor))
    return np.where(surprise <= own.broken_promise, ceiling, lowered)


def tenure_factor(months: Column, own: Any) -> Column:
    """Return ``turnover.tenure_factor`` of columns."""
    later = np.where(months < 36.0, own.second_and_third_year, own.later_years)
    return np.where(months < 12.0, own.first_year, later)


def holding_factor(leader: NDArray[np.bool_], own: Any) -> Column:
    """Return ``turnover.holding_factor`` of columns of people without mentor or mentee."""
    return np.where(leader, own.leader_factor, 1.0)


class NumpyBaseline:
    """An organization as columns; a step is a month, as in ``MesaBaseline``.

    Parameters
    ----------
    scenario : Scenario
    organization : Organization, optional
        Default: the one that the scenario names.
    rng : int
    """

    def __init__(
        self, scenario: Scenario, organization: Organization | None = None, rng: int = 0
    ) -> None:
        self.place = organization or organization_of(scenario)
        self.random = np.random.default_rng(rng)
        self.p = groups(scenario)
        self.visibility = plain(invitation.visibility)(self.p.invitation)
        self.message = usual_message(self.p.invitation)
        self.shock_sd = plain(engagement.shock_sd)(self.p.engagement)
        self.history: list[tuple[float, float]] = []
        self._people()
        self._peers()
        self.show()

    def _people(self) -> None:
        """Fill the seats; everybody expects what the boss shows."""
        n, boss = self.place.people, self.place.boss
        self.led = boss >= 0
        self.boss = np.maximum(boss, 0)
        names = "frailty stable transient action credibility ceiling expectation engagement"
        for name in names.split():
            setattr(self, name, np.zeros(n))
        self.tenure = self.random.exponential(60.0, n)
        self.adopter = self.random.random(n) < self.p.adoption.initial
        self.arrive(np.arange(n))

    def _peers(self) -> None:
        """Prepare sums over peers: the weights never change, but for the boss's."""
        place, n = self.place, self.place.people
        self.tie_owner = np.repeat(np.arange(n), np.diff(place.tie_start))
        self.mates = np.where(self.led, place.team_size[self.boss] - 1, 0)
        self.tie_count = np.diff(place.tie_start)

    def arrive(self, who: NDArray[np.int64]) -> None:
        """Give those who take seats traits, credibility and expectations."""
        p, count = self.p, len(who)
        draw = self.random.standard_normal((4, count))
        self.frailty[who] = vectorised(turnover.frailty)(draw[0], p.turnover)
        self.stable[who] = p.engagement.stable_sd * draw[1]
        self.transient[who] = p.engagement.transient_sd * draw[2]
        wish = p.role_models.disposition + p.role_models.disposition_sd * draw[3]
        self.action[who] = np.clip(wish, 0.0, 1.0)
        self.credibility[who], self.ceiling[who] = p.commitment.prior, 1.0
        shown = np.where(self.led[who], self.action[self.boss[who]], p.commitment.action)
        self.expectation[who] = shown
        self.engagement[who] = self.stable[who] + self.transient[who]

    def step(self) -> None:
        """Advance by one month: everybody acts, then everybody shows."""
        n = self.place.people
        self.perceive(self.random.random(n))
        self.decide(self.random.random(n))
        self.feel(self.random.standard_normal(n))
        self.stay_or_leave(self.random.random(n))
        self.show()
        self.history.append((float(self.adopter.mean()), float(self.credibility.mean())))

    def perceive(self, draw: Column) -> None:
        """Let people see the boss's conduct and change their minds about leaders."""
        own, weight = self.p.commitment, self.p.commitment.weight_boss
        sees = self.led & (draw < own.observe_boss)
        action, credibility = self.action[self.boss], self.credibility
        expected = vectorised(commitment.expected_action)(credibility, own.talk, self.expectation)
        surprise = vectorised(commitment.disappointment)(expected, action, own)
        change = vectorised(commitment.credibility_change)(
            credibility, self.ceiling, action, surprise, weight, own
        )
        believed = np.clip(credibility + change, 0.0, 1.0)
        expects = vectorised(commitment.expectation_change)(self.expectation, action, own)
        ceiling = ceiling_after(self.ceiling, surprise, weight, own)
        self.expectation = self.expectation + np.where(sees, expects, 0.0)
        self.ceiling = np.where(sees, ceiling, self.ceiling)
        credibility = np.where(sees, believed, credibility)
        self.credibility = credibility + vectorised(commitment.credibility_drift)(credibility, own)

    def share_of_peers(self) -> Column:
        """Return the weighted share of visible adopters among teammates, ties and boss."""
        peers, visible, n = self.p.peers, self.visible, self.place.people
        team = np.bincount(self.boss[self.led], weights=visible[self.led], minlength=n)
        ties = np.bincount(self.tie_owner, weights=visible[self.place.tie_seat], minlength=n)
        active = self.action[self.boss] > peers.boss_cut
        boss = np.where(self.led, np.where(active, peers.boss, peers.boss_passive), 0.0)
        mates = np.where(self.led, team[self.boss] - visible, 0.0)
        total = peers.team * mates + peers.ties * ties + boss * visible[self.boss]
        weights = peers.team * self.mates + peers.ties * self.tie_count + boss
        return np.divide(total, weights, out=np.zeros(n), where=weights > 0.0)

    def joining(self) -> Column:
        """Return everybody's chance to join, by invitations, peers and readiness."""
        p, own = self.p, self.p.adoption
        asked = vectorised(invitation.persuasion)(
            p.commitment.talk, self.credibility, self.message, p.invitation
        )
        hazard = vectorised(adoption.innovation_hazard)(asked, 1.0, own)
        recognition, share = p.invitation.recognition, self.share_of_peers()
        share = vectorised(adoption.saturated)(share, own)
        hazard += vectorised(adoption.imitation_hazard)(share, asked, recognition, own)
        hazard = vectorised(adoption.interest)(hazard, self.engagement, own)
        capacity, currency = own.infrastructure_reference, own.currency_reference
        hazard *= self._readiness(capacity, currency)
        return vectorised(adoption.chance)(hazard)

    def _readiness(self, capacity: float, currency: float) -> Column:
        own = self.p.adoption
        return vectorised(adoption.readiness)(self.credibility, capacity, currency, own)

    def giving_up(self) -> Column:
        """Return everybody's chance to give up, by disbelief."""
        own = self.p.adoption
        capacity = own.infrastructure_reference
        hazard = vectorised(adoption.dropout_hazard)(self.credibility, capacity, 0.0, 1.0, own)
        return vectorised(adoption.chance)(hazard)

    def decide(self, draw: Column) -> None:
        """Let people join and give up."""
        changes = draw < np.where(self.adopter, self.giving_up(), self.joining())
        self.adopter = self.adopter ^ changes

    def feel(self, noise: Column) -> None:
        """Set engagement from its lasting and passing parts and from leadership."""
        p, own = self.p, self.p.engagement
        shock = self.shock_sd * noise
        self.transient = vectorised(engagement.transient_after)(self.transient, shock, own)
        led = vectorised(engagement.leadership_effect)(
            self.credibility, p.adoption.credibility_reference, 0.0, 0.0, own
        ) + vectorised(engagement.action_effect)(self.expectation, own)
        self.engagement = vectorised(engagement.score)(
            self.stable, self.transient, 0.0, 0.0, led, 0.0, 0.0, own
        )

    def leaving(self) -> Column:
        """Return everybody's chance to leave, by tenure and engagement."""
        own = self.p.turnover
        tenure = tenure_factor(self.tenure, own)
        hazard = vectorised(turnover.voluntary_hazard)(tenure, self.frailty, self.engagement, own)
        held = holding_factor(self.place.team_size > 0, own)
        return vectorised(adoption.chance)(own.involuntary + hazard * held)

    def stay_or_leave(self, draw: Column) -> None:
        """Let people leave; somebody new takes the seat."""
        self.tenure += 1.0
        gone = np.flatnonzero(draw < self.leaving())
        self.tenure[gone] = 0.0
        self.adopter[gone] = self.random.random(len(gone)) < self.p.adoption.newcomers
        self.arrive(gone)

    def show(self) -> None:
        """Let others see, from the next month on, who practises."""
        self.visible = np.where(self.adopter, self.visibility, 0.0)
