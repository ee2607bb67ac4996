"""Whether Keras is there, and on which backend it computes where nobody has said so."""

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from tunewright.core.words import not_installed


def ready() -> None:
    """See that Keras 3 and KerasTuner can be imported. Raises ModuleNotFoundError."""
    for name, title in (("keras", "Keras 3"), ("keras_tuner", "KerasTuner")):
        if find_spec(name) is None:
            raise ModuleNotFoundError(not_installed(title, extra="keras"), name=name)
    choose_backend()


def choose_backend() -> None:
    """Let Keras compute on PyTorch where the user's own backend is not installed. Before anything imports Keras."""
    if "keras" not in sys.modules and "KERAS_BACKEND" not in os.environ and find_spec(_configured()) is None:
        os.environ["KERAS_BACKEND"] = "torch"


def _configured() -> str:
    """The backend of the user's own settings: Keras writes them down with TensorFlow where nobody has chosen."""
    home = Path(os.environ.get("KERAS_HOME") or Path("~").expanduser() / ".keras")
    try:
        found = json.loads((home / "keras.json").read_text(encoding="utf-8"))["backend"]
    except (OSError, ValueError, LookupError, TypeError):
        return "tensorflow"
    return str(found)
