"""predictions_by_seed.csv: what the tuned model of a run says of each sealed row, from every training seed."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from tunewright.core.errors import RunFolderError

SEED = "seed_"


def by_seed_csv(rows: Mapping[str, Sequence[Any]], said: Sequence[Sequence[Any]]) -> str:
    """rows: columns that tell the sealed rows apart. said: for each seed, the shipped model's first, of all rows."""
    frame = pd.DataFrame({**rows, **{f"{SEED}{number}": one for number, one in enumerate(said)}})
    text = io.StringIO()
    frame.to_csv(text, index=False, lineterminator="\n")
    return text.getvalue()


def read_by_seed(path: Path, *, rows: Sequence[str], texts: bool) -> tuple[pd.DataFrame, list[str]]:
    """The table and its columns of seeds. rows: names of the other columns, which are read as text. texts: whether what
    was said is text. Raises RunFolderError where it is missing or broken."""
    try:
        frame = pd.read_csv(path, dtype=str if texts else dict.fromkeys(rows, str), keep_default_na=False)
    except (OSError, ValueError) as error:
        raise RunFolderError(f"{path} cannot be read: {error}; bring it back as it was") from None
    seeds = [name for name in frame.columns if name.startswith(SEED)]
    absent = [name for name in (*rows, f"{SEED}0") if name not in frame.columns]
    if absent:
        raise RunFolderError(f"{path}: expected a column {absent[0]}, found none; bring the file back as it was")
    if not texts and any(not pd.api.types.is_float_dtype(frame[name]) for name in seeds):
        raise RunFolderError(f"{path}: expected numbers in the columns of seeds, found others; bring it back as it was")
    return frame, seeds
