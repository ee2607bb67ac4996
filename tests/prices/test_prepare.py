"""Preparation: targets, windows that are not copied, and the way back to prices."""

from typing import get_args

import numpy as np
import pytest

from tunewright.core.errors import DataError
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.features import FEATURES, compute
from tunewright.prices.preparation.folds import Rows
from tunewright.prices.preparation.names import ScalerKind, Target
from tunewright.prices.preparation.prepare import Preparation, fit_preparation
from tunewright.prices.preparation.scaling import SCALERS
from tunewright.prices.preparation.seal import Development, seal

TABLE = random_walk(400, seed=1)
RETURNS = ("log_return", "high_low", "open_close")


@pytest.mark.parametrize("horizon", [1, 5])
@pytest.mark.parametrize("scaler", SCALERS)
@pytest.mark.parametrize("target", get_args(Target))
def test_targets_come_back_as_what_was_observed(target: Target, scaler: ScalerKind, horizon: int) -> None:
    spec = Preparation(("close", "log_return"), target, scaler, time_step=7, horizon=horizon)
    fitted = fit_preparation(Development(TABLE), Rows(0, 300), spec)
    rows = Rows(300, 400)
    series = spec.quantity().series(TABLE)
    values = fitted.to_original(fitted.samples(TABLE, rows).targets, series[300 - horizon : 400 - horizon])
    np.testing.assert_allclose(values, fitted.lift * series[300:400], rtol=2e-5)
    assert (fitted.lift > 1) == (target == "volatility")


def test_a_window_holds_the_rows_up_to_its_origin() -> None:
    fitted = fit_preparation(Development(TABLE), Rows(0, 300), Preparation(("close",), scaler="none", time_step=4))
    samples = fitted.samples(TABLE, Rows(310, 312))
    windows = samples.windows.series[samples.windows.rows()]
    np.testing.assert_allclose(windows[0, :, 0], TABLE.close[306:310], rtol=1e-6)
    np.testing.assert_allclose(windows[1, :, 0], TABLE.close[307:311], rtol=1e-6)


def test_all_windows_share_one_series() -> None:
    fitted = fit_preparation(Development(TABLE), Rows(0, 300), Preparation(RETURNS, time_step=60))
    samples = fitted.samples(TABLE, Rows(0, 400))
    held = samples.windows.series.nbytes + samples.windows.origins.nbytes + samples.targets.nbytes
    assert held < 2 * 400 * (4 * 3 + 8 + 4), "windows must not be stored time_step times"


def test_the_first_sample_has_its_whole_history() -> None:
    spec = Preparation(RETURNS, time_step=5)
    samples = fit_preparation(Development(TABLE), Rows(0, 300), spec).samples(TABLE, Rows(0, 300))
    first = samples.windows.rows()[0]
    assert first.tolist() == [1, 2, 3, 4, 5], "row 0 has no log return, so no window may hold it"


def test_too_few_rows_for_a_window_are_refused() -> None:
    with pytest.raises(DataError, match="a window of 60 rows needs at least 63 training rows, found 50"):
        fit_preparation(Development(TABLE), Rows(0, 50), Preparation(RETURNS, time_step=60))


def test_a_feature_without_its_column_is_refused() -> None:
    bare = PriceTable(TABLE.dates, {"close": TABLE.close})
    with pytest.raises(DataError, match="feature 'high_low' needs the column 'high', but the data has only close"):
        compute(bare, RETURNS)


@pytest.mark.parametrize("name", FEATURES)
def test_features_are_causal(name: str) -> None:
    late = {column: values.copy() for column, values in TABLE.columns.items()}
    for values in late.values():
        values[200:] *= 1.5
    changed = PriceTable(TABLE.dates, late)
    np.testing.assert_array_equal(compute(TABLE, (name,))[:200], compute(changed, (name,))[:200])


def test_development_ends_where_the_sealed_test_begins() -> None:
    development, sealed = seal(TABLE, 0.25)
    assert len(development.table) == 300
    assert sealed.rows == Rows(300, 400)
    assert development.table.close.base is None, "no view through which sealed rows could be reached"
    openings: list[int] = []
    opened = sealed.open(lambda: openings.append(1) or len(openings))  # type: ignore[func-returns-value]
    assert opened.openings == 1
    assert sealed.open(lambda: openings.append(1) or len(openings)).openings == 2  # type: ignore[func-returns-value]
