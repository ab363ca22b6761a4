"""A plain Mesa model of part of the theory: what the compiled engine is compared with.

It calls the same rules as the engine does, as plain Python functions, for this subset:
the reporting tree and informal ties; perception of the boss with its update of credibility,
expectation and ceiling; the visible share of teammates, ties and boss; the hazards of joining
and of giving up; autoregressive engagement; exits with replacement.

It leaves out: the boss's boss and the top team, presence and ownership, leaders' change of
conduct, what the message is worth, briefings, mentors and mentees, resources, mentoring leads,
vacancies, promotions, scripted events, and all measures but two. So it does less for each person
and month.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from typing import Any

import mesa

from simulation import Organization, Scenario, load_scenario
from simulation.study.run import organization_of
from simulation.theory.adoption import rules as adoption
from simulation.theory.commitment import rules as commitment
from simulation.theory.engagement import rules as engagement
from simulation.theory.invitation import rules as invitation
from simulation.theory.parameters import engine_record
from simulation.theory.turnover import rules as turnover

SUBSET = (
    "tree, ties, perception of the boss, visible peers, joining and giving up, "
    "engagement, exits with replacement"
)


def plain(rule: Any) -> Callable[..., Any]:
    """Return a rule as an ordinary Python function, with Python's own exponential and power.

    Calling compiled arithmetic from Python, one number at a time, would slow Mesa down.
    """
    function = getattr(rule, "py_func", rule)
    arithmetic = {"exponential": math.exp, "power": pow}
    return types.FunctionType(function.__code__, {**function.__globals__, **arithmetic})


expected_action = plain(commitment.expected_action)
disappointment = plain(commitment.disappointment)
credibility_change = plain(commitment.credibility_change)
credibility_drift = plain(commitment.credibility_drift)
expectation_change = plain(commitment.expectation_change)
ceiling_after = plain(commitment.ceiling_after)
persuasion = plain(invitation.persuasion)
message = plain(invitation.message)
innovation_hazard = plain(adoption.innovation_hazard)
saturated = plain(adoption.saturated)
imitation_hazard = plain(adoption.imitation_hazard)
interest = plain(adoption.interest)
readiness = plain(adoption.readiness)
dropout_hazard = plain(adoption.dropout_hazard)
chance = plain(adoption.chance)
transient_after = plain(engagement.transient_after)
leadership_effect = plain(engagement.leadership_effect)
action_effect = plain(engagement.action_effect)
score = plain(engagement.score)
tenure_factor = plain(turnover.tenure_factor)
holding_factor = plain(turnover.holding_factor)
voluntary_hazard = plain(turnover.voluntary_hazard)
frailty = plain(turnover.frailty)


def usual_message(own: Any) -> float:
    """Return what a message is worth whose vision and benefits are as usual."""
    return message(own.vision, 1.0, own.value_reference, own)


def groups(scenario: Scenario) -> types.SimpleNamespace:
    """Return the scenario's parameters, per month, as plain objects with attributes."""
    record = engine_record(scenario.parameters)
    return types.SimpleNamespace(
        **{
            group: types.SimpleNamespace(
                **{key: float(record[group][key]) for key in record[group].dtype.names}
            )
            for group in record.dtype.names
        }
    )


