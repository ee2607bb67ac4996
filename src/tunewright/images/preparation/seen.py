"""Which images a network has been trained on, as far as that is known."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tunewright.images.data.imageset import Pixels
from tunewright.images.preparation.dealing import short_marks


def _none() -> NDArray[np.uint64]:
    return np.empty(0, dtype=np.uint64)


@dataclass(frozen=True, eq=False)
class Seen:
    """marks: `short_marks` of images. whole: whether these are all that there were."""

    marks: NDArray[np.uint64] = field(default_factory=_none)
    whole: bool = True

    @classmethod
    def of(cls, images: Pixels) -> "Seen":
        return cls(np.unique(short_marks(images)))

    def and_before(self, other: "Seen") -> "Seen":
        """What a network has seen that began with the weights of another one."""
        return Seen(np.union1d(self.marks, other.marks), self.whole and other.whole)
