"""Cells of text as numbers: signs, groups of thousands, K, M and B, decimal commas. The whole file is read one way."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tunewright.core.errors import DataError
from tunewright.core.words import shown
from tunewright.prices.data.cells import MISSING, Column, Lines, place
from tunewright.prices.data.table import Floats

_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
_SIGNS = "$€£¥₹₩%"
_SPACED = re.compile(r"(?<=[0-9])[\s'’](?=[0-9]{3}(?![0-9]))")
_SPACES = " \u00a0\u202f\u2009'’"
_SCALES = {"K": "e3", "M": "e6", "B": "e9", "T": "e12"}
_SCALED = re.compile(r"[0-9.,]+ ?[KMBTkmbt]")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[.][0-9]{3})+")
_EXPONENT = r"(?:[eE][+-]?[0-9]+)?"
_WHOLE = r"(?:[0-9]+|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{2,3}})*{group}[0-9]{{3}})"
_POINT = re.compile(rf"[+-]?(?:{_WHOLE.format(group=',')}(?:\.[0-9]*)?|\.[0-9]+){_EXPONENT}")
_COMMA = re.compile(rf"[+-]?(?:{_WHOLE.format(group='[.]')}(?:,[0-9]*)?|,[0-9]+){_EXPONENT}")


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of a file are written. `reasons`: sentences for the data card, none for plain numbers."""

    decimal_comma: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Sight:
    """A cell that can be read one way only, and where it stands."""

    cell: str
    where: str


def number_style(
    columns: Mapping[str, Column], lines: Lines, *, source: str, semicolons: bool, decimals: str = "auto"
) -> NumberStyle:
    """Decide over all columns (by the file's titles) whether a comma or a point marks the decimals.

    A cell such as `12,5` or `1.234,56` decides for the comma, `12.5` or `1,234.56` for the point; `1,234` and
    `1.234` alone decide nothing. Without such a cell it is the point, unless semicolons part the cells and commas
    stand in them; for `1.234` between semicolons the other cells of its column decide. decimals: `point` or `comma`
    where it is known. Raises DataError where cells contradict each other, or can be read either way.
    """
    if decimals != "auto":
        return NumberStyle(decimals == "comma", (f"numbers have a decimal {decimals}, as asked for", *_signs(columns)))
    commas = any("," in column for column in columns.values())
    if semicolons and not commas and (rule := _thousands(columns, lines, source=source)):
        return NumberStyle(rule.startswith("points"), (rule, *_signs(columns)))
    if not commas and not any(cell.count(".") > 1 for column in columns.values() for cell in column):
        return NumberStyle(False, _signs(columns))
    sights: dict[bool, _Sight] = {}
    for title, column in columns.items():
        for row, cell in enumerate(column):
            says = _says_comma(cell)
            if says is not None and says not in sights:
                sights[says] = _Sight(cell.strip(), place(source, lines[row], title))
        if len(sights) == 2:
            break
    if len(sights) == 2:
        raise DataError(
            f"{sights[True].where}: expected numbers written one way in the whole file, found "
            f"{shown(sights[True].cell)} with a decimal comma, but {shown(sights[False].cell)} with a decimal point "
            f"in {sights[False].where.removeprefix(source + ', ')}. Write them alike."
        )
    decimal_comma = next(iter(sights), semicolons and commas)
    seen = f" ({shown(sights[True].cell)})" if True in sights else ""
    told = (f"numbers have a decimal comma{seen}",) if decimal_comma else ("commas in numbers part thousands",)
    return NumberStyle(decimal_comma, told + _signs(columns))


