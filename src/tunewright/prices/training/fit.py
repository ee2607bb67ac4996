"""One entrance to training, whatever the family."""

import numpy as np

from tunewright.core.seeds import SeedTree
from tunewright.core.threads import threads
from tunewright.prices.families.family import ModelSpec
from tunewright.prices.families.lstm import LSTMSpec
from tunewright.prices.families.ridge import fit_ridge
from tunewright.prices.preparation.windows import Samples
from tunewright.prices.training.loop import Trained, Training, fit_one, predict
from tunewright.training.observer import UNOBSERVED, Observer


def fit(
    spec: ModelSpec,
    training: Training,
    train: Samples,
    *,
    validation: Samples | None,
    seeds: SeedTree,
    observer: Observer = UNOBSERVED,
) -> Trained:
    """Train a model of any family. The validation samples only stop the training early and choose its epoch."""
    with threads(1):
        if isinstance(spec, LSTMSpec):
            return fit_one(spec, training, train, validation=validation, seeds=seeds, observer=observer)
        model = fit_ridge(train, spec)
        parts = [predict(model, samples.windows) - samples.targets for samples in (train, validation) if samples]
        losses = [float(np.mean(part.astype(np.float64) ** 2)) for part in parts]
        return Trained(model, (losses[0],), tuple(losses[1:]), best_epoch=0)
