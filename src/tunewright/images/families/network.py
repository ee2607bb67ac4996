"""A network of any family: what to build, for images of which shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tunewright.core.codec import Json
from tunewright.experiment.by_user import Factory
from tunewright.experiment.families import Spec
from tunewright.images.families.family import Family, Shape
from tunewright.images.families.known import FAMILIES

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Network:
    """A network for images of shape (channels, height, width) and so many classes."""

    spec: Spec
    shape: Shape
    classes: int

    @property
    def family(self) -> Family[Any]:
        return FAMILIES.named(self.spec.family)

    @property
    def call(self) -> str | None:
        """Where the user's function is that makes it; None where the family itself does."""
        return str(self.spec.as_dict()["call"]) if self.family.by_user else None

    def build(self) -> "nn.Module":
        """A new network with first weights from torch's global stream. Raises as the family's `build` does."""
        return self.family.build(self.spec, self.shape, self.classes)

    def as_dict(self) -> dict[str, Json]:
        return {"spec": self.spec.as_dict(), "shape": list(self.shape), "classes": self.classes}


def network_from_dict(values: Mapping[str, Any], factory: Factory | None = None) -> Network:
    """The inverse of `as_dict`. factory: of the user's own network. Raises BundleError where the family is not known
    or its function is missing."""
    spec = spec_from_dict(values["spec"], factory)
    channels, height, width = values["shape"]
    return Network(spec, (channels, height, width), values["classes"])


def spec_from_dict(values: Mapping[str, Any], factory: Factory | None = None) -> Spec:
    """The spec that `as_dict` wrote. Raises as `network_from_dict` does."""
    spec: Spec = FAMILIES.of_spec(values).read_spec(values, factory)
    return spec
