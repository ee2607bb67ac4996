"""Feature study and leakage ladder through the command line: run, resumed, reported, and refused in one line."""

import re
import signal
import time
from pathlib import Path

import pytest

from cli_helpers import refusal, results, run_well, write_prices
from docs_reading import blocks
from tunewright.entrance import load_experiment
from warm_program import warm

QUICK = ("--workers", "1", "--set", "comparison.repeats=2", "--set", "preparation.folds=2")
STUDY = """
kind = "feature-study"

[data]
source = "prices.csv"
with = ["other.csv"]

[comparison]
repeats = 2

[preparation]
folds = 2
time_step = 5
feature_set = "base"

[preparation.feature_sets]
other = ["log_return", "other.log_return"]
base = ["log_return"]
volume = ["log_return", "log_volume_change"]

[training]
epochs = 2

[search]
trials = 3

[space]
units = [2, 4]
learning_rate = { low = 1e-3, high = 1e-2, log = true }
"""
LADDER = """
kind = "leakage-ladder"

[data]
source = "prices.csv"

[preparation]
folds = 2
time_step = 5

[model]
family = "ridge"

[comparison]
repeats = 2
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_prices(tmp_path / "prices.csv", rows=260)
    write_prices(tmp_path / "other.csv", rows=260, seed=2)
    (tmp_path / "study.toml").write_text(STUDY)
    (tmp_path / "ladder.toml").write_text(LADDER)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_feature_study_runs_to_a_report(folder: Path) -> None:
    printed = run_well("tune", "study.toml", "--workers", "1", "--out", "run")
    found = results(Path("run"))
    compared = found["comparison"]
    assert set(found) == {
        "schema", "tunewright", "name", "kind", "seed", "created", "data", "folds", "comparison", "study", "timing",
        "provenance",
    }  # fmt: skip
    assert [variant["name"] for variant in compared["variants"]] == ["base", "other", "volume"]
    assert compared["features"]["other"] == ["log_return", "other.log_return"]
    assert (found["kind"], compared["trainings"], compared["repeats"]) == ("feature-study", 6, 2)
    assert compared["variants"][0]["change"] is None
    assert all(len(variant["change"]["by_repeat"]) == 2 for variant in compared["variants"][1:])
    assert set(compared["params"]) == set(found["study"]["space"]) == {"units", "learning_rate"}
    assert compared["sentence"] in printed
    page = Path("run/report.html").read_text()
    assert "Do more inputs help?" in page
    assert all(
        f"<dt>{name}</dt>" in page for name in ("Format", "Adjusted for splits and dividends", "Gaps", "Repairs")
    )
    assert Path("run/figures/feature_sets.png").exists()
    assert Path("run/figures/history.png").exists()
    assert not Path("run/bundle").exists()
    assert load_experiment("run/experiment.toml").kind == "feature-study"
    assert run_well("report", "run") == "report: run/report.html\n"
    assert "is finished" in run_well("resume", "run")


@pytest.mark.slow
def test_a_comparison_on_ray_is_that_of_processes(folder: Path) -> None:
    pytest.importorskip("ray", reason="needs the extra `ray`")
    for out, place in (("processes", ("--workers", "2")), ("ray", ("--executor", "ray"))):
        run_well("tune", "study.toml", *place, "--out", out, "--quiet")
    one, other = (results(Path(out)) for out in ("processes", "ray"))
    assert one["comparison"] == other["comparison"]
    assert one["study"]["fingerprint"] == other["study"]["fingerprint"]


@pytest.mark.usefixtures("unseen_here")
def test_the_study_of_the_docs_runs_as_written(folder: Path) -> None:
    write_prices(folder / "AAPL.csv", rows=260)
    write_prices(folder / "MSFT.csv", rows=260, seed=2)
    (study,) = [text for where, text in blocks("toml") if where.startswith("docs/feature-study.md")]
    Path("mine.toml").write_text(study)
    tiny = ("--set", "training.epochs=1", "--set", "space.units=[2, 4]", "--set", "preparation.time_step=5")
    run_well("tune", "mine.toml", *QUICK, *tiny, "--trials", "1", "--out", "run")
    named = [variant["name"] for variant in results(Path("run"))["comparison"]["variants"]]
    assert named == ["base", "volume", "range", "msft"]


@pytest.mark.usefixtures("unseen_here")
def test_the_recipe_says_what_to_edit_for_other_files(folder: Path) -> None:
    Path("mine.toml").write_text(run_well("recipes", "show", "feature-study"))
    said = refusal("tune", "mine.toml", "--data", "prices.csv", "--with", "other.csv")
    assert "feature 'nasdaq.log_return' needs the column 'nasdaq.close'" in said
    edited = Path("mine.toml").read_text().replace("nasdaq.log_return", "other.log_return")
    Path("mine.toml").write_text(edited)
    tiny = ("--set", "training.epochs=1", "--set", "space={units=[2, 4]}", "--set", "preparation.time_step=5")
    given = ("--data", "prices.csv", "--with", "other.csv")
    run_well("tune", "mine.toml", *given, *QUICK, *tiny, "--trials", "1", "--out", "run")
    assert Path("run/report.html").exists()


def test_a_comparison_is_audited_with_all_its_sets(folder: Path) -> None:
    first, *checks = run_well("audit", "study.toml").splitlines()
    assert first == "checked   2 folds, 3 inputs: log_return, other.log_return, log_volume_change"
    assert [line[:10].strip() for line in checks] == ["ok"] * 4
    assert "checked   2 folds" in run_well("audit", "ladder.toml")
    assert "found an experiment on a function" in refusal("audit", "quadratic")


def test_a_leakage_ladder_is_the_same_for_any_number_of_workers(folder: Path) -> None:
    printed = run_well("tune", "ladder.toml", "--workers", "1", "--out", "one")
    run_well("tune", "ladder.toml", "--workers", "2", "--out", "two")
    one, two = results(Path("one")), results(Path("two"))
    assert one["comparison"] == two["comparison"]
    assert one["study"] is None
    names = [variant["name"] for variant in one["comparison"]["variants"]]
    assert names == [
        "honest", "whole_series_scaler", "random_split", "stopping_on_test", "same_day_column", "newest_first",
        "smoothed_series",
    ]  # fmt: skip
    assert "make the same model look better than its honest error" in printed
    page = Path("one/report.html").read_text()
    assert "How good do the mistakes look?" in page
    assert '<th scope="col" class="worded">What is wrong</th>' in page
    assert "<td>+" in page
    assert not re.search(r"<td>-\d", page)
    assert not re.search(r"[ (]-\d", printed)
    assert Path("one/figures/leakage_ladder.png").exists()


@pytest.mark.usefixtures("unseen_here")
def test_interrupted_and_resumed_it_is_the_same(folder: Path) -> None:
    slow = ("--set", "training.epochs=8", "--set", "training.patience=0", "--workers", "1")
    run_well("tune", "study.toml", *slow, "--out", "whole")
    with warm("tune", "study.toml", *slow, "--out", "run") as program:
        program.await_line("trial 2/6")
        time.sleep(0.02)
        code, said = program.end(signal.SIGINT)
    assert (code, "Go on with: tunewright resume" in said) == (130, True)
    run_well("resume", "run", "--workers", "1")
    whole, run = results(Path("whole")), results(Path("run"))
    assert whole["comparison"] == run["comparison"]
    assert whole["study"]["fingerprint"] == run["study"]["fingerprint"]


REFUSED = {
    ("study.toml", "comparison.repeats=1"): "[comparison] repeats: input should be greater than or equal to 2, found 1",
    (
        "study.toml",
        "comparison.repeat=3",
    ): "[comparison] unknown key 'repeat' in the experiment; did you mean 'repeats'?",
    ("study.toml", "preparation.feature_set=bas"): (
        "preparation: feature_set must be a name out of feature_sets (other, base, volume), found 'bas'"
    ),
    ("study.toml", "preparation.feature_sets={base=['log_return']}"): (
        "a feature study needs [preparation.feature_sets] with two sets or more, and preparation.feature_set: the one "
        "that all others are compared with; found base and feature_set = 'base'"
    ),
    ("study.toml", "space.feature_set=['base', 'volume']"): (
        "[space] feature_set: a feature study compares the sets, so it cannot tune them; remove it"
    ),
    ("study.toml", "search.second_objective=parameters"): (
        "search.second_objective: a comparison tunes for one objective; take it out"
    ),
    ("ladder.toml", "comparison.mistakes=['random_spilt']"): (
        "[comparison] mistakes: expected different names out of whole_series_scaler, random_split, stopping_on_test, "
        "same_day_column, newest_first, smoothed_series, found ['random_spilt']"
    ),
}


@pytest.mark.parametrize(("file", "change"), REFUSED)
def test_wrong_comparisons_are_refused_in_one_line(file: str, change: str, folder: Path) -> None:
    assert refusal("tune", file, "--set", change) == f"{file}: {REFUSED[file, change]}"


@pytest.mark.usefixtures("unseen_here")
def test_sets_without_their_columns_say_what_to_give(folder: Path) -> None:
    assert "give the prices of 'other' too, with --with FILE" in refusal("tune", "study.toml", "--set", "data.with=[]")
    lines = Path("prices.csv").read_text().splitlines()
    Path("close.csv").write_text("\n".join(",".join(line.split(",")[i] for i in (0, 4)) for line in lines))
    assert "'volume'" in refusal("tune", "study.toml", "--data", "close.csv")
    assert refusal("tune", "ladder.toml", "--data", "close.csv") == (
        "the mistake 'same_day_column' needs the columns high and low, but the data has only close; give data with "
        "them, or leave it out of comparison.mistakes"
    )
    some = ("--set", "comparison.mistakes=['random_split']", "--data", "close.csv")
    run_well("tune", "ladder.toml", *some, "--workers", "1", "--out", "run")
    assert len(results(Path("run"))["comparison"]["variants"]) == 2


@pytest.mark.usefixtures("unseen_here")
def test_nothing_changes_on_resume(folder: Path) -> None:
    run_well("tune", "ladder.toml", "--workers", "1", "--out", "run")
    assert refusal("resume", "run", "--trials", "9") == (
        "search.trials cannot change: nothing of a comparison may, once it is under way; begin anew with another --out"
    )
