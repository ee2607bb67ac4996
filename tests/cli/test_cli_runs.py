"""`tunewright runs`, and runs that know of each other's looks at the sealed test."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli_helpers import refusal, results, run, run_well, write_tiny

pytestmark = pytest.mark.usefixtures("unseen_stills")

QUICK = ("--set", "training.epochs=1", "--trials", "1", "--workers", "1", "--quiet")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, unseen_stills: None) -> Iterator[Path]:
    """Two experiments on the same rows, and the first one again in another folder; with a ledger of their own."""
    folder = tmp_path_factory.mktemp("looks")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("TUNEWRIGHT_STATE", str(folder / "state"))
        write_tiny(folder)
        run_well("tune", "tiny.toml", *QUICK)
        run_well("tune", "tiny.toml", "--seed", "1", "--set", "preparation.test_fraction=0.3", *QUICK)
        run_well("tune", "tiny.toml", "--out", "elsewhere/again", *QUICK)
        yield folder


@pytest.fixture(autouse=True)
def _there(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shared)
    monkeypatch.setenv("TUNEWRIGHT_STATE", str(shared / "state"))


def looks(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = results(Path(folder))["test"]["looks"]
    return found


def test_a_second_experiment_on_the_same_rows_knows_of_the_first() -> None:
    first, second = looks("runs/tiny"), looks("runs/tiny-2")
    assert (first["earlier"], second["earlier"]) == (0, 1)
    p = results(Path("runs/tiny-2"))["test"]["clark_west"]["p"]
    assert second["adjusted_p"] == min(1.0, 2 * p)
    assert second["together"] is None, "its sealed days are more"
    assert [results(Path(run))["worth"]["trials"] for run in ("runs/tiny", "runs/tiny-2")] == [1, 2]
    assert "looked at" not in results(Path("runs/tiny"))["test"]["verdict"]
    assert " These days were looked at once before; " in results(Path("runs/tiny-2"))["test"]["verdict"]
    page = Path("runs/tiny-2/report.html").read_text(encoding="utf-8")
    assert "Opened more than once" in page
    assert "1 time in this run; after 1 look at other forecasts" in page
    assert "Opened more than once" not in Path("runs/tiny/report.html").read_text(encoding="utf-8")


def test_the_first_experiment_again_is_the_same_forecast_but_knows_of_the_second() -> None:
    assert looks("elsewhere/again")["earlier"] == 1
    lines = [len(Path(place, "openings.jsonl").read_text().splitlines()) for place in ("state", "elsewhere/again")]
    assert lines == [3, 1]


def test_an_experiment_again_with_nothing_between_says_the_same(tmp_path: Path) -> None:
    verdicts = []
    for place in ("one", "two"):
        write_tiny(tmp_path)
        os.environ["TUNEWRIGHT_STATE"] = str(tmp_path / "state")
        run_well("tune", tmp_path / "tiny.toml", "--out", tmp_path / place, *QUICK)
        verdicts.append(results(tmp_path / place)["test"])
    assert verdicts[0] == verdicts[1]
    assert len((tmp_path / "state" / "openings.jsonl").read_text().splitlines()) == 2


def test_the_list_shows_finished_unfinished_and_damaged_runs(tmp_path: Path) -> None:
    place = tmp_path / "runs"
    for name in ("unfinished", "damaged", "torn", "list", "no run"):
        (place / name).mkdir(parents=True)
    (place / "unfinished" / "experiment.toml").write_text("")
    (place / "damaged" / "results.json").write_text("{")
    (place / "list" / "results.json").write_text("[1]")
    (place / "torn" / "results.json").write_text(json.dumps({"kind": "prices", "name": "x", "test": {}}))
    (place / "done").symlink_to(Path("runs/tiny").absolute())
    told = {Path(one["folder"]).name: one for one in json.loads(run_well("runs", place, "--json"))["runs"]}
    assert {name: one["state"] for name, one in told.items()} == {
        "done": "finished", "unfinished": "unfinished", "damaged": "damaged", "torn": "damaged", "list": "damaged",
    }  # fmt: skip
    done = told["done"]
    assert (done["kind"], done["trials"], done["looks"], done["name"]) == ("prices", 1, 1, "tiny")
    shown = run_well("runs", place)
    assert all(name in shown for name in told)
    assert "tunewright resume" in " ".join(shown.split())
    assert "no run" not in shown


def test_the_list_tells_which_sealed_tests_were_looked_at_more_than_once() -> None:
    shown = run_well("runs")
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "Sealed tests that were looked at more than once" in shown
    (test,) = json.loads(run_well("runs", "--json"))["looked_at_often"]
    assert [Path(one["run"]).name for one in test["openings"]] == ["tiny", "tiny-2"]
    assert test["adjusted_p"] == min(1.0, 2 * min(one["p"] for one in test["openings"]))


def test_a_damaged_ledger_is_told_beside_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUNEWRIGHT_STATE", str(tmp_path))
    (tmp_path / "openings.jsonl").write_text("torn\n")
    listed = run("runs")
    assert listed.exit_code == 0
    assert f"warning: {tmp_path}/openings.jsonl, line 1 is damaged" in listed.stderr
    assert "tiny" in listed.stdout


def test_a_run_with_a_damaged_ledger_ends_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUNEWRIGHT_STATE", str(tmp_path / "tiny.toml"))  # a file, not a folder
    write_tiny(tmp_path)
    assert "WARNING: the ledger of openings in the user's state directory cannot be written" in run_well(
        "tune", tmp_path / "tiny.toml", "--out", tmp_path / "run", *QUICK
    )
    assert len(looks(str(tmp_path / "run"))["problems"]) == 2
    assert "Ledger of openings" in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")


def test_an_empty_folder_has_no_runs_and_a_missing_one_is_refused(tmp_path: Path) -> None:
    assert f"no runs in {tmp_path}" in run_well("runs", tmp_path)
    assert refusal("runs", tmp_path / "missing").startswith("expected a folder of runs, found no folder")
