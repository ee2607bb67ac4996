"""`export` with a bundle of prices: raw features in, the forecast on its own scale out."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from tunewright.bundle.exporting import Exportable, Held
from tunewright.bundle.folder import BundleFolder
from tunewright.bundle.program import Program, samples
from tunewright.core.codec import Json
from tunewright.core.errors import ConfigError
from tunewright.core.threads import threads
from tunewright.prices.bundle.bundle import Bundle, maker_of, read_bundle
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.predicting import of_the_user
from tunewright.prices.preparation.names import Target
from tunewright.prices.preparation.prepare import FittedPreparation
from tunewright.prices.preparation.windows import Windows
from tunewright.prices.training.forecaster import Forecaster
from tunewright.prices.training.loop import predict

_FORECASTS: Mapping[Target, str] = {
    "log_return": "forecast of the close = last close * exp(log_return)",
    "close": "forecast of the close = close",
    "volatility": "forecast of the volatility = volatility",
}


def export(folder: BundleFolder, custom: Sequence[str]) -> Exportable:
    """The network with its scaling and the inverse of the target's, in double precision as `predict` has them; a file
    that the bundle holds as it is has neither. custom: the function that makes the network. Raises InputError."""
    factory, others = of_the_user(maker_of(folder), custom)
    if others:
        raise ConfigError(f"--custom: expected only the function that makes the network, found {others[0]}")
    bundle = read_bundle(folder, factory)
    family, preparation = FAMILIES.named(bundle.model.family), bundle.forecaster.preparation
    if family.packing is not None:
        held = Held(family.packing.file.rpartition(".")[2], folder.read(family.packing.file))
        return Exportable(held, family.label, _about(bundle, scaled=True))
    given = random_features(preparation)
    expected = _expected(bundle.forecaster, given)
    scale = preparation.target.scale[0] * (expected if preparation.spec.target == "volatility" else 1.0)
    program = Program(
        PriceProgram(bundle.forecaster).eval(),
        "features",
        preparation.spec.target,
        torch.from_numpy(given),
        expected,
        scale,
        unit="the target's scale",
        what="random windows",
    )
    return Exportable(program, family.label, _about(bundle, scaled=False))


class PriceProgram(nn.Module):
    """Features of shape (batch, time_step, features) in, float64 and unscaled; the target of shape (batch,) out,
    float64 and on its own scale: the log return, the close or the volatility."""

    inputs_centre: Tensor
    inputs_scale: Tensor
    target_centre: Tensor
    target_scale: Tensor

    def __init__(self, forecaster: Forecaster) -> None:
        super().__init__()
        fitted = forecaster.preparation
        self.network, self.lift, self.target = forecaster.model, fitted.lift, fitted.spec.target
        figures = {
            "inputs_centre": fitted.inputs.centre,
            "inputs_scale": fitted.inputs.scale,
            "target_centre": fitted.target.centre,
            "target_scale": fitted.target.scale,
        }
        for name, numbers in figures.items():
            self.register_buffer(name, torch.tensor(numbers, dtype=torch.float64))

    def forward(self, features: Tensor) -> Tensor:
        scaled = ((features - self.inputs_centre) / self.inputs_scale).float()
        value: Tensor = self.network(scaled.transpose(0, 1)).double() * self.target_scale + self.target_centre
        return self.lift * value.exp() if self.target == "volatility" else value


def random_features(preparation: FittedPreparation, seed: int = 0) -> npt.NDArray[np.float64]:
    """Windows of unscaled features, normal around their centres, of shape (windows, time_step, features)."""
    shape = (preparation.spec.time_step, len(preparation.spec.features))
    drawn = np.random.default_rng(seed).normal(size=(samples(shape), *shape))
    return preparation.inputs.invert(drawn)


def _expected(forecaster: Forecaster, features: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What the bundle makes of these windows, as `PriceProgram` has it."""
    fitted, (count, rows, columns) = forecaster.preparation, features.shape
    series = fitted.inputs.transform(features.reshape(-1, columns)).astype(np.float32)
    windows = Windows(series, np.arange(rows - 1, count * rows, rows), rows)
    with threads(1):
        forecasts = predict(forecaster.model, windows)
    if fitted.spec.target == "log_return":
        return fitted.target.invert(forecasts.astype(np.float64)[:, None])[:, 0]
    return fitted.to_original(forecasts, np.ones(count))


def _about(bundle: Bundle, *, scaled: bool) -> dict[str, Json]:
    """scaled: whether the file takes scaled windows and gives what is to be scaled back."""
    fitted = bundle.forecaster.preparation
    spec, target = fitted.spec, fitted.spec.target
    shape: list[Json] = ["batch", spec.time_step, len(spec.features)]
    before = "input = the features of each row, the newest last, unscaled"
    after = [_FORECASTS[target]]
    if scaled:
        before = (
            "input = (features - preparation.inputs.centre) / preparation.inputs.scale, as float32, the newest last"
        )
        value = "output * preparation.target.scale + preparation.target.centre"
        after = [f"{target} = {f'preparation.lift * exp({value})' if target == 'volatility' else value}", *after]
    return {
        "kind": "prices",
        "input": {"name": "features", "type": "float32" if scaled else "float64", "shape": shape},
        "output": {"name": target, "type": "float32" if scaled else "float64", "shape": ["batch"]},
        "features": list(spec.features),
        "steps": [before, *after],
        "network": bundle.model.as_dict(),
        "preparation": fitted.as_dict(),
        "close": bundle.close,
        "inputs": bundle.inputs.as_dict(),
        "provenance": dict(bundle.provenance),
    }
