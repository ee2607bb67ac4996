"""The image families: sizes counted by hand, shapes, specs that come back, and what is refused."""

import json
from typing import Any, get_args

import pytest
import torch
from torch import Tensor, nn

from image_training import same
from tunewright.core.errors import BundleError, ConfigError, TrialFailure
from tunewright.experiment.by_user import CustomSpec
from tunewright.experiment.families import Spec
from tunewright.images.families.cnn import CNNSpec, HeadName, NormName, PoolingName
from tunewright.images.families.feedforward import FeedForwardSpec
from tunewright.images.families.names import ActivationName
from tunewright.images.families.network import Network, network_from_dict, spec_from_dict
from tunewright.images.networks.layers import ACTIVATIONS
from tunewright.training.size import forward_mflops

ALL = (
    *(CNNSpec((4, 6), (1, 1), pooling=name) for name in get_args(PoolingName)),
    *(CNNSpec((4, 12), (0, 1), norm=name) for name in get_args(NormName)),
    *(CNNSpec((4,), (1,), head=name) for name in get_args(HeadName)),
    *(CNNSpec((4, 6), (0, 1), activation=name) for name in get_args(ActivationName)),
    *(CNNSpec((4, 6), (0, 1), kernel=size) for size in (1, 3, 5, 7)),
    CNNSpec((3, 5, 7), (0, 2, 1), residual=False, dropout=0.5),
    *(FeedForwardSpec((9, 6), activation=name) for name in get_args(ActivationName)),
    FeedForwardSpec((9,), batch_norm=False, dropout=0.5),
    FeedForwardSpec(()),
)


def built(spec: Spec, *, shape: tuple[int, int, int] = (2, 9, 7), classes: int = 5, seed: int = 0) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Network(spec, shape, classes).build()


def size(model: nn.Module) -> int:
    return sum(one.numel() for one in model.parameters())


def noise(count: int, *shape: int) -> Tensor:
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(1))


def test_the_sizes_of_networks_for_cifar_are_as_counted_by_hand() -> None:
    hidden = 3072 * 1024 + 2 * 1024 + 1024 * 512 + 2 * 512 + 512 * 256 + 2 * 256
    forward = built(FeedForwardSpec((1024, 512, 256)), shape=(3, 32, 32), classes=10)
    assert size(forward) == hidden + 256 * 10 + 10 == 3_807_242
    stem, first, second, third = 3 * 16 * 9 + 32, 16 * 32 * 9 + 64, 32 * 64 * 9 + 128, 64 * 64 * 9 + 128
    blocks = 2 * (32 * 32 * 9 + 64) + 2 * (64 * 64 * 9 + 128)
    convolutional = built(CNNSpec((16, 32, 64, 64), (0, 1, 0, 1)), shape=(3, 32, 32), classes=10)
    assert size(convolutional) == stem + first + second + third + blocks + 64 * 10 + 10 == 153_882


def test_layers_have_biases_where_no_norm_follows() -> None:
    assert size(built(FeedForwardSpec((6,), batch_norm=False))) == 126 * 6 + 6 + 6 * 5 + 5
    assert size(built(FeedForwardSpec(()))) == 126 * 5 + 5
    assert size(built(CNNSpec((4,), (0,), norm="none"))) == 2 * 4 * 9 + 4 + 4 * 5 + 5
    assert size(built(CNNSpec((4,), (0,), norm="group", kernel=5))) == 2 * 4 * 25 + 8 + 4 * 5 + 5


@pytest.mark.parametrize("spec", ALL, ids=str)
def test_every_network_scores_every_class_and_learns_in_all_its_parts(spec: Spec) -> None:
    model = built(spec)
    scores = model(noise(4, 2, 9, 7))
    assert scores.shape == (4, 5)
    scores.square().sum().backward()
    for name, weight in model.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.isfinite().all(), name


