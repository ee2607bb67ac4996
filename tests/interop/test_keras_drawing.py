"""Hyperparameters as KerasTuner has them and as a search draws them are the same."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from keras_tuner import HyperParameters
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from tunewright.core.codec import canonical
from tunewright.experiment.keras_asked import asked
from tunewright.experiment.keras_values import steps, value_at
from tunewright.interop.keras.drawing import distribution
from tunewright.interop.keras.proposing import Space, _leaves

SAMPLINGS = st.sampled_from(["linear", "log", "reverse_log"])


@st.composite
def numbers(draw: st.DrawFn) -> Any:
    """An Int or a Float, with any step and sampling that KerasTuner takes."""
    whole, sampling = draw(st.booleans()), draw(SAMPLINGS)
    low = draw(st.integers(1, 50)) if whole else draw(st.floats(1e-4, 10))
    high = low + (draw(st.integers(1, 200)) if whole else draw(st.floats(0.1, 100)))
    step: Any = None
    if draw(st.booleans()) and sampling != "reverse_log":
        if sampling == "log":
            step = draw(st.integers(2, 4))
        else:
            step = draw(st.integers(1, 20)) if whole else draw(st.floats(0.05, 5))
    hp = HyperParameters()
    ask = hp.Int if whole else hp.Float
    try:
        ask("x", low, high, step=step, sampling=sampling)
    except ValueError:
        assume(False)
    return hp.space[0]


choices = st.lists(st.integers(-9, 9), min_size=1, max_size=6, unique=True)


@given(numbers(), st.floats(0, 1, exclude_max=True))
def test_what_kerastuner_draws_is_in_the_distribution(one: Any, share: float) -> None:
    value, found = value_at(one, share), distribution(one)
    if isinstance(found, CategoricalDistribution):
        assert any(value == pytest.approx(choice) for choice in found.choices)
    else:
        assert isinstance(found, IntDistribution | FloatDistribution)
        assert found.low - 1e-9 <= value <= found.high * (1 + 1e-9) + 1e-9
    assert all(type(step) is type(value) for step in steps(one))


@given(numbers(), st.floats(0, 1, exclude_max=True))
def test_what_kerastuner_draws_is_in_the_space_of_an_experiment(one: Any, share: float) -> None:
    found = asked(lambda hp: hp._register(one), {}).space["x"]
    value = value_at(one, share)
    if found.choices is not None:
        assert any(value == pytest.approx(choice) for choice in found.choices)
    else:
        assert found.low is not None
        assert found.high is not None
        assert found.low <= value <= found.high


@given(numbers())
def test_steps_are_in_order_and_in_the_distribution(one: Any) -> None:
    known = steps(one)
    assert list(known) == sorted(set(known))
    assert all(one.min_value <= value <= one.max_value * (1 + 1e-9) for value in known)
    if one.step is not None:
        assert known[0] == one.min_value
        drawn = {value_at(one, (number + 0.5) / len(known)) for number in range(len(known))}
        assert sorted(drawn) == pytest.approx(list(known))


@given(choices)
def test_choices(values: list[int]) -> None:
    hp = HyperParameters()
    hp.Choice("x", values)
    one = hp.space[0]
    assert steps(one) == tuple(values)
    assert set(distribution(one).choices) == {one.prob_to_value((n + 0.5) / len(values)) for n in range(len(values))}  # type: ignore[attr-defined]


trees = st.recursive(
    st.none(), lambda inner: st.lists(inner, min_size=1, max_size=3), max_leaves=12
)  # each list is a choice of as many branches


def size(tree: Any) -> int:
    return 1 if tree is None else sum(size(branch) for branch in tree)


@given(trees)
def test_every_leaf_of_a_tree_is_visited_once_and_in_order(tree: Any) -> None:
    def build(hp: Any) -> None:
        at, way = tree, "x"
        while at is not None:
            number = hp.Choice(way, list(range(len(at))))
            at, way = at[number], f"{way}{number}"

    space = Space(build, HyperParameters(), True)
    found = list(_leaves(space, ()))
    assert len(found) == len({canonical(one) for one in found}) == size(tree)
    for number, leaf in enumerate(found):
        assert list(_leaves(space, (), after=leaf)) == found[number + 1 :]
