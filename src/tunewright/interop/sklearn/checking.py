"""What comes from scikit-learn's side, checked: parameters, seeds, and how many numbers a row has."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from numbers import Integral
from typing import Any, TypeVar

import numpy as np
from pydantic import BaseModel
from sklearn.utils import check_random_state

from tunewright.core.errors import InputError
from tunewright.experiment.describing import validated

M = TypeVar("M", bound=BaseModel)


@contextmanager
def value_errors() -> Iterator[None]:
    """Inside, what is wrong with the user's input is a ValueError, as scikit-learn's contract has it."""
    try:
        yield
    except InputError as error:
        raise ValueError(str(error)) from None


def settings(kind: type[M], given: Mapping[str, Any]) -> M:
    """Parameters of an estimator as the section of an experiment that has the same keys. Raises ValueError, which names
    the parameter."""
    with value_errors():
        return validated(kind, {name: plain(value) for name, value in given.items()})


def plain(value: Any) -> Any:
    """A number of NumPy's, as grids hold them, as Python's own; anything else as it is."""
    return value.item() if isinstance(value, np.generic) else value


def check_whole(name: str, value: object, *, least: int, why: str = "") -> None:
    """Raise ValueError for anything but a whole number of at least `least`; `why` says what that is."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise ValueError(f"{name}: expected a whole number of at least {least}{why and ', '}{why}, found {value!r}")


def seed_of(random_state: Any) -> int:
    """The seed that a `random_state` stands for: a whole number is one; a generator, or NumPy's own where it is None,
    draws one, and so another each time. Raises ValueError for anything else."""
    if isinstance(random_state, Integral) and not isinstance(random_state, bool):
        return int(random_state)
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))


def in_rows(X: Any) -> tuple[Any, tuple[int, ...] | None]:
    """X with one row of numbers for each sample, as scikit-learn counts features, and the shape that a sample had where
    that was another."""
    shape = X.shape if hasattr(X, "shape") else np.asarray(X).shape
    if len(shape) < 3:
        return X, None
    return np.asarray(X).reshape(shape[0], math.prod(shape[1:])), tuple(shape[1:])
