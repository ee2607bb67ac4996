"""The user's own networks: a function that makes a `torch.nn.Module`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, model_validator

from tunewright.core.codec import Json
from tunewright.core.errors import BundleError, ConfigError, TrialFailure
from tunewright.core.words import told
from tunewright.experiment.locating import locate
from tunewright.experiment.model import is_own
from tunewright.experiment.sections import Section
from tunewright.experiment.stored import Finite, Stored, stored
from tunewright.images.families.family import Factory, Family, Shape

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class CustomSpec:
    """call: where the function is. options: what it is called with. factory: the function itself, which is no part of
    what is saved."""

    family: ClassVar[str] = "custom"
    call: str
    options: Mapping[str, bool | int | float | str]
    factory: Factory = field(compare=False, repr=False)

    def as_dict(self) -> dict[str, Json]:
        return {"family": self.family, "call": self.call, "options": dict(self.options)}


class CustomSettings(Section):
    """call: "package.module:name" or "path/file.py:name". options: what the function is called with."""

    call: str | None = None
    options: dict[str, bool | int | float | str] = Field({})

    @model_validator(mode="after")
    def _check(self, info: ValidationInfo) -> "CustomSettings":
        if self.call is None and is_own(info):
            raise ValueError('family = "custom" and call = "file.py:function" go together')
        return self

    def spec(self) -> CustomSpec:
        """Raises ConfigError where the user's function cannot be loaded."""
        assert self.call is not None, "checked"
        return CustomSpec(self.call, self.options, locate(self.call).function)


class _Told(Stored):
    """A spec as it is written."""

    family: Literal["custom"]
    call: str
    options: dict[str, bool | int | Finite | str]


def _read_spec(values: Mapping[str, Any], factory: Factory | None) -> CustomSpec:
    if factory is None:
        raise BundleError(
            f"this network was made by {values.get('call')}, which the bundle does not hold; give it with --custom"
        )
    told = stored(_Told, values)
    return CustomSpec(told.call, told.options, factory)


def _build(spec: CustomSpec, shape: Shape, classes: int) -> "nn.Module":
    """Raises TrialFailure where the function fails, ConfigError where it makes something else."""
    import torch
    from torch import nn
    from torch.nn.parameter import UninitializedParameter

    try:
        made: Any = spec.factory(shape, classes, **spec.options)
    except Exception as error:
        raise TrialFailure(f"{spec.call} failed with {dict(spec.options)}: {told(error)}") from error
    if not isinstance(made, nn.Module):
        raise ConfigError(f"{spec.call} must return a torch.nn.Module, found {type(made).__name__}")
    if any(isinstance(one, UninitializedParameter) for one in made.parameters()):
        with torch.no_grad():  # lazy layers learn their sizes from what they see first
            made.eval()(torch.zeros(1, *shape))
        made.train()
    return made


FAMILY = Family(
    "custom", "network", CustomSettings, _read_spec, _build, fixed=frozenset({"call", "options"}), by_user=True
)
