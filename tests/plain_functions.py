"""Functions to minimize, in a module of their own so that workers can load them."""

import time
from collections.abc import Callable
from typing import Any


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


NUMBER = 3
