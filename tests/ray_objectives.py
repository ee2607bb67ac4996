"""Objectives for tests on Ray, in a module of their own so that its workers can load them."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import optuna
import torch

from bowl import Point
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.training.observer import Snapshot
from tunewright.trials.rungs import CHECKPOINT_SECONDS, Rungs


@dataclass(frozen=True)
class GoesOn:
    """Keeps a snapshot after its first epoch and dies; scores how many epochs the process that ends it has trained."""

    died: str
    folds: int = 1

    def __call__(self, params: Params, fold: int, *, seeds: SeedTree, rungs: Rungs) -> Point:
        found = rungs.snapshot()
        if found is not None:
            return Point(float(found.tensors["weights"].sum()))
        time.sleep(CHECKPOINT_SECONDS * 1.1)
        rungs.report(1, 5.0)
        rungs.keep(lambda: Snapshot({"weights": torch.ones(3)}, {}))
        if not Path(self.died).exists():
            Path(self.died).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return Point(0.0)


@dataclass(frozen=True)
class LoadsOnce:
    """Tells how often it was unpickled in the process that it runs in."""

    folds: int = 1

    def __call__(self, params: Params, fold: int, *, seeds: SeedTree, rungs: Rungs) -> Point:
        return Point(float(_loads[0]))

    def __reduce__(self) -> Any:
        return _load, ()


_loads = [0]


def _load() -> LoadsOnce:
    _loads[0] += 1
    return LoadsOnce()


class Broken:
    """Can be pickled, and not unpickled."""

    folds = 1

    def __reduce__(self) -> Any:
        return _break, ()


def _break() -> NoReturn:
    raise ModuleNotFoundError("No module named 'only_at_home'")


def working_folder(params: dict[str, Any]) -> float:
    """Reads a file beside the program."""
    return float(Path("number.txt").read_text()) + float(params["x"]) ** 2


def branching(trial: optuna.Trial) -> float:
    if trial.suggest_categorical("kind", ["line", "bowl"]) == "line":
        return float(trial.suggest_float("slope", 0.0, 1.0))
    x: float = trial.suggest_float("x", -1.0, 1.0)
    return (x - 0.3) ** 2
