"""The scripts in examples/keras: each runs here, and under KerasTuner itself with one line changed back."""

import runpy
import sys
import warnings
from pathlib import Path

import pytest

from cli_helpers import run_well, write_prices

EXAMPLES = Path(__file__).parents[2] / "examples"
OURS, THEIRS = "import tunewright.interop.keras as kt\n", "import keras_tuner as kt\n"
SCRIPTS = [path for path in sorted((EXAMPLES / "keras").glob("*.py")) if OURS in path.read_text()]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
@pytest.mark.parametrize(
    "tool", [pytest.param(OURS, id="tunewright"), pytest.param(THEIRS, id="keras_tuner", marks=pytest.mark.slow)]
)
def test_a_script_runs_under_both(tool: str, script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = script.read_text()
    assert text.count(OURS) == 1
    Path(script.name).write_text(text.replace(OURS, tool))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of KerasTuner and Keras, about Python and themselves
        runpy.run_path(script.name, run_name="__main__")
    assert "best: {" in capsys.readouterr().out
    if script.stem == "two_lstms":
        assert Path("best.h5").stat().st_size > 10_000


@pytest.mark.parametrize("name", ["keras/lstm.toml", "torch/gru.toml"])
def test_an_experiment_on_a_model_of_ones_own_runs(name: str) -> None:
    small = ("--trials", "1", "--set", "training.epochs=1", "--set", "preparation.folds=1", "--workers", "1")
    write_prices(Path("prices.csv"))
    said = run_well("tune", EXAMPLES / name, *small, "--out", "run", "--set", "data.source=prices.csv")
    assert "the tuned" in said
    sys.path[:] = [one for one in sys.path if one != str((EXAMPLES / name).parent)]
