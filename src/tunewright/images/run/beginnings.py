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
from tunewright.images.preparation.seen import Seen
from tunewright.training.pretrained import Weights

_UNKNOWN = "does not tell of which images it was trained: none of them should be of the sealed test"
_IN_PART = "began with weights that do not tell of which images: none of those should be of the sealed test"


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


def check_earlier(settings: TransferSettings, images: ImageSet, sealed: SealedImages) -> tuple[Seen, list[str]]:
    """The images that the earlier runs know whose configurations are tried, and what is odd of them. Raises ConfigError
    where one of them was tuned on images of the sealed test."""
    known, odd = Seen(), []
    for one in settings.earlier:
        if not one.tells:
            continue
        try:
            bundle = open_bundle(Path(one.run))
            seen, unlike = trained_on(bundle), _of_other_form(bundle, images)
        except BundleError:
            seen, unlike = Seen(whole=False), None
        known = known.and_before(seen)
        if count := sealed.among(seen.marks):
            raise ConfigError(
                f"[transfer] {one.run} was tuned on {counted(count, 'image')} of the sealed test here; leave the run "
                "out, or seal the same images (seed, preparation.test_fraction)"
            )
        if not seen.whole:
            odd.append(f"[transfer] {one.run} does not tell of all its images: none of them should be sealed here")
        if unlike is not None:
            odd.append(f"[transfer] {one.run} {unlike}")
    return known, odd


def with_input_size(experiment: ImageExperiment) -> ImageExperiment:
    """The experiment and each of its [compare] with images of the size that the weights were trained on, where it says
    nothing of one."""
    side = _side(experiment)
    asked = {name: _side(TUNING.with_params(experiment, own)) for name, own in experiment.compare.items()}
    other = {name: {"input_size": one} for name, one in asked.items() if one not in (None, side)}
    compare = {name: {**own, **other.get(name, {})} for name, own in experiment.compare.items()}
    known = experiment if side is None else TUNING.with_params(experiment, {"input_size": side})
    return known.model_copy(update={"compare": compare})


def _side(experiment: ImageExperiment) -> int | None:
    """Height and width of the images that the weights were trained on, as far as they tell; None where the network has
    no such key, or has a value for it."""
    own = experiment.model.own
    if "input_size" not in type(own).model_fields or own.input_size is not None or (key := key_of(experiment)) is None:
        return None
    found = find_weights(key[0], kind="images")
    if found is None:
        return _own(experiment, key).side
    if found.bundle is None:
        return None
    side = _content(found.bundle).network.spec.get("input_size")
    return side if isinstance(side, int) else None


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
        return ImageWeights(Weights(own.source, data), normalisation, Seen()), []
    if found.bundle is None:
        return ImageWeights(Weights(key[0], found.data), None, Seen(whole=False)), [f"{key[0]} {_UNKNOWN}"]
    read = _of_bundle(found, found.bundle, images)
    unlike = _of_other_form(found.bundle, images)
    return read, [*_odd(read, development, sealed), *([] if unlike is None else [f"{found.bundle.path} {unlike}"])]


def _of_other_form(bundle: BundleFolder, images: ImageSet) -> str | None:
    """Images are known by their pixels as they were trained on: what that means where these are of another size."""
    shape = _content(bundle).network.shape
    if shape == images.shape:
        return None
    sizes = " and ".join(" x ".join(map(str, one)) for one in (shape, images.shape))
    return f"and this run are of images of {sizes}: whether it knows any that is sealed here cannot be told"


def _of_bundle(found: FoundWeights, bundle: BundleFolder, images: ImageSet) -> ImageWeights:
    content = _content(bundle)
    channels, own = content.network.shape[0], images.shape[0]
    if channels != own:
        raise ConfigError(
            f"model.weights: {bundle.path} takes images of {counted(channels, 'channel')}, found {own} here; set "
            f"data.colour, or give weights for images of {counted(own, 'channel')}"
        )
    weights = Weights(str(bundle.path), found.data, same_outputs=content.classes == images.classes)
    return ImageWeights(weights, content.normalisation.made(), trained_on(bundle))


def _content(bundle: BundleFolder) -> ImagesContent:
    with bundle.usable():
        return stored(ImagesContent, bundle.content)


def _own(experiment: ImageExperiment, key: Key) -> OwnWeights:
    weights, named = key[0], FAMILIES.named(experiment.model.family).weights
    if named is None:
        raise ConfigError(
            f"model.weights: there is no {weights!r}; expected the folder of a run or a bundle, a file .safetensors, "
            "or 'none'"
        )
    return named.read(named.architecture(experiment.model.spec()), weights)


def _of(values: tuple[float, ...], channels: int) -> tuple[float, ...]:
    """Of every channel of images; grey ones have what the colours have on average."""
    return values if channels == len(values) else (sum(values) / len(values),) * channels


def _odd(read: ImageWeights, development: ImageDevelopment, sealed: SealedImages) -> list[str]:
    """What is odd of a bundle's weights. Raises ConfigError where they know images of the sealed test."""
    source, seen = read.weights.source, read.seen
    if count := sealed.among(seen.marks):
        raise ConfigError(
            f"model.weights: {source} was trained on {counted(count, 'image')} of the sealed test here, which "
            "would flatter; seal the same images (seed, preparation.test_fraction), or give other weights"
        )
    odd = [] if seen.whole else [f"{source} {_IN_PART if len(seen.marks) else _UNKNOWN}"]
    if shared := int(np.isin(short_marks(development.images.images), seen.marks).sum()):
        odd.append(
            f"{source} was trained on {counted(shared, 'image')} that are trained and validated on here: scores in "
            "validation flatter, the sealed test does not"
        )
    return odd
