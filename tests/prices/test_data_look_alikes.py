"""What looks like something else near the top of a price file: read as what it is, or refused."""

from collections.abc import Sequence
from typing import Any

import pytest

from tunewright.core.errors import DataError
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.read import read_price_bytes
from tunewright.prices.data.table import PriceTable

DAYS = ("2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09")
BARS = [(10 + day, 11.5 + day, 9.5 + day, 11 + day) for day in range(6)]
"""Open, high, low, close: each opens where the one before has closed."""


def read(text: str, *, encoding: str = "utf-8", ticker: str | None = None) -> PriceTable:
    return read_price_bytes(text.encode(encoding), "x.csv", ReadingOptions(ticker=ticker))[0]


def rows(*columns: Sequence[Any], header: str = "") -> str:
    lines = [",".join(map(str, cells)) for cells in zip(*columns, strict=True)]
    return "\n".join([*([header] if header else []), *lines]) + "\n"


def bars(order: tuple[int, ...] = (0, 1, 2, 3)) -> list[list[float]]:
    return [[bar[index] for bar in BARS] for index in order]


@pytest.mark.parametrize("newest_first", [False, True])
def test_bars_without_a_header_are_read_where_each_opens_as_the_last_closed(newest_first: bool) -> None:
    columns: list[Sequence[Any]] = [list(DAYS), *bars(), [500 + day for day in range(6)]]
    table = read(rows(*(column[::-1] if newest_first else column for column in columns)))
    assert (table.columns["open"][0], table.close[-1], table.columns["volume"][-1]) == (10, 16, 505)


@pytest.mark.parametrize("newest_first", [False, True])
def test_bars_that_close_before_they_open_are_not_guessed_at(newest_first: bool) -> None:
    columns: list[Sequence[Any]] = [list(DAYS), *bars((3, 1, 2, 0))]
    with pytest.raises(DataError, match="Put a line at the top that names the columns"):
        read(rows(*(column[::-1] if newest_first else column for column in columns)))


@pytest.mark.parametrize("factor", [0.5, 0.9, 1.0])
def test_a_fifth_price_without_a_header_is_no_volume(factor: float) -> None:
    with pytest.raises(DataError, match="Put a line at the top that names the columns"):
        read(rows(DAYS, *bars(), [bar[3] * factor for bar in BARS]))


@pytest.mark.parametrize("header", ["id,Close", ",Close", "Tag,Close"])
def test_a_counter_is_no_column_of_days(header: str) -> None:
    with pytest.raises(DataError):
        read(rows(range(45000, 45006), bars()[3], header=header))


def test_written_dates_come_before_numbers_that_run_like_days() -> None:
    numbers = [45293, 45294, 45295, 45296, 45299, 45300]
    assert str(read(rows(numbers, DAYS, bars()[3], header=",Foo,Close")).dates[0]) == DAYS[0]
    assert str(read(rows(numbers, bars()[3], header=",Close")).dates[0]) == "2024-01-02", "as serial numbers of Excel"


def test_prc_is_a_close_in_files_of_crsp_alone() -> None:
    closes = bars()[3]
    wide = rows(DAYS, closes, [2 * close for close in closes], [3 * close for close in closes], header="Date,PRC,KO,GE")
    with pytest.raises(DataError, match="expected one ticker, found 'PRC', 'KO', 'GE'"):
        read(wide)
    assert read(wide, ticker="KO").close[-1] == 32
    below = [*closes[:3], -closes[3], *closes[4:]]
    with pytest.raises(DataError, match="expected a price above zero, found -14"):
        read(rows(DAYS, below, header="Date,PRC"))
    assert read(rows(["7"] * 6, DAYS, below, header="PERMNO,date,PRC")).close[3] == 14


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "iso8859-5", "cp1251"])
def test_an_open_in_any_russian_encoding_is_no_close(encoding: str) -> None:
    with pytest.raises(DataError, match="Открытие"):
        read(rows(DAYS, bars()[0], header="Дата,Открытие"), encoding=encoding)
    table = read(rows(DAYS, *bars((0, 3)), header="Дата,Открытие,Закрытие"), encoding=encoding)
    assert table.close[-1] == 16


def test_japanese_of_unix() -> None:
    assert read(rows(DAYS, *bars((0, 3)), header="日付,始値,終値"), encoding="euc_jp").close[-1] == 16
