"""Going on with a finished or an interrupted run: more trials, a wider space, and what is refused."""

import json
import re
import shutil
from pathlib import Path

import pytest

from cli_helpers import refusal, results, run, run_well, write_tiny
from tunewright.entrance import load_experiment
from tunewright.runs.folder import RunFolder

pytestmark = pytest.mark.usefixtures("unseen_stills")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    write_tiny(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run_well("tune", "tiny.toml", "--out", "run")
    return folder


def test_a_finished_run_goes_on_with_more_trials_and_a_wider_space(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(finished)
    before = results(Path("run"))["study"]
    assert run_well("resume", "run").startswith("run is finished; `tunewright report run` writes its report again")
    run_well("resume", "run", "--trials", "5", "--set", "space.units=[4, 8, 16]")
    after = results(Path("run"))
    assert after["study"]["trials"][:3] == before["trials"]
    assert len(after["study"]["trials"]) == 5
    assert after["study"]["space_edits"] == ["before trial 3, units: 16 added"]
    assert after["study"]["space"]["units"]["choices"] == [4, 8, 16]
    assert after["test"]["openings"] == 2, "a second look at the sealed test is told"
    assert load_experiment("run/experiment.toml").space["units"].choices == [4, 8, 16]


def test_a_finished_run_is_told_as_asked(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished)
    told = json.loads(run_well("resume", "run", "--json"))
    assert told["lines"] == ["run is finished; `tunewright report run` writes its report again"]
    assert (told["run"], told["results"], told["report"]) == ("run", "run/results.json", "run/report.html")
    assert run_well("resume", "run", "--quiet").splitlines() == told["lines"]


def test_a_rehearsal_is_told_as_asked(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished)
    told = json.loads(run_well("tune", "tiny.toml", "--dry-run", "--json"))
    assert any(line.startswith("search    3 trials") for line in told["lines"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "training.epochs=9",
            "training.epochs cannot change while a study is under way, as its results depend on it; expected "
            "search.trials, a key of [stop] or [resources], or a wider [space]; for anything else begin anew with "
            "another --out",
        ),
        (
            "space.units=[8]",
            "[space] units: the choice 4 cannot be removed, as trials may have it; while a study is under way a range "
            "may be widened or a choice added, for anything else begin anew with another --out",
        ),
    ],
)
def test_other_changes_are_refused_and_leave_the_run_as_it_was(
    change: str, said: str, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(finished)
    before = Path("run/experiment.toml").read_text()
    assert refusal("resume", "run", "--set", change) == said
    assert Path("run/experiment.toml").read_text() == before


def test_an_extended_run_that_is_cut_short_is_not_finished(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished)
    shutil.copytree("run", "cut")

    def interrupt(*given: object, **more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tunewright.prices.run.closed.train_final", interrupt)
        assert run("resume", "cut", "--trials", "7").exit_code == 130
    assert not Path("cut/results.json").exists()
    run_well("resume", "cut")
    assert len(results(Path("cut"))["study"]["trials"]) == 7


def test_a_run_that_another_process_holds_is_left_alone(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished)
    before = Path("run/experiment.toml").read_text()
    with RunFolder(Path("run")).lock():
        result = run("resume", "run", "--trials", "77")
    assert result.exit_code == 2
    assert "another process works in run" in result.stderr
    assert Path("run/experiment.toml").read_text() == before


def test_a_study_elsewhere_is_found_again_after_a_move(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path)
    run_well("tune", "tiny.toml", "--out", "here", "--storage", "sqlite:///other.db")
    (tmp_path / "elsewhere").mkdir()
    Path("here").rename("elsewhere/there")
    monkeypatch.chdir(tmp_path / "elsewhere")
    before = results(Path("there"))["study"]["trials"]
    run_well("resume", "there", "--trials", "4")
    assert results(Path("there"))["study"]["trials"][:3] == before
    (tmp_path / "other.db").unlink()
    result = run("resume", "there", "--trials", "5")
    assert result.exit_code == 2
    assert re.search(r"error: the study 'tiny .*' is not at .* any more; bring it back, or begin anew", result.stderr)


def test_more_workers_than_the_lag_are_said_to_wait(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished)
    said = run_well("tune", "tiny.toml", "--trials", "1", "--workers", "3", "--set", "search.lag=1", "--out", "crew")
    assert "workers   1, not 3: more than search.lag would only wait\n" in said
