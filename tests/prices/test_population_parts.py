"""Layouts, masks and the forward pass of populations, beside what they stand for."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from native_networks import compiled, network_of
from tunewright.prices.networks.recurrent import Recurrent
from tunewright.prices.training.population.layout import Layout, give_numbers, numbers_of
from tunewright.prices.training.population.masks import Chance, _philox, limit, mask
from tunewright.prices.training.population.network import forecasts
from tunewright.training.native import network as native


@st.composite
def shapes(draw: st.DrawFn) -> native.Shape:
    cell = draw(st.sampled_from(native.CELLS))
    units = tuple(draw(st.lists(st.integers(1, 20), min_size=1, max_size=3)))
    return native.Shape(
        cell,
        units,
        (0.0,) * len(units),
        both_ways=cell == "lstm" and draw(st.booleans()),
        features=draw(st.integers(1, 4)),
        time_step=draw(st.integers(1, 5)),
        batch=draw(st.integers(1, 6)),
    )


def model_of(shape: native.Shape, seed: int) -> Recurrent:
    """As families build it: the LSTM's second bias is not trained."""
    model = network_of(shape, seed)
    for name, one in model.named_parameters():
        one.requires_grad_(not (shape.cell == "lstm" and "bias_hh" in name))
    return model


def stacked(shape: native.Shape, models: list[Recurrent]) -> tuple[Layout, torch.Tensor, list[torch.Tensor]]:
    layout = Layout.of(models[0], shape.features)
    places = [layout.places(shape.units) for _ in models]
    rows = torch.zeros(len(models), layout.numbers)
    for row, model, where in zip(rows, models, places, strict=True):
        row[where] = numbers_of(model)
    return layout, rows, places


@settings(max_examples=25, deadline=None)
@given(shapes(), st.integers(0, 2**31))
def test_the_stacked_pass_and_its_gradients_are_those_of_each_module(shape: native.Shape, seed: int) -> None:
    models = [model_of(shape, seed + number) for number in range(3)]
    layout, rows, places = stacked(shape, models)
    generator = torch.Generator().manual_seed(seed)
    windows = torch.randn(3, shape.time_step, shape.batch, shape.features, generator=generator)
    given_rows = rows.requires_grad_()
    without = (None,) * len(shape.units)
    found = forecasts(layout, given_rows, windows, chances=without, steps=torch.zeros(3, dtype=torch.int64))
    (gradients,) = torch.autograd.grad(found.square().sum(), given_rows)
    for number, (model, where) in enumerate(zip(models, places, strict=True)):
        expected = model(windows[number])
        trained = [one for one in model.parameters() if one.requires_grad]
        exact = torch.autograd.grad(expected.square().sum(), trained)
        torch.testing.assert_close(found[number], expected, rtol=1e-4, atol=1e-5)
        flat = torch.cat([one.reshape(-1) for one in exact])
        torch.testing.assert_close(gradients[number][where], flat, rtol=1e-3, atol=1e-4)
        padding = torch.ones(layout.numbers, dtype=torch.bool).index_fill_(0, where, False)
        assert not gradients[number][padding].any()


@settings(max_examples=25, deadline=None)
@given(shapes(), st.integers(0, 2**31))
def test_every_number_has_one_place_and_comes_back_from_it(shape: native.Shape, seed: int) -> None:
    model, other = model_of(shape, seed), model_of(shape, seed + 1)
    _, rows, places = stacked(shape, [model])
    assert len(set(places[0].tolist())) == len(places[0]) == len(numbers_of(model))
    give_numbers(other, rows[0][places[0]])
    assert all(torch.equal(one, two) for one, two in zip(model.parameters(), other.parameters(), strict=True))


def test_numbers_are_drawn_as_their_authors_publish() -> None:
    """The known answers of Random123 for philox4x32-7."""
    known = [
        ((0,) * 4, (0, 0), (0x5F6FB709, 0x0D893F64, 0x4F121F81, 0x4F730A48)),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x5207DDC2, 0x45165E59, 0x4D8EE751, 0x8C52F662)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0x4DFCCABA, 0x190A87F0, 0xC47362BA, 0xB6B5242A),
        ),
    ]
    for counter, key, answer in known:
        words = [torch.tensor(word).view(1, 1, 1, 1) for word in counter]
        assert tuple(int(word) for word in _philox(*words, seeds=torch.tensor([key]))) == answer


def chance(seeds: list[int], rates: list[float], own: list[int], *, states: int) -> Chance:
    """Of members with so many of the states of their own, which come first."""
    numbers = torch.arange(states)
    return Chance(
        torch.tensor([(seed & 0xFFFFFFFF, seed >> 32) for seed in seeds]),
        torch.tensor([limit(rate) for rate in rates]),
        torch.stack([torch.where(numbers < count, numbers, 0) for count in own]),
        torch.tensor([(count + 7) // 8 for count in own]),
    )


members = st.tuples(st.integers(0, 2**63 - 1), st.floats(0, 0.99), st.integers(1, 24), st.integers(0, 2**34))


@settings(max_examples=25, deadline=None)
@given(st.lists(members, min_size=1, max_size=4), st.integers(1, 4), st.integers(1, 20), st.integers(0, 2))
def test_masks_are_those_of_the_compiled_engine_whoever_else_draws(
    drawn: list[tuple[int, float, int, int]], moments: int, windows: int, layer: int
) -> None:
    library = compiled()
    seeds, rates, own, steps = (list(one) for one in zip(*drawn, strict=True))
    found = mask(
        chance(seeds, rates, own, states=24), torch.tensor(steps), layer=layer, moments=moments, windows=windows
    )
    for number, (seed, rate, count, step) in enumerate(drawn):
        instructions = next(iter(library.sets))
        shape = (moments, windows, count)
        theirs = native.mask(library, shape, rate, seed=seed, layer=layer, step=step, instructions=instructions)
        np.testing.assert_allclose(found[number, :, :, :count].numpy(), theirs, rtol=1e-6)


def test_as_many_are_dropped_as_the_rate_says() -> None:
    found = mask(
        chance([1, 2], [0.25, 0.0], [64, 64], states=64), torch.tensor([0, 0]), layer=0, moments=20, windows=50
    )
    assert float((found[0] == 0).float().mean()) == pytest.approx(0.25, abs=0.006)
    assert float(found[0].mean()) == pytest.approx(1, abs=0.01)
    assert bool((found[1] == 1).all())
