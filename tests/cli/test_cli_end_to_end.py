"""One small run from prices to forecasts through the command line, and what it leaves behind."""

import csv
import json
import math
import zipfile
from collections.abc import Iterator
from pathlib import Path

import optuna
import pytest

from cli_helpers import RUN_FILES, outcome, results, run, run_well, start, write_tiny
from tunewright.entrance import load_experiment
from tunewright.search.storage import sqlite_url

HEADER = ["made_after", "target_day", "last_close", "forecast", "low", "high", "scaled_low", "scaled_high"]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What `tune` printed as a process of its own; the run is in the current folder's `run`."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_tiny(folder)
        process = start("tune", "tiny.toml", "--out", "run", "--trials", "2", "--set", "training.epochs=1")
        stdout, stderr = process.communicate(timeout=120)
        assert (process.returncode, stderr) == (0, "")
        yield stdout


@pytest.fixture(autouse=True)
def _made(printed: str) -> None:
    pass


def test_tune_prints_the_card_each_trial_the_verdict_and_where_things_are(printed: str) -> None:
    lines = printed.splitlines()
    assert lines[0] == "running   tiny, an experiment on prices: 2 trials"
    assert lines[1] == "source    prices.csv (comma-separated UTF-8, one series)"
    assert "run folder: run" in lines
    assert [line.split()[1] for line in lines if line.startswith("trial ")] == ["1/2", "2/2"]
    assert results(Path("run"))["test"]["verdict"] in lines
    assert lines[-2:] == ["report: run/report.html", "bundle: run/bundle"]


def test_the_run_folder_holds_every_file() -> None:
    assert {path.name for path in Path("run").iterdir()} == RUN_FILES
    assert {path.name for path in Path("run/bundle").iterdir()} == {
        "bundle.json", "checksums.json", "context.json", "weights.safetensors",
    }  # fmt: skip
    assert all(path.suffix == ".png" and path.stat().st_size > 1000 for path in Path("run/figures").iterdir())
    assert len(list(Path("run/figures").iterdir())) >= 3


def test_the_resolved_experiment_names_every_choice() -> None:
    experiment = load_experiment("run/experiment.toml")
    assert experiment.preparation.features == ["log_return", "high_low", "open_close"]
    assert (experiment.search.trials, experiment.training.epochs, experiment.name) == (2, 1, "tiny")


def test_no_file_of_the_run_is_a_pickle() -> None:
    for path in (path for path in Path("run").rglob("*") if path.is_file()):
        content = path.read_bytes()
        assert not zipfile.is_zipfile(path), f"{path}: torch.save writes zips with a data.pkl"
        assert b"data.pkl" not in content, path
        assert content[:1] != b"\x80", f"{path}: starts as a pickle does"


def test_optuna_opens_the_study() -> None:
    study = optuna.load_study(study_name="tiny", storage=sqlite_url(Path("run/study.db")))
    theirs = [(trial.number, trial.state.name.lower(), trial.params, trial.value) for trial in study.trials]
    ours = results(Path("run"))["study"]["trials"]
    assert theirs == [(trial["number"], trial["state"], trial["params"], trial["score"]) for trial in ours]


def test_predict_as_table_as_json_and_as_file(tmp_path: Path) -> None:
    command = ("predict", "run", "--data", "prices.csv", "--last", "3")
    days = json.loads(run_well(*command, "--json"))
    prices = list(csv.DictReader(Path("prices.csv").read_text().splitlines()))[-3:]
    assert [day["made_after"] for day in days] == [row["Date"] for row in prices]
    assert [day["last_close"] for day in days] == [float(row["Close"]) for row in prices]
    assert [day["target_day"] for day in days[:2]] == [row["Date"] for row in prices[1:]]
    assert all(math.isfinite(day["forecast"]) and 0 < day["low"] < day["forecast"] < day["high"] for day in days)
    assert all(0 < day["scaled_low"] < day["forecast"] < day["scaled_high"] for day in days)
    table = run_well(*command).splitlines()
    assert table[0].split() == [
        "made",
        "after",
        "for",
        "last",
        "close",
        "forecast",
        "90%",
        "interval",
        "by",
        "volatility",
    ]
    assert [line.split()[0] for line in table[1:]] == [day["made_after"] for day in days]
    out = tmp_path / "forecasts.csv"
    assert run_well(*command, "--out", out) == f"3 forecasts: {out}\n"
    rows = list(csv.reader(out.read_text().splitlines()))
    assert rows == [HEADER, *([str(day[name]) for name in HEADER] for day in days)]
    assert json.loads(run_well("predict", "run/bundle", "--data", "prices.csv", "--last", "3", "--json")) == days


def test_report_again_gives_the_same_page() -> None:
    page, figures = Path("run/report.html"), sorted(Path("run/figures").iterdir())
    before = page.read_bytes()
    for path in (page, *figures):
        path.unlink()
    assert run_well("report", "run") == "report: run/report.html\n"
    assert page.read_bytes() == before
    assert sorted(Path("run/figures").iterdir()) == figures


def test_resume_leaves_a_finished_run_alone() -> None:
    before = {path: path.read_bytes() for path in Path("run").rglob("*") if path.is_file()}
    said = run_well("resume", "run")
    assert said == "run is finished; `tunewright report run` writes its report again\n"
    assert {path: path.read_bytes() for path in Path("run").rglob("*") if path.is_file()} == before


def test_data_shows_the_card() -> None:
    assert run_well("data", "prices.csv").splitlines()[1] == "rows      200, 2000-01-03 to 2000-10-06"
    assert json.loads(run_well("data", "--json", "prices.csv")) == [results(Path("run"))["data"]["card"]]


@pytest.mark.usefixtures("unseen_here")
def test_a_seed_gives_one_study_and_another_seed_another() -> None:
    for out, seed in (("again", "0"), ("other", "1")):
        run_well("tune", "tiny.toml", "--out", out, "--seed", seed, "--trials", "2", "--set", "training.epochs=1")
    first, again, other = (outcome(Path(name)) for name in ("run", "again", "other"))
    assert first == again
    assert first[0] != other[0]
    assert first[1] != other[1]


@pytest.mark.usefixtures("unseen_here")
def test_runs_without_a_name_and_a_storage_of_ones_own() -> None:
    url = f"sqlite:///{Path('shared.db').resolve()}"
    said = run_well("tune", "tiny.toml", "--trials", "1", "--storage", url)
    assert "run folder: runs/tiny\n" in said
    assert not Path("runs/tiny/study.db").exists()
    name, finals = sorted(optuna.get_all_study_names(url), key=len)
    assert finals.startswith(f"{name}, tiny final ")
    study = optuna.load_study(study_name=name, storage=url)
    assert [trial.number for trial in study.trials] == [0]
    assert run("tune", "tiny.toml", "--trials", "1").stdout.count("run folder: runs/tiny-2\n") == 1
    assert outcome(Path("runs/tiny")) == outcome(Path("runs/tiny-2"))
