"""KerasTuner's tuners with another search: the same trials for any number of workers and after any crash.

What a trial does, and what there is to ask afterwards, is KerasTuner's own code. Arguments beside KerasTuner's:

workers: processes that trials run on; 1 is this one. The environment's TUNEWRIGHT_WORKERS where it is not given.
executor: "ray" or `RayCluster(...)` runs trials on a Ray cluster whose nodes see the project's folder; or
TUNEWRIGHT_EXECUTOR. threads: of each trial, where Keras computes on PyTorch; a part of what makes a result, so 1 unless
said, or TUNEWRIGHT_THREADS. lag: trial n sees the results of trials 0 .. n - lag, so as many workers have work. pruner:
one of Optuna's, asked after each epoch; none by default, but for Hyperband.
"""

import math
import warnings
from typing import Any

import keras_tuner
from optuna.exceptions import ExperimentalWarning
from optuna.pruners import BasePruner, HyperbandPruner
from optuna.samplers import GPSampler, RandomSampler
from optuna.study import StudyDirection

from tunewright.interop.keras.drawing import FirstValues
from tunewright.interop.keras.proposing import InOrder, Sampled, Untried, at_random
from tunewright.interop.keras.searching import Method
from tunewright.interop.keras.tuning import Searching
from tunewright.interop.optuna.sight import Outline

_ENDLESS = 1_000_000
"""Trials where KerasTuner sets no limit: a grid ends by itself."""


class RandomSearch(Searching, keras_tuner.RandomSearch):  # type: ignore[misc]
    """`keras_tuner.RandomSearch`: no configuration twice."""

    def _method(self) -> Method:
        trials = self.oracle.max_trials or _ENDLESS
        return Method(Untried(self._space, at_random), RandomSampler(), trials, {"tuner": "RandomSearch"})


class GridSearch(Searching, keras_tuner.GridSearch):  # type: ignore[misc]
    """`keras_tuner.GridSearch`: the value that is asked for last changes first; ten values of a range without steps."""

    def _method(self) -> Method:
        trials = self.oracle.max_trials or _ENDLESS
        return Method(InOrder(self._space), FirstValues(), trials, {"tuner": "GridSearch"})


class BayesianOptimization(Searching, keras_tuner.BayesianOptimization):  # type: ignore[misc]
    """`keras_tuner.BayesianOptimization`, with Optuna's Gaussian process, which learns its noise and needs neither
    `alpha` nor `beta`. Of few trials, half at most are drawn at random."""

    def _method(self) -> Method:
        trials = self.oracle.max_trials or _ENDLESS
        wanted = self.oracle.num_initial_points
        initial = wanted or max(1, min(3 * len(self.oracle.get_space().space), trials // 2))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            sampler = GPSampler(n_startup_trials=initial)
        direction = StudyDirection.MAXIMIZE if self.oracle.objective.direction == "max" else StudyDirection.MINIMIZE
        sampled = Sampled(sampler, Outline(self.project_name, (direction,), {}), initial)
        known = {"tuner": "BayesianOptimization", "num_initial_points": initial}
        return Method(Untried(self._space, sampled), RandomSampler(), trials, known)


class Hyperband(Searching, keras_tuner.Hyperband):  # type: ignore[misc]
    """`keras_tuner.Hyperband` without rounds to wait for: every trial begins at its first epoch, and is given up at the
    rung where the others of its bracket are better (Li et al., JMLR 2018; asynchronous as of Li et al., MLSys 2020).

    As many configurations begin as in KerasTuner's brackets; each trains `max_epochs` where it is not given up.
    """

    def _pruner(self) -> BasePruner:
        return HyperbandPruner(min_resource=1, max_resource=self.oracle.max_epochs, reduction_factor=self.oracle.factor)

    def _fixed_arguments(self) -> dict[str, Any]:
        return {"epochs": self.oracle.max_epochs}

    def _method(self) -> Method:
        brackets = range(self.oracle._get_num_brackets())
        trials = math.ceil(self.oracle.hyperband_iterations * sum(self.oracle._get_size(one, 0) for one in brackets))
        known = {"tuner": "Hyperband", "max_epochs": self.oracle.max_epochs, "factor": self.oracle.factor}
        return Method(Untried(self._space, at_random), RandomSampler(), trials, known)
