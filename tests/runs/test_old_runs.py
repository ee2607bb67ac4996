"""Run folders and bundles that version 0.1.0 wrote, before there were wings, still open, go on, predict and report.

Their files lie zipped in tests/old_runs, without reports. They are of series and images that libraries bundle.
"""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cli_helpers import results, run, run_well
from tunewright.core.codec import Json

OLD = Path(__file__).parents[1] / "old_runs"
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


@pytest.mark.parametrize("old", ["prices", "ridge", "images", "function", "ladder"], indirect=True)
def test_it_is_known_as_finished_and_reports(old: Path) -> None:
    assert "is finished" in run_well("resume", old)
    assert "report:" in run_well("report", old)
    assert (old / "report.html").stat().st_size > 1_000_000


@pytest.mark.parametrize("old", DATA, indirect=True)
def test_its_bundle_predicts(old: Path) -> None:
    told = json.loads(run("predict", old, "--data", DATA[old.name], "--json").stdout)
    assert len(told) == (1797 if old.name == "images" else 1)


@pytest.mark.parametrize("old", ["prices", "ridge", "images", "function"], indirect=True)
def test_it_goes_on_with_more_trials(old: Path) -> None:
    before, wanted = trials(old), len(trials(old)) + 1
    run_well("resume", old, "--trials", str(wanted), "--workers", "1")
    after = trials(old)
    assert after[: len(before)] == before
    assert len(after) == wanted


@pytest.mark.parametrize("old", ["ladder"], indirect=True)
def test_a_comparison_is_compared_again(old: Path) -> None:
    before: Json = results(old)["comparison"]
    (old / "results.json").unlink()
    run_well("resume", old, "--workers", "1")
    assert results(old)["comparison"] == before


@pytest.mark.parametrize("old", ["stopped"], indirect=True)
def test_a_run_that_was_killed_in_the_middle_of_a_trial_goes_on(old: Path) -> None:
    run_well("resume", old, "--workers", "1")
    states = [trial["state"] for trial in trials(old)]
    assert states.count("complete") + states.count("pruned") == 3
    assert not (old / "checkpoints").exists()


@pytest.mark.parametrize("old", ["ridge"], indirect=True)
def test_its_file_still_says_what_other_families_had(old: Path) -> None:
    """Which a user's own file may not."""
    assert "units = 32" in (old / "experiment.toml").read_text()
    refused = run("tune", old / "experiment.toml", "--out", old / "again")
    assert refused.exit_code == 2
    assert "unknown key 'layers' in [model] of the family 'ridge'; it is a key of the family 'lstm'" in refused.stderr
