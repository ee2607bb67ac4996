"""What a network is seen to look at: filters, maps and Grad-CAM, on networks whose answer is known."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from image_training import IMAGES, NORMALISATION, SHAPE, same
from tunewright.experiment.families import Spec
from tunewright.images.data.imageset import Pixels
from tunewright.images.families.cnn import CNNSpec
from tunewright.images.families.feedforward import FeedForwardSpec
from tunewright.images.families.network import Network
from tunewright.images.judging.looking import first_filters, grad_cam, stage_maps
from tunewright.images.preparation.normalise import Normalisation
from tunewright.images.training.classifier import Classifier

LARGE = (2, 16, 12)
GREY = Normalisation((0.5,), (0.5,))
FIRST = np.zeros(9, np.int64)
"""Class 0 for every image."""


def built(spec: Spec, shape: tuple[int, int, int] = SHAPE) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Network(spec, shape, 3).build().eval()


def seen_by(model: nn.Module) -> Classifier:
    return Classifier(model, NORMALISATION)


def pictures(count: int, shape: tuple[int, int, int] = LARGE) -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (count, *shape), np.uint8)


def test_filters_of_a_convolutional_network_are_its_first_kernels() -> None:
    model = built(CNNSpec((5, 7), (0, 1), kernel=5))
    found = first_filters(model, SHAPE)
    assert found is not None
    assert found.weights.dtype == np.float32
    np.testing.assert_array_equal(found.weights, model.get_parameter("stages.0.0.weight").detach().numpy())
    assert found.weights.shape == (5, 2, 5, 5)
    assert (found.total, found.faint) == (5, 0)


def test_filters_of_a_feed_forward_network_are_images() -> None:
    model = built(FeedForwardSpec((9, 4)))
    found = first_filters(model, SHAPE)
    assert found is not None
    weight = model.get_parameter("hidden.1.weight").detach().numpy()
    np.testing.assert_array_equal(found.weights, weight.reshape(9, *SHAPE))


def test_of_many_filters_the_largest_are_shown_in_their_order() -> None:
    model = built(FeedForwardSpec((80,)))
    weight = model.get_parameter("hidden.1.weight")
    with torch.no_grad():
        weight.div_(weight.norm(dim=1, keepdim=True))
        weight[10:26] *= 0.5
        weight[10:13] *= 0.01
    found = first_filters(model, SHAPE)
    assert found is not None
    np.testing.assert_array_equal(found.weights.reshape(64, -1), torch.cat([weight[:10], weight[26:]]).detach().numpy())
    assert (found.total, found.faint) == (80, 3), "those that are not shown are counted too"
    with torch.no_grad():
        weight.zero_()
    nothing = first_filters(model, SHAPE)
    assert nothing is not None
    assert nothing.faint == 80


class Own(nn.Module):
    """A network of the user's own without layers."""

    def __init__(self, features: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.features = features

    def forward(self, images: Tensor) -> Tensor:
        return self.features(images)


@pytest.mark.parametrize(
    "model",
    [
        nn.Sequential(nn.Flatten(), nn.BatchNorm1d(128)),
        nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 3)),
        nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(8, 3, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
    ],
    ids=["no weights on pixels", "a matrix on means", "a convolution on other channels"],
)
def test_a_network_whose_first_layer_is_not_on_the_pixels_has_no_filters(model: nn.Module) -> None:
    assert first_filters(model, SHAPE) is None


@pytest.mark.parametrize("pooling", ["max", "average", "stride"])
def test_every_stage_shows_its_last_maps_the_strongest_first(pooling: str) -> None:
    model = built(CNNSpec((4, 8, 9), (0, 1, 0), pooling=pooling), LARGE)  # type: ignore[arg-type]
    images = pictures(5)
    stages = stage_maps(seen_by(model), images)
    assert [stage.maps.shape for stage in stages] == [(5, 4, 16, 12), (5, 6, 8, 6), (5, 6, 4, 3)]
    maps = NORMALISATION.apply(torch.from_numpy(images))
    for stage, part in zip(stages, model.get_submodule("stages").children(), strict=True):
        with torch.no_grad():
            maps = part(maps)
        assert stage.maps.dtype == np.float32
        strength = np.maximum(stage.maps, 0).mean(axis=(0, 2, 3))
        assert (np.diff(strength) <= 0).all()
        every = maps.clamp(min=0).mean(dim=(0, 2, 3))
        expected = maps[:, every.argsort(descending=True)[:6]]
        np.testing.assert_allclose(stage.maps, expected.numpy(), rtol=1e-5, atol=1e-6)
        same = maps.amax(dim=(0, 2, 3)) == maps.amin(dim=(0, 2, 3))
        assert stage.dead == pytest.approx(same.double().mean().item())


