"""The generators that a user's own code draws from without a seed: set for each trial from its number."""

import random
import sys
import types
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np


def seed_everything(seed: int, function: Any) -> None:
    """Set the seeds of `random`, NumPy and torch, in this process. seed: of 32 bits.

    torch counts where it is loaded, or where the code of the function loads it.
    """
    random.seed(seed)
    np.random.seed(seed)
    code = getattr(function, "__code__", None)
    if "torch" in sys.modules or (code is not None and "torch" in _imports(code)):
        import_module("torch").manual_seed(seed)


def _imports(code: types.CodeType) -> Iterator[str]:
    """The names that the code uses, and the functions inside it."""
    yield from (name.partition(".")[0] for name in code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _imports(inner)
