"""What only lists, reads or checks loads nothing that takes seconds: modules are counted, not time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("numpy", "torch", "scipy", "sklearn", "pandas", "optuna", "arch", "plotly", "matplotlib", "sqlalchemy", "PIL")
MOST = 500
"""Modules of Python's own, of typer and pydantic, and of ours; torch alone brings 1,500."""
CODE = """
import contextlib, io, json, sys
from tunewright.cli.main import app

with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
    with contextlib.suppress(SystemExit):
        app(sys.argv[1:], prog_name="tunewright")
print(json.dumps([list(sys.modules), out.getvalue(), err.getvalue()]))
"""
COMMANDS = {
    "--help": "Usage",
    "recipes": "prices-lstm",
    "recipes show digits-cnn": 'kind = "images"',
    "recipes show digits-cm": "did you mean 'digits-cnn'",
    "tune prices-lstmm": "did you mean 'prices-lstm'",
    "tune prices-lstm --set trainng.epochs=3": "unknown key 'trainng'",
    "tune prices-lstm --set model.unit=3": "unknown key 'unit' in [model]",
    "tune prices-lstm --set space.unit=[3]": "unknown parameter 'unit'",
    "tune digits-cnn --set training.epoch=3": "unknown key 'epoch'",
    "tune digits-cnn --set space.wdth=[3]": "unknown parameter 'wdth'",
    "tune leakage-ladder --set comparison.repeat=3": "unknown key",
    "tune quadratic --set search.trial=3": "unknown key 'trial'",
    "audit quadratic": "`audit` expects",
    "predict nowhere --data x.csv": "is not a bundle",
    "export nowhere": "is not a bundle",
    "export nowhere --format tflite": "expected onnx, torch, keras",
}


def loaded(code: str, *arguments: str, folder: Path) -> tuple[set[str], str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    modules, out, err = json.loads(done.stdout)
    return set(modules), out + err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_only_looks_loads_nothing_heavy(command: str, tmp_path: Path) -> None:
    modules, said = loaded(CODE, *command.split(), folder=tmp_path)
    assert COMMANDS[command] in said
    assert not modules & set(HEAVY)
    assert len(modules) <= MOST, f"{len(modules)} modules"


CHECKED = """
import json, sys
from tunewright.entrance import announced, load_experiment

told = [announced(load_experiment(name)) for name in sys.argv[1:]]
print(json.dumps([list(sys.modules), "\\n".join(told), ""]))
"""


def test_every_recipe_is_checked_and_announced_before_anything_heavy_is_loaded(tmp_path: Path) -> None:
    from tunewright.experiment.shipped import recipe_names

    modules, said = loaded(CHECKED, *recipe_names(), folder=tmp_path)
    assert len(said.splitlines()) == len(recipe_names())
    assert not modules & set(HEAVY)


def test_what_runs_says_so_first(tmp_path: Path) -> None:
    code = """
import builtins, json, sys
from tunewright.cli.main import app
import tunewright.entrance

def begin(*args, **kwargs):
    print(json.dumps([list(sys.modules), "", ""]))
    sys.exit()

tunewright.entrance.begin = begin
app(["demo"], prog_name="tunewright", standalone_mode=False)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    first, rest = done.stdout.split("\n", 1)
    assert first == "running   prices-lstm, an experiment on prices: 20 trials"
    assert not set(json.loads(rest)[0]) & set(HEAVY)


SEARCHING = """
import json, sys
from tunewright.cli.main import app
import tunewright.runs.life

def search(*args, **kwargs):
    print(json.dumps([list(sys.modules), "", ""]))
    sys.exit()

tunewright.runs.life.search = search
app(["demo", "--out", "run"], prog_name="tunewright", standalone_mode=False)
"""


def test_what_tells_the_first_trial_has_loaded_nothing_that_only_trainings_and_the_report_need(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", SEARCHING], cwd=tmp_path, capture_output=True, text=True, check=True)
    modules = set(json.loads(done.stdout.splitlines()[-1])[0])
    assert "optuna" in modules, "the study is open"
    assert not modules & {"torch", "pandas", "scipy", "sklearn", "arch", "plotly", "matplotlib", "PIL"}
