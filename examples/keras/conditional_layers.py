"""Layers that there are or not, and values that mean something under a condition alone."""

import keras
import numpy as np
from keras import layers

import tunewright.interop.keras as kt

rng = np.random.default_rng(0)
x = rng.normal(size=(600, 8)).astype("float32")
y = (x[:, 0] * x[:, 1] + np.sin(x[:, 2]) + 0.1 * rng.normal(size=600)).astype("float32")


def build_model(hp):
    model = keras.Sequential([keras.Input((8,))])
    kind = hp.Choice("kind", ["narrow", "deep"])
    with hp.conditional_scope("kind", ["narrow"]):
        if kind == "narrow":
            model.add(layers.Dense(hp.Int("width", 4, 16, step=4), activation="tanh"))
    with hp.conditional_scope("kind", ["deep"]):
        if kind == "deep":
            for number in range(hp.Int("layers", 2, 3)):
                model.add(layers.Dense(hp.Int(f"units_{number}", 8, 32, step=8), activation="relu"))
    if hp.Boolean("dropout"):
        model.add(layers.Dropout(hp.Float("rate", 0.1, 0.5, step=0.1, parent_name="dropout", parent_values=[True])))
    model.add(layers.Dense(1))
    rate = hp.Float("learning_rate", 1e-3, 1e-1, sampling="log")
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
    return model


if __name__ == "__main__":
    tuner = kt.BayesianOptimization(
        build_model, objective="val_loss", max_trials=8, seed=1, directory="search", project_name="conditional"
    )
    tuner.search_space_summary()
    tuner.search(x[:450], y[:450], epochs=4, validation_data=(x[450:], y[450:]), verbose=0)
    print("best:", tuner.get_best_hyperparameters()[0].values)
