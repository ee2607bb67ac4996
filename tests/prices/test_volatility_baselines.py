"""The simple forecasts of volatility, each against a straightforward computation; and blind to what comes after."""

import numpy as np
import pandas as pd
import pytest
from arch.univariate import arch_model
from sklearn.linear_model import LinearRegression

from tunewright.prices.data.table import PriceTable
from tunewright.prices.judging.garch import fit_garch
from tunewright.prices.judging.simple import DECAY, ewma, fit_simple
from tunewright.prices.preparation.har import fit_har
from tunewright.prices.preparation.names import Measure
from tunewright.prices.preparation.seal import Development
from tunewright.prices.preparation.targets import FLOOR, Volatility
from volatile_prices import volatile_prices

TABLE = volatile_prices(900, seed=3, memory=0.95)
DEVELOPMENT = Development(TABLE.head(700))
MEASURES: tuple[Measure, ...] = ("log_range", "absolute_return")


@pytest.mark.parametrize("horizon", [1, 5])
def test_har_is_the_regression_on_daily_weekly_and_monthly_means(horizon: int) -> None:
    volatility = Volatility(horizon=horizon)
    daily, series = volatility.daily(TABLE), volatility.series(TABLE)
    days = np.arange(22 + horizon, 700)
    inputs = pd.DataFrame({rows: pd.Series(daily).rolling(rows).mean() for rows in (1, 5, 22)}).to_numpy()
    solved = LinearRegression().fit(inputs[days - horizon], series[days])
    har = fit_har(daily, series, days, horizon=horizon)
    np.testing.assert_allclose([har.intercept, *har.weights], [solved.intercept_, *solved.coef_], rtol=1e-6)
    np.testing.assert_allclose(har.forecast(daily)[21:], solved.predict(inputs[21:]), rtol=1e-9)


def test_ewma_is_that_of_pandas() -> None:
    daily = Volatility("absolute_return").daily(TABLE)
    smoothed = ewma(daily, first=1)
    assert np.isnan(smoothed[0])
    np.testing.assert_allclose(smoothed[1:], pd.Series(daily[1:]).ewm(alpha=1 - DECAY, adjust=False).mean())


def test_garch_filters_as_arch_does() -> None:
    garch = fit_garch(DEVELOPMENT.table.close)
    assert garch.converged
    returns = np.diff(np.log(TABLE.close))
    scale = np.std(returns[:699])
    params = np.array([garch.mu / scale, garch.omega / scale**2, garch.alpha, garch.beta])
    fixed = arch_model(returns / scale, mean="Constant", vol="GARCH", rescale=False).fix(params)
    known = np.asarray(fixed.conditional_volatility)
    ahead = garch.ahead(TABLE.close, horizon=1)
    # The volatility of return t + 1, between the closes t + 1 and t + 2, is forecast in row t + 1.
    np.testing.assert_allclose(ahead[300:-1], scale * known[300:], rtol=1e-6)


def test_garch_over_a_horizon_is_the_root_of_the_mean_variance() -> None:
    garch = fit_garch(DEVELOPMENT.table.close)
    first = garch.ahead(TABLE.close, horizon=1)[500] ** 2
    second = garch.omega + (garch.alpha + garch.beta) * first
    assert garch.ahead(TABLE.close, horizon=2)[500] == pytest.approx(((first + second) / 2) ** 0.5)


@pytest.mark.parametrize("horizon", [1, 5])
@pytest.mark.parametrize("measure", MEASURES)
def test_nothing_before_the_cut_moves(measure: Measure, horizon: int) -> None:
    """Every row from the cut on changed: neither what was fitted before it nor a forecast made before it moves."""
    factor = np.where(np.arange(len(TABLE)) < 800, 1.0, 1 + np.arange(len(TABLE)) % 3)
    changed = PriceTable(TABLE.dates, {name: values * factor for name, values in TABLE.columns.items()})
    columns = {name: values.copy() for name, values in changed.columns.items()}
    columns["high"][800:] *= 1.5
    changed = PriceTable(TABLE.dates, columns)
    volatility = Volatility(measure, horizon)
    methods = [fit_simple(Development(table.head(700)), volatility) for table in (TABLE, changed)]
    assert methods[0] == methods[1]
    origins = np.arange(700, 800)
    before, after = (methods[0].forecasts(table, origins) for table in (TABLE, changed))
    for name, values in before.items():
        np.testing.assert_array_equal(values, after[name])
    np.testing.assert_array_equal(volatility.series(TABLE)[:800], volatility.series(changed)[:800])
    first, second = (methods[0].forecasts(table, np.arange(850, 890))["har"] for table in (TABLE, changed))
    assert not np.array_equal(first, second), "the changed rows do differ"


def test_the_fit_sees_development_rows_alone() -> None:
    """A fit on more rows is another one: the test above could fail."""
    assert fit_simple(DEVELOPMENT, Volatility()) != fit_simple(Development(TABLE), Volatility())


def test_no_forecast_lies_below_the_floor() -> None:
    still = TABLE.close.copy()
    still[300:] = still[299]
    table = PriceTable(TABLE.dates, {"close": still})
    simple = fit_simple(Development(table.head(700)), Volatility("absolute_return"))
    for values in simple.forecasts(table, np.arange(700, 899)).values():
        assert values.min() >= FLOOR
