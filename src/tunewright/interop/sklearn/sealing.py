"""The last samples, which no search sees: what the winner and a naive baseline reach there, and is it chance."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tunewright.interop.sklearn.checking import plain
from tunewright.interop.sklearn.splitting import RowNumbers
from tunewright.statistics.differences import PairedDifference, paired_difference
from tunewright.statistics.proportions import Accuracy, accuracy

if TYPE_CHECKING:  # with them comes `arch`, which takes a second to load
    from tunewright.prices.judging.wording import Conclusion
    from tunewright.statistics.forecasts import TestResult

Array: TypeAlias = npt.NDArray[np.float64]
Labels: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True)
class SealedForecast:
    """On `count` sealed samples. skill: share of the baseline's squared error that the winner takes off. clark_west,
    diebold_mariano: could it be luck (statistics/forecasts.py)? conclusion: `skill`, `no_skill` or `worse`, as of every
    sealed test of forecasts here (docs/concepts.md)."""

    count: int
    skill: float
    clark_west: "TestResult"
    diebold_mariano: "TestResult"
    conclusion: "Conclusion"


@dataclass(frozen=True)
class SealedClassification:
    """accuracy: of the winner, with its 95 % interval. baseline: of the naive one. difference: between the two on the
    same samples, with its 95 % interval and McNemar's p (statistics/differences.py)."""

    accuracy: Accuracy
    baseline: Accuracy
    difference: PairedDifference


def cut(count: int, test_size: Any, *, gap: int) -> tuple[RowNumbers, RowNumbers]:
    """Numbers of the samples to develop on, and of those that are sealed: the last ones.

    test_size: their share, or their number; None seals none. gap: samples left out before them, fewer than are sealed.
    Raises ValueError.
    """
    if test_size is None:
        return np.arange(count), np.arange(0)
    sealed = _sealed(count, test_size)
    least = max(2, gap + 1)
    if sealed < least or count - sealed - gap < 2:
        raise ValueError(
            f"test_size = {test_size!r} of {count} samples: expected at least {least} sealed and 2 to develop on, "
            f"found {sealed} and {max(0, count - sealed - gap)} (gap {gap}); give another test_size, or more samples"
        )
    return np.arange(count - sealed - gap), np.arange(count - sealed, count)


def judge_forecasts(actual: Array, baseline: Array, model: Array, *, horizon: int) -> SealedForecast:
    """All of shape (samples,). horizon: samples from what is known to what is forecast."""
    from tunewright.prices.judging.metrics import skill_against
    from tunewright.prices.judging.verdict import conclude
    from tunewright.statistics.forecasts import clark_west, diebold_mariano

    exact = np.array_equal(actual, baseline)  # then nothing can be better, and no share of an error be taken off
    skill = (0.0 if np.array_equal(actual, model) else -np.inf) if exact else skill_against(actual, baseline, model)
    nested = clark_west(actual, baseline, model, horizon=horizon)
    paired = diebold_mariano(actual, baseline, model, horizon=horizon)
    conclusion = conclude(skill, clark_west_p=nested.p, diebold_mariano_p=paired.p)
    return SealedForecast(len(actual), skill, nested, paired, conclusion)


def judge_classes(actual: Labels, baseline: Labels, model: Labels) -> SealedClassification:
    """Labels of shape (samples,)."""
    right, naive = np.asarray(actual == model), np.asarray(actual == baseline)
    return SealedClassification(accuracy(right), accuracy(naive), paired_difference(right, naive))


def check_classes(y: Labels, development: RowNumbers, sealed: RowNumbers) -> None:
    """Raise ValueError where samples that are sorted by class leave one out on either side."""
    known, tested = np.unique(y[development]), np.unique(y[sealed])
    if len(sealed) and not np.array_equal(known, tested):
        missing = plain(np.setxor1d(known, tested)[0])
        side = "last, sealed" if missing in known else "first, unsealed"
        raise ValueError(
            f"y: expected every class among the sealed samples and among the others, found no {missing!r} among the "
            f"{side} ones; shuffle the samples, unless their order is that of time, or give another test_size"
        )


def _sealed(count: int, test_size: Any) -> int:
    if isinstance(test_size, bool) or not isinstance(test_size, int | float | np.number):
        raise ValueError(f"test_size: expected a share, a number of samples, or None, found {test_size!r}")
    if isinstance(test_size, int | np.integer):
        return int(test_size)
    if not 0 < test_size < 1:
        raise ValueError(f"test_size: expected a share between 0 and 1, found {test_size!r}")
    return round(count * float(test_size))
