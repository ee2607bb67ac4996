"""What is read back is what was written, or it is refused: tensors and texts in files, numbers in the study."""

import json
import sqlite3
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tunewright as tw
from tunewright.core.errors import RunFolderError
from tunewright.training.kept import Damaged, Kept, read_kept
from tunewright.trials.checkpoints import remove_damaged

KEPT = Kept({"weight": torch.arange(6.0).reshape(2, 3), "steps": torch.tensor(7)}, {"curves": "[1.5]", "name": "é"})


def test_what_is_read_back_is_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "one.safetensors"
    path.write_bytes(KEPT.to_bytes())
    found = read_kept(path)
    assert found.texts == KEPT.texts
    assert all(torch.equal(found.tensors[name], tensor) for name, tensor in KEPT.tensors.items())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.integers(0, 8 * len(KEPT.to_bytes()) - 1))
def test_no_flipped_bit_passes(place: int, tmp_path: Path) -> None:
    raw = bytearray(KEPT.to_bytes())
    raw[place // 8] ^= 1 << place % 8
    path = tmp_path / "one.safetensors"
    path.write_bytes(raw)
    try:
        found = read_kept(path)
    except Damaged:
        return
    # A space in the header may become another blank: what is read is still what was written.
    assert found.texts == KEPT.texts
    assert all(torch.equal(found.tensors[name], tensor) for name, tensor in KEPT.tensors.items())


def test_missing_tensors_half_a_file_and_other_files_are_damage(tmp_path: Path) -> None:
    whole = Kept({"a": torch.ones(2)}, {}).to_bytes()
    texts = {"digest": "0" * 64}
    import safetensors.torch

    for number, raw in enumerate(
        (whole[:-1], b"", b"text", safetensors.torch.save({}), safetensors.torch.save({}, metadata=texts))
    ):
        (tmp_path / f"{number}.safetensors").write_bytes(raw)
    (tmp_path / "whole.safetensors").write_bytes(whole)
    assert remove_damaged(tmp_path) == ["0", "1", "2", "3", "4"]
    assert [path.name for path in tmp_path.iterdir()] == ["whole.safetensors"]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("study") / "s.db"
    search(path, trials=6)
    return path


def bowl(params: dict[str, float]) -> float:
    return params["x"] ** 2


def search(path: Path, *, trials: int) -> str:
    return tw.minimize(bowl, {"x": (-1.0, 1.0)}, trials=trials, sampler="random", storage=path).fingerprint


EDITS = {
    "its value": "UPDATE trial_values SET value = -5 WHERE trial_id = 3",
    "its parameter": "UPDATE trial_params SET param_value = 0.25 WHERE trial_id = 3",
    "its state": "UPDATE trials SET state = 'PRUNED' WHERE trial_id = 3",
    "its number": "UPDATE trials SET number = 9 WHERE trial_id = 3",
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_a_trial_that_was_edited_is_named(edit: str, study: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(study.read_bytes())
    with sqlite3.connect(path) as database:
        assert database.execute(edit).rowcount == 1
    database.close()
    with pytest.raises(
        RunFolderError,
        match=r"trial 2 of the study is not what was told: its numbers were edited|expected trial 2, found",
    ):
        search(path, trials=8)


@pytest.mark.parametrize("key", ["scores", "reports", "seconds", "cost", "reason", "state"])
def test_what_was_told_of_a_trial_cannot_be_edited(key: str, study: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(study.read_bytes())
    with sqlite3.connect(path) as database:
        found = "SELECT value_json FROM trial_user_attributes WHERE trial_id = 3 AND key = 'ledger'"
        told = json.loads(database.execute(found).fetchone()[0])
        changed = {"scores": [-1.0], "reports": [], "seconds": 1e9, "cost": 1.0, "reason": "?", "state": "pruned"}
        told[key] = changed[key]
        edit = "UPDATE trial_user_attributes SET value_json = ? WHERE trial_id = 3 AND key = 'ledger'"
        database.execute(edit, (json.dumps(told),))
    database.close()
    with pytest.raises(RunFolderError, match="trial 2 of the study is not what was told"):
        search(path, trials=8)


def test_a_study_that_nobody_edited_goes_on(study: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(study.read_bytes())
    assert search(path, trials=8) == search(tmp_path / "anew.db", trials=8)
