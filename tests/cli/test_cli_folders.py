"""Unusable output folders, storages and run folders: exit code 2 and one line, word for word."""

import json
from pathlib import Path

import pytest

from cli_helpers import refusal, run, run_well, write_prices, write_tiny

pytestmark = pytest.mark.usefixtures("unseen_stills")

URL = "expected a storage URL that Optuna takes, such as sqlite:///study.db"
STORAGES = {
    "sqlite:///missing/study.db": f"unable to open database file; {URL}",
    "sqlite:///prices.csv": "file is not a database; bring back a copy of prices.csv, or begin anew with another file",
    "frob://host/study": f"Can't load plugin: sqlalchemy.dialects:frob; {URL}",
    "mysql://host/study": "No module named 'MySQLdb'; install that driver of the database, or give a URL with another",
}
OUTS = {
    "prices.csv": "is a file; choose another with --out",
    "prices.csv/run": "cannot be written: Not a directory; choose another with --out",
    "/proc/nothing": "cannot be written: No such file or directory; choose another with --out",
    "full": "is not empty; go on there with `tunewright resume full` or choose another --out",
}
NO_RUN = "is not a run folder: it has no experiment.toml; `tunewright tune` makes one"
UNFINISHED = "finish the run with `tunewright resume DIR`, or start it again"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path)
    Path("full").mkdir()
    Path("full/kept.txt").write_text("kept")


@pytest.mark.parametrize("out", OUTS)
def test_refuses_an_output_folder(out: str) -> None:
    assert refusal("tune", "tiny.toml", "--out", out) == f"the output folder {out} {OUTS[out]}"
    assert Path("full/kept.txt").read_text() == "kept"


@pytest.mark.parametrize("url", STORAGES)
def test_refuses_a_storage_before_it_makes_the_folder(url: str) -> None:
    message = refusal("tune", "tiny.toml", "--out", "run", "--storage", url)
    assert message == f"the study at {url!r} cannot be opened: {STORAGES[url]}"
    assert not Path("run").exists()


@pytest.mark.parametrize(
    "url", ["nonsense", "postgresql://u:secret@h:port/d", "postgres//u:secret@h/d", "mysql://u:s/e@h"]
)
def test_a_storage_that_cannot_be_told_apart_is_not_shown(url: str) -> None:
    message = refusal("tune", "tiny.toml", "--out", "run", f"--storage={url}")
    assert message == (
        f"the study at '***' cannot be opened: it is no URL whose parts can be told apart; {URL}, with a number as the "
        "port and quoted signs in a password (%40 for @, %2F for /)"
    )


def test_a_storage_in_the_wrong_place_is_not_shown() -> None:
    assert refusal("tune", "tiny.toml", "postgres://u:secret@h/d") == (
        "got unexpected extra argument(s) (***; `tunewright tune --help` tells more"
    )


@pytest.mark.parametrize("folder", ["missing", "full", "prices.csv"])
def test_resume_refuses_what_is_no_run_folder(folder: str) -> None:
    assert refusal("resume", folder) == f"{folder} {NO_RUN}"


@pytest.mark.parametrize("folder", ["missing", "full"])
def test_report_refuses_what_is_no_run_folder(folder: str) -> None:
    assert refusal("report", folder) == (
        f"cannot report on {folder}/results.json: "
        f"expected a file of a finished run, found no results.json in {folder}; {UNFINISHED}"
    )


def test_resume_refuses_a_damaged_study_and_changed_data() -> None:
    run_well("tune", "tiny.toml", "--out", "run", "--trials", "1")
    Path("run/results.json").unlink()
    write_prices(Path("prices.csv"), seed=2)
    assert said_on_the_way("resume", "run") == (
        "this study belongs to another experiment or to other data; "
        "bring both back as they were, or begin anew with another --out"
    )
    Path("run/study.db").write_text("no database")
    url, copy = f"sqlite:///{Path('run/study.db').resolve()}", Path("run/study.db.last").resolve()
    assert said_on_the_way("resume", "run") == (
        f"the study at {url!r} cannot be opened: file is not a database; "
        f"copy {copy}, its last good state, over it, then resume"
    )
    Path("prices.csv").unlink()
    gone = Path("prices.csv").resolve()
    assert refusal("resume", "run").startswith(f"{gone}: expected a price file, found no such file.")
    Path("run/experiment.toml").write_text("seed = -1\n")
    assert refusal("resume", "run") == (
        "run/experiment.toml: seed: input should be greater than or equal to 0, found -1"
    )


def test_report_refuses_broken_results() -> None:
    run_well("tune", "tiny.toml", "--out", "run", "--trials", "1")
    path = Path("run/results.json")
    whole = json.loads(path.read_text())
    for text, problem in {
        "{": "expected JSON, found a fault: Expecting property name enclosed in double quotes",
        "[]": "expected schema 1, found None; use the version of tunewright that wrote it",
        json.dumps(whole | {"schema": 2}): "expected schema 1, found 2; use the version of tunewright that wrote it",
        json.dumps(whole | {"seed": "none"}): "seed: Input should be a valid integer, unable to parse string as an "
        "integer, found 'none'",
    }.items():
        path.write_text(text)
        assert refusal("report", "run").startswith(f"cannot report on {path}: {problem}")


def said_on_the_way(*arguments: str) -> str:
    """The one error line of a command that had printed its data card before it failed."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert len(result.stderr.splitlines()) == 1
    return result.stderr.strip().removeprefix("error: ")
