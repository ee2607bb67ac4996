"""What images go through before they are trained on, as numbers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import cast

from tunewright.core.codec import Json


@dataclass(frozen=True)
class AugmentationSpec:
    """What is done to training images at random, to each one anew each time. The defaults do nothing.

    flip: left and right change places for half of the images. crop: pixels of padding by reflection on every side, of
    which a window of the image's size is cut out. cutout: side of a square in pixels that is set to the channel's mean.
    mixup: alpha of the Beta distribution of the weights by which two images are mixed. colour: strength s (at most 1);
    brightness and contrast are multiplied by factors from 1 - s to 1 + s.
    """

    flip: bool = False
    crop: int = 0
    cutout: int = 0
    mixup: float = 0.0
    colour: float = 0.0

    def __post_init__(self) -> None:
        for name in ("crop", "cutout"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}: expected a number of pixels from 0, found {getattr(self, name)}")
        if not 0 <= self.mixup < float("inf"):
            raise ValueError(f"mixup: expected a number from 0, found {self.mixup}")
        if not 0 <= self.colour <= 1:
            raise ValueError(f"colour: expected a strength from 0 to 1, found {self.colour}")

    def check(self, height: int, width: int) -> None:
        """Raises ValueError where images of this size are too small for `crop` or `cutout`."""
        for name in ("crop", "cutout"):
            if getattr(self, name) >= min(height, width):
                raise ValueError(
                    f"{name} = {getattr(self, name)}: expected fewer pixels than the images' shorter side, "
                    f"found images {height} high and {width} wide"
                )

    def as_dict(self) -> dict[str, Json]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Json]) -> "AugmentationSpec":
        """The inverse of `as_dict`. Raises LookupError, TypeError or ValueError for anything else."""
        numbers = cast("Mapping[str, float]", values)
        return cls(
            flip=bool(numbers["flip"]),
            crop=int(numbers["crop"]),
            cutout=int(numbers["cutout"]),
            mixup=float(numbers["mixup"]),
            colour=float(numbers["colour"]),
        )
