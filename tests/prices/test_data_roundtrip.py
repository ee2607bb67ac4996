"""Any table written the way Yahoo writes it reads back the same, in whatever order and however often."""

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.prices.data.read import read_price_bytes
from tunewright.prices.data.table import COLUMNS, PriceTable

TITLES = {"open": "Open", "high": "High", "low": "Low", "close": "Close", "volume": "Volume"}
PRICES = st.floats(min_value=1e-6, max_value=1e12, allow_subnormal=False)
VOLUMES = st.integers(min_value=0, max_value=10**15).map(float)


@dataclass(frozen=True)
class Written:
    table: PriceTable
    text: str


@st.composite
def written(draw: st.DrawFn) -> Written:
    rows = draw(st.integers(2, 12))
    days = draw(st.lists(st.integers(0, 20_000), min_size=rows, max_size=rows, unique=True))
    names = ["close", *draw(st.sets(st.sampled_from(["open", "high", "low", "volume"])))]
    columns = {
        name: np.array(
            draw(
                st.lists(
                    VOLUMES if name == "volume" else PRICES,
                    min_size=rows,
                    max_size=rows,
                    unique=name == "close",
                )
            )
        )
        for name in names
    }
    table = PriceTable(np.array(sorted(days), dtype="datetime64[D]"), columns)
    order = draw(st.permutations([*range(rows), *draw(st.lists(st.integers(0, rows - 1), max_size=4))]))
    return Written(table, as_csv(table, order, slashed=draw(st.booleans()) and has_late_day(table)))


def has_late_day(table: PriceTable) -> bool:
    return any(int(str(day)[8:]) > 12 for day in table.dates)


def as_csv(table: PriceTable, order: list[int], *, slashed: bool) -> str:
    """A Yahoo CSV with Adj Close equal to Close; floats by repr, which is exact."""
    held = [name for name in COLUMNS if name in table.columns]
    lines = [",".join(["Date", *(TITLES[name] for name in held), "Adj Close"])]
    for row in order:
        year, month, day = str(table.dates[row]).split("-")
        date = f"{int(month)}/{int(day)}/{year}" if slashed else f"{year}-{month}-{day}"
        cells = [repr(float(table.columns[name][row])) for name in [*held, "close"]]
        lines.append(",".join([date, *cells]))
    return "\n".join(lines) + "\n"


@settings(max_examples=150, deadline=None)
@given(written())
def test_reads_back_what_was_written(case: Written) -> None:
    table, card = read_price_bytes(case.text.encode(), "written.csv")
    assert table == case.table
    assert table.to_json() == case.table.to_json()
    assert card.rows == len(case.table)
    told = any("exactly like" in repair for repair in card.repairs)
    assert told == (case.text.count("\n") - 1 > len(case.table))


@settings(max_examples=50, deadline=None)
@given(written())
def test_reading_what_was_read_changes_nothing(case: Written) -> None:
    table, _ = read_price_bytes(case.text.encode(), "written.csv")
    again, card = read_price_bytes(as_csv(table, list(range(len(table))), slashed=False).encode(), "again.csv")
    assert again == table
    assert card.repairs == ()
