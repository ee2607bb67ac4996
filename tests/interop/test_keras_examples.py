"""The scripts in examples/keras: each runs here, and under KerasTuner itself with one line changed back."""

import gc
import runpy
import sys
import warnings
from pathlib import Path

import pytest

from cli_helpers import run_well, write_prices

pytestmark = pytest.mark.usefixtures("unseen_stills")

EXAMPLES = Path(__file__).parents[2] / "examples"
OURS, THEIRS = "import tunewright.interop.keras as kt\n", "import keras_tuner as kt\n"
SMALLER = {
    "cnn": {"epochs=2": "epochs=1"},
    "conditional_layers": {"max_trials=8": "max_trials=5", "epochs=4": "epochs=2"},
    "tuned_fit": {"max_epochs=4": "max_epochs=3", "epochs=2": "epochs=1"},
    "two_lstms": {"max_trials=10": "max_trials=3", "max_value=512": "max_value=96"},
}
"""What each script asks for, and what is enough to see that it runs here. Among the slow tests it runs as it is."""
SCRIPTS = [path for path in sorted((EXAMPLES / "keras").glob("*.py")) if OURS in path.read_text()]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # KerasTuner's way before each trial: nobody goes through all that a test process holds.
    monkeypatch.setattr(gc, "collect", lambda *generation: 0)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
@pytest.mark.parametrize(
    ("tool", "whole"),
    [
        pytest.param(OURS, False, id="tunewright"),
        pytest.param(OURS, True, id="tunewright-whole", marks=pytest.mark.slow),
        pytest.param(THEIRS, True, id="keras_tuner", marks=pytest.mark.slow),
    ],
)
def test_a_script_runs_under_both(tool: str, whole: bool, script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = script.read_text()
    assert text.count(OURS) == 1
    for asked, enough in () if whole else SMALLER[script.stem].items():
        assert asked in text
        text = text.replace(asked, enough)
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
