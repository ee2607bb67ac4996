"""Small twins of the files that people bring: what is read, and what the card says of it."""

import gzip
from pathlib import Path

import pytest

from price_writers import zipped
from tunewright.core.errors import ConfigError, DataError
from tunewright.prices.data.card import DataCard
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.read import read_price_bytes, read_prices
from tunewright.prices.data.source import read_source
from tunewright.prices.data.table import PriceTable

HISTORY = """Date,Open,High,Low,Close,Volume,Dividends,Stock Splits
2022-03-10 00:00:00-05:00,9,11,8,10,100,0.0,0.0
2022-03-14 00:00:00-04:00,9,11,8,11,100,0.2,2.0
"""
MULTI = """Price,Close,Close,High,High,Volume,Volume
Ticker,AAPL,MSFT,AAPL,MSFT,AAPL,MSFT
Date,,,,,,
2024-01-02,10.0,,11.0,,100,
2024-01-03,12.0,30.0,13.0,31.0,200,300
2024-01-04,11.0,32.0,12.0,33.0,400,500
"""
PASTED = (
    "Date\tOpen\tHigh\tLow\tClose*\tAdj Close**\tVolume\n"
    "Feb 13, 2023\t150.95\t154.26\t150.92\t153.85\t153.50\t62,199,000\n"
    "Feb 10, 2023\t0.23 Dividend\n"
    "Feb 10, 2023\t149.46\t151.34\t149.22\t151.01\t150.60\t57,450,700\n"
    "Aug 31, 2020\t4:1 Stock Split\n"
    "*Close price adjusted for splits.\n"
)
FINAM = """<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>
MSFT.US,D,20240110,000000,370,380,369,375.5,100,0
MSFT.US,D,20240111,000000,371,381,370,376.5,200,0
"""
CLIENT = "date,1. open,2. high,3. low,4. close,5. volume\n2024-01-03,1,2,1,2,9\n2024-01-02,1,2,1,1.5,8\n"
ADJUSTED = (
    "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient\n"
    "2024-01-03,50,52,49,51,51,9,0,2.0\n2024-01-02,100,102,99,101,50.5,8,0,1.0\n"
)
FRED = "observation_date,DCOILWTICO\n2024-01-02,70.6\n2024-01-03,.\n2024-01-04,72.9\n"
GERMAN = (
    "Datum;Eröffnung;Hoch;Tief;Schluss;Volumen\n"
    "03.01.2024;1.010,5;1.020;1.000;1.015,25;1.234.567\n02.01.2024;990;1.000;980,5;999,75;900.000\n"
)
SEP = "sep=;\nDate;Close\n2024-01-02;1,5\n2024-01-03;2,5\n"
HOURLY = (
    "Time,Open,High,Low,Close,Volume\n"
    "13.01.2017 22:00:00.000,1.0,1.4,0.9,1.1,5\n13.01.2017 23:00:00.000,1.1,1.2,0.8,1.2,6\n"
    "14.01.2017 22:00:00.000,1.3,1.5,1.2,1.4,7\n14.01.2017 23:00:00.000,1.4,1.6,1.3,1.5,8\n"
)
PAIRS = "Date,\"('Close', 'AAPL')\",\"('Close', 'MSFT')\"\n2024-01-02,10,30\n2024-01-03,11,31\n"
TIINGO = (
    ",symbol,date,close,high,low,open,volume,adjClose,divCash,splitFactor\n"
    "0,AAPL,2024-01-02 00:00:00+00:00,10,11,9,10,5,5,0.0,1.0\n"
    "1,AAPL,2024-01-03 00:00:00+00:00,12,13,11,12,5,6,0.0,1.0\n"
)
REPEATED = "Date,Close\n2024-01-02,1\nDate,Close\n2024-01-03,2\nTotal,\nDownloaded 2024-01-05\n"
LIVE = "Date,Close\n2024-01-02 00:00:00,1\n2024-01-03 00:00:00,2\n2024-01-04 00:00:00,3\n2024-01-04 16:00:02,4\n"
TWINS = {
    "yfinance history": (HISTORY, None, [10.0, 11.0], "2022-03-14"),
    "yfinance, many tickers": (MULTI, "MSFT", [30.0, 32.0], "2024-01-04"),
    "yfinance, flattened": (PAIRS, "AAPL", [10.0, 11.0], "2024-01-03"),
    "Yahoo's page, pasted": (PASTED, None, [150.6, 153.5], "2023-02-13"),
    "Stooq and Finam bulk": (FINAM, None, [375.5, 376.5], "2024-01-11"),
    "Alpha Vantage client": (CLIENT, None, [1.5, 2.0], "2024-01-03"),
    "Alpha Vantage adjusted": (ADJUSTED, None, [50.5, 51.0], "2024-01-03"),
    "FRED": (FRED, None, [70.6, 72.9], "2024-01-04"),
    "German export": (GERMAN, None, [999.75, 1015.25], "2024-01-03"),
    "Excel's sep line": (SEP, None, [1.5, 2.5], "2024-01-03"),
    "hourly": (HOURLY, None, [1.2, 1.5], "2017-01-14"),
    "Tiingo": (TIINGO, None, [5.0, 6.0], "2024-01-03"),
    "repeated header and footer": (REPEATED, None, [1.0, 2.0], "2024-01-03"),
    "today's row twice": (LIVE, None, [1.0, 2.0, 4.0], "2024-01-04"),
}


