"""What all test modules share."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing import forkserver
from pathlib import Path

import numpy as np
import pytest

from postgres import postgres as postgres  # a fixture for all
from tunewright.core.collecting import collect_rarely
from tunewright.report.figure import Tile
from tunewright.trials.server import FIRST, LAST

os.environ.setdefault("KERAS_BACKEND", "torch")  # before any module imports Keras

PRELOADED = (
    "prices.experiment.objective", "prices.networks.lstm", "images.experiment.objective", "functions.calling",
    "trials.executors", "training.warm", "experiment.keras_asked",
)  # fmt: skip


@pytest.fixture(scope="session", autouse=True)
def warm_workers() -> None:
    """Worker processes that need not import torch each time: their server has, whatever the first test runs on them."""
    forkserver.set_forkserver_preload([FIRST, *(f"tunewright.{name}" for name in PRELOADED), LAST])
    forkserver.ensure_running()
    collect_rarely()


@pytest.fixture(scope="session", autouse=True)
def _hears_interrupts() -> None:
    """What runs in the background of a shell ignores Ctrl-C, and tests raise it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def states(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[Path]]:
    """Empty ledgers of openings, one after another, in subprocesses too; the first is that of fixtures that several
    modules share."""
    base = tmp_path_factory.mktemp("states")
    found = (base / str(number) for number in count())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUNEWRIGHT_STATE", str(next(found)))
        patch.delenv("TUNEWRIGHT_PRIVATE", raising=False)
        yield found


@contextmanager
def blank_stills() -> Iterator[None]:
    """No PNG of a report is drawn, which is most of what a report costs: for runs whose pictures nobody looks at.

    The same figures are drawn where reports are looked at: by tests/report, test_images_report, test_old_runs, the
    notebook, and whatever runs as a process of its own.
    """
    blank = Tile(np.zeros((1, 1, 3), np.uint8), text="").png()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tunewright.report.figure.png", lambda still, *, title: blank)
        yield


@pytest.fixture(scope="module")
def unseen_stills() -> Iterator[None]:
    """For a whole module, its shared runs too."""
    with blank_stills():
        yield


@pytest.fixture
def unseen_here() -> Iterator[None]:
    """For one test of a module that looks at reports elsewhere."""
    with blank_stills():
        yield


@pytest.fixture(scope="module", autouse=True)
def _state_of_module(states: Iterator[Path]) -> Iterator[None]:
    """No fixture that the tests of a module share is told of what another module's looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUNEWRIGHT_STATE", str(next(states)))
        yield


@pytest.fixture(autouse=True)
def _own_state(states: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """No test is told of what another one looked at."""
    monkeypatch.setenv("TUNEWRIGHT_STATE", str(next(states)))
