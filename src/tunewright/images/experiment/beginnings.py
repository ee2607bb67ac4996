"""What trainings of image networks begin with: trained weights by name, read before the search."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tunewright.experiment.pretrained import NO_WEIGHTS
from tunewright.images.data.imageset import Pixels
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.images.families.known import FAMILIES
from tunewright.images.preparation.normalise import Normalisation
from tunewright.images.preparation.seen import Seen
from tunewright.training.pretrained import Beginning, Weights

Key: TypeAlias = tuple[str, str]
"""What [model] calls the weights, and the architecture that they belong to where a family has such a name."""


@dataclass(frozen=True, eq=False)
class ImageWeights:
    """normalisation: of the images that they were trained on; None where it is not known. seen: these images."""

    weights: Weights
    normalisation: Normalisation | None
    seen: Seen


Known: TypeAlias = Mapping[Key, ImageWeights]


def key_of(experiment: ImageExperiment) -> Key | None:
    """By which the weights of this experiment are known; None where it has none."""
    model = experiment.model
    if model.shared.weights == NO_WEIGHTS:
        return None
    named = FAMILIES.named(model.family).weights
    return model.shared.weights, "" if named is None else named.architecture(model.spec())


def beginning(experiment: ImageExperiment, known: Known) -> tuple[Beginning | None, Normalisation | None]:
    """What the trainings of this experiment begin with, and how its images are then normalised."""
    if (key := key_of(experiment)) is None:
        return None, None
    found, shared = known[key], experiment.model.shared
    return Beginning(found.weights, shared.frozen, shared.rate_decay), found.normalisation


def seen_by(experiment: ImageExperiment, known: Known, images: Pixels) -> Seen:
    """What a network of this experiment has seen that is trained on these images: they, and those of its weights."""
    own, key = Seen.of(images), key_of(experiment)
    return own if key is None else own.and_before(known[key].seen)
