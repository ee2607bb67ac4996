"""Whatever ends a process, a disk or a worker: nothing told is lost, nothing is done twice, the study is the same."""

import os
import random
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from bowl import Bowl
from cli_helpers import results, start, write_tiny
from tunewright.core.errors import RunFolderError
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Integer, Real, Space
from tunewright.search.records import TrialRecord
from tunewright.search.samplers.making import SAMPLERS
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore
from tunewright.trials.executors import SerialExecutor
from tunewright.trials.search import Plan, run_search

KILLS = 20
"""Of each kind."""
SLOW = """
import time


def slow(params, report):
    for epoch in range(1, 6):
        time.sleep(0.1)
        report(epoch, params["x"] ** 2 + 1 / epoch)
    return params["x"] ** 2
"""
PRICES = (
    "--trials", "24", "--set", "training.epochs=500", "--set", "training.patience=0", "--set", "search.lag=4",
    "--set", "pruner.min_trials=2", "--set", "pruner.every=10", "--set", "search.startup_trials=3",
)  # fmt: skip
IMAGES = (
    "--trials", "12", "--set", "training.epochs=6", "--set", "search.lag=4",
    "--set", "pruner.min_trials=2", "--set", "search.startup_trials=3", "--set", "final.seeds=2",
)  # fmt: skip
FUNCTION = (
    "--set", "function.call=slow.py:slow", "--set", "space={x={low=-1.0, high=1.0}}", "--set", "search.lag=4",
    "--set", "function.draw_surface=false", "--set", "pruner.name=median", "--set", "pruner.min_trials=2",
)  # fmt: skip
EXPERIMENTS = {
    "prices": ("tiny.toml", *PRICES),
    "images": ("digits-cnn", *IMAGES),
    "function": ("quadratic", "--trials", "150", *FUNCTION),
}


def begun(*arguments: str) -> "subprocess.Popen[str]":
    """The program, once it has said that its search begins."""
    process = start(*arguments)
    assert process.stdout is not None
    while (line := process.stdout.readline()) and not line.startswith("run folder"):
        pass
    return process


def children(pid: int) -> list[int]:
    """Processes below this one, the workers among them."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [below for child in map(int, found) for below in (child, *children(child))]


def disturb(process: "subprocess.Popen[str]", rng: random.Random) -> bool:
    """SIGKILL to the coordinator or to one of the processes below it; False where none was left to kill."""
    try:
        below = children(process.pid)
        os.kill(process.pid if not below or rng.random() < 0.5 else rng.choice(below), signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        return False
    return True


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the workers through /proc")
@pytest.mark.parametrize("kind", EXPERIMENTS)
def test_a_study_survives_kills_at_any_moment(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path)
    (tmp_path / "slow.py").write_text(SLOW)
    experiment = ("tune", *EXPERIMENTS[kind], "--workers", "2")
    rng, kills, out = random.Random(0), 0, Path("broken")
    with ExitStack() as stack:
        assert stack.enter_context(begun(*experiment, "--out", "whole")).wait(timeout=900) == 0
        process = stack.enter_context(begun(*experiment, "--out", str(out)))
        while process.poll() != 0 or not (out / "report.html").exists():
            if process.poll() is not None:
                resume = begun("resume", str(out), "--workers", str(rng.randint(1, 4)))
                process = stack.enter_context(resume)
            try:
                process.wait(timeout=rng.uniform(0.05, 2.5) if kills < KILLS else 900)
            except subprocess.TimeoutExpired:
                kills += disturb(process, rng)
    assert kills == KILLS, "the study was too short for so many kills"
    told = results(Path("whole")), results(out)
    whole, broken = (one["study"] for one in told)
    assert broken["fingerprint"] == whole["fingerprint"]
    assert [trial["number"] for trial in broken["trials"]] == list(range(len(whole["trials"])))
    assert broken["counts"] == whole["counts"]
    assert broken["counts"]["pruned"] > 0
    assert [one.get("test", {}).get("openings") for one in told] == [None if kind == "function" else 1] * 2
    assert {path.name for path in out.iterdir()} >= {path.name for path in Path("whole").iterdir()}
    assert not (out / "checkpoints").exists()


SPACE = Space({"units": Integer(16, 64, 16), "rate": Real(1e-4, 1e-1, log=True)})


class Disturbed:
    """Does something once, when so many trials have begun."""

    def __init__(self, what: Callable[[], object], *, trials: int = 9) -> None:
        self._what = what
        self._trials = trials

    def __call__(self, records: Sequence[TrialRecord]) -> None:
        if len(records) == self._trials:
            self._what()


def search(path: Path, *, watch: Callable[[Sequence[TrialRecord]], None] = lambda records: None) -> str:
    """The fingerprint of the study, or why it could not go on."""
    plan = Plan(SPACE, SAMPLERS["tpe"](4), 30, 4, SeedTree(0))
    try:
        with closing(StudyStore(sqlite_url(path), name="study", space=SPACE)) as store:
            return run_search(store, plan, SerialExecutor(Bowl()), watch=watch).fingerprint
    except RunFolderError as error:
        return str(error)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a file system takes rights that this user lacks")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    with (disk / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(bytes(4096))
    return disk / "ballast"


def remount(disk: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", str(disk)], check=True)


def interrupt() -> None:
    raise KeyboardInterrupt


def test_a_full_disk_stops_the_search_and_loses_nothing(small_disk: Path, tmp_path: Path) -> None:
    study = small_disk / "study.db"
    told = search(study, watch=Disturbed(lambda: fill(small_disk)))
    assert "cannot be written: " in told
    assert told.endswith("everything told before is saved: the disk is full; make room, then resume")
    assert search(study).endswith("the disk is full; make room, then resume"), "it is still full"
    (small_disk / "ballast").unlink()
    assert search(study) == search(tmp_path / "study.db")


def test_a_study_that_became_read_only_says_so_and_loses_nothing(small_disk: Path, tmp_path: Path) -> None:
    study = small_disk / "study.db"
    with pytest.raises(KeyboardInterrupt):
        search(study, watch=Disturbed(interrupt))
    remount(small_disk, "ro")
    assert search(study).endswith(f"give the right to write {study} and its folder, then resume")
    remount(small_disk, "rw")
    assert search(study) == search(tmp_path / "study.db")
