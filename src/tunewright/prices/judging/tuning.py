"""Did the tuning help? The tuned model against the same experiment with nothing tuned, on the same sealed days."""

from dataclasses import dataclass

import numpy as np

from tunewright.core.codec import Json
from tunewright.prices.judging.metrics import skill_against
from tunewright.statistics.effect import Effect, effect_in_words, effect_of
from tunewright.statistics.forecasts import TestResult, diebold_mariano
from tunewright.statistics.matching import Prices
from tunewright.statistics.wording import p_value, percent


@dataclass(frozen=True)
class TuningGain:
    """Share of the default configuration's error that tuning took off, in validation and on the sealed test.

    A gain in validation is what the search looked for, so it flatters; `test_gain` does not. `diebold_mariano` is
    positive where the tuned model is the better one.
    """

    validation_gain: float
    test_gain: float
    default_mse: float
    diebold_mariano: TestResult

    @property
    def conclusion(self) -> Effect:
        return effect_of(self.test_gain, p=self.diebold_mariano.p)

    def sentence(self) -> str:
        """What tuning won, in one plain sentence."""
        side = "below" if self.test_gain >= 0 else "above"
        return (
            f"{effect_in_words(self.test_gain, p=self.diebold_mariano.p)}: "
            f"the tuned model's squared error on the sealed days is {percent(abs(self.test_gain))} {side} that of the "
            f"untuned default (Diebold-Mariano {p_value(self.diebold_mariano.p)}; "
            f"in validation it looked {percent(abs(self.validation_gain))} "
            f"{'better' if self.validation_gain >= 0 else 'worse'})."
        )

    def as_dict(self) -> dict[str, Json]:
        return {
            "validation_gain": self.validation_gain,
            "test_gain": self.test_gain,
            "diebold_mariano": self.diebold_mariano.as_dict(),
            "conclusion": self.conclusion,
            "sentence": self.sentence(),
        }


def compare_with_default(
    actual: Prices, tuned: Prices, default: Prices, *, scores: tuple[float, float], horizon: int
) -> TuningGain:
    """Forecasts of shape (days,) on the price scale; `scores` = validation scores of tuned and default."""
    tuned_score, default_score = scores
    return TuningGain(
        validation_gain=1 - tuned_score / default_score if default_score else 0.0,
        test_gain=skill_against(actual, default, tuned),
        default_mse=float(np.mean((actual - default) ** 2)),
        diebold_mariano=diebold_mariano(actual, default, tuned, horizon=horizon),
    )
