"""How images are dealt out to parts: at random within each class, and the same picture never to two parts."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from tunewright.images.data.imageset import Labels, Pixels

Groups = NDArray[np.int64]
"""One number per image; images of one number are the same picture."""

Quotas = NDArray[np.int64]
"""Shape (parts, classes): how many images of a class each part shall have."""

Mark = bytes


def marks(images: Pixels) -> list[Mark]:
    """A hash of each image's pixels: equal marks, equal images."""
    return [hashlib.blake2b(image, digest_size=16).digest() for image in np.ascontiguousarray(images)]


def short_marks(images: Pixels) -> NDArray[np.uint64]:
    """Eight bytes of the mark of each image: enough to tell whether an image is one of millions."""
    return np.frombuffer(b"".join(mark[:8] for mark in marks(images)), dtype="<u8")


def same_pixels(images: Pixels) -> Groups:
    """The number of the first image with the same pixels, for each image of shape (count, channels, height, width)."""
    first: dict[Mark, int] = {}
    return np.array([first.setdefault(mark, number) for number, mark in enumerate(marks(images))], dtype=np.int64)


def deal(labels: Labels, groups: Groups, quotas: Quotas, generator: np.random.Generator) -> NDArray[np.int64]:
    """The part, from 0, that each image goes to; the columns of `quotas` add up to the images of each class.

    Without repeated pictures every quota is met exactly, and each way of meeting them is equally likely. Repeated ones
    go first, the most often repeated ahead, each to a part with room for all of them, with a chance in proportion
    to the room; where there is none, to the part that is emptiest for its size. Quotas are then met as nearly as this
    allows.
    """
    parts = np.empty(len(labels), dtype=np.int64)
    room = quotas.copy()
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    repeated = generator.permutation(np.flatnonzero(sizes > 1))
    for number in repeated[np.argsort(-sizes[repeated], kind="stable")]:
        members = np.flatnonzero(group == number)
        need = np.bincount(labels[members], minlength=quotas.shape[1])
        part = _part_for(need, room, quotas, generator)
        parts[members] = part
        room[part] -= need
    single = sizes[group] == 1
    for label in range(quotas.shape[1]):
        members = np.flatnonzero(single & (labels == label))
        seats = np.repeat(np.arange(len(quotas)), np.maximum(room[:, label], 0))
        parts[members] = generator.permutation(seats)[: len(members)]
    return parts


def lacking(labels: Labels, parts: NDArray[np.int64], count: int) -> int | None:
    """The first class with images of which one of the `count` parts has none; None where every part has each."""
    classes = int(labels.max(initial=-1)) + 1
    table = np.zeros((count, classes), dtype=np.int64)
    np.add.at(table, (parts, labels), 1)
    found = np.flatnonzero((table.sum(axis=0) > 0) & (table == 0).any(axis=0))
    return int(found[0]) if len(found) else None


def split_quotas(counts: NDArray[np.int64], fraction: float) -> Quotas:
    """Two parts, the second with `fraction` of each class: whole numbers, one on each side where a class has two."""
    wanted = np.rint(counts * fraction).astype(np.int64)
    second = np.minimum(np.maximum(wanted, 1), np.maximum(counts - 1, 0))
    return np.stack([counts - second, second])


def _part_for(need: NDArray[np.int64], room: Quotas, quotas: Quotas, generator: np.random.Generator) -> int:
    mine = need > 0
    open_seats = room[:, mine].sum(axis=1)
    fits = (room >= need).all(axis=1)
    if fits.any():
        chance = np.where(fits, open_seats, 0)
        return int(generator.choice(len(room), p=chance / chance.sum()))
    return int(np.argmax(open_seats / np.maximum(quotas[:, mine].sum(axis=1), 1)))