def read(text: str, **options: str) -> tuple[PriceTable, DataCard]:
    return read_price_bytes(text.encode(), "p.csv", ReadingOptions(**options))


@pytest.mark.parametrize("name", TWINS)
def test_reads(name: str) -> None:
    text, ticker, closes, last = TWINS[name]
    table, card = read_price_bytes(text.encode(), "p.csv", ReadingOptions(ticker=ticker))
    assert table.close.tolist() == closes
    assert card.last == last
    assert card.rows == len(closes)


def test_what_a_pasted_page_loses_is_said() -> None:
    table, card = read(PASTED)
    assert table.columns["volume"].tolist() == [57450700.0, 62199000.0]
    assert card.repairs[:2] == (
        "left out 2 rows of a dividend or a split (first: line 3)",
        "left out 1 line below the prices (first: line 6)",
    )
    assert card.reading == ("dates are month day, year", "commas in numbers part thousands")


def test_repeated_headers_and_footers_are_said() -> None:
    _, card = read(REPEATED)
    assert card.repairs == (
        "left out 1 repeated header (first: line 3)",
        "left out 2 lines below the prices (first: line 6)",
    )


def test_another_ticker_s_days_are_left_out_and_not_filled() -> None:
    table, card = read(MULTI, ticker="msft")
    assert [str(day) for day in table.dates] == ["2024-01-03", "2024-01-04"]
    assert (card.ticker, card.format) == ("MSFT", "comma-separated UTF-8, a header of two levels, 2 tickers")
    assert card.repairs == ("left out 1 row without a value of MSFT (first: line 4)",)
    assert (card.close, card.adjusted) == ("close", "yes")
    assert card.close_reason == "yfinance adjusts Close by default, and the file has no Adj Close."


def test_hours_are_joined_into_days() -> None:
    table, card = read(HOURLY)
    assert {name: values.tolist() for name, values in table.columns.items()} == {
        "open": [1.0, 1.3], "high": [1.4, 1.6], "low": [0.8, 1.2], "close": [1.2, 1.5], "volume": [11.0, 15.0],
    }  # fmt: skip
    assert card.repairs[0].startswith("joined 4 rows at several times of the day into 2 days")


def test_numbers_with_signs_groups_and_commas() -> None:
    table, card = read(GERMAN)
    assert table.columns["volume"].tolist() == [900000.0, 1234567.0]
    assert table.columns["open"].tolist() == [990.0, 1010.5]
    assert card.reading == (
        "dates are day/month/year: they are written with dots, and no day is above 12",
        "numbers have a decimal comma ('1.010,5')",
        "the close is the column 'Schluss'",
    )
    swiss, card = read("Date;Close\n2024-01-02;1'234.5\n2024-01-03;1 000 000\n")
    assert swiss.close.tolist() == [1234.5, 1e6]
    assert card.reading == ("spaces or apostrophes in numbers part thousands",)
    _, card = read('Date,Price,Vol.\n"Sep 21, 2020","$1,612.34",1.5M\n"Sep 22, 2020","$1,600",999K\n')
    assert card.reading[1:] == (
        "commas in numbers part thousands",
        "signs left out of numbers: $",
        "'Vol.' is written with K, M or B: exact to the digits given",
        "the close is the column 'Price'",
    )


