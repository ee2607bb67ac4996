"""How large a network is, and how much it computes for one image."""

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


def forward_mflops(model: nn.Module, shape: tuple[int, int, int]) -> float:
    """Millions of floating point operations of products and convolutions for one image, a multiply-add as two."""
    device = next((parameter.device for parameter in model.parameters()), torch.device("cpu"))
    training = model.training
    with torch.no_grad(), FlopCounterMode(display=False) as counted:
        model.eval()(torch.zeros(1, *shape, device=device))
    model.train(training)
    return float(counted.get_total_flops()) / 1e6


def parameter_count(model: nn.Module) -> int:
    """Number of trainable scalars."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
