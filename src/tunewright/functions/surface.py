"""A function of two numbers, evaluated all over its space: for the report's contour plot."""

from collections.abc import Callable
from typing import cast

import numpy as np

from tunewright.core.codec import Json
from tunewright.core.parameters import Choice, Integer, Parameter
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Space
from tunewright.functions.calling import FunctionObjective
from tunewright.training.observer import Snapshot

POINTS = 41


class _NoRungs:
    value: float | None = None

    def snapshot(self) -> Snapshot | None:
        return None

    def report(self, epoch: int, value: float) -> None:
        pass

    def seconds(self) -> float:
        return 0.0

    def keep(self, make: Callable[[], Snapshot]) -> None:
        pass


def surface(objective: FunctionObjective, space: Space) -> dict[str, Json]:
    """x, y: values of the first and of the second parameter, at most 41 each. z: a row for each y, a column for each x.

    A point at which the function fails is None.
    """
    (x_name, x_range), (y_name, y_range) = space.parameters.items()
    x, y = _axis(x_range), _axis(y_range)
    z = [[_height(objective, {x_name: one, y_name: other}) for one in x] for other in y]
    return {"x": x, "y": y, "z": z}


def _axis(parameter: Parameter) -> list[int | float]:
    assert not isinstance(parameter, Choice), "a surface is drawn over numbers"
    if parameter.step is not None and not parameter.log and parameter.count() <= POINTS:
        return cast("list[int | float]", list(parameter.values()))
    spread = np.geomspace if parameter.log else np.linspace
    points = np.clip(spread(parameter.low, parameter.high, POINTS), parameter.low, parameter.high).tolist()
    if isinstance(parameter, Integer):
        low, step = parameter.low, parameter.step
        return sorted({low + round((point - low) / step) * step for point in points})
    return sorted({parameter.exact(point) for point in points})


def _height(objective: FunctionObjective, params: dict[str, int | float]) -> float | None:
    try:
        return objective(params, 0, seeds=SeedTree(0), rungs=_NoRungs()).score
    except Exception:  # where a function of the user's has no value, the surface has a hole
        return None
