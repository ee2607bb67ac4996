"""What a search is known by, so that no folder answers for another: the model's code, the tuner, the data."""

import inspect
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras
import keras_tuner
from optuna.pruners import BasePruner

from tunewright.core.codec import Json
from tunewright.interop.keras.data import digest_of
from tunewright.interop.keras.proposing import Space
from tunewright.interop.optuna.optimizing import parts_of

_FIT = tuple(inspect.signature(keras.Model.fit).parameters)[1:]
"""Names of the arguments of `Model.fit`, in order."""

_QUIET = ("verbose",)
_THEIRS = ("builtins", "keras", "keras_tuner", "optuna", "tunewright")
_OWN_OF_HYPERMODEL = ("build", "_build", "name", "tunable")
_OF_EVERY_TUNER = (
    *("_kept", "_seed", "_settings", "_space"),
    *("directory", "distribution_strategy", "executions_per_trial", "hypermodel", "logger", "loss", "max_model_size"),
    *("metrics", "optimizer", "oracle", "project_name", "seed", "tuner_id"),
)
_CONFIGURATION = 16
"""Of a configuration, which holds itself nowhere, all levels count."""

_NAMED_BY_COUNTING = ("name", "built")
"""Keras counts the names that it gives to losses and metrics, and builds them as they are used."""


def model_parts(tuner: keras_tuner.Tuner) -> dict[str, Json]:
    """What the model and its training are known by: the functions that the user has written, and their values."""
    parts: dict[str, Json] = {}
    for name, function in _functions(tuner):
        parts |= parts_of(function, f"model: {name}")
    parts["list of functions of the model"] = sorted(parts)
    kept = {name: one for name, one in vars(tuner.hypermodel or tuner).items() if name not in _OWN_OF_HYPERMODEL}
    return parts | ({"model: its values": digest_of(kept)} if tuner.hypermodel is not None else {})


def tuner_parts(tuner: keras_tuner.Tuner, space: Space, pruner: BasePruner) -> dict[str, Json]:
    """What a tuner was given, beside the model: what it presets, compiles with, leaves out and prunes by."""
    compiled = {name: digest_of(_plain(getattr(tuner, name)), _CONFIGURATION) for name in ("loss", "optimizer")}
    return {
        **compiled,
        "list of metrics": digest_of(_plain(tuner.metrics), _CONFIGURATION),
        "list of given hyperparameters": digest_of(space.preset.get_config()["space"], _CONFIGURATION),
        "tune_new_entries": space.new,
        "max_model_size": tuner.max_model_size,
        "executions_per_trial": tuner.executions_per_trial,
        "pruner": type(pruner).__name__,
        "setting of the pruner": digest_of([vars(pruner), _code(type(pruner))]),
    }


def values_of(tuner: keras_tuner.Tuner) -> str:
    """A digest of what a tuner of the user's own keeps."""
    kept = {name: one for name, one in vars(tuner).items() if name not in _OF_EVERY_TUNER}
    return digest_of(kept if own_kinds(type(tuner)) else {})


def argument_parts(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Json]:
    """What `search` was given, by the names of the arguments."""
    parts: dict[str, Json] = {name: digest_of(one) for name, one in named(args, kwargs).items() if name not in _QUIET}
    # Only what both searches have is compared, and an argument may be new or gone.
    return {**parts, "list of arguments of search": sorted(parts)}


def named(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `search` by their names, as `Model.fit` has them."""
    return {**dict(zip(_FIT, args, strict=False)), **kwargs}


def _functions(tuner: keras_tuner.Tuner) -> Iterator[tuple[str, Any]]:
    """Those of the user's that make and train a model, by their names."""
    model = tuner.hypermodel
    if isinstance(build := getattr(model, "build", None), types.FunctionType):
        yield "build", build
    for kind in (*own_kinds(type(model)), *own_kinds(type(tuner))):
        for name, function in sorted(vars(kind).items()):
            if isinstance(function, types.FunctionType):
                yield name, function


def _plain(given: Any) -> Any:
    """A loss, an optimizer or metrics as plain values and functions: what Keras writes of them, and the code of those
    that are the user's own."""
    if isinstance(given, list | tuple):
        return [_plain(one) for one in given]
    if isinstance(given, dict):
        return {name: _plain(one) for name, one in given.items()}
    if not hasattr(given, "get_config"):
        return given
    config = {name: one for name, one in given.get_config().items() if name not in _NAMED_BY_COUNTING}
    own = {
        name: one
        for name, one in vars(given).items()
        if isinstance(one, int | float | str | types.FunctionType)
        and not name.startswith("_")
        and name not in _NAMED_BY_COUNTING
        and not _is_theirs(one)
    }
    return [type(given).__qualname__, config, own, _code(type(given))]


def _code(kind: type) -> list[Any]:
    """The functions of a class, as far as it is the user's."""
    return [
        [name, one] for each in own_kinds(kind) for name, one in sorted(vars(each).items()) if inspect.isfunction(one)
    ]


def own_kinds(kind: type) -> list[type]:
    """The class and those it builds on, as far as they are the user's."""
    return [one for one in kind.__mro__ if not _is_theirs(one)]


def _is_theirs(one: Any) -> bool:
    return str(getattr(one, "__module__", "")).partition(".")[0] in _THEIRS
