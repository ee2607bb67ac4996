"""The future-perturbation test: change every row after a cut, and nothing before it moves by one bit."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.core.seeds import SeedTree
from tunewright.entrance import begin
from tunewright.prices.data.source import read_source
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.data.table import PriceTable
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.families.lstm import LSTMSpec
from tunewright.prices.preparation import prepare
from tunewright.prices.preparation.custom import CustomFeatures
from tunewright.prices.preparation.features import compute
from tunewright.prices.preparation.folds import Fold, WalkForward
from tunewright.prices.preparation.join import Other, Sources
from tunewright.prices.preparation.names import ScalerKind, Target
from tunewright.prices.preparation.perturbing import change_unknown
from tunewright.prices.preparation.prepare import Preparation
from tunewright.prices.preparation.scaling import fit_scaler
from tunewright.prices.preparation.seal import Development
from tunewright.prices.run import setup
from tunewright.prices.run.gathering import gather, start
from tunewright.prices.training.configuration import Configuration
from tunewright.prices.training.forecaster import Forecaster, train_forecaster
from tunewright.prices.training.training import Training
from tunewright.runs.life import conduct

TABLE = random_walk(420, seed=3)
FOLDS = WalkForward(folds=3, validation_fraction=0.5, gap=1).cut(len(TABLE))
FEATURES = ("open", "high", "low", "close", "volume", "log_return", "high_low", "open_close")
TRAINING = Training(epochs=2, batch_size=64)


def perturbed(table: PriceTable, cut: int) -> PriceTable:
    """The same table with every row from `cut` on changed."""
    factor = np.where(np.arange(len(table)) < cut, 1.0, 1.7)
    return PriceTable(table.dates, {name: values * factor for name, values in table.columns.items()})


def train(table: PriceTable, fold: Fold, *, target: Target, scaler: ScalerKind) -> Forecaster:
    preparation = Preparation(FEATURES, target, scaler, time_step=6)
    configuration = Configuration(preparation, LSTMSpec((5,), (0.2,)), TRAINING)
    forecaster, _ = train_forecaster(
        Development(table), fold.train, configuration, validation=fold.validation, seeds=SeedTree(0)
    )
    return forecaster


def same_bits(left: Forecaster, right: Forecaster) -> bool:
    states = zip(left.model.state_dict().values(), right.model.state_dict().values(), strict=True)
    return left.preparation == right.preparation and all(bool((one == two).all()) for one, two in states)


@pytest.mark.parametrize("fold", FOLDS, ids=lambda fold: f"fold{fold.number}")
@pytest.mark.parametrize(
    ("target", "scaler"),
    [
        *(("log_return", "standard"), ("close", "minmax"), ("close", "robust"), ("close", "none")),
        ("volatility", "standard"),
    ],
)
def test_nothing_before_the_cut_moves(fold: Fold, target: Target, scaler: ScalerKind) -> None:
    cut = fold.validation.stop
    changed = perturbed(TABLE, cut)
    before, after = (train(table, fold, target=target, scaler=scaler) for table in (TABLE, changed))
    assert same_bits(before, after)
    origins = np.arange(20, cut)
    np.testing.assert_array_equal(before.forecast(TABLE, origins), after.forecast(changed, origins))
    windows = [side.preparation.windows(table, origins) for side, table in ((before, TABLE), (after, changed))]
    np.testing.assert_array_equal(windows[0].series[:cut], windows[1].series[:cut])


@given(cut=st.integers(250, 419))
@settings(max_examples=25, deadline=None)
def test_scalers_see_training_rows_only(cut: int) -> None:
    for fold in FOLDS:
        if fold.train.stop <= cut:
            spec = Preparation(FEATURES, "close", "minmax", time_step=6)
            fitted = [
                prepare.fit_preparation(Development(table), fold.train, spec)
                for table in (TABLE, perturbed(TABLE, cut))
            ]
            assert fitted[0] == fitted[1]


def test_the_check_finds_a_scaler_fitted_on_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this the tests above might be unable to fail."""

    def leaky(development: Development, train: object, spec: Preparation) -> prepare.FittedPreparation:
        everything = compute(development.table, spec.features)
        scaler = fit_scaler(spec.scaler, everything)
        target = fit_scaler(spec.scaler, development.table.close[:, None])
        return prepare.FittedPreparation(spec, scaler, target)

    monkeypatch.setattr("tunewright.prices.training.forecaster.fit_preparation", leaky)
    changed = perturbed(TABLE, FOLDS[0].validation.stop)
    before, after = (train(table, FOLDS[0], target="close", scaler="minmax") for table in (TABLE, changed))
    assert not same_bits(before, after)


def test_the_whole_study_is_blind_to_the_sealed_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = Experiment.model_validate(
        {
            "data": {"source": "test"},
            "preparation": {"folds": 2, "time_step": 5},
            "model": {"units": 4},
            "training": {"epochs": 2},
            "search": {"trials": 2, "sampler": "random"},
            "space": {"learning_rate": {"low": 1e-3, "high": 1e-2, "log": True}},
        }
    )
    _, card = read_source("builtin:sp500")
    bundles = []
    for name, table in (("same", TABLE), ("changed", perturbed(TABLE, 336))):
        monkeypatch.setattr(setup, "read_source", lambda source, options, table=table: (table, replace(card)))
        run = begin(experiment, out=tmp_path / name)
        conduct(run)
        bundles.append(run.folder.bundle)
    weights = [(bundle / "weights.safetensors").read_bytes() for bundle in bundles]
    assert weights[0] == weights[1]
    predictions = [(bundle.parent / "predictions.csv").read_text() for bundle in bundles]
    assert predictions[0] != predictions[1], "the sealed rows do differ"


def test_joined_and_custom_columns_are_blind_to_the_sealed_test() -> None:
    def ratio(frame: pd.DataFrame) -> Any:
        return (frame["close"] / frame["msft.close"]).rolling(4).mean().rename("ratio")

    _, card = read_source("builtin:sp500")
    sources = Sources(TABLE, (Other("msft", random_walk(430, seed=9)),))
    last = TABLE.dates[335]
    tables, developments = [], []
    for given_sources in (sources, change_unknown(sources, last, seed=1)):
        raw = start(given_sources, (card, card), (CustomFeatures("mine.py:ratio", ratio),))
        gathered = gather(raw)
        tables.append(gathered.table)
        developments.append(gathered.development(int(np.searchsorted(gathered.table.dates, last)) + 1))
    assert {"msft.close", "custom.ratio"} <= set(developments[0].table.columns)
    assert developments[0].table.dates[-1] == last
    assert developments[0] == developments[1]
    assert tables[0] != tables[1], "the sealed rows do differ"
    assert tables[0].head(len(developments[0].table)) == developments[0].table, "as computed with the later rows"
