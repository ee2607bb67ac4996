"""The user's own networks: a function that makes a `torch.nn.Module`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import torch
from torch import nn
from torch.nn.parameter import UninitializedParameter

from tunewright.core.codec import Json
from tunewright.core.errors import ConfigError, TrialFailure

Factory: TypeAlias = Callable[..., nn.Module]
"""`factory(shape, classes, **options)`: shape is (channels, height, width) of an image, the options are the user's."""


@dataclass(frozen=True)
class CustomSpec:
    """call: where the function is. options: what it is called with. factory: the function itself, which is no part of
    what is saved."""

    call: str
    options: Mapping[str, bool | int | float | str]
    factory: Factory = field(compare=False, repr=False)

    def as_dict(self) -> dict[str, Json]:
        return {"family": "custom", "call": self.call, "options": dict(self.options)}

    def build(self, shape: tuple[int, int, int], classes: int) -> nn.Module:
        """Raises TrialFailure where the function fails, ConfigError where it makes something else."""
        try:
            made: Any = self.factory(shape, classes, **self.options)
        except Exception as error:
            told = " ".join(f"{type(error).__name__}: {error}".split())
            raise TrialFailure(f"{self.call} failed with {dict(self.options)}: {told}") from error
        if not isinstance(made, nn.Module):
            raise ConfigError(f"{self.call} must return a torch.nn.Module, found {type(made).__name__}")
        if any(isinstance(one, UninitializedParameter) for one in made.parameters()):
            with torch.no_grad():  # lazy layers learn their sizes from what they see first
                made.eval()(torch.zeros(1, *shape))
            made.train()
        return made
