"""A lock that cannot be taken is one line, whatever the cause."""

from pathlib import Path

import pytest

from tunewright.core.errors import RunFolderError
from tunewright.core.locks import locked


def test_one_process_has_it_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with (
        locked(path, taken="somebody works here"),
        pytest.raises(RunFolderError, match="somebody works here"),
        locked(path, taken="somebody works here"),
    ):
        pass
    with locked(path, taken="somebody works here"):
        pass


def test_where_it_cannot_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / ".lock").mkdir()  # as root may write anywhere else
    with pytest.raises(RunFolderError, match=r"\.lock cannot be written: "), locked(tmp_path / ".lock", taken=""):
        pass


def test_what_fails_while_it_is_held_is_not_taken_for_the_lock(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), locked(tmp_path / ".lock", taken=""):
        raise PermissionError("of something else")
