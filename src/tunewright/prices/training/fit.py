"""One entrance to training, whatever the family."""

import numpy as np

from tunewright.core.seeds import SeedTree
from tunewright.core.threads import threads
from tunewright.experiment.families import Spec
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.preparation.windows import Samples
from tunewright.prices.training.loop import Trained, fit_one, predict
from tunewright.prices.training.training import Training
from tunewright.training.observer import UNOBSERVED, Observer


def fit(
    spec: Spec,
    training: Training,
    train: Samples,
    *,
    validation: Samples | None,
    seeds: SeedTree,
    observer: Observer = UNOBSERVED,
) -> Trained:
    """Train a model of any family. The validation samples only stop the training early and choose its epoch."""
    with threads(1):
        family = FAMILIES.named(spec.family)
        if family.fit is None:
            return fit_one(spec, training, train, validation=validation, seeds=seeds, observer=observer)
        model = family.fit(spec, train)
        parts = [predict(model, samples.windows) - samples.targets for samples in (train, validation) if samples]
        losses = [float(np.mean(part.astype(np.float64) ** 2)) for part in parts]
        return Trained(model, (losses[0],), tuple(losses[1:]), best_epoch=0)
