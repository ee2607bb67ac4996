"""Learning rates over a training, as a share of the highest one."""

import math
from typing import Literal

ScheduleName = Literal["one_cycle", "cosine", "constant"]


def rate(schedule: ScheduleName, progress: float, *, warmup: float) -> float:
    """The share of the highest learning rate at `progress`, from 0 (the first step) to below 1.

    warmup: the share of the training in which the rate rises from zero in a straight line, whatever follows:
    `one_cycle` falls to zero in a straight line (Smith & Topin 2018), `cosine` along half a cosine (Loshchilov & Hutter
    2017), `constant` stays.
    """
    if progress < warmup:
        return progress / warmup
    left = (1 - progress) / (1 - warmup)
    if schedule == "one_cycle":
        return left
    return 0.5 * (1 - math.cos(math.pi * left)) if schedule == "cosine" else 1.0


def ends_low(schedule: ScheduleName) -> bool:
    """Whether the last epoch is the one to keep, as the rate has come down to zero by then."""
    return schedule != "constant"
