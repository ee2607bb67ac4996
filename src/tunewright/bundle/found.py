"""Trained weights that a user names: of a bundle, or in a file of safetensors."""

from dataclasses import dataclass
from pathlib import Path

import safetensors

from tunewright.bundle.folder import WEIGHTS, BundleFolder, open_bundle
from tunewright.bundle.weights import WeightsError, check_finite, read_weights
from tunewright.core.errors import BundleError, ConfigError

_PICKLES = (b"PK\x03\x04", b"\x80")
"""How files begin that torch.save wrote, now and before."""


@dataclass(frozen=True, eq=False)
class FoundWeights:
    """A file of safetensors, checked. bundle: the one it is of; None of a file alone."""

    data: bytes
    bundle: BundleFolder | None


def find_weights(place: str, *, kind: str) -> FoundWeights | None:
    """The weights in the bundle (or the run folder around it) or the file of this name; None where nothing is there.

    kind: of which a bundle must be. Raises ConfigError where they are of no use.
    """
    path = Path(place)
    try:
        if path.is_dir():
            bundle = open_bundle(path)
            bundle.expect(kind)
            if WEIGHTS not in bundle.checksums:
                raise ConfigError(f"model.weights: {place} is of a Keras model, whose weights begin no other training")
            return _found(bundle.read(WEIGHTS), place, bundle)
        return _found(path.read_bytes(), place, None) if path.is_file() else None
    except BundleError as error:
        raise ConfigError(f"model.weights: {error}") from None
    except OSError as error:
        raise ConfigError(f"model.weights: {place} cannot be read: {error.strerror or error}") from None


def _found(data: bytes, place: str, bundle: BundleFolder | None) -> FoundWeights:
    if data.startswith(_PICKLES):
        raise ConfigError(
            f"model.weights: {place} is a pickle, which may run any code when it is read; expected .safetensors. Where "
            "you trust it: safetensors.torch.save_file(torch.load(FILE, weights_only=True), NEW)"
        )
    try:
        check_finite(read_weights(data))
    except WeightsError as error:
        raise ConfigError(f"model.weights: {place}: {error}") from None
    except (safetensors.SafetensorError, LookupError, TypeError, ValueError, RuntimeError) as error:
        told = str(error).splitlines()[0]
        raise ConfigError(f"model.weights: {place} holds no safetensors ({told}); give a file .safetensors") from None
    return FoundWeights(data, bundle)
