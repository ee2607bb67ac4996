"""Headers as vendors write them, headers that are short or missing, and rows that lack something."""

import pytest

from tunewright.core.errors import DataError
from tunewright.prices.data.card import DataCard
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.read import read_price_bytes
from tunewright.prices.data.table import PriceTable

ROWS = ("2021-03-01,10.0,11.2,9.9,11.0,500", "2021-03-02,11.0,11.9,10.8,11.5,450")
VALUES = {
    "open": [10.0, 11.0],
    "high": [11.2, 11.9],
    "low": [9.9, 10.8],
    "close": [11.0, 11.5],
    "volume": [500.0, 450.0],
}
VENDORS = {
    "Bloomberg": "Date,PX_OPEN,PX_HIGH,PX_LOW,PX_LAST,PX_VOLUME",
    "Compustat": "datadate,prcod,prchd,prcld,prccd,cshtrd",
    "CRSP": "date,OPENPRC,ASKHI,BIDLO,PRC,VOL",
    "NSE": "TradDt,OpnPric,HghPric,LwPric,ClsPric,TtlTradgVol",
    "NSE, old": "TIMESTAMP,OPEN,HIGH,LOW,CLOSE,TOTTRDQTY",
    "MOEX": "TRADEDATE,OPEN,HIGH,LOW,CLOSE,VOLUME",
    "MetaStock": "<DTYYYYMMDD>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>",
    "quantmod": '"","A.Open","A.High","A.Low","A.Close","A.Volume"',
    "quantmod, row names": "A.Open,A.High,A.Low,A.Close,A.Volume",
    "an index without its name": "Open,High,Low,Close,Volume",
}
QUANTMOD = (
    "Index,A.Open,A.Close,A.Adjusted,BRK.B.Open,BRK.B.Close,signal\n2021-03-01,1,2,1,3,4,0\n2021-03-02,1,3,1.5,3,5,1\n"
)
CRSP = (
    "PERMNO,date,TICKER,PRC,VOL\n"
    "90001,20210301,ACME,41.00,1000\n90001,20210302,ACME,-41.25,0\n90001,20210303,ACME,0,-99\n"
)


def read(text: str, **options: str) -> tuple[PriceTable, DataCard]:
    return read_price_bytes(text.encode(), "p.csv", ReadingOptions(**options))


def values(table: PriceTable) -> dict[str, list[float]]:
    return {name: column.tolist() for name, column in table.columns.items()}


@pytest.mark.parametrize("vendor", VENDORS)
def test_reads_the_fields_of_vendors(vendor: str) -> None:
    table, card = read("\n".join([VENDORS[vendor], *ROWS]))
    assert values(table) == VALUES
    assert (card.first, card.last) == ("2021-03-01", "2021-03-02")


def test_reads_one_of_several_tickers_of_quantmod() -> None:
    table, card = read(QUANTMOD, ticker="brk.b")
    assert values(table) == {"open": [3.0, 3.0], "close": [4.0, 5.0]}
    assert (card.ticker, card.adjusted) == ("BRK.B", "not said")
    assert read(QUANTMOD, ticker="A")[1].close == "adj_close"
    with pytest.raises(DataError, match=r"expected one ticker, found 'A', 'BRK\.B'\."):
        read(QUANTMOD)


def test_crsp_s_negative_price_is_a_mean_and_zero_is_none() -> None:
    table, card = read(CRSP)
    assert values(table) == {"close": [41.0, 41.25], "volume": [1000.0, 0.0]}
    assert card.ticker == "90001"
    assert "'PRC' below zero is the mean of bid and ask (CRSP): sign dropped in 1 row" in card.reading
    assert "dropped 1 row with a missing value (first: line 4)" in card.repairs
    assert read(CRSP, ticker="acme")[1].ticker == "ACME"
    with pytest.raises(DataError, match=r"column 'Close': expected a price above zero, found -41\.25"):
        read(CRSP.replace("PRC", "Close"))


@pytest.mark.parametrize("time", [[], ["00:00"]])
@pytest.mark.parametrize("numbers", [4, 5])
def test_reads_a_file_without_a_header_in_the_usual_order(time: list[str], numbers: int) -> None:
    cells = [row.split(",") for row in ROWS]
    table, card = read("\n".join(",".join([row[0], *time, *row[1 : numbers + 1]]) for row in cells))
    assert values(table) == {name: VALUES[name] for name in list(VALUES)[:numbers]}
    assert card.repairs[0].startswith("the file has no header: by their order the columns are Date, ")


