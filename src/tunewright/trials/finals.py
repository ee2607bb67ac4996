"""The trainings of final models as the trials of a study: every contestant from every seed, once, with checkpoints."""

from pathlib import Path

from tunewright.core.seeds import SeedTree
from tunewright.core.space import Choice, Integer, Space
from tunewright.search.samplers.grid import GridSampler
from tunewright.training.observer import Epoch, Snapshot
from tunewright.trials.rungs import Rungs
from tunewright.trials.search import Plan

CONTESTANT, SEED = "contestant", "seed"
"""The parameters of such a trial."""


def final_plan(names: tuple[str, ...], *, seeds: range, tree: SeedTree, checkpoints: Path, files: Path) -> Plan:
    """Every contestant from every seed, once; none of them waits for another, nor ends with others that fail. files: a
    folder for the trained models."""
    space = Space({SEED: Integer(seeds.start, seeds.stop - 1), CONTESTANT: Choice(names)})
    count = len(seeds) * len(names)
    return Plan(
        space,
        GridSampler(),
        trials=count,
        lag=count,
        seeds=tree,
        checkpoints=checkpoints,
        files=files,
        gives_up=False,
    )


def weights_file(name: str, number: int) -> str:
    """What the weights of a contestant from a seed are called."""
    return f"{name}-{number}.safetensors"


class Keeping:
    """Keeps checkpoints of a training that nothing judges."""

    def __init__(self, rungs: Rungs) -> None:
        self._rungs = rungs

    def snapshot(self) -> Snapshot | None:
        return self._rungs.snapshot()

    def after(self, epoch: Epoch) -> None:
        self._rungs.report(epoch.number, epoch.train_loss)
        if epoch.snapshot is not None:
            self._rungs.keep(epoch.snapshot)
