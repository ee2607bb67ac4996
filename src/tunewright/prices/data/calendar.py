"""The trading days after the last one of a series, as far as the series itself tells its market's calendar."""

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]

RECENT, WEEKENDS = 60, 0.1
"""Where of the last so many rows more than this share lies on weekends, the market knows none."""


def trading_day(dates: Days, ahead: int) -> np.datetime64:
    """The day `ahead` trading days after the last of `dates` (datetime64[D], ascending).

    Weekends are left out where the market has them, and so are holidays that the dates show: a day of the month (such
    as 1 January), or a weekday's place in its month (the third Monday of January, the last one of May), that came up
    at least twice or three times, and was never traded on.
    """
    dates = dates.astype("datetime64[D]")
    day: np.datetime64 = dates[-1]
    if (~np.is_busday(dates[-RECENT:])).mean() > WEEKENDS:
        return day + ahead
    weekdays = np.arange(dates[0], dates[-1] + 1)
    weekdays = weekdays[np.is_busday(weekdays)]
    traded = np.isin(weekdays, dates)
    for _ in range(ahead):
        day = np.busday_offset(day, 1, roll="backward")
        while any(_is_passed_over(traded[place(weekdays) == place(day)], least) for place, least in _PLACES):
            day = np.busday_offset(day, 1)
    return day


def _is_passed_over(traded: npt.NDArray[np.bool_], least: int) -> bool:
    return len(traded) >= least and not traded.any()


def _date(days: Days | np.datetime64) -> npt.NDArray[np.int64]:
    """Month and day of the month, as one number."""
    months = days.astype("datetime64[M]")
    return (months.astype(np.int64) % 12) * 100 + (days - months).astype(np.int64)


def _place(days: Days | np.datetime64) -> npt.NDArray[np.int64]:
    """Month, weekday and which one of the month it is, as one number."""
    months = days.astype("datetime64[M]")
    weekday = (days.astype(np.int64) + 3) % 7
    return (months.astype(np.int64) % 12) * 100 + weekday * 10 + (days - months).astype(np.int64) // 7


def _place_from_the_end(days: Days | np.datetime64) -> npt.NDArray[np.int64]:
    """The same, counted from the month's end."""
    months = days.astype("datetime64[M]")
    weekday = (days.astype(np.int64) + 3) % 7
    after = ((months + 1).astype("datetime64[D]") - days).astype(np.int64) - 1
    return (months.astype(np.int64) % 12) * 100 + weekday * 10 + after // 7


_PLACES = ((_date, 2), (_place, 3), (_place_from_the_end, 3))
"""What may come back every year in a calendar of holidays, and how often it must have come up to be taken for that."""
