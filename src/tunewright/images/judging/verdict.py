"""The sealed test in one plain sentence, and every number of it that the report shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from tunewright.core.codec import Json
from tunewright.images.judging.calibration import ReliabilityBin, calibration
from tunewright.images.judging.contest import Entry, Scores, Seeds, score, seeds_of
from tunewright.images.judging.metrics import (
    ClassAccuracy,
    Labels,
    Mistake,
    confusion,
    most_confident_mistakes,
    per_class,
    predictions,
    right,
)
from tunewright.images.judging.wording import points, share
from tunewright.runs.openings.looked import Looked, looked
from tunewright.runs.openings.looks import NO_LOOKS, Looks
from tunewright.statistics.differences import PairedDifference, paired_difference
from tunewright.statistics.levels import HINT, LEVEL
from tunewright.statistics.proportions import Accuracy
from tunewright.statistics.wording import p_value

Skill = Literal["found", "hint", "none", "worse"]
IMAGES = "these images"
"""What was looked at."""
OPENINGS: Mapping[Skill, str] = {
    "found": "Skill found",
    "hint": "No skill proven",
    "none": "No skill found",
    "worse": "Worse than guessing",
}


@dataclass(frozen=True)
class ImageFinding:
    """What the verdict is made of. guess: always naming the most frequent class of the sealed images, which no other
    constant answer beats; `against_guess` is the model's accuracy less its `guess_accuracy`."""

    model_name: str
    accuracy: Accuracy
    guess_accuracy: float
    against_guess: PairedDifference
    seeds: Seeds
    looks: Looks = NO_LOOKS

    @property
    def looked(self) -> Looked:
        """What earlier looks at these images leave of the p against guessing."""
        return looked(self.looks, self.against_guess.p)

    @property
    def skill(self) -> Skill:
        """Against guessing: `found` and `worse` need the exact McNemar p (two-sided) below `LEVEL`, a hint of skill one
        below `HINT`. What looks before take from `found` is a hint, too."""
        against = self.against_guess
        if against.p < LEVEL:
            return "worse" if against.difference <= 0 else "hint" if self.looked.spoil else "found"
        return "hint" if against.p < HINT and against.difference > 0 else "none"

    @property
    def smallest_p(self) -> float:
        """That a model without a mistake would have reached: only images that guessing misses can tell for it."""
        missed = round(self.accuracy.count * (1 - self.guess_accuracy))
        return float(min(1.0, 2.0 ** (1 - missed)))


@dataclass(frozen=True, eq=False)
class ImageJudgement:
    """Everything the sealed images tell of the tuned model; the names are those of `test` in results.json."""

    scores: Scores
    confusion: Labels
    per_class: tuple[ClassAccuracy, ...]
    reliability: tuple[ReliabilityBin, ...]
    mistakes: tuple[Mistake, ...]
    skill: Skill
    verdict: str
    looks: Looked

    def as_dict(self) -> dict[str, Json]:
        """The object `test` of results.json, but for `openings` and `looks`, to which the run adds."""
        metrics = {name: value for name, value in self.scores.as_dict().items() if name != "count"}
        return {
            "count": self.scores.accuracy.count,
            "metrics": {"model": metrics},
            "confusion": self.confusion.tolist(),
            "per_class": [one.as_dict() for one in self.per_class],
            "reliability": [one.as_dict() for one in self.reliability],
            "mistakes": [one.as_dict() for one in self.mistakes],
            "skill": self.skill,
            "verdict": self.verdict,
        }


def judge_images(
    entry: Entry, labels: Labels, *, classes: Sequence[str], model_name: str, looks: Looks = NO_LOOKS
) -> ImageJudgement:
    """The entry's first seed on the sealed images, labels of shape (images,); the verdict names its other seeds, too.

    classes: names, in the order of the columns of the probabilities. model_name: such as "tuned CNN", no article.
    looks: that others had at these images before.
    """
    probabilities = entry.probabilities[0]
    correct = right(probabilities, labels)
    finding = replace(find(entry, labels, model_name=model_name), looks=looks)
    return ImageJudgement(
        scores=score(probabilities, labels),
        confusion=confusion(predictions(probabilities), labels, classes=len(classes)),
        per_class=per_class(correct, labels, names=classes),
        reliability=calibration(probabilities, labels).bins,
        mistakes=most_confident_mistakes(probabilities, labels),
        skill=finding.skill,
        verdict=image_sentence(finding),
        looks=finding.looked,
    )


def find(entry: Entry, labels: Labels, *, model_name: str) -> ImageFinding:
    """How the entry's first seed stands against guessing; labels: shape (images,)."""
    scores = score(entry.probabilities[0], labels)
    guessed = labels == np.bincount(labels).argmax()
    return ImageFinding(
        model_name=model_name,
        accuracy=scores.accuracy,
        guess_accuracy=float(guessed.mean()),
        against_guess=paired_difference(right(entry.probabilities[0], labels), guessed),
        seeds=seeds_of(entry, labels),
    )


def image_sentence(finding: ImageFinding) -> str:
    """The verdict as one sentence with its numbers, and a second one where others looked at these images before and the
    first does not say so."""
    skill, remark, before = finding.skill, "", finding.looked
    if skill == "hint" and before.spoil:
        remark = f", which is a hint: {before.doubt(IMAGES)}"
    elif skill == "hint":
        remark = f", which is a hint; a claim needs p < {LEVEL}"
    elif skill == "none" and finding.smallest_p >= LEVEL:
        remark = "; so few images that guessing misses could not have shown any"
    elif skill == "none":
        remark = ", no difference that can be told from chance"
    later = "" if skill == "hint" and before.spoil else before.remark(IMAGES.capitalize())
    return f"{OPENINGS[skill]}: {_measured(finding)}{remark}{_seeds(finding.seeds)}.{later}"


def _measured(finding: ImageFinding) -> str:
    found = finding.accuracy
    images = "the only sealed image" if found.count == 1 else f"{found.count:,} sealed images"
    return (
        f"the {finding.model_name} is right on {share(found.accuracy)} of {images} "
        f"(95 %: {share(found.low)} to {share(found.high)}), always guessing their most frequent class on "
        f"{share(finding.guess_accuracy)} (McNemar {p_value(finding.against_guess.p)})"
    )


def _seeds(seeds: Seeds) -> str:
    if seeds.sd is None:
        return ""
    return (
        f"; over {len(seeds.accuracies)} training seeds the mean is {share(seeds.mean)}, "
        f"the standard deviation {points(seeds.sd)} points"
    )