def test_commas_between_thousands_alone_depend_on_the_delimiter() -> None:
    assert read('Date,Close\n2024-01-02,"1,234"\n2024-01-03,"1,235"\n')[0].close.tolist() == [1234.0, 1235.0]
    assert read("Date;Close\n2024-01-02;1,234\n2024-01-03;1,235\n")[0].close.tolist() == [1.234, 1.235]


def test_points_between_thousands_alone_depend_on_their_neighbours() -> None:
    table, card = read("Datum;Schlusskurs\n2024-01-02;987\n2024-01-03;995\n2024-01-04;1.003\n2024-01-05;1.011\n")
    assert table.close.tolist() == [987.0, 995.0, 1003.0, 1011.0]
    assert card.reading[0] == "points in numbers part thousands: numbers below 1000 beside them have none"
    table, card = read("Date;Close\n2024-01-02;1.003\n2024-01-03;1011\n")
    assert table.close.tolist() == [1.003, 1011.0]
    assert card.reading == ("numbers have a decimal point: thousands beside them are not parted",)
    assert read("Date;Close\n2024-01-02;1.003\n2024-01-03;0.997\n")[0].close.tolist() == [1.003, 0.997]
    assert read("Date,Close\n2024-01-02,1.003\n2024-01-03,997\n")[0].close.tolist() == [1.003, 997.0]


@pytest.mark.parametrize(("decimals", "first"), [("point", 1.003), ("comma", 1003.0)])
def test_what_marks_decimals_can_be_said(decimals: str, first: float) -> None:
    text = "Date;Close\n2024-01-02;1.003\n2024-01-03;1.011\n"
    table, card = read(text, decimals=decimals)
    assert table.close[0] == first
    assert card.reading == (f"numbers have a decimal {decimals}, as asked for",)
    with pytest.raises(DataError, match=r"found '1\.003', where the point may mark decimals or part thousands\."):
        read(text)
    with pytest.raises(ConfigError, match="decimals: expected one of auto, point, comma, found 'dot'"):
        read(text, decimals="dot")


def test_a_value_beside_prices_is_what_was_turned_over() -> None:
    with pytest.raises(DataError, match="expected a column 'Close' or 'Adj Close', found 'Date', 'Open'"):
        read("Date,Open,High,Low,VWAP,Value\n2024-01-02,10,11,9,10,5000\n2024-01-03,10,11,9,10,6000\n")
    assert read("Date,NAV,Volume\n2024-01-02,10,5\n2024-01-03,11,6\n")[0].close.tolist() == [10.0, 11.0]


EXPORTS = {
    "German": ("Datum;Zuletzt;Eröffn.;Hoch;Tief;Vol.;+/- %", "02.01.2024"),
    "Spanish": ("Fecha;Último;Apertura;Máximo;Mínimo;Vol.;% var.", "02.01.2024"),
    "French": ("Date;Dernier;Ouv.;Plus Haut;Plus Bas;Vol.;Variation %", "02/01/2024"),
    "Portuguese": ("Data;Último;Abertura;Máxima;Mínima;Vol.;Var%", "02.01.2024"),
}


@pytest.mark.parametrize("language", EXPORTS)
def test_exports_in_other_languages(language: str) -> None:
    header, day = EXPORTS[language]
    table, card = read(f"{header}\n{day};11,5;10,5;12,5;9,5;1,5M;0,5%\n15{day[2:]};12;11;13;10;2M;0,5%\n")
    assert {name: values[0] for name, values in table.columns.items()} == {
        "open": 10.5, "high": 12.5, "low": 9.5, "close": 11.5, "volume": 1.5e6,
    }  # fmt: skip
    assert (card.first, card.last) == ("2024-01-02", "2024-01-15")


