"""Made-up "study" and "surface" parts of results.json, for the report's tests."""

from typing import Any

import numpy as np

METRIC_TEXT = "mean over folds of MSE divided by that of repeating the last value (lower is better)"
FOLDS, EPOCHS = 5, 15
SPACE: dict[str, Any] = {
    "layers": {"type": "int", "low": 1, "high": 2, "step": 1, "log": False},
    "units": {"type": "int", "low": 8, "high": 128, "step": 8, "log": False},
    "units_2": {"type": "int", "low": 8, "high": 128, "step": 8, "log": False, "when": {"layers": [2]}},
    "learning_rate": {"type": "float", "low": 1e-4, "high": 0.03, "step": None, "log": True},
    "dropout": {"type": "float", "low": 0.0, "high": 0.5, "step": None, "log": False},
    "features": {"type": "choice", "choices": ["close", "close+volume", "close+volume+high+low"]},
}
IMPORTANCE = {
    "ped_anova": {"learning_rate": 0.5, "units": 0.3, "dropout": 0.12, "features": 0.05, "layers": 0.03},
    "fanova": {"learning_rate": 0.3, "units": 0.1, "dropout": 0.02, "features": 0.5, "layers": 0.08},
}


def trial(number: int, random: np.random.Generator) -> dict[str, Any]:
    """Pruned where its number is 4 more than a multiple of 7, failed where 5 more than one of 9."""
    params: dict[str, Any] = {
        "layers": int(random.integers(1, 3)),
        "units": int(random.integers(1, 17)) * 8,
        "learning_rate": float(10 ** random.uniform(-4, -1.5)),
        "dropout": float(random.uniform(0, 0.5)),
        "features": str(random.choice(SPACE["features"]["choices"])),
    }
    if params["layers"] == 2:
        params["units_2"] = int(random.integers(1, 17)) * 8
    state = "failed" if number % 9 == 5 else "pruned" if number % 7 == 4 else "complete"
    level = 1 + 0.02 * float(np.log10(params["learning_rate"] / 0.003)) ** 2 + random.gamma(1.2, 0.004)
    reports = rungs(level, random, most=12 + number % 30 if state == "pruned" else FOLDS * EPOCHS)
    lasts = {fold: value for fold, _, value in reports}
    folds = list(lasts.values())[: None if state == "complete" else -1]
    reasons = {"failed": "the loss became NaN in epoch 3 of fold 1", "pruned": "fold 2: behind the best trial"}
    return {
        "number": number, "state": state, "params": params, "reports": [] if state == "failed" else reports,
        "score": float(np.mean(folds)) if state == "complete" else None, "cost": None,
        "fold_scores": [] if state == "failed" else folds, "reason": reasons.get(state),
    }  # fmt: skip


def rungs(level: float, random: np.random.Generator, *, most: int) -> list[list[Any]]:
    """[fold, epoch, value], falling within each fold, which may end early."""
    told: list[list[Any]] = []
    for fold in range(FOLDS):
        ground = level + 0.01 * fold + random.normal(0, 0.002)
        epochs = int(random.integers(9, EPOCHS + 1))
        told += [[fold, epoch, ground + 0.05 * float(np.exp(-epoch / 2))] for epoch in range(1, epochs + 1)]
    return told[:most]


def timed(trials: list[dict[str, Any]], random: np.random.Generator, *, workers: int) -> list[dict[str, Any]]:
    """With times on as many workers, and a night between the two halves."""
    free = [1.7e9] * workers
    for index, trial in enumerate(trials):
        lane = int(np.argmin(free))
        began = free[lane] + (60_000.0 if index == len(trials) // 2 else 0.0)
        seconds = float(random.uniform(1.0, 1.5)) + 0.1 * len(trial["reports"])
        free = [max(end, began) for end in free] if index == len(trials) // 2 else free
        free[lane] = began + seconds
        trial |= {"seconds": seconds, "began": began, "ended": began + seconds}
    return trials


def study(count: int, random: np.random.Generator, *, folds: list[Any]) -> dict[str, Any]:
    """Of a run on prices; folds: learning curves of the best trial."""
    trials = timed([trial(number, random) for number in range(count)], random, workers=4)
    return section(trials, space=SPACE) | {
        "importance": IMPORTANCE if count > 8 else {},
        "best": best_of(trials) | {"folds": folds},
        "metric_text": METRIC_TEXT,
    }


def section(trials: list[dict[str, Any]], *, space: dict[str, Any]) -> dict[str, Any]:
    states = [trial["state"] for trial in trials]
    return {
        "fingerprint": "cd" * 32, "ended": f"the study has its {len(trials)} trials", "sampler": "tpe",
        "sampler_reason": "", "pruner": "racing", "metric": "relative_mse", "metric_text": "what came out",
        "second_objective": None, "lag": 8, "space": space,
        "counts": {state: states.count(state) for state in ("complete", "pruned", "failed")},
        "trials": trials, "best": best_of(trials), "pareto": [], "importance": {},
    }  # fmt: skip


def best_of(trials: list[dict[str, Any]]) -> dict[str, Any]:
    complete = [trial for trial in trials if trial["state"] == "complete"]
    return min(complete, key=lambda trial: float(trial["score"])) | {"folds": []}


def function_study(count: int, *, objectives: int) -> dict[str, Any]:
    """A search that narrows in on (0, 0); with two objectives the second wants x to be 5."""
    random = np.random.default_rng(3)
    trials: list[dict[str, Any]] = []
    for number in range(count):
        x, y = (float(v) for v in np.clip(random.normal(0, 10 / (1 + number / 8), 2), -10, 10))
        score = x * x + y * y
        cost = abs(x - 5) if objectives == 2 else None
        trials.append({
            "number": number, "state": "complete", "params": {"x": x, "y": y}, "score": score, "cost": cost,
            "fold_scores": [score], "reports": [[0, 1, score]], "reason": None,
        })  # fmt: skip
    axis = {"type": "float", "low": -10.0, "high": 10.0, "step": None, "log": False}
    made = section(timed(trials, random, workers=1), space={"x": axis, "y": axis})
    front = [
        one["number"]
        for one in trials
        if objectives == 2 and not any(o["score"] < one["score"] and o["cost"] < one["cost"] for o in trials)
    ]
    return made | {
        "sampler_reason": "two real parameters and enough trials to learn from", "pruner": "none",
        "metric": "value", "second_objective": "distance" if objectives == 2 else None, "pareto": front,
        "metric_text": "what the function returns (lower is better)",
    }  # fmt: skip


def surface() -> dict[str, Any]:
    axis = np.linspace(-10, 10, 41)
    z = axis[None, :] ** 2 + axis[:, None] ** 2
    return {"x": axis.tolist(), "y": axis.tolist(), "z": z.tolist(), "names": ["x", "y"]}
