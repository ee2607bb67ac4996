"""Days in the figures of the sealed test."""

from tunewright.report.values import Dates

ZOOM = 60  # days in the enlarged panels: a lag of one day is visible at this width


def zoom_of(rows: int) -> int:
    return max(0, rows - ZOOM)


def days(dates: Dates) -> list[str]:
    return [str(day) for day in dates]
