"""What `search` is given to train on: the same for every trial, and known again on resume."""

import copy
import hashlib
import pickle
import types
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tunewright.core.codec import Json, digest
from tunewright.core.errors import ConfigError
from tunewright.core.words import told
from tunewright.functions.identity import Untold, identity_of

_DEPTH = 4
"""Of the attributes of attributes of a value that count."""

_PLAIN = (bool, int, float, str, bytes, types.NoneType)


@dataclass(frozen=True)
class Replay:
    """A generator that every trial reads from its start: what was drawn is kept."""

    source: Iterator[Any]
    drawn: list[Any] = field(default_factory=list)

    def start(self) -> Iterator[Any]:
        at = 0
        while True:
            if at == len(self.drawn):
                try:
                    self.drawn.append(next(self.source))
                except StopIteration:
                    return
            yield self.drawn[at]
            at += 1


@dataclass(frozen=True)
class Fresh:
    """A data set that every trial has as it was when the search began: one that shuffles itself does so within a trial.
    The user's own one stays as it is."""

    kept: Any

    def start(self) -> Any:
        return copy.deepcopy(self.kept)


def replayed(given: Any) -> Any:
    """The arguments with each generator and data set among them as one that every trial has from its start."""
    return _mapped(given, _replayed)


def from_the_start(given: Any) -> Any:
    """The inverse of `replayed`, for one trial."""
    return _mapped(given, lambda one: one.start() if isinstance(one, Replay | Fresh) else one)


def as_it_began(given: Any) -> Any:
    """The arguments with each data set as it was when the search began, to be looked at."""
    return _mapped(given, lambda one: one.kept if isinstance(one, Fresh) else one)


def _replayed(one: Any) -> Any:
    if isinstance(one, types.GeneratorType):
        return Replay(one)
    if not _has_a_course(one):
        return one
    try:
        return Fresh(copy.deepcopy(one))
    except Exception as error:  # of any kind: objects copy themselves
        warnings.warn(
            f"the data set {type(one).__name__} cannot be copied ({told(error)}), so each trial goes on with it as the "
            "one before left it, and another number of workers may come to another search; let it open what it holds "
            "when it is read",
            stacklevel=2,
        )
        return one


def _has_a_course(one: Any) -> bool:
    """Whether it is a data set that reading it may change: not an array, a tensor, a table, or one of `tf.data`."""
    is_read = hasattr(type(one), "__getitem__") or hasattr(type(one), "__iter__")
    plain = isinstance(one, (*_PLAIN, type)) or type(one).__module__.partition(".")[0] == "tensorflow"
    return is_read and not plain and _array(one) is None


def check_sendable(arguments: Mapping[str, Any], workers: int) -> None:
    """Raise ConfigError for what cannot reach the workers."""
    for name, value in as_it_began(arguments).items():
        for one in value if isinstance(value, list | tuple) else [value]:
            if isinstance(one, Replay):
                raise ConfigError(
                    f"{name} is a generator, which {workers} workers cannot read at once; give arrays or a "
                    "keras.utils.PyDataset, or use workers=1"
                )
            if isinstance(one, np.ndarray):
                continue
            try:
                pickle.dumps(one)
            except Exception as error:  # of any kind: objects pickle themselves
                raise ConfigError(
                    f"{name} ({type(one).__name__}) cannot be sent to {workers} workers: {told(error)}; give arrays, "
                    "or use workers=1"
                ) from None


def digest_of(value: Any, depth: int = _DEPTH) -> str:
    """What a value is known by: arrays, tensors and tables by content, other objects by their class and plain
    attributes. Generators and data sets that say nothing of what they hold are known by their class alone."""
    return digest(_content(value, depth))


def _content(value: Any, depth: int) -> Json:
    if isinstance(value, _PLAIN):
        return [type(value).__name__, repr(value)]
    if (array := _array(value)) is not None:
        return [str(array.dtype), list(array.shape), _sha(array)]
    inner = depth - 1
    if depth and isinstance(value, list | tuple):
        return [_content(one, inner) for one in value]
    if depth and isinstance(value, dict):
        return [[str(name), _content(one, inner)] for name, one in value.items()]
    if isinstance(value, types.FunctionType | types.MethodType):
        try:
            return identity_of(value)
        except Untold:
            return value.__qualname__
    attributes = vars(value) if depth and hasattr(value, "__dict__") and not isinstance(value, type) else {}
    return [type(value).__qualname__, [[name, _content(one, inner)] for name, one in sorted(attributes.items())]]


def _array(value: Any) -> np.ndarray[Any, Any] | None:
    """An array, a tensor of any library, or a table, as an array; None for anything else."""
    if isinstance(value, np.ndarray | np.generic):
        return np.asarray(value)
    if not (hasattr(value, "__array__") or hasattr(value, "__dlpack__")):
        return None
    value = value.detach().cpu() if hasattr(value, "detach") else value
    try:
        return np.asarray(value)
    except (TypeError, ValueError, RuntimeError):
        return None


def _sha(array: np.ndarray[Any, Any]) -> str:
    if array.dtype == object:
        return hashlib.sha256(repr(array.tolist()).encode()).hexdigest()
    return hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()


def _mapped(value: Any, change: Any) -> Any:
    """The value with each leaf of its lists, tuples and dicts changed."""
    if isinstance(value, dict):
        return {name: _mapped(one, change) for name, one in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_mapped(one, change) for one in value)
    return change(value)
