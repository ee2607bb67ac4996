"""The leakage ladder: the honest lesson beside one for each mistake."""

from dataclasses import dataclass

from tunewright.prices.comparison.lessons import Lesson
from tunewright.prices.comparison.mistakes import MISTAKES
from tunewright.prices.experiment.settings import Experiment

HONEST, *_LIES = MISTAKES
MISTAKE_NAMES = tuple(_LIES)
NEEDS_RANGE = "same_day_column"
"""The mistake that needs the columns high and low."""


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
