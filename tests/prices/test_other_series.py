"""Forecasts for another series than the tested one are told: days in common move alike, later files go on alike."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tunewright.prices.bundle.series import other_series
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.data.table import PriceTable

WALK = random_walk(300, 1)


def scaled(table: PriceTable, factor: float) -> PriceTable:
    return PriceTable(table.dates, {name: column * factor for name, column in table.columns.items()})


@given(st.integers(0, 280), st.floats(0.1, 10.0))
def test_the_same_series_is_known_at_any_adjustment(begin: int, factor: float) -> None:
    assert other_series(WALK.rows(288, 300), scaled(WALK.rows(begin, 300), factor)) is None


@pytest.mark.parametrize("seed", range(2, 7))
def test_another_series_is_told(seed: int) -> None:
    told = other_series(WALK.rows(288, 300), random_walk(300, seed))
    assert told is not None
    assert re.fullmatch(r"of 11 days that the bundle knows too, (9|10|11) moved otherwise", told)


def test_a_split_within_the_days_in_common_is_no_other_series() -> None:
    split = WALK.columns["close"].copy()
    split[295:] /= 2
    assert other_series(WALK.rows(288, 300), PriceTable(WALK.dates, {**WALK.columns, "close": split})) is None


def test_a_later_file_goes_on_at_the_level() -> None:
    known, later = WALK.rows(200, 212), WALK.rows(212, 300)
    assert other_series(known, later) is None
    told = other_series(known, scaled(later, 40.0))
    assert told is not None
    assert told.startswith(f"the bundle's last close is {known.close[-1]:g}, and the file goes on at ")
    assert np.isfinite(known.close[-1])
