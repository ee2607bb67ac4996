"""Real files: the built-in ones, and others where they are at hand."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tunewright.data.builtin import BUILTIN, read_builtin
from tunewright.data.card import DataCard
from tunewright.data.read import read_prices
from tunewright.data.table import PriceTable

PRICES = Path(__file__).parents[1] / ".." / "shared" / "data" / "prices"


def read(name: str, close: str = "auto") -> tuple[PriceTable, DataCard]:
    path = PRICES / name
    if not path.is_file():
        pytest.skip(f"{name} is not at hand")
    return read_prices(path, close=close)


@pytest.mark.parametrize("name", BUILTIN)
def test_builtin_prices(name: str) -> None:
    table, card = read_builtin(name)
    assert len(table) == card.rows == 5031
    assert (card.first, card.last) == ("1999-01-04", "2018-12-31")
    assert card.columns == ("open", "high", "low", "close", "volume")
    assert (card.source, card.close, card.gap_count) == (f"builtin:{name}", "adj_close", 0)
    assert (card.repairs, card.warnings) == ((), ())
    assert card.zero_volume_rows == {"sp500": 0, "nasdaq": 2}[name]
    assert read_builtin(name, close="close")[0] == table


def test_builtin_prices_are_read_fast_and_without_their_package() -> None:
    start = time.perf_counter()
    read_builtin("sp500")
    assert time.perf_counter() - start < 0.5
    code = (
        "import sys; from tunewright.data.builtin import read_builtin; "
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
    assert [text[:42] for text in adjusted.warnings] == ["the close moved by -51.9% on 2000-09-29: a"]
    assert {text.split(" on ")[1][:10] for text in raw.warnings} == {"2000-06-21", "2000-09-29", "2005-02-28"}


def test_the_last_column_is_not_taken_for_the_volume() -> None:
    table, card = read("variant_yahoo_pre2017_unadjusted_MSFT.csv")
    assert (card.rows, table.close[0]) == (3270, 33.68)
    assert table.columns["volume"][0] == 106889800.0
