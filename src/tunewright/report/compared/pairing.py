"""All pairs of several runs, tested, and p corrected for their number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from tunewright.report.compared.outcome import Agreement, Pair
from tunewright.statistics.holm import holm

Values = npt.NDArray[np.generic]
"""Of one run, shape (trainings, common rows); the model that is shipped comes first."""


@dataclass(frozen=True)
class Tested:
    """The first one's value to the second one's: a difference, its 95 % interval, and the two-sided p."""

    difference: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Entry:
    """What a run brings. values: losses, or whether it is right. forecasts: of the shipped model, shape (rows,)."""

    label: str
    values: Values
    forecasts: Values

    @property
    def mean(self) -> float:
        return float(self.values.mean())


def tested_pairs(
    entries: Sequence[Entry], test: Callable[[Values, Values], Tested], *, high_is_good: bool
) -> tuple[Pair, ...]:
    """Each pair once, the better one first; equals stay in their order. test: of values of equal numbers of rows, one
    training each or several each. p is corrected after Holm (1979) for all pairs."""
    found = [_pair(one, other, test, high_is_good) for one, other in combinations(entries, 2)]
    adjusted = holm([pair.p for pair in found])
    return tuple(replace(pair, adjusted_p=p) for pair, p in zip(found, adjusted, strict=True))


def agreement(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> Agreement:
    """Of two models on the same rows: whether they are right, shape (rows,)."""
    counts = (one & other, one & ~other, other & ~one, ~(one | other))
    return Agreement(*(int(np.count_nonzero(flags)) for flags in counts))


def _pair(one: Entry, other: Entry, test: Callable[[Values, Values], Tested], high_is_good: bool) -> Pair:
    values = _of_equal_standing(one.values, other.values)
    ahead, behind = (float(found.mean()) for found in values)
    if (ahead < behind) if high_is_good else (ahead > behind):
        one, other, values = other, one, values[::-1]
    trainings = (len(values[0]), len(values[1]))
    if _same(one, other, trainings):
        return Pair(one.label, other.label, 0.0, 0.0, 0.0, 1.0, 1.0, trainings, same=True)
    found = test(*values)
    return Pair(one.label, other.label, found.difference, found.low, found.high, found.p, found.p, trainings)


def _of_equal_standing(one: Values, other: Values) -> tuple[Values, Values]:
    """All trainings of both, or the first of each where one run has no more: its seeds' scatter is not known."""
    return (one, other) if min(len(one), len(other)) > 1 else (one[:1], other[:1])


def _same(one: Entry, other: Entry, trainings: tuple[int, int]) -> bool:
    if trainings == (1, 1):
        return np.array_equal(one.forecasts, other.forecasts)
    return np.array_equal(one.values, other.values) and np.array_equal(one.forecasts, other.forecasts)
