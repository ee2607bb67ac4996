"""Other tickers: joined as they were known on the day, never from a later date."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.core.errors import ConfigError, DataError
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.join import Other, Sources, join
from tunewright.prices.preparation.perturbing import change_unknown


def table(days: list[str], close: list[float]) -> PriceTable:
    return PriceTable(np.array(days, dtype="datetime64[D]"), {"close": np.array(close)})


OWN = table(["2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07", "2020-01-08"], [1, 2, 3, 4, 5])
OTHER = table(["2020-01-01", "2020-01-03", "2020-01-07", "2020-01-08"], [10, 30, 70, 80])


@pytest.mark.parametrize(
    ("lag", "expected"), [(0, [10, 30, 30, 70, 80]), (1, [10, 10, 30, 30, 70]), (2, [10, 30, 30, 30])]
)
def test_each_row_gets_the_newest_value_that_is_known(lag: int, expected: list[float]) -> None:
    joined = join(Sources(OWN, (Other("msft", OTHER),), lag))
    assert joined.table.columns["msft.close"].tolist() == expected
    assert list(joined.table.dates) == list(OWN.dates[-len(expected) :])


def test_rows_before_the_other_begins_are_dropped_and_told() -> None:
    joined = join(Sources(OWN, (Other("msft", OTHER), Other("ibm", OTHER.rows(1, 4)))))
    assert len(joined.table) == 3
    assert joined.dropped == ("the first 2 rows, 2020-01-02 to 2020-01-03, are dropped: ibm begins on 2020-01-03",)


def test_what_is_old_is_told() -> None:
    own = table([f"2020-01-{day:02}" for day in range(2, 30)], list(range(1, 29)))
    (warning,) = join(Sources(own, (Other("msft", OTHER),))).warnings
    assert warning == (
        "msft is more than 7 days old in 13 rows, the first on 2020-01-17: its last value before is repeated there"
    )


def test_values_of_the_same_day_are_told() -> None:
    (warning,) = join(Sources(OWN, (Other("msft", OTHER),), lag=0)).warnings
    assert warning.startswith("availability_lag = 0: values of the same day are used")


@pytest.mark.parametrize("tickers", [("msft", "msft"), ("custom",)])
def test_tickers_have_names_of_their_own(tickers: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="expected files with different tickers"):
        join(Sources(OWN, tuple(Other(ticker, OTHER) for ticker in tickers)))


def test_series_that_do_not_overlap_are_refused() -> None:
    with pytest.raises(DataError, match="msft begins on 2020-01-08, too late for prices that end on 2020-01-08"):
        join(Sources(OWN, (Other("msft", table(["2020-01-08", "2020-01-09"], [1, 2])),)))


@given(lag=st.integers(0, 9), cut=st.integers(20, 99), seed=st.integers(0, 99), missing=st.sets(st.integers(1, 110)))
@settings(max_examples=60, deadline=None)
def test_nothing_unknown_moves_a_row(lag: int, cut: int, seed: int, missing: set[int]) -> None:
    walk = random_walk(111, seed=seed)
    kept = np.array([row for row in range(111) if row not in missing])
    other = PriceTable(walk.dates[kept], {name: values[kept] for name, values in walk.columns.items()})
    sources = Sources(random_walk(100, seed=seed + 1), (Other("msft", other),), lag)
    day = sources.own.dates[cut]
    before, after = join(sources).table, join(change_unknown(sources, day, seed=seed)).table
    rows = int(np.searchsorted(before.dates, day, side="right"))
    assert list(before.dates) == list(after.dates)
    for name, values in before.columns.items():
        np.testing.assert_array_equal(values[:rows], after.columns[name][:rows])


def test_a_joined_table_goes_through_json_and_its_fingerprint_sees_the_other() -> None:
    joined = join(Sources(OWN, (Other("msft", OTHER),))).table
    assert PriceTable.from_json(joined.to_json()) == joined
    changed = join(Sources(OWN, (Other("msft", table(["2020-01-01", "2020-01-03"], [10, 31])),))).table
    assert joined.fingerprint() != changed.fingerprint()
