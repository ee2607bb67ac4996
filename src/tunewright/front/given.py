"""What `tune` may be given, as a source that an experiment file could name."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tunewright.core.codec import bytes_digest, write_atomically
from tunewright.core.errors import ConfigError
from tunewright.core.paths import PathName

if TYPE_CHECKING:
    import pandas as pd

Data: TypeAlias = "PathName | pd.DataFrame | pd.Series[Any] | tuple[Any, Any]"
"""A path or builtin:NAME; a table of prices, a row for each day; or arrays of images and their labels."""


def source_of(data: Data, folder: Callable[[], Path]) -> str:
    """The name of a source of data. What is in memory is written to the folder first, under a name that its content
    gives, so that a run can be resumed and the same data are the same file.

    Raises ConfigError for anything that is no data.
    """
    if isinstance(data, str | os.PathLike):
        return os.fspath(data)
    if isinstance(data, tuple) and len(data) == 2:
        return _kept(_packed(*data), folder(), "images", ".npz")
    if hasattr(data, "to_csv"):
        return _kept(_written(data), folder(), "prices", ".csv")
    raise ConfigError(
        "data: expected a path, builtin:NAME, a DataFrame or Series of prices, or a pair (images, labels) of arrays, "
        f"found {type(data).__name__}"
    )


def _written(table: Any) -> bytes:
    """A DataFrame or a Series as CSV, with its index as a column, but where that only counts the rows or is a column
    already."""
    import pandas as pd

    frame = table.to_frame("close" if table.name is None else table.name) if isinstance(table, pd.Series) else table
    index = frame.index
    counts = index.name is None and index.nlevels == 1 and pd.api.types.is_integer_dtype(index.dtype)
    if index.nlevels == 1 and index.name is None and not counts:
        frame = frame.rename_axis(index="Date")
    own = not counts and (index.name is None or index.name not in frame.columns)
    text: str = frame.to_csv(index=own, lineterminator="\n")
    return text.encode()


def _packed(images: Any, labels: Any) -> bytes:
    stream = io.BytesIO()
    try:
        np.savez(stream, images=_array("images", images), labels=_array("labels", labels))
    except ValueError as error:
        raise ConfigError(f"data: {error}") from None
    return stream.getvalue()


def _array(name: str, values: Any) -> Any:
    array = np.asarray(values)
    if array.dtype == object:
        array = array.astype(str) if all(isinstance(one, str) for one in array.flat) else array
    if array.dtype == object:
        raise ConfigError(f"data: expected {name} of one shape and kind, found objects; stack them with NumPy")
    return array


def _kept(content: bytes, folder: Path, name: str, ending: str) -> str:
    path = folder / f"{name}-{bytes_digest(content)[:12]}{ending}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
    return str(path)
