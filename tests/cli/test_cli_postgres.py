"""Runs whose study is in PostgreSQL: the password stays with who gave it, and others look on."""

import json
import re
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from test_cli_dashboard import SPACE, served

from cli_helpers import refusal, results, run, run_well
from postgres import PASSWORD, QUOTED, USER, Server
from tunewright.runs.folder import RunFolder
from tunewright.runs.showing import studies_at
from tunewright.search.alone import alone
from tunewright.search.records import State, TrialRecord
from tunewright.search.study import StudyStore

pytestmark = pytest.mark.usefixtures("unseen_stills")

FUNCTION = """
kind = "function"

[function]
call = "valley.py:valley"

[search]
sampler = "random"
trials = 2

[space]
n = { low = 0, high = 200 }
"""


def write_function(folder: Path) -> Path:
    (folder / "valley.py").write_text("def valley(params):\n    return (params['n'] - 3) ** 2\n")
    path = folder / "valley.toml"
    path.write_text(FUNCTION)
    return path


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("PGPASSWORD", "PGPASSFILE", "PGSERVICEFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))  # which has no .pgpass


def kept_in(folder: Path) -> str:
    """All that a run folder holds, as text."""
    return "".join(one.read_bytes().decode(errors="replace") for one in sorted(folder.rglob("*")) if one.is_file())


def stopped(*arguments: str) -> str:
    """What ends a run that had begun to tell of itself: exit code 2 and one line."""
    result = run(*arguments)
    (line,) = result.stderr.splitlines()
    assert result.exit_code == 2
    return line.removeprefix("error: ")


def test_a_run_goes_on_and_its_folder_keeps_no_password(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    write_function(Path())
    url, text = postgres.over_tcp(), Path("run/storage.txt")
    words = ["tune", "valley.toml", "--trials", "2", "--out", "run", "--storage", url]
    monkeypatch.setattr(sys, "argv", ["tunewright", *words])
    said = [run_well(*words)]
    assert f"--storage postgresql://{USER}:***@127.0.0.1" in results(Path("run"))["provenance"]["command"]
    assert not Path("run/study.db").exists()
    place = RunFolder(Path("run")).study_place()
    assert place is not None
    assert place.url == postgres.over_tcp(password=None)

    said.append(stopped("resume", "run", "--trials", "3"))
    assert re.search(
        r"cannot be opened: .* no password supplied; give the password as PGPASSWORD, in ~/.pgpass, or in the URL "
        r"after --storage: no run folder keeps one$",
        said[-1],
    )
    with alone(postgres.url, place.name):
        said.append(stopped("resume", "run", "--trials", "3", "--storage", url))
    assert re.fullmatch(
        rf"another process works on the study 'valley .*' at 'postgresql://{USER}:\*\*\*@127.0.0.1:\d+/studies' "
        r"\(process \d+ on .+\); wait for it \(for a minute where its machine is gone\), or begin another study",
        said[-1],
    )
    before = text.read_text()
    text.write_text(before.replace("127.0.0.1", "gone.invalid"))  # the server has another name now
    said.append(run_well("resume", "run", "--trials", "3", "--storage", url))
    assert text.read_text() == before
    text.write_text(before.replace(f"{USER}@", f"{USER}:{QUOTED}@"))  # as earlier versions did
    said.append(run_well("resume", "run", "--trials", "4"))
    assert text.read_text() == before
    assert len(results(Path("run"))["study"]["trials"]) == 4
    assert not [secret for secret in (PASSWORD, QUOTED) for told in (kept_in(Path("run")), *said) if secret in told]


def test_a_study_that_lies_in_the_folder_has_no_other_storage() -> None:
    Path("run").mkdir()
    write_function(Path()).rename("run/experiment.toml")
    assert refusal("resume", "run", "--storage", "postgresql://host/studies") == (
        "run keeps its study itself, in study.db; leave the storage out"
    )


def begun(url: str, name: str, trials: int) -> None:
    with alone(url, name) as lease:
        store = StudyStore(url, name=name, space=SPACE, lease=lease)
        for number in range(trials):
            record = store.begin(number, {"units": 4})
            store.tell(TrialRecord(number, State.COMPLETE, record.params, score=0.5, fold_scores=(0.5,)))
        store.begin(trials, {"units": 8})
        store.close()


def test_others_look_on_while_it_runs_and_write_nothing(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    postgres.ask("CREATE DATABASE shown")
    url = postgres.url.replace("/studies", "/shown")
    names = ("prices 1f", "prices 1f (space 2)", "prices 1f, prices final", "prices 2f", "images 3f")
    for name in names:
        begun(url, name, 2)
    postgres.ask("CREATE ROLE reader LOGIN", database="shown")
    postgres.ask("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", database="shown")
    reading = url.replace(f"{USER}@", "reader@")
    listed = run_well("dashboard", "--storage", reading)
    assert re.search(r"Study +Trials +Ended +The last \(UTC\)", listed)
    assert [line.split("  ")[0].strip() for line in listed.splitlines()[3:8]] == list(names)
    assert re.search(r"images 3f +3 +2 +20\d\d-\d\d-\d\d \d\d:\d\d", listed)

    def studies(port: int) -> Any:
        return json.load(urllib.request.urlopen(f"http://localhost:{port}/api/studies"))["study_summaries"]

    found = served(studies, monkeypatch)
    with alone(url, "images 3f"):
        said = run_well("dashboard", "--storage", reading, "--study", "images", "--port", "0")
    assert "with 3 trials until now; later ones follow; Ctrl-C ends it" in said
    assert [one["study_name"] for one in found[0]] == ["images 3f"]
    shown = {one.study_name for one in studies_at(url, "prices 1f").get_all_studies()}
    assert shown == set(names[:3])
    assert re.search(
        r"expected one study 'prices' at '.*/shown', 2 studies begin so: 'prices 1f', 'prices 2f'; ",
        refusal("dashboard", "--storage", reading, "--study", "prices"),
    )
    assert "expected one study 'none' at" in refusal("dashboard", "--storage", reading, "--study", "none")


def test_a_database_without_studies_stays_without(postgres: Server) -> None:
    postgres.ask("CREATE DATABASE empty")
    message = refusal("dashboard", "--storage", postgres.url.replace("/studies", "/empty"))
    assert message.endswith("no study has begun in this database; name another, or begin one")
    assert postgres.ask("SELECT * FROM pg_tables WHERE schemaname = 'public'", database="empty") == []
