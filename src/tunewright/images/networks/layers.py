"""What the image families share: activations by name, and how their first weights are drawn."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from torch import nn

ACTIVATIONS: Mapping[str, Callable[[], nn.Module]] = MappingProxyType(
    {
        "relu": lambda: nn.ReLU(inplace=True),
        "leaky_relu": lambda: nn.LeakyReLU(0.1, inplace=True),
        "gelu": nn.GELU,
        "silu": lambda: nn.SiLU(inplace=True),
    }
)


def initialise(model: nn.Module) -> None:
    """He-normal weights (He et al. 2015) in convolutions and hidden layers, zero biases, from torch's global stream."""
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, mode="fan_out" if isinstance(module, nn.Conv2d) else "fan_in")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
