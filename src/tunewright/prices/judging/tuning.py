"""Did the tuning help? The tuned model against the same experiment with nothing tuned, on the same sealed days."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tunewright.core.codec import Json
from tunewright.prices.judging.metrics import skill_against
from tunewright.prices.judging.seeds import DEFAULT, OverSeeds
from tunewright.prices.judging.tuning_wording import one_seed_each, over_seeds, promise, untrained
from tunewright.statistics.effect import Effect, effect_of
from tunewright.statistics.forecasts import TestResult, diebold_mariano
from tunewright.statistics.matching import Prices


@dataclass(frozen=True)
class TuningGain:
    """Share of the default configuration's error that tuning took off, in validation and on the sealed test.

    A gain in validation is what the search looked for, so it flatters; `test_gain` does not. `diebold_mariano` is
    positive where the tuned model is the better one. Both are of two trained models; other seeds of the same
    configurations may differ by as much. seeds: of the configurations; None where there is one seed, which does not
    tell.
    """

    validation_gain: float
    test_gain: float
    default_mse: float
    diebold_mariano: TestResult
    seeds: OverSeeds | None = None

    @property
    def conclusion(self) -> Effect | Literal["unknown"]:
        """`helped`, `overtuned`: significantly better or worse than the untuned default on the sealed days, over
        training seeds (p below `LEVEL`). `unknown`: one seed each, or not all of the two could be trained."""
        change = None if self.seeds is None else self.seeds.against.get(DEFAULT)
        return "unknown" if change is None else effect_of(-change.change, p=change.p)

    def sentence(self) -> str:
        """What tuning won, in a few plain sentences."""
        if self.seeds is None:
            said = one_seed_each(self.test_gain, self.diebold_mariano)
        elif DEFAULT in self.seeds.against:
            said = over_seeds(self.seeds)
        else:
            said = untrained(self.seeds)
        return f"{said} {promise(self.validation_gain)}"

    def as_dict(self) -> dict[str, Json]:
        return {
            "validation_gain": self.validation_gain,
            "test_gain": self.test_gain,
            "diebold_mariano": self.diebold_mariano.as_dict(),
            "seeds": None if self.seeds is None else self.seeds.as_dict(),
            "conclusion": self.conclusion,
            "sentence": self.sentence(),
        }


def compare_with_default(
    actual: Prices,
    tuned: Prices,
    default: Prices,
    *,
    scores: tuple[float, float],
    horizon: int,
    seeds: OverSeeds | None = None,
) -> TuningGain:
    """Forecasts of shape (days,) on the price scale; `scores` = validation scores of tuned and default."""
    tuned_score, default_score = scores
    return TuningGain(
        validation_gain=1 - tuned_score / default_score if default_score else 0.0,
        test_gain=skill_against(actual, default, tuned),
        default_mse=float(np.mean((actual - default) ** 2)),
        diebold_mariano=diebold_mariano(actual, default, tuned, horizon=horizon),
        seeds=seeds,
    )
