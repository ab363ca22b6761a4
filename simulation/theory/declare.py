"""How the theory declares what it is made of."""

from __future__ import annotations

import functools
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Tag = Literal["seen", "recalled", "assumed"]


class Group(BaseModel):
    """Base of all parameter groups: frozen, strict, no unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, validate_default=True, allow_inf_nan=False
    )


def declare(
    default: Any,
    low: float | None,
    high: float | None,
    unit: str,
    tag: Tag,
    source: str,
    meaning: str,
    plausible: tuple[float, float] | None = None,
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
    """
    extra = {"unit": unit, "tag": tag, "source": source, "plausible": plausible}
    make = functools.partial(Field, description=meaning, json_schema_extra=extra)
    return make(default=default) if low is None else make(default=default, ge=low, le=high)
