"""What a bundle of a model of prices holds, and its way to a folder and back.

    bundle/
      bundle.json           format, model, preparation, forecast errors, provenance
      weights.safetensors   the model's tensors; model.keras for a model of Keras
      context.json          the last raw rows, enough for one forecast
      checksums.json        SHA-256 of the three files above

What is checked when it is read: see `tunewright.bundle.folder`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save
from torch import nn

from tunewright.bundle.folder import CONTENT, FORMAT, WEIGHTS, BundleFolder, open_bundle, write_bundle
from tunewright.bundle.refitted import Refit
from tunewright.bundle.weights import GENEROUS, SCANT, Frugal, check_finite, fill, read_weights
from tunewright.core.codec import Json, dumps
from tunewright.core.errors import BundleError
from tunewright.experiment.by_user import Factory
from tunewright.experiment.families import Spec
from tunewright.experiment.stored import stored
from tunewright.prices.bundle.content import PricesContent, read_context
from tunewright.prices.bundle.inputs import BundleInputs
from tunewright.prices.data.table import PriceTable
from tunewright.prices.families.family import Shape
from tunewright.prices.families.known import FAMILIES, read_spec
from tunewright.prices.preparation.prepare import FittedPreparation
from tunewright.prices.training.forecaster import Forecaster
from tunewright.statistics.matching import Prices

CONTEXT = "context.json"
_RIGHT_FUNCTION = "; give the function that made the network, as it was then, with --custom"
FILES = (CONTENT, WEIGHTS, CONTEXT)


@dataclass(frozen=True)
class Bundle:
    """A forecaster that can be saved.

    errors: ln(actual / forecast) on the sealed test, sorted: where the intervals come from. context: the last raw
    rows that were known, at least as many as one forecast needs. close: which close to
    read, as in an experiment's data.close. provenance: where all this comes from, free JSON. inputs: other tickers and
    functions that a forecast needs. refit: what is to be known of a model that was trained on the sealed test too; its
    errors are those of the one that was tested. scaled_errors: the errors in units of the spread known when each
    forecast was made (`spread_at`), sorted; None where there is none, as of volatilities.
    """

    forecaster: Forecaster
    model: Spec
    errors: tuple[float, ...]
    context: PriceTable
    close: str
    provenance: Mapping[str, Json]
    inputs: BundleInputs = field(default_factory=BundleInputs)
    refit: Refit | None = None
    scaled_errors: tuple[float, ...] | None = None

    @property
    def module(self) -> nn.Module:
        """The trained network: scaled windows of shape (time_step, batch, features) in, scaled forecasts out."""
        return self.forecaster.model


def save_bundle(folder: Path, bundle: Bundle) -> None:
    """Write the bundle. Raises RunFolderError where the folder cannot be written."""
    content: dict[str, Json] = {
        "format": FORMAT,
        "model": bundle.model.as_dict(),
        "preparation": bundle.forecaster.preparation.as_dict(),
        "errors": list(bundle.errors),
        "close": bundle.close,
        "inputs": bundle.inputs.as_dict(),
        "provenance": dict(bundle.provenance),
    }
    if bundle.scaled_errors is not None:
        content["scaled_errors"] = list(bundle.scaled_errors)
    if bundle.refit is not None:
        content["refit"] = bundle.refit.as_dict()
    file, data = _packed(bundle.model, bundle.forecaster.model)
    write_bundle(folder, {CONTENT: dumps(content), file: data, CONTEXT: dumps(bundle.context.to_json())})


def _packed(spec: Spec, model: nn.Module) -> tuple[str, bytes]:
    """The file that holds the trained model, and its bytes."""
    packing = FAMILIES.named(spec.family).packing
    if packing is not None:
        return packing.file, packing.pack(model)
    return WEIGHTS, save({name: tensor.contiguous() for name, tensor in model.state_dict().items()})


def load_bundle(folder: Path) -> Bundle:
    """Read a bundle (or the run folder around it). Raises BundleError where it is missing, changed, newer, or of
    images."""
    return read_bundle(open_bundle(folder))


def maker_of(folder: BundleFolder) -> str | None:
    """Where the function was that made the bundle's network; None where its family does. Raises BundleError."""
    folder.expect("prices")
    with folder.usable():
        model = stored(PricesContent, folder.content).model
        return str(model.get("call")) if FAMILIES.of_spec(model).by_user else None


def read_bundle(folder: BundleFolder, factory: Factory | None = None) -> Bundle:
    """The same from a folder that is open. factory: the function that makes the user's own network."""
    maker = maker_of(folder)
    if factory is not None and maker is None:
        raise BundleError(f"{folder.path} holds no network of the user's own: leave the function out")
    with folder.usable():
        content = stored(PricesContent, folder.content)
        spec = read_spec(content.model, factory)
        preparation = content.preparation.fitted()
        context = read_context(folder.read_json(CONTEXT))
        forecaster = Forecaster(preparation, _model(folder, spec, preparation, maker, factory))
        inputs = content.inputs.made()
        return Bundle(
            forecaster,
            spec,
            content.errors,
            context,
            content.close,
            content.provenance,
            inputs,
            content.refit,
            content.scaled_errors,
        )


def _model(
    folder: BundleFolder, spec: Spec, preparation: FittedPreparation, maker: str | None, factory: Factory | None
) -> nn.Module:
    shape = Shape(preparation.spec.time_step, len(preparation.spec.features), preparation.last_value())
    family = FAMILIES.named(spec.family)
    for misfit in family.misfits(spec, shape.time_step):
        raise ValueError(misfit.text)
    if family.packing is not None:
        return family.packing.unpack(folder.read(family.packing.file), shape, factory)
    weights = read_weights(folder.read(WEIGHTS))
    if maker is None:  # the user's own may keep what is no number, such as a mask
        check_finite(weights)
    with Frugal(weights, SCANT if maker is None else GENEROUS):
        model = family.build(spec, shape, torch.Generator())
    return fill(model, weights) if maker is None else fill(model, weights, maker=maker, remedy=_RIGHT_FUNCTION)


def sorted_errors(actual: Prices, forecast: Prices) -> tuple[float, ...]:
    """ln(actual / forecast), ascending; forecasts at or below zero have no logarithm and are left out."""
    usable = forecast > 0
    return tuple(float(error) for error in np.sort(np.log(actual[usable] / forecast[usable])))


def scaled_errors(actual: Prices, forecast: Prices, spread: Prices) -> tuple[float, ...]:
    """The same in units of the spread, ascending; days without a spread (NaN) are left out too."""
    usable = (forecast > 0) & np.isfinite(spread)
    errors = np.log(actual[usable] / forecast[usable]) / spread[usable]
    return tuple(float(error) for error in np.sort(errors))
