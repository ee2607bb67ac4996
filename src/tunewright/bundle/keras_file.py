"""The .keras file of a bundle: written, and read without running anything that stands in it.

A bundle may come from a stranger. So its file holds what Keras's own layers are made of and nothing else: no `Lambda`,
no class that is imported because the archive says so, and no more numbers than its weights have.
"""

import io
import json
import math
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py
import keras
from torch import nn

from tunewright.core.errors import ConfigError
from tunewright.core.words import one_line, told
from tunewright.experiment.by_user import Factory
from tunewright.training.keras_module import KerasModule

_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
_TRAINED = "compile_config"
_FILES = frozenset({_CONFIG, _WEIGHTS, "metadata.json"})
_CODE = frozenset({"Lambda", "__lambda__", "TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer"})
"""Classes that hold code of somebody's, or run what an archive says."""

_OF_KERAS = (
    *("activations", "constraints", "dtype_policies", "initializers", "layers", "losses", "metrics", "models", "ops"),
    *("optimizers", "quantizers", "random", "regularizers"),
    *("src.dtype_policies", "src.layers", "src.models", "src.ops"),
)
_MODULES = tuple(f"keras.{name}" for name in _OF_KERAS)
"""Where Keras's own parts of a model stand."""

_MORE = 2**16
"""Numbers that a model may have beside its saved ones: states of random generators."""

_LARGEST = 2**33


def pack(module: nn.Module) -> bytes:
    """A module's Keras model as a .keras file, which may be trained further; one that was read is written as it was."""
    assert isinstance(module, KerasModule), "of a family of Keras's"
    if module.file is not None:
        return module.file
    model = module.model
    if model.optimizer is not None and not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


def model_of(data: bytes, build: Factory | None) -> Any:
    """The model of a .keras file, for forecasts: it is not compiled. build: the user's function, whose file may define
    layers. Raises ValueError."""
    own = classes_beside(build)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            config = _read(archive)
            _check_parts(config, own.values())
            _check_size(config, archive, own)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, KeyError) as error:
        raise ValueError(f"model.keras is no file of Keras: {told(error)}") from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(data)
        try:
            return keras.saving.load_model(path, custom_objects=own, compile=False, safe_mode=True)
        except Exception as error:  # Keras, h5py and the backend raise what they like
            raise ValueError(f"model.keras cannot be loaded: {told(error)}") from None


def check_held(module: nn.Module, build: Factory, *, name: str) -> None:
    """Raise ConfigError where no bundle could hold this module. name: of the function that made it, for the message."""
    assert isinstance(module, KerasModule), "of a family of Keras's"
    try:
        _check_parts(keras.saving.serialize_keras_object(module.model), classes_beside(build).values())
    except ValueError as error:
        raise ConfigError(f"{name}: {error}") from None


def _check_parts(config: Any, own: Iterable[type]) -> None:
    """Raise ValueError where a model has a part that a bundle does not hold. own: classes of the user's."""
    known = {one.__name__ for one in own}
    for part in _parts(config):
        name, module = str(part.get("class_name")), part.get("module")
        if name in _CODE:
            raise ValueError(
                f"the model has a layer {name}, which is code and not data, so no bundle holds it; write it with "
                "Keras's layers, or as a layer class of your own in the same file"
            )
        if module is None or name in known or str(part.get("registered_name")).rpartition(">")[2] in known:
            continue
        if module not in ("builtins", "keras") and not str(module).startswith(_MODULES):
            raise ValueError(
                f"the model has a part {one_line(name)} of {one_line(str(module))}, which is not Keras's own"
            )


def _read(archive: zipfile.ZipFile) -> Any:
    sizes = {one.filename: one.file_size for one in archive.infolist()}
    if not {_CONFIG, _WEIGHTS} <= sizes.keys() <= _FILES:
        raise ValueError(
            f"model.keras holds {', '.join(sorted(map(one_line, sizes)))}; expected {', '.join(sorted(_FILES))}"
        )
    packed = sum(one.compress_size for one in archive.infolist())
    if sum(sizes.values()) > max(2**26, 100 * packed) or sum(sizes.values()) > _LARGEST:
        raise ValueError("model.keras would unpack to far more than it is; get it from where it was made")
    return json.loads(archive.read(_CONFIG))


def _check_size(config: Any, archive: zipfile.ZipFile, own: Mapping[str, type]) -> None:
    """Raise ValueError where the model would be larger than its weights."""
    if keras.backend.backend() != "torch":  # others have no tensors without memory
        return
    with h5py.File(io.BytesIO(archive.read(_WEIGHTS)), "r") as weights:
        saved = _numbers(weights)
    architecture = {name: one for name, one in config.items() if name != _TRAINED}
    with keras.device("meta"):
        model = keras.saving.deserialize_keras_object(architecture, custom_objects=own, safe_mode=True)
    if sum(math.prod(one.shape) for one in model.variables) > saved + _MORE:
        raise ValueError("it describes a model that is larger than its weights are; get it from where it was made")


def _numbers(group: Any) -> int:
    total = 0

    def count(name: str, item: Any) -> None:
        nonlocal total
        total += item.size if isinstance(item, h5py.Dataset) else 0

    group.visititems(count)
    return total


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    """All that a configuration says is of some class."""
    if isinstance(value, dict):
        if "class_name" in value:
            yield value
        for name, one in value.items():
            if name != _TRAINED:  # of how it was trained, which forecasts do not read
                yield from _parts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _parts(one)


def classes_beside(build: Factory | None) -> dict[str, type]:
    """Layers and other parts of Keras's kinds that the file of the user's function defines, by their names."""
    names = getattr(getattr(build, "__func__", build), "__globals__", {})
    return {
        name: one
        for name, one in names.items()
        if isinstance(one, type) and hasattr(one, "from_config") and not one.__module__.startswith("keras")
    }
