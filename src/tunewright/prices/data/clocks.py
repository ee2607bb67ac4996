"""Times of the day in a column of their own, beside the dates."""

import re
from collections.abc import Sequence

from tunewright.prices.data.dateforms import seconds_of

_COLONS = re.compile(r"(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)(?:\s?(?P<half>[AaPp]\.?[Mm]\.?))?")
_DIGITS = re.compile(r"(?P<clock>[0-9]{6})")
_TITLES = frozenset({"time", "hour", "uhrzeit", "zeit", "heure", "hora", "ora", "godzina", "saat", "время", "giờ",
                     "时间", "時間", "時刻", "시간"})  # fmt: skip


def clock_seconds(cell: str) -> int | None:
    """Seconds since midnight of `09:30`, `9:30:00 PM` or `093000`; None for what is no time of the day."""
    match = _COLONS.fullmatch(cell) or _DIGITS.fullmatch(cell)
    if match is None:
        return None
    parts = match.groupdict()
    return seconds_of({**parts, "half": (parts.get("half") or "").replace(".", "")})


def is_clock(cell: str) -> bool:
    """Whether a cell can be nothing but a time of the day."""
    return ":" in cell and clock_seconds(cell) is not None


def are_clocks(title: str, cells: Sequence[str]) -> bool:
    """Whether every cell is a time of the day; six digits are one only below such a title."""
    named = title.strip("<>*. ").lower() in _TITLES
    return bool(cells) and all(clock_seconds(cell) is not None if named else is_clock(cell) for cell in cells)
