"""Exact text for values, digests of it, and files that are never half-written."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from tunewright.core.errors import RunFolderError

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


def exact(value: Json) -> Json:
    """The same value with every float as its hexadecimal text, so that equality means equality of bits."""
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, Mapping):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [exact(item) for item in value]
    return value


def canonical(value: Json) -> str:
    """One text per value: sorted keys, no spaces, floats exact."""
    return json.dumps(exact(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(value: Json) -> str:
    """SHA-256 of the canonical text, as 64 hexadecimal digits."""
    return bytes_digest(canonical(value).encode())


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def bytes_digest(data: bytes) -> str:
    """SHA-256, as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def dumps(value: Json) -> str:
    """Readable JSON for files. Floats round-trip; NaN and infinity are refused (ValueError)."""
    return json.dumps(value, indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def write_atomically(path: Path, content: str | bytes, *, mode: int = 0o644) -> None:
    """Write aside, flush to the disk, rename: a reader sees the old file or the new one, never half of it."""
    data = content.encode() if isinstance(content, str) else content
    with written(path):
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        aside = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            aside.chmod(mode)
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise


@contextmanager
def written(path: Path) -> Iterator[None]:
    """Raises RunFolderError for what goes wrong inside while this file or folder is written."""
    try:
        yield
    except OSError as error:
        raise RunFolderError(
            f"{path} cannot be written: {error.strerror or error}; make room or give the right to write there, "
            "and go on or try again"
        ) from error
