"""The leakage ladder: the honest lesson beside one for each mistake."""

from dataclasses import dataclass

from tunewright.prices.comparison.lessons import Lesson
from tunewright.prices.comparison.mistakes import MISTAKES
from tunewright.prices.comparison.settings import MISTAKE_NAMES, Comparison
from tunewright.prices.comparison.variants import FeatureSets, Variants
from tunewright.prices.experiment.settings import Experiment

HONEST, *_LIES = MISTAKES
assert tuple(_LIES) == MISTAKE_NAMES, "every mistake has a name that the settings admit"


@dataclass(frozen=True)
class Ladder:
    """The same experiment, taught honestly and with each of `mistakes`."""

    base: Experiment
    mistakes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (HONEST, *self.mistakes)

    def experiment(self, name: str) -> Experiment:
        return self.base

    def lessons(self, name: str, lesson: Lesson, *, seed: int) -> tuple[Lesson, ...]:
        return MISTAKES[name](lesson, seed)


def variants_of(comparison: Comparison, fixed: Experiment) -> Variants:
    """What a comparison compares. fixed: its base with nothing left to tune."""
    mistakes = comparison.mistakes
    return FeatureSets(fixed) if mistakes is None else Ladder(fixed, mistakes)
