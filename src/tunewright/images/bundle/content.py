"""What bundle.json of a bundle of images must say."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from tunewright.bundle.refitted import Refit
from tunewright.experiment.stored import Stored
from tunewright.images.data.names import ColourName
from tunewright.images.preparation.normalise import Normalisation

Side = Annotated[int, Field(ge=1, le=4096)]
Level = Annotated[float, Field(ge=0, le=1)]
Spread = Annotated[float, Field(gt=0, le=1)]


class NetworkContent(Stored):
    """shape: (channels, height, width) of an image. spec: what its family reads, by a form of its own."""

    spec: dict[str, Any]
    shape: tuple[Annotated[int, Field(ge=1, le=64)], Side, Side]
    classes: int = Field(ge=1, le=1_000_000)


class NormalisationContent(Stored):
    mean: tuple[Level, ...]
    std: tuple[Spread, ...]

    def made(self) -> Normalisation:
        return Normalisation(self.mean, self.std)


class ImagesContent(Stored):
    format: Literal[1]
    kind: Literal["images"]
    network: NetworkContent
    normalisation: NormalisationContent
    mirror: bool
    classes: tuple[str, ...]
    provenance: dict[str, Any]
    colour: ColourName | None = None
    refit: Refit | None = None

    @model_validator(mode="after")
    def _check(self) -> "ImagesContent":
        if len(set(self.classes)) < len(self.classes):
            raise ValueError("expected classes of different names")
        return self
