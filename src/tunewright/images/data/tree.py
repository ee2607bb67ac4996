"""A folder with all that lies below it, looked at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tunewright.core.errors import DataError
from tunewright.images.data.blobs import peek, visible


@dataclass(frozen=True)
class Tree:
    """folders and files: in natural order of their names, without what editors and systems put there."""

    path: Path
    folders: tuple["Tree", ...]
    files: tuple[Path, ...]

    @property
    def name(self) -> str:
        return self.path.name

    @cached_property
    def kinds(self) -> dict[Path, str]:
        """What each file directly in it is, by content: see `told`."""
        return {file: peek(file) for file in self.files}

    @property
    def texts(self) -> list[Path]:
        return [file for file, kind in self.kinds.items() if kind == "text"]

    @property
    def others(self) -> list[Path]:
        """The files directly in it that are no text."""
        return [file for file, kind in self.kinds.items() if kind != "text"]

    def below(self) -> Iterator["Tree"]:
        """Itself and all folders below it."""
        yield self
        for folder in self.folders:
            yield from folder.below()

    def has_images(self) -> bool:
        """Whether an image lies anywhere below; stops at the first."""
        return any(peek(file) == "image" for folder in self.below() for file in folder.files)


def look(folder: Path, above: tuple[Path, ...] = ()) -> Tree:
    """Raises DataError for a folder that cannot be read, and for a link to a folder above."""
    inside = entered(folder, above)
    found = visible(folder)
    folders = [path for path in found if path.is_dir()]
    inner = tuple(look(path, inside) for path in folders)
    known = set(folders)
    return Tree(folder, inner, tuple(path for path in found if path not in known))


def entered(folder: Path, above: tuple[Path, ...]) -> tuple[Path, ...]:
    """The full paths of `above` and of this folder. Raises DataError where it is a link back to one of them."""
    here = folder.resolve()
    if here in above:
        raise DataError(f"{folder}: expected folders in folders, found a link back to {here}. Remove the link.")
    return (*above, here)
