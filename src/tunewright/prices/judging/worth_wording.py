"""What the forecasts are worth in one plain sentence, which praises nothing that was not shown, and advises nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tunewright.core.words import counted
from tunewright.prices.judging.trading import Performance
from tunewright.statistics.sharpe import CONFIDENCE, Sharpe
from tunewright.statistics.wording import percent

SIGN, SIZE, BUY_AND_HOLD = "sign", "size", "buy_and_hold"
NO_ADVICE = "this is no trading advice."


@dataclass(frozen=True)
class Told:
    """What the sentence is made of. year: trading days in one. costs: of a half-turn, in basis points."""

    days: int
    year: float
    costs: float
    trials: int
    strategies: Mapping[str, Performance]


def worth_sentence(told: Told) -> str:
    """Of the sign strategy beside buy-and-hold. It speaks of profit only where the interval of the net Sharpe ratio
    lies above 0, its deflated ratio is at least 0.95 and buy-and-hold did not do better."""
    own, market = told.strategies[SIGN], told.strategies[BUY_AND_HOLD]
    aside = f"buy-and-hold {_figures(market, told)}"
    if own.turnover == 0:
        return (
            f"Over {told.days:,} sealed days the forecast never left the last price, so nothing was traded, and "
            f"{aside}; {NO_ADVICE}"
        )
    head = (
        f"Over {told.days:,} sealed days, trading by the sign of the forecast {_figures(own, told, interval=True)} "
        f"after costs of {told.costs:g} basis points per half-turn, {aside}"
    )
    return f"{head}: {_meaning(own, told)}; {NO_ADVICE}"


def _meaning(own: Performance, told: Told) -> str:
    market = told.strategies[BUY_AND_HOLD]
    if own == replace(market, deflated=own.deflated):
        return "it did nothing but buy and hold, so nothing of this is owed to the forecast"
    behind = _behind(own, market)
    also = f", and {behind}" if behind else ""
    if own.sharpe is None:
        return f"its returns are too few or do not vary, so nothing tells them from luck{also}"
    low, high = own.sharpe.interval()
    if low <= 0 <= high:
        return f"the interval includes 0, so this cannot be told from luck{also}"
    if high < 0:
        return f"a loss beyond what chance explains{also}"
    if behind:
        return f"more than chance gives, but {behind}"
    if own.net <= 0:
        return "on average a day's return was above what chance gives, but compounded they came to no gain"
    if own.deflated is not None and own.deflated < CONFIDENCE:
        return (
            f"more than chance gives one strategy, but not shown to be more than it gives the best of "
            f"{counted(told.trials, 'trial')} (deflated Sharpe ratio {own.deflated:.2f})"
        )
    return "a profit on these days beyond what chance explains, which says nothing of the next ones"


def _behind(own: Performance, market: Performance) -> str:
    """By what buy-and-hold did better, as far as the figures show that are told; empty where by nothing."""
    ratios = [0.0 if one.sharpe is None else one.sharpe.ratio for one in (own, market)]
    ahead = {"return": market.net > own.net, "Sharpe ratio": ratios[1] > ratios[0]}
    told = {
        "return": percent(abs(own.net)) != percent(abs(market.net)) or own.net * market.net < 0,
        "Sharpe ratio": _two(ratios[0]) != _two(ratios[1]),
    }
    better = [name for name in ahead if ahead[name] and told[name]]
    if not better:
        return "buy-and-hold did as well" if any(ahead.values()) else ""
    return f"buy-and-hold did better by {' and '.join(better)}"


def _figures(found: Performance, told: Told, *, interval: bool = False) -> str:
    direction = "gained" if found.net >= 0 else "lost"
    ratio = found.sharpe.ratio if found.sharpe else 0.0
    odd = ", compounded" if found.net * ratio < 0 else ""  # as ups and downs of one size lose
    return f"{direction} {percent(abs(found.net))} a year{odd} ({_ratio(found.sharpe, told.year, interval=interval)})"


def _ratio(found: Sharpe | None, year: float, *, interval: bool) -> str:
    if found is None:
        return "Sharpe ratio not defined"
    low, high = (_two(end * year**0.5) for end in found.interval())
    said = f"Sharpe ratio {_two(found.ratio * year**0.5)}"
    return f"{said}, {100 * CONFIDENCE:.0f} % interval {low} to {high}" if interval else said


def _two(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
