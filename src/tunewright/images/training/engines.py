"""What trains a network, by the family it is of."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from tunewright.core.plugins import later
from tunewright.core.seeds import SeedTree
from tunewright.images.preparation.normalise import Normalisation
from tunewright.images.preparation.store import PixelStore
from tunewright.images.training.compute import Compute
from tunewright.images.training.loop import ImageConfiguration, TrainedClassifier
from tunewright.training.observer import Observer

_ENGINES: Mapping[str, str] = MappingProxyType({
    "reference": "tunewright.images.training.loop:fit_classifier",
    "keras": "tunewright.images.training.keras_loop:fit_keras",
})  # fmt: skip
"""By the names that families call them, what trains a network."""


class Engine(Protocol):
    """Trains a network of one family. Arguments and errors as of `fit_classifier`."""

    def __call__(
        self,
        chosen: ImageConfiguration,
        train: PixelStore,
        *,
        normalisation: Normalisation,
        validation: PixelStore | None,
        compute: Compute,
        seeds: SeedTree,
        observer: Observer = ...,
    ) -> TrainedClassifier: ...


def engine(chosen: ImageConfiguration) -> Engine:
    """What trains the network that was chosen."""
    found: Engine = later(_ENGINES[chosen.network.family.engine])
    return found
