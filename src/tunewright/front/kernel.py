"""Whether this process is the kernel of a notebook, and what that asks for."""

import sys
import warnings
from importlib import import_module


def in_notebook() -> bool:
    """Whether this process is the kernel of a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return type(shell).__name__ == "ZMQInteractiveShell"


def load_quietly() -> None:
    """In a notebook, load what Optuna shows its own bar with, which nobody uses here and which asks for a package."""
    if in_notebook():
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "IProgress not found")
            import_module("tqdm.auto")