def test_the_maps_of_a_block_are_those_with_its_input_added() -> None:
    model = built(CNNSpec((4,), (1,)))
    (stage,) = stage_maps(seen_by(model), IMAGES[:3])
    with torch.no_grad():
        expected = model.get_submodule("stages.0")(NORMALISATION.apply(torch.from_numpy(IMAGES[:3])))
    order = expected.clamp(min=0).mean(dim=(0, 2, 3)).argsort(descending=True)
    np.testing.assert_allclose(stage.maps, expected[:, order].numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "gelu", "silu"])
def test_channels_that_never_change_are_dead(activation: str) -> None:
    model = built(CNNSpec((8,), (0,), norm="none", activation=activation))  # type: ignore[arg-type]
    with torch.no_grad():
        model.get_parameter("stages.0.0.weight")[2:4] = 0
        model.get_parameter("stages.0.0.bias")[2] = -1
    (stage,) = stage_maps(seen_by(model), IMAGES[:6])
    assert stage.dead == 2 / 8
    assert (stage.maps > 0).any(axis=(0, 2, 3)).all(), "the strongest six are alive"


@pytest.mark.parametrize(("activation", "dead"), [("relu", 1.0), ("leaky_relu", 0.0), ("silu", 0.0)])
def test_channels_that_respond_below_zero_are_alive(activation: str, dead: float) -> None:
    model = built(CNNSpec((8,), (0,), norm="none", activation=activation))  # type: ignore[arg-type]
    with torch.no_grad():
        model.get_parameter("stages.0.0.weight").mul_(0.1)
        model.get_parameter("stages.0.0.bias").fill_(-10)
    (stage,) = stage_maps(seen_by(model), IMAGES[:6])
    assert stage.maps.max() <= 0
    assert stage.dead == dead


@pytest.mark.parametrize("shape", [SHAPE, LARGE])
def test_heat_is_from_0_to_1_on_the_pixels_grid(shape: tuple[int, int, int]) -> None:
    model = built(CNNSpec((4, 8, 8), (0, 1, 0), activation="silu", dropout=0.2), shape)
    images = pictures(6, shape)
    found = grad_cam(seen_by(model), images, FIRST[:6])
    assert found is not None
    assert found.shape == (6, *shape[1:])
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert found.min() >= 0
    hottest = found.max(axis=(1, 2))
    assert ((np.abs(hottest - 1) < 1e-6) | (hottest == 0)).all()
    assert (hottest > 0).any()
    for number in range(6):
        alone = grad_cam(seen_by(model), images[number : number + 1], FIRST[:1])
        assert alone is not None
        np.testing.assert_allclose(alone[0], found[number], atol=1e-4)


@pytest.mark.parametrize(
    ("side", "stage"), [(32, 2), (16, 1), (8, 0), (6, 0)], ids=["third", "second", "first", "none is large enough"]
)
@pytest.mark.parametrize("predicted", [(0, 0, 0), (2, 0, 1)])
def test_heat_is_that_of_the_last_maps_of_at_least_eight_pixels(
    side: int, stage: int, predicted: tuple[int, ...]
) -> None:
    model = built(CNNSpec((4, 5, 6), (0, 1, 0)), (2, side, side))
    images = pictures(3, (2, side, side))
    parts = list(model.get_submodule("stages").children())
    maps = NORMALISATION.apply(torch.from_numpy(images))
    for part in parts[: stage + 1]:
        maps = part(maps)
    maps = maps.detach().requires_grad_()
    rest = maps
    for part in parts[stage + 1 :]:
        rest = part(rest)
    scores = model.get_submodule("head")(rest.amax(dim=(2, 3)))
    sum(scores[image, label] for image, label in enumerate(predicted)).backward()
    assert maps.grad is not None
    heat = torch.einsum("nc,nchw->nhw", maps.grad.mean(dim=(2, 3)), maps.detach()).clamp(min=0)
    heat = nn.functional.interpolate(heat[:, None], size=(side, side), mode="bilinear")[:, 0]
    found = grad_cam(seen_by(model), images, np.array(predicted))
    assert found is not None
    highest = heat.flatten(1).max(dim=1).values
    assert (highest > 0).any()
    np.testing.assert_allclose(found, heat / highest.clamp(min=1e-12)[:, None, None], atol=1e-4)


