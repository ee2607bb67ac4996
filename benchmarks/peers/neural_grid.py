"""neuralforecast's AutoLSTM, nearest equal work: both layers of its encoder have the same units, so the eight trainings
are units 32 or 64, dropout 0.1 or 0.3, two seeds (3 % more multiplications than the grid's); a small feed-forward head
follows the last state; a step draws its batch of windows at random, epochs x batches steps in all."""

import logging
import time
import warnings

import grid_task
import optuna
import pandas as pd
import torch
from neuralforecast import NeuralForecast
from neuralforecast.auto import AutoLSTM
from neuralforecast.losses.pytorch import MSE

OTHERS = ["open", "high", "low", "volume"]


def main() -> None:
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    task = grid_task.Task.asked()
    torch.set_num_threads(2)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    days = pd.date_range("1990-01-01", periods=len(task.series), freq="D")
    columns = dict(zip(["open", "high", "low", "y", "volume"], task.series.T, strict=True))
    frame = pd.DataFrame({"unique_id": "series", "ds": days, **columns})
    batches = -(-len(task.windows) // task.batch_size)

    space = {
        "encoder_hidden_size": [32, 64],
        "encoder_dropout": [0.1, 0.3],
        "random_seed": [2 * task.seed + 1, 2 * task.seed + 2],
    }

    def config(trial: optuna.Trial) -> dict[str, object]:
        return {
            **{name: trial.suggest_categorical(name, choices) for name, choices in space.items()},
            "encoder_n_layers": 2,
            "input_size": task.windows.shape[1],
            "inference_input_size": task.windows.shape[1],
            "recurrent": False,
            "hist_exog_list": OTHERS,
            "scaler_type": "identity",
            "learning_rate": task.learning_rate,
            "num_lr_decays": 0,
            "max_steps": task.epochs * batches,
            "val_check_steps": batches,
            "windows_batch_size": task.batch_size,
            "inference_windows_batch_size": 1024,
            "enable_progress_bar": False,
            "enable_model_summary": False,
            "logger": False,
            "enable_checkpointing": False,
            "accelerator": "cpu",
        }

    model = AutoLSTM(
        h=1,
        loss=MSE(),
        valid_loss=MSE(),
        config=config,
        search_alg=optuna.samplers.GridSampler(space, seed=task.seed),
        num_samples=len(task.configurations()),
        backend="optuna",
    )
    forecast = NeuralForecast([model], freq="D")
    began = time.perf_counter()
    forecast.fit(frame, val_size=len(task.validation_targets))
    ended = time.perf_counter()
    trials = forecast.models[0].results.trials
    found = {grid_task.name_of(trial.params): trial.value for trial in trials}
    grid_task.tell(began, ended, found, trials=len(trials))


if __name__ == "__main__":
    main()
