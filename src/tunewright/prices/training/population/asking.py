"""Whether prices are to train on a GPU: the environment says so, and nothing is loaded to ask it."""

import os

from tunewright.core.errors import ConfigError
from tunewright.trials.together import Together

ASKED = "TUNEWRIGHT_GPU"


def on_gpu() -> Together | None:
    """What trainings on the GPU of this machine share; None where nobody asked for it. Raises ConfigError where there
    is none."""
    if os.environ.get(ASKED) != "1":
        return None
    import torch

    from tunewright.prices.training.population.gathering import Gathering

    if not torch.cuda.is_available():
        raise ConfigError(f"{ASKED}=1, but PyTorch finds no CUDA GPU here; unset {ASKED} to train on the processor")
    return Gathering("cuda")
