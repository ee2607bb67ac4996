"""What may change of a run that is under way."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from tunewright.core.codec import write_atomically
from tunewright.core.errors import ConfigError
from tunewright.core.space import Space
from tunewright.runs.folder import RunFolder
from tunewright.search.edits import widened

CHANGEABLE = ("search.trials", "stop.", "space.", "resources.")
"""Keys, and beginnings of keys, that may change on resume."""


def check_keys(changes: Iterable[str]) -> None:
    """Raises ConfigError where a key may not change while a study is under way."""
    for key in changes:
        if not key.startswith(CHANGEABLE):
            raise ConfigError(
                f"{key} cannot change while a study is under way, as its results depend on it; expected "
                "search.trials, a key of [stop] or [resources], or a wider [space]; for anything else begin anew with "
                "another --out"
            )


def check_wider(before: Space, after: Space) -> None:
    """Raises ConfigError where the space was changed in another way than widened."""
    widened(before.as_dict(), after.as_dict())


@contextmanager
def held(folder: RunFolder, changed: str) -> Iterator[None]:
    """Hold the folder for this process; `changed` is the text of a changed experiment, "" where none was changed.

    The next process goes on with the changed experiment, and the results of the one before are none any more.
    """
    with folder.lock():
        if changed:
            write_atomically(folder.experiment, changed)
            folder.results.unlink(missing_ok=True)
        yield
