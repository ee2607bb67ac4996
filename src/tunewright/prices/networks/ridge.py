"""Ridge regression as a module, solved in closed form."""

from typing import TYPE_CHECKING, final

import numpy as np
import torch
from sklearn.linear_model import RidgeCV
from torch import Tensor, nn

from tunewright.prices.networks.layers import flattened, linear_from_zero
from tunewright.prices.preparation.windows import Samples

if TYPE_CHECKING:
    from tunewright.prices.families.ridge import RidgeSpec


PENALTIES = tuple(float(penalty) for penalty in np.logspace(-1, 5, 13))


@final
class Ridge(nn.Module):
    """Windows of shape (time_step, batch, features) in, one forecast each of shape (batch,) out."""

    def __init__(self, time_step: int, features: int) -> None:
        super().__init__()
        self.linear = linear_from_zero(time_step * features)

    def forward(self, windows: Tensor, dropout: torch.Generator | None = None) -> Tensor:
        """`dropout` is there for the families' common signature; a linear model has none."""
        forecast: Tensor = self.linear(flattened(windows))
        return forecast[:, 0]


def fit_ridge(samples: Samples, spec: "RidgeSpec") -> Ridge:
    """Solve for the weights on the training samples."""
    penalties = list(PENALTIES) if spec.penalty is None else [spec.penalty]
    windows = samples.windows
    solved = RidgeCV(alphas=penalties).fit(windows.flattened().astype(np.float64), samples.targets.astype(np.float64))
    model = Ridge(windows.time_step, windows.features)
    with torch.no_grad():
        model.linear.weight.copy_(torch.from_numpy(np.atleast_2d(solved.coef_)))
        model.linear.bias.fill_(float(solved.intercept_))
    return model
