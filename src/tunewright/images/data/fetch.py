"""CIFAR-10 by name: from the cache folder, or from its official address into the cache folder."""

import os
from pathlib import Path

from tunewright.core.errors import DataError
from tunewright.core.words import reason

ADDRESS = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
SHA256 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"
MD5 = "c58f30108f718f92721af3b95e74349a"
ARCHIVE, FOLDER = "cifar-10-python.tar.gz", "cifar-10-batches-py"
_LONGEST = 120
CACHE = "TUNEWRIGHT_CACHE"
"""The variable of the environment that names the cache folder."""


def cache_folder() -> Path:
    """Where downloads are kept: `TUNEWRIGHT_CACHE`, or the platform's place for caches."""
    # Pooch brings an HTTP client along, which only this set needs.
    import pooch

    return Path(os.environ.get(CACHE) or pooch.os_cache("tunewright")).expanduser()


def fetch_cifar10(address: str = ADDRESS, *, sha256: str = SHA256) -> Path:
    """The folder of batches in the cache if somebody placed it there, or else the archive, downloaded if it is missing.

    An archive is taken only if its SHA-256 is right; a damaged one in the cache is downloaded again. The progress is
    shown on stderr. Raises DataError where the download fails, saying what to place where.
    """
    import pooch

    cache = cache_folder()
    if (cache / FOLDER).is_dir():
        return cache / FOLDER
    get = pooch.HTTPDownloader(progressbar=True, timeout=30)
    try:
        return Path(pooch.retrieve(address, f"sha256:{sha256}", fname=ARCHIVE, path=cache, downloader=get))
    except (OSError, ValueError) as problem:  # no network, a full disk; another checksum
        text = reason(problem)
        cause = text if len(text) <= _LONGEST else type(problem).__name__
        there = "one with another checksum" if (cache / ARCHIVE).exists() else "none"
        raise DataError(
            f"cifar10: expected {ARCHIVE} in {cache}, found {there}, and could not download it ({cause}). Offline: "
            f"download {ADDRESS} (170,498,071 bytes, MD5 {MD5}) elsewhere and place it as {cache / ARCHIVE}, or unpack "
            f"it to {cache / FOLDER}; {CACHE} names another folder."
        ) from None
