"""Going on with a finished or an interrupted run: more trials, a wider space, and what is refused."""

from pathlib import Path

import pytest

from cli_helpers import refusal, results, run_well, write_tiny
from tunewright.experiment.files import load_experiment


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


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "training.epochs=9",
            "training.epochs cannot change while a study is under way, as its results depend on it; expected "
            "search.trials, a key of [stop] or a wider [space]; for anything else begin anew with another --out",
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
