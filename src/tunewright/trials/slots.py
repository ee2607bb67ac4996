"""A place for a file of a trial under way: in a folder, or at a URL of any storage that fsspec knows."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from tunewright.core.codec import write_atomically
from tunewright.core.errors import RunFolderError
from tunewright.core.secrets import cause_without_secrets, without_secrets
from tunewright.core.words import not_installed, told
from tunewright.training.kept import Damaged, Kept, read_kept

Shelf: TypeAlias = Path | str
"""A folder, or a URL as text; and a file in it as well."""


class Slot(Protocol):
    def read(self) -> Kept:
        """Raises Damaged where nothing is there, or something else; RunFolderError where nobody answers."""
        ...

    def write(self, data: bytes) -> None:
        """Whole or not at all. Raises RunFolderError."""
        ...

    def remove(self) -> None:
        """If it can be removed."""
        ...


@dataclass(frozen=True)
class FileSlot:
    path: Path

    def read(self) -> Kept:
        return read_kept(self.path)

    def write(self, data: bytes) -> None:
        write_atomically(self.path, data)

    def remove(self) -> None:
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class UrlSlot:
    """Written in one piece, which object stores show whole or not at all; the digest inside tells of anything else."""

    url: str

    def read(self) -> Kept:
        with self._reached() as (system, path), tempfile.TemporaryDirectory() as folder:
            here = Path(folder) / "checkpoint"
            try:
                here.write_bytes(system.cat_file(path))
            except FileNotFoundError:
                raise Damaged("it is not there") from None
            return read_kept(here)

    def write(self, data: bytes) -> None:
        with self._reached() as (system, path):
            system.makedirs(path.rpartition("/")[0], exist_ok=True)
            system.pipe_file(path, data)

    def remove(self) -> None:
        with suppress(RunFolderError), self._reached() as (system, path):
            system.rm_file(path)

    @contextmanager
    def _reached(self) -> Iterator[tuple[Any, str]]:
        try:
            import fsspec
        except ImportError:
            raise RunFolderError(not_installed("fsspec", extra="ray")) from None
        try:
            yield fsspec.core.url_to_fs(self.url)
        except Damaged:
            raise
        except Exception as error:  # every storage has errors of its own, a package that it lacks among them
            raise RunFolderError(
                f"{without_secrets(self.url)} cannot be used for checkpoints: "
                f"{cause_without_secrets(told(error), self.url)}; see that the URL can be read and written from every "
                "node, and go on or try again"
            ) from error


def slot(place: Shelf) -> Slot:
    """That of a file of a shelf."""
    return UrlSlot(place) if isinstance(place, str) else FileSlot(place)


def within(shelf: Shelf, name: str) -> Shelf:
    """A file, or a shelf, in a shelf."""
    return f"{shelf.rstrip('/')}/{name}" if isinstance(shelf, str) else shelf / name
