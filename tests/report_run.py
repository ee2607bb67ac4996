"""A made-up finished run, for the report's tests: results.json and predictions.csv in a folder."""

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from report_study import function_study, study, surface
from tunewright.prices.judging.overfitting import Chosen
from tunewright.prices.judging.worth import Market, Terms, worth
from tunewright.statistics.overfitting import Overfitting

TIMING = {"wall_s": 131.0, "train_s": 4.5, "search_s": 120.0}
PROVENANCE = {
    "python": "3.11.2",
    "platform": "Linux x86_64",
    "command": "tunewright demo",
    "versions": {"torch": "2.13.0", "optuna": "5.0.0", "numpy": "2.4.6"},
}


def span(days: list[date], *, first: int, last: int) -> dict[str, Any]:
    return {"first": str(days[first]), "last": str(days[last - 1]), "rows": last - first}


def weekdays(rows: int) -> list[date]:
    start = date(1999, 1, 4)
    return [start + timedelta(days=7 * (row // 5) + row % 5) for row in range(rows)]


def curve(random: np.random.Generator) -> dict[str, Any]:
    epochs = np.arange(40)
    train = 0.02 * np.exp(-epochs / 6) + 0.0011 + random.normal(0, 2e-5, 40)
    validation = 0.025 * np.exp(-epochs / 5) + 0.0014 + 1.2e-5 * epochs + random.normal(0, 5e-5, 40)
    best = int(validation.argmin())
    return {"train_loss": train.tolist(), "validation_loss": validation.tolist(), "best_epoch": best}


def scores(close: np.ndarray, forecast: np.ndarray, last: np.ndarray) -> dict[str, Any]:
    error = close - forecast
    moved = np.sign(forecast - last)
    right = float((moved == np.sign(close - last)).mean()) if moved.any() else None
    mse, mae = float((error**2).mean()), float(np.abs(error).mean())
    return {"mse": mse, "mae": mae, "rmse": mse**0.5, "mase": mae / 11.0, "directional_accuracy": right}


def write_run(folder: Path, *, rows: int = 5031, test: int = 1006, trials: int = 24) -> Path:
    """Write results.json and predictions.csv of a made-up run into `folder`, and return it."""
    random = np.random.default_rng(7)
    days = weekdays(rows)
    close = 1200 * np.exp(np.cumsum(random.standard_t(4, rows) * 0.007 + 0.0002))
    start = rows - test
    actual, last = close[start:], close[start - 1 : -1]
    forecasts = {
        "model": last * (1 + 0.0008 + 0.0012 * random.standard_normal(test)),
        "last_value": last,
        "drift": last * 1.0002,
        "ridge": last * (1 + 0.0002 + 0.0007 * random.standard_normal(test)),
    }
    table = pd.DataFrame({"date": days[start:], "close": actual} | forecasts)
    table.to_csv(folder / "predictions.csv", index=False)
    edges = np.linspace(start // 2, start, 6).astype(int).tolist()
    record = {
        "schema": 1, "tunewright": "0.1.0", "name": "prices-lstm", "kind": "prices", "seed": 0,
        "created": "2026-11-21T14:00:00Z",
        "data": data(days, close),
        "folds": [
            {
                "number": number, "train": span(days, first=0, last=low),
                "validation": span(days, first=low, last=high),
            }
            for number, (low, high) in enumerate(pairwise(edges))
        ],
        "sealed_test": span(days, first=start, last=rows),
        "study": study(trials, random, folds=[curve(random) for _ in range(5)]),
        "model": {
            "family": "lstm", "parameters": 12345, "spec": {"units": 64}, "epochs": 2,
            "train_loss": [0.1, 0.01],
        },
        "test": outcome({key: scores(actual, value, last) for key, value in forecasts.items()}, test),
        "tuning": {
            "default": {"params": {"units": 32}, "score": 1.01, "fold_scores": [1.01] * 5, "mse": 0.02},
            "validation_gain": 0.02, "test_gain": 0.001, "diebold_mariano": {"statistic": 0.4, "p": 0.69},
            "conclusion": "no_difference",
            "sentence": "Tuning made no difference that can be told from chance: 0.10 % below the default's.",
        },
        "overfitting": Chosen(Overfitting(0.43, 0.4, trials, 2010, 16, 12_870)).as_dict(),
        "worth": worth(
            Market(np.array(days[start - 1 :], dtype="datetime64[D]"), close[start - 1 :], forecasts["model"], last),
            Terms(horizon=1, costs=5.0, scale=0.001, trials=trials, variance=None),
        ).as_dict(),
        "intervals": intervals(days[start:], actual, forecasts["model"]),
        "timing": TIMING, "provenance": PROVENANCE,
    }  # fmt: skip
    (folder / "results.json").write_text(json.dumps(record))
    return folder


def with_seeds(folder: Path) -> dict[str, Any]:
    """Give the run in `folder` three configurations from four seeds; its `tuning`."""
    path = folder / "results.json"
    record = json.loads(path.read_text())
    skills = {
        "tuned": [0.004, -0.012, 0.002, 0.006],
        "default": [0.001, 0.003, -0.002, 0.004],
        "random": [0.011, 0.004, 0.009, -0.003],
    }
    models = [
        {
            "name": name,
            "trial": None if name == "default" else 3 + place,
            "epochs": 7,
            "mse": [3800 * (1 - one) for one in skill],
            "mean": 3800 * (1 - float(np.mean(skill))),
            "sd": 3800 * float(np.std(skill, ddof=1)),
            "skill": skill,
            "mean_skill": float(np.mean(skill)),
            "sd_skill": float(np.std(skill, ddof=1)),
        }
        for place, (name, skill) in enumerate(skills.items())
    ]
    against = [
        {"name": "default", "change": 0.0015, "low": -0.02, "high": 0.0231, "p": 0.81, "by_repeat": [0.0, 0.0, 0, 0]},
        {"name": "random", "change": 0.0052, "low": -0.01, "high": 0.0204, "p": 0.4, "by_repeat": [0.0, 0.0, 0, 0]},
    ]
    record["tuning"]["seeds"] = {"count": 4, "models": models, "against": against, "missing": []}
    path.write_text(json.dumps(record))
    told: dict[str, Any] = record["tuning"]
    return told


def write_function_run(folder: Path, *, trials: int = 60, objectives: int = 1, drawn: bool = True) -> Path:
    """Write results.json of a made-up run of a function of two numbers into `folder`, and return it."""
    record = {
        "schema": 1, "tunewright": "0.1.0", "name": "quadratic", "kind": "function", "seed": 0,
        "created": "2026-11-21T14:00:00Z", "study": function_study(trials, objectives=objectives),
        "timing": TIMING, "provenance": PROVENANCE,
    }  # fmt: skip
    if drawn:
        record["surface"] = surface()
    (folder / "results.json").write_text(json.dumps(record))
    return folder


def data(days: list[date], close: np.ndarray) -> dict[str, Any]:
    step = -(-len(days) // 1500)
    card = {
        "source": "builtin:sp500", "format": "built-in table", "rows": len(days),
        "first": str(days[0]), "last": str(days[-1]),
        "columns": ["date", "open", "high", "low", "close", "adj_close", "volume"], "close": "adj_close",
        "close_reason": "adjusted for splits and dividends",
        "gaps": [{"after": "2001-09-10", "before": "2001-09-17", "missing_weekdays": 4}], "gap_count": 154,
        "missing_weekdays": 823, "zero_volume_rows": 0, "repairs": ["sorted by date"], "ticker": "GSPC",
        "warnings": ["154 weekdays without a row"], "adjusted": "yes", "reading": ["dates read as day/month/year"],
        "splits": [{"date": "2000-06-21", "ratio": "2-for-1", "adjusted": True}],
    }  # fmt: skip
    series = {"dates": [str(day) for day in days[::step]], "close": close[::step].tolist()}
    return {"fingerprint": "ab" * 32, "sources": ["builtin:sp500"], "card": card, "series": series}


def intervals(days: list[date], actual: np.ndarray, model: np.ndarray) -> dict[str, Any]:
    nothing = {"statistic": 0.4, "p": 0.69}
    level = {
        "held": 0.91, "by_regime": {"calm": 0.95, "middling": None, "wild": 0.8}, "width": 0.05, "pinball": 0.0013,
        "test": nothing, "wild": None,
        "christoffersen": {"unconditional": nothing, "independence": nothing, "conditional": nothing},
    }  # fmt: skip
    recent = days[-120:]
    low, high = [-0.012] * len(recent), [0.013] * len(recent)
    ways = ("constant", "scaled", "adaptive")
    return {
        "days": len(days), "days_left_out": 0, "learnt_from": 500, "calm_below": 0.008, "wild_above": 0.013,
        "ways": {way: {"crps": 0.0055, "levels": [{"promised": at, **level} for at in (0.8, 0.9)]} for way in ways},
        "sentence": "Of 1,006 sealed days the 90 % intervals of constant width held 91.0 %, not shown to break "
        "their promise (p = 0.69).",
        "drawn": {
            "promised": 0.9, "dates": [str(day) for day in recent],
            "actual": (actual[-120:] / model[-120:] - 1).tolist(),
            "ends": {way: {"low": low, "high": high} for way in ways},
        },
    }  # fmt: skip


def outcome(metrics: dict[str, Any], rows: int) -> dict[str, Any]:
    return {
        "openings": 1, "rows": rows, "metrics": metrics,
        "directional": {"majority": "up", "majority_accuracy": 0.5337, "days": rows - 2, "p": 0.62},
        "skill_vs_last_value": 1 - metrics["model"]["mse"] / metrics["last_value"]["mse"],
        "smallest_detectable_skill": 0.00614,
        "clark_west": {"statistic": -0.3, "p": 0.61}, "diebold_mariano": {"statistic": 1.9, "p": 0.0577},
        "spa": {"p": 0.71},
        "lag_check": {
            "correlation_with_today": 0.9971, "correlation_with_yesterday": 0.9999,
            "looks_like_yesterday": True,
        },
        "leak_warning": None, "conclusion": "no_skill",
        "verdict": "No skill found: over 1,006 sealed days the tuned LSTM's squared error was 1.0 % "
        "above that of repeating the last price (Clark-West p = 0.61); a skill of 0.6 % or more would "
        "probably have shown.",
        "outside_training_range": 0.4215,
    }  # fmt: skip


def as_volatility(folder: Path) -> Path:
    """Make the run on prices in `folder` one on volatility, and return it."""
    path, table = folder / "results.json", pd.read_csv(folder / "predictions.csv")
    random, others = np.random.default_rng(9), ("mean", "ewma", "har", "garch")
    volatility = 0.01 * np.exp(0.3 * random.standard_normal(len(table)))
    columns = dict.fromkeys(("model", "last_value", "ridge", *others), 0.9 * volatility + 0.001)
    pd.DataFrame({"date": table["date"], "volatility": volatility} | columns).to_csv(
        folder / "predictions.csv", index=False
    )
    record = json.loads(path.read_text())
    record["volatility"] = {"measure": "log_range", "horizon": 1, "floor": 1e-4, "floored_days": 0}
    score = {"mse": 1e-5, "rmse": 0.003, "mae": 0.002, "mase": 0.9, "qlike": 0.2}
    record["test"]["metrics"] = dict.fromkeys(columns, score)
    statistic = {"statistic": 1.0, "p": 0.3}
    against = {"skill": 0.1, "clark_west": statistic, "diebold_mariano": statistic}
    record["test"] |= {"directional": None, "lag_check": None, "against": {"mean": against, "har": against}}
    record["test"] |= {"spa_vs_har": {"p": 0.4}, "standing_vs_har": "even"}
    for key in ("worth", "intervals", "overfitting"):
        record[key] = None
    path.write_text(json.dumps(record))
    return folder