def _thousands(columns: Mapping[str, Column], lines: Lines, *, source: str) -> str:
    """For cells such as `1.234` between semicolons, in a file where no cell tells what the point marks.

    `987` beside `1.003` in one column is written in full, so the point parts thousands. `1003` beside `1.003` has no
    thousands parted, so the point marks decimals. Empty where there are no such cells, or one that decides.
    """
    grouped: dict[str, _Sight] = {}
    short: set[str] = set()
    long: set[str] = set()
    for title, column in columns.items():
        for row, cell in enumerate(column):
            bare, _ = _bare(cell)
            if _GROUPED.fullmatch(bare):
                grouped.setdefault(title, _Sight(cell.strip(), place(source, lines[row], title)))
            elif "." in bare:
                return ""
            elif bare.isdigit():
                (short if len(bare) < 4 else long).add(title)
    titles = grouped.keys()
    if not titles:
        return ""
    if titles & short and not titles & long:
        return "points in numbers part thousands: numbers below 1000 beside them have none"
    if titles & long and not titles & short:
        return "numbers have a decimal point: thousands beside them are not parted"
    sight = next(iter(grouped.values()))
    raise DataError(
        f"{sight.where}: expected numbers that can be read one way only, found {shown(sight.cell)}, where the point "
        "may mark decimals or part thousands. Set decimals to 'point' or 'comma'."
    )


def read_numbers(column: Column, lines: Lines, *, source: str, title: str, style: NumberStyle) -> Floats:
    """The column as float64, NaN where a cell is missing. Raises DataError for text and for infinity."""
    values = np.empty(len(column))
    for row, cell in enumerate(column):
        text = cell.strip()
        if _PLAIN.fullmatch(text) and not (style.decimal_comma and "." in text):
            value = float(text)
        elif text.lower() in MISSING:
            values[row] = math.nan
            continue
        else:
            value = math.inf if _INFINITE.fullmatch(text) else _written(text, style)
            if math.isnan(value):
                mark = "comma" if style.decimal_comma else "point"
                raise DataError(
                    f"{place(source, lines[row], title)}: expected a number, found {shown(text)}. Write digits "
                    f"with a decimal {mark} and no other sign, or leave the cell empty where there is no value."
                )
        if math.isinf(value):
            raise DataError(
                f"{place(source, lines[row], title)}: expected a finite number, found {shown(text)}. "
                "Correct the cell, or leave it empty where there is no value."
            )
        values[row] = value
    return values


def _written(text: str, style: NumberStyle) -> float:
    """The number behind signs, groups and a scale; NaN where it is none. `80.22M` is 80220000."""
    bare, scale = _bare(text)
    if not (_COMMA if style.decimal_comma else _POINT).fullmatch(bare) or (scale and "e" in bare.lower()):
        return math.nan
    group, mark = (".", ",") if style.decimal_comma else (",", ".")
    return float(bare.replace(group, "").replace(mark, ".") + scale)


def _bare(text: str) -> tuple[str, str]:
    """Without currency and percent signs and spaces between thousands; and the power of ten that K, M, B or T mean."""
    text = text.strip().strip(_SIGNS).strip()
    scale = _SCALES.get(text[-1:].upper(), "")
    if text[:1] in ("-", "+", "−") and text[1:2] and text[1] in _SIGNS:
        text = text[0] + text[2:]
    return _SPACED.sub("", text[:-1].rstrip() if scale else text).replace("−", "-"), scale


def _says_comma(cell: str) -> bool | None:
    """True where a cell can be read with a decimal comma only, False with a point only, None where both can be."""
    bare, _ = _bare(cell)
    comma, point = bool(_COMMA.fullmatch(bare)), bool(_POINT.fullmatch(bare))
    return None if comma == point else comma


def _signs(columns: Mapping[str, Column]) -> tuple[str, ...]:
    signs = [sign for sign in _SIGNS if any(sign in column for column in columns.values())]
    told = [f"signs left out of numbers: {' '.join(signs)}"] if signs else []
    spaced = (mark for mark in _SPACES if any(mark in column for column in columns.values()))
    if any(_SPACED.search(cell) for _ in spaced for column in columns.values() for cell in column):
        told.append("spaces or apostrophes in numbers part thousands")
    scaled = [title for title, column in columns.items() if any(_SCALED.search(cell[-9:]) for cell in _tips(column))]
    if scaled:
        told.append(f"'{scaled[0]}' is written with K, M or B: exact to the digits given")
    return tuple(told)


def _tips(column: Column) -> list[str]:
    return [cell for cell in column if cell[-1:].isalpha()] if any(s in column for s in "KMBTkmbt") else []
