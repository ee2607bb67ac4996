"""Image files as they lie: one, or all below a folder, whatever the folders mean."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tunewright.core.errors import DataError
from tunewright.core.words import counted, listed
from tunewright.images.data.blobs import peek, visible
from tunewright.images.data.colour import told_change
from tunewright.images.data.decoding import decoded
from tunewright.images.data.fitting import fit_images
from tunewright.images.data.imageset import Pixels
from tunewright.images.data.names import ENDINGS, ColourName
from tunewright.images.data.tree import entered


@dataclass(frozen=True, eq=False)
class Loose:
    """Files that are read. pixels: uint8 of shape (count, channels, height, width). notes: what was done to them."""

    files: tuple[Path, ...]
    pixels: Pixels
    notes: tuple[str, ...]


def read_loose(path: Path, shape: tuple[int, int, int], colour: ColourName | None = None) -> Loose | None:
    """The image at `path`, or all images below it, in natural order and in `shape` (channels, height, width).

    None where there is none. colour: to which images of any mode are brought. Raises DataError naming a file that
    cannot be read, or that lies beside images and is none; texts beside images are left out, which the notes say.
    """
    files = list(_below(path, ())) if path.is_dir() else [path]
    kinds = {file: "image" if file.suffix.lower() in ENDINGS else peek(file) for file in files}
    images = tuple(file for file, kind in kinds.items() if kind == "image")
    if not images:
        return None
    texts = [str(file.relative_to(path)) for file, kind in kinds.items() if kind == "text"]
    strange = next((file for file, kind in kinds.items() if kind not in ("image", "text")), None)
    if strange is not None:
        raise DataError(f"{strange}: expected image files only, found another file. Move or remove it.")
    rotated: list[Path] = []
    changed: Counter[str] = Counter()
    fitted = fit_images(_decoded(images, rotated, changed, colour), shape, count=len(images), where=str(path))
    left_out = [f"left out {listed(texts)}"] if texts else []
    odd = [f"{counted(len(rotated), 'image')} with an EXIF orientation, which is not applied"] if rotated else []
    brought = [told_change(changed, colour)] if colour and changed else []
    return Loose(images, fitted.pixels, (*left_out, *brought, *fitted.notes, *odd))


def _below(folder: Path, above: tuple[Path, ...]) -> Iterator[Path]:
    inside = entered(folder, above)
    for path in visible(folder):
        if path.is_dir():
            yield from _below(path, inside)
        else:
            yield path


def _decoded(
    files: Sequence[Path], rotated: list[Path], changed: Counter[str], colour: ColourName | None
) -> Iterator[tuple[str, Image.Image]]:
    """One after the other, as all at once may not fit into memory; notes those that ask for a rotation, and the modes
    that were changed."""
    for file in files:
        found = decoded(file, colour)
        changed.update([found.changed] if found.changed else [])
        if found.rotated:
            rotated.append(file)
        yield str(file), found.image
