"""What many forecasts of the same days, each of them looked at, leave of one of them.

Losses come day by day: `losses` of shape (configurations, n), the one in question first, `benchmark` of shape (n,).
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from arch.bootstrap import MCS, StepM
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.statistics.levels import LEVEL
from tunewright.statistics.spa import SPA_REPLICATIONS, block_of, spa_of_gains, standardised_gain

Losses = NDArray[np.float64]

CONFIDENCE = 0.9
"""Of the model confidence set."""
CONTENDERS = 50
"""At most so many take part in it, those of the lowest losses: each is compared with each in every replication."""
SAME = 1e-10
"""Losses closer than this share of the largest one differ by rounding only."""


@dataclass(frozen=True)
class ManyTested:
    """configurations: that were looked at on the same days. spa_p: does the best of them beat the benchmark (Hansen
    2005)? in_stepm: is this one among those that do (Romano & Wolf 2005, at 1 %)? in_mcs, last_value_in_mcs: is it, is
    the benchmark among those of which one is the best (Hansen, Lunde & Nason 2011, at 90 %)?"""

    configurations: int
    spa_p: float
    in_stepm: bool
    in_mcs: bool
    last_value_in_mcs: bool

    def as_dict(self) -> dict[str, Any]:
        """All under their names, ready for JSON."""
        return asdict(self)


def adjusted_p(p: float, looks: int) -> float:
    """min(1, p (1 + looks)): Bonferroni's bound for a test that was one of `looks` + 1 on the same data."""
    if not (0 <= p <= 1 and looks >= 0):
        raise ValueError(f"expected 0 <= p <= 1 and looks >= 0, found p = {p} and {looks} looks")
    return min(1.0, p * (1 + looks))


def many_tested(losses: Losses, benchmark: Losses, *, horizon: int, seed: int) -> ManyTested:
    """All configurations together against the benchmark, and against each other.

    Stationary bootstrap, 1,000 replications, mean block of max(2 * horizon, n^(1/3)) days, studentised. Raises
    ValueError for shapes that do not match or losses that are not finite, DataError unless 1 <= horizon < n.
    """
    _check(losses, benchmark, horizon=horizon)
    gains = _gains(losses, benchmark, horizon=horizon)
    mine, last = _confidence_set(np.vstack([losses, benchmark]), horizon=horizon, seed=seed)
    return ManyTested(
        configurations=len(losses),
        spa_p=spa_of_gains(
            [gain for gain in gains if gain is not None], days=len(benchmark), horizon=horizon, seed=seed
        ),
        in_stepm=_in_stepm(gains, horizon=horizon, seed=seed, size=LEVEL),
        in_mcs=mine,
        last_value_in_mcs=last,
    )


def among_superior(losses: Losses, benchmark: Losses, *, horizon: int, seed: int, size: float) -> bool:
    """Whether the first of `losses` is among those found superior to the benchmark (Romano & Wolf 2005). size: the
    probability of finding any that is not. Bootstrap as of `many_tested`."""
    return _in_stepm(_gains(losses, benchmark, horizon=horizon), horizon=horizon, seed=seed, size=size)


def _gains(losses: Losses, benchmark: Losses, *, horizon: int) -> list[Losses | None]:
    """Standardised, as arch does not divide by their variances; None of what cannot be told from the benchmark."""
    return [None if _same(one, benchmark) else standardised_gain(benchmark - one, horizon=horizon) for one in losses]


def _in_stepm(gains: list[Losses | None], *, horizon: int, seed: int, size: float) -> bool:
    first, tested = gains[0], [gain for gain in gains if gain is not None]
    if first is None or len(first) < 3 or first.mean() <= 0:
        return False
    block = block_of(len(first), horizon=horizon)
    columns = -np.column_stack(tested)
    test = StepM(np.zeros(len(first)), columns, size=size, block_size=block, reps=SPA_REPLICATIONS, seed=seed)
    test.compute()
    return 0 in test.superior_models


def _confidence_set(losses: Losses, *, horizon: int, seed: int) -> tuple[bool, bool]:
    """Whether the first and the last are in it. Equal losses take part once, as their difference has no variance; so do
    those that are a constant apart, of which all but the lowest are out."""
    stands_for: list[int] = []
    for place in np.argsort(losses.mean(axis=1), kind="stable"):
        if not any(_constant_apart(losses[place], losses[other]) for other in stands_for):
            stands_for.append(int(place))
    stands_for = [place for rank, place in enumerate(stands_for) if rank < CONTENDERS or place in (0, len(losses) - 1)]
    if len(stands_for) == 1 or losses.shape[1] < 3:
        kept = set(stands_for) if losses.shape[1] >= 3 else set(range(len(losses)))
    else:
        block = block_of(losses.shape[1], horizon=horizon)
        test = MCS(losses[stands_for].T, 1 - CONFIDENCE, reps=SPA_REPLICATIONS, block_size=block, method="R", seed=seed)
        test.compute()
        kept = {stands_for[int(str(place))] for place in test.included}
    first, last = (any(_same(losses[place], losses[one]) for one in kept) for place in (0, len(losses) - 1))
    return first, last


def _same(one: Losses, other: Losses) -> bool:
    return bool(np.max(np.abs(one - other)) <= SAME * max(np.max(one), np.max(other)))


def _constant_apart(one: Losses, other: Losses) -> bool:
    return bool(np.std(one - other) <= SAME * max(np.max(one), np.max(other)))


def _check(losses: Losses, benchmark: Losses, *, horizon: int) -> None:
    if losses.ndim != 2 or not len(losses) or losses.shape[1:] != benchmark.shape:
        raise ValueError(
            f"losses have shape {losses.shape} and the benchmark's {benchmark.shape}, expected (configurations, n) and "
            "(n,): pass one loss for each day"
        )
    if not (np.isfinite(losses).all() and np.isfinite(benchmark).all()):
        raise ValueError("losses must be finite, found some that are not: mend what computes them")
    if not 1 <= horizon < len(benchmark):
        raise DataError(
            f"a test of losses needs 1 <= horizon < days, found a horizon of {horizon} and {len(benchmark)} days: "
            "seal more rows or forecast less far"
        )
