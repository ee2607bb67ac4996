"""The scripts in examples/optuna: each runs here, and under Optuna itself with one line changed back."""

import re
import runpy
from pathlib import Path

import optuna
import pytest

SCRIPTS = sorted((Path(__file__).parents[2] / "examples" / "optuna").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
@pytest.mark.parametrize("tool", ["tunewright", "optuna"])
def test_a_script_runs_under_both(tool: str, script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    text = script.read_text()
    theirs, changed = re.subn(
        r"tunewright\.optimize\(study, objective, trials=(\d+)\)", r"study.optimize(objective, n_trials=\1)", text
    )
    assert changed == 1
    path = tmp_path / script.name
    path.write_text(text if tool == "tunewright" else theirs.replace("import tunewright\n", ""))
    runpy.run_path(str(path), run_name="__main__")
    assert " with " in capsys.readouterr().out
