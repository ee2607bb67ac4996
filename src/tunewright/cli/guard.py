"""What an error or an interruption of a command turns into.

Exit codes: 0 done, 2 the user's input is wrong (one line, no traceback), 1 a defect of ours or a study that cannot
go on, 130 interrupted.
"""

import functools
import signal
import sys
from collections.abc import Callable
from typing import NoReturn, ParamSpec

import typer

from tunewright.core.errors import InputError, TunewrightError

P = ParamSpec("P")


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """The command with its errors turned into one line and an exit code. SIGTERM counts as Ctrl-C."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            command(*args, **kwargs)
        except TunewrightError as error:
            print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
            raise typer.Exit(2 if isinstance(error, InputError) else 1) from None
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            raise typer.Exit(130) from None

    return run


def _interrupt(signum: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt
