"""One entrance to training, whatever the family."""

from collections.abc import Mapping
from types import MappingProxyType

from tunewright.core.plugins import later
from tunewright.core.seeds import SeedTree
from tunewright.images.preparation.normalise import Normalisation
from tunewright.images.preparation.store import PixelStore
from tunewright.images.training.compute import Compute
from tunewright.images.training.loop import ImageConfiguration, TrainedClassifier
from tunewright.training.observer import UNOBSERVED, Observer

_ENGINES: Mapping[str, str] = MappingProxyType({
    "reference": "tunewright.images.training.loop:fit_classifier",
    "keras": "tunewright.images.training.keras_loop:fit_keras",
})  # fmt: skip
"""By the names that families call them, what trains a network."""


def fit(
    chosen: ImageConfiguration,
    train: PixelStore,
    *,
    normalisation: Normalisation,
    validation: PixelStore | None,
    compute: Compute,
    seeds: SeedTree,
    observer: Observer = UNOBSERVED,
) -> TrainedClassifier:
    """Train a network of any family. Arguments and errors as of `fit_classifier`."""
    engine = later(_ENGINES[chosen.network.family.engine])
    trained: TrainedClassifier = engine(
        chosen,
        train,
        normalisation=normalisation,
        validation=validation,
        compute=compute,
        seeds=seeds,
        observer=observer,
    )
    return trained
