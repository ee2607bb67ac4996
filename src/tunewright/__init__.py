"""Tunewright tunes neural networks and tells the truth about the result.

What stands here is loaded when it is first used: `import tunewright` itself loads neither torch nor a plotting library.
"""

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tunewright.core.errors import ConfigError, DataError, InputError, StudyFailure, TrialFailure, TunewrightError
    from tunewright.core.space import Choice, Integer, Real, Space
    from tunewright.entrance import refit
    from tunewright.front.predicting import export, predict
    from tunewright.front.result import Result
    from tunewright.front.tuning import audit, load, resume, tune
    from tunewright.functions.asking import Study, Trial
    from tunewright.functions.minimize import Minimum, minimize
    from tunewright.interop.optuna.optimizing import Optimized, optimize
    from tunewright.search.stopping import StopRules
    from tunewright.trials.cluster.place import RayCluster

__version__ = "0.1.0"

__all__ = [
    "Choice",
    "ConfigError",
    "DataError",
    "InputError",
    "Integer",
    "Minimum",
    "Optimized",
    "RayCluster",
    "Real",
    "Result",
    "Space",
    "StopRules",
    "Study",
    "StudyFailure",
    "Trial",
    "TrialFailure",
    "TunewrightError",
    "audit",
    "export",
    "load",
    "minimize",
    "optimize",
    "predict",
    "refit",
    "resume",
    "tune",
]

_ROOMS = MappingProxyType(
    {
        "core.errors": ("ConfigError", "DataError", "InputError", "StudyFailure", "TrialFailure", "TunewrightError"),
        "core.space": ("Choice", "Integer", "Real", "Space"),
        "entrance": ("refit",),
        "front.predicting": ("export", "predict"),
        "front.result": ("Result",),
        "front.tuning": ("audit", "load", "resume", "tune"),
        "functions.asking": ("Study", "Trial"),
        "functions.minimize": ("Minimum", "minimize"),
        "interop.optuna.optimizing": ("Optimized", "optimize"),
        "search.stopping": ("StopRules",),
        "trials.cluster.place": ("RayCluster",),
    }
)
_HOMES = MappingProxyType({name: room for room, names in _ROOMS.items() for name in names})


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'tunewright' has no attribute {name!r}")
    value = getattr(import_module(f"tunewright.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
