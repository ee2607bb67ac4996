"""`export` with a bundle of images: pixels in, probabilities out."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from tunewright.bundle.exporting import Exportable, Held
from tunewright.bundle.folder import BundleFolder
from tunewright.bundle.program import Program, samples
from tunewright.core.codec import Json
from tunewright.images.bundle.bundle import ImageBundle, read_image_bundle
from tunewright.images.bundle.predict import predict_images
from tunewright.images.data.imageset import Pixels
from tunewright.images.predicting import factory_of
from tunewright.images.preparation.normalise import Normalisation
from tunewright.images.training.classifier import Classifier
from tunewright.images.training.compute import Compute


def export(folder: BundleFolder, custom: Sequence[str]) -> Exportable:
    """The network with its normalisation, softmax and mirror images; a file that the bundle holds as it is has none of
    these. custom: the function that makes the network. Raises InputError."""
    bundle = read_image_bundle(folder, factory_of(custom))
    family, shape = bundle.network.family, bundle.network.shape
    if family.packing is not None:
        held = Held(family.packing.file.rpartition(".")[2], folder.read(family.packing.file))
        return Exportable(held, family.label, _about(bundle, normalised=True))
    pixels = random_pixels(bundle.classifier.normalisation, shape)
    program = Program(
        ImageProgram(bundle.classifier).eval(),
        "pixels",
        "probabilities",
        torch.from_numpy(pixels),
        predict_images(bundle, pixels, Compute(threads=torch.get_num_threads())),
        1.0,
        unit="a probability of 1",
        what="random images",
    )
    return Exportable(program, family.label, _about(bundle, normalised=False))


class ImageProgram(nn.Module):
    """Pixels of shape (batch, channels, height, width) in, uint8; probabilities of shape (batch, classes) out."""

    scale: Tensor
    shift: Tensor

    def __init__(self, classifier: Classifier) -> None:
        super().__init__()
        self.network, self.mirror = classifier.model, classifier.mirror
        for name, numbers in zip(("scale", "shift"), classifier.normalisation.affine(), strict=True):
            self.register_buffer(name, torch.tensor(numbers)[:, None, None])

    def forward(self, pixels: Tensor) -> Tensor:
        images = pixels.float() * self.scale + self.shift
        found: Tensor = self.network(images).softmax(dim=1)
        return (found + self.network(images.flip(3)).softmax(dim=1)) / 2 if self.mirror else found


def random_pixels(normalisation: Normalisation, shape: tuple[int, int, int], seed: int = 0) -> Pixels:
    """Noise on the scale of the images that were trained on: uint8 of shape (images, channels, height, width)."""
    mean, std = (np.array(figures)[:, None, None] for figures in (normalisation.mean, normalisation.std))
    drawn = mean + std * np.random.default_rng(seed).normal(size=(samples(shape), *shape))
    return np.clip(np.rint(255 * drawn), 0, 255).astype(np.uint8)


def _about(bundle: ImageBundle, *, normalised: bool) -> dict[str, Json]:
    """normalised: whether the file takes normalised images and gives what its last layer does."""
    channels, height, width = bundle.network.shape
    steps: list[Json] = [
        f"pixels = the image in {height} x {width}, resized bicubic where it is larger or smaller, from 0 to 255",
        "class = the one of the highest probability",
    ]
    shape: list[Json] = ["batch", channels, height, width]
    if normalised:
        mirrored = ", mean of those of the image and of its mirror image" if bundle.classifier.mirror else ""
        steps[1:1] = [
            "input = (pixels / 255 - normalisation.mean) / normalisation.std, channel by channel, as float32",
            f"probabilities = output where the last layer is a softmax, else the softmax of it{mirrored}",
        ]
        shape = ["batch", height, width, channels]
    return {
        "kind": "images",
        "input": {"name": "pixels", "type": "float32" if normalised else "uint8", "shape": shape},
        "output": {"name": "probabilities", "type": "float32", "shape": ["batch", bundle.network.classes]},
        "classes": list(bundle.classes),
        "steps": steps,
        "network": bundle.network.as_dict(),
        "normalisation": bundle.classifier.normalisation.as_dict(),
        "mirror": bundle.classifier.mirror,
        "colour": bundle.colour,
        "provenance": dict(bundle.provenance),
    }
