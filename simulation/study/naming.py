"""Folders are named by what they hold, so that no study can take another's."""

from __future__ import annotations

import re
from pathlib import Path

from .study import Study

__all__ = ["folder_of"]

#: Where results go unless a folder is given.
ROOT = Path("runs")


def folder_of(study: Study) -> Path:
    """Return the folder of a study: its scenarios' names, the digest of all of it, the seed."""
    names = [scenario.name for scenario in study.scenarios]
    label = names[0]
    if len(names) == 2:
        label += f"-against-{names[1]}"
    elif len(names) > 2:
        label += f"-against-{len(names) - 1}-others"
    safe = re.sub(r"[^\w.-]+", "-", label).strip("-")[:80]
    return ROOT / f"{safe}-{study.digest[:10]}-{study.seed}"
