"""`tunewright data`: cards for people and for programs, and the choices that a file may need."""

import json
from pathlib import Path

import pytest

from cli_helpers import refusal, run, run_well
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.run.setup import read_raw

pytestmark = pytest.mark.usefixtures("unseen_stills")

LONG = "Date,Close,Name\n03/01/2024,1,A\n04/01/2024,2,A\n03/01/2024,5,B\n04/01/2024,4,B\n"


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("long.csv").write_text(LONG)


def test_the_choices_are_options() -> None:
    card = json.loads(run_well("data", "long.csv", "--ticker", "b", "--dates", "day_first", "--json"))[0]
    assert (card["ticker"], card["first"], card["last"]) == ("B", "2024-01-03", "2024-01-04")
    assert card["reading"] == ["dates are day/month/year, as asked for"]
    assert card["repairs"] == ["left out 2 rows of 1 other ticker"]


def test_decimals_reach_every_series_of_an_experiment() -> None:
    for name in ("own.csv", "other.csv"):
        Path(name).write_text("Datum;Kurs\n2024-01-02;1.003\n2024-01-03;1.011\n2024-01-04;1.020\n")
    settings = {"source": "own.csv", "with": ["other.csv"], "decimals": "comma"}
    table = read_raw(Experiment.model_validate({"name": "n", "data": settings})).joined
    assert table.close.tolist() == [1011.0, 1020.0]
    assert table.columns["other.close"].tolist() == [1003.0, 1011.0]


def test_what_is_missing_is_asked_for() -> None:
    expected = "long.csv: expected one ticker, found 'A', 'B'. Choose one by ticker, --ticker or --with FILE:TICKER."
    assert refusal("data", "long.csv") == expected
    assert "Set dates to 'month_first' or 'day_first'" in refusal("data", "long.csv", "--ticker", "A")
    expected = "dates: expected one of auto, day_first, month_first, found 'us'. Choose one of them."
    assert refusal("data", "long.csv", "--dates", "us") == expected


def test_every_card_is_printed_before_the_errors() -> None:
    Path("good.csv").write_text("Datum;Kurs\n2024-01-02;1.003\n2024-01-03;1.011\n")
    done = run("data", "long.csv", "good.csv", "none.csv", "--decimals", "comma")
    assert done.exit_code == 2
    assert "numbers have a decimal comma, as asked for" in done.stdout
    assert [line[:20] for line in done.stderr.splitlines()] == ["error: long.csv: exp", "error: none.csv: exp"]
