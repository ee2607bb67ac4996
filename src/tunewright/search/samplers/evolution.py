"""CMA-ES (Hansen 2016, arXiv:1604.00772): a cloud of candidates that moves and stretches downhill.

Optuna's CmaEsSampler keeps the state of the cloud beside the trials. Here it is computed anew from the history for each
ask, so that a proposal depends on the history alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tunewright.core.space import Space, Value
from tunewright.search.records import State, TrialRecord, best
from tunewright.search.samplers.choosing import moved
from tunewright.search.samplers.cube import from_unit, to_unit

if TYPE_CHECKING:
    from cmaes import CMA

FIRST_SPREAD = 0.2
"""Standard deviation of the first cloud, as a share of each range."""


@dataclass(frozen=True)
class CMASampler:
    """CMA-ES on the numbers without a condition; categories and parameters with a condition are drawn at random.

    The first cloud lies around the best of the first `startup` trials, which are drawn at random.
    """

    startup: int

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        rng = np.random.default_rng(seed)
        # Drawn for every parameter, so that which of them are active moves no other.
        position: dict[str, float] = dict(
            zip(space.parameters, rng.random(len(space.parameters)).tolist(), strict=True)
        )
        names = moved(space)
        cloud = _cloud(space, names, history, startup=self.startup, seed=seed % 2**32)
        if cloud is not None:
            position |= dict(zip(names, cloud.ask().tolist(), strict=True))
        proposed: dict[str, Value] = {}
        for name in space.ordered():
            if space.active(name, proposed):
                proposed[name] = from_unit(space.parameters[name], position[name])
        return {name: proposed[name] for name in space.parameters if name in proposed}


def _cloud(
    space: Space, names: Sequence[str], history: Sequence[TrialRecord], *, startup: int, seed: int
) -> "CMA | None":
    """The cloud that trial `len(history)` is drawn from; None before there is one.

    A cloud moves when a whole generation drawn from it is in sight. Which trials were drawn from it follows from how
    far back each of them could see, which is as far as the history shows it now.
    """
    hidden = next((back for back, record in enumerate(reversed(history)) if record.finished), len(history))
    cloud: CMA | None = None
    drawn_from: list[int | None] = []
    generation: list[tuple[npt.NDArray[np.float64], float]] = []
    for number in range(len(history) + 1):
        newest = number - hidden - 1
        if cloud is None:
            cloud = _first_cloud(space, names, history[: max(0, newest + 1)], startup=startup, seed=seed)
        elif drawn_from[newest] == cloud.generation:
            generation.append((_position(space, names, history[newest]), _rank(history[newest])))
            if len(generation) == cloud.population_size:
                cloud.tell(generation)
                generation = []
        drawn_from.append(None if cloud is None else cloud.generation)
    return cloud


def _first_cloud(
    space: Space, names: Sequence[str], seen: Sequence[TrialRecord], *, startup: int, seed: int
) -> "CMA | None":
    leader = best(seen)
    # The method needs a direction to choose: two dimensions.
    if len(seen) < startup or leader is None or len(names) < 2:
        return None
    from cmaes import CMA  # with it comes SciPy, which other samplers do without

    bounds = np.tile([0.0, 1.0], (len(names), 1))
    return CMA(_position(space, names, leader), FIRST_SPREAD, bounds=bounds, seed=seed)


def _position(space: Space, names: Sequence[str], record: TrialRecord) -> npt.NDArray[np.float64]:
    return np.array([to_unit(space.parameters[name], record.params[name]) for name in names])


def _rank(record: TrialRecord) -> float:
    """The score; trials without one come last."""
    return record.score if record.state is State.COMPLETE and record.score is not None else float("inf")
