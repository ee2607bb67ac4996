"""A KerasTuner search of ten trials beside the same script here with one and two workers. Prints Markdown.

    python benchmarks/keras_door.py

Each search is a process of its own, whose import of Keras does not count; two workers load it once more, which does.
In turn, three times; medians. RandomSearch over an LSTM of 16 to 64 units on 600 windows of 20 rows, 4 epochs.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

ROUNDS = 3
WAYS = {"KerasTuner": ("theirs", "1"), "here, 1 worker": ("ours", "1"), "here, 2 workers": ("ours", "2")}


def build_model(hp: Any) -> Any:
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((20, 3)), layers.LSTM(hp.Int("units", 16, 64, step=16)), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(hp.Float("rate", 1e-4, 1e-2, sampling="log")), "mse")
    return model


def search(whose: str) -> float:
    """Seconds that a search of this script takes."""
    import numpy as np

    if whose == "ours":
        import tunewright.interop.keras as kt
    else:
        import keras_tuner as kt
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(600, 20, 3)).astype("float32"), rng.normal(size=600).astype("float32")
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        tuner = kt.RandomSearch(build_model, objective="val_loss", max_trials=10, directory=folder, seed=1)
        tuner.search(x, y, epochs=4, batch_size=64, validation_split=0.2, verbose=0)
        return time.perf_counter() - started


def timed(whose: str, workers: str) -> float:
    environment = {**os.environ, "KERAS_BACKEND": "torch", "TUNEWRIGHT_WORKERS": workers}
    done = subprocess.run(
        [sys.executable, __file__, whose], env=environment, capture_output=True, text=True, check=True
    )
    return float(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    found: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(ROUNDS):
        for name, way in WAYS.items():
            found[name].append(timed(*way))
    theirs = statistics.median(found["KerasTuner"])
    print("| search | median s | of KerasTuner's |\n| --- | --- | --- |")
    for name, seconds in found.items():
        middle = statistics.median(seconds)
        print(f"| {name} | {middle:.1f} | {middle / theirs:.2f} |")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(search(sys.argv[1])))
    else:
        main()
