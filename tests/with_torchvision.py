"""torchvision for tests, where it was built for a torch that computes elsewhere, too."""

from functools import cache
from importlib import import_module
from typing import Any

import pytest
import torch


@cache
def torchvision_models() -> Any:
    """Its models. Where it cannot be loaded beside this torch its operators for boxes, which no classifier uses, are
    declared without it, in this process; where it is not there, the test is skipped."""
    operators = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    _KEPT.append(operators)
    try:
        return import_module("torchvision.models")
    except ModuleNotFoundError:
        pytest.skip("torchvision is not installed")
    except RuntimeError:
        for name in ("nms", "qnms"):
            operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")  # type: ignore[no-untyped-call]
        return import_module("torchvision.models")


_KEPT: list[Any] = []
"""What is declared holds as long as what declared it."""
