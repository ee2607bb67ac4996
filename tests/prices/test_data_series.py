"""Several rows of one date: of other series, at other times of the day, or without anything that tells them apart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.core.errors import DataError
from tunewright.prices.data.card import DataCard
from tunewright.prices.data.read import read_price_bytes
from tunewright.prices.data.table import PriceTable

NSE = "SYMBOL,SERIES,CLOSE,LAST,TOTTRDQTY,TIMESTAMP\n"
ALONE = ["ACME,{s},96,96,10,06-JAN-2020", "ACME,{s},97,97,11,08-JAN-2020", "ACME,{s},98,98,12,09-JAN-2020"]
EQ, BL = "ACME,EQ,98.4,98.4,9000,07-JAN-2020", "ACME,BL,100.3,100.3,50,07-JAN-2020"
HOURS = "DATE{0}TIME{0}OPEN{0}HIGH{0}LOW{0}CLOSE{0}VOLUME\n"
BARS = (
    "2021.03.01 09:00:00 10 11 9 10.5 10",
    "2021.03.01 10:00:00 10.5 12 10 11.5 20",
    "2021.03.02 09:00:00 11.5 12 11 11.8 15",
    "2021.03.03 09:00:00 11.8 12.5 11.6 12.2 25",
)


def read(text: str) -> tuple[PriceTable, DataCard]:
    return read_price_bytes(text.encode(), "p.csv")


@pytest.mark.parametrize("rows", [[EQ, BL], [BL, EQ], [BL, EQ, BL.replace("BL", "BE")]])
@pytest.mark.parametrize("others", ["EQ", "BE"])
def test_the_ordinary_series_is_taken_on_dates_that_have_several(rows: list[str], others: str) -> None:
    table, card = read(NSE + "\n".join([*rows, *(row.format(s=others) for row in ALONE)]))
    assert table.close.tolist() == [96.0, 98.4, 97.0, 98.0]
    told = [text for text in card.repairs if "other series than 'EQ' in the column 'SERIES'" in text]
    assert len(told) == 1
    assert told[0].startswith(f"left out {len(rows) - 1} row")


REFUSED = {
    "SERIES": ("BE", "BL"),
    "Contract": ("ESH21", "ESM21"),
    "Venue": ("XNAS", "XNYS"),
    "Session": ("day", "night"),
    "Expiry": ("2021-03-25", "2021-04-29"),
}


@pytest.mark.parametrize("title", REFUSED)
def test_series_of_which_none_is_ordinary_are_refused_by_the_name_of_their_column(title: str) -> None:
    first, second = REFUSED[title]
    rows = [f"2021-03-0{day},{name},{day}.{at},{day}" for day in (1, 2) for at, name in enumerate((first, second))]
    with pytest.raises(DataError) as caught:
        read(f"Date,{title},Close,Trades\n" + "\n".join([*rows, f"2021-03-03,{first},9,3"]))
    assert str(caught.value) == (
        f"p.csv: expected one row a day of one series, found 2 rows on 2021-03-01 (lines 2, 3) that differ in the "
        f"column '{title}': '{first}', '{second}'. Keep the rows of one of them, and remove the others."
    )


@pytest.mark.parametrize("order", [1, -1])
def test_rows_that_differ_and_that_nothing_tells_apart_are_refused(order: int) -> None:
    rows = [f"2021-03-{day:02},{day}" for day in range(1, 29)]
    rows.insert(3, "2021-03-03,99")
    with pytest.raises(
        DataError, match=r"expected one row a day of one series, found 29 rows on 28 dates \(first: lines"
    ):
        read("Date,Close\n" + "\n".join(rows[::order]))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("order", [1, -1])
def test_a_date_and_a_time_in_two_columns_are_one_moment(delimiter: str, order: int) -> None:
    bars = [bar.replace(" ", delimiter) for bar in BARS[::order]]
    table, card = read(HOURS.format(delimiter) + "\n".join(bars))
    assert {name: values[0] for name, values in table.columns.items()} == {
        "open": 10.0, "high": 12.0, "low": 9.0, "close": 11.5, "volume": 30.0,
    }  # fmt: skip
    assert table.close.tolist() == [11.5, 11.8, 12.2]
    assert "times of the day are in the column 'TIME'" in card.reading
    assert any(text.startswith("joined 4 rows at several times of the day into 3 days") for text in card.repairs)


def test_a_time_of_zeros_is_no_time() -> None:
    table, card = read("<DTYYYYMMDD>,<TIME>,<CLOSE>\n20210301,000000,1\n20210302,000000,2\n")
    assert (table.close.tolist(), card.reading) == ([1.0, 2.0], ("dates are yearmonthday",))
    rows = "".join(f"{np.datetime64('2021-01-01') + day},09:00,{day + 1}\n" for day in range(40))
    with pytest.raises(DataError, match=r"line 42, column 'Time': expected a time of the day, found 'soon'"):
        read(f"Date,Time,Close\n{rows}2021-01-01,soon,2\n")
    assert len(read(f"Date,Time,Close\n{rows}2021-03-01,soon,2\n")[0]) == 41  # the time is not needed


@settings(max_examples=60, deadline=None)
@given(
    several=st.sets(st.integers(0, 9), min_size=1),
    hours=st.integers(2, 5),
    newest_first=st.booleans(),
)
def test_every_date_with_several_times_is_joined_however_few(several: set[int], hours: int, newest_first: bool) -> None:
    rows, closes = [], []
    for day in range(10):
        for hour in range(hours if day in several else 1):
            rows.append(f"2021-03-{day + 1:02} {9 + hour:02}:30,{100 * (day + 1) + hour}")
        closes.append(float(100 * (day + 1) + (hours - 1 if day in several else 0)))
    table, card = read("Date,Close\n" + "\n".join(rows[:: -1 if newest_first else 1]))
    assert table.close.tolist() == closes
    running = several == {9} and hours == 2
    assert any(text.startswith("joined") for text in card.repairs) != running


def test_the_hour_that_is_repeated_as_summer_time_ends_is_one_of_the_day() -> None:
    hours = [(day, hour) for day in range(300) for hour in range(24)]
    rows = [f"{np.datetime64('2021-01-01') + day} {hour:02}:00,{day + hour / 100 + 1}" for day, hour in hours]
    rows.insert(200 * 24 + 2, rows[200 * 24 + 1].split(",")[0] + ",7")
    table, _ = read("Time,Close\n" + "\n".join(rows))
    assert len(table) == 300
    twice = [row for row in rows for _ in range(2)]
    twice[1::2] = [f"{row.split(',')[0]},5" for row in twice[1::2]]
    with pytest.raises(DataError, match="expected one row a day of one series"):
        read("Time,Close\n" + "\n".join(twice))


def test_rows_that_come_twice_alike_count_once() -> None:
    table, card = read("Date,Time,Close,Volume\n2021-03-01,09:00,1,5\n2021-03-01,09:00,1,5\n2021-03-02,09:00,2,6\n")
    assert table.columns["volume"].tolist() == [5.0, 6.0]
    assert card.repairs[-1] == "dropped 1 row exactly like a later one of the same date (first date: 2021-03-01)"
