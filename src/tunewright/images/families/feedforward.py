"""The feed-forward family: what a network reaches that does not know that pixels have neighbours."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import prod
from typing import Any, final

from torch import Tensor, nn

from tunewright.core.codec import Json
from tunewright.images.families.layers import ACTIVATIONS, ActivationName, check_names, initialise


@dataclass(frozen=True)
class FeedForwardSpec:
    """hidden: units of every hidden layer. batch_norm: after each of them. dropout: after each activation.

    Raises ValueError.
    """

    hidden: tuple[int, ...] = (1024, 512, 256)
    activation: ActivationName = "relu"
    batch_norm: bool = True
    dropout: float = 0.0

    def __post_init__(self) -> None:
        check_names(self, {"activation": tuple(ACTIVATIONS)})

    def as_dict(self) -> dict[str, Json]:
        return {"family": "feedforward", **asdict(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "FeedForwardSpec":
        given = {name: value for name, value in values.items() if name != "family"}
        return cls(**{**given, "hidden": tuple(given["hidden"])})


@final
class FeedForward(nn.Module):
    """Images of shape (batch, channels, height, width) in, scores of shape (batch, classes) out."""

    def __init__(self, spec: FeedForwardSpec, shape: tuple[int, int, int], classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Flatten()]
        for before, after in pairwise((prod(shape), *spec.hidden)):
            layers.append(nn.Linear(before, after, bias=not spec.batch_norm))
            layers += [nn.BatchNorm1d(after)] if spec.batch_norm else []
            layers += [ACTIVATIONS[spec.activation](), nn.Dropout(spec.dropout)]
        self.hidden = nn.Sequential(*layers)
        self.head = nn.Linear((prod(shape), *spec.hidden)[-1], classes)
        initialise(self)

    def forward(self, images: Tensor) -> Tensor:
        scores: Tensor = self.head(self.hidden(images))
        return scores
