"""Unusable price files through the command line: exit code 2 and one line, word for word."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from cli_helpers import refusal, with_line, write_tiny

TEXT = "expected a file of daily prices (text, .gz, .zip, .xlsx, .parquet or .json), found"
MEND = "Correct the cell, or leave it empty where there is no value."
REFUSED = {
    "missing.csv": "expected a price file, found no such file. Check the path (looked in FOLDER).",
    "empty.csv": f"{TEXT} an empty file. Download or export it again.",
    "binary.csv": f"{TEXT} a binary file (NUL bytes). Export it as CSV.",
    "header.csv": "expected rows of prices below the header, found the header only. Download or export the file again.",
    "no_close.csv": "line 1: expected a column 'Close' or 'Adj Close', found 'Date', 'Open', 'High', 'Low', 'Volume'. "
    "Rename the column that holds the closing price.",
    "text.csv": "line 7, column 'Close': expected a number, found 'abc'. Write digits with a decimal point and no "
    "other sign, or leave the cell empty where there is no value.",
    "one_row.csv": "expected at least 2 rows of prices, found 1. Use a file with a longer history.",
    "constant.csv": "column 'Close': expected prices that change, found 5 in all 200 rows. "
    "There is nothing to forecast; use another file.",
    "zero.csv": f"line 7, column 'Close': expected a price above zero, found 0. {MEND}",
    "negative.csv": f"line 7, column 'Close': expected a price above zero, found -3.5. {MEND}",
    "hole.csv": "lines 21 to 30: expected a number in every row, found 10 rows on end (2000-01-28 to 2000-02-10) "
    "without a value in 'Open', 'High', 'Low', 'Close', 'Volume'. Fill them from another source, cut the file before "
    "or after them, or remove the column if it can be spared.",
}
SHORT = {
    5: "5 rows are too few to seal 20% of them as the test: at least 2 are needed on both sides",
    11: "a window of 5 rows needs at least 8 training rows, found 4: "
    "use more data, a smaller time_step, or fewer folds",
}


def contents(lines: list[str]) -> Mapping[str, str]:
    """The text of each file, made from a good one's lines."""
    cells = [line.split(",") for line in lines]
    return {
        "empty.csv": "",
        "header.csv": lines[0] + "\n",
        "no_close.csv": "".join(",".join([*row[:4], *row[5:]]) + "\n" for row in cells),
        "text.csv": with_line(lines, 7, "2000-01-10,1,1,1,abc,5"),
        "one_row.csv": "\n".join(lines[:2]) + "\n",
        "constant.csv": "Date,Close\n" + "".join(f"{row[0]},5\n" for row in cells[1:]),
        "zero.csv": with_line(lines, 7, "2000-01-10,1,1,1,0,5"),
        "negative.csv": with_line(lines, 7, "2000-01-10,1,1,1,-3.5,5"),
        "hole.csv": "\n".join([*lines[:20], *(f"{row[0]},,,,," for row in cells[20:30]), *lines[30:]]) + "\n",
    }


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path)
    lines = Path("prices.csv").read_text().splitlines()
    for name, text in contents(lines).items():
        Path(name).write_text(text)
    for rows in SHORT:
        Path(f"{rows}.csv").write_text("\n".join(lines[: rows + 1]) + "\n")
    Path("binary.csv").write_bytes(bytes(range(256)))
    Path("folder").mkdir()


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_a_price_file(name: str, tmp_path: Path) -> None:
    between = ", " if REFUSED[name].startswith(("line", "column")) else ": "
    expected = f"{name}{between}{REFUSED[name]}".replace("FOLDER", str(tmp_path))
    assert refusal("data", name) == expected
    assert refusal("tune", "tiny.toml", "--data", name, "--out", "run") == expected
    assert not Path("run").exists()


def test_a_folder_holds_images_and_no_prices() -> None:
    assert refusal("data", "folder") == (
        "folder: expected CIFAR-10/100 batches, MNIST idx files, arrays in a .npz or in .npy files, or image files "
        "(PNG, JPEG, BMP, GIF, WebP or TIFF) in a folder for each class or with a table of labels, found an empty "
        "folder. Give a folder with one set of images in it."
    )
    assert refusal("tune", "tiny.toml", "--data", "folder", "--out", "run") == (
        "folder: expected a file, found a directory. Name a price file in it."
    )


@pytest.mark.parametrize("rows", SHORT)
def test_refuses_fewer_rows_than_the_windows_need(rows: int) -> None:
    assert refusal("tune", "tiny.toml", "--data", f"{rows}.csv", "--out", "run") == SHORT[rows]
    assert not Path("run").exists()


@pytest.mark.parametrize("days", SHORT)
def test_says_that_rows_by_the_hour_were_joined_where_days_are_too_few(days: int) -> None:
    prices = [line.split(",") for line in Path(f"{days}.csv").read_text().splitlines()]
    hours = [",".join([f"{row[0]} {hour:02}:00", *row[1:]]) for row in prices[1:] for hour in (9, 10, 11)]
    Path("hours.csv").write_text("\n".join([",".join(prices[0]), *hours]) + "\n")
    joined = f"of hours.csv, reading joined {3 * days} rows at several times of the day into {days} days"
    assert refusal("tune", "tiny.toml", "--data", "hours.csv", "--out", "run") == f"{SHORT[days]}; {joined}"


def test_refuses_an_unknown_built_in_source() -> None:
    expected = "built-in prices: expected one of sp500, nasdaq, found 'dax'. Take one."
    assert refusal("tune", "tiny.toml", "--data", "builtin:dax") == expected
