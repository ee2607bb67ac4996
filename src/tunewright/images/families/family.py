"""The image families by name: specs that say what to build, and networks rebuilt from a spec to take saved weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from torch import nn

from tunewright.core.codec import Json
from tunewright.core.errors import BundleError
from tunewright.images.families.cnn import CNN, CNNSpec
from tunewright.images.families.custom import CustomSpec, Factory
from tunewright.images.families.feedforward import FeedForward, FeedForwardSpec

ImageSpec: TypeAlias = CNNSpec | FeedForwardSpec | CustomSpec


@dataclass(frozen=True)
class Network:
    """A network for images of shape (channels, height, width) and so many classes."""

    spec: ImageSpec
    shape: tuple[int, int, int]
    classes: int

    def build(self) -> nn.Module:
        """A new network with first weights from torch's global stream. Raises as `CustomSpec.build` does."""
        if isinstance(self.spec, CNNSpec):
            return CNN(self.spec, self.shape, self.classes)
        if isinstance(self.spec, FeedForwardSpec):
            return FeedForward(self.spec, self.shape, self.classes)
        return self.spec.build(self.shape, self.classes)

    def as_dict(self) -> dict[str, Json]:
        return {"spec": self.spec.as_dict(), "shape": list(self.shape), "classes": self.classes}


def network_from_dict(values: Mapping[str, Any], factory: Factory | None = None) -> Network:
    """The inverse of `as_dict`. factory: of the user's own network. Raises BundleError where the family is not known
    or its function is missing."""
    spec = image_spec_from_dict(values["spec"], factory)
    channels, height, width = values["shape"]
    return Network(spec, (channels, height, width), values["classes"])


def image_spec_from_dict(values: Mapping[str, Any], factory: Factory | None = None) -> ImageSpec:
    match values.get("family"):
        case "cnn":
            return CNNSpec.from_dict(values)
        case "feedforward":
            return FeedForwardSpec.from_dict(values)
        case "custom" if factory is not None:
            return CustomSpec(values["call"], values["options"], factory)
        case "custom":
            raise BundleError(
                f"this network was made by {values['call']}, which the bundle does not hold; give it with --custom"
            )
    raise BundleError(f"unknown family {values.get('family')!r}; this version knows cnn, feedforward and custom")
