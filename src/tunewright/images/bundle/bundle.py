"""What a bundle of a classifier of images holds, and its way to a folder and back.

    bundle/
      bundle.json           format, kind, network, normalisation, mirror, classes, provenance
      weights.safetensors   the network's tensors; model.keras for a model of Keras
      trained_on.safetensors  eight bytes of a hash of each image that it was trained on, and whether these are all
      checksums.json        SHA-256 of the files above

What is checked when it is read: see `tunewright.bundle.folder`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import safetensors
import torch
from safetensors.numpy import load as load_numpy
from safetensors.numpy import save as save_numpy
from safetensors.torch import save
from torch import Tensor, nn

from tunewright.bundle.folder import CONTENT, FORMAT, WEIGHTS, BundleFolder, open_bundle, write_bundle
from tunewright.bundle.refitted import Refit
from tunewright.bundle.weights import GENEROUS, Frugal, check_finite, fill, read_weights
from tunewright.core.codec import Json, dumps
from tunewright.core.errors import BundleError, TrialFailure
from tunewright.experiment.by_user import Factory
from tunewright.experiment.stored import stored
from tunewright.images.bundle.content import ImagesContent
from tunewright.images.data.names import ColourName
from tunewright.images.families.network import Network, network_from_dict
from tunewright.images.preparation.seen import Seen
from tunewright.images.training.classifier import Classifier

TRAINED_ON = "trained_on.safetensors"
FILES = (CONTENT, WEIGHTS)
_RIGHT_FUNCTION = "give the function that the network was trained with"


@dataclass(frozen=True, eq=False)
class ImageBundle:
    """A classifier that can be saved: a trained `network`, what it was built from, and the names of its classes.

    provenance: where all this comes from, free JSON. colour: to which image files of any mode were brought, and are
    when it predicts; None where they were taken only as they were. refit: what is to be known of a network that was
    trained on the sealed test too. trained_on: by which a later training that begins with it knows its images; it is
    not read back. Raises ValueError where the parts do not fit together.
    """

    network: Network
    classifier: Classifier
    classes: tuple[str, ...]
    provenance: Mapping[str, Json]
    colour: ColourName | None = None
    refit: Refit | None = None
    trained_on: Seen | None = None

    def __post_init__(self) -> None:
        channels, mean = self.network.shape[0], self.classifier.normalisation.mean
        if len(self.classes) != self.network.classes or len(mean) != channels:
            raise ValueError(
                f"expected {self.network.classes} classes and a normalisation of {channels} channels, as the network "
                f"has, found {len(self.classes)} classes and {len(mean)} channels"
            )

    @property
    def module(self) -> nn.Module:
        """The trained network: normalised images of shape (images, channels, height, width) in, scores out."""
        return self.classifier.model


def save_image_bundle(folder: Path, bundle: ImageBundle) -> None:
    """Write the bundle. Raises RunFolderError where the folder cannot be written, BundleError where the user's network
    keeps what is no tensor."""
    content: dict[str, Json] = {
        "format": FORMAT,
        "kind": "images",
        "network": bundle.network.as_dict(),
        "normalisation": bundle.classifier.normalisation.as_dict(),
        "mirror": bundle.classifier.mirror,
        "classes": list(bundle.classes),
        "provenance": dict(bundle.provenance),
    }
    if bundle.colour is not None:
        content["colour"] = bundle.colour
    if bundle.refit is not None:
        content["refit"] = bundle.refit.as_dict()
    packing, model = bundle.network.family.packing, bundle.classifier.model
    file, data = (WEIGHTS, _packed(model)) if packing is None else (packing.file, packing.pack(model))
    write_bundle(folder, {CONTENT: dumps(content), file: data, **_told(bundle.trained_on)})


def trained_on(folder: BundleFolder) -> Seen:
    """The images that a bundle was trained on, and those before it whose weights it began with. Raises BundleError."""
    if TRAINED_ON not in folder.checksums:
        return Seen(whole=False)
    with folder.usable():
        found = load_numpy(folder.read(TRAINED_ON))
        return Seen(found["marks"], bool(found.get("whole", True)))


def _told(seen: Seen | None) -> dict[str, bytes]:
    if seen is None:
        return {}
    return {TRAINED_ON: save_numpy({"marks": np.sort(seen.marks), "whole": np.array(seen.whole)})}


def load_image_bundle(folder: Path, factory: Factory | None = None) -> ImageBundle:
    """Read a bundle (or the run folder around it). factory: the function that makes the user's own network.

    Raises BundleError where it is missing, changed, newer or of prices, where the function is missing or makes another
    network than was saved, and where it is given for a network that needs none.
    """
    return read_image_bundle(open_bundle(folder), factory)


def read_image_bundle(folder: BundleFolder, factory: Factory | None = None) -> ImageBundle:
    """The same from a folder that is open."""
    folder.expect("images")
    with folder.usable():
        content = stored(ImagesContent, folder.content)
        network = network_from_dict(dict(content.network), factory)
        if factory is not None and network.call is None:
            raise BundleError(f"{folder.path} holds no network of the user's own: leave the function out")
        classifier = Classifier(_model(folder, network, factory), content.normalisation.made(), content.mirror)
        return ImageBundle(network, classifier, content.classes, content.provenance, content.colour, content.refit)


def _model(folder: BundleFolder, network: Network, factory: Factory | None) -> nn.Module:
    if (packing := network.family.packing) is not None:
        return packing.unpack(folder.read(packing.file), network.shape, factory)
    weights = read_weights(folder.read(WEIGHTS))
    if network.call:  # which may keep what is no number, such as a mask
        with Frugal(weights, GENEROUS):
            model = _built(network, folder.path)
        return fill(model, weights, maker=network.call, remedy=f"; {_RIGHT_FUNCTION}")
    check_finite(weights)
    with Frugal(weights):
        model = _built(network, folder.path)
    return fill(model, weights)


def _packed(model: nn.Module) -> bytes:
    """Every tensor by itself, in order and on the processor: tied weights are saved once for each of their names."""
    state = model.state_dict()
    odd = next((name for name, value in state.items() if not isinstance(value, Tensor)), None)
    if odd is not None:
        raise BundleError(
            f"the network cannot be saved: its state {odd!r} is of type {type(state[odd]).__name__}, expected tensors "
            "only; hand such values to the function that makes it as options"
        )
    try:
        return save({name: _alone(tensor) for name, tensor in state.items()})
    except (safetensors.SafetensorError, LookupError, TypeError, ValueError, RuntimeError) as error:
        raise BundleError(
            f"the network cannot be saved: {str(error).splitlines()[0]}; expected dense tensors of the usual types"
        ) from None


def _alone(tensor: Tensor) -> Tensor:
    return tensor.detach().cpu().clone(memory_format=torch.contiguous_format)


def _built(network: Network, folder: Path) -> nn.Module:
    """A new network, on the processor, laid out as for training; no random number of torch's is used up."""
    try:
        with torch.random.fork_rng(devices=[]):
            model = network.build()
    except TrialFailure as error:
        raise BundleError(f"{folder} is not usable: {error}; {_RIGHT_FUNCTION}") from None
    return model.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
