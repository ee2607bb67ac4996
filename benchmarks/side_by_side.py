"""What benchmarks against other programs share: their environments, the data that all are given, one run of each."""

import ctypes
import json
import math
import os
import subprocess
import sys
import tempfile
import time
import tomllib
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from tunewright.entrance import load_experiment
from tunewright.prices.experiment.resolved import preparation_of
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.preparation.prepare import fit_preparation
from tunewright.prices.run.setup import set_up

HERE = Path(__file__).parent / "peers"
PEERS: Mapping[str, tuple[str, str]] = {
    "keras": ("keras_search.py", "keras"),
    "optuna": ("optuna_grid.py", "ray"),
    "ray": ("ray_grid.py", "ray"),
    "neural": ("neural_grid.py", "neural"),
}
"""Each with its script and its environment."""


@dataclass(frozen=True)
class Outcome:
    """One search. seconds: of the search alone; whole: of the command, start to end; processor: of its processes,
    but for Ray's workers, which are ended by others. by_configuration: lowest validation errors on the model's scale,
    by name."""

    seconds: float
    whole: float
    processor: float
    by_configuration: Mapping[str, float]
    more: Mapping[str, Any]

    @property
    def best(self) -> float:
        return min(self.by_configuration.values())


def set_environments_up(folder: Path) -> None:
    """Make an environment for each requirements file of the peers, where it is not there yet."""
    for needed in sorted(HERE.glob("requirements-*.txt")):
        home = folder / environment(needed.stem.removeprefix("requirements-"), folder)
        if not home.exists():
            venv.create(home, with_pip=True)
        subprocess.run([python_of(home), "-m", "pip", "install", "--quiet", "-r", str(needed)], check=True)


def environment(name: str, folder: Path) -> Path:
    return folder / (f".venv-{name}" if folder == HERE else name)


def python_of(home: Path) -> str:
    return str(home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


@dataclass(frozen=True)
class Given:
    """What every program is given: an experiment file, and the same in a folder for those that cannot read it.

    scale: squared errors on the price scale are those on the model's scale times its square.
    """

    experiment: Path
    folder: Path
    scale: float

    @classmethod
    def of(cls, experiment: Path, folder: Path) -> "Given":
        """Our own windows and targets of the one fold, and the space."""
        prepared = set_up(cast("Experiment", load_experiment(str(experiment))))
        (fold,), table = prepared.folds, prepared.development.table
        fitted = fit_preparation(prepared.development, fold.train, preparation_of(prepared.experiment))
        train, validation = fitted.samples(table, fold.train), fitted.samples(table, fold.validation)
        np.savez(
            folder / "windows.npz",
            windows=train.windows.series[train.windows.rows()],
            targets=train.targets,
            validation_windows=validation.windows.series[validation.windows.rows()],
            validation_targets=validation.targets,
            series=train.windows.series[: fold.validation.stop],
        )
        said = tomllib.loads(experiment.read_text())
        told = {name: said["training"].get(name, 0.0) for name in ("epochs", "batch_size", "learning_rate")}
        (folder / "task.json").write_text(json.dumps({"space": said["space"], **told}))
        return cls(experiment, folder, float(fitted.target.scale[0]))


def ours(given: Given, *, seed: int, settings: Sequence[str] = ()) -> Outcome:
    """As a user runs it, final models, sealed test and report included. Of `more`: the run's results.json and when the
    command began."""
    with tempfile.TemporaryDirectory() as folder:
        run, began = Path(folder) / "run", time.time()
        command = [str(Path(sys.executable).with_name("tunewright")), "tune", str(given.experiment)]
        command += ["--workers", "2", "--seed", str(seed), "--out", str(run), "--quiet"]
        changed = [word for setting in settings for word in ("--set", setting)]
        whole, processor, _ = timed([*command, *changed], {"TUNEWRIGHT_STATE": folder})
        record = json.loads((run / "results.json").read_text())
    errors = {
        "-".join(str(value) for value in trial["params"].values()): trial["score"] / given.scale**2
        for trial in record["study"]["trials"]
        if trial["state"] == "complete"
    }
    return Outcome(record["timing"]["search_s"], whole, processor, errors, {"record": record, "began": began})


def peer(name: str, given: Given, *, seed: int, environments: Path, options: Sequence[str] = ()) -> Outcome:
    script, home = PEERS[name]
    command = [python_of(environment(home, environments)), str(HERE / script), str(given.folder), "--seed", str(seed)]
    whole, processor, said = timed([*command, *options], {})
    told = json.loads(said.splitlines()[-1])
    return Outcome(told["seconds"], whole, processor, told["by_configuration"], told)


def timed(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float, str]:
    """Wall and processor seconds of a command, and what it printed. It has as many threads as it takes by itself.

    Workers that outlive their parent count as well, on Linux; elsewhere there is no processor time of them: nan."""
    inherited = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    adopting = adopt()
    before, started = os.times(), time.perf_counter()
    done = subprocess.run(command, env={**inherited, **environment}, capture_output=True, text=True)
    wall = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr[-4000:]}")
    if not adopting or not all_ended():
        return wall, math.nan, done.stdout
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, used, done.stdout


def adopt() -> bool:
    """Whether processes whose parents have ended are this one's children from now on, so that their time is told."""
    set_child_subreaper = 36
    return sys.platform == "linux" and ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0) == 0


def all_ended(patience: float = 20) -> bool:
    """Wait for every child. False where one goes on."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.05)
        except ChildProcessError:
            return True
    return False
