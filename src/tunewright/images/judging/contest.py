"""All contestants on the same sealed images: what each reaches, and how far the tuned one is ahead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tunewright.core.codec import Json
from tunewright.images.judging.calibration import calibration
from tunewright.images.judging.metrics import Labels, Probabilities, log_loss, right
from tunewright.images.judging.names import DEFAULT
from tunewright.statistics.differences import PairedDifference, paired_difference
from tunewright.statistics.holm import holm
from tunewright.statistics.proportions import Accuracy, Flags, accuracy


@dataclass(frozen=True, eq=False)
class Entry:
    """What a contestant brings: `probabilities` of the sealed images, one array of shape (images, classes) for each
    training seed, and where images were held out from its first training, whether it is right on them:
    `validation`, shape (held out images,)."""

    name: str
    probabilities: tuple[Probabilities, ...]
    validation: Flags | None = None

    def __post_init__(self) -> None:
        if not self.probabilities:
            raise ValueError(f"{self.name}: expected the probabilities of one training seed at least, found none")


@dataclass(frozen=True)
class Scores:
    """Of one trained model: `log_loss` in nats, `ece` as in `calibration`."""

    accuracy: Accuracy
    log_loss: float
    ece: float

    def as_dict(self) -> dict[str, Json]:
        """The object `test` of a contestant."""
        return {**self.accuracy.as_dict(), "log_loss": self.log_loss, "ece": self.ece}


@dataclass(frozen=True)
class Seeds:
    """Test accuracy from each training seed."""

    accuracies: tuple[float, ...]

    @property
    def mean(self) -> float:
        return float(np.mean(self.accuracies))

    @property
    def sd(self) -> float | None:
        """Standard deviation of the sample (n - 1); None for one seed, which does not tell."""
        return float(np.std(self.accuracies, ddof=1)) if len(self.accuracies) > 1 else None

    def as_dict(self) -> dict[str, Json]:
        """The object `seeds` of a contestant."""
        return {
            "count": len(self.accuracies),
            "accuracies": list(self.accuracies),
            "mean": self.mean,
            "sd": self.sd,
        }


@dataclass(frozen=True)
class Result:
    """What a contestant reached. `test`, `validation` and `against_tuned` are of the first seed, the last is the
    tuned model's accuracy less this one's, and None for the tuned model itself."""

    name: str
    test: Scores
    seeds: Seeds
    validation: Accuracy | None
    against_tuned: PairedDifference | None

    def as_dict(self) -> dict[str, Json]:
        """The part of an entry of `contestants` that evaluation knows, but for the name."""
        return {
            "validation": None if self.validation is None else self.validation.as_dict(),
            "test": self.test.as_dict(),
            "seeds": self.seeds.as_dict(),
            "against_tuned": None if self.against_tuned is None else self.against_tuned.as_dict(),
        }


def hold_contest(entries: Sequence[Entry], labels: Labels) -> tuple[Result, ...]:
    """The results in the order of `entries`, of which the first is the tuned model. labels: shape (images,).

    p against the default is as it is: that comparison is what a run is for. Those of all others are corrected for
    their number (Holm 1979).
    """
    tuned, *others = entries
    correct = right(tuned.probabilities[0], labels)
    found = [paired_difference(correct, right(other.probabilities[0], labels)) for other in others]
    further = [place for place, other in enumerate(others) if other.name != DEFAULT]
    for place, p in zip(further, holm([found[place].p for place in further]), strict=True):
        found[place] = replace(found[place], p=p)
    return tuple(_result(entry, labels, against) for entry, against in zip(entries, (None, *found), strict=True))


def score(probabilities: Probabilities, labels: Labels) -> Scores:
    """One trained model on the sealed images."""
    return Scores(
        accuracy=accuracy(right(probabilities, labels)),
        log_loss=log_loss(probabilities, labels),
        ece=calibration(probabilities, labels).ece,
    )


def seeds_of(entry: Entry, labels: Labels) -> Seeds:
    """The accuracies of an entry on the sealed images, seed by seed."""
    return Seeds(tuple(float(right(probabilities, labels).mean()) for probabilities in entry.probabilities))


def _result(entry: Entry, labels: Labels, against: PairedDifference | None) -> Result:
    return Result(
        name=entry.name,
        test=score(entry.probabilities[0], labels),
        seeds=seeds_of(entry, labels),
        validation=None if entry.validation is None else accuracy(entry.validation),
        against_tuned=against,
    )
