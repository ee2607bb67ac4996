"""Bundles: saved, loaded and predicting the same bits; changed ones are refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tunewright.core.codec import file_digest
from tunewright.core.errors import BundleError, DataError
from tunewright.core.seeds import SeedTree
from tunewright.experiment.families import Spec
from tunewright.prices.bundle.bundle import FILES, Bundle, load_bundle, save_bundle, scaled_errors
from tunewright.prices.bundle.predict import forecast_days, to_csv
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.data.table import PriceTable
from tunewright.prices.families.lstm import LSTMSpec
from tunewright.prices.families.ridge import RidgeSpec
from tunewright.prices.judging.spread import ROWS
from tunewright.prices.preparation.features import FEATURES
from tunewright.prices.preparation.folds import Rows
from tunewright.prices.preparation.names import Target
from tunewright.prices.preparation.prepare import Preparation
from tunewright.prices.preparation.scaling import SCALERS
from tunewright.prices.preparation.seal import Development
from tunewright.prices.training.configuration import Configuration
from tunewright.prices.training.forecaster import train_forecaster
from tunewright.prices.training.training import Training
from tunewright.statistics.intervals import conformal_bounds

TABLE = random_walk(120, seed=5)
lstms = st.integers(1, 3).flatmap(
    lambda layers: st.builds(
        LSTMSpec,
        st.tuples(*[st.integers(1, 6)] * layers),
        st.tuples(*[st.floats(0, 0.9)] * layers),
    )
)
preparations = st.builds(
    Preparation,
    features=st.lists(st.sampled_from(sorted(FEATURES)), min_size=1, unique=True).map(tuple),
    target=st.sampled_from(get_args(Target)),
    scaler=st.sampled_from(SCALERS),
    time_step=st.integers(1, 9),
    horizon=st.integers(1, 4),
)


def make(spec: Spec, preparation: Preparation) -> Bundle:
    configuration = Configuration(preparation, spec, Training(epochs=1, batch_size=64))
    forecaster, _ = train_forecaster(
        Development(TABLE), Rows(0, 100), configuration, validation=None, seeds=SeedTree(0)
    )
    context = TABLE.rows(120 - preparation.history(), 120)
    return Bundle(forecaster, spec, (-0.02, -0.01, 0.0, 0.013), context, "auto", {"seed": 0})


PLAIN = make(LSTMSpec((4,), (0.1,)), Preparation(("log_return",), time_step=5))


@given(spec=lstms | st.builds(RidgeSpec, st.none() | st.floats(0.1, 10)), preparation=preparations)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_loaded_bundle_predicts_the_same_bits(spec: Spec, preparation: Preparation, tmp_path: Path) -> None:
    bundle = make(spec, preparation)
    save_bundle(tmp_path, bundle)
    loaded = load_bundle(tmp_path)
    origins = np.arange(60, 120)
    np.testing.assert_array_equal(
        bundle.forecaster.forecast(TABLE, origins), loaded.forecaster.forecast(TABLE, origins)
    )
    assert loaded.forecaster.preparation == bundle.forecaster.preparation
    assert (loaded.model, loaded.errors, loaded.context) == (bundle.model, bundle.errors, bundle.context)
    assert loaded.close == bundle.close
    assert loaded.provenance == bundle.provenance
    assert forecast_days(loaded, TABLE, last=3) == forecast_days(bundle, TABLE, last=3)


def test_the_interval_comes_from_the_errors() -> None:
    (day,) = forecast_days(PLAIN, TABLE, coverage=0.5)
    assert day.made_after == str(TABLE.dates[-1])
    assert day.last == TABLE.close[-1]
    bounds = conformal_bounds(PLAIN.errors, coverage=0.5)
    assert bounds is not None
    assert (day.low, day.high) == pytest.approx(tuple(day.forecast * np.exp(bounds)))


def test_too_few_errors_give_no_interval() -> None:
    (day,) = forecast_days(replace(PLAIN, errors=PLAIN.errors[:3]), TABLE)
    assert (day.low, day.high) == (None, None)
    assert to_csv([day]).splitlines()[1].endswith(",,")


SCALED = replace(PLAIN, scaled_errors=(-2.0, -1.0, 0.0, 1.5))


def test_the_scaled_interval_is_as_wide_as_the_market_was_restless() -> None:
    """The weighted mean of the last 100 squared log returns, 0.94 a day, worked out by itself."""
    (day,) = forecast_days(SCALED, TABLE, coverage=0.5)
    returns = np.diff(np.log(TABLE.close))[:-101:-1]
    weights = 0.94 ** np.arange(100)
    spread = float(np.sqrt(weights @ returns**2 / weights.sum()))
    assert day.scaled_low == pytest.approx(day.forecast * np.exp(-2.0 * spread))
    assert day.scaled_high == pytest.approx(day.forecast * np.exp(1.5 * spread))
    assert (day.low, day.high) == pytest.approx(tuple(day.forecast * np.exp((-0.02, 0.013))))


def test_rows_older_than_a_hundred_change_no_scaled_interval() -> None:
    (whole,) = forecast_days(SCALED, TABLE, coverage=0.5)
    (cut,) = forecast_days(SCALED, TABLE.rows(120 - ROWS, 120), coverage=0.5)
    assert (cut.scaled_low, cut.scaled_high) == pytest.approx((whole.scaled_low, whole.scaled_high))
    (short,) = forecast_days(SCALED, TABLE.rows(120 - ROWS + 1, 120), coverage=0.5)
    assert (short.scaled_low, short.scaled_high, short.low) == (None, None, whole.low)


def test_a_short_file_gets_the_rows_of_its_spread_from_the_bundle() -> None:
    bundle = replace(SCALED, context=TABLE.rows(0, 110))
    (short,) = forecast_days(bundle, TABLE.rows(110, 120), coverage=0.5)
    (whole,) = forecast_days(bundle, TABLE, coverage=0.5)
    assert short.scaled_low == pytest.approx(whole.scaled_low)
    assert short.forecast == whole.forecast


def test_without_scaled_errors_there_is_no_scaled_interval(tmp_path: Path) -> None:
    (day,) = forecast_days(PLAIN, TABLE, coverage=0.5)
    assert (day.scaled_low, day.scaled_high) == (None, None)
    save_bundle(tmp_path, PLAIN)
    assert "scaled_errors" not in json.loads((tmp_path / "bundle.json").read_text())
    assert load_bundle(tmp_path).scaled_errors is None
    save_bundle(tmp_path, SCALED)
    assert load_bundle(tmp_path).scaled_errors == SCALED.scaled_errors


def test_scaled_errors_leave_out_what_has_none() -> None:
    actual, forecast = np.array([110.0, 90.0, 100.0, 100.0]), np.array([100.0, 100.0, -1.0, 100.0])
    found = scaled_errors(actual, forecast, np.array([0.1, 0.05, 0.1, np.nan]))
    assert found == pytest.approx((np.log(0.9) / 0.05, np.log(1.1) / 0.1))


def test_a_target_day_is_the_next_row_or_the_next_weekday() -> None:
    *_, before, final = forecast_days(PLAIN, TABLE, last=2)
    assert before.target_day == str(TABLE.dates[-1])
    assert final.target_day == str(np.busday_offset(TABLE.dates[-1], 1))


def test_one_session_at_a_weekend_makes_no_market_without_weekends() -> None:
    saturday = np.datetime64("2000-02-05")
    dates = np.sort(np.append(TABLE.dates[:-1], saturday))
    last = int(np.flatnonzero(dates == np.datetime64("2000-02-18"))[0])
    for rows, expected in ((last + 1, "2000-02-21"), (int(np.flatnonzero(dates == saturday)[0]) + 1, "2000-02-07")):
        table = PriceTable(dates, dict(TABLE.columns)).head(rows)
        assert forecast_days(PLAIN, table)[0].target_day == expected


def test_a_market_without_weekends_trades_on_the_next_day() -> None:
    dates = np.datetime64("2000-01-01") + np.arange(len(TABLE))
    friday = int(np.flatnonzero(dates == np.datetime64("2000-02-18"))[0])
    table = PriceTable(dates, dict(TABLE.columns)).head(friday + 1)
    assert forecast_days(PLAIN, table)[0].target_day == "2000-02-19"


def test_a_short_file_is_continued_from_the_bundles_own_rows() -> None:
    history = PLAIN.forecaster.preparation.spec.history()
    context = TABLE.rows(100 - history, 100)
    bundle = Bundle(PLAIN.forecaster, PLAIN.model, PLAIN.errors, context, "auto", {})
    (short,) = forecast_days(bundle, TABLE.rows(100, 102))
    (whole,) = forecast_days(bundle, TABLE.rows(0, 102))
    assert short == whole


def test_too_little_history_is_refused() -> None:
    with pytest.raises(DataError, match="a forecast needs 6 rows of prices, found 3"):
        forecast_days(PLAIN, TABLE.rows(0, 3))


@pytest.mark.parametrize("name", [*FILES, "checksums.json"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    save_bundle(tmp_path, PLAIN)
    (tmp_path / name).unlink()
    with pytest.raises(BundleError, match=name):
        load_bundle(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused(name: str, tmp_path: Path) -> None:
    save_bundle(tmp_path, PLAIN)
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BundleError, match=f"is refused: {name} is not the file that was saved"):
        load_bundle(tmp_path)


def reseal(folder: Path, **changes: object) -> None:
    """Change bundle.json and make the checksums fit again."""
    content = json.loads((folder / "bundle.json").read_text())
    (folder / "bundle.json").write_text(json.dumps({**content, **changes}))
    (folder / "checksums.json").write_text(json.dumps({name: file_digest(folder / name) for name in FILES}))


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    save_bundle(tmp_path, PLAIN)
    reseal(tmp_path, format=99)
    with pytest.raises(BundleError, match="has bundle format 99, this version reads up to 1: upgrade tunewright"):
        load_bundle(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"model": {"family": "transformer"}},
        {"model": {"family": "lstm", "units": [9], "dropout": [0.1]}},
        {"preparation": {}},
        {"errors": "none"},
        {"scaled_errors": []},
        {"scaled_errors": ["wide"]},
    ],
)
def test_a_bundle_that_does_not_fit_together_is_refused(changes: dict[str, object], tmp_path: Path) -> None:
    save_bundle(tmp_path, PLAIN)
    reseal(tmp_path, **changes)
    with pytest.raises(BundleError):
        load_bundle(tmp_path)
