"""Whole runs on volatility: controls with and without something to find, the sealed test unseen, the command line."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cli_helpers import run_well
from tunewright.comparing import compare
from tunewright.core.errors import ConfigError
from tunewright.entrance import begin
from tunewright.prices.data.builtin import read_builtin
from tunewright.prices.data.table import PriceTable
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.run import setup
from tunewright.prices.run.sealed import SealedResult
from tunewright.runs.life import conduct
from tunewright.trials.places import HERE
from volatile_prices import volatile_prices

RIDGE: dict[str, Any] = {
    "preparation": {"target": "volatility", "folds": 1, "time_step": 22},
    "model": {"family": "ridge"},
}
CARD = read_builtin("sp500")[1]
COLUMNS = ["date", "volatility", "model", "last_value", "mean", "ewma", "har", "garch", "ridge"]
Judged = Callable[..., SealedResult]


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judged:
    """Run a whole experiment on a table."""

    def run(table: PriceTable, name: str, **preparation: object) -> SealedResult:
        monkeypatch.setattr(setup, "read_source", lambda source, options: (table, CARD))
        content = {**RIDGE, "preparation": {**RIDGE["preparation"], **preparation}}
        sealed: SealedResult = conduct(begin(Experiment.model_validate(content), out=tmp_path / name))
        return sealed

    return run


def test_no_skill_is_claimed_where_nothing_clusters(judged: Judged) -> None:
    found = [judged(volatile_prices(1500, seed), str(seed)).judgement for seed in range(8)]
    assert [one.conclusion for one in found].count("skill") <= 1
    assert all(one.as_dict()["standing_vs_har"] != "better" for one in found)


@pytest.mark.parametrize("preparation", [{}, {"horizon": 5, "gap": 5}, {"volatility": "absolute_return"}])
def test_skill_is_found_where_volatility_clusters(judged: Judged, preparation: dict[str, object]) -> None:
    for seed in range(2):
        judgement = judged(volatile_prices(1800, seed, memory=0.97), str(seed), **preparation).judgement
        assert judgement.conclusion == "skill", judgement.verdict
        assert judgement.metrics["har"].mse < judgement.metrics["last_value"].mse
        assert judgement.leak_warning is None


def test_runs_are_compared_by_qlike(judged: Judged, tmp_path: Path) -> None:
    table = volatile_prices(800, seed=5, memory=0.9)
    runs = {name: tmp_path / name for name in ("month", "week", "returns")}
    judged(table, "month")
    judged(table, "week", time_step=5)
    judged(table, "returns", volatility="absolute_return")
    told: dict[str, Any] = compare([runs["month"], runs["week"]]).as_dict()
    qlike = [
        json.loads((run / "results.json").read_text())["test"]["metrics"]["model"]["qlike"] for run in runs.values()
    ]
    assert (told["measure"], told["common"]["count"]) == ("QLIKE loss", 160)
    assert [one["value"] for one in told["runs"]] == pytest.approx(qlike[:2])
    assert told["pairs"][0]["difference"] == pytest.approx(min(qlike[:2]) / max(qlike[:2]) - 1)
    with pytest.raises(ConfigError, match="forecast the same thing equally far ahead, found Volatility: ln"):
        compare([runs["month"], runs["returns"]])


def test_the_whole_study_is_blind_to_the_sealed_test(judged: Judged, tmp_path: Path) -> None:
    table = volatile_prices(800, seed=5, memory=0.9)
    factor = np.where(np.arange(800) < 640, 1.0, 1.3)
    columns = {name: values * (factor if name == "high" else 1.0) for name, values in table.columns.items()}
    for name, one in (("same", table), ("changed", PriceTable(table.dates, columns))):
        judged(one, name)
    same, changed = tmp_path / "same", tmp_path / "changed"
    results = [json.loads((run / "results.json").read_text()) for run in (same, changed)]
    weights = [(run / "bundle" / "weights.safetensors").read_bytes() for run in (same, changed)]
    assert weights[0] == weights[1]
    assert results[0]["study"]["fingerprint"] == results[1]["study"]["fingerprint"]
    fitted = [{key: result["volatility"][key] for key in ("har", "garch")} for result in results]
    assert fitted[0] == fitted[1]
    assert (same / "predictions.csv").read_text() != (changed / "predictions.csv").read_text()


def write(path: Path, table: PriceTable) -> None:
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["Date", *(name.title() for name in table.columns)])
        writer.writerows(zip(table.dates, *table.columns.values(), strict=True))


def test_from_the_command_line_to_a_forecast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("prices.csv"), volatile_prices(500, seed=7, memory=0.95))
    said = run_well(
        "tune", "volatility-lstm", "--data", "prices.csv", "--out", "run", "--trials", "2",
        "--set", "training.epochs=2", "--set", "space.time_step=[5]",
    )  # fmt: skip
    assert " HAR" in said
    results = json.loads(Path("run/results.json").read_text())
    assert results["volatility"]["measure"] == "log_range"
    assert results["test"]["directional"] is results["test"]["lag_check"] is None
    assert set(results["test"]["metrics"]["har"]) == {"mse", "mae", "rmse", "mase", "qlike"}
    rows = list(csv.DictReader(Path("run/predictions.csv").read_text().splitlines()))
    assert (list(rows[0]), len(rows)) == (COLUMNS, 100)
    page = Path("run/report.html").read_text()
    assert "repeating the last volatility" in page
    assert "last price" not in page
    assert Path("run/figures/forecast_volatility.png").exists()
    (day,) = json.loads(run_well("predict", "run", "--data", "prices.csv", "--json"))
    assert list(day) == ["made_after", "target_day", "last_volatility", "forecast", "low", "high"]
    assert 0 < day["low"] < day["forecast"] < day["high"] < 1
    assert "last volatility" in run_well("predict", "run", "--data", "prices.csv")


def test_whether_tuning_helped_is_told_over_seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = volatile_prices(500, seed=7, memory=0.95)
    monkeypatch.setattr(setup, "read_source", lambda source, options: (table, CARD))
    content = {
        "preparation": {"target": "volatility", "folds": 1, "time_step": 5},
        "model": {"family": "nlinear"},
        "training": {"epochs": 1},
        "search": {"sampler": "random", "trials": 2},
        "space": {"learning_rate": {"low": 1e-3, "high": 1e-1, "log": True}},
        "final": {"seeds": 2},
    }
    conduct(begin(Experiment.model_validate(content), out=tmp_path / "run"), place=HERE)
    told = json.loads((tmp_path / "run" / "results.json").read_text())
    seeds, metrics = told["tuning"]["seeds"], told["test"]["metrics"]
    assert [(one["name"], len(set(one["mse"]))) for one in seeds["models"]] == [("tuned", 2), ("default", 2)]
    assert seeds["models"][0]["mse"][0] == pytest.approx(metrics["model"]["mse"])
    assert seeds["models"][0]["skill"][0] == pytest.approx(1 - metrics["model"]["mse"] / metrics["last_value"]["mse"])
    assert [one["name"] for one in seeds["missing"]] == ["random"]
    assert told["tuning"]["conclusion"] in ("helped", "no_difference", "overtuned")


@pytest.mark.usefixtures("unseen_here")
def test_closes_alone_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    table = volatile_prices(500, seed=8, memory=0.95)
    write(Path("prices.csv"), PriceTable(table.dates, {"close": table.close}))
    run_well(
        "tune", "volatility-lstm", "--data", "prices.csv", "--out", "run", "--trials", "1",
        "--set", "training.epochs=1", "--set", "space.time_step=[5]",
    )  # fmt: skip
    assert json.loads(Path("run/results.json").read_text())["volatility"]["measure"] == "absolute_return"
    assert "ln(high / low)" not in Path("run/report.html").read_text()
