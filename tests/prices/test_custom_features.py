"""A user's own feature functions: what they may return, what is refused, and that one that looks ahead is stopped."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tunewright.core.errors import DataError
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.preparation.custom import CustomFeatures, extend, find_look_ahead
from tunewright.prices.preparation.features import check_columns, compute

TABLE = random_walk(300, seed=6)
Function = Callable[[pd.DataFrame], Any]


def custom(function: Function, name: str = "made") -> CustomFeatures:
    return CustomFeatures(f"mine.py:{name}", function)


def gap(frame: pd.DataFrame) -> Any:
    return (frame["open"] / frame["close"].shift(1)).rolling(3).mean().rename("gap")


def test_columns_become_features_and_the_warm_up_is_dropped() -> None:
    extended = extend(
        TABLE, [custom(gap, "gap"), custom(lambda frame: frame[["close"]].rename(columns={"close": "c"}))]
    )
    assert extended.warmup == 3
    assert len(extended.table) == 297
    np.testing.assert_array_equal(compute(extended.table, ("custom.c",))[:, 0], TABLE.close[3:])
    assert extended.returned == {"mine.py:gap": ("custom.gap",), "mine.py:made": ("custom.c",)}


@pytest.mark.parametrize(
    "function",
    [
        lambda frame: pd.Series(range(300), index=frame.index),
        lambda frame: frame["close"].ewm(span=5).mean(),
        lambda frame: frame["close"].rename("other"),
    ],
)
def test_a_series_has_the_name_of_the_function(function: Function) -> None:
    extended = extend(TABLE, [custom(function, "steps")])
    assert [name for name in extended.table.columns if "." in name] == ["custom.steps"]


def test_a_missing_column_says_what_each_function_returned() -> None:
    extended = extend(TABLE, [custom(gap, "gap"), custom(lambda frame: frame[["open", "close"]], "two")])
    with pytest.raises(
        DataError, match=r"mine.py:gap returns custom.gap; mine.py:two returns custom.open, custom.close; a Series has"
    ):
        check_columns(extended.table, ("custom.ewm",), returned=extended.returned)


def leave(frame: pd.DataFrame) -> Any:
    raise SystemExit(5)


def test_a_function_cannot_change_what_others_get() -> None:
    def spoil(frame: pd.DataFrame) -> Any:
        frame["close"] = 0.0
        return frame["close"].rename("zero")

    table = extend(TABLE, [custom(spoil, "zero"), custom(lambda frame: frame["close"].rename("kept"), "kept")]).table
    np.testing.assert_array_equal(table.columns["custom.kept"], TABLE.close)


REFUSED: dict[str, tuple[Function, str]] = {
    "exit": (leave, "mine.py:made failed with SystemExit: 5; it gets the columns open,"),
    "exception": (lambda frame: frame["adj"], "mine.py:made failed with KeyError: 'adj'; it gets the columns open,"),
    "type": (lambda frame: frame["close"].to_numpy(), "expected a DataFrame or a Series, found ndarray"),
    "length": (
        lambda frame: frame["close"].iloc[1:],
        r"the index of the table it was given \(300 rows\), .*\(299 rows",
    ),
    "text": (lambda frame: frame["close"].map("{} USD".format), "expected numbers in column 'made', found"),
    "name": (
        lambda frame: frame[["close"]].rename(columns={"close": "a b"}),
        "names of letters, digits and underscores, found 'a b'",
    ),
    "nan": (
        lambda frame: frame["close"].where(frame.index != frame.index[50]),
        "custom.made: expected a finite number in every row .* found nan on 2000-03-1",
    ),
    "infinity": (lambda frame: (frame["close"] / 0).rename("x"), "custom.made: expected a finite number .* found inf"),
    "nothing": (lambda frame: frame["close"] * np.nan, "custom.made has fewer than 2 values in 300 rows"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str) -> None:
    function, message = REFUSED[case]
    with pytest.raises(DataError, match=message) as caught:
        extend(TABLE, [custom(function)])
    assert "\n" not in str(caught.value)


def test_two_functions_cannot_share_a_column() -> None:
    with pytest.raises(DataError, match=r"another function has a column 'custom.gap' already"):
        extend(TABLE, [custom(gap, "gap"), custom(lambda frame: frame[["open"]].rename(columns={"open": "gap"}))])


AHEAD: dict[str, tuple[Function, int]] = {
    "tomorrow": (lambda frame: frame["close"].shift(-1), 1),
    "tomorrow, filled": (lambda frame: frame["close"].shift(-3).ffill(), 3),
    "centred": (lambda frame: frame["close"].rolling(7, center=True, min_periods=1).mean(), 3),
    "back-filled": (lambda frame: frame["close"].where(np.arange(len(frame)) % 9 == 0).bfill().ffill(), 1),
    "whole mean": (lambda frame: frame["close"] - frame["close"].mean(), 100),
    "month mean": (
        lambda frame: frame["close"].groupby(pd.DatetimeIndex(frame.index).to_period("M")).transform("mean"),
        1,
    ),
    "share of the length": (lambda frame: pd.Series(np.arange(len(frame)) / len(frame), index=frame.index), 100),
}


@pytest.mark.parametrize("case", AHEAD)
def test_a_function_that_looks_ahead_is_found(case: str) -> None:
    function, ahead = AHEAD[case]
    leak = find_look_ahead(TABLE, [custom(function)])
    assert leak is not None
    assert leak.ahead >= ahead
    assert leak.text().startswith(f"{leak.column} looks ahead: its value in row {leak.row} ({leak.day}) depends on")


def test_how_far_it_looks() -> None:
    leak = find_look_ahead(TABLE, [custom(lambda frame: frame["close"].shift(-1), "next")])
    assert leak is not None
    assert (leak.column, leak.row, leak.ahead) == ("custom.next", 149, 1)


def test_chance_is_no_look_ahead() -> None:
    def noise(seed: int | None) -> Function:
        return lambda frame: pd.Series(np.random.default_rng(seed).random(300)[: len(frame)], index=frame.index)

    with pytest.raises(DataError, match=r"custom.made: expected the same values .* each time; fix its seed"):
        find_look_ahead(TABLE, [custom(noise(None))])
    assert find_look_ahead(TABLE, [custom(noise(3))]) is None


@pytest.mark.parametrize(
    "function",
    [
        gap,
        lambda frame: frame["close"].ewm(span=10).mean(),
        lambda frame: frame["close"].expanding().std(),
        lambda frame: frame["volume"].rolling(20).rank(),
        lambda frame: frame["close"].cummax(),
    ],
)
def test_a_function_that_looks_back_passes(function: Function) -> None:
    for seed in range(10):
        assert find_look_ahead(random_walk(250, seed=seed), [custom(function)]) is None
