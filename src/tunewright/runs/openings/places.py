"""Where openings are written down: in the run folder, and in the user's state directory."""

import os
from pathlib import Path

from platformdirs import user_state_path

from tunewright.runs.openings.files import NAME

STATE, PRIVATE = "TUNEWRIGHT_STATE", "TUNEWRIGHT_PRIVATE"
"""Environment variables: another state directory, and none at all."""


def user_files() -> list[Path]:
    """The user's ledger over all runs; none in private mode, where the state directory is left alone. Raises OSError
    where the user has no home."""
    if os.environ.get(PRIVATE, "").strip().lower() not in ("", "0", "false", "no"):
        return []
    given = os.environ.get(STATE, "")
    folder = Path(os.path.expanduser(given)) if given else user_state_path("tunewright")  # noqa: PTH111 - never raises
    if str(folder).startswith("~"):
        raise FileNotFoundError(f"no home directory is known for {folder}")
    return [folder / NAME]


def run_file(run: Path) -> Path:
    """The ledger of one run folder."""
    return run / NAME


def run_files(runs: Path) -> list[Path]:
    """The ledgers of the run folders in this folder, by name."""
    return sorted(runs.glob(f"*/{NAME}"))
