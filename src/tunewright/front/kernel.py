"""What the kernel of a notebook asks for."""

import warnings
from importlib import import_module

from tunewright.core.notebook import in_notebook


def load_quietly() -> None:
    """In a notebook, load what Optuna shows its own bar with, which nobody uses here and which asks for a package."""
    if in_notebook():
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "IProgress not found")
            import_module("tqdm.auto")
