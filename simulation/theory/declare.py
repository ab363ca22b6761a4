"""How the theory declares what it is made of."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

Tag = Literal["seen", "recalled", "assumed"]
#: Somebody's choice; what is not known; or convention, numerics, references and design.
Role = Literal["lever", "uncertainty", "constant"]
#: When a change during a run is felt: from that step on; never, as it is read only when the run
#: begins; or with the next person in a seat, the next pair, the next round.
Acts = Literal["always", "start", "next holder"]
#: Words with which the source of a constant begins.
_CONSTANT = ("baseline", "design", "input", "numerical", "one effective", "scope", "unit")


class Action(NamedTuple):
    """One of the practitioner's numbered actions: the mechanism that a folder stands for."""

    number: int
    title: str
    off_scenario: str  #: the shipped scenario that switches it off
    observable: str  #: measures in which it shows


class Group(BaseModel):
    """Base of all parameter groups: frozen, strict, no unknown keys.

    Attributes
    ----------
    switch : str
        The key that switches the whole mechanism off, at the value that it declares as ``off``.
    acts : str
        When a change of its parameters is felt, unless they say otherwise.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, validate_default=True, allow_inf_nan=False
    )
    switch: ClassVar[str] = ""
    acts: ClassVar[Acts] = "always"


def declare(
    default: Any,
    low: float | None,
    high: float | None,
    unit: str,
    tag: Tag,
    source: str,
    meaning: str,
    plausible: tuple[float, float] | None = None,
    *,
    off: Any = None,
    needs: str | Mapping[str, Any] | None = None,
    role: Role | None = None,
    acts: Acts | None = None,
) -> Any:
    """Declare one parameter: its default, range, unit, and how it is known.

    Parameters
    ----------
    default : object
    low, high : float or None
        What the model can compute with.
    unit : str
        Units that carry time are converted in ``parameters.per_step``.
    tag : str
        ``seen`` read in a source, ``recalled`` from memory and unverified, or ``assumed``.
    source : str
        Keys of ``references.bib``, or words.
    meaning : str
        One sentence.
    plausible : tuple of float, optional
        What the evidence allows, for sliders, sensitivity and calibration.
    off : object, optional
        The value at which what this parameter stands for does not happen at all: digests leave
        it out then, so that a new mechanism, off by default, changes no digest.
    needs : str or mapping, optional
        Without what this parameter has no effect whatever its value: dotted names of parameters
        with the value, or a tuple of values, that they must have; a single name must not be off.
        Only where it is true to the bit, whatever the events: a test runs both values.
    role : str, optional
        Default: by the first word of the source a lever or a constant, else an uncertainty.
    acts : str, optional
        When a change during a run is felt; default: as the group has it. A test changes every
        parameter during a run.
    """
    extra: dict[str, Any] = {"unit": unit, "tag": tag, "source": source, "plausible": plausible}
    extra["role"] = role or _role(source)
    extra |= {"acts": acts} if acts is not None else {}
    extra |= {"off": off} if off is not None else {}
    extra |= {"needs": needs} if needs is not None else {}
    make = functools.partial(Field, description=meaning, json_schema_extra=extra)
    return make(default=default) if low is None else make(default=default, ge=low, le=high)


def _role(source: str) -> Role:
    if source.startswith("lever"):
        return "lever"
    return "constant" if source.startswith(_CONSTANT) else "uncertainty"
