"""Files that commands write where the user says."""

from pathlib import Path

from tunewright.core.codec import write_atomically
from tunewright.core.errors import InputError, RunFolderError


def write_out(path: Path, text: str) -> None:
    """Raises InputError where `--out` cannot be written."""
    try:
        write_atomically(path, text)
    except RunFolderError as error:
        raise InputError(f"{str(error).partition(';')[0]}; choose another --out") from None
