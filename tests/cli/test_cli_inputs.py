"""Other tickers, feature sets and own functions, from the experiment to a forecast; and the audit of all that."""

import json
import tomllib
from pathlib import Path

import pytest

from cli_helpers import outcome, refusal, results, run, run_well, write_prices, write_tiny
from tunewright.core.codec import write_atomically
from tunewright.entrance import load_experiment
from tunewright.experiment.files import to_toml

pytestmark = pytest.mark.usefixtures("unseen_stills")

GAP = """
def gap(frame):
    return (frame["open"] / frame["msft.close"]).rolling(3).mean().rename("gap")

def tomorrow(frame):
    return frame["close"].shift(-1).ffill().rename("tomorrow")

def broken(frame):
    return 1 / 0
"""
INPUTS = """
[preparation.feature_sets]
price = ["log_return", "rsi_14"]
both = ["log_return", "msft.log_return", "custom.gap"]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path)
    tiny = Path("tiny.toml")
    text = tiny.read_text().replace("time_step = 5", "time_step = 5\nfeature_set = 'both'\ncustom = ['mine.py:gap']")
    write_atomically(tiny, text + INPUTS)
    write_atomically(Path("mine.py"), GAP)
    write_prices(Path("MSFT.csv"), seed=2)
    return tmp_path


def test_from_the_experiment_to_the_forecast(folder: Path) -> None:
    printed = run_well("tune", "tiny.toml", "--with", "MSFT.csv", "--out", "run")
    assert "MSFT.csv (200 rows, 2000-01-03 to 2000-10-06) is joined as msft" in printed
    assert "the first 1 row, 2000-01-03 to 2000-01-03, is dropped: msft begins on 2000-01-03" in printed
    assert "the first 2 rows dropped: preparation.custom has no value there yet" in printed
    assert results(folder / "run")["data"]["sources"] == [str(folder / "prices.csv"), str(folder / "MSFT.csv")]
    kept = tomllib.loads((folder / "run/experiment.toml").read_text())
    assert kept["data"]["with"] == [str(folder / "MSFT.csv")]
    assert kept["preparation"]["custom"] == [f"{folder / 'mine.py'}:gap"]
    whole = run_well(
        *("predict", "run", "--data", "prices.csv", "--with", "MSFT.csv", "--custom", "mine.py:gap"), "--last", "3"
    )
    assert len(whole.splitlines()) == 4
    assert "--with FILE" in refusal("predict", "run", "--data", "prices.csv")
    missing = refusal("predict", "run", "--data", "prices.csv", "--with", "MSFT.csv")
    assert "give each with --custom FILE.py:NAME, as a bundle holds no code" in missing
    for name in ("prices", "MSFT"):  # three rows: the bundle's own go before them
        lines = Path(f"{name}.csv").read_text().splitlines()
        (folder / "late").mkdir(exist_ok=True)
        Path(f"late/{name}.csv").write_text("\n".join([lines[0], *lines[-4:]]))
    late = run_well(
        *("predict", "run", "--data", "late/prices.csv", "--with", "late/MSFT.csv", "--custom", "mine.py:gap")
    )
    assert late.splitlines()[-1] == whole.splitlines()[-1]


def test_one_of_several_tickers_in_a_file_is_joined(folder: Path) -> None:
    header, *rows = Path("MSFT.csv").read_text().splitlines()
    lines = [f"Symbol,{header}", *(f"{name},{row}" for row in rows for name in ("IBM", "MSFT"))]
    write_atomically(Path("both:all.csv"), "\n".join(lines))
    printed = run_well("tune", "tiny.toml", "--with", "both:all.csv:msft", "--out", "run")
    assert "is joined as msft" in printed
    own = ("predict", "run", "--data", "prices.csv", "--custom", "mine.py:gap", "--with")
    assert run_well(*own, "both:all.csv:MSFT") == run_well(*own, "MSFT.csv")
    assert "FILE:TICKER" in refusal("tune", "tiny.toml", "--with", "both:all.csv", "--out", "more")
    assert "expected a ticker 'AAPL'" in refusal("tune", "tiny.toml", "--with", "both:all.csv:AAPL", "--out", "more")


@pytest.mark.parametrize("function", ["leave", "noise"])
def test_a_function_that_ends_the_program_or_draws_at_random_is_refused_in_one_line(
    folder: Path, function: str
) -> None:
    code = {"leave": "raise SystemExit(5)", "noise": "return frame['close'] * numpy.random.default_rng().random()"}
    write_atomically(Path("mine.py"), f"{GAP}\nimport numpy\n\ndef {function}(frame):\n    {code[function]}\n")
    found = refusal("audit", "tiny.toml", "--with", "MSFT.csv", "--set", f"preparation.custom=['mine.py:{function}']")
    assert {"leave": "leave failed with SystemExit: 5", "noise": "gives other values each time"}[function] in found


def test_a_missing_feature_says_what_the_functions_return(folder: Path) -> None:
    sets = "preparation.feature_sets.both=['custom.gaps']"
    message = refusal("tune", "tiny.toml", "--with", "MSFT.csv", "--set", sets, "--out", "run")
    assert "mine.py:gap returns custom.gap; a Series has the name of its function" in message
    assert "custom.gaps" in refusal("audit", "tiny.toml", "--with", "MSFT.csv", "--set", sets)


def test_a_feature_set_is_tuned_and_the_bundle_needs_what_it_uses(folder: Path) -> None:
    sets = 'space.feature_set=["price", "both"]'
    command = ("tune", "tiny.toml", "--with", "MSFT.csv", "--set", sets, "--trials", "6")
    run_well(*command, "--out", "run")
    trials = results(folder / "run")["study"]["trials"]
    assert {trial["params"]["feature_set"] for trial in trials} == {"price", "both"}
    run_well(*command, "--out", "again", "--workers", "1")
    assert outcome(folder / "run") == outcome(folder / "again")
    run_well("tune", "tiny.toml", "--with", "MSFT.csv", "--set", "preparation.feature_set=price", "--out", "own")
    assert "made after" in run_well("predict", "own", "--data", "prices.csv")


def test_what_is_written_is_read_back(folder: Path) -> None:
    experiment = load_experiment("tiny.toml", {"data.with": ["MSFT.csv"]})
    write_atomically(Path("copy.toml"), to_toml(experiment))
    assert load_experiment("copy.toml") == experiment


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("preparation.custom=['mine.py:none']", "mine.py has no function 'none'; it has gap, tomorrow, broken"),
        ("preparation.custom=['mine.py:broken']", "mine.py:broken failed with ZeroDivisionError: division by zero"),
        (
            "preparation.custom=['mine.py:tomorrow']",
            "custom.tomorrow looks ahead: its value in row 99 (2000-05-22) depends on rows at least 1 row later",
        ),
        ("preparation.custom=[]", "feature 'custom.gap' needs the column 'custom.gap'"),
        (
            "preparation.feature_set=other",
            "feature_set must be a name out of feature_sets (price, both), found 'other'",
        ),
        ("space.feature_set=['price', 'other']", "[space] feature_set: preparation: feature_set must be a name out of"),
        ("preparation.feature_sets.none=[]", "preparation.feature_sets: none: expected a list out of open, high"),
        ("data.with=['none.csv']", "none.csv"),
        ("data.with=['MSFT.csv', './MSFT.csv']", "expected files with different tickers, none of them 'custom', found"),
        ("data.availability_lag=31", "data.availability_lag: input should be less than or equal to 30, found 31"),
    ],
)
def test_refuses(folder: Path, change: str, message: str) -> None:
    others = () if change.startswith("data.with") else ("--with", "MSFT.csv")
    assert message in refusal("tune", "tiny.toml", *others, "--set", change, "--out", "run")
    assert not (folder / "run").exists()


def test_the_audit_of_an_experiment_without_a_leak(folder: Path) -> None:
    lines = run_well("audit", "tiny.toml", "--with", "MSFT.csv").splitlines()
    assert lines[0] == "checked   2 folds, 3 inputs: log_return, msft.log_return, custom.gap"
    assert [line[:10].strip() for line in lines[1:]] == ["ok"] * 4
    assert "[]" in run_well("audit", "tiny.toml", "--with", "MSFT.csv", "--json")


def test_the_audit_finds_a_function_that_looks_ahead(folder: Path) -> None:
    changes = ("--set", "preparation.custom=['mine.py:tomorrow']", "--json")
    found = run("audit", "tiny.toml", "--with", "MSFT.csv", *changes)
    assert found.exit_code == 3
    content = json.loads(found.stdout)
    assert content["leaks"]
    assert not content["complete"]
    (leak,) = content["findings"]
    assert (leak["check"], leak["column"], leak["ahead"]) == ("look-ahead", "custom.tomorrow", 1)
    lines = run("audit", "tiny.toml", "--with", "MSFT.csv", *changes[:2]).stdout.splitlines()
    assert lines[1].startswith("LEAK      custom.tomorrow looks ahead: its value in row ")
    assert [line[:10].strip() for line in lines[2:]] == ["skipped"] * 3


@pytest.mark.parametrize("recipe", ["prices-lstm", "notebook-lstm"])
def test_the_recipes_pass_the_audit(recipe: str) -> None:
    run_well("audit", recipe)
