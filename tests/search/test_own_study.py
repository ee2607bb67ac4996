"""The study file of a run folder belongs to one experiment."""

from pathlib import Path

import pytest

from tunewright.core.errors import RunFolderError
from tunewright.core.space import Choice, Space
from tunewright.search.copies import check_own
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore

SPACE = Space({"x": Choice((1, 2))})


@pytest.mark.parametrize("name", ["mine", "mine comparison", "mine (space 2)"])
def test_a_study_and_what_goes_with_it_share_a_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    check_own(path, name)
    StudyStore(sqlite_url(path), name="mine", space=SPACE).close()
    check_own(path, name)


@pytest.mark.parametrize("name", ["experiment", "mine2", "min", ""])
def test_another_experiment_does_not_begin_in_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    StudyStore(sqlite_url(path), name="mine", space=SPACE).close()
    with pytest.raises(RunFolderError) as caught:
        check_own(path, name)
    assert str(caught.value) == (
        f"{path} belongs to another experiment: expected the study {name!r}, found 'mine'; bring experiment.toml and "
        "study.db back as they were, or begin anew with another --out"
    )


def test_a_damaged_file_is_left_to_who_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    path.write_bytes(b"x" * 5000)
    check_own(path, "mine")
