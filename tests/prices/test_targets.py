"""What is forecast: the volatility as it is measured, its floor, its mean over the horizon, and what is refused."""

import numpy as np
import pytest

from tunewright.core.errors import ConfigError, DataError
from tunewright.prices.data.table import PriceTable
from tunewright.prices.experiment.checks import check
from tunewright.prices.experiment.resolved import quantity_of
from tunewright.prices.experiment.resolving import resolve_features, resolve_volatility
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.preparation.folds import Rows
from tunewright.prices.preparation.names import Measure
from tunewright.prices.preparation.prepare import Preparation, fit_preparation
from tunewright.prices.preparation.seal import Development
from tunewright.prices.preparation.targets import FLOOR, Price, Volatility, decode, encode, trailing_mean
from volatile_prices import volatile_prices

TABLE = volatile_prices(300, seed=1, memory=0.9)
BARE = PriceTable(TABLE.dates, {"close": TABLE.close})


def experiment(**preparation: object) -> Experiment:
    return Experiment.model_validate({"preparation": {"target": "volatility", **preparation}})


def test_the_log_range_is_that_of_the_day() -> None:
    daily = Volatility("log_range").series(TABLE)
    assert daily[7] == np.log(TABLE.columns["high"][7] / TABLE.columns["low"][7])


def test_the_absolute_return_begins_with_the_second_day() -> None:
    daily = Volatility("absolute_return").series(TABLE)
    assert np.isnan(daily[0])
    assert daily[7] == abs(np.log(TABLE.close[7]) - np.log(TABLE.close[6]))


def test_a_day_without_movement_counts_as_the_floor() -> None:
    still = PriceTable(TABLE.dates[:3], {name: np.full(3, 5.0) for name in ("high", "low", "close")})
    for measure in ("log_range", "absolute_return"):
        assert Volatility(measure).daily(still)[1:].tolist() == [FLOOR, FLOOR]


@pytest.mark.parametrize(("measure", "missing"), [("log_range", 4), ("absolute_return", 5)])
def test_over_a_horizon_it_is_the_mean_of_its_days(measure: Measure, missing: int) -> None:
    volatility = Volatility(measure, horizon=5)
    daily, series = volatility.daily(TABLE), volatility.series(TABLE)
    assert np.isnan(series).sum() == missing == volatility.look_back - 1
    np.testing.assert_allclose(series[50], daily[46:51].mean())


def test_a_trailing_mean_longer_than_the_series_is_nowhere() -> None:
    assert np.isnan(trailing_mean(np.ones(3), 4)).all()


@pytest.mark.parametrize(("high", "low"), [(1.0, 2.0), (1.0, 0.0)])
def test_a_range_that_is_none_is_refused(high: float, low: float) -> None:
    columns = {name: values.copy() for name, values in TABLE.columns.items()}
    columns["high"][9], columns["low"][9] = high, low
    with pytest.raises(DataError, match=rf"found low = {low:g} and high = {high:g} on {TABLE.dates[9]}: mend"):
        Volatility().daily(PriceTable(TABLE.dates, columns))
    columns["high"][20], columns["low"][20] = high, low
    with pytest.raises(DataError, match=rf"on {TABLE.dates[9]} \(and in 1 more row\): mend"):
        Volatility().daily(PriceTable(TABLE.dates, columns))


def test_targets_and_their_inverses() -> None:
    actual, last = np.array([0.01, 0.03]), np.array([0.02, 0.02])
    assert encode("volatility", actual, last).tolist() == np.log(actual).tolist()
    for target in ("log_return", "close", "volatility"):
        np.testing.assert_allclose(decode(target, encode(target, actual, last), last), actual)


def test_the_lift_makes_up_for_the_logarithm() -> None:
    """A model that knows the mean of the logarithm alone must come out at the mean of the volatility."""
    steady = volatile_prices(4000, seed=2)
    fitted = fit_preparation(Development(steady), Rows(0, 4000), Preparation(("log_range",), "volatility", time_step=5))
    forecast = fitted.to_original(np.zeros(1, np.float32), np.ones(1))[0]
    assert forecast == pytest.approx(Volatility().series(steady).mean(), rel=0.01)


def test_too_few_rows_for_it_are_refused() -> None:
    with pytest.raises(DataError, match="the target 'volatility' needs at least 63 training rows, found 60"):
        fit_preparation(Development(TABLE), Rows(0, 60), Preparation(("log_return",), "volatility", time_step=5))


def test_auto_takes_the_range_where_there_is_one() -> None:
    cases: tuple[tuple[PriceTable, Measure, list[str]], ...] = (
        (TABLE, "log_range", ["log_return", "log_range", "open_close"]),
        (BARE, "absolute_return", ["log_return", "log_absolute_return"]),
    )
    for table, measure, features in cases:
        resolved = resolve_features(resolve_volatility(experiment(), table), table)
        assert resolved.preparation.volatility == measure
        assert resolved.preparation.features == features
        assert quantity_of(resolved) == Volatility(measure)
    assert resolve_volatility(Experiment(), TABLE) == Experiment()
    assert quantity_of(Experiment()) == Price()


def test_a_range_of_data_without_one_is_refused() -> None:
    with pytest.raises(ConfigError, match="needs the columns high and low, but the data has only close"):
        resolve_volatility(experiment(volatility="log_range"), BARE)


def test_price_and_volatility_do_not_compete() -> None:
    content = {"preparation": {"target": "volatility"}, "space": {"target": ["close", "log_return"]}}
    with pytest.raises(ConfigError, match="volatility and price cannot compete"):
        check(Experiment.model_validate(content))
