"""Where studies are kept: one file that several processes open, and what is said of URLs that are none."""

import multiprocessing
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from tunewright.core.errors import RunFolderError
from tunewright.search.storage import open_storage, sqlite_url

ROUNDS, PROCESSES = 8, 3


def open_together(folder: Path, together: Barrier, said: "Queue[str]") -> None:
    for number in range(ROUNDS):
        together.wait(timeout=60)
        try:
            open_storage(sqlite_url(folder / f"{number}.db")).engine.dispose()
        except RunFolderError as error:
            said.put(str(error))
    said.put("")


def test_processes_that_open_a_new_file_at_once_do_not_hinder_each_other(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    together, said = context.Barrier(PROCESSES), context.Queue()
    processes = [context.Process(target=open_together, args=(tmp_path, together, said)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    errors, ended = [], 0
    while ended < PROCESSES:
        if error := said.get(timeout=60):
            errors.append(error)
        else:
            ended += 1
    for process in processes:
        process.join()
    assert errors == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{number}.db" for number in range(ROUNDS)]


@pytest.mark.parametrize("url", ["sqlite:here.db", "sqlite", "nowhere://", "postgresql://u@h:port/d", "x://[::1/d"])
def test_what_is_no_storage_url_is_refused(url: str) -> None:
    with pytest.raises(RunFolderError, match=r"cannot be opened: .*; expected a storage URL"):
        open_storage(url)


def test_no_folder_is_made_for_a_study(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="unable to open database file"):
        open_storage(sqlite_url(tmp_path / "missing" / "study.db"))
    assert not (tmp_path / "missing").exists()
