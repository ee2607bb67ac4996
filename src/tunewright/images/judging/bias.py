"""Did the tuning help, and how much did the validation images flatter the model that they chose?

The lowest of many validation errors is low by luck, too, so a winner's validation accuracy lies above what new images
show: the winner's curse of model selection (Cawley & Talbot 2010, "On over-fitting in model selection").
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tunewright.core.codec import Json
from tunewright.images.judging.contest import Entry, seeds_of
from tunewright.images.judging.metrics import Labels, right
from tunewright.images.judging.wording import interval, points, share, signed
from tunewright.statistics.differences import (
    Difference,
    PairedDifference,
    independent_difference,
    paired_difference,
)
from tunewright.statistics.levels import HINT, LEVEL
from tunewright.statistics.proportions import Accuracy, accuracy
from tunewright.statistics.wording import p_value

Effect = Literal["helped", "no_difference", "overtuned"]


@dataclass(frozen=True)
class SearchWinner:
    """`score`: the one the search chose by, lower is better. `error`: its share of wrong validation images, 0..1."""

    score: float
    error: float


@dataclass(frozen=True)
class TuningBias:
    """What tuning was worth on the sealed images, and what it promised in validation.

    validation, test: of the final model from its first seed; `validation` is None where no image was held out.
    bias: accuracy in validation less that on the sealed test. against_default: None where no default was trained.
    by_seed: the differences to the default, seed by seed; empty without a default. folds: of the search, of which the
    first one's validation images are those held out.
    """

    winner: SearchWinner
    validation: Accuracy | None
    test: Accuracy
    bias: Difference | None
    against_default: PairedDifference | None
    by_seed: tuple[float, ...] = ()
    folds: int = 1

    @property
    def conclusion(self) -> Effect:
        """`helped`, `overtuned`: significantly better or worse than the untuned default on the sealed images (exact
        McNemar below `LEVEL`). Without a default nothing is claimed."""
        against = self.against_default
        if against is None or against.p >= LEVEL:
            return "no_difference"
        return "helped" if against.difference > 0 else "overtuned"

    def sentence(self) -> str:
        """What tuning won, and how far its validation score can be believed: a few plain sentences."""
        return " ".join(part for part in (self._effect(), self._by_seed(), self._promise()) if part)

    def as_dict(self) -> dict[str, Json]:
        """The object `tuning` of results.json."""
        return {
            "search_score": self.winner.score,
            "search_error": self.winner.error,
            "validation": None if self.validation is None else self.validation.as_dict(),
            "test": self.test.as_dict(),
            "bias": None if self.bias is None else self.bias.as_dict(),
            "against_default": None if self.against_default is None else self.against_default.as_dict(),
            "conclusion": self.conclusion,
            "sentence": self.sentence(),
        }

    def _effect(self) -> str:
        against, tuned = self.against_default, f"the tuned model is right on {share(self.test.accuracy)}"
        if against is None:
            return (
                f"Whether tuning helped is not known, as there is no untuned default to compare with: {tuned} of the "
                "sealed images."
            )
        seeds = (
            "one training seed each" if len(self.by_seed) < 2 else f"the first of {len(self.by_seed)} training seeds"
        )
        return (
            f"{self._opening(against)}: {tuned} of the sealed images, the untuned default on "
            f"{share(self.test.accuracy - against.difference)} ({signed(against.difference)} points, "
            f"{interval(against.low, against.high)}; McNemar {p_value(against.p)}; {seeds})."
        )

    def _opening(self, against: PairedDifference) -> str:
        if self.conclusion == "helped":
            return "Tuning helped"
        if self.conclusion == "overtuned":
            return "Tuning did harm (overtuning)"
        if against.p < HINT:
            sign = "help" if against.difference > 0 else "harm"
            return f"Tuning shows a hint of {sign}, which is no proof (that needs p < {LEVEL})"
        return "Tuning made no difference that can be told from chance"

    def _by_seed(self) -> str:
        if len(self.by_seed) < 2 or self.against_default is None:
            return ""
        mean = float(np.mean(self.by_seed))
        ahead = sum(difference > 0 for difference in self.by_seed)
        doubt = ""
        if self.conclusion != "no_difference" and mean * self.against_default.difference <= 0:
            doubt = ": not the way of the first seed, so do not count on it"
        return (
            f"Over all {len(self.by_seed)} training seeds its lead is {signed(mean)} points on average, and "
            f"it is ahead in {ahead} of them{doubt}."
        )

    def _promise(self) -> str:
        if self.validation is None or self.bias is None:
            return (
                f"In the search it was right on {share(1 - self.winner.error)} of the validation images that chose it; "
                "the final model was trained on these too, so it has no validation score of its own to compare with."
            )
        which = "the validation images that chose it" if self.folds == 1 else "the first fold's validation images"
        return f"On {which}, it was right on {share(self.validation.accuracy)}: {_flattery(self.bias)}."


def tuning_bias(
    tuned: Entry, default: Entry | None, labels: Labels, *, winner: SearchWinner, folds: int = 1
) -> TuningBias:
    """From the probabilities of the sealed images; labels: shape (images,). folds: of the search.

    Both were trained from the same seeds in the same order; ValueError where one has more of them.
    """
    correct = right(tuned.probabilities[0], labels)
    against, by_seed = None, list[float]()
    if default is not None:
        against = paired_difference(correct, right(default.probabilities[0], labels))
        pairs = zip(seeds_of(tuned, labels).accuracies, seeds_of(default, labels).accuracies, strict=True)
        by_seed = [ours - theirs for ours, theirs in pairs]
    return TuningBias(
        winner=winner,
        validation=None if tuned.validation is None else accuracy(tuned.validation),
        test=accuracy(correct),
        bias=None if tuned.validation is None else independent_difference(tuned.validation, correct),
        against_default=against,
        by_seed=tuple(by_seed),
        folds=folds,
    )


def _flattery(bias: Difference) -> str:
    if bias.difference == 0:
        return f"just as on the sealed test ({interval(bias.low, bias.high)})"
    more = "more" if bias.difference > 0 else "fewer"
    shown = f"{points(bias.difference)} points {more} than on the sealed test ({interval(bias.low, bias.high)})"
    if bias.low > 0:
        return f"{shown}, so its validation score promised too much"
    if bias.high < 0:
        return f"{shown}: it was not flattered, so the sealed images may be the easier ones"
    return f"{shown}, no more than chance explains"
