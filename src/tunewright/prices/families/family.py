"""The families by name: specs that say what to build, and modules rebuilt from a spec to take saved weights."""

from collections.abc import Mapping
from typing import TypeAlias

import torch

from tunewright.core.codec import Json
from tunewright.core.errors import BundleError
from tunewright.prices.families.lstm import LSTM, LSTMSpec
from tunewright.prices.families.ridge import Ridge, RidgeSpec

ModelSpec: TypeAlias = LSTMSpec | RidgeSpec
Model: TypeAlias = LSTM | Ridge


def spec_from_dict(values: Mapping[str, Json]) -> ModelSpec:
    """The spec that `as_dict` wrote. Raises BundleError for a family that this version does not know."""
    if values.get("family") == "lstm":
        return LSTMSpec.from_dict(values)
    if values.get("family") == "ridge":
        return RidgeSpec.from_dict(values)
    raise BundleError(f"unknown model family {values.get('family')!r}; this version knows lstm and ridge")


def empty_model(spec: ModelSpec, *, time_step: int, features: int) -> Model:
    """A module of the spec's shape, to be filled with saved weights."""
    if isinstance(spec, LSTMSpec):
        return LSTM(spec, features, torch.Generator())
    return Ridge(time_step, features)
