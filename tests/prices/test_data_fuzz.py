"""Damaged files of every kind: a table or one clear line, soon, and without taking much memory."""

import io
import random
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from price_writers import Style, as_bytes, long, rows, two_levels, wide
from tunewright.core.errors import DataError
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.read import read_price_bytes
from tunewright.prices.data.synthetic import random_walk

EXPONENTS = (b"e200", b"e-200", b"e308", b"e-308", b"e-320")
CELLS = ("", "0", "-1", "1e200", "1e-200", "1.7e308", "5e-324", "inf", "1,5", "word", "2024-01-01")
ALPHABET = b',;\t|"\r\n.0-:/$%KM\0 eE\xff\xfe\xef'
SLOWEST_S = 2.0
MARKET = {"AAPL": random_walk(12, 1), "LOW": random_walk(12, 2)}


def seeds() -> list[bytes]:
    """One small file of each kind."""
    table = MARKET["AAPL"]
    styles = [
        Style(),
        Style(";", "utf-16", "dots", "german", decimal_comma=True, groups=True),
        Style("\t", "cp1252", "words", "investing", groups=True, sign="$", scale="M"),
        Style("|", "utf-8-sig", "two-digit year", "numbered"),
        Style(",", "utf-8", "month first", "nasdaq", sign="$", newline="\r\n", packing="zip"),
        Style(",", "utf-8", "clock and zone", "blank date", packing="gz"),
    ]
    made = [as_bytes(rows(table, style), style) for style in styles]
    made += [as_bytes(cells, Style()) for cells in (long(MARKET, Style()), wide(MARKET, Style()))]
    made += [as_bytes(two_levels(MARKET, Style(), ticker_first=first), Style()) for first in (False, True)]
    return made + sheets(rows(table, Style()))


def sheets(cells: list[list[str]]) -> list[bytes]:
    """The cells as a workbook, in which an empty row is no row at all, and as a Parquet file."""
    made = []
    if find_spec("openpyxl"):
        import openpyxl

        book = openpyxl.Workbook()
        for line, row in enumerate(cells, 1):
            for column, cell in enumerate(row, 1):
                if cell:
                    book.active.cell(line, column, cell)
        stream = io.BytesIO()
        book.save(stream)
        made.append(stream.getvalue())
    if find_spec("pyarrow"):
        import pyarrow.parquet

        header, *below = cells
        columns = {
            name: [cell or None for cell in cells] for name, cells in zip(header, zip(*below, strict=True), strict=True)
        }
        stream = io.BytesIO()
        pyarrow.parquet.write_table(pyarrow.table(columns), stream)
        made.append(stream.getvalue())
    return made


def damaged(data: bytes, stream: random.Random) -> bytes:
    content = bytearray(data)
    for _ in range(stream.choice([1, 1, 2, 4, 16])):
        at = stream.randrange(len(content) + 1)
        kind = stream.randrange(6)
        if kind == 0 and at < len(content):
            content[at] = stream.randrange(256)
        elif kind == 1:
            del content[at : at + stream.choice([1, 5, 100])]
        elif kind == 2:
            content[at:at] = bytes(stream.choices(ALPHABET, k=stream.choice([1, 3])))
        elif kind == 3:
            content[at:at] = content[at : at + stream.choice([1, 20, 200])]
        elif kind == 4:
            at = content.find(b".", at) + 2  # behind the first decimal of a number
            content[at:at] = stream.choice(EXPONENTS)
        elif at < len(content):
            content[at] ^= 1 << stream.randrange(8)
    return bytes(content)


def wild(stream: random.Random) -> bytes:
    """A workbook or a Parquet file, whole as a file, with cells and rows that no market has."""
    cells = rows(MARKET["AAPL"], Style())
    for _ in range(stream.choice([1, 2, 8])):
        line = stream.randrange(1, len(cells))
        if stream.randrange(4) == 0:
            cells[line] = [""] * len(cells[0])
        else:
            cells[line][stream.randrange(len(cells[0]))] = stream.choice(CELLS)
    return stream.choice(sheets(cells) or [as_bytes(cells, Style())])


