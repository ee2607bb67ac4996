"""Objectives as people write them for Optuna, which workers can load."""

import math
import os
import random
import time
from pathlib import Path

import numpy as np
import optuna


def branching(trial: optuna.Trial) -> float:
    """Define-by-run: how many units there are depends on the number of layers; each epoch is reported."""
    rate = trial.suggest_float("rate", 1e-4, 1.0, log=True)
    layers = trial.suggest_int("layers", 1, 3)
    units = [trial.suggest_int(f"units_{layer}", 4, 64, step=4) for layer in range(layers)]
    chosen = trial.suggest_categorical("optimizer", ["adam", "sgd"])
    loss = (math.log10(rate) + 2) ** 2 + sum(abs(one - 32) for one in units) / 32 + (chosen == "sgd")
    for epoch in range(4):
        trial.report(loss + 4 - epoch, epoch)
        if trial.should_prune():
            raise optuna.TrialPruned()
    trial.set_user_attr("units", units)
    return loss


def flat(trial: optuna.Trial) -> float:
    return (trial.suggest_float("x", -3, 3) - 1) ** 2 + trial.suggest_float("y", -3, 3) ** 2


def paired(trial: optuna.Trial) -> tuple[float, float]:
    x = trial.suggest_float("x", 0, 2)
    return x**2, (x - 2) ** 2


def gridded(trial: optuna.Trial) -> float:
    return trial.suggest_int("a", 0, 2) + 10 * trial.suggest_categorical("b", [0, 1])


def random_of_its_own(trial: optuna.Trial) -> float:
    import torch

    return trial.suggest_float("x", 0, 1) + random.random() + float(np.random.rand()) + float(torch.rand(()))


def late(trial: optuna.Trial) -> float:
    """torch is imported by another module, in the first trial of its process."""
    from late_torch import drawn

    return trial.suggest_float("x", 0, 1) + drawn()


class Late:
    def __call__(self, trial: optuna.Trial) -> float:
        return late(trial)


def looking(trial: optuna.Trial) -> float:
    """Says what it sees of the others."""
    others = trial.study.get_trials(deepcopy=False)[:-1]
    trial.set_user_attr("seen", [one.number for one in others if one.state.is_finished()])
    trial.set_user_attr("there", [one.number for one in others])
    return trial.suggest_float("x", 0, 1)


def dawdling(trial: optuna.Trial) -> float:
    """Says what it sees of the others; its second trial takes long."""
    if trial.number == 1:
        time.sleep(1.0)
    return looking(trial) + trial.suggest_float("y", -3, 3) ** 2


def slow(trial: optuna.Trial) -> float:
    time.sleep(0.05)
    return flat(trial)


def stopping(trial: optuna.Trial) -> float:
    if trial.number == 5:
        trial.study.stop()
    return flat(trial)


def dying(trial: optuna.Trial, marker: Path) -> float:
    """Takes its process with it, once."""
    if trial.number == 3 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), 9)
    return flat(trial)


def changing_choices(trial: optuna.Trial) -> float:
    return float(trial.suggest_categorical("x", [1, 2] if trial.number % 2 else [1, 3]))


def writing_on_the_study(trial: optuna.Trial) -> float:
    trial.study.set_user_attr("best", 1)
    return flat(trial)


def constrained(trial: optuna.Trial) -> float:
    value = flat(trial)
    trial.set_constraint("x at most 0", trial.params["x"])
    return value
