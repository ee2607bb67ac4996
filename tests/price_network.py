"""A network of a user's own for windows of prices."""

from typing import Any

from torch import nn


def flat(shape: tuple[int, int], *, width: int = 3) -> nn.Module:
    time_step, features = shape
    return nn.Sequential(nn.Flatten(), nn.Linear(time_step * features, width), nn.Dropout(0.2), nn.Linear(width, 1))


def keras_model(hp: Any) -> Any:
    """A model of Keras: what KerasTuner calls with its hyperparameters."""
    import keras

    shape = (time_step, n_features)  # type: ignore[name-defined]  # noqa: F821
    parts = [keras.layers.Flatten(), keras.layers.Dense(hp.Int("units", 2, 4)), keras.layers.Dropout(0.2)]
    model = keras.Sequential([keras.Input(shape), *parts, keras.layers.Dense(1)])
    model.compile("adam", "mse")
    return model
