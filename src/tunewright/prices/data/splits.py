"""Splits: told from real moves by Adj Close, which a split moves and a crash does not, or by the file's own column."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from tunewright.core.codec import Json
from tunewright.prices.data.close import CloseChoice
from tunewright.prices.data.factor import LEAST, Jump
from tunewright.prices.data.raw import RawTable

_SURE = math.log(1.3)  # a dividend as large as that is next to unknown
_EXACT, _MOST_DOUBT = 0.005, 0.02  # of the logarithm: a small dividend on the day, and prices rounded to cents
_WHOLE = (*range(2, 31), 35, 40, 50, 60, 75, 80, 100, 150, 200)
_USUAL = (
    *(Fraction(n) for n in _WHOLE),
    *(Fraction(1, n) for n in _WHOLE),
    *(Fraction(n + 1, n) for n in range(2, 21)),
    *map(Fraction, ("5/2", "7/2", "5/3", "7/4")),
)
"""The ratios that splits have; special dividends give any other."""


@dataclass(frozen=True)
class Split:
    """`ratio`: new shares and old ones, such as `2-for-1`, with words behind where it may be a dividend.
    `adjusted`: the table's prices count it in.
    """

    date: str
    ratio: str
    adjusted: bool

    def as_dict(self) -> dict[str, Json]:
        return {"date": self.date, "ratio": self.ratio, "adjusted": self.adjusted}

    def text(self) -> str:
        return f"{self.ratio} on {self.date} ({'adjusted for' if self.adjusted else 'not adjusted for'})"


def find_splits(raw: RawTable, choice: CloseChoice, jumps: Sequence[Jump]) -> tuple[Split, ...]:
    """The splits that the file proves, oldest first.

    With both closes: `jumps` by a usual ratio (2:1, 3:2, 1:10) that Close shows. The
    price of a crash moves both alike, so it is none. Else what a column of splits says. Nothing is inferred from
    one price alone: AAPL fell by 52 % on 2000-09-29 without any split.
    """
    if "close" in raw.columns and "adj_close" in raw.columns:
        found = {
            int(np.searchsorted(raw.dates, np.datetime64(jump.date))): _doubted(jump.step, jump.doubt)
            for jump in jumps
            if jump.explained
        }
    elif raw.splits is not None:
        at = np.flatnonzero(np.isfinite(raw.splits) & (raw.splits > 0) & (raw.splits != 1))
        found = {int(row): _ratio(float(np.log(raw.splits[row])), 0.0) for row in at}
    else:
        return ()
    counted = choice.adjusted == "yes"
    return tuple(
        Split(str(raw.dates[row]), ratio, counted or not _jumps(raw, choice, row))
        for row, ratio in found.items()
        if ratio
    )


def _doubted(step: float, doubt: float) -> str:
    """A ratio that Adj Close implies: below 1.3 it may as well be a dividend, which Adj Close counts alike."""
    ratio = _ratio(step, doubt)
    return f"{ratio} split or a large dividend" if ratio and abs(step) < _SURE else ratio


def _ratio(step: float, doubt: float) -> str:
    """`2-for-1` for a step of ln 2; empty where no usual split is within rounding of it.

    step: of the logarithm; doubt: by how much rounded prices may have moved it.
    """
    nearest = min(_USUAL, key=lambda usual: abs(math.log(usual) - step))
    if abs(math.log(nearest) - step) > _EXACT + min(doubt, _MOST_DOUBT):
        return ""
    return f"{nearest.numerator}-for-{nearest.denominator}"


def _jumps(raw: RawTable, choice: CloseChoice, row: int) -> bool:
    """Whether the table's own close shows the split. Where Close does not jump, its source had mended it before."""
    close = raw.columns[choice.name]
    return row > 0 and bool(abs(np.log(close[row]) - np.log(close[row - 1])) > LEAST)
