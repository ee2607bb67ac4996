"""Arrays as short text, for what a study keeps of each trial."""

import base64

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def packed(values: Array) -> str:
    """Single precision, little-endian, in Base64: an error in the last of seven digits, and six letters a value."""
    return base64.b64encode(np.asarray(values, dtype="<f4").tobytes()).decode("ascii")


def unpacked(text: str) -> Array:
    """The values that were packed, float64 of shape (n,)."""
    return np.frombuffer(base64.b64decode(text), dtype="<f4").astype(np.float64)
