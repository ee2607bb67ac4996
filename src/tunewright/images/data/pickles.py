"""Pickles of plain values and NumPy arrays, read without running anything that is named in them.

A pickle is a program: what it names is imported and called. Here nothing is imported. The few names that an array
needs lead to stand-ins, which check and note what they are given; any other name ends the reading.
"""

import io
import math
import pickle
import pickletools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.core.words import reason

_INTEGERS = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")
_AGAIN = "Download the file again."
_MEMO = ("PUT", "BINPUT", "LONG_BINPUT")
_TUPLES, _MOST_TUPLES = ("TUPLE", "TUPLE1", "TUPLE2", "TUPLE3"), 20
_AT_HAND = ("EXT1", "EXT2", "EXT4", "PERSID", "BINPERSID", "NEXT_BUFFER")


class _Foreign(Exception):
    """A name that no array needs."""


class _StandIn:
    """Takes the place of a name. It cannot be changed, and only what `make` makes comes of it."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[..., object]) -> None:
        self._make = make

    def __call__(self, *arguments: object) -> object:
        return self._make(*arguments)

    def __setstate__(self, state: object) -> None:
        raise pickle.UnpicklingError("a name is not to be changed")


class _Type:
    """The type of an array's elements: a code such as `u1`, and the order of its bytes."""

    def __init__(self, code: str) -> None:
        self.code, self.order = code, "="

    def __setstate__(self, state: tuple[object, ...]) -> None:
        order = _text(state[1])
        _need(order in tuple("<>=|"), "byte order")
        self.order = order


class _Array:
    """An array to be, until its state is known."""

    def __init__(self) -> None:
        self.value: NDArray[np.generic] | None = None

    def __setstate__(self, state: tuple[object, ...]) -> None:
        _, shape, kind, fortran, raw = state
        self.value = _filled(raw, kind, shape, order="F" if fortran else "C")


def load_plain(data: bytes, where: str) -> dict[str, object]:
    """The dict in a pickle: keys as text; values are numbers, text, bytes, lists, dicts or arrays of whole numbers.

    Raises DataError for any other name in it, which is not imported, and for a damaged pickle; `where` names the file.
    """
    try:
        _check_operations(data)
        content = _Plain(io.BytesIO(data), encoding="bytes").load()
        _need(isinstance(content, dict), "dict")
        return {_text(key): value.value if isinstance(value, _Array) else value for key, value in content.items()}
    except _Foreign as found:
        raise DataError(
            f"{where}: expected a pickle of arrays, lists, numbers and text only, found the name {found}, which could "
            f"run code; nothing was run. Do not trust this file; download it from its official address."
        ) from None
    except Exception as problem:  # a damaged pickle raises anything
        raise DataError(
            f"{where}: expected a whole pickle, found a damaged one ({reason(problem)}). {_AGAIN}"
        ) from None


class _Plain(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        make = _NAMES.get((module.replace("numpy.core", "numpy._core"), name))
        if make is None:
            raise _Foreign(repr(f"{module}.{name}"[:60]))
        return _StandIn(make)


def _check_operations(data: bytes) -> None:
    """Raises UnpicklingError for what would cost the process dearly, and for objects that it has at hand.

    The memo grows to the highest index, however short the file is. Tuples in tuples can be hashed for ever, or until
    the stack ends; an array needs two, besides those that are arguments.
    """
    tuples, open_tuple = 0, False
    for operation, argument, _ in pickletools.genops(data):
        _need(operation.name not in _AT_HAND, "operation")
        if operation.name not in (*_MEMO, "MEMOIZE"):
            tuples += open_tuple and operation.name != "REDUCE"
            open_tuple = operation.name in _TUPLES
        _need(tuples <= _MOST_TUPLES, "number of tuples")
        _need(operation.name not in _MEMO or int(str(argument)) <= len(data), "index")


def _text(value: object) -> str:
    _need(isinstance(value, (bytes, str)), "text")
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise pickle.UnpicklingError(f"no valid {what}")


def _type(code: object, *copying: object) -> _Type:
    _need(all(isinstance(flag, int) for flag in copying), "type")
    _need(_text(code) in _INTEGERS, "type of whole numbers")
    return _Type(_text(code))


def _filled(raw: object, kind: object, shape: object, order: object = "C") -> NDArray[np.generic]:
    if not isinstance(raw, (bytes, bytearray)) or not isinstance(kind, _Type) or not isinstance(shape, tuple):
        raise pickle.UnpicklingError("no valid array")
    dtype = np.dtype(kind.order + kind.code)
    whole = all(isinstance(size, int) and size >= 0 for size in shape) and len(shape) <= 4
    _need(whole and math.prod(shape) * dtype.itemsize == len(raw), "array: its shape and its bytes differ")
    return np.frombuffer(raw, dtype).reshape(shape, order="F" if order in ("F", b"F") else "C")


def _reconstruct(kind: object, shape: object, code: object) -> _Array:
    _need(isinstance(kind, _StandIn) and shape == (0,) and code == b"b", "array")
    return _Array()


def _from_buffer(raw: object, kind: object, shape: object, order: object) -> _Array:
    array = _Array()
    array.value = _filled(raw, kind, shape, order)
    return array


def _scalar(kind: object, raw: object) -> int:
    return int(_filled(raw, kind, ()))


def _encoded(text: object, encoding: object = "latin1") -> bytes:
    _need(isinstance(text, str) and encoding in ("latin1", b"latin1"), "text")
    return str(text).encode("latin-1")


def _nothing(*_: object) -> None:
    raise pickle.UnpicklingError("an array's type is not to be called")


_NAMES: dict[tuple[str, str], Callable[..., object]] = {
    ("numpy", "ndarray"): _nothing,
    ("numpy", "dtype"): _type,
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy._core.multiarray", "scalar"): _scalar,
    ("numpy._core.numeric", "_frombuffer"): _from_buffer,
    ("_codecs", "encode"): _encoded,
}
