"""Folders are named by what they hold, so that no study can take another's."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from .study import Study

__all__ = ["folder_of", "slug"]

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
    return ROOT / f"{slug(label)}-{study.digest[:10]}-{study.seed}"


def slug(label: str) -> str:
    """Return a label in letters, digits and hyphens that every file system takes."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", plain).strip("-.")[:80].strip("-.") or "runs"
