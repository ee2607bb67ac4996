"""What a feature study compares, in the form that every comparison has."""

from dataclasses import dataclass
from typing import Protocol

from tunewright.prices.comparison.lessons import Lesson
from tunewright.prices.experiment.settings import TUNING, Experiment


class Variants(Protocol):
    """What is compared. The first name is what all others are compared with."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def experiment(self, name: str) -> Experiment:
        """What the variant trains; nothing in it is left to tune."""
        ...

    def lessons(self, name: str, lesson: Lesson, *, seed: int) -> tuple[Lesson, ...]:
        """What becomes of the honest lesson of one fold."""
        ...


@dataclass(frozen=True)
class FeatureSets:
    """The sets of `preparation.feature_sets`; the first is the one that `preparation.feature_set` names."""

    base: Experiment

    @property
    def names(self) -> tuple[str, ...]:
        return set_names(self.base)

    def experiment(self, name: str) -> Experiment:
        return TUNING.with_params(self.base, {"feature_set": name})

    def lessons(self, name: str, lesson: Lesson, *, seed: int) -> tuple[Lesson, ...]:
        return (lesson,)


def set_names(experiment: Experiment) -> tuple[str, ...]:
    """The chosen set, and the others in their order."""
    chosen = experiment.preparation.feature_set
    assert chosen is not None, "a feature study was checked to have a base set"
    return (chosen, *(name for name in experiment.preparation.feature_sets if name != chosen))
