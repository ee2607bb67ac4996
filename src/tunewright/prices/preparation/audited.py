"""What the leak audit looks at, and what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from tunewright.prices.preparation.folds import Fold
from tunewright.prices.preparation.join import Sources

Floats = npt.NDArray[np.floating]
Dates = npt.NDArray[np.datetime64]
Check = Literal["look-ahead", "target", "fitting", "split"]
CHECKS: Mapping[Check, str] = MappingProxyType(
    {
        "look-ahead": "no input depends on what is not yet known on the day of the forecast",
        "target": "no input is the target itself",
        "fitting": "what is fitted to data sees the fold's training rows alone",
        "split": "training ends before the first validation forecast is made",
    }
)
"""What each check says where all is well."""
TARGET = "target"
"""The column of findings that concern the target."""


@dataclass(frozen=True)
class Sampled:
    """Samples as a model gets them.

    inputs: shape (samples, ..., columns). targets: (samples,). origins: the day after whose close each forecast is
    made. days: the day that is forecast. Both datetime64[D] of shape (samples,).
    """

    inputs: Floats
    targets: Floats
    origins: Dates
    days: Dates


@dataclass(frozen=True)
class FoldSamples:
    """What a pipeline makes for one fold. columns: the names along the last axis of the inputs."""

    columns: tuple[str, ...]
    training: Sampled
    validation: Sampled


class Pipeline(Protocol):
    """The whole way from raw series to samples, joining, features, fitting and windows included; always the same.

    The rows of the fold are those of the pipeline's own table, after joining.
    """

    def __call__(self, sources: Sources, fold: Fold, /) -> FoldSamples: ...


@dataclass(frozen=True)
class Finding:
    """One leak.

    fold: None for a feature function by itself. column: the input that leaks, or `target`. row, day: of the own series,
    the origin of the first sample that leaks. ahead: it depends on rows at least so many later. text: all this in one
    sentence.
    """

    check: Check
    fold: int | None
    column: str
    row: int
    day: str
    ahead: int
    text: str
