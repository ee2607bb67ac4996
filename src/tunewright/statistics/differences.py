"""Is one classifier right more often than another, or is it chance?

Intervals come from the Bayesian bootstrap over the images with half an image added to each outcome, see
`metrics.accuracy`. The distribution of a difference is a mixture: one of its two random parts runs over a fixed grid of
its quantiles, the other is exact. So nothing is drawn, and equal inputs give equal intervals.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv
from scipy.stats import binomtest, t

from tunewright.core.codec import Json
from tunewright.statistics.proportions import HALF, TAILS, Flags, check_flags

SeededFlags: TypeAlias = NDArray[np.bool_]
"""Shape (seeds, images)."""

GRID: NDArray[np.float64] = (np.arange(500) + 0.5) / 500
"""Fine enough: intervals miss those of ever more points by less than 0.01 points (0.0001)."""


@dataclass(frozen=True)
class Difference:
    """Of two accuracies, with its 95 % interval; 0.01 is one point."""

    difference: float
    low: float
    high: float

    def as_dict(self) -> dict[str, Json]:
        """The three numbers under their names, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class PairedDifference:
    """Accuracy of the first less that of the second on the same images, its 95 % interval, and the two-sided p of
    "they are right equally often"."""

    difference: float
    low: float
    high: float
    p: float

    def as_dict(self) -> dict[str, Json]:
        """The four numbers under their names, ready for JSON."""
        return asdict(self)


def paired_difference(correct_a: Flags, correct_b: Flags) -> PairedDifference:
    """The same images, in the same order: shape (images,) each; else ValueError.

    An image is right for both, for a alone, for b alone or for neither. The bootstrap's shares of the four have a
    Dirichlet distribution of their counts, half an image more each (the halves of Agresti & Min 2005): a share S ~
    Beta(a + b + 1, n - a - b + 1) of the images tells the two apart, a share B ~ Beta(a + 1/2, b + 1/2) of it for a,
    and the difference is S (2B - 1). p is that of McNemar (1947), exact: a against b in a + b throws of a fair coin.
    Where p is below 5 %, the interval lies on one side of 0.

    It speaks of these two trained models on new images, not of how training from another seed would go.
    """
    check_flags(correct_a, correct_b)
    count = len(correct_a)
    a, b = int(np.count_nonzero(correct_a & ~correct_b)), int(np.count_nonzero(correct_b & ~correct_a))
    apart = betaincinv(a + b + 2 * HALF, count - a - b + 2 * HALF, GRID)
    found = _difference(
        (a - b) / count,
        lambda limit: float(betainc(a + HALF, b + HALF, np.clip((limit / apart + 1) / 2, 0, 1)).mean()),
    )
    p = min(1.0, float(binomtest(a, a + b).pvalue)) if a + b else 1.0
    return PairedDifference(found.difference, found.low, found.high, p)


def seeded_difference(correct_a: SeededFlags, correct_b: SeededFlags) -> PairedDifference:
    """How a configuration does beside another, whichever seed its training has: shape (seeds, images) each, the same
    images in the same order; else ValueError, as for fewer than two seeds or images.

    D = mean(a - b) over seeds and images. Images are a sample and so are seeds, so both vary:

        V = V_images + V_seeds - V_both, and no less than the larger of the first two

    V_images is the variance over images of their mean gap, divided by their number; V_seeds that of a's accuracies and
    that of b's over seeds, divided by theirs; V_both, which both of them count, that of what is left of the gaps
    (Cameron, Gelbach & Miller 2011). D / sqrt(V) against Student's t with Welch's degrees of freedom of V_seeds: of few
    seeds one cannot tell how far they scatter, however many images there are.
    """
    if correct_a.shape != correct_b.shape or correct_a.ndim != 2 or min(correct_a.shape) < 2:
        raise ValueError(
            f"expected two arrays of one shape (seeds, images), two of each at least, found {correct_a.shape} and "
            f"{correct_b.shape}"
        )
    gaps = correct_a.astype(float) - correct_b
    seeds, images = gaps.shape
    difference, by_seed, by_image = float(gaps.mean()), gaps.mean(axis=1), gaps.mean(axis=0)
    of_a, of_b = (float(one.mean(axis=1).var(ddof=1)) / seeds for one in (correct_a, correct_b))
    of_images, of_seeds = float(by_image.var(ddof=1)) / images, of_a + of_b
    left = gaps - by_seed[:, None] - by_image + difference
    of_both = float((left**2).sum()) / ((seeds - 1) * (images - 1)) / (seeds * images)
    variance = max(of_images + of_seeds - of_both, of_images, of_seeds)
    if variance == 0:  # every image tells the same: the throws of a coin of McNemar's test
        return PairedDifference(difference, difference, difference, 2 * 0.5**images if difference else 1.0)
    freedom = (seeds - 1) * (of_seeds**2 / (of_a**2 + of_b**2) if of_seeds else 2)
    reach = float(t.isf(TAILS[0], freedom)) * variance**0.5
    p = 2 * float(t.sf(abs(difference) / variance**0.5, freedom))
    return PairedDifference(difference, max(-1.0, difference - reach), min(1.0, difference + reach), p)


def independent_difference(correct_a: Flags, correct_b: Flags) -> Difference:
    """Accuracy of a less that of b, on images that have nothing to do with each other, as validation and test.

    Either accuracy has the distribution of `metrics.accuracy`. Shapes (images of a,) and (images of b,).
    """
    check_flags(correct_a)
    check_flags(correct_b)
    right_a, right_b = int(np.count_nonzero(correct_a)), int(np.count_nonzero(correct_b))
    wrong_a, wrong_b = len(correct_a) - right_a, len(correct_b) - right_b
    second = betaincinv(right_b + HALF, wrong_b + HALF, GRID)
    return _difference(
        right_a / len(correct_a) - right_b / len(correct_b),
        lambda limit: float(betainc(right_a + HALF, wrong_a + HALF, np.clip(limit + second, 0, 1)).mean()),
    )


def _difference(observed: float, below: Callable[[float], float]) -> Difference:
    # below: P(difference <= limit), from 0 at -1 to 1 at 1
    low, high = (float(brentq(lambda limit, tail=tail: below(limit) - tail, -1.0, 1.0)) for tail in TAILS)
    return Difference(observed, min(low, observed), max(high, observed))
