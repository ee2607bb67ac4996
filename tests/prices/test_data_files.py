"""Files that cannot be read at all, and text of any kind: a table or one clear line."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.core.errors import DataError
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.read import read_price_bytes, read_prices

CELLS = st.one_of(
    st.sampled_from(["2024-01-02", "2024-01-03", "1/15/2024", "1", "2.5", "1e300", "1e-300", "null", "", '"', "0"]),
    st.sampled_from(
        ["2024-01-02 09:30", "20240102", "1.2.2024", "2-Jan-24", "Jan 2, 2024", "01.2024", "24:61", "A", "B"]
    ),
    st.sampled_from(["$1.5", "1.234,5", "1,234.5", "80.2M", "-1K", "+€2", "1 234", "0.5 Dividend", "Date", "Close"]),
    st.text(max_size=6),
)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=4), max_size=6)
HEADERS = [
    ["Date", "Close", "Open"],
    ["Date", "Close", "Adj Close", "High"],
    ["Date", "Close", "Name"],
    ["Date", "A", "B", "LOW"],
    ["", "Close", "Volume"],
    ["Price", "Close", "Close"],
    ["Date", "('Close', 'A')", "('Close', 'B')"],
    ["<TICKER>", "<DATE>", "<CLOSE>", "Stock Splits"],
]


def read_or_message(text: str, ticker: str | None) -> tuple[int, int]:
    """How many lines the refusal has, how many rows the table."""
    try:
        table, _ = read_price_bytes(text.encode(), "p.csv", ReadingOptions(ticker=ticker))
    except DataError as problem:
        return len(str(problem).splitlines()), 0
    return 0, len(table)


@settings(max_examples=400, deadline=None)
@given(
    header=st.sampled_from(HEADERS) | st.lists(st.text(max_size=6), max_size=4),
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    ticker=st.sampled_from([None, "A"]),
)
def test_any_text_gives_a_table_or_one_line(
    header: list[str], rows: list[list[str]], delimiter: str, ticker: str | None
) -> None:
    text = "\n".join(delimiter.join(cells) for cells in [header, *rows])
    lines, rows_read = read_or_message(text, ticker)
    assert lines == 1 or rows_read >= 2


REFUSED = {
    b"": "an empty file. Download or export it again.",
    b" \n\n": "an empty file. Download or export it again.",
    b"Date,Close\0\n": "a binary file (NUL bytes). Export it as CSV.",
    b"PK\x03\x04...": "a damaged .zip (File is not a zip file). Download or export it again.",
    b"\x1f\x8b\x00" + bytes(20): "a damaged .gz (Unknown compression method). Download or export it again.",
    b"\xd0\xcf\x11\xe0\xa1": "an old Excel workbook (.xls). Save it as .xlsx or CSV.",
    b"<!doctype html><html>": "a web page or XML. Download the CSV itself.",
    b"FEA1...": "a Feather file. Export CSV or Parquet from it.",
    b"ARROW1\0\0": "a Feather or Arrow file. Export CSV or Parquet from it.",
    b"\x89HDF\r\n\x1a\n\0": "an HDF5 file. Export CSV or Parquet from it.",
    b"SQLite format 3\0": "a SQLite database. Export CSV or Parquet from it.",
    b"\x80\x05\x95": "a Python pickle, which is not opened. Export CSV or Parquet from it.",
    b"\x93NUMPY\1\0": "a NumPy array (.npy). Export CSV or Parquet from it.",
    b"BZh91AY": "a .bz2. Unpack it.",
    b"%PDF-1.7": "a PDF. Export CSV.",
    b"\xff\xfeD": "damaged UTF-16. Download or export it again.",
    gzip.compress(gzip.compress(b"Date,Close")): "a packed file inside a packed one. Unpack it once.",
    gzip.compress(bytes((1 << 26) + 1)): "a packed one that grows to more than 100 times its size. "
    "Unpack it yourself if you trust it.",
}


@pytest.mark.parametrize("content", REFUSED, ids=list(REFUSED.values()))
def test_refuses_files_that_are_no_tables(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_prices(path)
    wanted = "expected a file of daily prices (text, .gz, .zip, .xlsx, .parquet or .json), found"
    assert str(caught.value) == f"{path}: {wanted} {REFUSED[content]}"


def test_refuses_a_parquet_file_of_more_rows_than_its_size_can_hold(tmp_path: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "p.parquet"
    parquet.write_table(arrow.table({"Close": np.ones(9_000_000)}), path, compression="zstd")
    with pytest.raises(DataError, match="a packed one that grows to more than 100 times its size"):
        read_prices(path)


def test_names_the_line_of_a_letter_in_a_number(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(b"Date,Close\n2024-01-02,1\xe9\n")
    with pytest.raises(DataError, match=r"p\.csv, line 2, column 'Close': expected a number, found '1é'"):
        read_prices(path)


def test_refuses_what_is_not_there_or_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.csv: expected a price file, found no such file\. Check the path"):
        read_prices(tmp_path / "none.csv")
    with pytest.raises(DataError, match="expected a file, found a directory"):
        read_prices(tmp_path)


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (PermissionError(13, "Permission denied"), "found no permission to read it. Change its permissions."),
        (OSError(5, "Input/output error"), "cannot be read (Input/output error). Check path and disk."),
    ],
)
def test_refuses_what_the_system_refuses(monkeypatch: pytest.MonkeyPatch, problem: OSError, message: str) -> None:
    def fail(_: Path) -> bytes:
        raise problem

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(DataError) as caught:
        read_prices(Path("p.csv"))
    assert str(caught.value).endswith(message)


def test_a_workbook_may_have_rows_without_any_cell(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for line, row in {
        1: ("Date", "Close"),
        2: ("2024-01-02", 1.5),
        4: ("2024-01-03", 2.5),
        7: ("2024-01-04", 2),
    }.items():
        for column, cell in enumerate(row, 1):
            book.active.cell(line, column, cell)
    path = tmp_path / "p.xlsx"
    book.save(path)
    assert read_prices(path)[0].close.tolist() == [1.5, 2.5, 2.0]
