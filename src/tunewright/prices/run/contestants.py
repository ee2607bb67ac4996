"""What meets the tuned model over training seeds: the untuned default, and the best of the first five complete random
configurations.

The best of a few random draws is what a search has to beat (Bergstra & Bengio 2012, "Random search for hyper-parameter
optimization"): a default may be a bad guess of whoever wrote it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tunewright.core.space import Params
from tunewright.core.words import counted
from tunewright.prices.data.table import PriceTable
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.training.forecaster import Forecaster
from tunewright.search.records import State, TrialRecord, best
from tunewright.search.samplers.drawing import drawn_at_random

RANDOM_TRIALS = 5


@dataclass(frozen=True)
class Contestant:
    """As it meets the sealed test. epochs: of its trainings. trial: its number, None for the default."""

    name: str
    params: Params
    epochs: int
    trial: int | None = None


@dataclass(frozen=True)
class Seeded:
    """Contestants that were trained from every seed, the tuned one first, with their forecasters by name, seed 0 first.

    missing: why others are not among them, by name. seconds: of all trainings here.
    """

    contestants: tuple[Contestant, ...]
    forecasters: Mapping[str, tuple[Forecaster, ...]]
    missing: Mapping[str, str]
    seconds: float

    def forecasts(self, table: PriceTable, origins: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.float64]]:
        """By name, of shape (seeds, origins)."""
        return {
            name: np.array([one.forecast(table, origins) for one in models])
            for name, models in self.forecasters.items()
        }


@dataclass(frozen=True)
class RandomBest:
    """The best random configuration, or why there is none, in a clause."""

    record: TrialRecord | None
    missing: str = ""


def best_of_random(experiment: Experiment, records: tuple[TrialRecord, ...], *, winner: TrialRecord) -> RandomBest:
    """The best in validation of the first five complete trials that the study's sampler drew at random.

    experiment: resolved.
    """
    search = experiment.search
    assert search.lag is not None, "the lag is decided with the sampler"
    if experiment.transfer.informs(search.sampler):
        return RandomBest(None, f"{search.sampler!r} was shown trials of earlier runs, so it drew none by chance alone")
    drawn = drawn_at_random(
        search.sampler, records, given=len(experiment.start), startup=search.startup_trials, lag=search.lag
    )
    complete = [record for record in drawn if record.state is State.COMPLETE][:RANDOM_TRIALS]
    if not drawn:
        return RandomBest(None, f"the sampler {search.sampler!r} draws none at random")
    if len(complete) < RANDOM_TRIALS:
        came = f"of those drawn at random {counted(len(complete), 'trial')} came through"
        return RandomBest(None, f"it takes {RANDOM_TRIALS}, and {came}")
    leader = best(complete)
    assert leader is not None, "they are complete"
    if leader.number == winner.number:
        return RandomBest(None, "it is the tuned model itself")
    return RandomBest(leader)
