"""Files that cannot be read at all, and text of any kind: a table or one clear line."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.core.errors import DataError
from tunewright.data.read import read_price_text, read_prices

CELLS = st.one_of(
    st.sampled_from(["2024-01-02", "2024-01-03", "1/15/2024", "1", "2.5", "1e300", "1e-300", "null", "", '"', "0"]),
    st.text(max_size=6),
)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=4).map(",".join), max_size=6).map("\n".join)


def read_or_message(text: str) -> tuple[int, int]:
    """How many lines the refusal has, how many rows the table."""
    try:
        table, _ = read_price_text(text, "p.csv")
    except DataError as problem:
        return len(str(problem).splitlines()), 0
    return 0, len(table)


@settings(max_examples=300, deadline=None)
@given(header=st.sampled_from(["Date,Close,Open", "Date,Close,Adj Close,High"]) | st.text(max_size=20), rows=ROWS)
def test_any_text_gives_a_table_or_one_line(header: str, rows: str) -> None:
    lines, rows_read = read_or_message(f"{header}\n{rows}\n")
    assert lines == 1 or rows_read >= 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "found an empty file. Download or export it again."),
        (b" \n\n", "found an empty file. Download or export it again."),
        (b"Date,Close\0\n", "found a binary file (NUL bytes). Export it as CSV."),
        (b"PK\x03\x04...", "found a packed file or workbook. Unpack it, or export CSV."),
        ("Date,Close\n".encode("utf-16"), "found UTF-16. Save it again as 'CSV UTF-8'."),
    ],
)
def test_refuses_files_that_are_no_text(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_prices(path)
    assert str(caught.value) == f"{path}: expected a comma-separated text file in UTF-8, {message}"


def test_names_the_line_of_a_byte_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(b"Date,Close\n2024-01-02,1\xe9\n")
    with pytest.raises(DataError, match=r"p\.csv, line 2: expected .* in UTF-8, found byte 0xe9\. Save it again"):
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
