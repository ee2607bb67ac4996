"""What a trial costs, where it is searched for beside the score."""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import nn


SecondObjectiveName = Literal["parameters", "seconds_per_epoch"]


def cost(asked: SecondObjectiveName | None, model: "nn.Module", *, seconds_per_epoch: float) -> float | None:
    """The second objective of a trained model, lower is better; None where none is asked for."""
    match asked:
        case "parameters":
            from tunewright.training.size import parameter_count

            return float(parameter_count(model))
        case "seconds_per_epoch":
            return seconds_per_epoch
        case None:
            return None
