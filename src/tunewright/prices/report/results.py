"""The parts of results.json (schema 1) that only runs on prices have, as frozen values; its "test" is in `outcome`."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from tunewright.prices.report.intervals import Intervals
from tunewright.prices.report.outcome import Outcome
from tunewright.prices.report.strategies import Overfitting, Worth
from tunewright.prices.report.tuning import Tuning
from tunewright.report.values import Number


@dataclass(frozen=True)
class Gap:
    after: date
    before: date
    missing_weekdays: int


@dataclass(frozen=True)
class Split:
    """`ratio`: new shares and old ones; `adjusted`: the close counts it."""

    date: date
    ratio: str
    adjusted: bool


@dataclass(frozen=True)
class Card:
    """What the reader found in the data; `gaps` holds the longest only, `gap_count` counts all.

    None and (): not known, as in results written before the card said so much.
    """

    source: str
    format: str
    rows: int
    first: date
    last: date
    columns: tuple[str, ...]
    close: str
    close_reason: str
    gaps: tuple[Gap, ...]
    gap_count: int
    zero_volume_rows: int
    repairs: tuple[str, ...]
    warnings: tuple[str, ...]
    ticker: str | None = None
    adjusted: str | None = None
    splits: tuple[Split, ...] = ()
    reading: tuple[str, ...] = ()
    missing_weekdays: int | None = None
    weekend_rows: int | None = None


@dataclass(frozen=True)
class Series:
    """Dates and closes for drawing, thinned; both of shape (n,)."""

    dates: tuple[date, ...]
    close: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.dates or len(self.dates) != len(self.close):
            raise ValueError(f"needs as many closes as dates; has {len(self.close)} and {len(self.dates)}")


@dataclass(frozen=True)
class Data:
    fingerprint: str
    sources: tuple[str, ...]
    card: Card
    series: Series


@dataclass(frozen=True)
class Span:
    """A stretch of rows, both ends included."""

    first: date
    last: date
    rows: int


@dataclass(frozen=True)
class Fold:
    number: int
    train: Span
    validation: Span


@dataclass(frozen=True)
class Model:
    """weights: those that its training began with, where it was not with first weights of its own."""

    family: str
    parameters: int
    spec: dict[str, Any]
    epochs: int
    train_loss: tuple[Number, ...]
    weights: str | None = None


@dataclass(frozen=True)
class Measured:
    """How volatility was measured; `floored_days` had so little that they count as `floor`."""

    measure: Literal["log_range", "absolute_return"]
    horizon: int
    floor: float
    floored_days: int


@dataclass(frozen=True)
class FamilyRow:
    """What the search found of one family; `None` where no trial of it was complete. Shares are fractions."""

    family: str
    label: str
    trials: int
    complete: int
    score: Number
    skill: Number
    parameters: int | None
    seconds: float


@dataclass(frozen=True)
class FamilyTable:
    """last_value: the score of repeating the last value on the same validation days. rows: the best family first."""

    last_value: float
    sentence: str
    rows: tuple[FamilyRow, ...]


@dataclass(frozen=True)
class Forecast:
    """What a run on prices adds; `tuning` is None where nothing was tuned or the default could not be trained.

    volatility: of runs that forecast it in place of the price. families: of runs that tuned the family.
    overfitting: where two trials were complete. worth: of forecasts of a price. intervals: where enough errors were
    known. All three are None in runs of earlier versions as well.
    """

    data: Data
    folds: tuple[Fold, ...]
    sealed_test: Span
    model: Model
    test: Outcome
    tuning: Tuning | None
    volatility: Measured | None = None
    families: FamilyTable | None = None
    overfitting: Overfitting | None = None
    worth: Worth | None = None
    intervals: Intervals | None = None
