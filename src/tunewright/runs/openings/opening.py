"""One opening of a sealed test as a value, and as a line of JSON."""

import base64
import binascii
import json
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = 1
LIMIT = 1 << 28
"""Bytes that an array of a line may unpack to: a line may come from anywhere."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What an opening let see, unit by unit: arrays of shape (n,), finite, `units` in rising order and each once.

    units: of prices, the sealed days, counted from 1970-01-01; of images, hashes of 32 bits. observed: what was found
    there, whatever was forecast of it: the day's log return, the image's label. loss, benchmark_loss: of the model and
    of doing nothing clever. count: of all units, of which these may be a sample by the smallest hash.

    Raises ValueError for arrays that are anything else.
    """

    units: NDArray[np.int64]
    observed: NDArray[np.float32]
    loss: NDArray[np.float64]
    benchmark_loss: NDArray[np.float64]
    count: int

    def __post_init__(self) -> None:
        arrays = (self.units, self.observed, self.loss, self.benchmark_loss)
        if len({one.shape for one in arrays}) != 1 or self.units.ndim != 1 or not len(self.units):
            raise ValueError(f"expected arrays of one shape (n,), found {[one.shape for one in arrays]}")
        if not all(np.isfinite(one).all() for one in arrays):
            raise ValueError("expected finite numbers, found some that are not")
        if (self.units[1:] <= self.units[:-1]).any():
            raise ValueError("expected units in rising order, each once")
        if self.count < len(self.units):
            raise ValueError(f"expected a count of at least {len(self.units)}, found {self.count}")


@dataclass(frozen=True, eq=False)
class Opening:
    """moment: UTC, ISO 8601. run: the run's folder. trials: of its study. first, last: of the sealed test, in words. p:
    of the test that the verdict on skill rests on. conclusion: what the verdict came to, by its name in
    results.json."""

    moment: str
    run: str
    name: str
    kind: str
    trials: int
    first: str
    last: str
    seen: Seen
    p: float
    conclusion: str


_TEXTS = ("moment", "run", "name", "kind", "first", "last", "conclusion")
_ARRAYS = {"units": "<i8", "observed": "<f4", "loss": "<f8", "benchmark_loss": "<f8"}


def to_line(opening: Opening) -> str:
    """Without its end. Arrays are base64 of what zlib makes of their little-endian bytes."""
    texts = {name: getattr(opening, name) for name in _TEXTS}
    numbers = {"trials": opening.trials, "p": opening.p, "count": opening.seen.count}
    arrays = {name: _packed(getattr(opening.seen, name), kind) for name, kind in _ARRAYS.items()}
    return json.dumps({"format": FORMAT, **texts, **numbers, **arrays}, allow_nan=False)


def from_line(line: str) -> Opening:
    """Raises ValueError, in a few words, for a line that `to_line` did not write."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        found = told.get("format") if isinstance(told, dict) else None
        raise ValueError(f"expected format {FORMAT}, found {json.dumps(found)[:40]}")
    texts = {name: _text(told, name) for name in _TEXTS}
    arrays: dict[str, Any] = {name: _unpacked(_text(told, name), kind) for name, kind in _ARRAYS.items()}
    seen = Seen(**arrays, count=int(_number(told, "count", whole=True)))
    p = _number(told, "p")
    if not 0 <= p <= 1:
        raise ValueError(f"p: expected 0 to 1, found {p}")
    return Opening(**texts, trials=int(_number(told, "trials", whole=True)), seen=seen, p=p)


def _packed(values: NDArray[Any], kind: str) -> str:
    return base64.b64encode(zlib.compress(np.ascontiguousarray(values, dtype=kind).tobytes(), 9)).decode("ascii")


def _unpacked(text: str, kind: str) -> NDArray[Any]:
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(base64.b64decode(text, validate=True), LIMIT)
        if not unpacking.eof:
            raise ValueError("an array is cut off or too long")
        return np.frombuffer(data, dtype=kind).astype(np.dtype(kind).newbyteorder("="))
    except (zlib.error, binascii.Error) as error:
        raise ValueError(f"an array is damaged: {error}") from None


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name}: expected a text, found {json.dumps(value)[:40]}")
    return value


def _number(told: dict[str, Any], name: str, *, whole: bool = False) -> float:
    value = told.get(name)
    if type(value) not in ((int,) if whole else (int, float)):
        raise ValueError(f"{name}: expected a {'whole ' * whole}number, found {json.dumps(value)[:40]}")
    assert isinstance(value, int | float)
    return value
