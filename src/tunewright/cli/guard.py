"""What an error or an interruption of a command turns into.

Exit codes: 0 done, 2 the user's input is wrong (one line, no traceback), 1 a defect of ours or a study that cannot
go on, 130 interrupted. `audit` has one more: 3 a leak was found.
"""

import functools
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, ParamSpec

import typer
from typer.core import TyperGroup

from tunewright.core.errors import InputError, TunewrightError
from tunewright.core.words import plain

P = ParamSpec("P")


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """The command with its errors turned into one line and an exit code. SIGTERM counts as Ctrl-C."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            command(*args, **kwargs)
        except TunewrightError as error:
            print(one_line(error), file=sys.stderr)
            raise typer.Exit(2 if isinstance(error, InputError) else 1) from None
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            raise typer.Exit(130) from None

    return run


def one_line(error: TunewrightError) -> str:
    """As a command says it."""
    return f"error: {plain(' '.join(str(error).split()))}"


class OneLineGroup(TyperGroup):
    """A group of commands that says in one line, too, what is wrong with an option or an argument."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        with _one_line():
            return super().make_context(*args, **extra)

    def invoke(self, *args: Any) -> Any:
        with _one_line():
            return super().invoke(*args)


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except typer.TyperException as error:
        if error.exit_code != 2 or type(error).__name__ == "NoArgsIsHelpError":
            raise
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "tunewright"
        text = " ".join(error.format_message().split()).rstrip(".")
        print(f"error: {text[:1].lower()}{text[1:]}; `{path} --help` tells more", file=sys.stderr)
        raise typer.Exit(2) from None


def _interrupt(signum: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt
