"""Splits: told from real moves by Adj Close, which a split moves and a crash does not, or by the file's own column."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from tunewright.core.codec import Json
from tunewright.data.close import CloseChoice
from tunewright.data.raw import RawTable
from tunewright.data.table import Floats

_LEAST = 0.15  # of the logarithm of the factor: below it are dividends
_CLOSE_ENOUGH = 0.02  # relative: old adjusted prices are rounded to cents
_SHARES = 12
_MOST_DECIMALS = 7


@dataclass(frozen=True)
class Split:
    """`ratio`: new shares and old ones, such as `2-for-1`. `adjusted`: the table's prices count it in."""

    date: str
    ratio: str
    adjusted: bool

    def as_dict(self) -> dict[str, Json]:
        return {"date": self.date, "ratio": self.ratio, "adjusted": self.adjusted}

    def text(self) -> str:
        return f"{self.ratio} on {self.date} ({'adjusted for' if self.adjusted else 'not adjusted for'})"


def find_splits(raw: RawTable, choice: CloseChoice) -> tuple[Split, ...]:
    """The splits that the file proves, oldest first.

    With both closes: days on which Close / Adj Close jumps by a ratio of small whole numbers (2:1, 3:2, 1:10). The
    price of a crash moves both alike, so it is none. Else what a column of splits says. Nothing is inferred from
    one price alone: AAPL fell by 52 % on 2000-09-29 without any split.
    """
    if "close" in raw.columns and "adj_close" in raw.columns:
        with np.errstate(all="ignore"):
            steps = np.diff(np.log(raw.columns["adj_close"] / raw.columns["close"]))
            doubt = _rounding(raw.columns["adj_close"]) + _rounding(raw.columns["close"])
            rows = np.flatnonzero(np.isfinite(steps) & (np.abs(steps) - doubt > _LEAST)) + 1
        found = {int(row): _ratio(float(np.exp(steps[row - 1]))) for row in rows}
    elif raw.splits is not None:
        rows = np.flatnonzero(np.isfinite(raw.splits) & (raw.splits > 0) & (raw.splits != 1))
        found = {int(row): _ratio(float(raw.splits[row])) for row in rows}
    else:
        return ()
    counted = choice.adjusted == "yes"
    return tuple(
        Split(str(raw.dates[row]), ratio, counted or not _jumps(raw, choice, row))
        for row, ratio in found.items()
        if ratio
    )


def _rounding(prices: Floats) -> Floats:
    """By how much rounding may have moved the logarithm of each day's change: old prices such as 0.05 are coarse."""
    known = prices[np.isfinite(prices)]
    digits = next((n for n in range(_MOST_DECIMALS) if np.allclose(known, np.round(known, n), rtol=0, atol=1e-9)), None)
    if digits is None:
        return np.zeros(max(len(prices) - 1, 0))
    half = 0.5 * 10.0**-digits / prices
    return np.asarray(half[1:] + half[:-1])


def _ratio(new_for_old: float) -> str:
    """`2-for-1` for 2.0; empty where no small whole numbers are near."""
    if not 1 / 200 < new_for_old < 200:
        return ""
    if new_for_old > _SHARES or 1 / new_for_old > _SHARES:
        whole = Fraction(round(new_for_old)) if new_for_old > 1 else Fraction(1, round(1 / new_for_old))
    else:
        whole = Fraction(new_for_old).limit_denominator(_SHARES)
        simpler = (Fraction(new_for_old).limit_denominator(limit) for limit in range(1, _SHARES))
        whole = next((f for f in simpler if _near(f, new_for_old)), whole)
    return f"{whole.numerator}-for-{whole.denominator}" if _near(whole, new_for_old) else ""


def _near(ratio: Fraction, value: float) -> bool:
    return ratio > 0 and ratio != 1 and abs(float(ratio) / value - 1) < _CLOSE_ENOUGH


def _jumps(raw: RawTable, choice: CloseChoice, row: int) -> bool:
    """Whether the table's own close shows the split. Where Close does not jump, its source had mended it before."""
    close = raw.columns[choice.name]
    return row > 0 and bool(abs(np.log(close[row] / close[row - 1])) > _LEAST)
