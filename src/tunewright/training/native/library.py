"""The compiled library: where it lies, what it offers, and why it does not serve where it does not."""

import ctypes
from collections.abc import Callable, Mapping
from ctypes import POINTER, c_char_p, c_double, c_float, c_int32, c_int64, c_uint32, c_uint64, c_void_p
from dataclasses import dataclass
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from types import MappingProxyType
from typing import Any

MOST_LAYERS = 8


class CShape(ctypes.Structure):
    """As in engine.h."""

    _fields_ = (
        *((name, c_int32) for name in ("cell", "layers", "ways", "features", "time_step", "batch")),
        ("units", c_int32 * MOST_LAYERS),
        ("dropout", c_float * MOST_LAYERS),
    )


class CSamples(ctypes.Structure):
    """As in engine.h."""

    _fields_ = (("series", c_void_p), ("origins", c_void_p), ("targets", c_void_p))


class COptimizer(ctypes.Structure):
    """As in engine.h."""

    _fields_ = (
        ("rule", c_int32),
        ("learning_rate", c_float),
        ("weight_decay", c_float),
        ("first", c_void_p),
        ("second", c_void_p),
        ("steps", c_void_p),
        ("seed", c_uint64),
    )


_FUNCTIONS: Mapping[str, tuple[tuple[Any, ...], Any]] = MappingProxyType({
    "sets": ((), c_int32),
    "set_name": ((c_int32,), c_char_p),
    "set_runs": ((c_int32,), c_int32),
    "parameters": ((POINTER(CShape),), c_int64),
    "open": ((c_int32, POINTER(CShape)), c_void_p),
    "close": ((c_void_p,), None),
    "train": ((c_void_p, POINTER(COptimizer), c_void_p, POINTER(CSamples), c_void_p, c_int64), c_double),
    "gradient": (
        (c_void_p, c_void_p, POINTER(CSamples), c_void_p, c_int64, c_uint64, c_uint64, c_void_p),
        c_double,
    ),
    "predict": ((c_void_p, c_void_p, POINTER(CSamples), c_int64, c_void_p), None),
    "mask": ((c_int32, c_void_p, c_int64, c_int64, c_int64, c_float, c_uint64, c_uint32, c_uint64), None),
})  # fmt: skip
"""Each with its arguments and its result."""


@dataclass(frozen=True)
class Library:
    """functions: by name, without the prefix. sets: instruction sets that this processor has, by name, the widest
    first, each with its number."""

    functions: Mapping[str, Callable[..., Any]]
    sets: Mapping[str, int]


@dataclass(frozen=True)
class NoLibrary:
    """reason: on one line, why there is no library."""

    reason: str


@cache
def library() -> Library | NoLibrary:
    """Loaded once. It takes milliseconds and imports nothing."""
    found = [path for suffix in EXTENSION_SUFFIXES if (path := Path(__file__).with_name(f"_engine{suffix}")).exists()]
    if not found:
        return NoLibrary("it was not built when Tunewright was installed, for want of a C++ compiler")
    try:
        loaded = ctypes.CDLL(str(found[0]))
    except OSError as error:
        return NoLibrary(f"it does not load: {error}")
    functions = {}
    for name, (arguments, result) in _FUNCTIONS.items():
        functions[name] = loaded[f"tunewright_{name}"]
        functions[name].argtypes, functions[name].restype = arguments, result
    runs, named = functions["set_runs"], functions["set_name"]
    sets = {named(number).decode(): number for number in range(functions["sets"]()) if runs(number)}
    return Library(functions, sets)