class Person(mesa.Agent):
    """Somebody in a seat: watches the boss and the peers, joins, gives up, leaves."""

    def __init__(self, model: MesaBaseline, boss: Person | None) -> None:
        super().__init__(model)
        self.boss = boss
        self.team: list[Person] = []
        self.mates: list[Person] = []
        self.ties: list[Person] = []
        self.tenure = model.random.expovariate(1 / 60.0)
        self.adopter = model.random.random() < model.p.adoption.initial
        self.arrive()

    def arrive(self) -> None:
        """Give whoever takes the seat traits, credibility and expectations."""
        draw, p = self.model.random.gauss, self.model.p
        self.frailty = frailty(draw(0.0, 1.0), p.turnover)
        self.stable = draw(0.0, p.engagement.stable_sd)
        self.transient = draw(0.0, p.engagement.transient_sd)
        wish = draw(p.role_models.disposition, p.role_models.disposition_sd)
        self.action = min(1.0, max(0.0, wish))
        self.credibility, self.ceiling = p.commitment.prior, 1.0
        self.expectation = self.boss.action if self.boss else p.commitment.action
        self.engagement = self.stable + self.transient
        self.visible = 0.0
        self.show()

    def step(self) -> None:
        """Live one month."""
        self.perceive()
        self.reconsider() if self.adopter else self.consider()
        self.feel()
        self.stay_or_leave()

    def perceive(self) -> None:
        """See the boss's conduct and change one's mind about leaders."""
        own = self.model.p.commitment
        if self.boss is not None and self.model.random.random() < own.observe_boss:
            action = self.boss.action
            expected = expected_action(self.credibility, own.talk, self.expectation)
            surprise = disappointment(expected, action, own)
            self.credibility += credibility_change(
                self.credibility, self.ceiling, action, surprise, own.weight_boss, own
            )
            self.credibility = min(1.0, max(0.0, self.credibility))
            self.expectation += expectation_change(self.expectation, action, own)
            self.ceiling = ceiling_after(self.ceiling, surprise, own.weight_boss, own)
        self.credibility += credibility_drift(self.credibility, own)

    def share_of_peers(self) -> float:
        """Return the weighted share of visible adopters among teammates, ties and boss."""
        peers = self.model.p.peers
        total = peers.team * sum([mate.visible for mate in self.mates])
        total += peers.ties * sum([tie.visible for tie in self.ties])
        weights = peers.team * len(self.mates) + peers.ties * len(self.ties)
        if self.boss is not None:
            weight = peers.boss if self.boss.action > peers.boss_cut else peers.boss_passive
            total += weight * self.boss.visible
            weights += weight
        return total / weights if weights else 0.0

    def consider(self) -> None:
        """Join with the chance that invitations, peers and readiness give."""
        p, model = self.model.p, self.model
        asked = persuasion(p.commitment.talk, self.credibility, model.message, p.invitation)
        hazard = innovation_hazard(asked, 1.0, p.adoption)
        share = saturated(self.share_of_peers(), p.adoption)
        hazard += imitation_hazard(share, asked, p.invitation.recognition, p.adoption)
        hazard = interest(hazard, self.engagement, p.adoption)
        hazard *= readiness(self.credibility, model.capacity, model.currency, p.adoption)
        if model.random.random() < chance(hazard):
            self.adopter = True

    def reconsider(self) -> None:
        """Give up with the chance that disbelief gives."""
        model = self.model
        hazard = dropout_hazard(self.credibility, model.capacity, 0.0, 1.0, model.p.adoption)
        if model.random.random() < chance(hazard):
            self.adopter = False

    def feel(self) -> None:
        """Set engagement from its lasting and passing parts and from leadership."""
        p = self.model.p
        shock = self.model.random.gauss(0.0, self.model.shock_sd)
        self.transient = transient_after(self.transient, shock, p.engagement)
        led = leadership_effect(
            self.credibility, p.adoption.credibility_reference, 0.0, 0.0, p.engagement
        ) + action_effect(self.expectation, p.engagement)
        self.engagement = score(self.stable, self.transient, 0.0, 0.0, led, 0.0, 0.0, p.engagement)

    def stay_or_leave(self) -> None:
        """Leave with a chance by tenure and engagement; somebody new takes the seat."""
        own, random = self.model.p.turnover, self.model.random
        self.tenure += 1.0
        hazard = own.involuntary + voluntary_hazard(
            tenure_factor(self.tenure, own), self.frailty, self.engagement, own
        ) * holding_factor(bool(self.team), False, False, own)
        if random.random() < chance(hazard):
            self.tenure = 0.0
            self.adopter = random.random() < self.model.p.adoption.newcomers
            self.arrive()

    def show(self) -> None:
        """Let others see, from the next month on, whether this person practises."""
        self.visible = self.model.visibility if self.adopter else 0.0


class MesaBaseline(mesa.Model):
    """An organization of :class:`Person` agents.

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
        super().__init__(rng=rng)
        self.p = groups(scenario)
        self.capacity = self.p.adoption.infrastructure_reference
        self.currency = self.p.adoption.currency_reference
        self.visibility = plain(invitation.visibility)(self.p.invitation)
        self.message = usual_message(self.p.invitation)
        self.shock_sd = plain(engagement.shock_sd)(self.p.engagement)
        self._hire(organization or organization_of(scenario))
        self.history: list[tuple[float, float]] = []

    def _hire(self, place: Organization) -> None:
        """Fill the seats, bosses first, and introduce teammates and ties to each other."""
        people: list[Person] = []
        for boss in place.boss.tolist():
            people.append(Person(self, people[boss] if boss >= 0 else None))
            if boss >= 0:
                people[boss].team.append(people[-1])
        for person, first, last in zip(
            people, place.tie_start[:-1].tolist(), place.tie_start[1:].tolist(), strict=True
        ):
            person.ties = [people[seat] for seat in place.tie_seat[first:last].tolist()]
            if person.boss is not None:
                person.mates = [mate for mate in person.boss.team if mate is not person]

    def step(self) -> None:
        """Advance by one month: everybody acts, then everybody shows."""
        self.agents.do("step")
        self.agents.do("show")
        n = len(self.agents)
        adopters = sum([person.adopter for person in self.agents])
        self.history.append((adopters / n, sum([a.credibility for a in self.agents]) / n))


def run(months: int, scenario: Scenario | None = None, rng: int = 0) -> MesaBaseline:
    """Return a model of the given scenario (default: baseline) after some months."""
    model = MesaBaseline(scenario or load_scenario("baseline"), rng=rng)
    for _ in range(months):
        model.step()
    return model
