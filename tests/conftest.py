"""What all test modules share."""

from multiprocessing import forkserver

import pytest

PRELOADED = ("prices.experiment.objective", "prices.networks.lstm", "images.experiment.objective", "functions.calling")


@pytest.fixture(scope="session", autouse=True)
def warm_workers() -> None:
    """Worker processes that need not import torch each time: their server has, whatever the first test runs on them."""
    forkserver.set_forkserver_preload([*(f"tunewright.{name}" for name in PRELOADED), "tunewright.trials.executors"])
    forkserver.ensure_running()
