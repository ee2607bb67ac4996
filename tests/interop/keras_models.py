"""Models, data and callbacks for the tests of KerasTuner's scripts, where worker processes find them."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

import tunewright.interop.keras as kt

rng = np.random.default_rng(0)
x = rng.normal(size=(80, 4)).astype("float32")
y = (x[:, 0] - 0.5 * x[:, 1]).astype("float32")


def finished(*parts: Any, optimizer: Any = "adam") -> Any:
    model = keras.Sequential([keras.Input((4,)), *parts, layers.Dense(1)])
    model.compile(optimizer, "mse")
    return model


def branching(hp: Any) -> Any:
    parts: list[Any] = []
    for number in range(hp.Int("layers", 1, 2)):
        parts.append(layers.Dense(hp.Int(f"units_{number}", 2, 8, step=2), activation="relu"))
        parts.append(layers.Dropout(hp.Float("dropout", 0, 0.5, step=0.1)))
    return finished(*parts, optimizer=keras.optimizers.Adam(hp.Float("rate", 1e-4, 1e-1, sampling="log")))


def another(hp: Any) -> Any:
    return finished(layers.Dense(hp.Int("units_0", 2, 8, step=2), activation="tanh"))


def few(hp: Any) -> Any:
    """Of three configurations."""
    return finished(*([layers.Dense(hp.Choice("units", [2, 4]))] if hp.Boolean("hidden") else []))


def nothing(hp: Any) -> None:
    finished()


def uncompiled(hp: Any) -> Any:
    return keras.Sequential([keras.Input((4,)), layers.Dense(1)])


def another_shape(hp: Any) -> Any:
    model = keras.Sequential([keras.Input((7,)), layers.Dense(1)])
    model.compile("adam", "mse")
    return model


def diverging(hp: Any) -> Any:
    return finished(optimizer=keras.optimizers.SGD(hp.Choice("rate", [1e-3, 1e30])))


class Fitted(kt.HyperModel):  # type: ignore[misc]
    """Asks for values in `fit`, too."""

    def build(self, hp: Any) -> Any:
        return finished(layers.Dense(hp.Choice("units", [2, 4])))

    def fit(self, hp: Any, model: Any, *args: Any, **kwargs: Any) -> Any:
        return model.fit(*args, batch_size=hp.Choice("batch_size", [16, 40]), **kwargs)


class Silent(Fitted):
    def fit(self, hp: Any, model: Any, *args: Any, **kwargs: Any) -> None:
        model.fit(*args, **kwargs)


class InTrials(kt.RandomSearch):
    """Tunes the size of batches as scripts from before `HyperModel.fit` do."""

    def run_trial(self, trial: Any, *args: Any, **kwargs: Any) -> Any:
        kwargs["batch_size"] = trial.hyperparameters.Int("batch_size", 16, 48, step=16)
        return super().run_trial(trial, *args, **kwargs)


class Declaring(kt.HyperModel):  # type: ignore[misc]
    def declare_hyperparameters(self, hp: Any) -> None:
        hp.Choice("units", [2, 4])

    def build(self, hp: Any) -> Any:
        return finished(layers.Dense(hp.get("units")))


class Kept(kt.RandomSearch):
    """Keeps a setting of its own, and what its trials came to."""

    def __init__(self, *args: Any, folds: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._folds = folds
        self.ended: list[Any] = []

    def on_trial_end(self, trial: Any) -> None:
        self.ended.append(trial.score)


class Evaluated(kt.RandomSearch):
    """As the tuners of many a tutorial on cross-validation: no **kwargs."""

    def run_trial(self, trial: Any, x: Any, y: Any, epochs: int = 1) -> float:
        model = self.hypermodel.build(trial.hyperparameters)
        model.fit(x, y, epochs=epochs, verbose=0)
        return float(model.evaluate(x, y, verbose=0))


class Updating(kt.RandomSearch):
    """As tuners were written before trials returned their metrics."""

    def run_trial(self, trial: Any, *args: Any, **kwargs: Any) -> None:
        self.oracle.update_trial(trial.trial_id, {"val_loss": 1.0})


class Hooked(kt.RandomSearch):
    """Writes down what its hooks see, a file for each trial."""

    def _note(self, trial: Any, text: str) -> None:
        with (Path(self.project_dir) / f"hooks_{trial.trial_id}.txt").open("a") as file:
            file.write(f"{text}\n")

    def on_trial_begin(self, trial: Any) -> None:
        self._note(trial, f"began {sorted(trial.hyperparameters.values.items())}")

    def on_trial_end(self, trial: Any) -> None:
        super().on_trial_end(trial)
        self._note(trial, f"ended {trial.status} {trial.score}")


class Counting(kt.RandomSearch):
    def pre_create_trial(self) -> None:
        """KerasTuner calls it before each trial."""


class Shuffled(keras.utils.PyDataset):  # type: ignore[misc]
    """Shuffles itself after each epoch, as many a user's does."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = np.arange(len(x))

    def __len__(self) -> int:
        return 4

    def __getitem__(self, number: int) -> Any:
        rows = self.rows[number * 20 : (number + 1) * 20]
        return x[rows], y[rows]

    def on_epoch_end(self) -> None:
        np.random.shuffle(self.rows)


class Locked(Shuffled):
    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()


class Weighed(keras.losses.Loss):  # type: ignore[misc]
    """A loss of the user's own, whose configuration does not say its weight."""

    def __init__(self, weight: float) -> None:
        super().__init__()
        self.weight = weight

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return self.weight * keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)


class Uncopied(keras.callbacks.Callback):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()


def batches() -> Iterator[Any]:
    while True:
        for start in range(0, 80, 40):
            yield x[start : start + 40], y[start : start + 40]
