"""The user's own networks: a function that makes a `torch.nn.Module` for windows of prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, model_validator

from tunewright.core.codec import Json
from tunewright.experiment.by_user import CustomSpec, Factory, Options, StoredOptions, check_call, given
from tunewright.experiment.locating import locate
from tunewright.experiment.sections import Section
from tunewright.experiment.stored import Stored, stored
from tunewright.prices.families.family import Family, Shape

if TYPE_CHECKING:
    import torch
    from torch import nn


@dataclass(frozen=True)
class WindowSpec:
    """maker: what makes the network. batch_first: whether it takes windows of shape (batch, time_step, features),
    rather than (time_step, batch, features)."""

    family: ClassVar[str] = "custom"
    maker: CustomSpec
    batch_first: bool

    def as_dict(self) -> dict[str, Json]:
        return {**self.maker.as_dict(), "batch_first": self.batch_first}


class CustomSettings(Section):
    """call: "package.module:name" or "path/file.py:name". options: what the function is called with. batch_first: as
    of the spec."""

    call: str | None = None
    options: Options = Field({})
    batch_first: bool = True

    @model_validator(mode="after")
    def _check(self, info: ValidationInfo) -> "CustomSettings":
        check_call(self.call, info)
        return self

    def spec(self) -> WindowSpec:
        """Raises ConfigError where the user's function cannot be loaded."""
        assert self.call is not None, "checked"
        return WindowSpec(CustomSpec(self.call, self.options, locate(self.call).function), self.batch_first)


class _Told(Stored):
    """A spec as it is written."""

    family: Literal["custom"]
    call: str
    options: StoredOptions
    batch_first: bool


def _read_spec(values: Mapping[str, Any], factory: Factory | None) -> WindowSpec:
    factory, told = given(factory, values), stored(_Told, values)
    return WindowSpec(CustomSpec(told.call, told.options, factory), told.batch_first)


def _build(spec: WindowSpec, shape: Shape, generator: "torch.Generator") -> "nn.Module":
    """Raises TrialFailure where the function fails, ConfigError where it makes something else."""
    from torch import nn

    from tunewright.prices.networks.custom import Custom, drawing

    windows = (shape.time_step, shape.features)
    with drawing(generator):
        return Custom(spec.maker.make(nn.Module, windows), windows, name=spec.maker.call, batch_first=spec.batch_first)


FAMILY = Family(
    "custom",
    "network",
    CustomSettings,
    _read_spec,
    _build,
    fixed=frozenset({"call", "options", "batch_first"}),
    by_user=True,
)
