"""Tables of prices written the way the world writes them: twins of the real files, made up."""

import gzip
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tunewright.prices.data.table import COLUMNS, PriceTable

Cells = list[list[str]]
DATES: Mapping[str, str] = {
    "iso": "{y:04}-{m:02}-{d:02}",
    "iso slashes": "{y:04}/{m:02}/{d:02}",
    "compact": "{y:04}{m:02}{d:02}",
    "clock and zone": "{y:04}-{m:02}-{d:02} 00:00:00-05:00",
    "zulu": "{y:04}-{m:02}-{d:02}T00:00:00Z",
    "month first": "{m:02}/{d:02}/{y:04}",
    "day first": "{d:02}-{m:02}-{y:04}",
    "dots": "{d:02}.{m:02}.{y:04}",
    "two-digit year": "{d}-{b}-{s:02}",
    "words": "{b} {d:02}, {y:04}",
    "words without comma": "{b} {d:02} {y:04}",
}
ORDER = {"month first": "month_first", "day first": "day_first", "dots": "day_first"}
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
HEADERS: Mapping[str, Mapping[str, str]] = {
    "plain": {name: name.capitalize() for name in ("date", *COLUMNS)},
    "blank date": {"date": "", "open": "Open", "high": "High", "low": "Low", "close": "Close", "volume": "Volume"},
    "nasdaq": {"date": "Date", "close": " Close/Last", "volume": " Volume", "open": " Open", "high": " High",
               "low": " Low"},
    "investing": {"date": "Date", "close": "Price", "open": "Open", "high": "High", "low": "Low", "volume": "Vol."},
    "bulk": {"date": "<DATE>", "open": "<OPEN>", "high": "<HIGH>", "low": "<LOW>", "close": "<CLOSE>",
             "volume": "<VOL>"},
    "numbered": {"date": "timestamp", "open": "1. open", "high": "2. high", "low": "3. low", "close": "4. close",
                 "volume": "5. volume"},
    "german": {"date": "Datum", "open": "Eröffnung", "high": "Hoch", "low": "Tief", "close": "Schlusskurs",
               "volume": "Umsatz"},
}  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How cells are written. `groups`: thousands are parted; `sign` stands before prices; `scale`: K, M or nothing."""

    delimiter: str = ","
    encoding: str = "utf-8"
    date: str = "iso"
    header: str = "plain"
    decimal_comma: bool = False
    groups: bool = False
    sign: str = ""
    scale: str = ""
    newline: str = "\n"
    packing: str = ""


def written_date(day: np.datetime64, form: str) -> str:
    year, month, date = (int(part) for part in str(day).split("-"))
    return DATES[form].format(y=year, m=month, d=date, s=year % 100, b=MONTHS[month - 1])


def written_number(value: float, style: Style, *, volume: bool = False) -> str:
    """Exact: floats by repr, volumes as whole numbers or thousands of them."""
    if volume and style.scale:
        text = np.format_float_positional(value / {"K": 1e3, "M": 1e6}[style.scale], trim="-") + style.scale
    elif volume:
        text = f"{int(value):{',' if style.groups else ''}}"
    else:
        text = style.sign + format(float(value), "," if style.groups else "")
    return text.translate(str.maketrans(",.", ".,")) if style.decimal_comma else text


def rows(table: PriceTable, style: Style) -> Cells:
    """The header and one row a day, in the order of the table."""
    titles = HEADERS[style.header]
    names = [name for name in titles if name == "date" or name in table.columns]
    cells = [[titles[name] for name in names]]
    for row, day in enumerate(table.dates):
        cells.append(
            [
                written_date(day, style.date)
                if name == "date"
                else written_number(table.columns[name][row], style, volume=name == "volume")
                for name in names
            ]
        )
    return cells


def long(tables: Mapping[str, PriceTable], style: Style) -> Cells:
    """Many tickers below each other, and a column that names them."""
    blocks = {ticker: rows(table, style) for ticker, table in tables.items()}
    header = next(iter(blocks.values()))[0]
    return [[*header, "Name"]] + [[*cells, ticker] for ticker, block in blocks.items() for cells in block[1:]]


def wide(tables: Mapping[str, PriceTable], style: Style) -> Cells:
    """Closes alone, one column for each ticker, on all dates of any."""
    known = {ticker: dict(zip(table.dates.tolist(), table.close, strict=True)) for ticker, table in tables.items()}
    cells = [["Date", *tables]]
    for day in sorted(set().union(*known.values())):
        closes = [written_number(of[day], style) if day in of else "" for of in known.values()]
        cells.append([written_date(np.datetime64(day), style.date), *closes])
    return cells


def two_levels(tables: Mapping[str, PriceTable], style: Style, *, ticker_first: bool) -> Cells:
    """As yfinance writes many tickers: three rows of header, on all dates of any."""
    names = [name for name in ("close", "high", "low", "open", "volume") if name in next(iter(tables.values())).columns]
    pairs = [(name, ticker) for name in names for ticker in tables]
    if ticker_first:
        pairs.sort(key=lambda pair: pair[1])
    upper, lower = ["Price", *(name.capitalize() for name, _ in pairs)], ["Ticker", *(ticker for _, ticker in pairs)]
    cells = [lower, upper] if ticker_first else [upper, lower]
    cells.append(["Date"] + [""] * len(pairs))
    at = {ticker: {day: row for row, day in enumerate(table.dates.tolist())} for ticker, table in tables.items()}
    for day in sorted(set().union(*at.values())):
        values = [
            written_number(tables[t].columns[name][at[t][day]], style, volume=name == "volume") if day in at[t] else ""
            for name, t in pairs
        ]
        cells.append([written_date(np.datetime64(day), style.date), *values])
    return cells


def as_bytes(cells: Sequence[Sequence[str]], style: Style) -> bytes:
    """The file: quoted where it has to be, encoded and packed."""

    def quoted(cell: str) -> str:
        return f'"{cell}"' if style.delimiter in cell else cell

    text = "".join(style.delimiter.join(map(quoted, row)) + style.newline for row in cells)
    data = text.encode(style.encoding)
    packers: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gz": gzip.compress, "zip": zipped}
    return packers[style.packing](data)


def zipped(data: bytes, name: str = "prices.csv") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return stream.getvalue()
