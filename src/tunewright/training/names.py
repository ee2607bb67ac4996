"""Names of what a training may be done with; no torch is needed to read them."""

from typing import Literal

OptimizerName = Literal["adam", "adamw", "rmsprop", "sgd"]
