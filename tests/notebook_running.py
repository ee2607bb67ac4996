"""The notebook executed, as a test and as `make notebook` do it: in an empty folder, and by who never looked before."""

import hashlib
import json
import os
import platform
import re
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "model_optimization.ipynb"
WARNINGS = "error,ignore::PendingDeprecationWarning"  # ipykernel has one of those for itself
ON_BITS = ("numpy", "optuna", "pandas", "scikit-learn", "scipy", "torch")


def executed(folder: Path) -> Any:
    """The notebook with its outputs, made anew from top to bottom in this folder. Raises CellExecutionError."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook["metadata"]["made_with"] = bits()
    warnings = os.environ.get("PYTHONWARNINGS", WARNINGS)
    surroundings = {**os.environ, "TUNEWRIGHT_STATE": str(folder / "state"), "PYTHONWARNINGS": warnings}
    client = NotebookClient(
        notebook,
        timeout=240,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=surroundings)
    return notebook


def bits() -> str:
    """A digest of what the last bits of a training depend on: the processor, and the versions of libraries."""
    info = Path("/proc/cpuinfo")
    about = re.findall(r"^(?:model name|flags)\s*:.*$", info.read_text() if info.is_file() else "", re.MULTILINE)
    libraries = [f"{name} {version(name)}" for name in ON_BITS]
    return hashlib.sha256(json.dumps([platform.machine(), about[:2], libraries]).encode()).hexdigest()[:12]


def text_of(output: Any) -> str:
    """What an output says, without its pictures."""
    data = output.get("data", {})
    return str(output.get("text", "")) + "".join(str(data[kind]) for kind in sorted(data) if kind.startswith("text/"))


if __name__ == "__main__":
    with TemporaryDirectory() as empty:
        made = executed(Path(empty))
    nbformat.write(made, NOTEBOOK)
    sys.stdout.write(f"{NOTEBOOK.name}: {NOTEBOOK.stat().st_size / 1000:.0f} kB\n")
