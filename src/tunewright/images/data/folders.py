"""Image files decoded into the arrays of a set, in one mode and one size; what does not fit is told all at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tunewright.core.errors import DataError
from tunewright.core.words import counted
from tunewright.images.data.blobs import check_size
from tunewright.images.data.colour import told_change
from tunewright.images.data.decoding import CHANNELS, Decoded, Refused, decoded, resized
from tunewright.images.data.found import Found, Part
from tunewright.images.data.imageset import Pixels
from tunewright.images.data.layout import Layout, Listing
from tunewright.images.data.names import ColourName

_MOST_TOLD = 12


@dataclass(frozen=True)
class _Form:
    """What every image has to be: mode and (width, height). `resize` says whether it is brought to the size."""

    mode: str
    size: tuple[int, int]
    resize: bool


@dataclass
class _Seen:
    """What is noted on the way: images that ask for a rotation, modes that were changed, images that are refused."""

    rotated: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    count: int = 0

    def refuse(self, problem: Refused) -> None:
        self.count += 1
        if len(self.refused) < _MOST_TOLD:
            self.refused.append(problem)


def read_files(layout: Layout, where: Path, *, size: tuple[int, int] | None, colour: ColourName | None = None) -> Found:
    """The images of a layout. `size`: height and width to which all are resized. `colour`: to which all are brought.

    Without `size` all images must agree in theirs; without `colour` all must be grey or all RGB. Raises DataError.
    """
    seen = _Seen()
    listings = [layout.train, layout.test] if layout.test else [layout.train]
    form = _form([path for listing in listings for path in listing.files], size, colour)
    parts = [_read_part(listing, layout.classes, form, colour=colour, seen=seen) for listing in listings]
    if seen.refused:
        raise _refusal(where, seen)
    reading = [*layout.reading]
    reading += [f"resized to {size[0]} x {size[1]} (height x width), bicubic"] if size else []
    reading += [told_change(seen.changed, colour)] if colour and seen.changed else []
    odd = f"{counted(seen.rotated, 'image')} with an EXIF orientation, which is not applied"
    return Found(
        layout.format,
        layout.classes,
        parts[0],
        parts[1] if len(parts) > 1 else None,
        reading=tuple(reading),
        warnings=(odd,) if seen.rotated else (),
    )


def _form(paths: Sequence[Path], size: tuple[int, int] | None, colour: ColourName | None) -> _Form | None:
    """That of the first image that can be taken; None where there is none."""
    for path in paths:
        try:
            image = decoded(path, colour).image
        except Refused:
            continue
        return _Form(image.mode, (size[1], size[0]) if size else image.size, size is not None)
    return None


def _read_part(
    listing: Listing, classes: Sequence[str], form: _Form | None, *, colour: ColourName | None, seen: _Seen
) -> Part:
    width, height, channels = (*form.size, CHANNELS[form.mode]) if form else (1, 1, 1)
    shape = (len(listing.files), channels, height, width)
    check_size(int(np.prod(shape, dtype=float)), str(listing.files[0].parents[1]))
    images = np.empty(shape, np.uint8)
    for row, path in enumerate(listing.files):
        try:
            found = decoded(path, colour)
            assert form is not None
            images[row] = _pixels(path, found, form)
        except Refused as problem:
            seen.refuse(problem)
            continue
        seen.rotated += found.rotated
        seen.changed.update([found.changed] if found.changed else [])
    numbers = {name: number for number, name in enumerate(classes)}
    return Part(images, np.array([numbers[name] for name in listing.labels], np.int64))


def _pixels(path: Path, found: Decoded, form: _Form) -> Pixels:
    """The pixels, shape (channels, height, width)."""
    image = found.image
    if image.mode != form.mode:
        raise Refused(
            path,
            expected=f"mode {form.mode} as in the first image",
            found=image.mode,
            remedy='Convert the image, or state colour = "rgb" or "grey".',
        )
    if form.resize:
        image = resized(image, form.size)
    if image.size != form.size:
        raise Refused(
            path,
            expected=f"{form.size[1]} x {form.size[0]} pixels (height x width) as in the first image",
            found=f"{image.size[1]} x {image.size[0]}",
            remedy="State a size to which all are resized, such as 32x32.",
        )
    return np.asarray(image).reshape(form.size[1], form.size[0], -1).transpose(2, 0, 1)


def _refusal(where: Path, seen: _Seen) -> DataError:
    """The one refusal as it is, or several in one line: what each was found to be, and all ways to mend them."""
    if seen.count == 1:
        return seen.refused[0]
    told = [f"{_inside(one.path, where)}: {one.found}" for one in seen.refused]
    more = f", and {seen.count - len(told)} more" if seen.count > len(told) else ""
    expected = " and ".join(dict.fromkeys(one.expected for one in seen.refused))
    remedies = " ".join(dict.fromkeys(one.remedy for one in seen.refused))
    found = f"{seen.count} that differ ({'; '.join(told)}{more})"
    return DataError(f"{where}: expected {expected}, found {found}. {remedies}")


def _inside(path: Path, where: Path) -> str:
    return str(path.relative_to(where)) if path.is_relative_to(where) else str(path)
