"""`tunewright data`: cards for people and for programs, and the choices that a file may need."""

import json
from pathlib import Path

import pytest

from cli_helpers import refusal, run_well

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


def test_what_is_missing_is_asked_for() -> None:
    expected = "long.csv: expected one ticker, found 'A', 'B'. Choose one: set ticker to 'A', for example."
    assert refusal("data", "long.csv") == expected
    assert "Set dates to 'month_first' or 'day_first'" in refusal("data", "long.csv", "--ticker", "A")
    expected = "dates: expected one of auto, day_first, month_first, found 'us'. Choose one of them."
    assert refusal("data", "long.csv", "--dates", "us") == expected
