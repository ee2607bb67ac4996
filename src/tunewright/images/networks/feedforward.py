"""The feed-forward family as a module."""

from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, final

from torch import Tensor, nn

from tunewright.images.networks.layers import ACTIVATIONS, initialise

if TYPE_CHECKING:
    from tunewright.images.families.feedforward import FeedForwardSpec


@final
class FeedForward(nn.Module):
    """Images of shape (batch, channels, height, width) in, scores of shape (batch, classes) out."""

    def __init__(self, spec: "FeedForwardSpec", shape: tuple[int, int, int], classes: int) -> None:
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
