"""What every results.json begins with and where it comes from; the rest is of the wings (docs/results.md)."""

import platform
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tunewright import __version__
from tunewright.core.codec import Json, dumps, write_atomically
from tunewright.core.secrets import command_without_secrets

SCHEMA = 1
LIBRARIES = ("torch", "optuna", "numpy", "pandas", "scikit-learn", "scipy", "arch")


@dataclass(frozen=True)
class Timing:
    """Seconds: wall_s of this process, search_s of its search, train_s of all training, earlier processes' too."""

    wall_s: float
    train_s: float
    search_s: float


def heading(name: str, *, kind: str, seed: int) -> dict[str, Json]:
    """What results.json begins with, whatever was tuned."""
    return {
        "schema": SCHEMA,
        "tunewright": __version__,
        "name": name,
        "kind": kind,
        "seed": seed,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def origin(*, seed: int, study_fingerprint: str) -> dict[str, Json]:
    """Where a result comes from, whatever was tuned: versions, machine, command, study."""
    return {
        "tunewright": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "versions": {name: version(name) for name in LIBRARIES},
        "command": _command(),
        "seed": seed,
        "study_fingerprint": study_fingerprint,
    }


def _command() -> str:
    """The command line, without what a storage URL may hold of passwords."""
    return " ".join([Path(sys.argv[0]).name, *command_without_secrets(sys.argv[1:])])


def write_results(path: Path, results: dict[str, Json]) -> None:
    write_atomically(path, dumps(results))