@pytest.mark.parametrize("title", ["Total Traded Quantity", "Number of Shares"])
def test_words_of_exchanges_for_the_volume(title: str) -> None:
    table, _ = read(f"Date,Close,{title}\n2024-01-02,1,5\n2024-01-03,2,6\n")
    assert table.columns["volume"].tolist() == [5.0, 6.0]


MONTHS = {
    "German": "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    "short German": "Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "French": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "English": "January February March April May June July August September October November December",
}


@pytest.mark.parametrize("language", MONTHS)
@pytest.mark.parametrize("mark", [" ", ". "])
def test_months_in_other_languages(language: str, mark: str) -> None:
    lines = [f"15{mark}{month} 2023,{number}" for number, month in enumerate(MONTHS[language].split(), 1)]
    table, _ = read("Date,Close\n" + "\n".join(lines) + "\n")
    assert [str(day) for day in table.dates] == [f"2023-{month:02}-15" for month in range(1, 13)]


DAYS = {
    "a day above 12": ("13/01/2024", "02/02/2024", "auto", "2024-01-13"),
    "a month after": ("01/13/2024", "02/02/2024", "auto", "2024-01-13"),
    "weekends": ("06/07/2024", "10/07/2024", "auto", "2024-06-07"),
    "asked for day first": ("03/01/2024", "04/01/2024", "day_first", "2024-01-03"),
    "asked for month first": ("03/01/2024", "04/01/2024", "month_first", "2024-03-01"),
}


@pytest.mark.parametrize("name", DAYS)
def test_day_and_month(name: str) -> None:
    one, other, order, first = DAYS[name]
    if name == "weekends":  # 6 July is a Saturday, 7 June a Friday; 10 July and 7 October are weekdays
        one, other = "06/07/2024", "07/10/2024"
    _, card = read(f"Date,Close\n{one},1\n{other},2\n", dates=order)
    assert card.first == first
    assert len(card.reading) == 1


def test_splits_are_told_from_crashes() -> None:
    text = "Date,Close,Adj Close\n2024-01-02,100,25\n2024-01-03,51,25.5\n2024-01-04,24,12\n2024-01-05,7.9,11.85\n"
    _, adjusted = read(text)
    _, raw = read(text, close="close")
    assert [split.text() for split in adjusted.splits] == [
        "2-for-1 on 2024-01-03 (adjusted for)",
        "3-for-1 on 2024-01-05 (adjusted for)",
    ]
    assert adjusted.warnings == (
        "the close moved by -52.9% on 2024-01-04: no split, as Close and Adj Close agree: a wrong number "
        "or a real move",
    )
    assert [split.adjusted for split in raw.splits] == [False, False]
    assert "the 2-for-1 split, which this close is not adjusted for" in raw.warnings[0]
    assert (adjusted.adjusted, raw.adjusted) == ("yes", "no")


def test_only_usual_ratios_are_splits_and_small_ones_may_be_dividends() -> None:
    text = "Date,Close,Adj Close\n2024-01-02,100,70\n2024-01-03,{},70\n2024-01-04,{},71\n"
    _, card = read(text.format(100 / 1.43, 71))
    assert card.splits == ()
    _, card = read(text.format(80, 81))
    assert [split.ratio for split in card.splits] == ["5-for-4 split or a large dividend"]
    found = [read(text.format(100 / ratio, 100 / ratio))[1].splits[0].ratio for ratio in (7, 1.5, 0.1, 4 / 3, 2.5)]
    assert found == ["7-for-1", "3-for-2", "1-for-10", "4-for-3", "5-for-2"]


def test_coarse_old_prices_are_no_splits() -> None:
    rows = "".join(f"2024-01-{n:02},{2 + n / 10:.2f},{0.05 + n // 5 / 100:.2f}\n" for n in range(1, 29))
    _, card = read("Date,Close,Adj Close\n" + rows)
    assert card.splits == ()


def test_a_column_of_splits_is_believed() -> None:
    _, card = read(HISTORY)
    assert [split.as_dict() for split in card.splits] == [{"date": "2022-03-14", "ratio": "2-for-1", "adjusted": True}]
    assert "split     2-for-1 on 2022-03-14 (adjusted for)" in card.lines()


