"""Trained weights that the trainings of an experiment on images begin with: found, checked, told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.torch import save

from tunewright.bundle.folder import BundleFolder, open_bundle
from tunewright.bundle.found import FoundWeights, find_weights
from tunewright.core.errors import BundleError, ConfigError
from tunewright.core.words import counted
from tunewright.experiment.stored import stored
from tunewright.experiment.transfer import TransferSettings
from tunewright.images.bundle.bundle import trained_on
from tunewright.images.bundle.content import ImagesContent
from tunewright.images.data.imageset import ImageSet
from tunewright.images.experiment.beginnings import ImageWeights, Key, Known, key_of
from tunewright.images.experiment.settings import TUNING, ImageExperiment
from tunewright.images.families.known import FAMILIES
from tunewright.images.networks.vision import OwnWeights
from tunewright.images.preparation.dealing import short_marks
from tunewright.images.preparation.normalise import Normalisation
from tunewright.images.preparation.seal import ImageDevelopment, SealedImages
from tunewright.training.pretrained import Weights

_UNKNOWN = "does not tell of which images it was trained: none of them should be of the sealed test"


@dataclass(frozen=True, eq=False)
class Beginnings:
    """known: the weights by their keys. lines: what they are, for the card. warnings: what the user should know."""

    known: Known
    lines: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_beginnings(
    experiments: Sequence[ImageExperiment], development: ImageDevelopment, sealed: SealedImages
) -> Beginnings:
    """The weights that these experiments, and the trials of those with a space, begin with.

    Raises ConfigError where they are of no use here, or were trained on images of the sealed test.
    """
    found: dict[Key, ImageWeights] = {}
    warnings: list[str] = []
    for one in _tried(experiments):
        key = key_of(one)
        if key is not None and key not in found:
            found[key], odd = _read(one, key, development, sealed)
            warnings += odd
    return Beginnings(found, tuple(f"weights   {one.weights.source}" for one in found.values()), tuple(warnings))


def check_earlier(settings: TransferSettings, sealed: SealedImages) -> list[str]:
    """What is odd of the earlier runs whose configurations are tried. Raises ConfigError where one of them was tuned on
    images of the sealed test."""
    odd = []
    for one in settings.earlier:
        try:
            marks = trained_on(open_bundle(Path(one.run)))
        except BundleError:
            marks = None
        if marks is None:
            odd.append(f"[transfer] {one.run} tells no more on which images it was tuned: none should be sealed here")
        elif count := sealed.among(marks):
            raise ConfigError(
                f"[transfer] {one.run} was tuned on {counted(count, 'image')} of the sealed test here; leave the run "
                "out, or seal the same images (seed, preparation.test_fraction)"
            )
    return odd


def with_input_size(experiment: ImageExperiment) -> ImageExperiment:
    """The experiment with images of the size that named weights were trained on, where it says nothing of one."""
    model = experiment.model
    if "input_size" not in type(model.own).model_fields or model.own.input_size is not None:
        return experiment
    own = None if (key := key_of(experiment)) is None else _own(experiment, key)
    return experiment if own is None else TUNING.with_params(experiment, {"input_size": own.side})


def _tried(experiments: Sequence[ImageExperiment]) -> Iterator[ImageExperiment]:
    """They themselves, and each architecture that a trial may take."""
    for one in experiments:
        yield one
        tuned = one.space.get("architecture")
        for architecture in (tuned.choices or ()) if tuned else ():
            yield TUNING.with_params(one, {"architecture": architecture})


def _read(
    experiment: ImageExperiment, key: Key, development: ImageDevelopment, sealed: SealedImages
) -> tuple[ImageWeights, list[str]]:
    """And what is odd of them."""
    found, images = find_weights(key[0], kind="images"), development.images
    if found is None:
        own = _own(experiment, key)
        normalisation = Normalisation(*(_of(values, images.shape[0]) for values in (own.mean, own.std)))
        data = save({name: tensor.contiguous() for name, tensor in own.tensors.items()})
        return ImageWeights(Weights(own.source, data), normalisation), []
    if found.bundle is None:
        return ImageWeights(Weights(key[0], found.data), None), [f"{key[0]} {_UNKNOWN}"]
    return _of_bundle(found, found.bundle, images), _seen(found.bundle, development, sealed)


def _of_bundle(found: FoundWeights, bundle: BundleFolder, images: ImageSet) -> ImageWeights:
    with bundle.usable():
        content = stored(ImagesContent, bundle.content)
    channels, own = content.network.shape[0], images.shape[0]
    if channels != own:
        raise ConfigError(
            f"model.weights: {bundle.path} takes images of {counted(channels, 'channel')}, found {own} here; set "
            f"data.colour, or give weights for images of {counted(own, 'channel')}"
        )
    weights = Weights(str(bundle.path), found.data, same_outputs=content.classes == images.classes)
    return ImageWeights(weights, content.normalisation.made())


def _own(experiment: ImageExperiment, key: Key) -> OwnWeights:
    weights, named = key[0], FAMILIES.named(experiment.model.family).weights
    if named is None:
        raise ConfigError(
            f"model.weights: there is no {weights!r}; expected the folder of a run or a bundle, a file .safetensors, "
            f"or "
            "'none'"
        )
    return named.read(named.architecture(experiment.model.spec()), weights)


def _of(values: tuple[float, ...], channels: int) -> tuple[float, ...]:
    """Of every channel of images; grey ones have what the colours have on average."""
    return values if channels == len(values) else (sum(values) / len(values),) * channels


def _seen(bundle: BundleFolder, development: ImageDevelopment, sealed: SealedImages) -> list[str]:
    """Raises ConfigError where the bundle was trained on images of the sealed test; what is odd beside that."""
    marks = trained_on(bundle)
    if marks is None:
        return [f"{bundle.path} {_UNKNOWN}"]
    if count := sealed.among(marks):
        raise ConfigError(
            f"model.weights: {bundle.path} was trained on {counted(count, 'image')} of the sealed test here, which "
            "would flatter; seal the same images (seed, preparation.test_fraction), or give other weights"
        )
    if not (shared := int(np.isin(short_marks(development.images.images), marks).sum())):
        return []
    return [
        f"{bundle.path} was trained on {counted(shared, 'image')} that are trained and validated on here: scores in "
        "validation flatter, the sealed test does not"
    ]