@pytest.mark.parametrize("spec", ALL, ids=str)
def test_a_spec_comes_back_from_json_to_the_same_network(spec: Spec) -> None:
    network = Network(spec, (2, 9, 7), 5)
    again = network_from_dict(json.loads(json.dumps(network.as_dict())))
    assert again == network
    assert same(built(again.spec).state_dict(), built(spec).state_dict())


@pytest.mark.parametrize("pooling", get_args(PoolingName))
def test_every_stage_but_the_first_halves_the_picture(pooling: PoolingName) -> None:
    model = built(CNNSpec((4, 4, 4), (0, 1, 0), pooling=pooling), shape=(2, 16, 8))
    maps, seen = noise(1, 2, 16, 8), []
    for stage in model.get_submodule("stages").children():
        maps = stage(maps)
        seen.append(tuple(maps.shape[2:]))
    assert seen == [(16, 8), (8, 4), (4, 2)]


def test_what_a_spec_names_is_what_is_computed() -> None:
    images, plain = noise(3, 2, 9, 7), CNNSpec((4, 6), (0, 1))
    others = [
        CNNSpec((4, 6), (0, 1), residual=False),
        CNNSpec((4, 6), (0, 1), pooling="average"),
        CNNSpec((4, 6), (0, 1), pooling="stride"),
        CNNSpec((4, 6), (0, 1), head="average"),
        *(CNNSpec((4, 6), (0, 1), activation=name) for name in get_args(ActivationName) if name != "relu"),
    ]
    weights = built(plain).state_dict().values()
    found = [built(plain)(images)]
    for spec in others:
        model = built(spec)
        # All of them hold the same parameters, under names that follow the number of layers before.
        model.load_state_dict(dict(zip(model.state_dict(), weights, strict=True)))
        found.append(model(images))
    assert not any(torch.allclose(a, b) for i, a in enumerate(found) for b in found[:i])


def test_a_block_adds_its_input() -> None:
    with_skip, without = built(CNNSpec((4,), (1,))), built(CNNSpec((4,), (1,), residual=False))
    assert same(with_skip.state_dict(), without.state_dict())
    maps = noise(3, 4, 6, 6).relu()
    block, bare = with_skip.get_submodule("stages.0.3"), without.get_submodule("stages.0.3")
    torch.testing.assert_close(block(maps), bare(maps) + maps)


def test_dropout_acts_in_training_alone() -> None:
    for spec in (CNNSpec((8,), (0,), dropout=0.5), FeedForwardSpec((8,), dropout=0.5)):
        model, images = built(spec), noise(4, 2, 9, 7)
        with torch.random.fork_rng(devices=[]):
            assert not torch.equal(model(images), model(images))
            model.eval()
            assert torch.equal(model(images), model(images))


def test_wrong_specs_are_refused() -> None:
    with pytest.raises(ValueError, match=r"one entry per stage, found \(4, 8\) and \(1,\)"):
        CNNSpec((4, 8), (1,))
    with pytest.raises(ValueError, match=r"one entry per stage, found \(\) and \(\)"):
        CNNSpec((), ())
    with pytest.raises(ValueError, match="kernel must be odd, found 4"):
        CNNSpec((4,), (0,), kernel=4)
    with pytest.raises(ValueError, match=r"norm: expected one of batch, group, none; found 'layer'"):
        CNNSpec((4,), (1,), norm="layer")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"activation: expected one of relu, .*; found 'tanh'"):
        FeedForwardSpec(activation="tanh")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="colour"):
        CNNSpec.from_dict({"family": "cnn", "widths": [4], "depth": [0], "colour": 1})


def test_first_weights_come_from_torchs_global_stream() -> None:
    for spec in (CNNSpec((4, 6), (0, 1)), FeedForwardSpec((6,))):
        assert same(built(spec, seed=1).state_dict(), built(spec, seed=1).state_dict())
        assert not same(built(spec, seed=1).state_dict(), built(spec, seed=2).state_dict())


