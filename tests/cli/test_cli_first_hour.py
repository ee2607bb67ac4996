"""What a newcomer types in the first hour: hints, a dry run, quiet runs, forecasts without saying from what."""

import json
from pathlib import Path

import pytest

from cli_helpers import refusal, results, run, run_well, write_prices, write_tiny

pytestmark = pytest.mark.usefixtures("unseen_stills")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, unseen_stills: None) -> Path:
    """A finished run on prices in `run`, told as JSON in told.json."""
    folder = tmp_path_factory.mktemp("hour")
    write_tiny(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        (folder / "told.json").write_text(run_well("tune", "tiny.toml", "--out", "run", "--json", "--workers", "1"))
    return folder


@pytest.fixture(autouse=True)
def _inside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def test_the_version() -> None:
    assert run_well("--version").startswith("tunewright 0.")


def test_data_in_the_place_of_an_experiment_is_answered_with_the_option() -> None:
    write_prices(Path("AAPL.csv"))
    assert refusal("tune", "AAPL.csv").endswith(
        "if this is the data, give it to a recipe: tunewright tune prices-lstm --data AAPL.csv"
    )
    assert refusal("tune", ".").endswith("tunewright tune digits-cnn --data .")


@pytest.mark.parametrize(
    ("features", "meant"),
    [('["log_retrun"]', "log_return"), ('["msft.rsi14"]', "msft.rsi_14"), ('["Close"]', "close")],
)
def test_a_feature_that_is_misspelt_is_guessed(features: str, meant: str) -> None:
    assert refusal("tune", "tiny.toml", "--set", f"preparation.features={features}").endswith(
        f"did you mean {meant!r}?"
    )


def test_the_gap_follows_the_horizon() -> None:
    told = run_well("tune", "tiny.toml", "--set", "preparation.horizon=3", "--dry-run")
    assert "search    3 trials of 2 folds" in told
    assert "found gap = 1, horizon = 3" in refusal(
        "tune", "tiny.toml", "--set", "preparation.horizon=3", "--set", "preparation.gap=1"
    )


def test_a_dry_run_reads_checks_times_and_leaves_nothing() -> None:
    before = sorted(Path().rglob("*"))
    told = run_well("tune", "tiny.toml", "--dry-run", "--workers", "2")
    assert "search    3 trials of 2 folds, 2 workers" in told
    assert "s for an epoch of the first trial" in told
    assert "time      at most about " in told
    assert sorted(Path().rglob("*")) == before
    assert "units" in refusal("tune", "tiny.toml", "--dry-run", "--set", "space.unit=[4]")


def test_a_dry_run_of_a_function_calls_nothing() -> None:
    assert "timed     nothing" in run_well("tune", "quadratic", "--dry-run")


def test_json_is_all_that_is_printed() -> None:
    told = json.loads(Path("told.json").read_text())
    assert sorted(told) == ["bundle", "lines", "report", "results", "run"]
    assert told["lines"][0] == results(Path("run"))["test"]["verdict"]
    assert all(Path(told[name]).exists() for name in ("run", "results", "report", "bundle"))


def test_quiet_runs_say_how_they_ended() -> None:
    told = run_well("tune", "quadratic", "--trials", "5", "--quiet", "--out", "quiet")
    assert told.startswith("The lowest value is ")
    assert told.endswith("report: quiet/report.html\n")


def test_a_finished_run_gets_the_report_that_it_lacks() -> None:
    page = Path("run/report.html")
    whole = page.read_bytes()
    page.unlink()
    assert "report: run/report.html" in run_well("resume", "run").splitlines()
    assert page.read_bytes() == whole
    assert "is finished" in run_well("resume", "run")


def test_forecasts_are_made_from_the_data_of_the_run_where_none_is_given(tmp_path: Path) -> None:
    assert run_well("predict", "run") == run_well("predict", "run", "--data", "prices.csv")
    Path("run/bundle").rename(tmp_path / "alone")
    said = refusal("predict", tmp_path / "alone")
    (tmp_path / "alone").rename("run/bundle")
    assert said.startswith("--data: expected the data to predict from, as there is no run around the bundle")


def test_a_joined_ticker_that_nothing_uses_is_told() -> None:
    write_prices(Path("msft.csv"), seed=2)
    told = run_well("tune", "tiny.toml", "--with", "msft.csv", "--dry-run")
    warning = (
        "no input uses msft, which data.with joins, so it changes nothing; use a feature of it, such as "
        'preparation.features = ["log_return", "msft.log_return"], or leave it out'
    )
    assert f"warning   {warning}" in told
    assert refusal("audit", "tiny.toml", "--with", "msft.csv") == f"{warning}; as it is, nothing of it is audited"
    used = run_well(
        "tune", "tiny.toml", "--with", "msft.csv", "--set", 'preparation.features=["msft.log_return"]', "--dry-run"
    )
    assert "no input uses" not in used


def test_a_name_that_a_terminal_would_obey_is_shown_escaped() -> None:
    result = run("tune", "\x1b[31m.toml")
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr
    assert "\\x1b[31m.toml" in result.stderr
