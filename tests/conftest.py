"""What all test modules share."""

import os
import signal
from multiprocessing import forkserver

import pytest

from tunewright.core.collecting import collect_rarely
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
