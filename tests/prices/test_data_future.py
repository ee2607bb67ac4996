"""Dates that have not come yet: Buddhist years are told, slips are warned of or refused."""

import pytest

from tunewright.core.errors import DataError
from tunewright.prices.data.read import read_price_bytes


def test_buddhist_years_are_told() -> None:
    _, card = read_price_bytes(b"Date,Close\n01/01/2563,10\n29/02/2563,11\n13/03/2563,12\n", "p.csv")
    assert (card.first, card.last) == ("2020-01-01", "2020-03-13")
    assert card.reading[-1] == "years are of the Buddhist era: 543 are taken off"


def test_two_calendars_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        read_price_bytes(b"Date,Close\n2020-01-01,10\n2563-01-02,11\n", "p.csv")
    assert str(caught.value) == (
        "p.csv, line 3, column 'Date': expected years of one calendar, found '2563-01-02' where line 2 has "
        "'2020-01-01'. Correct the date."
    )


def test_the_future_is_warned_of() -> None:
    _, card = read_price_bytes(b"Date,Close\n2020-01-01,10\n2201-01-02,11\n", "p.csv")
    assert card.warnings[0] == "1 row in the future (first: 2201-01-02): wrong dates, or another calendar"
