"""Where a table begins: the line that names its columns, found by its words or by the dates below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tunewright.core.errors import DataError
from tunewright.core.words import counted, listed
from tunewright.prices.data.datecolumn import column_cells, date_column, dated_columns
from tunewright.prices.data.dates import looks_like_date
from tunewright.prices.data.headless import is_number, likely_titles, without_header
from tunewright.prices.data.names import match, meaning, recognised, tidy
from tunewright.prices.data.sheets import Record

_STARTS, _ENDS = ("open", "start"), ("clos", "end")


@dataclass(frozen=True)
class Header:
    """`titles`: one a column. `found`: the index of each thing that a title names. Rows start after line `line`, and
    the first ones are `below`. `twice`: two titles that name one thing. `notes`: sentences on what is left out."""

    line: int
    titles: tuple[str, ...]
    found: Mapping[str, int]
    twice: tuple[str, str] | None
    below: Sequence[Record]
    notes: tuple[str, ...] = ()


def titled(head: Sequence[Record], at: int) -> Header | None:
    """The header where record `at` is one that names a date, or has a column of dates without a name."""
    titles, below = aligned(head[at], head[at + 1 :]), head[at + 1 :]
    return _header(head, at, titles, date_column(titles, below))


def dated(head: Sequence[Record], within: int, *, source: str, delimiter: str) -> Header:
    """The header above a column that alone holds dates, whatever its title; or columns by their order, without any
    header. Raises DataError where neither is there, or several columns hold dates."""
    for at in range(min(len(head), within)):
        titles = aligned(head[at], head[at + 1 :])
        if any(looks_like_date(title) or is_number(title) for title in titles) or len(head[at][1]) < 2:
            continue
        below = [record for record in head[at + 1 :] if len(record[1]) >= len(_trimmed(titles))]
        dates = dated_columns(titles, below)
        if len(dates) > 1 and recognised(titles):
            dates = [_first_of_pair(titles, dates, where=f"{source}, line {head[at][0]}")]
        if len(dates) == 1 and (header := _header(head, at, titles, dates[0])):
            return header
    found = without_header(head)
    if found is None:
        raise _no_header(head, source, delimiter)
    named, notes = found
    return Header(head[0][0] - 1, named, match(named)[0], None, head, notes)


def aligned(record: Record, below: Sequence[Record]) -> list[str]:
    """The titles of a record, with a blank one before them where every row below has one cell more: an index that was
    saved without its name, of dates or of counted rows."""
    titles = [tidy(cell) for cell in record[1]]
    rows = [cells for _, cells in below]
    if not rows or not _names_any(titles) or any(len(cells) != len(titles) + 1 for cells in rows):
        return titles
    first = column_cells(below, 0)
    counts = first[:1] in (["0"], ["1"]) and first == [str(int(first[0]) + row) for row in range(len(rows))]
    dated = 0 in dated_columns(titles, below) and date_column(titles, below) is None
    return ["", *titles] if counts or dated else titles


def _name(title: str) -> str:
    found = meaning(title)
    return found[0] if found else ""


def _names_any(titles: Sequence[str]) -> bool:
    return recognised(titles) > 0 or recognised([title.rpartition(".")[2] for title in titles]) > 0


def _header(head: Sequence[Record], at: int, titles: list[str], date: int | None) -> Header | None:
    found, twice = match(titles)
    if date is None:
        return None
    if twice and titles[date] not in twice and "date" in map(_name, twice):
        twice = None  # two titles of a date above other things
    while titles and not titles[-1] and len(titles) - 1 != date:
        titles.pop()
    if len(titles) < 2:
        return None
    found = {name: index for name, index in found.items() if index != date} | {"date": date}
    return Header(head[at][0], tuple(titles), found, twice, head[at + 1 :], _skipped(head[:at]))


def _trimmed(titles: list[str]) -> list[str]:
    filled = [index for index, title in enumerate(titles) if title]
    return titles[: filled[-1] + 1] if filled else []


def _first_of_pair(titles: Sequence[str], dates: Sequence[int], *, where: str) -> int:
    """Where a row says when it opens and when it closes, its day is the one on which it opens."""
    first, *others = dates
    opens = [index for index in dates if titles[index].lower().startswith(_STARTS)]
    closes = [index for index in dates if titles[index].lower().startswith(_ENDS)]
    if len(opens) == 1 and len(opens) + len(closes) == len(dates):
        return opens[0]
    raise DataError(
        f"{where}: expected one column of dates, found {listed([titles[index] for index in (first, *others)])}. "
        "Call the right one 'Date', or remove the others."
    )


def _no_header(head: Sequence[Record], source: str, delimiter: str) -> DataError:
    number, cells = head[0]
    first = [tidy(cell) for cell in cells]
    mend = "A line at the top must name the columns."
    if any(map(looks_like_date, first)) or all(map(is_number, filter(None, first))):
        line = delimiter.join(likely_titles(first))
        mend = f"Put a line at the top that names the columns, such as {line!r} if that is their order."
    return DataError(f"{source}, line {number}: expected a header with a column 'Date', found {listed(first)}. {mend}")


def _skipped(above: Sequence[Record]) -> tuple[str, ...]:
    if not above:
        return ()
    return (f"left out {counted(len(above), 'line')} above the header (first: line {above[0][0]})",)
