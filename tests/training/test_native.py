"""Recurrent networks in native code: gradients, dropout, and what may not get there."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from native_networks import batches_of, compiled, exact_step, native_step, network_of, steps_trained, unequal
from tunewright.training.native.library import Library, library
from tunewright.training.native.network import (
    Batches,
    CellName,
    Floats,
    Integers,
    Memory,
    Network,
    Rule,
    Shape,
    mask,
)

SETS = tuple(here.sets) if isinstance(here := library(), Library) else ("none",)
SHAPE = Shape("lstm", (6, 5), (0.2, 0.0), both_ways=False, features=3, time_step=4, batch=8)


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    layers = draw(st.integers(1, 3))
    cells: tuple[CellName, ...] = ("lstm", "gru")
    return Shape(
        draw(st.sampled_from(cells)),
        tuple(draw(st.lists(st.integers(1, 21), min_size=layers, max_size=layers))),
        tuple(draw(st.lists(st.sampled_from((0.0, 0.1, 0.5)), min_size=layers, max_size=layers))),
        both_ways=draw(st.booleans()),
        features=draw(st.integers(1, 19)),
        time_step=draw(st.integers(1, 13)),
        batch=draw(st.integers(1, 70)),
    )


@pytest.mark.parametrize("instructions", SETS)
@given(shape=shapes(), seed=st.integers(0, 2**32), share=st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_a_step_is_that_of_torch_in_double_precision(instructions: str, shape: Shape, seed: int, share: float) -> None:
    compiled()
    model, batches = network_of(shape, seed), batches_of(shape, 1 + int(share * (shape.batch - 1)), seed)
    ours = native_step(shape, model, batches, instructions=instructions, seed=seed, step=seed)
    exact = exact_step(shape, model, batches, instructions=instructions, seed=seed, step=seed)
    assert ours.loss == pytest.approx(exact.loss, rel=1e-5)
    idle = {name for name in exact.gradients if shape.cell == "lstm" and "bias_hh" in name}
    assert not any(ours.gradients[name].any() for name in idle), "they are not trained"
    trained = sorted(exact.gradients.keys() - idle)
    found, expected = (
        torch.cat([one[name].flatten() for name in trained]) for one in (ours.gradients, exact.gradients)
    )
    assert unequal(found, expected) < 1e-5


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("units", [32, 64])
def test_a_step_of_the_usual_size_is_that_of_torch_in_double_precision(cell: CellName, units: int) -> None:
    shape = Shape(cell, (units, units), (0.1, 0.1), both_ways=False, features=5, time_step=60, batch=32)
    model, batches = network_of(shape, 0), batches_of(shape, 32, 0)
    ours = native_step(shape, model, batches, instructions=SETS[0], seed=3, step=4)
    exact = exact_step(shape, model, batches, instructions=SETS[0], seed=3, step=4)
    assert ours.loss == pytest.approx(exact.loss, rel=1e-5)
    trained = {name: value for name, value in exact.gradients.items() if cell == "gru" or "bias_hh" not in name}
    assert max(unequal(ours.gradients[name], value) for name, value in trained.items()) < 1e-5


@given(
    rate=st.floats(0, 0.99),
    seed=st.integers(0, 2**64 - 1),
    step=st.integers(0, 2**40),
    layer=st.integers(0, 7),
    shape=st.tuples(st.integers(1, 5), st.integers(1, 40), st.integers(1, 9)),
)
@settings(deadline=None)
def test_a_mask_is_the_same_on_any_processor_and_for_more_windows(
    rate: float, seed: int, step: int, layer: int, shape: tuple[int, int, int]
) -> None:
    first, *others = [
        mask(compiled(), shape, rate, seed=seed, layer=layer, step=step, instructions=name) for name in SETS
    ]
    scale = 65536 / (65536 - int(np.float32(rate) * 65536 + 0.5))
    np.testing.assert_allclose(first[first != 0], scale, rtol=1e-6)
    for other in others:
        np.testing.assert_array_equal(other, first)
    moments, windows, units = shape
    wider = (moments, windows + 30, units)
    more = mask(compiled(), wider, rate, seed=seed, layer=layer, step=step, instructions=SETS[0])
    np.testing.assert_array_equal(more[:, :windows], first)


def test_masks_drop_as_often_as_they_are_told_and_differ() -> None:
    drawn = {
        (seed, layer, step): mask(
            compiled(), (50, 40, 50), 0.3, seed=seed, layer=layer, step=step, instructions=SETS[0]
        )
        for seed in (0, 1, 2**33)
        for layer in (0, 1)
        for step in (0, 1, 2**33)
    }
    for one in drawn.values():
        assert abs(float((one == 0).mean()) - 0.3) < 0.006  # four standard deviations
        assert abs(float(one.mean()) - 1) < 0.01
    zeros = [one == 0 for one in drawn.values()]
    together = [float((a & b).mean()) for i, a in enumerate(zeros) for b in zeros[:i]]
    assert max(abs(share - 0.09) for share in together) < 0.005, "they are independent"


def test_the_same_batches_give_the_same_bits() -> None:
    shape = Shape("gru", (9, 7), (0.3, 0.2), both_ways=True, features=4, time_step=9, batch=16)
    batches = batches_of(shape, 50, 0)
    np.testing.assert_array_equal(steps_trained(shape, batches, 3), steps_trained(shape, batches, 3))


def test_forecasts_do_not_depend_on_who_else_is_forecast() -> None:
    shape = Shape("lstm", (9, 7), (0.3, 0.2), both_ways=True, features=4, time_step=9, batch=16)
    batches = batches_of(shape, 50, 0)
    parameters = np.random.default_rng(0).normal(size=Network(compiled(), shape).parameters).astype(np.float32)
    whole = Network(compiled(), shape).predict(parameters, batches)
    alone = Batches(batches.series, batches.origins[-3:].copy(), batches.targets[-3:].copy(), shape.time_step)
    np.testing.assert_array_equal(Network(compiled(), shape).predict(parameters, alone), whole[-3:])


WRONG_SHAPES = st.sampled_from((
    ("units", ()), ("units", (0, 3)), ("units", (3, -1)), ("units", (5000, 3)), ("units", (3,)), ("units", (3,) * 9),
    ("dropout", (1.0, 0.0)), ("dropout", (-0.1, 0.0)), ("dropout", (float("nan"), 0.0)), ("dropout", (0.1,)),
    ("features", 0), ("features", -3), ("time_step", 0), ("time_step", 2**40), ("batch", 0), ("batch", 2**40),
    ("cell", "rnn"),
))  # fmt: skip


@given(wrong=WRONG_SHAPES)
def test_a_malformed_network_is_refused(wrong: tuple[str, object]) -> None:
    with pytest.raises(ValueError, match=r"expected|must be|more than memory"):
        Shape(**{**vars(SHAPE), wrong[0]: wrong[1]})


@st.composite
def arrays(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A series, origins and targets of any shape and kind."""
    kinds = st.sampled_from((np.float32, np.float64, np.int64, np.int32))

    def one(kind: type[np.generic], size: st.SearchStrategy[int]) -> np.ndarray:
        shape = draw(st.lists(size, min_size=0, max_size=3))
        made = np.asarray(np.random.default_rng(0).integers(-3, 30, shape)).astype(draw(st.just(kind) | kinds))
        return made[..., ::2] if made.ndim and draw(st.booleans()) else made

    return one(np.float32, st.integers(0, 30)), one(np.int64, st.integers(0, 9)), one(np.float32, st.integers(0, 9))


