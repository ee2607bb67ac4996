"""Whether all nodes see one folder: a file that each task looks for first. And a place of one run's own at a URL."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from tunewright.core.codec import write_atomically
from tunewright.trials.slots import slot, within

_ADDRESS = "url.txt"


@dataclass(frozen=True)
class Token:
    """A file that is in the folder as this machine sees it."""

    path: Path

    def seen(self) -> bool:
        return self.path.is_file()


@contextmanager
def shared(folder: Path | None) -> Iterator[Token | None]:
    """A token in this folder while inside; None where nothing needs to be shared. Raises RunFolderError."""
    if folder is None:
        yield None
        return
    token = Token(folder.absolute() / f".seen-{uuid4().hex}")
    write_atomically(token.path, "")
    try:
        yield token
    finally:
        with suppress(OSError):  # one that stays is gone with the folder
            token.path.unlink()


def url_of_its_own(url: str, folder: Path) -> str:
    """A place at this URL that belongs to the folder, today and when it is resumed. Raises RunFolderError where the URL
    cannot be written."""
    note = folder / _ADDRESS
    if not note.is_file():
        write_atomically(note, uuid4().hex)
    own = str(within(url, note.read_text()))
    trial = slot(within(own, ".writable"))
    trial.write(b"")
    trial.remove()
    return own
