"""What the folders of all bundles share: checksums, JSON, and one line for what is wrong.

    bundle/
      bundle.json           format, kind (none is prices), and what the kind says
      weights.safetensors   the model's tensors
      ...                   what else the kind needs
      checksums.json        SHA-256 of each of the files above

A changed file is refused. The checksums guard against damage and careless edits; they are no signature.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import safetensors

from tunewright.core.codec import bytes_digest, dumps, file_digest, write_atomically, written
from tunewright.core.errors import BundleError, DataError

FORMAT = 1
CONTENT, WEIGHTS, CHECKSUMS = "bundle.json", "weights.safetensors", "checksums.json"
_UNUSABLE = (
    *(ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError, RuntimeError),
    *(DataError, safetensors.SafetensorError),
)


_LONGEST = 500
"""Signs of what another library says that are shown."""


@dataclass(frozen=True)
class BundleFolder:
    """A bundle's folder: its bundle.json, read, and its other files, each checked when it is read."""

    path: Path
    content: Mapping[str, Any]
    checksums: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """What it is of, as it says itself."""
        return str(self.content.get("kind", "prices"))

    def expect(self, kind: str) -> None:
        """Raises BundleError for a bundle of another kind."""
        if self.kind != kind:
            raise BundleError(f"{self.path} is a bundle of {self.kind}, expected one of {kind}: give another bundle")

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises BundleError where it is missing, or not the one that was saved."""
        return _read(self.path, name, self.checksums)

    def read_json(self, name: str) -> dict[str, Any]:
        """The JSON object in a file. Raises BundleError as `read` does, and where it is none."""
        return _parsed(self.path / name, self.read(name))

    @contextmanager
    def usable(self) -> Iterator[None]:
        """Raises BundleError for what goes wrong inside, while a model is made from what was read."""
        try:
            yield
        except _UNUSABLE as error:
            told = str(error).splitlines() or [type(error).__name__]
            raise BundleError(f"{self.path} is not a usable bundle: {told[0][:_LONGEST]}") from None


def open_bundle(folder: Path) -> BundleFolder:
    """The bundle in a folder, or in the run folder given. Raises BundleError where there is none, or one of a newer
    format."""
    folder = folder / "bundle" if (folder / "bundle" / CHECKSUMS).exists() else folder
    if not (folder / CHECKSUMS).is_file():
        raise BundleError(
            f"{folder} is not a bundle: expected a folder with {CHECKSUMS} (a finished run on prices or images has "
            "one; comparisons and functions make no bundle)"
        )
    checksums = _parsed(folder / CHECKSUMS, _bytes(folder / CHECKSUMS))
    content = _parsed(folder / CONTENT, _read(folder, CONTENT, checksums))
    _check_format(folder, content.get("format"))
    if not isinstance(content.get("kind", ""), str):
        raise BundleError(f"{folder / CONTENT} is not part of a bundle: kind: expected text")
    return BundleFolder(folder, content, checksums)


def _check_format(folder: Path, found: object) -> None:
    if type(found) is not int or found < 1:  # True is no number of a format
        raise BundleError(f"{folder / CONTENT} is not part of a bundle: format: expected a whole number from 1")
    if found > FORMAT:
        raise BundleError(
            f"{folder} has bundle format {str(found)[:20]}, this version reads up to {FORMAT}: upgrade tunewright"
        )


def write_bundle(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write these files; the checksums come last, so a bundle that is only half there is refused.

    Raises RunFolderError where the folder cannot be written.
    """
    with written(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        write_atomically(folder / name, data)
    write_atomically(folder / CHECKSUMS, dumps({name: file_digest(folder / name) for name in files}))


def _read(folder: Path, name: str, checksums: Mapping[str, Any]) -> bytes:
    if not (folder / name).is_file():
        raise BundleError(f"the bundle {folder} lacks {name}: copy it again, whole")
    data = _bytes(folder / name)
    if bytes_digest(data) != checksums.get(name):
        raise BundleError(
            f"the bundle {folder} is refused: {name} is not the file that was saved (its SHA-256 differs); "
            "copy the bundle again from where it was made, or run the experiment again"
        )
    return data


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path} cannot be read: {error.strerror or error}; give the right to read it") from None


def _parsed(path: Path, data: bytes) -> dict[str, Any]:
    try:
        content = json.loads(data.decode("utf-8"), parse_constant=_no_number)
    except ValueError as error:
        raise BundleError(f"{path} cannot be read as JSON: {error}") from None
    except RecursionError:
        raise BundleError(f"{path} cannot be read as JSON: it is nested too deep") from None
    if not isinstance(content, dict):
        raise BundleError(f"{path} is not part of a bundle: expected a JSON object")
    return content


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"expected finite numbers, found {text}")
