"""The shape of "test" in a run on images, as frozen values. Accuracies and their intervals (95 %) are shares."""

from dataclasses import dataclass
from typing import Literal

from tunewright.report.looks import Looks
from tunewright.report.values import Number


@dataclass(frozen=True)
class Accuracy:
    """Of `count` images; `low` and `high`: interval."""

    count: int
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True)
class Gap:
    """A difference of two accuracies with its interval."""

    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Scores:
    """ece: expected calibration error."""

    accuracy: float
    low: float
    high: float
    log_loss: float
    ece: float


@dataclass(frozen=True)
class Metrics:
    model: Scores


@dataclass(frozen=True)
class ClassAccuracy:
    """accuracy: None for a class without a test image."""

    name: str
    count: int
    accuracy: Number
    low: Number
    high: Number


@dataclass(frozen=True)
class Bin:
    """Images whose first choice had a probability from `low` to `high`; an empty bin has neither mean nor accuracy."""

    low: float
    high: float
    count: int
    confidence: Number
    accuracy: Number


@dataclass(frozen=True)
class Mistake:
    """Image `index` of the sealed test; classes by their number."""

    index: int
    actual: int
    predicted: int
    probability: float


@dataclass(frozen=True)
class Outcome:
    """The sealed test of the tuned model. confusion: rows actual, columns predicted. mistakes: the surest first.

    skill: against always guessing the most frequent class, by the test that the verdict tells of.
    """

    openings: int
    count: int
    metrics: Metrics
    confusion: tuple[tuple[int, ...], ...]
    per_class: tuple[ClassAccuracy, ...]
    reliability: tuple[Bin, ...]
    mistakes: tuple[Mistake, ...]
    skill: Literal["found", "hint", "none", "worse"]
    verdict: str
    looks: Looks | None = None
