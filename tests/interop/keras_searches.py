"""Searches for the tests of KerasTuner's scripts, and what there is to see of them."""

from pathlib import Path
from typing import Any

import keras_models as models
import optuna

import tunewright.interop.keras as kt
from tunewright.interop.optuna.keeping import fingerprint

GIVEN = {"epochs": 2, "validation_split": 0.25, "verbose": 0}


def made(kind: Any, folder: Path, model: Any = models.branching, **others: Any) -> Any:
    limit = {"max_epochs": 3} if issubclass(kind, kt.Hyperband) else {"max_trials": 4}
    return kind(model, **{"objective": "val_loss", "directory": folder, "project_name": "p", **limit, **others})


def trials(tuner: Any) -> list[Any]:
    return [tuner.oracle.trials[name] for name in sorted(tuner.oracle.trials)]


def values(tuner: Any) -> list[dict[str, Any]]:
    return [one.hyperparameters.values for one in trials(tuner)]


def searched(kind: Any, folder: Path, model: Any = models.branching, **others: Any) -> Any:
    tuner = made(kind, folder, model, **others)
    tuner.search(models.x, models.y, **GIVEN)
    return tuner


def print_of(folder: Path) -> str:
    study = optuna.load_study(study_name=None, storage=f"sqlite:///{folder / 'p' / 'study.db'}")
    return fingerprint(study.get_trials())
