"""What a bundle's forecasts need beside the prices of the series itself: other tickers, the user's functions."""

from collections.abc import Sequence
from dataclasses import dataclass

from tunewright.core.codec import Json
from tunewright.core.errors import BundleError
from tunewright.core.words import counted
from tunewright.prices.data.table import COLUMNS, PriceTable
from tunewright.prices.preparation.custom import CustomFeatures
from tunewright.prices.preparation.join import Joined, Other, Sources, join
from tunewright.prices.preparation.names import CUSTOM


@dataclass(frozen=True)
class BundleInputs:
    """tickers: the other series, in the order of their columns. lag: their availability lag in calendar days.

    custom: where the user's functions stood; the bundle has no code, so they are given again. warmup: rows that these
    need before they have a value.
    """

    tickers: tuple[str, ...] = ()
    lag: int = 1
    custom: tuple[str, ...] = ()
    warmup: int = 0

    def for_features(self, features: Sequence[str]) -> "BundleInputs":
        """Those of them that these features need; functions may read every series."""
        owners = {name.rpartition(".")[0] for name in features}
        if CUSTOM in owners:
            return self
        return BundleInputs(tuple(ticker for ticker in self.tickers if ticker in owners), self.lag)

    def of(self, table: PriceTable) -> PriceTable:
        """The table with the own columns and those of these tickers."""
        kept = {name for name in table.columns if name in COLUMNS or name.rpartition(".")[0] in self.tickers}
        return PriceTable(table.dates, {name: table.columns[name] for name in table.columns if name in kept})

    def as_dict(self) -> dict[str, Json]:
        return {
            "tickers": list(self.tickers),
            "availability_lag": self.lag,
            "custom": list(self.custom),
            "warmup": self.warmup,
        }


def joined_for(inputs: BundleInputs, own: PriceTable, others: Sequence[Other]) -> Joined:
    """The table that the bundle's forecasts are made from. Raises BundleError where another series is missing, or not
    one of the bundle's; DataError where they do not overlap."""
    given = {other.ticker: other for other in others}
    wrong = [ticker for ticker in given if ticker not in inputs.tickers]
    missing = [ticker for ticker in inputs.tickers if ticker not in given]
    if missing or wrong:
        raise BundleError(
            f"this bundle forecasts from {_listed(inputs.tickers)} beside the prices of --data, found "
            f"{_listed(tuple(given))}; give each with --with FILE, by the same names of files as for training"
        )
    return join(Sources(own, tuple(given[ticker] for ticker in inputs.tickers), inputs.lag))


def check_functions(inputs: BundleInputs, customs: Sequence[CustomFeatures]) -> None:
    """Raise BundleError where there are not as many functions as the bundle's model was trained with."""
    if len(customs) != len(inputs.custom):
        raise BundleError(
            f"this bundle forecasts with {counted(len(inputs.custom), 'function')} of the user's "
            f"({', '.join(inputs.custom) or 'none'}), found {len(customs)}; give each with --custom FILE.py:NAME, "
            "as a bundle holds no code"
        )


def _listed(tickers: Sequence[str]) -> str:
    return ", ".join(tickers) or "no other ticker"
