"""The command itself: its subjects, its help, its version."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ...errors import EndedEarlyError, LostError
from .output import readable, tell
from .signals import code

#: What a command line is refused by, before a command begins.
UsageError: Any = typer.BadParameter.__mro__[1]

#: The subjects that commands are grouped by, in the order of the help.
ASK, RESULTS = "Ask a what-if", "Saved results"
LOOK_UP, CHARTS, EVIDENCE = "Look up and check", "Your organization", "May it be believed?"
#: Commands that find what they had finished when they are given again.
GOING_ON = ("run", "compare", "sweep", "resume", "calibrate", "sensitivity")
GOES_ON = "the same command goes on from what was finished"
SUBJECTS = (ASK, RESULTS, LOOK_UP, CHARTS, EVIDENCE)


@contextlib.contextmanager
def _told_readably() -> Iterator[None]:
    """Let a refusal of the command line tell a word that fills screens by its beginning."""
    try:
        yield
    except UsageError as error:
        error.message = readable(error.message)
        raise


class Subjects(TyperGroup):
    """A group that lists its commands by subject; plain text, since Rich would slow the start."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; a signal ends it with a word on how to go on, and the signal's code."""
        try:
            with _told_readably():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            kept = ctx.invoked_subcommand in GOING_ON
            tell(f"mentoring: interrupted; {GOES_ON if kept else 'nothing was finished'}")
            raise typer.Exit(code()) from None
        except EndedEarlyError as error:
            tell(f"mentoring: {error}; {GOES_ON}")
            raise typer.Exit(code()) from None
        except LostError as error:
            tell(f"mentoring: {error}; {GOES_ON}")
            raise typer.Exit(1) from None

    def make_context(self, *given: Any, **more: Any) -> Any:
        """Read the options that stand before a command."""
        with _told_readably():
            return super().make_context(*given, **more)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write each subject's commands, with the whole of their first sentence."""
        for subject in SUBJECTS:
            rows = [
                (name, " ".join((command.help or "").split("\n\n")[0].split()))
                for name, command in self.commands.items()
                if getattr(command, "rich_help_panel", None) == subject
            ]
            if rows:
                with formatter.section(subject):
                    formatter.write_dl(rows)


app = typer.Typer(
    cls=Subjects,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from ... import __version__
        from ...study.code import code_digest

        print(
            f"mentoring {__version__}, model {code_digest()[:12]}, "
            f"Python {platform.python_version()}"
        )
        raise typer.Exit()


@app.callback()
def mentoring(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Version, model's code, Python."
        ),
    ] = False,
) -> None:
    """How mentoring takes root, or dies, in an organization: ask a what-if."""
