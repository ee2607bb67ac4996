"""Tunewright tunes neural networks and tells the truth about the result.

What stands here is loaded when it is first used: `import tunewright` itself loads neither torch nor a plotting library.
"""

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tunewright.core.errors import ConfigError as ConfigError
    from tunewright.core.errors import InputError as InputError
    from tunewright.core.errors import StudyFailure as StudyFailure
    from tunewright.core.errors import TrialFailure as TrialFailure
    from tunewright.core.errors import TunewrightError as TunewrightError
    from tunewright.core.space import Choice as Choice
    from tunewright.core.space import Integer as Integer
    from tunewright.core.space import Real as Real
    from tunewright.core.space import Space as Space
    from tunewright.functions.asking import Study as Study
    from tunewright.functions.asking import Trial as Trial
    from tunewright.functions.minimize import Minimum as Minimum
    from tunewright.functions.minimize import minimize as minimize
    from tunewright.interop.optuna.optimizing import Optimized as Optimized
    from tunewright.interop.optuna.optimizing import optimize as optimize
    from tunewright.search.stopping import StopRules as StopRules

__version__ = "0.1.0"

_ROOMS = MappingProxyType(
    {
        "core.errors": ("ConfigError", "InputError", "StudyFailure", "TrialFailure", "TunewrightError"),
        "core.space": ("Choice", "Integer", "Real", "Space"),
        "functions.asking": ("Study", "Trial"),
        "functions.minimize": ("Minimum", "minimize"),
        "interop.optuna.optimizing": ("Optimized", "optimize"),
        "search.stopping": ("StopRules",),
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
    return sorted([*globals(), *_HOMES])
