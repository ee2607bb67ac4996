"""KerasTuner over the same LSTM in Keras on TensorFlow: GridSearch, or with --trials N a RandomSearch of N trials."""

import os
import tempfile
import time
from typing import Any

import grid_task

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import keras_tuner
from keras import layers


def main() -> None:
    task = grid_task.Task.asked()
    rows, features = task.windows.shape[1:]
    reached: list[tuple[float, float]] = []

    def build(hp: keras_tuner.HyperParameters) -> keras.Model:
        chosen = {name: drawn(hp, name, choices) for name, choices in task.space.items()}
        dropout = chosen.get("dropout")
        model = keras.Sequential(
            [
                keras.Input((rows, features)),
                layers.LSTM(chosen["units_1"], return_sequences=True),
                layers.Dropout(chosen.get("dropout_1", dropout)),
                layers.LSTM(chosen["units_2"]),
                layers.Dropout(chosen.get("dropout_2", dropout)),
                layers.Dense(1),
            ]
        )
        model.compile(keras.optimizers.Adam(chosen.get("learning_rate", task.learning_rate)), "mse")
        return model

    class Reached(keras.callbacks.Callback):
        """When which validation error was reached."""

        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            assert logs is not None
            reached.append((time.perf_counter(), logs["val_loss"]))

    keras.utils.set_random_seed(task.seed)
    with tempfile.TemporaryDirectory() as folder:
        given: dict[str, Any] = {"objective": "val_loss", "directory": folder, "seed": task.seed}
        began = time.perf_counter()
        if task.trials:
            tuner = keras_tuner.RandomSearch(build, max_trials=task.trials, **given)
        else:
            tuner = keras_tuner.GridSearch(build, **given)
        tuner.search(
            task.windows,
            task.targets,
            epochs=task.epochs,
            batch_size=task.batch_size,
            validation_data=(task.validation_windows, task.validation_targets),
            callbacks=[Reached()],
            verbose=0,
        )
        ended = time.perf_counter()
        trials = list(tuner.oracle.trials.values())
    found = {
        grid_task.name_of({name: one.hyperparameters.get(name) for name in task.space}): one.score for one in trials
    }
    first = min((when for when, error in reached if error <= min(found.values()) * (1 + 1e-6)), default=ended)
    grid_task.tell(began, ended, found, trials=len(trials), best_after=first - began)


def drawn(hp: keras_tuner.HyperParameters, name: str, values: Any) -> Any:
    """values: as in an experiment file's [space]."""
    if isinstance(values, list):
        return hp.Choice(name, values)
    low, high, step = values["low"], values["high"], values.get("step")
    if isinstance(low, int):
        return hp.Int(name, low, high, step=step)
    return hp.Float(name, low, high, step=step, sampling="log" if values.get("log") else "linear")


if __name__ == "__main__":
    main()
