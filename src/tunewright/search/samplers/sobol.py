"""Quasi-random search: points that fill the space more evenly than chance does."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tunewright.core.space import Space, Value
from tunewright.search.records import TrialRecord
from tunewright.search.samplers.cube import from_unit


@dataclass(frozen=True)
class SobolSampler:
    """Trial n is point n of a scrambled Sobol sequence (Sobol 1967, Owen 1998), categories and conditions included.

    sequence: the seed of the scrambling. The points fill the space together only where it is the same for all trials of
    a study; without one, the seed of each ask is taken.
    """

    sequence: int | None = None

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        if not space.parameters:
            return {}
        from scipy.stats import qmc  # takes longer to load than everything else here

        rng = np.random.default_rng(seed if self.sequence is None else self.sequence)
        with warnings.catch_warnings():
            # scipy warns that a number of points that is no power of two is not quite balanced.
            warnings.simplefilter("ignore", UserWarning)
            points = qmc.Sobol(len(space.parameters), scramble=True, rng=rng)
            position = dict(zip(space.parameters, points.random(len(history) + 1)[-1].tolist(), strict=True))
        proposed: dict[str, Value] = {}
        for name in space.ordered():
            if space.active(name, proposed):
                proposed[name] = from_unit(space.parameters[name], position[name])
        return {name: proposed[name] for name in space.parameters if name in proposed}
