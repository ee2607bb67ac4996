"""An adjusted close that cannot be right: told from splits, dividends and crashes, and never trusted in silence."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.prices.data.card import DataCard
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.read import read_price_bytes
from tunewright.prices.data.table import PriceTable

ROWS = 12


def read(close: "np.ndarray", adjusted: "np.ndarray", asked: str = "auto") -> tuple[PriceTable, DataCard]:
    days = np.datetime64("2024-01-01") + np.arange(len(close))
    lines = [
        f"{day},{price!r},{other!r}" for day, price, other in zip(days, close.tolist(), adjusted.tolist(), strict=True)
    ]
    text = "\n".join(["Date,Close,Adj Close", *lines]) + "\n"
    return read_price_bytes(text.encode(), "p.csv", ReadingOptions(asked))


def quiet(seed: int) -> "np.ndarray":
    return 100 * np.exp(np.cumsum(0.01 * np.random.default_rng(seed).standard_normal(ROWS)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, ROWS - 1), st.floats(0.2, 5), st.booleans())
def test_a_factor_that_jumps_where_the_close_stays_is_not_trusted(seed: int, at: int, jump: float, up: bool) -> None:
    close = quiet(seed)
    adjusted = close.copy()
    adjusted[at:] *= np.exp(jump if up else -jump)
    table, card = read(close, adjusted)
    assert (table.close == close).all()
    assert (card.close, card.adjusted, card.splits) == ("close", "no", ())
    assert f"on 2024-01-{at + 1:02}, where Close moved by" in card.close_reason
    assert sum("no split or dividend explains it" in text for text in card.warnings) == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, ROWS - 1), st.floats(0.01, 4))
def test_what_the_close_shows_is_counted_out(seed: int, at: int, jump: float) -> None:
    adjusted = quiet(seed)
    close = adjusted.copy()
    close[:at] *= np.exp(jump)  # a dividend or a split: the close falls, and who owns the share loses nothing
    table, card = read(close, adjusted)
    assert (table.close == adjusted).all()
    assert (card.close, card.warnings) == ("adj_close", ())


def test_a_broken_factor_beside_a_split_stays_with_a_warning() -> None:
    close, adjusted = quiet(1), quiet(1)
    close[:3] *= 2
    adjusted[8:] *= 4
    _, card = read(close, adjusted)
    assert card.close == "adj_close"
    assert [split.ratio for split in card.splits] == ["2-for-1"]
    assert [text.split(" on ")[1][:10] for text in card.warnings] == ["2024-01-09", "2024-01-09"]
    assert card.warnings[1].endswith("a wrong number, as Close and Adj Close contradict each other")


def test_what_is_asked_for_is_taken_with_the_warning() -> None:
    adjusted = quiet(2)
    adjusted[5:] *= 3
    _, card = read(quiet(2), adjusted, "adj_close")
    assert (card.close, card.close_reason) == ("adj_close", "It was asked for.")
    assert "no split or dividend explains it" in card.warnings[0]


def test_a_move_of_one_close_alone_is_not_called_agreement() -> None:
    close, adjusted = quiet(3), quiet(3)
    close[:4] *= 1.9  # no usual ratio
    _, card = read(close, adjusted, "close")
    (warning,) = card.warnings
    assert "a large dividend, an unusual split or a wrong number, as Adj Close moved by" in warning


def test_many_broken_days_are_counted() -> None:
    adjusted = quiet(4)
    adjusted[1::2] *= 3
    _, card = read(quiet(4), adjusted)
    assert sum(text.startswith("Adj Close moved by") for text in card.warnings) == 5
    assert card.warnings[5] == "Adj Close moved like that on 6 more days"


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_small_file(newest_first: bool) -> None:
    rows = ["2015-12-28,2490,25.1", "2015-12-29,2468,118.6", "2015-12-30,2480,119.2"]
    text = "\n".join(["Date,Close,Adj Close", *(rows[::-1] if newest_first else rows)]) + "\n"
    table, card = read_price_bytes(text.encode(), "p.csv")
    assert table.close.tolist() == [2490.0, 2468.0, 2480.0]
    assert card.close_reason == (
        "Adj Close moved by +372.5% on 2015-12-29, where Close moved by -0.9%: Close is the one to trust."
    )
