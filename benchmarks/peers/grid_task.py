"""What each peer is given, and what it tells: read and written alike in every peer's own environment."""

import argparse
import itertools
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

STARTED = time.perf_counter()

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Task:
    """windows: float32 of shape (windows, rows, features); targets: of shape (windows,). series: of shape (rows,
    features), what all windows are cut from, validation last. space: names with lists of choices or with ranges."""

    windows: np.ndarray
    targets: np.ndarray
    validation_windows: np.ndarray
    validation_targets: np.ndarray
    series: np.ndarray
    space: Mapping[str, Any]
    epochs: int
    batch_size: int
    learning_rate: float
    seed: int
    trials: int
    way: str

    @classmethod
    def asked(cls) -> "Task":
        """As the command line says."""
        asked = argparse.ArgumentParser()
        asked.add_argument("folder", type=Path)
        asked.add_argument("--seed", type=int, default=0)
        asked.add_argument("--trials", type=int, default=0)
        asked.add_argument("--way", default="")
        given = asked.parse_args()
        with np.load(given.folder / "windows.npz") as arrays:
            held = dict(arrays)
        said = json.loads((given.folder / "task.json").read_text())
        return cls(**held, **said, seed=given.seed, trials=given.trials, way=given.way)

    def configurations(self) -> list[Params]:
        """Every point of the grid."""
        return [dict(zip(self.space, point, strict=True)) for point in itertools.product(*self.space.values())]


def tell(began: float, ended: float, found: Mapping[str, float], **more: float) -> None:
    """Print what the search came to. found: the lowest validation error of each configuration, by its name."""
    told = {
        "seconds": ended - began,
        "import_seconds": began - STARTED,
        "best_validation_mse": min(found.values()),
        "by_configuration": dict(found),
        **more,
    }
    print(json.dumps(told), flush=True)


def name_of(params: Params) -> str:
    return "-".join(str(value) for value in params.values())
