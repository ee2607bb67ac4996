"""The shape of "worth" and "overfitting" in results.json (schema 1), as frozen values. `None`: not defined."""

from dataclasses import dataclass
from datetime import date

from tunewright.report.values import Number


@dataclass(frozen=True)
class Ratio:
    """An annual Sharpe ratio and its 95 % interval."""

    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class Strategy:
    """Shares a year, but for the costs, in basis points of a half-turn, and the turnover, in half-turns a year."""

    turnover: float
    gross_return: float
    net_return: float
    volatility: float
    sharpe: Ratio | None
    deflated_sharpe: Number
    max_drawdown: float
    break_even_costs: Number


@dataclass(frozen=True)
class Curve:
    """Cumulative net returns for drawing, thinned; all of shape (n,), the first 0."""

    dates: tuple[date, ...]
    sign: tuple[float, ...]
    size: tuple[float, ...]
    buy_and_hold: tuple[float, ...]

    def __post_init__(self) -> None:
        if len({len(self.dates), len(self.sign), len(self.size), len(self.buy_and_hold)}) != 1:
            raise ValueError("needs as many returns of each strategy as dates")


@dataclass(frozen=True)
class Worth:
    """strategies: by name. best_by_luck: annual Sharpe ratio of the best of as many trials without skill."""

    sentence: str
    days: int
    days_a_year: float
    costs: float
    trials: int
    best_by_luck: float
    strategies: dict[str, Strategy]
    curve: Curve


@dataclass(frozen=True)
class Overfitting:
    """Of the search, over its validation days; shares."""

    sentence: str
    pbo: float
    rank_lost: float
    configurations: int
    days: int
    blocks: int
    splits: int
