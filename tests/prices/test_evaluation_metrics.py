"""Metrics against values worked out by hand, and what they refuse."""

import numpy as np
import pytest

from tunewright.core.errors import DataError
from tunewright.prices.judging.metrics import DirectionCount, count_directions, price_metrics

LAST = np.array([10.0, 11.0, 12.0, 11.0])
ACTUAL = np.array([11.0, 12.0, 12.0, 10.0])
PREDICTED = np.array([12.0, 10.0, 13.0, 10.5])  # errors +1, -2, +1, +0.5; right, wrong, no change, right


def test_errors_match_the_hand_computed_values() -> None:
    metrics = price_metrics(ACTUAL, PREDICTED, last=LAST, naive_mae=0.5)
    assert metrics.mse == 6.25 / 4
    assert metrics.mae == 4.5 / 4
    assert metrics.rmse == 1.25
    assert metrics.mase == 2.25
    assert metrics.directional_accuracy == 2 / 3
    assert list(metrics.as_dict()) == ["mse", "mae", "rmse", "mase", "directional_accuracy"]


def test_the_last_value_names_no_direction() -> None:
    assert price_metrics(ACTUAL, LAST, last=LAST, naive_mae=1.0).directional_accuracy is None


def test_no_direction_is_scored_where_the_price_never_moves() -> None:
    assert price_metrics(LAST, PREDICTED, last=LAST, naive_mae=1.0).directional_accuracy is None
    assert DirectionCount(hits=0, days=0).accuracy is None


def test_a_forecast_that_stays_put_on_a_moving_day_misses() -> None:
    assert count_directions(ACTUAL, np.array([12.0, 11.0, 13.0, 11.0]), last=LAST) == DirectionCount(1, 3)


@pytest.mark.parametrize("scale", [0.0, -1.0, np.nan, np.inf])
def test_a_useless_mase_scale_is_refused(scale: float) -> None:
    with pytest.raises(DataError, match="never change"):
        price_metrics(ACTUAL, PREDICTED, last=LAST, naive_mae=scale)


def test_arrays_that_do_not_match_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"predicted has shape \(3,\), expected \(4,\) like actual"):
        price_metrics(ACTUAL, PREDICTED[:3], last=LAST, naive_mae=1.0)
    with pytest.raises(ValueError, match="last must be finite, found 4 values of 4"):
        price_metrics(ACTUAL, PREDICTED, last=LAST * np.nan, naive_mae=1.0)
    with pytest.raises(ValueError, match=r"actual has shape \(2, 2\), expected \(n,\)"):
        price_metrics(ACTUAL.reshape(2, 2), PREDICTED, last=LAST, naive_mae=1.0)