class CornerOnly(nn.Module):
    """Two kinds of features, bright and dark places; class 0 is brightness in the upper left corner, 1 its absence."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(inplace=True))
        with torch.no_grad():
            weights = self.layers.get_parameter("0.weight")
            weights.fill_(1 / 9)
            weights[1].neg_()
            self.layers.get_parameter("0.bias").zero_()

    def forward(self, images: Tensor) -> Tensor:
        bright = self.layers(images)[:, 0, :4, :4].mean(dim=(1, 2))
        return torch.stack([bright, 0.1 - bright], dim=1)


def test_heat_lies_where_the_network_looks() -> None:
    images = np.zeros((2, 1, 12, 12), np.uint8)
    images[0, 0, :4, :4] = 255
    images[1] = 0  # all dark: class 1, for which no place speaks
    found = grad_cam(Classifier(CornerOnly(), GREY), images, np.array([0, 1]))
    other = grad_cam(Classifier(CornerOnly(), GREY), images, np.array([1, 1]))
    assert found is not None
    assert other is not None
    assert not other[0].any(), "nothing speaks for the class that it does not take"
    assert found[0, :3, :3].min() > 0.4  # at the very corner the kernel reaches beyond the image
    assert found[0, 6:, :].max() == found[0, :, 6:].max() == 0
    assert not found[1].any()


def test_looking_leaves_a_network_as_it_was() -> None:
    model = built(CNNSpec((4, 6), (0, 1), dropout=0.5), LARGE)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    stage_maps(seen_by(model), pictures(3))
    grad_cam(seen_by(model), pictures(3), FIRST[:3])
    assert same(model.state_dict(), before)
    assert all(weight.grad is None for weight in model.parameters())
    assert not any(module._forward_hooks for module in model.modules())


def test_an_average_that_is_not_trained_itself_is_looked_into_too() -> None:
    model = built(CNNSpec((4, 6), (0, 1)), LARGE)
    expected = grad_cam(seen_by(model), pictures(3), FIRST[:3])
    found = grad_cam(seen_by(model.requires_grad_(False)), pictures(3), FIRST[:3])
    assert expected is not None
    assert found is not None
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize(
    "model",
    [
        FeedForwardSpec((6,)),
        FeedForwardSpec(()),
        Own(lambda images: images.mean(dim=(2, 3))),
        nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.AdaptiveMaxPool2d(1), nn.Flatten()).eval(),
    ],
    ids=["feed-forward", "linear", "own", "nothing behind the norm"],
)
def test_a_network_without_maps_has_none_to_show(model: Spec | nn.Module) -> None:
    classifier = seen_by(model if isinstance(model, nn.Module) else built(model))
    assert stage_maps(classifier, IMAGES[:2]) == ()
    assert grad_cam(classifier, IMAGES[:2], FIRST[:2]) is None


class Frozen(nn.Module):
    """Features that are not trained, as of a network that was taken over, and a head on them."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(2, 4, 3), nn.ReLU(inplace=True))
        self.head = nn.Linear(4, 3)

    def forward(self, images: Tensor) -> Tensor:
        with torch.no_grad():
            maps = self.features(images)
        scores: Tensor = self.head(maps.mean(dim=(2, 3)))
        return scores


class Aside(nn.Module):
    """A branch whose maps have no part in the scores."""

    def __init__(self) -> None:
        super().__init__()
        self.used = nn.Sequential(nn.Conv2d(2, 4, 3), nn.ReLU())
        self.unused = nn.Sequential(nn.Conv2d(2, 4, 3), nn.ReLU())
        self.head = nn.Linear(4, 3)

    def forward(self, images: Tensor) -> Tensor:
        maps = self.used(images)
        self.unused(images)
        scores: Tensor = self.head(maps.mean(dim=(2, 3)))
        return scores


class InPlace(nn.Module):
    """Changes its images in place."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.ReLU(inplace=True), nn.Conv2d(2, 4, 3), nn.ReLU(inplace=True))
        self.head = nn.Linear(4, 3)

    def forward(self, images: Tensor) -> Tensor:
        scores: Tensor = self.head(self.layers(images).mean(dim=(2, 3)))
        return scores


@pytest.mark.parametrize("kind", [Frozen, Aside, InPlace])
def test_the_users_own_networks_do_not_end_a_run_here(kind: type[nn.Module]) -> None:
    classifier = seen_by(kind().eval())
    assert stage_maps(classifier, IMAGES[:2])
    found = grad_cam(classifier, IMAGES[:2], FIRST[:2])
    assert found is None or np.isfinite(found).all()
