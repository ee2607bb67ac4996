"""Which intervals held what they promised, in one sentence that claims no more than was tested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tunewright.statistics.forecasts import TestResult
from tunewright.statistics.holm import holm
from tunewright.statistics.levels import LEVEL
from tunewright.statistics.wording import p_value

WAYS = {"constant": "of constant width", "scaled": "scaled by volatility", "adaptive": "that adapt to their misses"}


@dataclass(frozen=True)
class Kept:
    """held, wild_held: the share of all days and of those forecast in a wild market. coverage, wild: the tests of the
    promise on them; a positive statistic says that too many days were missed. independence: that of misses in a row.

    None: without enough wild days, and where days overlap.
    """

    held: float
    coverage: TestResult
    wild_held: float | None = None
    wild: TestResult | None = None
    independence: TestResult | None = None

    def tests(self) -> tuple[TestResult, ...]:
        return tuple(one for one in (self.coverage, self.wild, self.independence) if one is not None)


def sentence(kept: Mapping[str, Kept], *, promised: float, days: int) -> str:
    """kept: by the names of `WAYS`. All p values are corrected for their number (Holm): nine at one day ahead."""
    corrected = iter(holm([test.p for one in kept.values() for test in one.tests()]))
    clauses = [_clause(name, one, [next(corrected) for _ in one.tests()]) for name, one in kept.items()]
    return f"Of {days:,} sealed days the {100 * promised:.0f} % intervals {'; those '.join(clauses)}."


def _clause(name: str, kept: Kept, ps: Sequence[float]) -> str:
    """ps: corrected, one for each of the tests."""
    p, *others = ps
    told = f"{WAYS[name]} held {100 * kept.held:.1f} %, {_promise(kept.coverage, p)}"
    if kept.wild is not None and kept.wild_held is not None and (wild := others.pop(0)) < LEVEL:
        told += f", and {100 * kept.wild_held:.1f} % of the days in a wild market, {_promise(kept.wild, wild)}"
    if others and others[0] < LEVEL:
        told += f", and one miss tells of the next ({p_value(others[0])})"
    return told


def _promise(test: TestResult, p: float) -> str:
    if p >= LEVEL:
        return f"not shown to break their promise ({p_value(p)})"
    return f"{'fewer' if test.statistic > 0 else 'more'} than they promise ({p_value(p)})"
