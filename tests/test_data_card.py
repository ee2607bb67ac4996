"""What the card says of a table that was read."""

from tunewright.data.card import DataCard, Gap
from tunewright.data.read import read_price_text
from tunewright.data.table import PriceTable


def read(text: str) -> tuple[PriceTable, DataCard]:
    return read_price_text(text, "prices.csv")


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


def test_high_below_low_is_kept_and_warned_of() -> None:
    table, card = read("Date,High,Low,Close\n2024-01-02,1,2,1.5\n2024-01-03,3,1,2\n")
    assert len(table) == 2
    assert card.warnings == ("high is below low in 1 row (first: 2024-01-02)",)


def test_many_large_moves_are_counted() -> None:
    _, card = read("Date,Close\n" + "".join(f"2024-01-{n + 2:02},{1 + n % 2}\n" for n in range(9)))
    assert len(card.warnings) == 6
    assert card.warnings[0].startswith("the close moved by +100.0% on 2024-01-03: a split not adjusted for")
    assert card.warnings[-1] == "the close moved as far on 3 more days"
