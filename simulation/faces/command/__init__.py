"""The command ``mentoring``: arguments in, tables and files out; all work is done elsewhere.

Exit codes: 0 done, 1 a run failed or cannot be reproduced or its workers were lost, 2 the input is
wrong, 130 interrupted by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP.
"""

from __future__ import annotations

import atexit
import gc
import io
import sys
import warnings

from ...errors import InputError
from . import charts, evidence, live, looking_up, output, running, signals
from .application import app

__all__ = [
    "app",
    "charts",
    "evidence",
    "live",
    "looking_up",
    "main",
    "output",
    "running",
    "signals",
]


def main() -> None:
    """Run the command; a mistake of the user's ends in one sentence and exit code 2."""
    _collect_seldom()
    _write_anything()
    try:
        with signals.heard(), warnings.catch_warnings():
            # A mean of nothing is no number to be told: NumPy's warnings end the command.
            warnings.filterwarnings(
                "error", category=RuntimeWarning, module=r"(simulation|numpy)(\.|$)"
            )
            app(prog_name="mentoring")
    except InputError as error:
        output.tell(f"mentoring: {error}")
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        output.tell(f"mentoring: {where}{error.strerror or error}")
        sys.exit(2)


def _write_anything() -> None:
    """Spell out on the screen what its encoding has no sign for, instead of ending there."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _collect_seldom() -> None:
    """Look for unreachable objects seldom, and no more at the end.

    Libraries bring 300,000 objects that all stay: looking through them again and again would be
    a quarter of the time of a short command.
    """
    gc.set_threshold(300_000, 10, 10)
    atexit.register(gc.freeze)
