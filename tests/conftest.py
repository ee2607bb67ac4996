"""What several test modules share."""

from multiprocessing import forkserver

import pytest


@pytest.fixture(scope="session")
def warm_workers() -> None:
    """Worker processes that need not import torch each time: their server has, whatever the first test runs on them."""
    forkserver.set_forkserver_preload(["tunewright.prices.experiment.objective", "tunewright.trials.executors"])
    forkserver.ensure_running()
