"""An objective that trains nothing, in a module of its own so that workers load it in no time."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from tunewright.core.codec import Json
from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.trials.rungs import Rungs


@dataclass(frozen=True)
class Point:
    score: float
    cost: float | None = None

    def detail(self) -> dict[str, Json]:
        return {"best_epoch": 0}


@dataclass(frozen=True)
class Bowl:
    """Scores at once, after `epochs` reports; misbehaves in the trials that are named."""

    folds: int = 3
    fails: tuple[int, ...] = ()
    raises: tuple[int, ...] = ()
    dies: tuple[int, ...] = ()
    dies_once: str | None = None
    epochs: int = 0

    def __call__(self, params: Params, fold: int, *, seeds: SeedTree, rungs: Rungs) -> Point:
        number = seeds.path[1]
        time.sleep(seeds.integer("pause", bits=8) / 2**8 * 0.01)
        if number in self.fails:
            raise TrialFailure("the training diverged")
        if number in self.raises and fold == 1:
            raise ZeroDivisionError("of the user's own making")
        if number in self.dies:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.dies_once and number == 4 and fold == 1 and not Path(self.dies_once).exists():
            Path(self.dies_once).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        score = (float(params["units"]) - 40) ** 2 / 1000 + 0.1 * fold + seeds.integer("noise", bits=20) / 2**27
        for epoch in range(1, self.epochs + 1):
            rungs.report(epoch, score * (1 + 1 / epoch) if epoch < self.epochs else score)
        return Point(score)
