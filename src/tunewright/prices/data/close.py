"""Which closing price a table takes, and the other prices brought onto its scale."""

from dataclasses import dataclass

import numpy as np

from tunewright.core.errors import DataError
from tunewright.core.words import counted
from tunewright.prices.data.factor import find_jumps
from tunewright.prices.data.raw import RawTable
from tunewright.prices.data.table import Floats


@dataclass(frozen=True)
class CloseChoice:
    """The raw column that becomes the close, why, and whether the other prices are to be scaled to it.

    `adjusted`: whether splits and dividends are counted in it: `yes`, `no`, `nothing to adjust`,
    or `not said` by the file.
    """

    name: str
    reason: str
    adjusted: str
    scales: bool


def choose_close(raw: RawTable, asked: str) -> CloseChoice:
    """Take `asked`, or for `auto` the adjusted close where there is one that can be trusted.

    An adjusted close that jumps where the close does not gives way to a close without splits; where the close has
    splits that it does not count, both are wrong, and the adjusted one stays with the warnings of the card.
    Columns without any value are gone by now. Raises DataError where the file lacks the column asked for.
    """
    held = [name for name in ("close", "adj_close") if name in raw.columns]
    if asked != "auto" and asked not in held:
        raise DataError(
            f"{raw.source}: expected a column for close = '{asked}', found only "
            f"{' and '.join(repr(raw.headers[name]) for name in held)}. Set close to 'auto' or '{held[0]}'."
        )
    jumps = find_jumps(raw) if asked == "auto" else ()
    broken = next((jump for jump in jumps if not jump.explained), None)
    if broken and not any(jump.explained for jump in jumps):
        return CloseChoice("close", f"{broken.text()}: Close is the one to trust.", _adjusted(raw, "close"), False)
    name = asked if asked != "auto" else held[-1]
    scales = name == "adj_close" and "close" in held and _differ(raw)
    return CloseChoice(name, _reason(raw, asked, scales=scales), _adjusted(raw, name), scales)


def adjusted(raw: RawTable, choice: CloseChoice) -> tuple[dict[str, Floats], list[str]]:
    """The columns of the final table with open, high and low on the close's scale, and what was done to them.

    Each price is multiplied by its row's Adj Close / Close, the convention of Yahoo's own adjusted prices.
    Raises DataError where that leaves the range of floats.
    """
    columns = {name: values for name, values in raw.columns.items() if name not in ("close", "adj_close")}
    close = raw.columns[choice.name]
    repairs: list[str] = []
    prices = [name for name in ("open", "high", "low") if name in columns]
    if choice.scales and prices:
        columns |= {name: _scaled(raw, name) for name in prices}
        if count := int((close != raw.columns["close"]).sum()):
            repairs.append(f"scaled {', '.join(prices)} by Adj Close / Close in {counted(count, 'row')}")
    elif choice.name == "adj_close" and "close" not in raw.columns and prices:
        columns = {name: values for name, values in columns.items() if name not in prices}
        repairs.append(f"left out {', '.join(prices)}: without a Close they cannot be brought to Adj Close")
    return {**columns, "close": close}, repairs


def _scaled(raw: RawTable, name: str) -> Floats:
    price, close, target = raw.columns[name], raw.columns["close"], raw.columns["adj_close"]
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        # A price that equals the close stays equal to it; the product could miss it by a rounding.
        scaled = np.where(price == close, target, price * (target / close))
    bad = np.flatnonzero(~(np.isfinite(scaled) & (scaled > 0)))
    if len(bad):
        row = int(bad[0])
        raise DataError(
            f"{raw.place(row, name)}: expected a price that can be scaled by Adj Close / Close, found "
            f"{price[row]:g} * {target[row]:g} / {close[row]:g}. Correct the row, or set close to 'close'."
        )
    return scaled


def _differ(raw: RawTable) -> bool:
    close, adjusted_close = raw.columns["close"], raw.columns["adj_close"]
    return not np.array_equal(close, adjusted_close, equal_nan=True)


def _reason(raw: RawTable, asked: str, *, scales: bool) -> str:
    if asked != "auto":
        return "It was asked for."
    if raw.adjusts:
        return "yfinance adjusts Close by default, and the file has no Adj Close."
    if "adj_close" not in raw.columns:
        return "The file has no values in a column Adj Close."
    if "close" not in raw.columns:
        return "The file has no values in a column Close."
    if scales:
        return "Adj Close counts splits and dividends, so that its changes are what an owner gained or lost."
    return "Adj Close equals Close in every row, so either gives the same."


def _adjusted(raw: RawTable, name: str) -> str:
    if {"close", "adj_close"} <= raw.columns.keys() and not _differ(raw):
        return "nothing to adjust"
    if name == "adj_close" or raw.adjusts:
        return "yes"
    return "no" if "adj_close" in raw.columns else "not said"
