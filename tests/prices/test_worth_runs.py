"""What a run tells of the worth of its forecasts and of its choice, and of which days it takes that."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from cli_helpers import results, write_prices
from tunewright.core.codec import Json
from tunewright.prices.experiment.settings import Experiment, identity_of
from tunewright.prices.judging.trading import Traded
from tunewright.prices.judging.worth import Terms
from tunewright.prices.preparation.folds import Rows
from tunewright.prices.run.life import LIFE
from tunewright.prices.run.sealed import SealedResult
from tunewright.prices.run.setup import Prepared
from tunewright.prices.run.validated import Validated, validated
from tunewright.prices.run.worth import chosen_by, sealed_worth, worth_terms
from tunewright.runs.life import begin, conduct
from tunewright.runs.parts import Searched
from tunewright.statistics.sharpe import sharpe


def experiment(folder: Path, **changed: Json) -> Experiment:
    values: dict[str, Any] = {
        "data": {"source": str(write_prices(folder / "prices.csv"))},
        "preparation": {"folds": 2, "time_step": 4},
        "model": {"family": "nlinear"},
        "training": {"epochs": 2},
        "search": {"sampler": "random", "trials": 3},
        "space": {"learning_rate": {"low": 1e-3, "high": 1e-1, "log": True}},
    }
    return Experiment.model_validate(values | changed)


def conducted(asked: Experiment, folder: Path) -> tuple[SealedResult, dict[str, Any], list[Any]]:
    """Its outcome, its results.json, and what was set up and searched."""
    seen: list[Any] = []

    def end(prepared: Prepared, searched: Searched | None, crew: Any) -> Any:
        seen.extend((prepared, searched))
        assert searched is not None
        seen.append(validated(prepared, searched))
        return LIFE.end(prepared, searched, crew)

    outcome = conduct(begin(replace(LIFE, end=end), asked, out=folder, storage=None))
    return outcome, results(folder), seen


def test_the_worth_of_a_run_is_that_of_its_predictions(tmp_path: Path) -> None:
    outcome, told, (prepared, _, found) = conducted(experiment(tmp_path), tmp_path / "run")
    days = pd.read_csv(tmp_path / "run" / "predictions.csv")
    positions = np.sign((days["model"] - days["last_value"]).to_numpy())
    traded = Traded(positions, (days["close"] / days["last_value"] - 1).to_numpy(), costs=5.0)
    worth, own = told["worth"], told["worth"]["strategies"]["sign"]
    assert 1 + worth["curve"]["sign"][-1] == pytest.approx(traded.wealth()[-1])
    assert own["turnover"] == pytest.approx(traded.turned.sum() * worth["days_a_year"] / len(days))
    assert (worth["days"], worth["trials"], worth["costs"]) == (len(days), 3, 5.0)
    assert worth["curve"]["dates"][-1] == told["sealed_test"]["last"]
    assert worth["sentence"] in LIFE.closing(outcome)
    _check_variance(worth, prepared, found)
    assert told["overfitting"]["configurations"] == 3
    assert told["overfitting"]["days"] == sum(fold["validation"]["rows"] for fold in told["folds"])
    assert json.loads((tmp_path / "run" / "results.json").read_text())["worth"] == worth


def _check_variance(worth: dict[str, Any], prepared: Prepared, found: Validated) -> None:
    """A plain loop over the trials' forecasts; horizon 1, where each day has one position."""
    close, ratios = prepared.development.table.close, []
    for forecast in found.forecasts:
        net = []
        for fold in (0, 1):
            days = found.rows[found.folds == fold]
            held = np.sign(forecast[found.folds == fold] - close[days - 1])
            net.append(held * (close[days] / close[days - 1] - 1) - 5e-4 * np.abs(np.diff(held, prepend=0)))
        one = sharpe(np.concatenate(net))
        assert one is not None
        ratios.append(one.ratio)
    deviation = np.std(ratios, ddof=1) * worth["days_a_year"] ** 0.5
    assert worth["trial_sharpe_deviation"] == pytest.approx(deviation, rel=1e-6, abs=1e-9)