OFFERED = {
    "two prices behind the low": ("2021-03-01,10,12,9,11,11,500", "Date,Open,High,Low,Close,Adj Close,Volume"),
    "the close before the high": ("2021-03-01,10,11,12,9,500", "Date,Open,High,Low,Close,Volume"),
    "a price for a volume": ("2021-03-01,10,12,9,11,11", "Date,Open,High,Low,Close,Volume"),
    "a decimal comma": ("2021-03-01;10;12;9;10,5;500", "Date;Open;High;Low;Close;Volume"),
    "a ticker": ("ACME,2021-03-01,10,12,9,11,500", "Ticker,Date,Open,High,Low,Close,Volume"),
    "a close alone": ("2021-03-01,10", "Date,Close"),
}


@pytest.mark.parametrize("case", OFFERED)
def test_offers_a_header_where_the_order_is_not_plain(case: str) -> None:
    row, line = OFFERED[case]
    with pytest.raises(DataError) as caught:
        read(f"{row}\n{row.replace('03-01', '03-02')}\n")
    mend = f"Put a line at the top that names the columns, such as {line!r} if that is their order."
    assert str(caught.value).endswith(mend)


def test_a_row_may_lack_its_volume_but_not_at_the_end_of_the_file() -> None:
    text = "\n".join(["Date,Open,High,Low,Close,Volume", ROWS[0], "1994-12-08,4.9,4.9,4.9,4.9", ROWS[1]])
    table, card = read(text)
    assert values(table) == VALUES
    assert "dropped 1 row with a missing value (first: line 3)" in card.repairs
    with pytest.raises(DataError, match="line 4: expected 6 cells as in the header, found 5"):
        read("\n".join([text.rsplit("\n", 1)[0].replace("1994-12-08,4.9,4.9,4.9,4.9", ROWS[1]), "2021-03-03,1,1,1,1"]))


def test_rows_without_a_volume_at_the_end_of_a_file_are_rows() -> None:
    short = [f"2021-02-{day},10,11,9,10.{day}" for day in range(10, 20)]
    table, card = read("\n".join(["Date,Open,High,Low,Close,Volume", *ROWS[::-1], *short[::-1]]))
    assert (len(table), card.first) == (12, "2021-02-10")
    assert "volume" not in table.columns


def test_a_first_row_of_the_running_day_is_left_out() -> None:
    table, card = read("date,close\n11:34,270.49\n2017/06/23,2\n2017/06/22,3\n")
    assert values(table) == {"close": [3.0, 2.0]}
    assert card.repairs[0] == "left out 1 row of the running day with a time for its date (first: line 2)"
    with pytest.raises(DataError, match=r"line 3, column 'date': expected a date"):
        read("date,close\n2017/06/23,2\n11:34,3\n")


@pytest.mark.parametrize(("first", "second", "taken"), [("0", "5", "TICKVOL"), ("", "5", "TICKVOL"), ("3", "5", "VOL")])
def test_of_two_volumes_the_one_that_holds_some_is_taken(first: str, second: str, taken: str) -> None:
    rows = "".join(f"2021-03-0{day},{day},{first},{second}\n" for day in range(1, 6))
    table, card = read(f"Date,Close,VOL,TICKVOL\n{rows}2021-03-08,9,7,8\n")
    assert table.columns["volume"][-1] == (8.0 if taken == "TICKVOL" else 7.0)
    assert any(text.startswith(f"the volume is the column '{taken}'") for text in card.reading)


def test_the_first_of_two_coins_volumes_is_taken() -> None:
    table, _ = read("Date,Close,Volume BTC,Volume USDT\n2021-03-01,1,0.5,5\n2021-03-02,2,0.25,6\n")
    assert table.columns["volume"].tolist() == [0.5, 0.25]


@pytest.mark.parametrize("ticker", ["LOW", "KL", "MO", "SON", "CAO"])
def test_short_words_are_tickers_in_a_table_of_tickers(ticker: str) -> None:
    for others in (["AAPL"], ["AAPL", "MSFT"]):
        names = [ticker, *others]
        rows = "".join(f"2021-03-0{day},{','.join(str(day + at) for at in range(len(names)))}\n" for day in (1, 2))
        table, card = read(f"Date,{','.join(names)}\n{rows}", ticker=ticker.lower())
        assert (card.ticker, table.close.tolist()) == (ticker, [1.0, 2.0])
