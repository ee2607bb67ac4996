"""The image card: what the reader found in an image set, and what looks odd in it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from tunewright.core.codec import Json
from tunewright.core.words import counted, harmless
from tunewright.images.data.imageset import ImageSet

_LABEL_WIDTH = 10
_MOST_LISTED = 12


@dataclass(frozen=True)
class ImageCard:
    """What is known of one image set: its `shape` (channels, height, width) and its `lowest` and `highest` pixel.

    `train` and `test`: images per class, in the order of `classes`; `test` is None where the source has no test part.
    `repeated`: training images that are there once more; `shared`: test images that are training images too, both by
    hash of the pixels. `reading`: rules by which the source was read. `warnings`: odd things, left as they are. Nothing
    is ever repaired.
    """

    source: str
    format: str
    classes: tuple[str, ...]
    train: tuple[int, ...]
    test: tuple[int, ...] | None
    shape: tuple[int, int, int]
    lowest: int
    highest: int
    repeated: int
    shared: int
    reading: tuple[str, ...]
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, Json]:
        """The card as JSON."""
        return {
            "source": self.source,
            "format": self.format,
            "classes": list(self.classes),
            "train": list(self.train),
            "test": None if self.test is None else list(self.test),
            "shape": list(self.shape),
            "lowest": self.lowest,
            "highest": self.highest,
            "repeated": self.repeated,
            "shared": self.shared,
            "reading": list(self.reading),
            "repairs": [],
            "warnings": list(self.warnings),
        }

    def lines(self) -> list[str]:
        """The card for a terminal, one fact a line."""
        channels, height, width = self.shape
        facts = [
            ("source", f"{self.source} ({self.format})"),
            ("train", self._counts(self.train)),
            ("test", "no test part" if self.test is None else self._counts(self.test)),
            ("shape", f"{counted(channels, 'channel')}, {height} high, {width} wide; values {self._range()}"),
            ("doubles", self._doubles()),
        ]
        facts += [("reading", text) for text in self.reading]
        facts.append(("repair", "none"))
        facts += [("warning", text) for text in self.warnings]
        return [f"{label:<{_LABEL_WIDTH}}{harmless(text, lines=False)}" for label, text in facts]

    def _counts(self, counts: tuple[int, ...]) -> str:
        pairs = [f"{name} {count}" for name, count in zip(self.classes, counts, strict=True)]
        more = [f"and {len(pairs) - _MOST_LISTED} more classes"] if len(pairs) > _MOST_LISTED else []
        return f"{counted(sum(counts), 'image')}: {', '.join(pairs[:_MOST_LISTED] + more)}"

    def _range(self) -> str:
        return f"{self.lowest} to {self.highest}"

    def _doubles(self) -> str:
        within = f"{self.repeated} within the training images"
        return within if self.test is None else f"{within}, {self.shared} test images that are training images too"


def image_card(
    train: ImageSet, test: ImageSet | None, *, source: str, format: str, reading: Sequence[str], warnings: Sequence[str]
) -> ImageCard:
    """The card of both parts; what the reader has to say comes with it."""
    seen = _hashes(train)
    known = set(seen)
    shared = 0 if test is None else sum(mark in known for mark in _hashes(test))
    parts = [train] if test is None else [train, test]
    return ImageCard(
        source=source,
        format=format,
        classes=train.classes,
        train=train.counts(),
        test=None if test is None else test.counts(),
        shape=train.shape,
        lowest=min(int(part.images.min()) for part in parts),
        highest=max(int(part.images.max()) for part in parts),
        repeated=len(seen) - len(known),
        shared=shared,
        reading=tuple(reading),
        warnings=(*warnings, *_warnings(train, shared)),
    )


def _hashes(images: ImageSet) -> list[bytes]:
    return [hashlib.blake2b(image, digest_size=16).digest() for image in images.images]


def _warnings(train: ImageSet, shared: int) -> list[str]:
    found = []
    empty = [name for name, count in zip(train.classes, train.counts(), strict=True) if count == 0]
    if empty:
        more = f" and {len(empty) - _MOST_LISTED} more" if len(empty) > _MOST_LISTED else ""
        found.append(f"no training image of {', '.join(empty[:_MOST_LISTED])}{more}")
    if shared:
        found.append(
            f"{counted(shared, 'test image')} seen in training: accuracy on the test may look too high by that share"
        )
    return found
