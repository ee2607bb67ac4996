"""A HyperModel whose `fit` is tuned too, with the brackets of Hyperband."""

import keras
import numpy as np
from keras import layers

import tunewright.interop.keras as kt

rng = np.random.default_rng(0)
x = rng.normal(size=(600, 8)).astype("float32")
y = (x[:, 0] - x[:, 1] ** 2 + 0.1 * rng.normal(size=600)).astype("float32")


class Regression(kt.HyperModel):
    def build(self, hp):
        model = keras.Sequential([keras.Input((8,)), layers.Dense(hp.Int("units", 4, 32, step=4), activation="relu")])
        model.add(layers.Dense(1))
        model.compile(optimizer=hp.Choice("optimizer", ["adam", "rmsprop", "sgd"]), loss="mse", metrics=["mae"])
        return model

    def fit(self, hp, model, *args, **kwargs):
        return model.fit(
            *args, batch_size=hp.Choice("batch_size", [16, 32, 64]), shuffle=hp.Boolean("shuffle"), **kwargs
        )


if __name__ == "__main__":
    tuner = kt.Hyperband(
        Regression(),
        objective=kt.Objective("val_mae", direction="min"),
        max_epochs=4,
        factor=3,
        directory="search",
        project_name="tuned_fit",
    )
    tuner.search(x, y, validation_split=0.25, verbose=0)
    best_hp = tuner.get_best_hyperparameters()[0]
    model = tuner.hypermodel.build(best_hp)
    model.fit(x, y, epochs=2, verbose=0)
    print("best:", best_hp.values)
