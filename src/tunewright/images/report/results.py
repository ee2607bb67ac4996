"""The parts of results.json (schema 1) that only runs on images have, as frozen values. Accuracies are shares."""

from dataclasses import dataclass
from typing import Any, Literal

from tunewright.images.report.outcome import Accuracy, Gap, Outcome, Scores
from tunewright.report.values import Number


@dataclass(frozen=True)
class Card:
    """What the reader found; `train` and `test`: images per class, in the order of `classes`."""

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
    reading: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Data:
    """shape: channels, height, width. train, test: numbers of images, tuned on and sealed. warnings: what is odd of the
    parts together."""

    card: Card
    classes: tuple[str, ...]
    shape: tuple[int, int, int]
    train: int
    test: int
    fingerprint: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Fold:
    number: int
    train: int
    validation: int


@dataclass(frozen=True)
class Compute:
    device: str
    precision: str
    threads: int


@dataclass(frozen=True)
class Curves:
    """One value per epoch; those of validation are empty where no image was held out."""

    train_loss: tuple[Number, ...]
    validation_loss: tuple[Number, ...] = ()
    validation_accuracy: tuple[Number, ...] = ()


@dataclass(frozen=True)
class Seeds:
    """Test accuracy of each training seed; sd: None for one seed."""

    count: int
    accuracies: tuple[float, ...]
    mean: float
    sd: Number


@dataclass(frozen=True)
class Difference(Gap):
    """Of two models on the same images; p: exact McNemar."""

    p: float


@dataclass(frozen=True)
class Contestant:
    """A final model. mflops: of one image forward; seconds: training of its first seed, whose scores these are."""

    name: str
    settings: dict[str, Any]
    family: str
    parameters: int
    mflops: Number
    epochs: int
    images: int
    seconds: float
    curves: Curves
    validation: Accuracy | None
    test: Scores
    seeds: Seeds
    against_tuned: Difference | None


@dataclass(frozen=True)
class Model:
    parameters: int
    seconds: float
    epochs: int


@dataclass(frozen=True)
class Tuning:
    """What choosing was worth. search_error: of the winner in the search, on validation images.

    validation: of the final model, None where it was trained on all images; bias: validation minus test accuracy.
    """

    search_score: float
    search_error: Number
    validation: Accuracy | None
    test: Accuracy
    bias: Gap | None
    against_default: Difference | None
    conclusion: Literal["helped", "no_difference", "overtuned", "unknown"]
    sentence: str
    over_seeds: Difference | None = None


@dataclass(frozen=True)
class Images:
    """What a run on images adds; the tuned model is the first contestant.

    failed: reasons by the name of what could not be trained. tuning: None where nothing was tuned.
    """

    data: Data
    folds: tuple[Fold, ...]
    compute: Compute
    contestants: tuple[Contestant, ...]
    failed: dict[str, str]
    model: Model
    test: Outcome
    tuning: Tuning | None

    def __post_init__(self) -> None:
        if not self.contestants:
            raise ValueError("needs the tuned model among its contestants")
        classes, told = len(self.data.classes), self.test
        if len(told.confusion) != classes or any(len(row) != classes for row in told.confusion):
            raise ValueError(f"test.confusion needs {classes} rows of {classes} counts, as there are classes")
        if any(not 0 <= number < classes for one in told.mistakes for number in (one.actual, one.predicted)):
            raise ValueError(f"test.mistakes names classes by their number, from 0 to {classes - 1}")
