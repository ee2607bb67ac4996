"""Run folders and bundles that version 0.1.0 wrote, before there were wings, still open, go on, predict and report.

Their files lie zipped in tests/old_runs, without reports. They are of series and images that libraries bundle.
"""

import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cli_helpers import results, run, run_well
from tunewright.core.codec import Json

OLD = Path(__file__).parents[1] / "old_runs"
TODAY = "The mistake does not make this model look better than it is, beyond what chance does."
"""What is said of the ladder's one mistake; version 0.1.0 said it in other words."""
DATA = {"prices": "builtin:sp500", "ridge": "builtin:nasdaq", "images": "builtin:digits"}


@pytest.fixture
def old(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path / str(request.param)
    with zipfile.ZipFile(OLD / f"{request.param}.zip") as archive:
        archive.extractall(folder)
    return folder


def trials(folder: Path) -> list[dict[str, Any]]:
    kept = ("number", "state", "params", "score", "fold_scores")
    return [{key: trial[key] for key in kept} for trial in results(folder)["study"]["trials"]]


def rounded(value: Json) -> Json:
    """To twelve digits: SciPy's versions differ in the last ones of a p-value."""
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return float(f"{value:.12g}") if isinstance(value, float) else value


@pytest.mark.parametrize("old", ["prices", "ridge", "images", "function", "ladder"], indirect=True)
def test_it_is_known_as_finished_and_reports(old: Path) -> None:
    assert "is finished" in run_well("resume", old)
    assert "report:" in run_well("report", old)
    assert (old / "report.html").stat().st_size > 600_000


@pytest.mark.parametrize("old", DATA, indirect=True)
def test_its_bundle_predicts(old: Path) -> None:
    told = json.loads(run("predict", old, "--data", DATA[old.name], "--json").stdout)
    assert len(told) == (1797 if old.name == "images" else 1)


@pytest.mark.usefixtures("unseen_here")
@pytest.mark.parametrize("old", ["prices", "ridge", "images", "function"], indirect=True)
def test_it_goes_on_with_more_trials(old: Path) -> None:
    before, wanted = trials(old), len(trials(old)) + 1
    run_well("resume", old, "--trials", str(wanted), "--workers", "1")
    after = trials(old)
    assert after[: len(before)] == before
    assert len(after) == wanted


@pytest.mark.usefixtures("unseen_here")
@pytest.mark.parametrize("old", ["ladder"], indirect=True)
def test_a_comparison_is_compared_again(old: Path) -> None:
    before = results(old)["comparison"]
    (old / "results.json").unlink()
    run_well("resume", old, "--workers", "1")
    assert rounded(results(old)["comparison"]) == rounded(before | {"sentence": TODAY})


@pytest.mark.usefixtures("unseen_here")
@pytest.mark.parametrize("old", ["stopped"], indirect=True)
def test_a_run_that_was_killed_in_the_middle_of_a_trial_goes_on(old: Path) -> None:
    """To the end of that trial, the second of three: that trials are added is shown above, by trials that cost less."""
    run_well("resume", old, "--trials", "2", "--workers", "1")
    assert [trial["state"] for trial in trials(old)] == ["complete"] * 2
    assert not (old / "checkpoints").exists()


@pytest.mark.parametrize("old", ["ridge"], indirect=True)
def test_its_file_still_says_what_other_families_had(old: Path) -> None:
    """Which a user's own file may not."""
    assert "units = 32" in (old / "experiment.toml").read_text()
    refused = run("tune", old / "experiment.toml", "--out", old / "again")
    assert refused.exit_code == 2
    assert "unknown key 'layers' in [model] of the family 'ridge'; it is a key of the family 'lstm'" in refused.stderr


@pytest.mark.usefixtures("unseen_here")
@pytest.mark.parametrize("old", ["ridge"], indirect=True)
def test_a_run_whose_idle_keys_were_set_goes_on(old: Path) -> None:
    """Version 0.1.0 took any value for the keys of a family that was not in play, and knew its study by it."""
    for name in ("experiment.toml", "study.db"):
        content = (old / name).read_bytes()
        assert b"units" in content
    text = (old / "experiment.toml").read_text().replace("units = 32", "units = 64")
    (old / "experiment.toml").write_text(text)
    with sqlite3.connect(old / "study.db") as database:
        changed = database.execute(
            "update study_user_attributes set value_json = replace(value_json, '\\\"units\\\":32', '\\\"units\\\":64')"
        )
    assert changed.rowcount
    run_well("resume", old, "--trials", "3", "--workers", "1")
    assert "units = 64" in (old / "experiment.toml").read_text()


@pytest.mark.parametrize("old", ["prices", "images"], indirect=True)
@pytest.mark.parametrize("value", ["3", "'lstm'", "{ choices = 3 }"])
def test_a_family_that_is_no_list_is_one_line(old: Path, value: str) -> None:
    refused = run("resume", old, "--set", f"space.family={value}")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("error: ")
    assert len(refused.stderr.splitlines()) == 1
