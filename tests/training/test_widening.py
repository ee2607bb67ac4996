"""The maximal-update parametrisation: outputs move alike at every width, and nothing changes where nothing grows."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest
import torch
from torch import nn

from tunewright.core.seeds import SeedTree
from tunewright.images.families.cnn import CNNSettings
from tunewright.images.families.feedforward import FeedForwardSettings
from tunewright.images.networks.cnn import CNN
from tunewright.images.networks.feedforward import FeedForward
from tunewright.images.training.optimizing import make_image_optimizer
from tunewright.prices.families.family import Shape
from tunewright.prices.families.known import FAMILIES
from tunewright.training.names import OptimizerName
from tunewright.training.optimizers import make_optimizer
from tunewright.training.streams import stream
from tunewright.training.widening import NOTHING, Growth, begin_wide, groups, growths

Make = Callable[[int, int], nn.Module]
WIDTHS = (8, 16, 32, 64)


def cnn(width: int, seed: int, *, norm: str = "batch") -> nn.Module:
    torch.manual_seed(seed)
    settings = CNNSettings(width=width, max_width=4 * width, stages=2, norm=norm)  # type: ignore[arg-type]
    return CNN(settings.spec(), (3, 8, 8), 10)


def plain_cnn(width: int, seed: int) -> nn.Module:
    return cnn(width, seed, norm="none")


def feedforward(width: int, seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return FeedForward(FeedForwardSettings(layers=2, units=4 * width, batch_norm=False).spec(), (3, 8, 8), 10)


def of_prices(name: str) -> Make:
    family = FAMILIES.named(name)

    def make(width: int, seed: int) -> nn.Module:
        spec = family.settings.model_validate({family.widths[0]: width}).spec()  # type: ignore[attr-defined]
        return family.build(spec, Shape(12, 3), stream(SeedTree(seed), "initialise"))

    return make


def moved(make: Make, width: int, *, optimizer: OptimizerName, rate: float, widened: bool, steps: int = 4) -> float:
    """By how much the outputs have changed after a few steps: the standard deviation, mean over three first weights."""
    generator = torch.Generator().manual_seed(0)
    found = []
    for seed in range(3):
        model = make(width, seed)
        image = not hasattr(model, "layers") and isinstance(model, CNN | FeedForward)
        size = (32, 3, 8, 8) if image else (12, 32, 3)
        inputs = torch.randn(size, generator=generator)
        targets = torch.randint(10, (32,), generator=generator) if image else torch.randn(32, generator=generator)
        grown = begin_wide(model, lambda number: make(WIDTHS[0], 100 + number)) if widened else NOTHING
        rule = make_optimizer(optimizer, groups(model, optimizer, weight_decay=0.0, grown=grown), learning_rate=rate)
        before = model(inputs).detach()
        for _ in range(steps):
            outputs = model(inputs)
            loss = nn.functional.cross_entropy(outputs, targets) if image else (outputs - targets).square().mean()
            rule.zero_grad()
            loss.backward()
            rule.step()
        found.append(float((model(inputs).detach() - before).std()))
    return float(np.mean(found))


def slope(make: Make, *, optimizer: OptimizerName, rate: float, widened: bool) -> float:
    """Of log change over log width: 0 where the change does not depend on the width. Of wide networks: what the first
    weights alone say of the outputs fades as they grow."""
    changes = [moved(make, width, optimizer=optimizer, rate=rate, widened=widened) for width in WIDTHS[1:]]
    return float(np.polyfit(np.log(WIDTHS[1:]), np.log(changes), 1)[0])


@pytest.mark.parametrize(
    ("make", "optimizer", "rate"),
    [
        (cnn, "sgd", 0.02),
        (cnn, "adam", 0.0005),
        (plain_cnn, "adam", 0.0002),
        (feedforward, "sgd", 0.005),
        (feedforward, "adam", 0.0005),
        (of_prices("lstm"), "adam", 0.003),
        (of_prices("gru"), "rmsprop", 0.001),
        (of_prices("mlp"), "adam", 0.003),
        (of_prices("tcn"), "adam", 0.003),
    ],
    ids=["cnn-sgd", "cnn-adam", "cnn-without-norm", "feedforward-sgd", "feedforward-adam", "lstm", "gru", "mlp", "tcn"],
)
def test_outputs_move_alike_at_every_width(make: Make, optimizer: OptimizerName, rate: float) -> None:
    with_it, without = (slope(make, optimizer=optimizer, rate=rate, widened=widened) for widened in (True, False))
    assert abs(with_it) < 0.35, "a coordinate check (Yang et al. 2022, appendix D)"
    assert without > with_it + 0.3, "which the check can tell from the usual first weights and rates"


def test_first_weights_and_rates_are_those_of_the_table() -> None:
    """Table 3 of Yang et al. 2022, for a network that is four times as wide."""
    assert (Growth(4, 1).deviation, Growth(4, 4).deviation, Growth(1, 4).deviation) == (1, 0.5, 0.25)
    assert [Growth(4, 1).rate(adaptive=adaptive) for adaptive in (False, True)] == [4, 1]
    assert [Growth(4, 4).rate(adaptive=adaptive) for adaptive in (False, True)] == [1, 0.25]
    assert [Growth(1, 4).rate(adaptive=adaptive) for adaptive in (False, True)] == [0.25, 0.25]
    grown = growths(cnn(8, 0), cnn(32, 0))
    assert grown["stages.0.0.weight"] == Growth(4, 1)
    assert grown["stages.1.0.weight"] == Growth(4, 4)
    assert grown["stages.1.2.weight"] == Growth(4, 1), "a norm has outputs alone"
    assert (grown["head.weight"], grown["head.bias"]) == (Growth(1, 4), Growth(1, 1))
    with pytest.raises(ValueError, match="differ in more than their width: stages"):
        growths(cnn(8, 0), CNN(CNNSettings(stages=3).spec(), (3, 8, 8), 10))


def test_where_nothing_grows_nothing_changes() -> None:
    def weights(grown_from: Make | None) -> Mapping[str, torch.Tensor]:
        model = cnn(8, 0)
        grown = NOTHING if grown_from is None else begin_wide(model, lambda number: grown_from(8, 100 + number))
        rule = make_image_optimizer("sgd", model, learning_rate=0.1, momentum=0.9, weight_decay=0.01, grown=grown)
        images = torch.ones(4, 3, 8, 8)
        for _ in range(2):
            rule.zero_grad()
            model(images).square().sum().backward()
            rule.step()
        return model.state_dict()

    plain, same = weights(None), weights(cnn)
    assert all(torch.equal(plain[name], same[name]) for name in plain)
