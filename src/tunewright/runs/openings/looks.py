"""Which openings were looks at the same sealed test, and how many different forecasts they told of."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tunewright.runs.openings.opening import Opening, Seen

LEAST_SHARED = 0.1
"""Share of this test's units that another must have in common with it to be a look at it."""
TOLERANCE = 0.05
"""In standard deviations of what is observed here: how far two observations of one unit may be apart."""
AGREEING = 0.9
"""Share of the common units on which they must not be further apart: other units may have the same numbers."""

Losses = NDArray[np.float64]


def _none() -> Losses:
    return np.empty((0, 0))


@dataclass(frozen=True, eq=False)
class Looks:
    """openings: one for each different forecast that was looked at before. losses: of those with the very same units
    and the same benchmark, in units of its mean loss, shape (configurations, n); `relative` gives this one's."""

    openings: tuple[Opening, ...] = ()
    losses: Losses = field(default_factory=_none)

    @property
    def earlier(self) -> int:
        """How many different forecasts."""
        return len(self.openings)


NO_LOOKS = Looks()


def looks(seen: Seen, ledger: Iterable[Opening], *, kind: str) -> Looks:
    """Those of the ledger that looked at what is seen here, but for this very forecast, whoever wrote it down."""
    known, found = [seen], []
    for opening in ledger:
        if opening.kind != kind or not is_look(seen, opening.seen):
            continue
        if not any(same_forecast(opening.seen, one) for one in known):
            known.append(opening.seen)
            found.append(opening)
    beside = [relative(one.seen) for one in found if _same_contest(one.seen, seen)]
    return Looks(tuple(found), np.array(beside) if beside else _none())


def is_look(seen: Seen, other: Seen) -> bool:
    """Whether `other` was a look at what is seen here. Prices may have been rescaled by later dividends, and files may
    be longer or cut elsewhere: what counts are common units on which the same was observed."""
    _, here, there = np.intersect1d(seen.units, other.units, assume_unique=True, return_indices=True)
    if not len(here) or len(here) < LEAST_SHARED * _comparable(seen, other):
        return False
    apart = np.abs(seen.observed[here].astype(np.float64) - other.observed[there])
    return bool(np.mean(apart <= TOLERANCE * np.std(seen.observed, dtype=np.float64)) >= AGREEING)


def same_forecast(one: Seen, other: Seen) -> bool:
    """Whether both are the same losses on the same units: a rerun, or one opening in two files."""
    return np.array_equal(one.units, other.units) and np.allclose(relative(one), relative(other), rtol=1e-5, atol=1e-7)


def relative(seen: Seen) -> Losses:
    """The losses in units of the benchmark's mean loss, so that the scale of the prices does not count."""
    return np.asarray(seen.loss / _unit(seen))


def relative_benchmark(seen: Seen) -> Losses:
    """The same of the benchmark."""
    return np.asarray(seen.benchmark_loss / _unit(seen))


def _unit(seen: Seen) -> float:
    return float(np.mean(seen.benchmark_loss)) or 1.0


def _same_contest(one: Seen, other: Seen) -> bool:
    return np.array_equal(one.units, other.units) and np.allclose(
        relative_benchmark(one), relative_benchmark(other), rtol=1e-5, atol=1e-7
    )


def _comparable(seen: Seen, other: Seen) -> int:
    """How many of these units the other's could have in common with them: of samples by the smallest hash, those below
    where the shorter reach ends."""
    reaches = [one.units[-1] for one in (seen, other) if one.count > len(one.units)]
    return int(np.searchsorted(seen.units, min(reaches), side="right")) if reaches else len(seen.units)
