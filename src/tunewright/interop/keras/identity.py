"""What a search is known by, so that no folder answers for another: the model's code, the tuner, the data."""

import inspect
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras
import keras_tuner

from tunewright.core.codec import Json
from tunewright.interop.keras.data import digest_of
from tunewright.interop.optuna.optimizing import parts_of

_FIT = tuple(inspect.signature(keras.Model.fit).parameters)[1:]
"""Names of the arguments of `Model.fit`, in order."""

_QUIET = ("verbose",)
_THEIRS = ("builtins", "keras_tuner", "tunewright")
_OWN_OF_HYPERMODEL = ("build", "_build", "name", "tunable")


def model_parts(tuner: keras_tuner.Tuner) -> dict[str, Json]:
    """What the model and its training are known by: the functions that the user has written, and their values."""
    parts: dict[str, Json] = {}
    for name, function in _functions(tuner):
        parts |= parts_of(function, f"model: {name}")
    parts["list of functions of the model"] = sorted(parts)
    kept = {name: one for name, one in vars(tuner.hypermodel or tuner).items() if name not in _OWN_OF_HYPERMODEL}
    return parts | ({"model: its values": digest_of(kept)} if tuner.hypermodel is not None else {})


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
    for kind in (*_own(type(model)), *_own(type(tuner))):
        for name, function in sorted(vars(kind).items()):
            if isinstance(function, types.FunctionType):
                yield name, function


def _own(kind: type) -> list[type]:
    """The class and those it builds on, as far as they are the user's."""
    return [
        one for one in kind.__mro__ if one.__module__.partition(".")[0] not in ("builtins", "keras_tuner", "tunewright")
    ]