def test_first_weights_are_he_normal_and_biases_zero() -> None:
    kernels = built(CNNSpec((32, 48), (0, 0), norm="none")).state_dict()
    assert kernels["stages.1.0.weight"].std().item() == pytest.approx((2 / (48 * 9)) ** 0.5, rel=0.05)
    assert not kernels["stages.1.0.bias"].any()
    hidden = built(FeedForwardSpec((300,))).state_dict()
    assert hidden["hidden.1.weight"].std().item() == pytest.approx((2 / 126) ** 0.5, rel=0.05)
    assert not hidden["head.bias"].any()


def test_activations_are_named_in_one_place() -> None:
    assert tuple(ACTIVATIONS) == get_args(ActivationName)


def linear(shape: tuple[int, int, int], classes: int, *, scale: float = 1.0) -> nn.Module:
    if scale < 0:
        raise RuntimeError("no such\n scale")
    pixels = shape[0] * shape[1] * shape[2]
    return nn.Sequential(nn.Flatten(), nn.Linear(pixels, classes))


def test_the_users_own_network_is_made_by_its_function() -> None:
    spec = CustomSpec("own.py:linear", {"scale": 2.0}, linear)
    assert built(spec)(noise(3, 2, 9, 7)).shape == (3, 5)
    values = json.loads(json.dumps(Network(spec, (2, 9, 7), 5).as_dict()))
    assert values["spec"] == {"family": "custom", "call": "own.py:linear", "options": {"scale": 2.0}}
    assert network_from_dict(values, linear) == Network(spec, (2, 9, 7), 5)
    with pytest.raises(BundleError, match=r"made by own\.py:linear, which the bundle does not hold; give it with --cu"):
        network_from_dict(values)


def test_a_function_that_fails_costs_one_trial_and_one_that_makes_no_network_ends_it_all() -> None:
    with pytest.raises(TrialFailure) as failed:
        built(CustomSpec("own.py:linear", {"scale": -1.0}, linear))
    assert str(failed.value) == "own.py:linear failed with {'scale': -1.0}: RuntimeError: no such scale"
    with pytest.raises(TrialFailure, match=r"own\.py:linear failed with \{'size': 1\}: TypeError: "):
        built(CustomSpec("own.py:linear", {"size": 1}, linear))

    def nothing(shape: tuple[int, int, int], classes: int) -> Any:
        return None

    with pytest.raises(ConfigError) as refused:
        built(CustomSpec("own.py:nothing", {}, nothing))
    assert str(refused.value) == "own.py:nothing must return a torch.nn.Module, found NoneType"


@pytest.mark.parametrize("values", [{"family": "transformer"}, {}])
def test_an_unknown_family_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(
        BundleError, match=r"unknown family .*; this version knows cnn, feedforward, torchvision, custom and keras"
    ):
        spec_from_dict(values)


def test_operations_are_as_counted_by_hand() -> None:
    stem, block, head = 2 * 4 * 1 * 9 * 64, 2 * (2 * 8 * 8 * 9 * 16), 2 * 8 * 3
    pooled = built(CNNSpec((4, 8), (0, 1)), shape=(1, 8, 8), classes=3)
    assert forward_mflops(pooled, (1, 8, 8)) == (stem + 2 * 8 * 4 * 9 * 64 + block + head) / 1e6
    strided = built(CNNSpec((4, 8), (0, 1), pooling="stride"), shape=(1, 8, 8), classes=3)
    assert forward_mflops(strided, (1, 8, 8)) == (stem + 2 * 8 * 4 * 9 * 16 + block + head) / 1e6
    forward = built(FeedForwardSpec((7,)), shape=(1, 8, 8), classes=3)
    assert forward_mflops(forward, (1, 8, 8)) == 2 * (64 * 7 + 7 * 3) / 1e6


def test_counting_operations_changes_nothing() -> None:
    model = built(CNNSpec((4,), (0,)))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    forward_mflops(model, (2, 9, 7))
    assert model.training
    assert same(model.state_dict(), before)
    forward_mflops(model.eval(), (2, 9, 7))
    assert not model.training
