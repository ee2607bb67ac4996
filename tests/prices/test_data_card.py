"""What the card says of a table that was read."""

import numpy as np

from tunewright.prices.data.card import DataCard, Gap
from tunewright.prices.data.read import read_price_bytes
from tunewright.prices.data.table import PriceTable


def read(text: str) -> tuple[PriceTable, DataCard]:
    return read_price_bytes(text.encode(), "prices.csv")


def test_the_card_speaks_in_lines() -> None:
    _, card = read("Date,Close,Volume\n2024-01-02,10,0\n2024-02-01,11,7\n2024-02-01,11,7\n2024-02-02,20,7\n")
    assert card.lines() == [
        "source    prices.csv (comma-separated UTF-8, one series)",
        "rows      3, 2024-01-02 to 2024-02-02",
        "columns   close, volume",
        "close     close. The file has no values in a column Adj Close. Adjusted for splits and dividends: not said.",
        "gaps      21 weekdays without a row; 1 of five weekdays or more; "
        "the longest: 21 weekdays between 2024-01-02 and 2024-02-01",
        "volume    zero in 1 row",
        "repair    dropped 1 row exactly like a later one of the same date (first date: 2024-02-01)",
        "warning   rows are 15.5 days apart (median): these are not daily prices",
        "warning   the close moved by +81.8% on 2024-02-02: a split not adjusted for, a wrong number, or a real move",
    ]


def test_the_ten_longest_gaps_are_listed_and_holidays_are_not() -> None:
    days = [f"{2000 + n}-01-03" for n in range(12)] + ["2011-01-11", "2011-01-18"]
    _, card = read("Date,Close\n" + "".join(f"{day},{n + 1}\n" for n, day in enumerate(days)))
    assert card.gap_count == 12
    assert len(card.gaps) == 10
    assert card.gaps[0].missing_weekdays == max(gap.missing_weekdays for gap in card.gaps)
    assert all(gap.missing_weekdays > 200 for gap in card.gaps)
    _, card = read("Date,Close\n2024-01-01,1\n2024-01-08,2\n2024-01-15,3\n2024-01-23,4\n")
    assert (card.gap_count, card.gaps) == (1, (Gap("2024-01-15", "2024-01-23", 5),))


def test_of_gaps_there_may_be_none_or_short_ones() -> None:
    _, card = read("Date,Close\n2024-01-05,1\n2024-01-08,2\n")
    assert "gaps      none" in card.lines()
    _, card = read("Date,Close\n2024-01-05,1\n2024-01-09,2\n")
    assert "gaps      1 weekday without a row, nowhere five on end" in card.lines()


def test_of_days_without_volume_there_may_be_none() -> None:
    _, card = read("Date,Close,Volume\n2024-01-05,1,3\n2024-01-08,2,4\n")
    assert "volume    zero in no row" in card.lines()


def test_high_below_low_is_kept_and_warned_of() -> None:
    table, card = read("Date,High,Low,Close\n2024-01-02,1,2,1.5\n2024-01-03,3,1,2\n")
    assert len(table) == 2
    assert card.warnings == ("high is below low in 1 row (first: 2024-01-02)",)


def test_an_open_or_a_close_outside_the_day_s_range_is_warned_of() -> None:
    _, card = read("Date,Open,High,Low,Close\n2024-01-02,5,2,1,1.5\n2024-01-03,1.2,2,1,50\n")
    assert card.warnings[:2] == (
        "open is not between low and high in 1 row (first: 2024-01-02)",
        "close is not between low and high in 1 row (first: 2024-01-03); is it the right column?",
    )
    _, card = read("Date,High,Low,Close\n2024-01-02,2,1,2.0000001\n2024-01-03,2,1,1.9\n")
    assert card.warnings == ()


def weeks(*days: str, start: str = "2024-01-01", stop: str = "2024-03-01") -> str:
    """Prices on the given weekdays, `0` is Monday."""
    dates = np.arange(np.datetime64(start), np.datetime64(stop))
    kept = [day for day in dates if str((day.astype(int) + 3) % 7) in days]
    return "Date,Close\n" + "".join(f"{day},{100 + row % 3}\n" for row, day in enumerate(kept))


def test_weekends_are_told_and_a_few_warned_of() -> None:
    _, card = read(weeks(*"0123456"))
    assert (card.weekend_rows, card.warnings) == (16, ())
    assert "weekends  16 rows" in card.lines()
    _, card = read(weeks(*"01234") + "2024-03-02,100\n")
    assert card.warnings == (
        "1 row at a weekend (first: 2024-03-02): special sessions, or dates that a time zone moved",
    )
    _, card = read(weeks(*"6012"))
    assert card.warnings[-1] == (
        "0 rows on a Friday where Tuesday to Thursday have 6 each: a market of its own week, or dates that a time zone "
        "moved by a day"
    )


def test_a_move_out_of_all_proportion_is_told_up_to_a_bound() -> None:
    _, card = read("Date,Close\n2024-01-02,1e-200\n2024-01-03,1e200\n2024-01-04,1e-200\n")
    assert card.warnings[0].startswith("the close moved by more than +1,000,000% on 2024-01-03: ")


def test_many_large_moves_are_counted() -> None:
    _, card = read("Date,Close\n" + "".join(f"2024-01-{n + 2:02},{1 + n % 2}\n" for n in range(9)))
    assert len(card.warnings) == 6
    assert card.warnings[0].startswith("the close moved by +100.0% on 2024-01-03: a split not adjusted for")
    assert card.warnings[-1] == "the close moved as far on 3 more days"
