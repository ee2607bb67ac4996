"""One step of all members' optimizers at once, as `make_optimizer` defines each: a rule is a row of coefficients."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from tunewright.prices.training.training import Training


@dataclass(frozen=True, eq=False)
class Rules:
    """Columns of shape (members, 1), of each member's own rule. learning_rate and fading of the means are float64, as
    torch counts in Python's numbers: first and second are those of gradients and of their squares.

    squared: whether steps are divided by the root of the mean square. corrected: whether means are held to be short of
    what they will be. l2: of weight decay by the gradient; decay: by the weights themselves.
    """

    learning_rate: Tensor
    first: Tensor
    second: Tensor
    epsilon: Tensor
    squared: Tensor
    corrected: Tensor
    l2: Tensor
    decay: Tensor

    @classmethod
    def of(cls, trainings: Sequence[Training], device: torch.device) -> "Rules":
        names = [one.optimizer for one in trainings]
        adam = [name in ("adam", "adamw") for name in names]
        columns: tuple[Sequence[float | bool], ...] = (
            [one.learning_rate for one in trainings],
            [0.9 if it else 0.0 for it in adam],
            [0.999 if it else 0.9 for it in adam],
            [1e-8 if it else 1e-7 for it in adam],
            [name != "sgd" for name in names],
            adam,
            [0.0 if one.optimizer == "adamw" else one.weight_decay for one in trainings],
            [one.weight_decay if one.optimizer == "adamw" else 0.0 for one in trainings],
        )
        return cls(*(_column(column, device) for column in columns))

    def take(self, rows: Tensor) -> "Rules":
        return Rules(*(getattr(self, one.name)[rows] for one in fields(self)))


def update(by: Rules, parameters: Tensor, gradient: Tensor, *, first: Tensor, second: Tensor, steps: Tensor) -> None:
    """Take a step: `parameters` and the means `first` and `second` change, all of shape (members, numbers).

    steps: of shape (members,), batches trained, with this one.
    """
    single, times = parameters.dtype, steps[:, None].double()
    gradient = gradient + by.l2.to(single) * parameters
    first.mul_(by.first.to(single)).addcmul_(gradient, (1 - by.first).to(single).expand_as(gradient))
    second.mul_(by.second.to(single)).addcmul_(gradient * gradient, (1 - by.second).to(single).expand_as(gradient))
    short_first = torch.where(by.corrected, 1 - by.first**times, 1.0)
    short_second = torch.where(by.corrected, 1 - by.second**times, 1.0)
    divisor = second.sqrt().div_(short_second.sqrt().to(single)).add_(by.epsilon.to(single))
    change = torch.where(by.squared, first / divisor, first)
    parameters.mul_((1 - by.learning_rate * by.decay).to(single))
    parameters.sub_((by.learning_rate / short_first).to(single) * change)


def _column(values: Sequence[float | bool], device: torch.device) -> Tensor:
    kind = torch.bool if isinstance(values[0], bool) else torch.float64
    return torch.tensor(values, dtype=kind, device=device)[:, None]
