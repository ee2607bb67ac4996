"""Trained weights as a beginning: where they fit, which parts are held, and how fast the others learn."""

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save
from torch import nn

from tunewright.core.errors import ConfigError
from tunewright.images.families.cnn import CNNSettings
from tunewright.images.networks.cnn import CNN
from tunewright.training.optimizers import make_optimizer
from tunewright.training.pretrained import Beginning, Weights, begin, parts_of
from tunewright.training.widening import groups


def network(classes: int = 4, *, channels: int = 1, seed: int = 0, stages: int = 2) -> nn.Module:
    torch.manual_seed(seed)
    return CNN(CNNSettings(stages=stages, width=4, max_width=8).spec(), (channels, 8, 8), classes)


def weights(model: nn.Module, *, same_outputs: bool | None = None) -> Weights:
    return Weights("old", save({name: one.contiguous() for name, one in model.state_dict().items()}), same_outputs)


@st.composite
def modules(draw: st.DrawFn, depth: int = 3) -> nn.Module:
    """Trees of layers, of norms, and of layers without a parameter."""
    if depth == 0 or draw(st.integers(0, 2)) == 0:
        kinds: list[nn.Module] = [nn.Linear(3, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.Identity(), nn.LayerNorm(3)]
        return draw(st.sampled_from(kinds))
    children = [copy.deepcopy(draw(modules(depth - 1))) for _ in range(draw(st.integers(1, 4)))]
    found = nn.Sequential(*children) if draw(st.booleans()) else nn.ModuleList(children)
    if draw(st.booleans()):
        found.register_parameter("own", nn.Parameter(torch.zeros(2, 2)))
    return found


@settings(deadline=None)
@given(modules())
def test_every_tensor_is_of_one_part(model: nn.Module) -> None:
    parts = parts_of(model)
    for name in dict(model.named_parameters()):
        assert sum(part.holds(name) for part in parts) == 1, (name, parts)


def test_parts_are_what_a_reader_would_call_them() -> None:
    names = [part.names[0] for part in parts_of(network(stages=3))]
    assert names == ["stages.0", "stages.1", "stages.2", "stages.3", "head"]
    with_norms = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 2))
    assert [part.names for part in parts_of(with_norms)] == [("0", "1", "2"), ("3",)]
    assert [part.names for part in parts_of(nn.Linear(2, 1))] == [("",)]


def test_a_network_with_the_weights_judges_as_the_one_they_are_of() -> None:
    old, new, images = network(), network(seed=1), torch.rand(3, 1, 8, 8)
    begun = begin(new, Beginning(weights(old)))
    assert not begun.new_head
    assert torch.equal(old.eval()(images), new.eval()(images))


@pytest.mark.parametrize(("classes", "same"), [(7, None), (4, False)])
def test_other_classes_get_a_new_head_and_keep_the_rest(classes: int, same: bool | None) -> None:
    old, new = network(4), network(classes, seed=1)
    own = new.head.weight.detach().clone()  # type: ignore[union-attr, operator]
    assert begin(new, Beginning(weights(old, same_outputs=same))).new_head
    found, given = new.state_dict(), old.state_dict()
    assert torch.equal(found["head.weight"], own)
    assert all(torch.equal(found[name], given[name]) for name in found if not name.startswith("head"))


def test_weights_of_another_network_are_refused_by_name_and_shape() -> None:
    for old, expected in {
        network(channels=3): "(4, 3, 3, 3), the network here has float32 of shape (4, 1, 3, 3); ",
        network(stages=1): "'stages.2.0.weight' as no tensor, the network here has float32 of shape (8, 8, 3, 3); ",
        network(stages=3): ", the network here has no tensor; ",
    }.items():
        with pytest.raises(ConfigError) as told:
            begin(network(), Beginning(weights(old)))
        message = str(told.value)
        assert message.startswith("model.weights: old holds 'stages.")
        assert f"{expected}give [model] the keys" in message


@pytest.mark.parametrize("same", [None, False, True])
def test_a_last_layer_of_other_inputs_is_another_network(same: bool | None) -> None:
    old, new = (nn.Sequential(nn.Linear(3, 2), nn.Flatten(), nn.Linear(inputs, 4)) for inputs in (6, 8))
    with pytest.raises(ConfigError, match=r"holds '2.weight' as float32 of shape \(4, 6\), the network here has"):
        begin(new, Beginning(weights(old, same_outputs=same)))


def test_outputs_that_are_said_to_be_the_same_must_be() -> None:
    with pytest.raises(ConfigError, match=r"holds 'head.weight' as float32 of shape \(4, 8\)"):
        begin(network(7), Beginning(weights(network(4), same_outputs=True)))


def test_a_network_of_one_layer_has_nothing_to_begin_other_outputs_with() -> None:
    with pytest.raises(ConfigError, match="would begin nothing here: its outputs are others"):
        begin(nn.Linear(3, 2), Beginning(weights(nn.Linear(3, 2), same_outputs=False)))


def test_all_of_a_network_cannot_be_frozen() -> None:
    with pytest.raises(ConfigError) as told:
        begin(network(stages=3), Beginning(weights(network(stages=3)), frozen=5))
    assert str(told.value) == (
        "model.frozen = 5 leaves nothing to train: the network has 5 parts: 'stages.0', 'stages.1', 'stages.2', "
        "'stages.3', 'head'"
    )


def test_parts_move_by_their_share_of_the_learning_rate_and_frozen_ones_not_at_all() -> None:
    old, model = network(stages=3), network(stages=3, seed=1)
    begun = begin(model, Beginning(weights(old), frozen=1, rate_decay=0.5))
    before = {name: one.detach().clone() for name, one in model.named_parameters()}
    optimizer = make_optimizer("sgd", groups(model, "sgd", weight_decay=0.0, shares=begun.shares), learning_rate=1.0)
    model(torch.rand(5, 1, 8, 8)).square().sum().backward()
    gradients = {name: one.grad for name, one in model.named_parameters()}
    optimizer.step()
    moved = {name: before[name] - one.detach() for name, one in model.named_parameters()}
    for place, part in enumerate(["stages.0", "stages.1", "stages.2", "stages.3", "head"]):
        for name in (name for name in moved if name.startswith(part)):
            gradient = gradients[name]
            expected = torch.zeros_like(moved[name]) if gradient is None else gradient * 0.5 ** (4 - place)
            assert (gradient is None) == (place == 0)
            torch.testing.assert_close(moved[name], expected, atol=1e-6, rtol=1e-3)


def test_tensors_are_told_by_kind_where_that_is_what_differs() -> None:
    tensors = network().state_dict()
    wrong = save({**tensors, "stages.0.0.weight": tensors["stages.0.0.weight"].double()})
    with pytest.raises(ConfigError, match=r"as float64 of shape \(4, 1, 3, 3\), the network here has float32"):
        begin(network(), Beginning(Weights("old", wrong)))
