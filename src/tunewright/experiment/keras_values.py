"""The values that a hyperparameter of KerasTuner may have."""

from typing import Any, TypeAlias

from keras_tuner.engine import hyperparameters as kinds

HyperParameter: TypeAlias = kinds.HyperParameter


def value_at(one: HyperParameter, share: float) -> Any:
    """Its value at a share of its range, from 0 to below 1. KerasTuner's own may lie beside the range by a rounding."""
    value = one.prob_to_value(share)
    return value if isinstance(one, kinds.Choice | kinds.Boolean) else min(max(value, one.min_value), one.max_value)


def steps(one: HyperParameter) -> tuple[Any, ...]:
    """Its values in order; ten evenly spread ones where there is no end of them."""
    if isinstance(one, kinds.Choice | kinds.Boolean):
        return tuple(one.values)
    if one.step is None:
        return tuple(dict.fromkeys(value_at(one, number / 10 + 0.05) for number in range(10)))
    return tuple((int if isinstance(one, kinds.Int) else float)(value) for value in one.values)


def are_listed(one: HyperParameter) -> bool:
    """Whether it has a list of values and no range: choices, and steps that multiply."""
    return isinstance(one, kinds.Choice | kinds.Boolean) or (one.step is not None and one.sampling != "linear")


def highest(one: HyperParameter) -> int:
    """The last whole number that its steps reach."""
    step = one.step or 1
    return int(one.min_value + (one.max_value - one.min_value) // step * step)
