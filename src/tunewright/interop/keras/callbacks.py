"""The user's callbacks: a fresh one for every trial, which writes where no other trial writes."""

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import keras

from tunewright.core.errors import ConfigError
from tunewright.core.words import told

_PATHS: Mapping[type, str] = MappingProxyType({
    keras.callbacks.BackupAndRestore: "backup_dir",
    keras.callbacks.CSVLogger: "filename",
    keras.callbacks.ModelCheckpoint: "filepath",
})  # fmt: skip
"""By kinds of callbacks that write, the attribute that says where. KerasTuner turns TensorBoard's by itself."""


def check_callbacks(callbacks: object) -> None:
    """Raise ConfigError where these cannot be had fresh for each trial."""
    if callbacks is None:
        return
    if not isinstance(callbacks, Sequence):
        raise ConfigError(f"callbacks: expected a list of callbacks, found {type(callbacks).__name__}")
    for number, one in enumerate(callbacks):
        try:
            copy.deepcopy(one)
        except Exception as error:  # of any kind: its own __deepcopy__ may raise what it likes
            raise ConfigError(
                f"callbacks[{number}]: {type(one).__name__} cannot be copied ({told(error)}), and every trial needs a "
                "fresh one; let it open what it holds in on_train_begin"
            ) from None


def fresh(callback: Any, trial: str) -> Any:
    """A copy for the trial of this name. What it writes lies in a folder of that name, beside where it would."""
    made = copy.deepcopy(callback)
    for kind, attribute in _PATHS.items():
        if isinstance(made, kind):
            path = Path(getattr(made, attribute))
            path = path.parent / f"trial_{trial}" / path.name
            path.parent.mkdir(parents=True, exist_ok=True)
            setattr(made, attribute, str(path))
    return made
