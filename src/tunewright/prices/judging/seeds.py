"""Final models over training seeds: what each reaches on the sealed days, and what the tuned one changes.

Two trainings of one configuration differ, too. So a configuration is judged by all of its trainings, and days and seeds
both count as chance: `statistics.paired.changes_of_one`, with seeds as repeats.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from tunewright.core.codec import Json
from tunewright.statistics.matching import Prices
from tunewright.statistics.paired import Change, changes_of_one

Forecasts = npt.NDArray[np.float64]
"""Shape (seeds, days)."""

TUNED, DEFAULT, RANDOM = "tuned", "default", "random"
"""The winner of the search, the experiment's fixed values, and the best of the first five complete random
configurations."""


@dataclass(frozen=True)
class SeededModel:
    """mse: mean squared error on the sealed days. skill: 1 - mse / that of the last value. Both by seed, the shipped
    model's first."""

    name: str
    mse: tuple[float, ...]
    skill: tuple[float, ...]

    def as_dict(self) -> dict[str, Json]:
        """An entry of `tuning.seeds.models`. sd: of the mean squared errors, of the sample (n - 1)."""
        return {
            "name": self.name,
            "mse": list(self.mse),
            "mean": float(np.mean(self.mse)),
            "sd": spread(self.mse),
            "skill": list(self.skill),
            "mean_skill": float(np.mean(self.skill)),
            "sd_skill": spread(self.skill),
        }


@dataclass(frozen=True)
class OverSeeds:
    """Two models or more over `count` training seeds, the tuned one first.

    against: by name, how the tuned model's squared error lies to that of another; p corrected for their number.
    missing: why others are not there, in clauses by name.
    """

    count: int
    models: tuple[SeededModel, ...]
    against: Mapping[str, Change]
    missing: Mapping[str, str]

    def as_dict(self) -> dict[str, Json]:
        """The object `tuning.seeds` of results.json."""
        return {
            "count": self.count,
            "models": [model.as_dict() for model in self.models],
            "against": [{"name": name, **asdict(change)} for name, change in self.against.items()],
            "missing": [{"name": name, "reason": reason} for name, reason in self.missing.items()],
        }


def judge_seeds(
    actual: Prices,
    last: Prices,
    forecasts: Mapping[str, Forecasts],
    *,
    horizon: int,
    missing: Mapping[str, str],
) -> OverSeeds:
    """Of the sealed days. forecasts: by name, of equal shape, at least two seeds.

    Nothing is tested where the tuned model is missing, or is alone.
    """
    losses = {name: (actual - found) ** 2 for name, found in forecasts.items()}
    naive = float(np.mean((actual - last) ** 2))
    models = tuple(_model(name, found, naive=naive) for name, found in losses.items())
    tested: dict[str, Change] = {}
    others = [name for name in losses if name != TUNED]
    if others and TUNED in losses:
        stacked = np.stack([losses[TUNED], *(losses[name] for name in others)])
        tested = dict(zip(others, changes_of_one(stacked, horizon=horizon), strict=True))
    count = max((len(found) for found in losses.values()), default=0)
    return OverSeeds(count, models, tested, missing)


def spread(values: tuple[float, ...]) -> float:
    """Standard deviation of the sample; 0 where all are the same, whatever rounding makes of their mean."""
    return 0.0 if len(set(values)) == 1 else float(np.std(values, ddof=1))


def _model(name: str, losses: Forecasts, *, naive: float) -> SeededModel:
    errors = tuple(map(float, losses.mean(axis=1)))
    return SeededModel(name, errors, tuple(1 - error / naive for error in errors))
