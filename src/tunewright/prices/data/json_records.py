"""JSON as records of text: a list of records, and the other shapes in which tables are written as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tunewright.core.errors import DataError
from tunewright.core.words import reason, shown
from tunewright.prices.data.names import recognised
from tunewright.prices.data.sheets import Record

_WANTED = "expected JSON with one table of prices, such as a list of records with their 'Date' and 'Close'"
_LARGEST = 128 << 20
_MOST_CELLS = 20_000_000
_DEEPEST = 4
"""How many objects may lie around the table: sources put theirs beside what they say of it."""

_Rows = list[list[Any]]


def json_records(data: bytes, source: str) -> list[Record]:
    """The titles as line 1, then the rows. Raises DataError for what is damaged, too large or holds no one table."""
    if len(data) > _LARGEST:
        raise DataError(
            f"{source}: expected JSON of at most {_LARGEST >> 20} MiB, found {len(data) >> 20}. Export CSV or Parquet."
        )
    tables = list(_tables(_parsed(data, source), _DEEPEST, source))
    tables = [table for table in tables if recognised([str(title) for title in table[0]]) > 1] or tables
    if len(tables) != 1:
        raise DataError(f"{source}: {_WANTED}, found {len(tables) or 'none'}. Export such records, or CSV.")
    numbered = enumerate(tables[0], 1)
    return [(line, [_text(cell, line, source) for cell in cells]) for line, cells in numbered if cells]


def _parsed(data: bytes, source: str) -> Any:
    try:
        text = data.decode(json.detect_encoding(data))
        try:
            return _loaded(text)
        except json.JSONDecodeError as problem:
            if not problem.msg.startswith("Extra data"):
                raise
            return [_loaded(line) for line in text.splitlines() if line.strip()]  # a record on each line
    except RecursionError:
        raise DataError(f"{source}: {_WANTED}, found lists within lists without end. Export such records.") from None
    except ValueError as problem:
        raise DataError(
            f"{source}: expected whole JSON, found what is damaged or none ({reason(problem)}). "
            "Download or export it again."
        ) from None


def _loaded(text: str) -> Any:
    """Numbers stay as they are written, for the reader of numbers to take."""
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_object)


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    whole = dict(pairs)
    if len(whole) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{shown(next(name for name in names if names.count(name) > 1))} twice in one object")
    return whole


def _tables(value: Any, depth: int, source: str) -> Iterator[_Rows]:
    """All tables in a value, the header of each as its first row."""
    if not value or depth == 0 or not isinstance(value, list | dict):
        return
    rows = _of_list(value, source) if isinstance(value, list) else _of_object(value, source)
    if rows:
        yield rows
        return
    for part in value if isinstance(value, list) else value.values():
        yield from _tables(part, depth - 1, source)


def _of_list(values: list[Any], source: str) -> _Rows | None:
    if all(isinstance(one, dict) for one in values):
        if not any(_is_plain(one.values()) for one in values):
            return None
        return _filled(dict(enumerate(values)), source)
    return values if all(isinstance(one, list) and _is_plain(one) for one in values) else None


def _of_object(found: dict[str, Any], source: str) -> _Rows | None:
    titles, rows = found.get("columns"), found.get("data")
    if isinstance(titles, list) and isinstance(rows, list) and all(isinstance(row, list) for row in rows):
        index = found.get("index")
        if isinstance(index, list) and len(index) == len(rows):
            return _labelled(titles, index, rows)
        return [titles, *rows]
    parts = list(found.values())
    if all(isinstance(part, list) and _is_plain(part) and len(part) == len(parts[0]) for part in parts):
        return [list(found), *map(list, zip(*parts, strict=True))]
    if not all(isinstance(part, dict) and part and _is_plain(part.values()) for part in parts):
        return None
    return _of_frame(found, source)


def _of_frame(found: Mapping[str, Mapping[str, Any]], source: str) -> _Rows:
    """Objects in an object: columns of rows or rows of columns. Titles are what is known, or else no numbers."""
    inner = next(iter(found.values()))
    ranks = [(recognised(list(names)), not all(name[:1].isdigit() for name in names)) for names in (found, inner)]
    if ranks[1] > ranks[0]:
        titles, *rows = _filled(found, source)
        return _labelled(titles, list(found), rows)
    labels = list(dict.fromkeys(label for column in found.values() for label in column))
    _check_cells(len(labels), len(found), source)
    rows = [[column.get(label) for column in found.values()] for label in labels]
    return _labelled(list(found), labels, rows)


def _filled(records: Mapping[Any, Mapping[str, Any]], source: str) -> _Rows:
    titles = list(dict.fromkeys(title for record in records.values() for title in record))
    _check_cells(len(records), len(titles), source)
    return [list(titles), *([record.get(title) for title in titles] for record in records.values())]


def _labelled(titles: list[Any], labels: list[Any], rows: _Rows) -> _Rows:
    """With the labels of the rows before them, as a nameless column, unless they only count."""
    if [str(label) for label in labels] == [str(row) for row in range(len(rows))]:
        return [titles, *rows]
    return [["", *titles], *([label, *row] for label, row in zip(labels, rows, strict=True))]


def _check_cells(rows: int, columns: int, source: str) -> None:
    if rows * columns > _MOST_CELLS:
        raise DataError(f"{source}: {_WANTED}, found {rows:,} rows of {columns:,} columns in all. Export CSV.")


def _is_plain(values: Any) -> bool:
    return not any(isinstance(value, list | dict) for value in values)


def _text(value: Any, line: int, source: str) -> str:
    if isinstance(value, list | dict):
        found = "a list" if isinstance(value, list) else "an object"
        raise DataError(f"{source}, line {line}: expected one value in a cell, found {found}. Export plain values.")
    return "" if value is None else str(value)
