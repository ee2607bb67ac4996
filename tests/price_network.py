"""A network of a user's own for windows of prices."""

from torch import nn


def flat(shape: tuple[int, int], *, width: int = 3) -> nn.Module:
    time_step, features = shape
    return nn.Sequential(nn.Flatten(), nn.Linear(time_step * features, width), nn.Dropout(0.2), nn.Linear(width, 1))
