"""The classifiers of torchvision by their names, with the weights that it has for them (extra `vision`)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from tunewright.core.codec import Json
from tunewright.core.plugins import later
from tunewright.experiment.sections import Section
from tunewright.experiment.stored import read_spec
from tunewright.images.families.family import Family, Named, Shape

if TYPE_CHECKING:
    from torch import nn

Side = Annotated[int, Field(ge=8, le=4096)]


@dataclass(frozen=True)
class TorchvisionSpec:
    """architecture: as torchvision names it. input_size: height and width to which images are resized on their way into
    the network; None leaves them."""

    family: ClassVar[str] = "torchvision"
    architecture: Annotated[str, Field(min_length=1)]
    input_size: Side | None = None

    def as_dict(self) -> dict[str, Json]:
        return {"family": self.family, **asdict(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "TorchvisionSpec":
        """The inverse of `as_dict`. Raises ValueError."""
        return read_spec(cls, values)


class TorchvisionSettings(Section):
    """architecture: any classifier of torchvision. input_size: height and width to which images are resized on their
    way into the network; without it as the named weights want them, else as they are."""

    architecture: str = Field("resnet18", min_length=1)
    input_size: Side | None = None

    def spec(self) -> TorchvisionSpec:
        return TorchvisionSpec(self.architecture, self.input_size)


def _build(spec: TorchvisionSpec, shape: Shape, classes: int) -> "nn.Module":
    """Raises ConfigError where torchvision is missing or does not know it."""
    from tunewright.images.networks.vision import classifier

    return classifier(spec, shape, classes)


FAMILY = Family(
    "torchvision",
    "torchvision classifier",
    TorchvisionSettings,
    read_spec=lambda values, factory: TorchvisionSpec.from_dict(values),
    build=_build,
    asking=frozenset({"input_size", "architecture"}),
    weights=Named(lambda spec: spec.architecture, later("tunewright.images.networks.vision:trained")),
)
