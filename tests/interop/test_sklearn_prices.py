"""Windows of prices from a DataFrame: the preparation's own, in any layout of the dates, and blind for what follows."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sklearn_data import prices
from tunewright.interop.sklearn import price_windows
from tunewright.prices.preparation.features import compute
from tunewright.prices.preparation.folds import Rows
from tunewright.prices.preparation.prepare import FittedPreparation, Preparation
from tunewright.prices.preparation.scaling import fit_scaler

TABLE, FRAME = prices(60)
FEATURES = ("log_return", "high_low", "close")


@pytest.mark.parametrize("target", ["log_return", "close", "volatility"])
@pytest.mark.parametrize("horizon", [1, 3])
def test_the_windows_are_those_of_the_preparation_unscaled(target: Any, horizon: int) -> None:
    found = price_windows(FRAME, features=FEATURES, target=target, time_step=4, horizon=horizon)
    spec = Preparation(FEATURES, target, "none", 4, horizon)
    inputs, output = (fit_scaler("none", np.zeros((1, columns))) for columns in (3, 1))
    prepared = FittedPreparation(spec, inputs, output)
    samples = prepared.samples(TABLE, Rows(0, len(TABLE)))
    assert np.array_equal(found.X.astype(np.float32), samples.windows.flattened())
    assert np.array_equal(found.y.astype(np.float32), samples.targets)
    assert np.array_equal(found.days, TABLE.dates[samples.windows.origins + horizon])
    series = spec.quantity().series(TABLE)
    assert np.array_equal(found.last, series[samples.windows.origins])
    assert found.card.rows == len(TABLE)
    newest = compute(TABLE, FEATURES)[-4:].reshape(1, -1)
    assert np.array_equal(found.newest[-1:], newest)
    assert len(found.newest) == horizon


def test_prices_come_back_from_the_target() -> None:
    found = price_windows(FRAME, time_step=4, horizon=2)
    assert found.last * np.exp(found.y) == pytest.approx(TABLE.close[-len(found.y) :])


def test_the_dates_are_in_the_index_or_in_a_column() -> None:
    expected = price_windows(FRAME, features=FEATURES, time_step=4)
    tickers = pd.MultiIndex.from_product([FRAME.columns.str.title(), ["SPY"]], names=["Price", "Ticker"])
    assert isinstance(FRAME.index, pd.DatetimeIndex)
    for frame in (
        FRAME.reset_index(),
        FRAME.reset_index().iloc[::-1],
        FRAME.rename_axis(None),
        FRAME.set_axis([str(day.date()) for day in FRAME.index]),
        FRAME.set_axis(FRAME.index.tz_localize("America/New_York")),
        FRAME.set_axis(tickers, axis=1),
    ):
        found = price_windows(frame, features=FEATURES, time_step=4)
        assert np.array_equal(found.X, expected.X)
        assert np.array_equal(found.days, expected.days)


def test_what_was_mended_stands_on_the_card() -> None:
    holed = FRAME.copy()
    holed.iloc[30, 3] = np.nan
    found = price_windows(holed, time_step=4)
    assert len(found.card.repairs) == 1
    assert found.card.repairs[0].startswith("dropped 1 row with a missing value")
    assert len(found.y) == len(price_windows(FRAME, time_step=4).y) - 1


def test_no_window_knows_a_later_day() -> None:
    wild = FRAME.copy()
    wild.iloc[40:] *= 2
    before, after = (price_windows(frame, features=FEATURES, time_step=4, horizon=2) for frame in (FRAME, wild))
    blind = np.flatnonzero(before.days < TABLE.dates[40 + 2])
    assert np.array_equal(before.X[blind], after.X[blind])
    assert not np.array_equal(before.X, after.X)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"features": ["log_retrn"]}, "features: unknown feature 'log_retrn'; did you mean 'log_return'?"),
        ({"features": []}, "features: expected different names, at least one, found []"),
        (
            {"features": ["log_volume_change"]},
            "feature 'log_volume_change' needs the column 'volume', but the data has ",
        ),
        ({"target": "return"}, "target: unknown target 'return'; expected log_return, close or volatility"),
        ({"time_step": 0}, "time_step: expected a whole number from 1, found 0"),
        ({"horizon": True}, "horizon: expected a whole number from 1, found True"),
        (
            {"time_step": 80},
            "the DataFrame: a window of 80 rows of log_return and its target need at least 82 rows of prices, found "
            "60; give more, or a smaller time_step",
        ),
        ({"frame": [1.0]}, "frame: expected a pandas DataFrame of daily prices, found list"),
        ({"frame": FRAME[["open"]]}, "the DataFrame"),
    ],
)
def test_what_cannot_be_read_is_told(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as told:  # noqa: PT011  the message is compared
        price_windows(**{"frame": FRAME, **arguments})
    assert str(told.value).startswith(message)
