"""What a bundle holds, and its way to a folder and back.

    bundle/
      bundle.json           format, model, preparation, forecast errors, provenance
      weights.safetensors   the model's tensors
      context.json          the last raw rows, enough for one forecast
      checksums.json        SHA-256 of the three files above

A changed file is refused. The checksums guard against damage and careless edits; they are no signature.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import safetensors
from safetensors.torch import load, save

from tunewright.bundle.inputs import BundleInputs
from tunewright.core.codec import Json, dumps, file_digest, write_atomically
from tunewright.core.errors import BundleError, DataError
from tunewright.data.table import PriceTable
from tunewright.models.family import ModelSpec, empty_model, spec_from_dict
from tunewright.preparation.prepare import FittedPreparation, Preparation
from tunewright.preparation.scaling import FittedScaler
from tunewright.training.forecaster import Forecaster

FORMAT = 1
FILES = ("bundle.json", "weights.safetensors", "context.json")
_UNUSABLE = (
    *(AttributeError, LookupError, TypeError, ValueError, RuntimeError),
    *(DataError, safetensors.SafetensorError),
)


@dataclass(frozen=True)
class Bundle:
    """A forecaster that can be saved.

    errors: ln(actual / forecast) on the sealed test, sorted: where the intervals come from. context: the last raw
    rows that were known, at least as many as one forecast needs. close: which close to
    read, as in an experiment's data.close. provenance: where all this comes from, free JSON. inputs: other tickers and
    functions that a forecast needs.
    """

    forecaster: Forecaster
    model: ModelSpec
    errors: tuple[float, ...]
    context: PriceTable
    close: str
    provenance: Mapping[str, Json]
    inputs: BundleInputs = field(default_factory=BundleInputs)


def save_bundle(folder: Path, bundle: Bundle) -> None:
    """Write the bundle; the checksums come last, so a bundle that is only half there is refused."""
    folder.mkdir(parents=True, exist_ok=True)
    content: dict[str, Json] = {
        "format": FORMAT,
        "model": bundle.model.as_dict(),
        "preparation": bundle.forecaster.preparation.as_dict(),
        "errors": list(bundle.errors),
        "close": bundle.close,
        "inputs": bundle.inputs.as_dict(),
        "provenance": dict(bundle.provenance),
    }
    weights = {name: tensor.contiguous() for name, tensor in bundle.forecaster.model.state_dict().items()}
    write_atomically(folder / "bundle.json", dumps(content))
    write_atomically(folder / "weights.safetensors", save(weights))
    write_atomically(folder / "context.json", dumps(bundle.context.to_json()))
    write_atomically(folder / "checksums.json", dumps({name: file_digest(folder / name) for name in FILES}))


def load_bundle(folder: Path) -> Bundle:
    """Read a bundle (or the run folder around it). Raises BundleError where it is missing, changed, or newer."""
    folder = folder / "bundle" if (folder / "bundle" / "checksums.json").exists() else folder
    _verify(folder)
    content = _read_json(folder / "bundle.json")
    if not isinstance(content.get("format"), int) or content["format"] > FORMAT:
        raise BundleError(
            f"{folder} has bundle format {content.get('format')!r}, this version reads up to {FORMAT}: "
            "upgrade tunewright"
        )
    try:
        spec = spec_from_dict(content["model"])
        preparation = _preparation(content["preparation"])
        context = PriceTable.from_json(_read_json(folder / "context.json"))
        forecaster = Forecaster(preparation, _model(folder / "weights.safetensors", spec, preparation))
        errors = tuple(float(error) for error in content["errors"])
        inputs = BundleInputs.from_dict(content["inputs"])
        return Bundle(forecaster, spec, errors, context, str(content["close"]), content["provenance"], inputs)
    except _UNUSABLE as error:
        raise BundleError(f"{folder} is not a usable bundle: {str(error).splitlines()[0]}") from None


def _verify(folder: Path) -> None:
    if not (folder / "checksums.json").is_file():
        raise BundleError(
            f"{folder} is not a bundle: expected a folder with checksums.json (a finished run on prices has one; "
            "comparisons and functions make no bundle)"
        )
    checksums = _read_json(folder / "checksums.json")
    for name in FILES:
        if not (folder / name).is_file():
            raise BundleError(f"the bundle {folder} lacks {name}: copy it again, whole")
        if file_digest(folder / name) != checksums.get(name):
            raise BundleError(
                f"the bundle {folder} is refused: {name} is not the file that was saved (its SHA-256 differs); "
                "copy the bundle again from where it was made, or run the experiment again"
            )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BundleError(f"{path} cannot be read as JSON: {error}") from None
    if not isinstance(content, dict):
        raise BundleError(f"{path} is not part of a bundle: expected a JSON object")
    return content


def _model(path: Path, spec: ModelSpec, preparation: FittedPreparation) -> Any:
    model = empty_model(spec, time_step=preparation.spec.time_step, features=len(preparation.spec.features))
    model.load_state_dict(load(path.read_bytes()))
    return model


def _preparation(values: Mapping[str, Any]) -> FittedPreparation:
    spec = dict(values["spec"])
    spec["features"] = tuple(spec["features"])
    inputs, target = (
        FittedScaler(tuple(part["centre"]), tuple(part["scale"])) for part in (values["inputs"], values["target"])
    )
    lift = float(values.get("lift", 1.0))
    return FittedPreparation(Preparation(**cast("dict[str, Any]", spec)), inputs, target, lift)


def sorted_errors(
    actual: np.ndarray[Any, np.dtype[np.float64]], forecast: np.ndarray[Any, np.dtype[np.float64]]
) -> tuple[float, ...]:
    """ln(actual / forecast), ascending; forecasts at or below zero have no logarithm and are left out."""
    usable = forecast > 0
    return tuple(float(error) for error in np.sort(np.log(actual[usable] / forecast[usable])))
