"""What is to be predicted: loose images, or a set of them, in the shape that the bundle's network takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tunewright.core.words import counted, listed
from tunewright.images.data.fitting import Fitted, as_image, fit_images
from tunewright.images.data.imageset import ImageSet, Pixels
from tunewright.images.data.layout import official_test
from tunewright.images.data.loose import read_loose
from tunewright.images.data.names import ColourName
from tunewright.images.data.read import read_images


@dataclass(frozen=True, eq=False)
class Given:
    """names: of the images, paths or numbers from 0. pixels: uint8 of shape (images, channels, height, width).

    labels: the class of each image, where that is told by the source and is always one of the bundle's. notes: what
    was done with the source.
    """

    names: tuple[str, ...]
    pixels: Pixels
    labels: tuple[str, ...] | None
    notes: tuple[str, ...]


def read_given(
    source: str, *, shape: tuple[int, int, int], classes: Sequence[str], colour: ColourName | None = None
) -> Given:
    """The images of an image file, of a folder of them, or of anything that `read_images` reads.

    A folder's images are all below it, in natural order; where it is made of `train` and `test`, those of `test`. Of a
    set these are the test part, or all without one. shape: the network's (channels, height, width); images are resized,
    and converted between grey and RGB where nothing is lost. colour: to which images of any mode are brought instead.
    Raises DataError naming the file.
    """
    path = Path(source)
    if path.exists():
        test = official_test(path) if path.is_dir() else None
        loose = read_loose(test or path, shape, colour)
        if loose is not None:
            top = path if path.is_dir() else path.parent
            names = tuple(_readable(file.relative_to(top).as_posix()) for file in loose.files)
            folders = tuple(file.parent.name if file.parent != top else "" for file in loose.files)
            labels, notes = _labels(folders, classes)
            parts = (f"only {test.name}, its part for tests",) if test else ()
            return Given(names, loose.pixels, labels, (*parts, *loose.notes, *notes))
    return _of_set(source, shape=shape, classes=classes, colour=colour)


def _of_set(source: str, *, shape: tuple[int, int, int], classes: Sequence[str], colour: ColourName | None) -> Given:
    train, test, _ = read_images(source)
    images = train if test is None else test
    fitted = _fitted(images, shape, source, colour)
    labels, notes = _labels([images.classes[label] for label in images.labels], classes)
    part = "no part for tests: all of it" if test is None else "its part for tests"
    names = tuple(map(str, range(len(images))))
    return Given(names, fitted.pixels, labels, (f"{part}, {counted(len(images), 'image')}", *fitted.notes, *notes))


def _fitted(images: ImageSet, shape: tuple[int, int, int], source: str, colour: ColourName | None) -> Fitted:
    if images.shape == shape:
        return Fitted(images.images, ())
    named = ((f"{source}, image {number}", as_image(pixels)) for number, pixels in enumerate(images.images))
    return fit_images(named, shape, count=len(images), where=source, colour=colour)


def _labels(found: Sequence[str], classes: Sequence[str]) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """The labels where all are classes of the bundle; where only some are, why there are none."""
    strange = [name for name in dict.fromkeys(found) if name not in classes]
    if not strange:
        return tuple(found), ()
    if len(strange) == len(set(found)):
        return None, ()
    names = listed([name or "." for name in strange])
    return None, (f"no accuracy: of the images' classes the bundle does not know {names}",)


def _readable(name: str) -> str:
    """A file's name as text that can be written: bytes that are no UTF-8 become `\\udcXX`."""
    return name.encode("utf-8", "backslashreplace").decode()