def test_the_last_days_of_a_longer_horizon_are_traded_as_well(tmp_path: Path) -> None:
    asked = experiment(
        tmp_path,
        preparation={"folds": 2, "time_step": 4, "horizon": 3, "test_fraction": 0.2},
        final={"costs": 0.0},
        search={"sampler": "random", "trials": 1},
    )
    outcome, told, _ = conducted(asked, tmp_path / "run")
    assert outcome.worth is not None
    assert outcome.worth.days == told["sealed_test"]["rows"]
    assert told["worth"]["costs"] == 0
    strategies = told["worth"]["strategies"].values()
    assert all(one["gross_return"] == one["net_return"] for one in strategies)
    assert told["overfitting"] is None  # of one trial there is nothing to choose
    assert told["worth"]["trial_sharpe_deviation"] is None
    assert told["worth"]["best_by_luck"] == 0
    assert LIFE.closing(outcome)[2] == told["worth"]["sentence"]


def test_of_a_part_of_the_trials_nothing_is_told_as_if_of_all(tmp_path: Path) -> None:
    def end(prepared: Prepared, searched: Searched | None, crew: Any) -> Any:
        assert searched is not None
        told = searched.told  # as where an earlier version, which kept no forecasts, ran the first trial
        return LIFE.end(prepared, replace(searched, told=lambda number: told(number) if number else [{}]), crew)

    asked = experiment(tmp_path)
    outcome = conduct(begin(replace(LIFE, end=end), asked, out=tmp_path / "run", storage=None))
    told = results(tmp_path / "run")
    assert [trial["state"] for trial in told["study"]["trials"]] == ["complete"] * 3
    assert (told["overfitting"], outcome.chosen) == (None, None)
    assert told["worth"]["trial_sharpe_deviation"] is None
    assert told["worth"]["trials"] == 3


def test_a_volatility_has_no_worth_and_costs_are_no_part_of_a_study(tmp_path: Path) -> None:
    asked = experiment(tmp_path)
    dear = asked.model_copy(update={"final": asked.final.model_copy(update={"costs": 50.0})})
    assert identity_of(dear) == identity_of(asked)
    assert "final" not in identity_of(asked)
    volatile = asked.model_copy(update={"preparation": asked.preparation.model_copy(update={"target": "volatility"})})
    prepared: Any = type("Stub", (), {"experiment": volatile, "development": type("Stub", (), {"table": None})})
    assert worth_terms(prepared, prepared, trials=3, found=None) is None


def test_of_fewer_than_twenty_sealed_days_nothing_is_said() -> None:
    days = np.datetime64("2015-01-01") + np.arange(40)
    table: Any = SimpleNamespace(dates=days, close=100 + np.cos(np.arange(40.0)))
    terms = Terms(1, 5.0, 0.01, trials=3, variance=None)
    tuned: Any = SimpleNamespace(forecast=lambda table, origins: table.close[origins] + 1)
    few, enough = (cast("Any", SimpleNamespace(rows=Rows(start, 40), table=table)) for start in (21, 20))
    assert sealed_worth(terms, tuned, opened=few, trials_before=0) is None
    found = sealed_worth(terms, tuned, opened=enough, trials_before=0)
    assert found is not None
    assert found.days == 20


def test_of_trials_that_forecast_the_same_none_is_chosen() -> None:
    days, random = 64, np.random.default_rng(4)
    actual = random.normal(size=days)
    found = Validated(
        rows=np.arange(days),
        folds=np.zeros(days, dtype=np.int64),
        actual=actual,
        last=np.zeros(days),
        trials=(0, 1),
        whole=True,
        forecasts=np.tile(0.5 * actual, (2, 1)),
    )
    assert chosen_by(found) is None
    other = replace(found, forecasts=np.stack([0.5 * actual, random.normal(size=days)]))
    assert chosen_by(other) is not None
    assert chosen_by(None) is None
