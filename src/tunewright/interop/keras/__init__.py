"""KerasTuner's scripts: `import tunewright.interop.keras as kt`, and the search is the same for any number of workers.

Names are those of `keras_tuner`; tuners that are not here stay with it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NoReturn

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

_DERIVE = "derive yours from RandomSearch, GridSearch, BayesianOptimization or Hyperband"
_ELSEWHERE: Mapping[str, str] = MappingProxyType({
    "Oracle": "the four tuners search by themselves, and an oracle of one's own stays with KerasTuner",
    "SklearnTuner": "estimators of scikit-learn are tuned by tunewright.minimize, or stay with KerasTuner",
    "Tuner": _DERIVE,
    "engine": f"it is KerasTuner's inside; of tuners, {_DERIVE}",
    "oracles": "the four tuners search by themselves, and oracles stay with KerasTuner",
    "synchronized": "it is for oracles of one's own, which stay with KerasTuner",
})  # fmt: skip
"""Names of `keras_tuner` that are not here, and what to do instead."""


def __getattr__(name: str) -> NoReturn:
    if name in _ELSEWHERE:
        raise AttributeError(f"keras_tuner.{name} is not in {__name__}: {_ELSEWHERE[name]}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
