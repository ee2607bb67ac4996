"""A study that tunes the family says what it found of each: results.json, the terminal, the page."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli_helpers import results, run_well, write_prices
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.run.families import FamiliesFound, FamilyFound, families_found
from tunewright.prices.run.setup import Prepared, set_up
from tunewright.search.records import State, TrialRecord

TRIED = """
[data]
source = "prices.csv"

[preparation]
folds = 2
time_step = 5

[training]
epochs = 1

[search]
sampler = "grid"
trials = 6
metric = "mae"

[pruner]
name = "none"

[space]
family = ["nlinear", "mlp", "transformer"]
units = { choices = [2, 3], when = { family = ["mlp"] } }
patch_length = { choices = [2, 8], when = { family = ["transformer"] } }
"""


@pytest.mark.usefixtures("unseen_here")
def test_every_family_is_told_with_its_best_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_prices(tmp_path / "prices.csv")
    (tmp_path / "tried.toml").write_text(TRIED)
    said = run_well("tune", "tried.toml", "--out", "run", "--workers", "1")
    told = results(tmp_path / "run")
    found, trials = told["families"], told["study"]["trials"]
    rows = {row["family"]: row for row in found["rows"]}
    assert set(rows) == {"nlinear", "mlp", "transformer"}
    for name, row in rows.items():
        own = [trial for trial in trials if trial["params"]["family"] == name]
        scores = [trial["score"] for trial in own if trial["score"] is not None]
        assert (row["trials"], row["complete"], row["score"]) == (len(own), len(scores), min(scores))
        assert row["skill"] == pytest.approx(1 - min(scores) / found["last_value"])
        assert row["seconds"] == pytest.approx(sum(trial["seconds"] for trial in own))
    assert rows["mlp"]["parameters"] in {units * (5 * 3 + 1) + units + 1 for units in (2, 3)}
    assert [row["score"] for row in found["rows"]] == sorted(row["score"] for row in found["rows"])
    assert found["rows"][0]["family"] == told["model"]["family"] == told["study"]["best"]["params"]["family"]
    failed = [trial for trial in trials if trial["state"] == "failed"]
    assert failed
    assert all(trial["params"]["patch_length"] == 8 for trial in failed)
    assert all("patch_length must be at most time_step" in trial["reason"] for trial in failed)
    page = (tmp_path / "run" / "report.html").read_text()
    for text in (said, page):
        assert found["sentence"] in text.replace("&#x27;", "'")
        assert all(row["label"] in text for row in found["rows"])
    assert '<section id="families">' in page


def prepared_with(folder: Path, **sections: Any) -> Prepared:
    source = str(write_prices(folder / "prices.csv"))
    preparation = {"folds": 2, "time_step": 4, "features": ["log_return", "close"]}
    return set_up(Experiment.model_validate({"data": {"source": source}, "preparation": preparation, **sections}))


def test_trials_that_did_not_end_and_families_that_were_taken_out_count(tmp_path: Path) -> None:
    records = [
        TrialRecord(0, State.COMPLETE, {"family": "nlinear"}, score=0.99, seconds=1.0),
        TrialRecord(1, State.COMPLETE, {"family": "nlinear"}, score=0.98, seconds=2.0),
        TrialRecord(2, State.PRUNED, {"family": "gru"}, seconds=4.0),
        TrialRecord(3, State.COMPLETE, {"family": "ridge"}, score=1.5, seconds=8.0),
    ]
    found = families_found(prepared_with(tmp_path, space={"family": ["gru", "mlp", "nlinear"]}), records)
    assert found is not None
    assert found.last_value == 1.0
    assert found.rows == (
        FamilyFound("nlinear", "NLinear", 2, 2, 0.98, 1 - 0.98, 9, 3.0),
        FamilyFound("ridge", "ridge", 1, 1, 1.5, -0.5, 9, 8.0),
        FamilyFound("gru", "GRU", 1, 0, None, None, None, 4.0),
        FamilyFound("mlp", "MLP", 0, 0, None, None, None, 0),
    )


def test_without_a_choice_of_families_there_is_no_table(tmp_path: Path) -> None:
    records = [TrialRecord(0, State.COMPLETE, {"units": 4}, score=0.99)]
    assert families_found(prepared_with(tmp_path, space={"units": [4, 8]}), records) is None


def row(label: str, skill: float | None) -> FamilyFound:
    score = None if skill is None else 1 - skill
    return FamilyFound(label.lower(), label, 3, 0 if skill is None else 3, score, skill, 10, 1.0)


CAUTION = (
    "These are validation figures, each the best of a family's trials on the very days that chose it, and no test: of "
    "these trials only the winner, the GRU, was tested on the sealed days."
)


@pytest.mark.parametrize(
    ("skills", "said"),
    [
        (
            (0.012, 0.0001, -0.1, None),
            "The best trials of 2 of 4 families had a smaller error in validation than repeating the last price: GRU "
            "(1.2 %), TCN (0.01 %).",
        ),
        ((0.0, -0.1), "No family's best trial had a smaller error in validation than repeating the last price."),
    ],
)
def test_the_sentence_names_those_with_a_smaller_error_and_says_that_it_is_no_test(
    skills: tuple[float | None, ...], said: str
) -> None:
    rows = [row(label, skill) for label, skill in zip(("GRU", "TCN", "MLP", "LSTM"), skills, strict=False)]
    found = FamiliesFound("price", 1.0, tuple(rows))
    assert found.sentence() == f"{said} {CAUTION}"
    assert json.loads(json.dumps(found.as_dict()))["sentence"] == found.sentence()
    assert len(found.lines()) == 3 + len(rows)
