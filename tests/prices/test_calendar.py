"""The next trading day, as the series itself tells its market's calendar."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tunewright.prices.data.calendar import trading_day


def weekdays(begin: str, end: str, *, without: tuple[str, ...] = ()) -> np.ndarray:
    days = np.arange(begin, end, dtype="datetime64[D]")
    days = days[np.is_busday(days)]
    closed = np.isin(np.datetime_as_string(days), without)
    return days[~closed]


NEW_YEAR = tuple(f"{year}-01-01" for year in range(2010, 2025))
MEMORIAL = ("2015-05-25", "2016-05-30", "2017-05-29", "2018-05-28")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (weekdays("2015-01-01", "2019-01-01", without=NEW_YEAR), "2019-01-02"),
        (weekdays("2015-01-01", "2018-05-26", without=MEMORIAL), "2018-05-29"),
        (weekdays("2018-06-01", "2019-01-01", without=NEW_YEAR), "2019-01-01"),  # one year tells no holiday
        (np.arange("2018-01-01", "2019-01-01", dtype="datetime64[D]"), "2019-01-01"),  # a market that never closes
    ],
)
def test_holidays_that_the_dates_show_are_left_out(days: np.ndarray, expected: str) -> None:
    assert str(trading_day(days, 1)) == expected


@given(st.integers(1, 60), st.integers(300, 1500))
def test_without_holidays_it_is_the_weekday(ahead: int, rows: int) -> None:
    days = weekdays("2010-01-04", "2020-01-01")
    assert trading_day(days[:rows], ahead) == days[rows - 1 + ahead]
