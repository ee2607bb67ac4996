"""Dates as numbers and in words, and the column that holds them under any title."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.core.errors import DataError
from tunewright.prices.data.card import DataCard
from tunewright.prices.data.read import read_price_bytes
from tunewright.prices.data.table import PriceTable

DAYS = (datetime(2021, 3, 1, tzinfo=UTC), datetime(2021, 3, 2, tzinfo=UTC), datetime(2021, 3, 3, tzinfo=UTC))
TITLES = ["Gmt time", "Local time", "open_time", "snapped_at", "TradDt", "Exchange Date", "TRADEDATE", "datadate",
          "<DTYYYYMMDD>", "Jour", "When it was"]  # fmt: skip
WRITTEN = {
    "weekday before": '"%a, %d %b %Y"',
    "weekday, in full": '"%A, %B %d, %Y"',
    "weekday behind": "%d/%m/%Y %a",
    "characters": "%Y年%m月%d日",
    "dots and a zone": "%d.%m.%Y 00:00:00.000 GMT+0100",
    "compact": "%Y%m%d",
}
UNITS = {1: "seconds", 10**3: "milliseconds", 10**6: "microseconds", 10**9: "nanoseconds"}


def read(text: str) -> tuple[PriceTable, DataCard]:
    return read_price_bytes(text.encode(), "p.csv")


def prices(title: str, cells: list[str]) -> tuple[PriceTable, DataCard]:
    rows = "".join(f"{cell},1.20{n + 10},1.30,1.10,1.20{n + 20},{20210301 + n}\n" for n, cell in enumerate(cells))
    return read(f"{title},Open,High,Low,Close,Volume\n{rows}")


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d.%m.%Y 00:00:00.000", "%Y-%m-%d 00:00:00 UTC"])
def test_the_column_of_dates_is_found_under_any_title(title: str, form: str) -> None:
    table, _ = prices(title, [day.strftime(form) for day in DAYS])
    assert [str(day) for day in table.dates] == ["2021-03-01", "2021-03-02", "2021-03-03"]


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("title", ["Date", "Jour"])
def test_days_in_words(form: str, title: str) -> None:
    table, _ = prices(title, [day.strftime(WRITTEN[form]) for day in DAYS])
    assert [str(day) for day in table.dates] == ["2021-03-01", "2021-03-02", "2021-03-03"]


@settings(max_examples=60, deadline=None)
@given(
    starts=st.datetimes(datetime(1974, 1, 1), datetime(2090, 1, 1)),
    per=st.sampled_from(sorted(UNITS)),
    tail=st.sampled_from(["", ".0"]),
)
def test_epochs_are_read_in_any_unit(starts: datetime, per: int, tail: str) -> None:
    moments = [starts.replace(tzinfo=UTC, microsecond=0) + timedelta(days=n) for n in range(3)]
    table, card = prices("time", [f"{int(moment.timestamp()) * per}{tail}" for moment in moments])
    assert [str(day) for day in table.dates] == [str(moment.date()) for moment in moments]
    assert card.reading[0] == f"dates are epoch {UNITS[per]} (UTC)"


def test_epochs_before_1973_are_read_beside_later_ones() -> None:
    table, _ = read("timestamp,close\n-252288000,1\n0,2\n1614556800,3\n")
    assert [str(day) for day in table.dates] == ["1962-01-03", "1970-01-01", "2021-03-01"]


def test_epochs_by_the_hour_are_joined_into_days() -> None:
    start = int(DAYS[0].timestamp())
    rows = "".join(f"{start + 3600 * hour},{hour + 1}\n" for hour in range(48))
    table, card = read("time,close\n" + rows)
    assert table.close.tolist() == [24.0, 48.0]
    assert card.repairs[0].startswith("joined 48 rows")


def test_a_moment_that_is_none_is_named() -> None:
    with pytest.raises(
        DataError, match="line 3, column 'time': expected a date as epoch seconds, the same way in every"
    ):
        read("time,close\n1614556800,1\n16145,2\n1614729600,3\n")


@pytest.mark.parametrize("part", ["", ".0", ".75"])
def test_serial_numbers_of_spreadsheets(part: str) -> None:
    table, card = read(f"Date,Close\n43831{part},1\n43832{part},2\n43833{part},3\n")
    assert [str(day) for day in table.dates] == ["2020-01-01", "2020-01-02", "2020-01-03"]
    assert card.reading[0] == "dates are Excel serial numbers"


def test_years_of_the_republic_are_read_where_they_have_three_digits() -> None:
    table, card = read("日期,收盤價\n99/12/30,1\n100/01/03,2\n107/03/01,3\n")
    assert [str(day) for day in table.dates] == ["2010-12-30", "2011-01-03", "2018-03-01"]
    assert "years are of the Republic of China: 1911 are added" in card.reading
    with pytest.raises(
        DataError, match=r"found '92/06/30', which may be of 1992 or, in years of the Republic .* of 2003"
    ):
        read("Date,Close\n92/06/30,1\n92/07/01,2\n")


def test_numbers_that_may_be_volumes_are_no_dates() -> None:
    with pytest.raises(DataError, match="expected a header with a column 'Date'"):
        read("A,Close,B\n1614556807,1,20210301\n1614643211,2,20219999\n1614729645,3,20210303\n")
    with pytest.raises(DataError, match="expected a header with a column 'Date'"):
        read("A,Close\n20210303,1\n20210301,2\n20210302,3\n")
    table, _ = read("A,Close,B\n20210301,1,98210301\n20210302,2,95210301\n20210303,3,99210301\n")
    assert table.close.tolist() == [1.0, 2.0, 3.0]


def test_several_columns_of_dates_without_a_known_title_are_named() -> None:
    text = "Alpha,Beta,Close\n2021-03-01,2021-04-01,5\n2021-03-02,2021-04-02,6\n"
    with pytest.raises(
        DataError, match=r"line 1: expected one column of dates, found 'Alpha', 'Beta'\. Call the right one"
    ):
        read(text)
    table, _ = read(text.replace("Alpha", "Opening at").replace("Beta", "Closing at"))
    assert str(table.dates[0]) == "2021-03-01"


def test_two_titles_of_a_date_above_other_things_are_no_dates() -> None:
    table, _ = read("Date,When,Date,Close\nx,2021-03-01,y,5\nx,2021-03-02,y,6\n")
    assert str(table.dates[-1]) == "2021-03-02"
    with pytest.raises(DataError, match="found two for date: 'Date' and 'Date'"):
        read("Date,Date,Close\n2021-03-01,2021-03-01,5\n2021-03-02,2021-03-02,6\n")


def test_a_title_above_other_things_is_not_the_date() -> None:
    table, _ = read("Day,Session,Close\nMonday,2021-03-01,5\nTuesday,2021-03-02,6\n")
    assert str(table.dates[-1]) == "2021-03-02"
