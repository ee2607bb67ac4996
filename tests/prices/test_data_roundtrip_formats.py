"""Any table, written in any way that the reader knows, reads back equal to the last bit."""

import io
from collections.abc import Mapping
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from price_writers import DATES, HEADERS, ORDER, Style, as_bytes, long, rows, two_levels, wide
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.read import read_price_bytes
from tunewright.prices.data.table import PriceTable

PRICES = st.floats(min_value=0.001, max_value=1e9, allow_subnormal=False)
VOLUMES = st.integers(min_value=0, max_value=10**12).map(float)
TICKERS = ("AAPL", "BRK.B", "LOW", "MC.PA")


@st.composite
def tables(draw: st.DrawFn, names: tuple[str, ...] = ("open", "high", "low", "volume")) -> PriceTable:
    count = draw(st.integers(2, 8))
    days = draw(st.lists(st.integers(0, 20_000), min_size=count, max_size=count, unique=True))
    held = draw(st.sets(st.sampled_from(names))) if names else set()
    columns = {
        name: np.array(draw(st.lists(VOLUMES if name == "volume" else PRICES, min_size=count, max_size=count)))
        for name in held
    }
    columns["close"] = np.array(draw(st.lists(PRICES, min_size=count, max_size=count, unique=True)))
    return PriceTable(np.array(sorted(days), dtype="datetime64[D]"), columns)


@st.composite
def styles(draw: st.DrawFn) -> Style:
    decimal_comma = draw(st.booleans())
    return Style(
        delimiter=";" if decimal_comma else draw(st.sampled_from(",;\t|")),
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])),
        date=draw(st.sampled_from(sorted(DATES))),
        header=draw(st.sampled_from(sorted(HEADERS))),
        decimal_comma=decimal_comma,
        groups=draw(st.booleans()),
        sign=draw(st.sampled_from(["", "$", "€"])),
        scale=draw(st.sampled_from(["", "K", "M"])),
        newline=draw(st.sampled_from(["\n", "\r\n"])),
        packing=draw(st.sampled_from(["", "", "gz", "zip"])),
    )


@settings(max_examples=300, deadline=None)
@given(table=tables(), style=styles(), order=st.randoms(use_true_random=False))
def test_one_series_in_any_style(table: PriceTable, style: Style, order: Random) -> None:
    header, *body = rows(table, style)
    order.shuffle(body)
    read, card = read_price_bytes(
        as_bytes([header, *body], style), "p", ReadingOptions(dates=ORDER.get(style.date, "auto"))
    )
    assert read == table
    assert card.close == "close"


@st.composite
def markets(draw: st.DrawFn) -> Mapping[str, PriceTable]:
    """Two or three tickers with the same columns; dates overlap or do not."""
    names = ("open", "high", "low", "volume")[: draw(st.integers(0, 4))]
    chosen = draw(st.lists(st.sampled_from(TICKERS), min_size=2, max_size=3, unique=True))
    made = {ticker: draw(tables(())) for ticker in chosen}
    return {
        ticker: PriceTable(table.dates, {**table.columns, **{name: np.floor(table.close) + 1 for name in names}})
        for ticker, table in made.items()
    }


@pytest.mark.parametrize("form", ["long", "wide", "levels", "levels, ticker first"])
@settings(max_examples=75, deadline=None)
@given(market=markets(), style=styles(), which=st.integers(0, 2))
def test_many_tickers_in_any_style(form: str, market: Mapping[str, PriceTable], style: Style, which: int) -> None:
    ticker = list(market)[which % len(market)]
    style = replace(style, scale="")
    wanted = market[ticker]
    if form == "long":
        cells = long(market, style)
    elif form == "wide":
        cells = wide(market, style)
        wanted = PriceTable(wanted.dates, {"close": wanted.close})
    else:
        cells = two_levels(market, style, ticker_first=form != "levels")
    data = as_bytes(cells, style)
    read, card = read_price_bytes(data, "p", ReadingOptions(ticker=ticker.lower(), dates=ORDER.get(style.date, "auto")))
    assert read == wanted
    assert card.ticker == ticker


@settings(max_examples=40, deadline=None)
@given(table=tables(), style=styles())
def test_workbooks(table: PriceTable, style: Style) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    header, *body = rows(table, replace(style, decimal_comma=False))
    for row in [header, *body]:
        book.active.append(row)
    for line, day in enumerate(table.dates, 2):
        book.active.cell(line, header.index(HEADERS[style.header]["date"]) + 1).value = day.astype(object)
    book.create_sheet("Notes").append(["not read"])
    stream = io.BytesIO()
    book.save(stream)
    read, card = read_price_bytes(stream.getvalue(), "p.xlsx")
    assert read == table
    assert card.format == "Excel workbook, the first of 2 sheets ('Sheet'), one series"


@settings(max_examples=40, deadline=None)
@given(table=tables())
def test_parquet(table: PriceTable) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {name.capitalize(): values for name, values in table.columns.items()}
    stream = io.BytesIO()
    parquet.write_table(pyarrow.table({**columns, "__index_level_0__": table.dates}), stream)
    assert read_price_bytes(stream.getvalue(), "p")[0] == table
