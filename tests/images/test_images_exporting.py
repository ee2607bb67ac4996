"""What is exported of a network on images gives the probabilities that its bundle does, from pixels as they are."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tunewright.core.errors import ConfigError
from tunewright.entrance import export
from tunewright.experiment.by_user import CustomSpec
from tunewright.experiment.families import Spec
from tunewright.images.bundle.bundle import ImageBundle, load_image_bundle, save_image_bundle
from tunewright.images.bundle.predict import predict_images
from tunewright.images.families.cnn import CNNSpec
from tunewright.images.families.feedforward import FeedForwardSpec
from tunewright.images.families.known import FAMILIES
from tunewright.images.families.network import Network
from tunewright.images.families.vision import TorchvisionSpec
from tunewright.images.preparation.normalise import Normalisation
from tunewright.images.training.classifier import Classifier
from tunewright.images.training.compute import Compute
from with_torchvision import torchvision_models

pytestmark = pytest.mark.usefixtures("unseen_stills")

SHAPE, CLASSES = (2, 8, 6), ("cat", "dog", "eel")
OWN = f"{Path(__file__)}:net"


def net(shape: tuple[int, int, int], classes: int) -> torch.nn.Module:
    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(int(np.prod(shape)), classes))


def keras_model(hp: Any) -> Any:
    import keras

    given = keras.Input(input_shape)  # type: ignore[name-defined]  # noqa: F821
    found = keras.layers.Dense(num_classes, activation="softmax")(keras.layers.Flatten()(given))  # type: ignore[name-defined]  # noqa: F821
    model = keras.Model(given, found)
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


SPECS: dict[str, list[Spec]] = {
    "cnn": [
        CNNSpec((4, 6), (0, 1)),
        CNNSpec((4, 8), (1, 0), norm="group", activation="gelu", pooling="average", head="average"),
        CNNSpec((4, 4), (0, 0), norm="none", activation="silu", pooling="stride"),
    ],
    "feedforward": [FeedForwardSpec((8, 4)), FeedForwardSpec((8,), activation="leaky_relu", batch_norm=False)],
    "torchvision": [TorchvisionSpec("squeezenet1_1", 48)],
    "custom": [CustomSpec(OWN, {}, net)],
}
CHANNELS = {"torchvision": 3}
"""Of families that do not take any number of them."""
TRACED = [name for name in FAMILIES.names() if FAMILIES.named(name).packing is None]
CASES = [
    pytest.param(spec, form, mirror, id=f"{name}-{number}-{form}", marks=() if fast else pytest.mark.slow)
    for name in TRACED
    for number, spec in enumerate(SPECS.get(name) or [FAMILIES.named(name).settings().spec()])  # type: ignore[attr-defined]
    for form, mirror, fast in (("torch", True, name == "feedforward" and number == 0), ("onnx", number == 0, False))
]


def shape_for(spec: Spec) -> tuple[int, int, int]:
    if spec.family == "torchvision":
        torchvision_models()
    return CHANNELS.get(spec.family, SHAPE[0]), SHAPE[1], SHAPE[2]


def write_bundle(folder: Path, spec: Spec, *, mirror: bool = False) -> ImageBundle:
    shape = shape_for(spec)
    network = Network(spec, shape, len(CLASSES))
    normalisation = Normalisation((0.4, 0.6, 0.5)[: shape[0]], (0.2, 0.1, 0.3)[: shape[0]])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        model = network.build()
    bundle = ImageBundle(network, Classifier(model, normalisation, mirror), CLASSES, {})
    save_image_bundle(folder, bundle)
    return bundle


def given(file: Path, pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    parts = [pixels[:1], pixels[1:8], pixels[8:]]
    if file.suffix == ".onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        return np.concatenate([session.run(["probabilities"], {"pixels": part})[0] for part in parts])
    program = torch.export.load(file).module()
    return np.concatenate([program(torch.from_numpy(part)).detach().numpy() for part in parts])


@pytest.mark.parametrize(("spec", "form", "mirror"), CASES)
def test_a_program_gives_the_probabilities_of_its_bundle(spec: Spec, form: str, mirror: bool, tmp_path: Path) -> None:
    write_bundle(tmp_path / "mine", spec, mirror=mirror)
    custom = [OWN] if FAMILIES.named(spec.family).by_user else []
    made = export(tmp_path / "mine", format=form, custom=custom)
    pixels = np.random.default_rng(7).integers(0, 256, (1000, *shape_for(spec)), np.uint8)
    loaded = load_image_bundle(tmp_path / "mine", net if custom else None)
    expected = predict_images(loaded, pixels, Compute())
    found = given(made.file, pixels)
    assert found.dtype == np.float32
    assert np.abs(found - expected).max() < 1e-5
    assert np.ptp(expected, axis=0).min() > 1e-3, "the probabilities differ"
    assert made.difference < 1e-5


def test_beside_it_stands_what_goes_in_and_what_comes_out(tmp_path: Path) -> None:
    write_bundle(tmp_path / "mine", SPECS["feedforward"][0])
    made = export(tmp_path / "mine", format="torch")
    about = json.loads(made.about.read_text())
    assert about["input"] == {"name": "pixels", "type": "uint8", "shape": ["batch", *SHAPE]}
    assert about["output"] == {"name": "probabilities", "type": "float32", "shape": ["batch", 3]}
    assert about["classes"] == list(CLASSES)
    assert about["normalisation"] == {"mean": [0.4, 0.6], "std": [0.2, 0.1]}


@pytest.mark.slow
@pytest.mark.parametrize("mirror", [False, True])
def test_a_keras_model_tells_classes_by_the_steps_beside_it(mirror: bool, tmp_path: Path) -> None:
    import keras

    from tunewright.experiment.by_keras import KerasSpec

    bundle = write_bundle(tmp_path / "mine", KerasSpec(f"{Path(__file__)}:keras_model", {}, keras_model), mirror=mirror)
    made = export(tmp_path / "mine")
    assert made.file.read_bytes() == (tmp_path / "mine" / "model.keras").read_bytes()
    about = json.loads(made.about.read_text())
    assert about["input"]["shape"] == ["batch", 8, 6, 2]
    pixels = np.random.default_rng(7).integers(0, 256, (50, *SHAPE), np.uint8)
    mean, std = (np.array(about["normalisation"][name]) for name in ("mean", "std"))
    images = ((pixels.transpose(0, 2, 3, 1) / 255 - mean) / std).astype(np.float32)
    model = keras.saving.load_model(made.file)
    found = model.predict(images, verbose=0)
    if about["mirror"]:
        found = (found + model.predict(images[:, :, ::-1], verbose=0)) / 2
    np.testing.assert_allclose(found, predict_images(bundle, pixels, Compute()), atol=1e-5)
    with pytest.raises(ConfigError, match=r"^--format onnx: expected keras for the bundle's Keras model"):
        export(tmp_path / "mine", format="onnx")
