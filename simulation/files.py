"""Files: written whole or not at all, and found in a checkout as in an installed package."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["PACKAGE", "shipped", "whole"]

#: The folder of the package.
PACKAGE = Path(__file__).parent


def shipped(in_checkout: str, in_wheel: str) -> Path:
    """Return where something that ships with the package lies: in the wheel, else the checkout."""
    installed = PACKAGE / in_wheel
    return installed if installed.exists() else PACKAGE.parent / in_checkout


def whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Let ``write`` make a file under another name, then put it in its place at once."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
