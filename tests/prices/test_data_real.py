"""Real files: the built-in ones, and others where they are at hand."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tunewright.core.errors import DataError
from tunewright.prices.data.builtin import BUILTIN, read_builtin
from tunewright.prices.data.card import DataCard
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.read import read_prices
from tunewright.prices.data.table import PriceTable

PRICES = Path(__file__).parents[2] / ".." / "shared" / "data" / "prices"


# By hand from the files: ticker, rows, first and last date, which close, its first and last value.
FILES = {
    "AAPL_2000_2020_ddmmyyyy.csv": (None, 5284, "2000-01-03", "2020-12-31", "adj_close", 0.855797, None),
    "AAPL_2013_2023.csv": (None, 2768, "2013-01-02", "2023-12-29", "close", 19.608213424682617, None),
    "GOOGL_2013_2023.csv": (None, 2768, "2013-01-02", "2023-12-29", "close", 18.099348068237305, None),
    "MSFT_2013_2023.csv": (None, 2768, "2013-01-02", "2023-12-29", "close", 27.6200008392334, None),
    "GSPC_2000_2023_tz.csv": (None, 6037, "2000-01-03", "2023-12-29", "close", 1455.219970703125, None),
    "GSPC_yahoo_2008_2019.csv": (None, 2553, "2008-12-31", "2019-02-22", "adj_close", 903.25, None),
    "SPY_yahoo_2008_2019.csv": (None, 2553, "2008-12-31", "2019-02-22", "adj_close", 73.579315, None),
    "all_stocks_5yr.csv.gz": ("AAL", 1259, "2013-02-08", "2018-02-07", "close", 14.75, None),
    "variant_alphavantage_MSFT.csv": (None, 4646, "2000-01-03", "2018-06-20", "close", None, 101.87),
    "variant_bad_100x_error_AET-L.csv": (None, 23, "2022-05-03", "2022-06-06", "adj_close", None, 0.14550000429153442),
    "variant_chinese_index_sh000001.csv": ("sh000001", 6109, "1990-12-20", "2015-12-10", "close", 104.39, None),
    # 6,225 rows by the hour are 312 days
    "variant_dukascopy_hourly_EURUSD.csv": (None, 312, "2017-01-01", "2017-12-29", "close", 1.05282, None),
    "variant_googlefinance_AAPL.csv": (None, 1664, "2011-01-03", "2017-08-11", "close", None, 157.48),
    # one of 2,028 rows has no volume, and no price that could be true: a Saturday at four times the prices around it
    "variant_investing_AAPL.csv": (None, 2027, "2015-01-02", "2023-01-20", "close", None, 137.87),
    "variant_long_multi_ticker_quandl.csv": ("AAPL", 753, "2015-01-02", "2017-12-29", "adj_close", None, 169.23),
    "variant_nasdaq_dollar_newest_first_AAPL.csv": (None, 2516, "2010-03-01", "2020-02-28", "close", None, 273.36),
    "variant_quandl_nse_TATAGLOBAL.csv": (None, 2035, "2010-07-21", "2018-09-28", "close", None, 233.75),
    "variant_semicolon_monthly_DAX.csv": (None, 602, "1975-01-01", "2025-02-01", "close", 10000.0, None),
    "variant_stooq_AAPL.csv": (None, 1000, "2020-03-12", "2024-03-01", "close", 60.9411, None),
    "variant_tiingo_AAPL.csv": ("AAPL", 1258, "2015-05-27", "2020-05-22", "adj_close", 121.6825575315, None),
    # 109 of 4,114 days belong to other tickers
    "variant_wide_close_matrix_43_tickers.csv": ("AAPL", 4005, "2010-01-04", "2025-12-03", "close", 6.418383598327637,
                                                 None),
    "variant_yahoo_null_rows_TNX.csv": (None, 2551, "2008-12-31", "2019-02-22", "adj_close", 2.244, None),
    "variant_yahoo_pre2017_unadjusted_AAPL.csv": (None, 3270, "2000-03-01", "2013-03-01", "adj_close", 31.68, None),
    "variant_yahoo_pre2017_unadjusted_MSFT.csv": (None, 3270, "2000-03-01", "2013-03-01", "adj_close", 33.68, None),
    "variant_yfinance_multiindex_AAPL.csv": ("AAPL", 1509, "2018-01-02", "2023-12-29", "close", 40.30418014526367,
                                             None),
}  # fmt: skip


def read(name: str, close: str = "auto", ticker: str | None = None) -> tuple[PriceTable, DataCard]:
    path = PRICES / name
    if not path.is_file():
        pytest.skip(f"{name} is not at hand")
    return read_prices(path, ReadingOptions(close, ticker))


@pytest.mark.parametrize("name", FILES)
def test_reads_every_file(name: str) -> None:
    ticker, rows, first, last, close, first_close, last_close = FILES[name]
    table, card = read(name, ticker=ticker)
    assert (card.rows, card.first, card.last, card.close) == (rows, first, last, close)
    assert first_close in (None, table.close[0])
    assert last_close in (None, table.close[-1])


def test_knows_every_file() -> None:
    if not PRICES.is_dir():
        pytest.skip("the files are not at hand")
    assert {path.name for path in PRICES.iterdir()} - {"MANIFEST.md"} == set(FILES)


@pytest.mark.parametrize("name", ["all_stocks_5yr.csv.gz", "variant_wide_close_matrix_43_tickers.csv"])
def test_asks_which_ticker(name: str) -> None:
    with pytest.raises(DataError, match=r"expected one ticker, found 'AA[A-Z]+', .* and [0-9]+ more\. Choose one"):
        read(name)


@pytest.mark.parametrize("name", BUILTIN)
def test_builtin_prices(name: str) -> None:
    table, card = read_builtin(name)
    assert len(table) == card.rows == 5031
    assert (card.first, card.last) == ("1999-01-04", "2018-12-31")
    assert card.columns == ("open", "high", "low", "close", "volume")
    assert (card.source, card.close, card.gap_count) == (f"builtin:{name}", "adj_close", 0)
    assert (card.repairs, card.warnings) == ((), ())
    assert card.zero_volume_rows == {"sp500": 0, "nasdaq": 2}[name]
    assert read_builtin(name, ReadingOptions("close"))[0] == table


def test_builtin_prices_are_read_without_their_package() -> None:
    code = (
        "import sys; from tunewright.prices.data.builtin import read_builtin; "
        "read_builtin('sp500'); print('arch' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "False"


def test_an_index_needs_no_repair() -> None:
    _, card = read("GSPC_yahoo_2008_2019.csv")
    assert (card.rows, card.first, card.last) == (2553, "2008-12-31", "2019-02-22")
    assert (card.repairs, card.warnings, card.gap_count) == ((), (), 0)


def test_a_fund_is_adjusted_for_its_dividends() -> None:
    table, card = read("SPY_yahoo_2008_2019.csv")
    raw, _ = read("SPY_yahoo_2008_2019.csv", close="close")
    assert table.close[0] == 73.579315
    assert card.repairs == ("scaled open, high, low by Adj Close / Close in 2511 rows",)
    np.testing.assert_allclose(table.columns["open"] / table.close, raw.columns["open"] / raw.close, rtol=1e-12)


def test_null_rows_are_dropped() -> None:
    _, card = read("variant_yahoo_null_rows_TNX.csv")
    assert (card.rows, card.zero_volume_rows) == (2551, 2551)
    assert card.repairs == ("dropped 2 rows with a missing value (first: line 449)",)


def test_splits_show_in_the_raw_close_and_not_in_the_adjusted_one() -> None:
    _, adjusted = read("variant_yahoo_pre2017_unadjusted_AAPL.csv")
    _, raw = read("variant_yahoo_pre2017_unadjusted_AAPL.csv", close="close")
    assert [split.date for split in adjusted.splits] == ["2000-06-21", "2005-02-28"]
    assert [text[:42] for text in adjusted.warnings] == ["the close moved by -51.9% on 2000-09-29: n"]
    assert {text.split(" on ")[1][:10] for text in raw.warnings} == {"2000-06-21", "2000-09-29", "2005-02-28"}


def test_the_last_column_is_not_taken_for_the_volume() -> None:
    table, card = read("variant_yahoo_pre2017_unadjusted_MSFT.csv")
    assert (card.rows, table.close[0]) == (3270, 33.68)
    assert table.columns["volume"][0] == 106889800.0
