"""Functions to minimize, in a module of their own so that workers can load them."""

import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np


def bowl(params: dict[str, Any]) -> float:
    time.sleep(0.001 * (params["x"] % 1))
    return float(params["x"] ** 2 + params["y"] ** 2)


def slow_descent(params: dict[str, Any], report: Callable[[int, float], None]) -> float:
    for epoch in range(1, 6):
        report(epoch, bowl(params) + 1 / epoch)
    return bowl(params)


def pair(params: dict[str, Any]) -> tuple[float, float]:
    return float(params["x"]) ** 2, (float(params["x"]) - 2) ** 2 + float(params["y"]) ** 2


def fussy(params: dict[str, Any]) -> float:
    if params["x"] < 0:
        raise ValueError("no negative numbers, please")
    return bowl(params)


def careless(params: dict[str, Any]) -> float:
    """Draws without a seed, from torch that is imported late."""
    import torch

    return float(params["x"]) + random.random() + float(np.random.rand()) + float(torch.rand(()))


NUMBER = 3
