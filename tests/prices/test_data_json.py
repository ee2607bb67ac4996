"""JSON price files: every shape gives the table that the same rows give as CSV; anything else one clear line."""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.core.errors import DataError
from tunewright.prices.data import json_records
from tunewright.prices.data.options import AS_FOUND, ReadingOptions
from tunewright.prices.data.read import read_price_bytes
from tunewright.prices.data.table import PriceTable

TITLES = ["Date", "Open", "High", "Low", "Close", "Volume"]
Rows = Sequence[tuple[str, float, float, float, float, int]]
ROWS: Rows = [("2024-01-02", 10.0, 11.25, 9.5, 11.0, 500), ("2024-01-03", 11.0, 12.5, 10.75, 11.5, 450)]


def frame(rows: Rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=TITLES)


def records(rows: Rows) -> list[dict[str, Any]]:
    return [dict(zip(TITLES, row, strict=True)) for row in rows]


SHAPES: Mapping[str, Callable[[Rows], str]] = {
    "records": lambda rows: json.dumps(records(rows)),
    "lines": lambda rows: "\n".join(map(json.dumps, records(rows))) + "\n",
    "lists": lambda rows: json.dumps([TITLES, *rows]),
    "columns": lambda rows: json.dumps(dict(zip(TITLES, zip(*rows, strict=True), strict=True))),
    "wrapped": lambda rows: json.dumps({"meta": {"symbol": "A"}, "count": len(rows), "values": records(rows)}),
    "numbered": lambda rows: json.dumps(
        {
            "Meta Data": {"1. Symbol": "A"},
            "Time Series (Daily)": {
                row[0]: dict(zip(["1. open", "2. high", "3. low", "4. close", "5. volume"], row[1:], strict=True))
                for row in rows
            },
        }
    ),
    "beside another table": lambda rows: json.dumps({"terms": [{"open": "09:30"}], "prices": records(rows)}),
    "pandas": lambda rows: frame(rows).to_json(double_precision=15),
    "pandas split": lambda rows: frame(rows).to_json(orient="split", double_precision=15),
    "pandas index": lambda rows: frame(rows).set_index("Date").to_json(orient="index", double_precision=15),
    "pandas columns by date": lambda rows: frame(rows).set_index("Date").to_json(double_precision=15),
    "pandas split by date": lambda rows: frame(rows).set_index("Date").to_json(orient="split", double_precision=15),
    "pandas table": lambda rows: frame(rows).to_json(orient="table", double_precision=15),
    "pandas dates": lambda rows: (
        frame(rows)
        .assign(Date=pd.to_datetime([row[0] for row in rows]))
        .to_json(date_format="iso", double_precision=15)
    ),
}


def read(data: bytes, options: ReadingOptions = AS_FOUND) -> PriceTable:
    return read_price_bytes(data, "p.json", options)[0]


prices = st.floats(1.0, 1e4).map(lambda price: round(price, 4))
days = st.lists(st.tuples(prices, st.integers(1, 10**9)), min_size=2, max_size=30, unique_by=lambda day: day[0])


@settings(max_examples=40, deadline=None)
@given(shape=st.sampled_from(sorted(SHAPES)), days=days, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_every_shape_is_the_table_of_the_same_rows_as_csv(
    shape: str, days: list[tuple[float, int]], encoding: str
) -> None:
    dates = pd.bdate_range("2024-01-02", periods=len(days)).strftime("%Y-%m-%d")
    rows = [
        (day, price, price + 1, price - 0.5, price, volume) for day, (price, volume) in zip(dates, days, strict=True)
    ]
    stream = io.StringIO()
    frame(rows).to_csv(stream, index=False)
    found, wanted = read(SHAPES[shape](rows).encode(encoding)), read(stream.getvalue().encode())
    assert found.dates.tolist() == wanted.dates.tolist()
    assert list(found.columns) == list(wanted.columns)
    for name, values in wanted.columns.items():
        np.testing.assert_allclose(found.columns[name], values, rtol=1e-13)  # pandas writes 15 digits at most


def test_the_card_says_json_and_null_is_missing() -> None:
    rows = [*records(ROWS), {"Date": "2024-01-04", "Close": None}]
    table, card = read_price_bytes(json.dumps(rows).encode(), "p.json")
    assert card.format == "JSON, one series"
    assert len(table) == 2
    assert any("dropped 1 row" in repair for repair in card.repairs)


def test_one_of_several_tickers_is_chosen() -> None:
    wide = {"AAA": {"2024-01-02": 1.5, "2024-01-03": 2.5}, "BBB": {"2024-01-02": 7.0, "2024-01-03": 8.0}}
    by_day = {day: {name: wide[name][day] for name in wide} for day in wide["AAA"]}
    for shape in (wide, by_day):
        assert read(json.dumps(shape).encode(), ReadingOptions(ticker="BBB")).close.tolist() == [7.0, 8.0]


REFUSED = {
    '{"chart": 1}': "found none. Export such records, or CSV.",
    "[]": "found none. Export such records, or CSV.",
    "[" * 100_000: "found lists within lists without end. Export such records.",
    '{"a": [{"Date": 1, "Close": 2}], "b": [{"Date": 1, "Close": 2}]}': "found 2. Export such records, or CSV.",
    '[{"Date": "2024-01-02", "Close": 1': "found what is damaged or none (Expecting ',' delimiter: line 1 column 35 "
    "(char 34)). Download or export it again.",
    '[{"Date": 1, "Close": 2, "Close": 3}]': "found what is damaged or none ('Close' twice in one object). Download or "
    "export it again.",
    '[{"Date": "2024-01-02", "Close": 1}, {"Date": "2024-01-03", "Close": [2]}]': "p.json, line 3: expected one value "
    "in a cell, found a list. Export plain values.",
}


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_refuses_what_is_no_table_in_one_line(text: str) -> None:
    with pytest.raises(DataError) as caught:
        read(text.encode())
    assert str(caught.value).endswith(REFUSED[text])
    assert len(str(caught.value).splitlines()) == 1


def test_a_file_is_bounded_in_size_and_in_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    unlike = json.dumps([{f"c{row}": 1} for row in range(200)]).encode()
    monkeypatch.setattr(json_records, "_MOST_CELLS", 30_000)
    with pytest.raises(DataError, match="found 200 rows of 200 columns in all"):
        read(unlike)
    monkeypatch.setattr(json_records, "_LARGEST", len(unlike) - 1)
    with pytest.raises(DataError, match="expected JSON of at most"):
        read(unlike)


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from(["Date", "2024-01-02", "Close"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["Date", "Close", "data", "columns", "index", "2024-01-02"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(value=st.lists(values, max_size=4) | st.dictionaries(st.text(max_size=6), values, max_size=4))
def test_any_json_gives_a_table_or_one_line(value: Any) -> None:
    refusal = ""
    try:
        rows = len(read(json.dumps(value).encode()))
    except DataError as problem:
        refusal, rows = str(problem), 0
    assert rows >= 2 or len(refusal.splitlines()) == 1
