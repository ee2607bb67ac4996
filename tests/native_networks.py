"""Networks in native code, beside what they are in PyTorch."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tunewright.prices.networks.recurrent import Recurrent, recurrent_layer
from tunewright.prices.training.compiled import joined
from tunewright.training.native.library import Library, library
from tunewright.training.native.network import Batches, Floats, Memory, Network, Rule, Shape, mask


def compiled() -> Library:
    """The library of this machine, or the test is skipped."""
    found = library()
    if not isinstance(found, Library):
        pytest.skip(f"no compiled engine: {found.reason}")
    return found


def network_of(shape: Shape, seed: int) -> Recurrent:
    """In PyTorch, with random weights everywhere; the LSTM's second bias, which is not trained, is zero."""
    generator = torch.Generator().manual_seed(seed)
    widths = (shape.features, *(units * (1 + shape.both_ways) for units in shape.units))
    layers: list[nn.LSTM | nn.GRU] = [
        recurrent_layer(nn.LSTM, inputs, units, both_ways=shape.both_ways, generator=generator)
        if shape.cell == "lstm"
        else recurrent_layer(nn.GRU, inputs, units, both_ways=shape.both_ways, generator=generator)
        for inputs, units in zip(widths, shape.units, strict=False)
    ]
    model = Recurrent(layers, shape.dropout, attention=None, generator=generator)
    with torch.no_grad():
        for name, one in model.named_parameters():
            if "bias" in name and not (shape.cell == "lstm" and "bias_hh" in name):
                one.uniform_(-0.5, 0.5, generator=generator)
    return model


def batches_of(shape: Shape, count: int, seed: int) -> Batches:
    random = np.random.default_rng(seed)
    rows = shape.time_step + 40
    series = random.normal(size=(rows, shape.features)).astype(np.float32)
    origins = random.integers(shape.time_step - 1, rows, size=count)
    # Far from what is forecast: a difference of two numbers that are near has no relative precision.
    targets = 3 + random.normal(size=count)
    return Batches(series, origins, targets.astype(np.float32), shape.time_step)


@dataclass(frozen=True)
class Step:
    """One batch: a squared error, and gradients by parameter."""

    loss: float
    gradients: dict[str, Tensor]


def native_step(shape: Shape, model: Recurrent, batches: Batches, *, instructions: str, seed: int, step: int) -> Step:
    network = Network(compiled(), shape, instructions=instructions)
    parameters = joined(model).numpy().copy()
    order = np.arange(len(batches))
    loss, flat = network.gradient(parameters, batches, order, seed=seed, step=step)
    named = list(model.named_parameters())
    parts = torch.split(torch.from_numpy(flat), [one.numel() for _, one in named])
    return Step(loss, {name: part.view_as(one) for (name, one), part in zip(named, parts, strict=True)})


def exact_step(shape: Shape, model: Recurrent, batches: Batches, *, instructions: str, seed: int, step: int) -> Step:
    """By PyTorch's own backward pass in double precision, with the masks that native code draws."""
    exact = model.double()
    windows = batches.series[batches.origins[None, :] + np.arange(1 - shape.time_step, 1)[:, None]]
    states = torch.from_numpy(windows).double()
    for index, layer in enumerate(exact.layers):
        states, _ = layer(states)
        if index == len(shape.units) - 1:
            states = exact._ended(states)[None]
        drawn = mask(
            compiled(),
            (states.shape[0], states.shape[1], states.shape[2]),
            shape.dropout[index],
            seed=seed,
            layer=index,
            step=step,
            instructions=instructions,
        )
        states = states * torch.from_numpy(drawn).double()
    errors = exact.head(states[0])[:, 0] - torch.from_numpy(batches.targets).double()
    (errors**2).mean().backward()
    named = exact.named_parameters()
    return Step(float((errors.detach() ** 2).sum()), {name: one.grad for name, one in named if one.grad is not None})


def unequal(found: Tensor, expected: Tensor) -> float:
    """Length of the difference, in units of what is expected."""
    return float((found.double() - expected).norm() / expected.norm().clamp(min=1e-30))


def steps_trained(shape: Shape, batches: Batches, steps: int) -> Floats:
    """Forecasts after some batches of Adam."""
    network = Network(compiled(), shape)
    parameters = joined(network_of(shape, 0)).numpy().copy()
    memory, rule = Memory.empty(network.parameters), Rule("adam", 1e-3, 0.0, seed=1)
    for _ in range(steps):
        network.train(parameters, memory, batches, np.arange(len(batches)), by=rule)
    return network.predict(parameters, batches)
