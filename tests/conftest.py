"""What all test modules share."""

import os
import signal
from multiprocessing import forkserver

import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")  # before any module imports Keras

PRELOADED = (
    "prices.experiment.objective", "prices.networks.lstm", "images.experiment.objective", "functions.calling",
    "trials.executors", "training.warm", "experiment.keras_asked",
)  # fmt: skip


@pytest.fixture(scope="session", autouse=True)
def warm_workers() -> None:
    """Worker processes that need not import torch each time: their server has, whatever the first test runs on them."""
    forkserver.set_forkserver_preload([f"tunewright.{name}" for name in PRELOADED])
    forkserver.ensure_running()


@pytest.fixture(scope="session", autouse=True)
def _hears_interrupts() -> None:
    """What runs in the background of a shell ignores Ctrl-C, and tests raise it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
