"""KerasTuner's scripts: `import tunewright.interop.keras as kt`, and the search is the same for any number of workers.

Names are those of `keras_tuner`; tuners that are not here stay with it.
"""

from tunewright.experiment.keras_installed import ready

ready()

from keras_tuner import HyperModel, HyperParameters, Objective, applications, errors  # noqa: E402

from tunewright.interop.keras.tuners import (  # noqa: E402
    BayesianOptimization,
    GridSearch,
    Hyperband,
    RandomSearch,
)

__all__ = [
    "BayesianOptimization",
    "GridSearch",
    "HyperModel",
    "HyperParameters",
    "Hyperband",
    "Objective",
    "RandomSearch",
    "applications",
    "errors",
]
