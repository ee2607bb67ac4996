"""Did the tuning help, and how much did the validation images flatter the model that they chose?

The lowest of many validation errors is low by luck, too, so a winner's validation accuracy lies above what new images
show: the winner's curse of model selection (Cawley & Talbot 2010, "On over-fitting in model selection").
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tunewright.core.codec import Json
from tunewright.images.judging.contest import Entry
from tunewright.images.judging.metrics import Labels, right
from tunewright.images.judging.wording import interval, points, share, signed
from tunewright.statistics.differences import (
    Difference,
    PairedDifference,
    independent_difference,
    paired_difference,
    seeded_difference,
)
from tunewright.statistics.effect import Effect, effect_in_words, effect_of
from tunewright.statistics.proportions import Accuracy, accuracy
from tunewright.statistics.wording import p_value


@dataclass(frozen=True)
class SearchWinner:
    """`score`: the one the search chose by, lower is better. `error`: its share of wrong validation images, 0..1.
    width: of its network, where that of the final model is another."""

    score: float
    error: float
    width: int | None = None


@dataclass(frozen=True)
class TuningBias:
    """What tuning was worth on the sealed images, and what it promised in validation.

    validation, test: of the final model from its first seed; `validation` is None where no image was held out.
    bias: accuracy in validation less that on the sealed test. against_default: of these two networks, None where no
    default was trained. over_seeds: of the two configurations, whichever seed they are trained from; None where there
    is one seed, which does not tell. ahead: in how many of `seeds` seeds the tuned one is right more often. folds: of
    the search, of which the first one's validation images are those held out.
    """

    winner: SearchWinner
    validation: Accuracy | None
    test: Accuracy
    bias: Difference | None
    against_default: PairedDifference | None
    over_seeds: PairedDifference | None = None
    ahead: int = 0
    seeds: int = 1
    folds: int = 1

    @property
    def conclusion(self) -> Effect | Literal["unknown"]:
        """`helped`, `overtuned`: significantly better or worse than the untuned default on the sealed images, over
        training seeds (`seeded_difference` below `LEVEL`). `unknown`: no default, or one seed each; other seeds of the
        same configurations may differ by as much."""
        return "unknown" if self.over_seeds is None else effect_of(self.over_seeds.difference, p=self.over_seeds.p)

    def sentence(self) -> str:
        """What tuning won, and how far its validation score can be believed: a few plain sentences."""
        return " ".join(part for part in (self._effect(), self._promise()) if part)

    def as_dict(self) -> dict[str, Json]:
        """The object `tuning` of results.json."""
        return {
            "search_score": self.winner.score,
            "search_error": self.winner.error,
            "validation": None if self.validation is None else self.validation.as_dict(),
            "test": self.test.as_dict(),
            "bias": None if self.bias is None else self.bias.as_dict(),
            "against_default": None if self.against_default is None else self.against_default.as_dict(),
            "over_seeds": None if self.over_seeds is None else self.over_seeds.as_dict(),
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
        found = self.over_seeds
        if found is None:
            return (
                "Whether tuning helped cannot be said from one training seed each, as the next seeds may differ by "
                f"as much (final.seeds = 5 trains from more): {tuned} of the sealed images, the untuned default on "
                f"{share(self.test.accuracy - against.difference)} ({signed(against.difference)} points, "
                f"{interval(against.low, against.high)}; of these two networks alone, McNemar {p_value(against.p)})."
            )
        more = "more" if found.difference >= 0 else "fewer"
        return (
            f"{effect_in_words(found.difference, p=found.p)}: over {self.seeds} training seeds the tuned model is "
            f"right on {points(found.difference)} points {more} of the sealed images than the untuned default "
            f"({interval(found.low, found.high)}; {p_value(found.p)}, images and seeds both counted as chance), and "
            f"ahead in {self.ahead} of them."
        )

    def _promise(self) -> str:
        if self.validation is None or self.bias is None:
            width = self.winner.width
            narrow = "" if width is None else f", as a network of the width {width},"
            return (
                f"In the search{narrow} it was right on {share(1 - self.winner.error)} of the validation images that "
                "chose it; the final model was trained on these too, so it has no validation score of its own to "
                "compare with."
            )
        which = "the validation images that chose it" if self.folds == 1 else "the first fold's validation images"
        return f"On {which}, it was right on {share(self.validation.accuracy)}: {_flattery(self.bias)}."


def tuning_bias(
    tuned: Entry, default: Entry | None, labels: Labels, *, winner: SearchWinner, folds: int = 1
) -> TuningBias:
    """From the probabilities of the sealed images; labels: shape (images,). folds: of the search.

    Raises ValueError where one was trained from more seeds than the other.
    """
    correct = right(tuned.probabilities[0], labels)
    against, over_seeds, ahead, seeds = None, None, 0, len(tuned.probabilities)
    if default is not None:
        against = paired_difference(correct, right(default.probabilities[0], labels))
        ours, theirs = (np.array([right(one, labels) for one in entry.probabilities]) for entry in (tuned, default))
        ahead = sum(bool(a > b) for a, b in zip(ours.sum(axis=1), theirs.sum(axis=1), strict=True))
        over_seeds = seeded_difference(ours, theirs) if seeds > 1 else None
    return TuningBias(
        winner=winner,
        validation=None if tuned.validation is None else accuracy(tuned.validation),
        test=accuracy(correct),
        bias=None if tuned.validation is None else independent_difference(tuned.validation, correct),
        against_default=against,
        over_seeds=over_seeds,
        ahead=ahead,
        seeds=seeds,
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
