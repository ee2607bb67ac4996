"""Which intervals held what they promised, in one sentence that claims no more than was tested."""

from collections.abc import Mapping
from dataclasses import dataclass

from tunewright.statistics.forecasts import TestResult
from tunewright.statistics.holm import holm
from tunewright.statistics.levels import LEVEL
from tunewright.statistics.wording import p_value

WAYS = {"constant": "of constant width", "scaled": "scaled by volatility", "adaptive": "that adapt to their misses"}


@dataclass(frozen=True)
class Kept:
    """held: the share of days. coverage: the test of the promise; a positive statistic says that too many days were
    missed. independence: that of misses in a row; None where days overlap."""

    held: float
    coverage: TestResult
    independence: TestResult | None


def sentence(kept: Mapping[str, Kept], *, promised: float, days: int) -> str:
    """kept: by the names of `WAYS`. All p values are corrected for their number (Holm): six at one day ahead."""
    rows = [one.independence.p for one in kept.values() if one.independence is not None]
    corrected = holm([*(one.coverage.p for one in kept.values()), *rows])
    coverage, independence = corrected[: len(kept)], corrected[len(kept) :] or (None,) * len(kept)
    clauses = map(_clause, kept, kept.values(), coverage, independence)
    return f"Of {days:,} sealed days the {100 * promised:.0f} % intervals {'; those '.join(clauses)}."


def _clause(name: str, kept: Kept, p: float, p_rows: float | None) -> str:
    held = f"{WAYS[name]} held {100 * kept.held:.1f} %"
    if p >= LEVEL:
        told = f"{held}, not shown to break their promise ({p_value(p)})"
    elif kept.coverage.statistic > 0:
        told = f"{held}, fewer than they promise ({p_value(p)})"
    else:
        told = f"{held}, more than they promise ({p_value(p)}): they are too wide"
    return told if p_rows is None or p_rows >= LEVEL else f"{told}, and one miss tells of the next ({p_value(p_rows)})"