@given(given=arrays(), time_step=st.integers(-2, 12), order=st.lists(st.integers(-3, 12), max_size=12))
@settings(max_examples=500, deadline=None)
def test_malformed_arrays_do_not_reach_native_code(
    given: tuple[Floats, Integers, Floats], time_step: int, order: list[int]
) -> None:
    """Either they are refused, or all that native code reads lies within them."""
    network = Network(compiled(), SHAPE)
    parameters, memory = np.zeros(network.parameters, np.float32), Memory.empty(network.parameters)
    indices = np.array(order, np.int64)
    try:
        batches = Batches(*given, time_step)
        network.train(parameters, memory, batches, indices, by=Rule("adam", 1e-3, 0.0, seed=0))
    except ValueError:
        return
    assert batches.series.dtype == batches.targets.dtype == np.float32
    assert (time_step, batches.series.shape[1]) == (SHAPE.time_step, SHAPE.features)
    assert batches.series[batches.origins[:, None] + np.arange(1 - time_step, 1)].shape[0] == len(batches)
    assert all(0 <= index < len(batches) for index in order)


@pytest.mark.parametrize("what", ["parameters", "first", "steps"])
@pytest.mark.parametrize("change", ["short", "double", "strided"])
def test_parameters_that_do_not_fit_are_refused(what: str, change: str) -> None:
    network, batches = Network(compiled(), SHAPE), batches_of(SHAPE, 9, 0)
    given: dict[str, Any] = {
        "parameters": np.zeros(network.parameters, np.float32),
        "first": np.zeros(network.parameters, np.float32),
        "steps": np.zeros(1, np.int64),
    }
    right = given[what]
    made = {"short": right[:-1].copy(), "double": right.astype(np.float64), "strided": np.repeat(right, 2)[::2, None]}
    given[what] = made[change]
    memory = Memory(given["first"], np.zeros(network.parameters, np.float32), given["steps"])
    with pytest.raises(ValueError, match=r"expected an array|expected a contiguous array"):
        network.train(given["parameters"], memory, batches, np.arange(9), by=Rule("sgd", 0.1, 0.0, seed=0))


def test_a_gradient_is_of_one_batch() -> None:
    network, batches = Network(compiled(), SHAPE), batches_of(SHAPE, 9, 0)
    with pytest.raises(ValueError, match="expected a batch of 1 to 8 samples, found 9"):
        network.gradient(np.zeros(network.parameters, np.float32), batches, np.arange(9), seed=0, step=0)


def test_a_network_that_memory_cannot_hold_is_an_error() -> None:
    real = compiled()
    full = Library({**real.functions, "open": lambda *given: None}, real.sets)
    with pytest.raises(MemoryError, match="there is no memory for Shape"):
        Network(full, SHAPE)
