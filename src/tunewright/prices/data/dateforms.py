"""The ways in which a day is written in text, and the day that a cell of one such way means."""

import re
from datetime import date

_MONTHS = (
    ("jan",), ("feb", "fév", "fev"), ("mar", "mär", "mrz"), ("apr", "avr"), ("may", "mai"), ("jun", "juin"),
    ("jul", "juil"), ("aug", "aoû", "aou"), ("sep",), ("oct", "okt"), ("nov",), ("dec", "dez", "déc"),
)  # fmt: skip
"""How each begins in English, German and French."""
_WEEKDAY = (
    r"(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:mo|di|mi|do|fr|sa|so|lun|mar|mer|mié|jeu|jue|ven|vie|sam|sáb|dim|dom)\b"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    r"|(?:星期|周|週)?[一二三四五六日月火水木金土월화수목금토일](?:曜日|요일)?"
)
_BEFORE = re.compile(rf"(?:{_WEEKDAY})\.?[,\s]\s*", re.IGNORECASE)
_AFTER = re.compile(rf"[,\s]?\s*\(?(?:{_WEEKDAY})\.?\)?$", re.IGNORECASE)
_WORD = r"(?P<word>[^\W\d_]{3,})\.?"
_TIME = r"(?:[T ,]\s*(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?|[0-9]{6})(?:\s?(?P<half>[AaPp][Mm]))?"
_OFFSET = r"[+-][0-9]{2}:?[0-9]{2}(?::[0-9]{2})?"
_REST = _TIME + rf"\s?(?P<zone>Z|(?:UTC|GMT)?{_OFFSET}|UTC|GMT|[A-Z]{{3,4}})?)?"
_Y, _M, _D = r"(?P<y>[0-9]{4})", r"(?P<m>[0-9]{1,2})", r"(?P<d>[0-9]{1,2})"
NUMERIC, DAY_FIRST, MONTH_FIRST = "numeric", "day/month/year", "month/day/year"
COMPACT, MONTH_YEAR, YEAR_MONTH = "yearmonthday", "month.year", "year-month"
REPUBLIC = "year of the Republic/month/day"
PATTERNS = {
    "year-month-day": re.compile(rf"{_Y}(?P<s>[-/.])\s?{_M}(?P=s)\s?{_D}" + _REST),
    COMPACT: re.compile(rf"{_Y}(?P<m>[0-9]{{2}})(?P<d>[0-9]{{2}})(?:\.0)?" + _REST),
    NUMERIC: re.compile(r"(?P<a>[0-9]{1,2})(?P<s>[-/.])(?P<b>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4}|[0-9]{2})" + _REST),
    "day-month-year": re.compile(rf"{_D}[-/. ]+{_WORD}[-/., ]+(?P<y>[0-9]{{4}}|[0-9]{{2}})" + _REST),
    "month day, year": re.compile(rf"{_WORD}[-/. ]+{_D}(?:,|[-/. ])\s*{_Y}" + _REST),
    "year, month and day in characters": re.compile(rf"{_Y}\s?[年년]\s?{_M}\s?[月월]\s?{_D}\s?[日일]" + _REST),
    REPUBLIC: re.compile(rf"(?P<y>[0-9]{{3}})(?P<s>[-/.]){_M}(?P=s){_D}"),
    MONTH_YEAR: re.compile(rf"{_M}[-/.]{_Y}"),
    YEAR_MONTH: re.compile(rf"{_Y}[-/.]{_M}"),
}
EXAMPLES = {"year-month-day": "1999-12-31", COMPACT: "19991231", MONTH_FIRST: "12/31/1999", DAY_FIRST: "31/12/1999",
            "day-month-year": "31-Dec-1999", "month day, year": "Dec 31, 1999", MONTH_YEAR: "12.1999",
            YEAR_MONTH: "1999-12", REPUBLIC: "088/12/31", "year, month and day in characters": "1999年12月31日",
            }  # fmt: skip
SHORT_REPUBLIC = re.compile(rf"(?P<y>[0-9]{{2,3}})(?P<s>[-/.]){_M}(?P=s){_D}")
"""The same with years of two digits among those of three."""
BUDDHIST, ROC = 543, 1911
"""Years that the era of Thailand is ahead, and years that Taiwan's Republic is behind."""
_PIVOT = 69  # POSIX: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068


def form_of(text: str) -> str | None:
    """The way in which a cell is written, if it has the shape of a date."""
    return next((name for name, pattern in PATTERNS.items() if pattern.fullmatch(text)), None)


def without_weekday(text: str) -> str:
    """A date without the weekday beside it: `Mon, 01 Mar 2021` is `01 Mar 2021`."""
    if text[:1].isalpha() and (found := _BEFORE.match(text)) and form_of(text[found.end() :]):
        return text[found.end() :]
    bare = _AFTER.sub("", text) if text[-1:].isalpha() or text.endswith((")", ".")) else text
    return bare if form_of(bare) else text


def day_of(parts: dict[str, str | None], form: str) -> date | None:
    """The day behind the parts of a match; None for one that the calendar lacks."""
    first, second, year = parts.get("a"), parts.get("b"), parts["y"] or ""
    if first and second:
        day, month = (first, second) if form == DAY_FIRST else (second, first)
    else:
        word = parts.get("word") or ""
        day, month = parts.get("d") or "1", parts.get("m") or _month(word)
    try:
        return date(_year(year, form), int(month), int(day))
    except ValueError:
        return None


def is_buddhist(year: str | None) -> bool:
    return len(year or "") == 4 and 2400 <= int(year or 0) <= 2600


def seconds_of(parts: dict[str, str | None]) -> int | None:
    """Since midnight; None for a time that no clock shows."""
    clock = parts.get("clock")
    if not clock:
        return 0
    pieces = clock.split(":") if ":" in clock else [clock[:2], clock[2:4], clock[4:]]
    hour, minute, second = int(pieces[0]), int(pieces[1]), int(float(pieces[2] or 0)) if len(pieces) > 2 else 0
    half = (parts.get("half") or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour * 3600 + minute * 60 + second if hour < 24 and minute < 60 and second < 61 else None


def _year(year: str, form: str) -> int:
    if form == REPUBLIC:
        return int(year) + ROC
    if len(year) == 4:
        return int(year) - (BUDDHIST if is_buddhist(year) else 0)
    return int(year) + (1900 if int(year) >= _PIVOT else 2000)


def _month(word: str) -> str:
    """`3` for `Mar`; `0`, which no calendar has, for what is no month."""
    month = next((at for at, starts in enumerate(_MONTHS, 1) if word and word.lower().startswith(starts)), 0)
    return str(month)
