"""Earlier studies, as far as they lie in a new space, on the scale that all of them share: how good among its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.stats import rankdata

from tunewright.core.parameters import Choice
from tunewright.core.space import Params, Space
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.cube import to_unit
from tunewright.search.samplers.shown import with_forecasts, with_worst

_TREES = 64
_FEWEST = 6
_LEAST = 0.1
"""Of a word, which noise has by chance: so none of several studies of noise speaks for all."""
_CLEAR = 3.0
"""Standard deviations above which two orders agree beyond doubt."""


@dataclass(frozen=True)
class Tried:
    """A configuration of the new space, and how it stood among the trials of its own study: a normal deviate of its
    rank, so that -1 is better than five of six whatever the study's scores were (Salinas et al. 2020)."""

    params: Params
    standing: float


@dataclass(frozen=True)
class Earlier:
    """What one earlier study tells of a new space."""

    name: str
    trials: tuple[Tried, ...]


def standings(scores: Sequence[float]) -> list[float]:
    """Normal deviates of these scores' ranks; low stays low, and equal ones have equal deviates."""
    places = (rankdata(scores) - 0.5) / max(len(scores), 1)
    return [NormalDist().inv_cdf(place) for place in places.tolist()]


def scored(records: Sequence[TrialRecord]) -> list[TrialRecord]:
    """The trials that tell something of their configurations, all with a score: pruned ones with the one that they were
    heading for, infeasible ones as bad as the worst."""
    return [one for one in with_worst(with_forecasts(records)) if one.state is State.COMPLETE and one.score is not None]


def agreement(one: Sequence[float] | np.ndarray, other: Sequence[float] | np.ndarray) -> float:
    """Kendall's tau between two rankings, in units of its standard deviation where they have nothing to do with each
    other; 0 where one of them ranks nothing."""
    from scipy.stats import kendalltau

    count = len(one)
    if count < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(kendalltau(one, other).statistic / np.sqrt(2 * (2 * count + 5) / (9 * count * (count - 1))))


class Expectation:
    """How a configuration would stand in an earlier study: a forest of trees fitted to that study's trials.

    word: from 0 to 1, how far the study bears itself out, each trial being as those trees expect it that have not seen
    it. Where scores are noise alone it tells nothing.
    """

    def __init__(self, space: Space, earlier: Earlier) -> None:
        from sklearn.ensemble import ExtraTreesRegressor

        self._space = space
        standings = [one.standing for one in earlier.trials]
        enough = len(standings) >= _FEWEST
        self._trees = ExtraTreesRegressor(
            _TREES, min_samples_leaf=2, bootstrap=enough, oob_score=agreement if enough else False, random_state=0
        )
        self._trees.fit(self._encoded([one.params for one in earlier.trials]), standings)
        self.word = float(np.clip(self._trees.oob_score_ / _CLEAR, 0.0, 1.0)) if enough else 0.0

    def of(self, configurations: Sequence[Params]) -> np.ndarray:
        """Expected standings, shape (configurations,)."""
        return np.asarray(self._trees.predict(self._encoded(configurations)))

    def _encoded(self, configurations: Sequence[Params]) -> np.ndarray:
        return np.array([_numbers(self._space, one) for one in configurations])


def weighed(expectations: Sequence[Expectation], found: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
    """The mean of what was found for each study, each by how far it bears itself out; all alike where none does."""
    return np.asarray(np.average(found, axis=0, weights=[_LEAST + one.word for one in expectations]))


def _numbers(space: Space, params: Params) -> list[float]:
    """A place from 0 to 1 for each number, a flag for each choice; -1 where a parameter does not apply."""
    found: list[float] = []
    for name, parameter in space.parameters.items():
        if isinstance(parameter, Choice):
            found += [float(params.get(name) == choice) for choice in parameter.choices]
        else:
            found.append(to_unit(parameter, params[name]) if name in params else -1.0)
    return found
