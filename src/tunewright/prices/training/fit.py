"""One entrance to training, whatever the family."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np

from tunewright.core.plugins import later
from tunewright.core.seeds import SeedTree
from tunewright.core.threads import threads
from tunewright.experiment.families import Spec
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.preparation.windows import Samples
from tunewright.prices.training.loop import Trained, predict
from tunewright.prices.training.population.here import GATHERING
from tunewright.prices.training.training import Training
from tunewright.training.observer import UNOBSERVED, Observer

_ENGINES: Mapping[str, str] = MappingProxyType({
    "reference": "tunewright.prices.training.loop:fit_one",
    "compiled": "tunewright.prices.training.compiled:fit_compiled",
    "population": "tunewright.prices.training.population.gathering:fit_gathered",
    "keras": "tunewright.prices.training.keras_loop:fit_keras",
})  # fmt: skip
"""By the names that families call them, what trains a module."""


class Engine(Protocol):
    """Trains a module of one family, with the arguments of `fit`."""

    def __call__(
        self,
        spec: Spec,
        training: Training,
        train: Samples,
        *,
        validation: Samples | None,
        seeds: SeedTree,
        observer: Observer,
    ) -> Trained: ...


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
            engine: Engine = later(_ENGINES[_engine(family.engine, training)])
            return engine(spec, training, train, validation=validation, seeds=seeds, observer=observer)
        model = family.fit(spec, train)
        parts = [predict(model, samples.windows) - samples.targets for samples in (train, validation) if samples]
        losses = [float(np.mean(part.astype(np.float64) ** 2)) for part in parts]
        return Trained(model, (losses[0],), tuple(losses[1:]), best_epoch=0)


def _engine(own: str, training: Training) -> str:
    """Layers that learn each at a rate of its own are the reference loop's alone; populations begin with first
    weights."""
    begun = training.beginning
    if own != "compiled":
        return own
    if training.tuned_on is not None or (begun is not None and begun.by_part):
        return "reference"
    return "compiled" if begun is not None or GATHERING.get() is None else "population"
