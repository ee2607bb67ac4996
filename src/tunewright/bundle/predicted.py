"""What `tunewright predict` is asked, and what it says, whatever the bundle is of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tunewright.core.codec import Json


@dataclass(frozen=True)
class Request:
    """The options of `predict`. data: what to predict from. others: further series. custom: functions of the user's.
    last: how many rows to forecast after. coverage: share of days that the interval should hold.
    note: told at once of what must be known of how the predictions come about."""

    data: str
    others: Sequence[str] = ()
    custom: Sequence[str] = ()
    ticker: str | None = None
    dates: str = "auto"
    decimals: str = "auto"
    last: int = 1
    coverage: float = 0.9
    note: Callable[[str], None] = lambda text: None


@dataclass(frozen=True)
class Predicted:
    """count: of the predictions, in words. table: lines for the terminal. remarks: what can be said of them."""

    count: str
    table: Sequence[str]
    csv: str
    json: Json
    remarks: Sequence[str] = ()
