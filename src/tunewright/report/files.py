"""Reading a run folder's files: whatever is missing or broken is one RunFolderError."""

import json
from pathlib import Path
from typing import Any, NoReturn

from tunewright.core.errors import RunFolderError

REMEDY = "finish the run with `tunewright resume DIR`, or start it again"


def read_json(path: Path) -> Any:
    """The file's value (RunFolderError: missing, no JSON)."""
    try:
        return json.loads(read_text(path), parse_constant=refuse_constant)
    except ValueError as error:
        fail(path, f"expected JSON, found a fault: {error}", cause=error)


def read_text(path: Path) -> str:
    """The file's text, or RunFolderError."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        fail(path, f"expected a file of a finished run, found no {path.name} in {path.parent}", cause=error)
    except (OSError, UnicodeDecodeError) as error:
        fail(path, f"expected readable text, found a fault: {shorten(str(error))}", cause=error)


def refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


def shorten(text: str, width: int = 120) -> str:
    """One line of at most `width` characters, so that an error stays one line."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 3] + "..."


def fail(path: Path, what: str, *, cause: Exception | None = None, remedy: str = REMEDY) -> NoReturn:
    raise RunFolderError(f"cannot report on {path}: {what}; {remedy}") from cause
