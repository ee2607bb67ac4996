"""`tunewright dashboard`: a copy of the study is served, and the run stays as it is."""

import json
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path
from socketserver import BaseServer, TCPServer
from typing import Any

import optuna
import pytest

from cli_helpers import refusal, run_well
from tunewright.core.errors import RunFolderError
from tunewright.core.space import Choice, Space
from tunewright.runs.folder import RunFolder, StudyPlace
from tunewright.runs.showing import studies_of
from tunewright.search import snapshot
from tunewright.search.records import State, TrialRecord
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore

SPACE = Space({"units": Choice((4, 8))})


def store(path: Path, name: str = "tiny", trials: int = 2) -> StudyStore:
    """An open study, whose last trials are in SQLite's log alone."""
    opened = StudyStore(sqlite_url(path), name=name, space=SPACE)
    for number in range(trials):
        begun = opened.begin(number, {"units": 4})
        opened.tell(TrialRecord(number, State.COMPLETE, begun.params, score=0.5 + number, fold_scores=(0.5 + number,)))
    return opened


def content(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in sorted(folder.iterdir())}


def served(get: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let a dashboard that begins answer `get`, which is given its port, and then hear Ctrl-C."""
    found: list[Any] = []

    def serve(server: TCPServer, poll_interval: float = 0.5) -> None:
        port = int(server.socket.getsockname()[1])
        asking = threading.Thread(target=lambda: found.append(get(port)))
        asking.start()
        server.handle_request()
        asking.join()
        raise KeyboardInterrupt

    monkeypatch.setattr(BaseServer, "serve_forever", serve)
    return found


def test_it_shows_a_run_under_way_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = store(tmp_path / "study.db")
    before = content(tmp_path)
    assert "study.db-wal" in before

    def studies(port: int) -> Any:
        return json.load(urllib.request.urlopen(f"http://localhost:{port}/api/studies"))["study_summaries"]

    found = served(studies, monkeypatch)
    said = run_well("dashboard", tmp_path, "--port", "0")
    assert "dashboard http://localhost:" in said
    assert "with 2 trials until now; later ones follow; Ctrl-C ends it" in said
    assert [one["study_name"] for one in found[0]] == ["tiny"]
    assert content(tmp_path) == before
    opened.close()


def test_the_copy_has_all_of_the_study_and_what_is_done_to_it_stays_there(tmp_path: Path) -> None:
    store(tmp_path / "study.db").close()
    before, storage = content(tmp_path), studies_of(tmp_path)
    study = optuna.load_study(study_name="tiny", storage=storage)
    assert [trial.values for trial in study.trials] == [[0.5], [1.5]]
    assert study.trials[0].intermediate_values or study.trials[0].params == {"units": 4}
    optuna.delete_study(study_name="tiny", storage=storage)
    assert content(tmp_path) == before


def test_of_a_storage_that_runs_share_its_own_studies_alone(tmp_path: Path) -> None:
    shared = tmp_path / "shared.db"
    names = ("tiny 1f", "tiny 1f (space 2)", "tiny 1f, tiny final", "tiny 1f0", "other")
    for name in names:
        store(shared, name).close()
    (tmp_path / "run").mkdir()
    RunFolder(tmp_path / "run").keep_storage(StudyPlace(sqlite_url(shared), "tiny 1f"))
    found = {study.study_name for study in studies_of(tmp_path / "run").get_all_studies()}
    assert found == set(names[:3])
    RunFolder(tmp_path / "run").keep_storage(StudyPlace(sqlite_url(shared), "gone"))
    with pytest.raises(RunFolderError, match="no study of this run"):
        studies_of(tmp_path / "run")


def test_a_file_that_changes_while_it_is_copied_is_copied_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(tmp_path / "study.db").close()
    copy, busy = snapshot._copy_files, [True, True, False]

    def checkpointed(path: Path, target: Path) -> None:
        copy(path, target)
        if busy.pop(0):
            path.write_bytes(path.read_bytes() + bytes(1))

    monkeypatch.setattr(snapshot, "_copy_files", checkpointed)
    with snapshot._copied(tmp_path / "study.db") as found:
        assert found.read_bytes() == (tmp_path / "study.db").read_bytes()
    busy[:] = [True] * 100
    with pytest.raises(RunFolderError, match="is written all the time"), snapshot._copied(tmp_path / "study.db"):
        pass


def test_what_cannot_be_shown_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert refusal("dashboard", "missing") == (
        "expected a folder with a study, found no missing/study.db; give the folder of a run, such as runs/prices-lstm"
    )
    Path("study.db").write_bytes(b"no database")
    assert refusal("dashboard", ".") == (
        f"the study at 'sqlite:///{tmp_path}/study.db' cannot be opened: file is not a database; bring back a copy of "
        f"{tmp_path}/study.db, or begin anew with another file"
    )
    Path("study.db").unlink()
    store(tmp_path / "study.db").close()
    assert "give another --port" in refusal("dashboard", ".", "--host", "203.0.113.7", "--port", "0")
    monkeypatch.setitem(__import__("sys").modules, "optuna_dashboard", None)
    assert refusal("dashboard", ".") == (
        "optuna-dashboard is not installed; install it with: pip install 'tunewright[dashboard]'"
    )
