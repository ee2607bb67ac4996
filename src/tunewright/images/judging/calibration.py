"""Does a classifier that is 80 % sure turn out right on 80 % of the images?"""

from dataclasses import asdict, dataclass

import numpy as np

from tunewright.core.codec import Json
from tunewright.images.judging.metrics import Labels, Probabilities, confidence, right
from tunewright.statistics.proportions import Flags


@dataclass(frozen=True)
class ReliabilityBin:
    """The `count` images whose confidence lies above `low` and not above `high`: their mean confidence and the share
    that is right; None where there is none."""

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None

    def as_dict(self) -> dict[str, Json]:
        """An entry of `reliability`."""
        return asdict(self)


@dataclass(frozen=True)
class Calibration:
    """`ece`: the mean distance between confidence and accuracy, bin by bin, from 0 (as sure as right) to 1."""

    ece: float
    bins: tuple[ReliabilityBin, ...]


def calibration(probabilities: Probabilities, labels: Labels, *, bins: int = 15) -> Calibration:
    """Reliability bins of equal width over 0..1, and the expected calibration error.

    Confidence is the probability of the predicted class; ECE = sum over the bins of count / images * |accuracy -
    confidence| (Guo, Pleiss, Sun & Weinberger 2017, "On calibration of modern neural networks"). It is never below 0,
    so that few images give a perfectly calibrated model some, too.
    """
    correct = right(probabilities, labels)
    sureness = confidence(probabilities)
    edges = np.arange(bins + 1) / bins
    places = np.searchsorted(edges[1:], sureness, side="left")
    found = tuple(
        _bin(edges[place : place + 2], sureness[places == place], correct[places == place]) for place in range(bins)
    )
    distances = np.bincount(places, weights=correct - sureness, minlength=bins)  # count times (accuracy - confidence)
    return Calibration(ece=float(np.abs(distances).sum()) / len(labels), bins=found)


def _bin(edges: Probabilities, sureness: Probabilities, correct: Flags) -> ReliabilityBin:
    low, high = (float(edge) for edge in edges)
    if not len(sureness):
        return ReliabilityBin(low, high, 0, None, None)
    return ReliabilityBin(low, high, len(sureness), float(sureness.mean()), float(correct.mean()))