def test_packed_files_and_encodings(tmp_path: Path) -> None:
    plain, _ = read(CLIENT)
    for name, data in {"p.csv.gz": gzip.compress(CLIENT.encode()), "p.zip": zipped(CLIENT.encode()),
                       "p.txt": CLIENT.encode("utf-16")}.items():  # fmt: skip
        path = tmp_path / name
        path.write_bytes(data)
        assert read_prices(path)[0] == plain


ERRORS = {
    "no choice": (
        MULTI,
        {},
        "p.csv: expected one ticker, found 'AAPL', 'MSFT'. Choose one by ticker, --ticker or --with FILE:TICKER.",
    ),
    "a ticker that is not there": (
        MULTI,
        {"ticker": "IBM"},
        "p.csv: expected a ticker 'IBM', found 'AAPL', 'MSFT'. Choose one by ticker, --ticker or --with FILE:TICKER.",
    ),
    "a ticker where none is named": (
        CLIENT,
        {"ticker": "IBM"},
        "p.csv, line 1: expected a file that names its tickers "
        "for ticker = 'IBM', found no such column. Leave ticker out.",
    ),
    "a row of no ticker": (
        "Date,Close,Name\n2024-01-02,1,A\n2024-01-03,2,\n",
        {},
        "p.csv, line 3, column 'Name': "
        "expected a ticker in every row, found a blank cell. Complete or remove the line.",
    ),
    "a ticker twice": (
        "Date,A,A\n2024-01-02,1,1\n",
        {"ticker": "A"},
        "p.csv, line 1: expected one column 'A', found 2. Rename one.",
    ),
    "a space that parts no thousands": (
        "Date,Close\n2024-01-02,1 23\n",
        {},
        "p.csv, line 2, column 'Close': expected a number, found '1 23'. Write digits with a decimal point and no "
        "other sign, or leave the cell empty where there is no value.",
    ),
    "a line without end": (
        "Date,Close\n" + "1," * 2**19,
        {},
        "p.csv: expected a table with one row in a line, found a "
        "line of 1,048,576 characters or more. Export the file again.",
    ),
    "two styles of numbers": (
        "Date;Open;Close\n2024-01-02;1,5;1.5\n2024-01-03;2;2.5\n",
        {},
        "p.csv, line 2, column 'Open': expected numbers written one way in the whole file, found '1,5' with a decimal "
        "comma, but '1.5' with a decimal point in line 2, column 'Close'. Write them alike.",
    ),
    "asked for another order": (
        "Date,Close\n13/01/2024,1\n14/01/2024,2\n",
        {"dates": "month_first"},
        "p.csv, line 2, column 'Date': expected a date as month/day/year, the same way in every row, found "
        "'13/01/2024'. Write it as 12/31/1999, or remove the line if it is no row of prices.",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_refuses(name: str) -> None:
    text, options, message = ERRORS[name]
    with pytest.raises(DataError) as caught:
        read(text, **options)
    assert str(caught.value) == message


def test_refuses_options_that_mean_nothing() -> None:
    with pytest.raises(ConfigError, match="dates: expected one of auto, day_first, month_first, found 'us'"):
        ReadingOptions(dates="us")
    with pytest.raises(ConfigError, match="builtin:sp500: expected no ticker, found 'AAPL'"):
        read_source("builtin:sp500", ReadingOptions(ticker="AAPL"))


def test_refuses_a_zip_of_several_files(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(zipped(b"", name="__MACOSX/x"))
    with pytest.raises(DataError, match=r"expected a \.zip with one file of prices in it, found 0\. Unpack it"):
        read_prices(path)


def test_names_the_package_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tunewright.prices.data.sheets.find_spec", lambda _: None)
    with pytest.raises(DataError) as caught:
        read_price_bytes(b"PAR1....PAR1", "p.parquet")
    assert str(caught.value) == (
        "p.parquet: reading it takes the package 'pyarrow', which is not installed. "
        "Install it (pip install 'tunewright[parquet]'), or export CSV."
    )
