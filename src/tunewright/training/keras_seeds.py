"""What Keras and the libraries under it draw from, set from a generator."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
import torch

_SEEDS = 2**31 - 1


@contextmanager
def seeded(generator: torch.Generator) -> Iterator[None]:
    """While this holds, all that Keras draws goes on from the generator; afterwards, global streams are as before."""
    seed = int(torch.randint(_SEEDS, (), generator=generator))
    python, numpy = random.getstate(), np.random.get_state()
    with torch.random.fork_rng(devices=[]):
        keras.utils.set_random_seed(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)
