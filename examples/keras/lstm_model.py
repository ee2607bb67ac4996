"""The network of two_lstms.py for an experiment: `time_step` and `n_features` are given to this file.

tunewright tune lstm.toml
"""

import keras
from keras.layers import LSTM, Dense, Dropout, Input


def build_model(hp):
    model = keras.Sequential()
    model.add(Input((time_step, n_features)))  # noqa: F821
    model.add(LSTM(hp.Int("units_1", min_value=32, max_value=512, step=32), return_sequences=True))
    model.add(Dropout(hp.Float("dropout_1", min_value=0.0, max_value=0.5, step=0.1)))
    model.add(LSTM(hp.Int("units_2", min_value=32, max_value=512, step=32)))
    model.add(Dropout(hp.Float("dropout_2", min_value=0.0, max_value=0.5, step=0.1)))
    model.add(Dense(1))
    model.compile(optimizer="adam", loss="mean_squared_error")
    return model
