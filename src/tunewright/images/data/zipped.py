"""A .zip of image files, unpacked into a folder of its own for as long as it is read."""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tunewright.core.errors import DataError
from tunewright.images.data.blobs import check_size

_MOST_FILES = 2_000_000


@contextmanager
def unpacked(archive: Path) -> Iterator[Path]:
    """The folder, which is gone afterwards. What a DataError says of it, it says of the archive.

    Raises DataError for a damaged archive, and before anything is unpacked, for one that holds more than 4 GiB.
    """
    with tempfile.TemporaryDirectory(prefix="unpacked-") as place:
        folder = Path(place)
        _unpack(archive, folder)
        try:
            yield folder
        except DataError as problem:
            raise DataError(str(problem).replace(place, str(archive))) from None


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
            # A member is never read beyond the size that is stated here.
            size = archive.stat().st_size
            check_size(sum(member.file_size for member in members), str(archive), packed=size)
            if len(members) > _MOST_FILES:
                raise DataError(f"{archive}: expected at most {_MOST_FILES} files, found {len(members)}. Take fewer.")
            opened.extractall(folder)  # which leads no name out of the folder
    except DataError:
        raise
    except Exception as problem:  # a damaged archive raises a dozen kinds
        reason = " ".join(str(problem).split()) or type(problem).__name__
        raise DataError(
            f"{archive}: expected a whole .zip without a password, found one that cannot be unpacked ({reason}). "
            "Download it again, or unpack it yourself."
        ) from None
