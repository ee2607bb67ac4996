"""Bundles of images: saved, loaded and judging with the same bits; changed ones and wrong functions are refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from docs_reading import ROOT, leaves, table_rows
from tunewright.bundle.folder import CHECKSUMS, open_bundle
from tunewright.core.codec import file_digest
from tunewright.core.errors import BundleError, ConfigError, DataError
from tunewright.entrance import load_bundle
from tunewright.experiment.by_user import CustomSpec, Factory
from tunewright.experiment.families import Spec
from tunewright.images.bundle.bundle import FILES, ImageBundle, load_image_bundle, save_image_bundle
from tunewright.images.bundle.predict import Predictions, predict_images
from tunewright.images.families.cnn import CNNSpec
from tunewright.images.families.feedforward import FeedForwardSpec
from tunewright.images.families.network import Network
from tunewright.images.preparation.normalise import Normalisation
from tunewright.images.training.classifier import Classifier
from tunewright.images.training.compute import Compute
from tunewright.prices.bundle.bundle import read_bundle

SHAPE, COMPUTE = (3, 12, 10), Compute()
PIXELS = np.random.default_rng(0).integers(0, 256, (7, *SHAPE), np.uint8)
SMALL = CNNSpec((4, 8), (1, 1))


class Tied(nn.Module):
    """The same weights going in and out, a scalar, a view, and a counter that is no float."""

    def __init__(self, inputs: int, width: int, classes: int) -> None:
        super().__init__()
        self.first = nn.Linear(inputs, width, bias=False)
        self.there, self.back = nn.Linear(width, width, bias=False), nn.Linear(width, width, bias=False)
        self.back.weight = self.there.weight
        self.head, self.warmth = nn.Linear(width, classes), nn.Parameter(torch.tensor(1.5))
        self.register_buffer("columns", torch.randn(width, 2).t())
        self.register_buffer("seen", torch.tensor(3))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        inner = self.back(self.there(self.first(images.flatten(1))).relu())
        scores: torch.Tensor = self.head(inner * self.warmth + self.columns.sum())  # type: ignore[operator]
        return scores


def tied(shape: tuple[int, int, int], classes: int, *, width: int = 6) -> nn.Module:
    return Tied(int(np.prod(shape)), width, classes)


def make(spec: Spec, *, mirror: bool = False, shape: tuple[int, int, int] = SHAPE) -> ImageBundle:
    """A bundle of a network that has not learned: its weights and its running averages are random."""
    network = Network(spec, shape, 4)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        model = network.build()
        model(torch.randn(20, *shape))
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    normalisation = Normalisation((0.4,) * shape[0], (0.25,) * shape[0])
    return ImageBundle(network, Classifier(model, normalisation, mirror), ("a", "b", "c", 'd, "e"'), {"seed": 1})


def own(factory: Factory = tied, **options: int) -> CustomSpec:
    return CustomSpec("mine.py:tied", options, factory)


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize(
    "spec", [SMALL, CNNSpec((4,), (0,), norm="none"), FeedForwardSpec((8, 6)), own(), own(width=3)]
)
def test_a_loaded_bundle_judges_with_the_same_bits(spec: Spec, mirror: bool, tmp_path: Path) -> None:
    bundle = make(spec, mirror=mirror)
    save_image_bundle(tmp_path, bundle)
    before = torch.get_rng_state()
    loaded = load_image_bundle(tmp_path, tied if isinstance(spec, CustomSpec) else None)
    assert torch.equal(before, torch.get_rng_state())
    np.testing.assert_array_equal(predict_images(bundle, PIXELS, COMPUTE), predict_images(loaded, PIXELS, COMPUTE))
    assert (loaded.network, loaded.classes, loaded.provenance) == (bundle.network, bundle.classes, bundle.provenance)
    assert (loaded.classifier.normalisation, loaded.classifier.mirror) == (bundle.classifier.normalisation, mirror)
    assert not loaded.classifier.model.training


def test_one_entrance_tells_the_kinds_apart(tmp_path: Path) -> None:
    save_image_bundle(tmp_path / "bundle", make(SMALL))
    assert isinstance(load_bundle(tmp_path), ImageBundle)
    with pytest.raises(BundleError, match="bundle is a bundle of images, expected one of prices"):
        read_bundle(open_bundle(tmp_path))
    reseal(tmp_path / "bundle", kind="prices")
    with pytest.raises(BundleError, match="is a bundle of prices, expected one of images"):
        load_image_bundle(tmp_path)
    with pytest.raises(BundleError, match="is not a usable bundle"):
        load_bundle(tmp_path, tied)
    reseal(tmp_path / "bundle", kind="sounds")
    with pytest.raises(BundleError, match="of kind 'sounds', this version reads prices and images"):
        load_bundle(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_or_missing_file_is_refused(name: str, tmp_path: Path) -> None:
    save_image_bundle(tmp_path, make(SMALL))
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BundleError, match=f"is refused: {name} is not the file that was saved"):
        load_bundle(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(BundleError, match=f"lacks {name}: copy it again"):
        load_bundle(tmp_path)


def reseal(folder: Path, **changes: object) -> None:
    """Change bundle.json and make the checksums fit again."""
    content = json.loads((folder / "bundle.json").read_text())
    (folder / "bundle.json").write_text(json.dumps({**content, **changes}))
    (folder / CHECKSUMS).write_text(json.dumps({name: file_digest(folder / name) for name in FILES}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 99}, "has bundle format 99, this version reads up to 1: upgrade tunewright"),
        (
            {"network": {"spec": {"family": "transformer"}, "shape": [3, 12, 10], "classes": 4}},
            "unknown family 'transformer'",
        ),
        ({"network": {}}, "is not a usable bundle: network.spec: field required"),
        ({"network": Network(FeedForwardSpec((3,)), SHAPE, 4).as_dict()}, "its network makes 'hidden.1.weight' as"),
        ({"network": Network(SMALL, SHAPE, 5).as_dict()}, r"'head.weight' as float32 of shape \(5, 8\), but saved"),
        ({"normalisation": {"mean": [0.5], "std": [0.5]}}, "found 4 classes and 1 channels"),
        ({"classes": ["a", "b"]}, "expected 4 classes and a normalisation of 3 channels.*, found 2 classes"),
    ],
)
def test_a_bundle_that_does_not_fit_together_is_refused(
    changes: dict[str, object], message: str, tmp_path: Path
) -> None:
    save_image_bundle(tmp_path, make(SMALL))
    reseal(tmp_path, **changes)
    with pytest.raises(BundleError, match=message):
        load_image_bundle(tmp_path)


def failing(shape: tuple[int, int, int], classes: int) -> nn.Module:
    raise OSError("no such\nfile")


def wider(shape: tuple[int, int, int], classes: int) -> nn.Module:
    return tied(shape, classes, width=7)


def double(shape: tuple[int, int, int], classes: int) -> nn.Module:
    return tied(shape, classes).double()


@pytest.mark.parametrize(
    ("factory", "message"),
    [
        (None, "this network was made by mine.py:tied, which the bundle does not hold; give it with --custom"),
        (failing, "mine.py:tied failed with {}: OSError: no such file; give the function that the network was"),
        (
            wider,
            r"mine.py:tied makes 'warmth' as|mine.py:tied makes 'columns' as|'first.weight' as float32 of shape \(7",
        ),
        (double, r"'warmth' as float64 of shape \(\), but saved was float32 of shape \(\); give the function"),
    ],
)
def test_a_missing_or_another_function_is_refused(factory: Factory | None, message: str, tmp_path: Path) -> None:
    save_image_bundle(tmp_path, make(own()))
    with pytest.raises(BundleError, match=message):
        load_image_bundle(tmp_path, factory)


def test_a_function_that_makes_no_network_is_refused(tmp_path: Path) -> None:
    save_image_bundle(tmp_path, make(own()))
    with pytest.raises(ConfigError, match=r"must return a torch.nn.Module, found list"):
        load_image_bundle(tmp_path, lambda shape, classes: [])  # type: ignore[arg-type, return-value]


def test_a_function_for_a_network_that_needs_none_is_refused(tmp_path: Path) -> None:
    save_image_bundle(tmp_path, make(SMALL))
    with pytest.raises(BundleError, match="holds no network of the user's own: leave the function out"):
        load_image_bundle(tmp_path, tied)


class Noting(Tied):
    def get_extra_state(self) -> Any:
        return {"words": ["not", "a", "tensor"]}

    def set_extra_state(self, state: Any) -> None:
        pass


def test_what_is_no_tensor_cannot_be_saved(tmp_path: Path) -> None:
    noting = own(lambda shape, classes: Noting(int(np.prod(shape)), 2, classes))
    with pytest.raises(BundleError, match="its state '_extra_state' is of type dict, expected tensors only"):
        save_image_bundle(tmp_path, make(noting))


def test_images_of_another_shape_are_refused() -> None:
    with pytest.raises(DataError, match=r"shape \(count, 3, 12, 10\), found uint8 of shape \(7, 3, 10, 12\)"):
        predict_images(make(SMALL), PIXELS.transpose(0, 1, 3, 2), COMPUTE)


def test_weights_that_are_no_numbers_are_refused() -> None:
    bundle = make(SMALL)
    nn.init.constant_(bundle.classifier.model.head.weight, torch.nan)  # type: ignore[union-attr, arg-type]
    with pytest.raises(BundleError, match="its weights are not usable"):
        predict_images(bundle, PIXELS, COMPUTE)


def test_a_table_keeps_every_bit() -> None:
    bundle = make(SMALL)
    found = predict_images(bundle, PIXELS, COMPUTE)
    table = Predictions(tuple("abcdefg"), bundle.classes, found)
    read = [list(row["probabilities"].values()) for row in table.as_list()]  # type: ignore[union-attr]
    np.testing.assert_array_equal(np.array(read, np.float32), found)
    assert [top[0][0] for top in table.best(2)] == [bundle.classes[label] for label in found.argmax(axis=1)]


def test_documented_keys_are_those_of_a_bundle(tmp_path: Path) -> None:
    save_image_bundle(tmp_path, make(SMALL))
    text = (ROOT / "docs/bundle.md").read_text("utf-8").partition("## Bundles of images")[2]
    documented = {cells[0].strip("`") for cells in table_rows(text)}
    found = {key for key, value in leaves(json.loads((tmp_path / "bundle.json").read_text())) if key}
    inside = ("network.spec.", "provenance.")
    assert {key for key in found if not key.startswith(inside)} - {"network", "normalisation"} == documented
