"""How often something is right, and how sure one may be of that."""

from dataclasses import asdict, dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from tunewright.core.codec import Json

Flags: TypeAlias = NDArray[np.bool_]


TAILS = (0.025, 0.975)
"""Between these quantiles lies a 95 % interval."""

HALF = 0.5
"""Of an image, added to each outcome before a bootstrap: what was never seen in few images is not impossible."""


@dataclass(frozen=True)
class Accuracy:
    """Share of `count` images that are right, and its 95 % interval from `low` to `high`; all within 0..1."""

    count: int
    accuracy: float
    low: float
    high: float

    def as_dict(self) -> dict[str, Json]:
        """The four numbers under their names, ready for JSON."""
        return asdict(self)


def accuracy(correct: Flags) -> Accuracy:
    """The share of `correct`, shape (images,), and its 95 % interval from a bootstrap over the images.

    Rubin's (1981) Bayesian bootstrap weighs the images at random where Efron's (1979) counts them; with k of n right
    the two put k/n into a Beta(k, n - k) and a Binomial(n, k/n) / n, alike but for terms of 1/n. Both are certain where
    every image is right, though 20 right in 20 prove little, and both are too narrow nearby. So half an image is added
    to either outcome: Beta(k + 1/2, n - k + 1/2), the interval of Jeffreys, which keeps its 95 % on average for few
    images and extreme shares, too (Brown, Cai & DasGupta 2001). Its quantiles are exact, so nothing is drawn. It always
    holds k/n.
    """
    check_flags(correct)
    count, right = len(correct), int(np.count_nonzero(correct))
    low, high = betaincinv(right + HALF, count - right + HALF, TAILS)
    share = right / count
    return Accuracy(count, share, min(float(low), share), max(float(high), share))


def check_flags(*flags: Flags) -> None:
    """Refuse arrays that do not say right or wrong of the same images, of which there is one at least (ValueError)."""
    for values in flags:
        if values.shape != flags[0].shape or values.ndim != 1 or not len(values) or values.dtype != np.bool_:
            raise ValueError(
                f"right or wrong: {values.dtype} of shape {values.shape}, expected bool of shape (images,), at least "
                f"one image, and as many as in every other ({flags[0].shape}): pass predictions == labels"
            )
