"""What the reader mends, and says that it mended."""

from pathlib import Path

import pytest

from tunewright.core.errors import DataError
from tunewright.prices.data.card import DataCard
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.read import read_price_bytes, read_prices
from tunewright.prices.data.table import PriceTable

YAHOO = """Date,Open,High,Low,Close,Adj Close,Volume
2024-01-02,10,12,9,11,5.5,100
2024-01-03,11,13,10,12,6,200
2024-01-04,12,14,11,12.5,6.25,300
"""


REASON = "Adj Close counts splits and dividends, so that its changes are what an owner gained or lost."


def read(text: str, close: str = "auto") -> tuple[PriceTable, DataCard]:
    return read_price_bytes(text.encode(), "prices.csv", ReadingOptions(close))


def test_a_file_becomes_a_table_and_a_card(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(YAHOO)
    table, card = read_prices(path)
    assert table == read(YAHOO)[0]
    assert card.as_dict() == {
        "source": str(path),
        "format": "comma-separated UTF-8, one series",
        "ticker": None,
        "rows": 3,
        "first": "2024-01-02",
        "last": "2024-01-04",
        "columns": ["open", "high", "low", "close", "volume"],
        "close": "adj_close",
        "close_reason": REASON,
        "adjusted": "yes",
        "splits": [],
        "reading": [],
        "gaps": [],
        "gap_count": 0,
        "missing_weekdays": 0,
        "weekend_rows": 0,
        "zero_volume_rows": 0,
        "repairs": ["scaled open, high, low by Adj Close / Close in 3 rows"],
        "warnings": [],
    }


def test_auto_takes_adj_close_and_scales_the_others() -> None:
    table, _ = read(YAHOO)
    assert table.close.tolist() == [5.5, 6.0, 6.25]
    assert table.columns["open"].tolist() == [5.0, 5.5, 6.0]
    assert table.columns["volume"].tolist() == [100.0, 200.0, 300.0]


def test_close_can_be_set() -> None:
    table, card = read(YAHOO, close="close")
    assert table.close.tolist() == [11.0, 12.0, 12.5]
    assert table.columns["open"].tolist() == [10.0, 11.0, 12.0]
    assert (card.close, card.close_reason, card.repairs) == ("close", "It was asked for.", ())


def test_equal_closes_need_no_scaling() -> None:
    table, card = read("Date,Open,Close,Adj Close\n2024-01-02,3,4,4\n2024-01-03,4,5,5\n")
    assert table.columns["open"].tolist() == [3.0, 4.0]
    assert (card.close, card.repairs) == ("adj_close", ())
    assert card.close_reason == "Adj Close equals Close in every row, so either gives the same."
    assert card.adjusted == "nothing to adjust"


def test_a_high_equal_to_the_close_stays_equal_when_scaled() -> None:
    rows = "".join(f"2024-01-{n:02},{n / 7},{n / 7},{n / 13}\n" for n in range(1, 29))
    table, _ = read("Date,High,Close,Adj Close\n" + rows)
    assert table.columns["high"].tolist() == table.close.tolist()


def test_adj_close_alone_leaves_out_what_it_cannot_scale() -> None:
    table, card = read("Date,Open,Adj Close\n2024-01-02,3,4\n2024-01-03,4,5\n")
    assert list(table.columns) == ["close"]
    assert card.repairs == ("left out open: without a Close they cannot be brought to Adj Close",)


def test_an_empty_adj_close_is_left_out() -> None:
    table, card = read("Date,Close,Adj Close\n2024-01-02,3,\n2024-01-03,4,\n")
    assert table.close.tolist() == [3.0, 4.0]
    assert card.close == "close"
    assert card.repairs == ("left out columns without any value: 'Adj Close'",)


def test_names_count_and_positions_do_not() -> None:
    table, card = read("Volume,  CLOSE* ,date,adj  close**,Dividends\n1,4,2024-01-02,4,0\n2,5,2024-01-03,5,0\n")
    assert table.close.tolist() == [4.0, 5.0]
    assert table.columns["volume"].tolist() == [1.0, 2.0]
    assert card.repairs == ("columns not read: 'Dividends'",)


def test_newest_first_is_sorted_and_said() -> None:
    table, card = read("Date,Close\n2024-01-03,2\n2024-01-02,1\n")
    assert table.close.tolist() == [1.0, 2.0]
    assert card.repairs == ("sorted the rows by date: they were newest first",)


def test_disorder_is_sorted_and_said() -> None:
    table, card = read("Date,Close\n2024-01-03,2\n2024-01-04,3\n2024-01-02,1\n")
    assert table.close.tolist() == [1.0, 2.0, 3.0]
    assert card.repairs == ("sorted the rows by date: they were out of order (first: line 4)",)


def test_of_duplicates_one_stays_and_differing_ones_are_refused() -> None:
    table, card = read("Date,Close\n2024-01-03,2\n2024-01-02,1\n2024-01-03,2\n2024-01-02,1\n")
    assert table.close.tolist() == [1.0, 2.0]
    assert card.repairs == (
        "sorted the rows by date: they were out of order (first: line 3)",
        "dropped 2 rows exactly like a later one of the same date (first date: 2024-01-02)",
    )
    with pytest.raises(DataError, match=r"found 3 rows on 2 dates \(first: lines 2 and 4, 2024-01-03\)"):
        read("Date,Close\n2024-01-03,2\n2024-01-02,1\n2024-01-03,9\n")


@pytest.mark.parametrize("cell", ["", " ", "null", "NaN", "N/A", "-", "."])
def test_rows_with_a_missing_price_are_dropped_and_said(cell: str) -> None:
    table, card = read(f"Date,Open,Close\n2024-01-02,1,1\n2024-01-03,{cell},2\n2024-01-04,3,3\n2024-01-05,4,{cell}\n")
    assert table.close.tolist() == [1.0, 3.0]
    assert card.repairs == ("dropped 2 rows with a missing value (first: line 3)",)


def test_a_few_missing_volumes_cost_their_rows_and_many_the_column() -> None:
    table, card = read("Date,Close,Volume\n2024-01-02,1,5\n2024-01-03,2,\n2024-01-04,3,6\n2024-01-05,,7\n")
    assert table.close.tolist() == [1.0, 3.0]
    assert table.columns["volume"].tolist() == [5.0, 6.0]
    assert card.repairs == ("dropped 2 rows with a missing value (first: line 3)",)
    rows = "".join(f"2024-01-{day:02},{day},{'' if day < 6 else 7}\n" for day in range(1, 15))
    table, card = read("Date,Close,Volume\n" + rows)
    assert (len(table), list(table.columns)) == (14, ["close"])
    assert card.repairs == ("left out the column 'Volume': it has no value in 5 rows with a close (first: line 2)",)


@pytest.mark.parametrize("cell", ["0", "", "0.00"])
def test_an_open_that_is_not_known_costs_its_column_and_no_row(cell: str) -> None:
    rows = "".join(f"2024-01-{day:02},{cell if day < 7 else day},{day}\n" for day in range(2, 13))
    table, card = read("Date,Open,Close\n" + rows)
    assert (list(table.columns), len(table)) == (["close"], 11)
    assert card.repairs == (
        "left out the column 'Open': it has no price above zero in 5 rows with a close (first: line 2)",
    )


def test_a_volume_column_without_values_is_left_out() -> None:
    table, card = read("Date,Close,Volume\n2024-01-02,1,\n2024-01-03,2,\n")
    assert list(table.columns) == ["close"]
    assert card.repairs == ("left out columns without any value: 'Volume'",)


def test_a_close_not_used_may_be_missing() -> None:
    table, _ = read("Date,Close,Adj Close\n2024-01-02,1,\n2024-01-03,2,2\n2024-01-04,3,3\n", close="close")
    assert table.close.tolist() == [1.0, 2.0, 3.0]


def test_slashed_dates_are_read_when_the_column_tells_how() -> None:
    table, _ = read("Date,Close\n1/4/1999,1\n1/15/1999,2\n02/01/1999,3\n")
    assert [str(day) for day in table.dates] == ["1999-01-04", "1999-01-15", "1999-02-01"]


def test_byte_order_mark_windows_lines_quotes_and_blank_rows(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_bytes(b'\xef\xbb\xbf"Date","Close",\r\n\r\n"2024-01-02","1.5",\r\n,,\r\n2024-01-03,2\r\n')
    table, card = read_prices(path)
    assert table.close.tolist() == [1.5, 2.0]
    assert card.repairs == ("left out 1 blank row (first: line 4)",)


def test_one_ticker_may_be_named_in_every_row() -> None:
    table, _ = read("Date,Close,Name,Symbol\n2024-01-02,1,Apple,AAPL\n2024-01-03,2,Apple,AAPL\n")
    assert len(table) == 2
