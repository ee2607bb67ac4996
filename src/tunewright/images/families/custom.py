"""The user's own networks: a function that makes a `torch.nn.Module`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationInfo, model_validator

from tunewright.experiment.by_user import CustomSpec, Factory, Options, StoredOptions, check_call, given
from tunewright.experiment.locating import locate
from tunewright.experiment.sections import Section
from tunewright.experiment.stored import Stored, stored
from tunewright.images.families.family import Family, Shape

if TYPE_CHECKING:
    from torch import nn


class CustomSettings(Section):
    """call: "package.module:name" or "path/file.py:name". options: what the function is called with."""

    call: str | None = None
    options: Options = Field({})

    @model_validator(mode="after")
    def _check(self, info: ValidationInfo) -> "CustomSettings":
        check_call(self.call, info)
        return self

    def spec(self) -> CustomSpec:
        """Raises ConfigError where the user's function cannot be loaded."""
        assert self.call is not None, "checked"
        return CustomSpec(self.call, self.options, locate(self.call).function)


class _Told(Stored):
    """A spec as it is written."""

    family: Literal["custom"]
    call: str
    options: StoredOptions


def _read_spec(values: Mapping[str, Any], factory: Factory | None) -> CustomSpec:
    factory, told = given(factory, values), stored(_Told, values)
    return CustomSpec(told.call, told.options, factory)


def _build(spec: CustomSpec, shape: Shape, classes: int) -> "nn.Module":
    """Raises TrialFailure where the function fails, ConfigError where it makes something else."""
    import torch
    from torch import nn
    from torch.nn.parameter import UninitializedParameter

    made = spec.make(nn.Module, shape, classes)
    if any(isinstance(one, UninitializedParameter) for one in made.parameters()):
        with torch.no_grad():  # lazy layers learn their sizes from what they see first
            made.eval()(torch.zeros(1, *shape))
        made.train()
    return made


FAMILY = Family(
    "custom", "network", CustomSettings, _read_spec, _build, fixed=frozenset({"call", "options"}), by_user=True
)
