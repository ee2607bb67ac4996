"""What the reader refuses, word for word: what was expected, what was found, how to mend it."""

import pytest

from tunewright.core.errors import ConfigError, DataError
from tunewright.prices.data.builtin import read_builtin
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.read import read_price_bytes

CELL = "Write digits with a decimal point and no other sign, or leave the cell empty where there is no value."
MEND = "Correct the cell, or leave it empty where there is no value."
ISO = "Write the dates as year-month-day, such as 1999-01-04."
AGAIN = "Download or export the file again."
HOLE = "".join(f"2024-01-{day:02},{'1' if day < 3 else ''}\n" for day in range(1, 9))
TWO_SERIES = "".join(f"2024-01-{day:02},{price}\n" for price in (1, 50) for day in range(1, 7))

REFUSED = {
    "text in a number column": (
        "Date,Close\n2024-01-02,1\n2024-01-03,abc\n",
        f"p.csv, line 3, column 'Close': expected a number, found 'abc'. {CELL}",
    ),
    "digits grouped by underscores": (
        "Date,Close\n2024-01-02,1_000\n",
        f"p.csv, line 2, column 'Close': expected a number, found '1_000'. {CELL}",
    ),
    "infinity": (
        "Date,Close\n2024-01-02,-inf\n",
        f"p.csv, line 2, column 'Close': expected a finite number, found '-inf'. {MEND}",
    ),
    "overflow": (
        "Date,Close\n2024-01-02,1e999\n",
        f"p.csv, line 2, column 'Close': expected a finite number, found '1e999'. {MEND}",
    ),
    "zero price": (
        "Date,Open,Close\n2024-01-03,0,1\n2024-01-02,1,1\n",
        f"p.csv, line 2, column 'Open': expected a price above zero, found 0. {MEND}",
    ),
    "negative adjusted price": (
        "Date,Close,Adj Close\n2024-01-02,1,-0.5\n2024-01-03,1,1\n",
        f"p.csv, line 2, column 'Adj Close': expected a price above zero, found -0.5. {MEND}",
    ),
    "scaling beyond floats": (
        "Date,Open,Close,Adj Close\n2024-01-02,2,1e-300,1e300\n2024-01-03,1,1,1\n",
        "p.csv, line 2, column 'Open': expected a price that can be scaled by Adj Close / Close, found "
        "2 * 1e+300 / 1e-300. Correct the row, or set close to 'close'.",
    ),
    "negative volume": (
        "Date,Close,Volume\n2024-01-02,1,-5\n",
        f"p.csv, line 2, column 'Volume': expected a volume of zero or more, found -5. {MEND}",
    ),
    "unreadable date": (
        "Date,Close\n2024-01-02,1\n\nsoon,2\n",
        "p.csv, line 4, column 'Date': expected a date as year-month-day, the same way in every row, found "
        "'soon'. Write it as 1999-12-31, or remove the line if it is no row of prices.",
    ),
    "date not in the calendar": (
        "Date,Close\n2/30/2024,1\n",
        "p.csv, line 2, column 'Date': expected a date as month/day/year, the same way in every row, found "
        "'2/30/2024'. Write it as 12/31/1999, or remove the line if it is no row of prices.",
    ),
    "day before month": (
        "Date,Close\n1/13/2024,1\n3/1/2024,2\n13/1/2024,1\n",
        "p.csv, line 4, column 'Date': expected month/day/year, as in line 2, found '13/1/2024', which is "
        f"day/month/year. {ISO}",
    ),
    "day or month": (
        "Date,Close\n3/1/2024,1\n4/1/2024,1\n",
        "p.csv, line 2, column 'Date': expected dates that can be read one way only, found '3/1/2024' and no "
        "day above 12 in the whole column: month/day/year or day/month/year? "
        "Set dates to 'month_first' or 'day_first', or write them as year-month-day, such as 1999-01-04.",
    ),
    "header only": (
        "Date,Close\n",
        f"p.csv: expected rows of prices below the header, found the header only. {AGAIN}",
    ),
    "no close": (
        "Date,Open,High\n2024-01-02,1,1\n",
        "p.csv, line 1: expected a column 'Close' or 'Adj Close', found 'Date', 'Open', 'High'. "
        "Rename the column that holds the closing price.",
    ),
    "no date": (
        "When;Close\nsoon;1\n",
        "p.csv, line 1: expected a header with a column 'Date', found 'When', 'Close'. "
        "A line at the top must name the columns.",
    ),
    "two closes": (
        "Date,Close,close*\n2024-01-02,1,1\n",
        "p.csv, line 1: expected one column of each kind, found two for close: 'Close' and 'close'. "
        "Remove or rename one.",
    ),
    "no closing prices": (
        "Date,Close\n2024-01-02,\n2024-01-03,null\n",
        f"p.csv: expected closing prices, found no value at all in 'Close'. {AGAIN}",
    ),
    "one row": (
        "Date,Close\n2024-01-02,1\n2024-01-02,1\n",
        "p.csv: expected at least 2 rows of prices, found 1. Use a file with a longer history.",
    ),
    "constant price": (
        "Date,Close\n2024-01-02,1.5\n2024-01-03,1.5\n",
        "p.csv, column 'Close': expected prices that change, found 1.5 in all 2 rows. "
        "There is nothing to forecast; use another file.",
    ),
    "a hole": (
        "Date,Close\n" + HOLE,
        "p.csv, lines 4 to 9: expected a number in every row, found 6 rows on end (2024-01-03 to 2024-01-08) "
        "without a value in 'Close'. Fill them from another source, cut the file before or after them, or "
        "remove the column if it can be spared.",
    ),
    "too few cells": (
        "Date,Close,Volume\n2024-01-02,1\n",
        "p.csv, line 2: expected 3 cells as in the header, found 2. Complete or remove the line; a number "
        "with a comma in it needs quotation marks around it.",
    ),
    "too many cells": (
        "Date,Close\n2024-01-02,1,234\n",
        "p.csv, line 2: expected 2 cells as in the header, found 3. Complete or remove the line; a number "
        "with a comma in it needs quotation marks around it.",
    ),
    "open quotation": (
        'Date,Close\n2024-01-02,"1\n2024-01-03,2\n',
        "p.csv, line 2: expected comma-separated cells, found a broken one (unexpected end of data). "
        "Look for a quotation mark that is not closed.",
    ),
    "several tickers by name": (
        "Date,Close,Symbol\n2024-01-02,1,AAPL\n2024-01-02,9,MSFT\n",
        "p.csv: expected one ticker, found 'AAPL', 'MSFT'. Choose one by ticker, --ticker or --with FILE:TICKER.",
    ),
    "several series without a name": (
        "Date,Close\n" + TWO_SERIES,
        "p.csv: expected one row a day of one series, found 12 rows on 6 dates (first: lines 2 and 8, "
        "2024-01-01). Split the file by ticker, or keep one row a day.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_content(case: str) -> None:
    text, message = REFUSED[case]
    with pytest.raises(DataError) as caught:
        read_price_bytes(text.encode(), "p.csv")
    assert str(caught.value) == message


def test_refuses_a_close_that_is_unknown_or_not_there() -> None:
    text = "Date,Close\n2024-01-02,1\n2024-01-03,2\n"
    with pytest.raises(ConfigError, match="expected one of auto, close, adj_close, found 'last'"):
        read_price_bytes(text.encode(), "p.csv", ReadingOptions("last"))
    with pytest.raises(DataError, match=r"close = 'adj_close', found only 'Close'\. Set close to 'auto' or 'close'"):
        read_price_bytes(text.encode(), "p.csv", ReadingOptions("adj_close"))


def test_refuses_an_unknown_builtin() -> None:
    with pytest.raises(ConfigError, match="expected one of sp500, nasdaq, found 'dax'"):
        read_builtin("dax")