def check(cases: int, seed: int) -> None:
    stream = random.Random(seed)
    kinds = seeds()
    for case in range(cases):
        data = wild(stream) if stream.randrange(8) == 0 else damaged(stream.choice(kinds), stream)
        ticker = stream.choice([None, "AAPL"])
        start, refusal = time.perf_counter(), ""
        try:
            table, card = read_price_bytes(data, "p", ReadingOptions(ticker=ticker))
            assert len(table) == card.rows >= 2
            assert "\n" not in "".join(card.lines())
        except DataError as problem:
            refusal = str(problem)
        assert len(refusal.splitlines()) <= 1, (case, data)
        assert time.perf_counter() - start < SLOWEST_S, (case, data)


def test_some_damaged_files() -> None:
    check(400, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 7))
def test_many_damaged_files(seed: int) -> None:
    check(6_000, seed)


HUNGRY = {
    "short cells": lambda: "Date,Open,High,Low,Close,Volume\n" + "20240102,1,2,1,2,3\n" * 100_000,
    "empty cells": lambda: "Date,Open,High,Low,Close,Adj Close,Volume\n" + "20240102,,,,,,\n" * 100_000,
    "blank rows": lambda: "Date,Close\n" + ",\n" * 1_000_000,
    "newlines": lambda: "Date,Close\n" + "\n" * 2_000_000,
    "delimiters": lambda: "Date,Close" + "," * 2_000_000 + "\n2024-01-02,1\n",
    "one cell": lambda: "Date,Close\n2024-01-02," + "1" * 2_000_000,
    "words": lambda: "wörter " * 300_000,
    "wide letters": lambda: "Date,Close,Name\n" + "2024-01-02,1,\U0001f600\n" * 100_000,
    "tickers": lambda: "Date,Close,Name\n" + "".join(f"2024-01-02,1,T{n}\n" for n in range(100_000)),
    "intraday": lambda: (
        "Time,Close\n" + "".join(f"2024-01-{n % 28 + 1:02} {n % 24:02}:00,1.{n}\n" for n in range(100_000))
    ),
}
MEASURE = """
import re, sys
from pathlib import Path
from tunewright.core.errors import DataError
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.read import read_prices
def peak():
    return 1024 * int(re.search("VmHWM:\\s*([0-9]+)", Path("/proc/self/status").read_text())[1])
for path in sys.argv[1:]:
    before = peak()
    try:
        read_prices(Path(path))
    except DataError:
        pass
    print(peak() - before)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", HUNGRY)
def test_memory_stays_below_ten_times_the_file(name: str, tmp_path: Path) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak of a process is read from /proc")
    base = tmp_path / "base.csv"
    style = Style()
    base.write_bytes(as_bytes(rows(random_walk(200, 1), style), style))
    hungry = tmp_path / "hungry.csv"
    hungry.write_text(HUNGRY[name](), encoding="utf-8")
    environment = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(base), str(hungry)], capture_output=True, text=True, check=True,
        env=environment, timeout=60,
    )  # fmt: skip
    taken = int(done.stdout.split()[1])
    assert taken < 10 * hungry.stat().st_size + 16 * 2**20, f"{taken / hungry.stat().st_size:.1f} times the file"


def test_a_table_that_was_cut_short_is_no_table_of_less() -> None:
    """A row cut in the middle of a number would be a wrong price: it is refused, unless it still looks whole."""
    data = as_bytes(rows(MARKET["AAPL"], Style()), Style())
    with pytest.raises(DataError, match=r"line 13: expected 6 cells as in the header, found 5"):
        read_price_bytes(data[: data.rindex(b",")], "p")
    assert np.isfinite(read_price_bytes(data, "p")[0].close).all()
