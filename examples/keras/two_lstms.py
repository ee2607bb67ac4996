"""The notebook that everybody knows: two LSTMs, dropouts, early stopping, ten trials, the best model saved.

It scales the whole series before it is split and keeps no data aside, as notebooks do, so its loss flatters;
lstm_model.py has the same network in an experiment whose result holds.
"""

import keras
import numpy as np
from keras.callbacks import EarlyStopping
from keras.layers import LSTM, Dense, Dropout, Input
from sklearn.preprocessing import MinMaxScaler

import tunewright.interop.keras as kt

WINDOW = 20
prices = 100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0.0003, 0.01, 160)))
scaled = MinMaxScaler().fit_transform(prices[:, None])
x = np.array([scaled[end - WINDOW : end] for end in range(WINDOW, len(scaled))])
y = scaled[WINDOW:, 0]


def build_model(hp):
    model = keras.Sequential()
    model.add(Input((WINDOW, 1)))
    model.add(LSTM(hp.Int("units_1", min_value=32, max_value=512, step=32), return_sequences=True))
    model.add(Dropout(hp.Float("dropout_1", min_value=0.0, max_value=0.5, step=0.1)))
    model.add(LSTM(hp.Int("units_2", min_value=32, max_value=512, step=32)))
    model.add(Dropout(hp.Float("dropout_2", min_value=0.0, max_value=0.5, step=0.1)))
    model.add(Dense(1))
    model.compile(optimizer="adam", loss="mean_squared_error")
    return model


if __name__ == "__main__":
    tuner = kt.RandomSearch(
        build_model,
        objective="val_loss",
        max_trials=10,
        executions_per_trial=1,
        directory="search",
        project_name="two_lstms",
    )
    tuner.search(
        x,
        y,
        epochs=2,
        batch_size=64,
        validation_split=0.2,
        verbose=0,
        callbacks=[EarlyStopping(monitor="val_loss", patience=5, restore_best_weights=True)],
    )
    tuner.results_summary(3)
    best = tuner.get_best_models(num_models=1)[0]
    best.save("best.h5")
    print("best:", tuner.get_best_hyperparameters()[0].values)
