"""Intervals of whole runs: known before the sealed test opens, and the same from every door."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import tunewright as tw
from cli_helpers import results, run_well, write_prices
from tunewright.prices.bundle.bundle import load_bundle
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.judging.regimes import fit_regimes
from tunewright.prices.preparation.folds import Rows
from tunewright.prices.run.intervals import Learnt, learn_intervals
from tunewright.prices.run.life import LIFE
from tunewright.prices.run.sealed import SealedResult
from tunewright.prices.run.setup import Prepared
from tunewright.prices.run.validated import validated
from tunewright.runs.life import begin, conduct
from tunewright.runs.parts import Ended, Searched
from tunewright.runs.searching import Crew

HORIZON = 3
Found = tuple[Path, list[Learnt | None]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """A finished run three days ahead, what it learnt before its test, and what it learns of a study of old."""
    folder, seen = tmp_path_factory.mktemp("intervals"), list[Learnt | None]()

    def end(prepared: Prepared, searched: Searched | None, crew: Crew) -> Ended[SealedResult]:
        assert searched is not None
        old, winner = replace(searched, told=lambda number: [{"best_epoch": 0}]), searched.winner.number
        found, regimes = [validated(prepared, one) for one in (searched, old)], fit_regimes(prepared.development)
        seen.extend(learn_intervals(prepared, one, winner=winner, regimes=regimes) for one in found)
        return LIFE.end(prepared, searched, crew)

    experiment = Experiment.model_validate(
        {
            "data": {"source": str(write_prices(folder / "prices.csv", rows=420))},
            "preparation": {"folds": 2, "time_step": 4, "horizon": HORIZON, "gap": HORIZON},
            "model": {"family": "ridge"},
        }
    )
    conduct(begin(replace(LIFE, end=end), experiment, out=folder / "run", storage=None))
    return folder, seen


def test_nothing_is_learnt_from_what_the_first_forecast_cannot_know(made: Found) -> None:
    folder, (learnt, of_earlier_versions) = made
    told = results(folder / "run")
    assert of_earlier_versions is None
    assert learnt is not None
    validation = sum(fold["validation"]["rows"] for fold in told["folds"])
    assert len(learnt.errors.log) == validation - (HORIZON - 1)
    assert told["intervals"]["learnt_from"] == learnt.errors.whole.sum()
    assert told["intervals"]["days"] == told["sealed_test"]["rows"]
    assert list(told["intervals"]["ways"]) == ["constant", "scaled", "adaptive"]
    assert told["intervals"]["ways"]["constant"]["levels"][0]["christoffersen"] is None


def test_too_few_errors_make_no_intervals(made: Found) -> None:
    _, (learnt, _) = made
    assert learnt is not None
    few = replace(learnt, errors=learnt.errors.kept(np.arange(len(learnt.errors.log)) < 38))
    assert few.judged(*_sealed()) is None


def _sealed() -> tuple[Any, Any]:
    """As much of an opened test and its forecasts as intervals look at: the last price repeated."""
    table = random_walk(300, seed=1)
    opened = SimpleNamespace(table=table, rows=Rows(200, 300))
    return opened, SimpleNamespace(actual=table.close[200:], model=table.close[199:-1], dates=table.dates[200:])


def test_every_door_gives_the_same_scaled_interval(made: Found) -> None:
    folder, _ = made
    frame = tw.predict(folder / "run", folder / "prices.csv", last=3)
    command = ("predict", folder / "run", "--data", folder / "prices.csv", "--last", "3")
    told = json.loads(run_well(*command, "--json"))
    assert frame.to_dict("records") == told
    assert list(told[0]) == [
        "made_after", "target_day", "last_close", "forecast", "low", "high", "scaled_low", "scaled_high",
    ]  # fmt: skip
    assert all(day["scaled_low"] < day["forecast"] < day["scaled_high"] for day in told)
    head, *lines = run_well(*command).splitlines()
    assert head.endswith("90% interval             by volatility")
    assert lines[-1].endswith(f"{told[-1]['scaled_low']:,.2f} .. {told[-1]['scaled_high']:,.2f}")


def test_the_bundle_holds_a_scaled_error_of_every_sealed_day(made: Found) -> None:
    folder, _ = made
    bundle = load_bundle(folder / "run")
    assert bundle.scaled_errors is not None
    assert len(bundle.scaled_errors) == len(bundle.errors) == results(folder / "run")["sealed_test"]["rows"]
    assert sorted(bundle.scaled_errors) == list(bundle.scaled_errors)
    assert len(bundle.context) == 101
