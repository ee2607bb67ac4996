"""KerasTuner's tuners with another search: the same trials for any number of workers and after any crash.

What a trial does, and what there is to ask afterwards, is KerasTuner's own code. Arguments beside KerasTuner's:

workers: processes that trials run on; 1 is this one. The environment's TUNEWRIGHT_WORKERS where it is not given.
executor: "ray" or `RayCluster(...)` runs trials on a Ray cluster whose nodes see the project's folder; or
TUNEWRIGHT_EXECUTOR. threads: of each trial, where Keras computes on PyTorch; a part of what makes a result, so 1 unless
said, or TUNEWRIGHT_THREADS. lag: trial n sees the results of trials 0 .. n - lag, so as many workers have work. pruner:
one of Optuna's, asked after each epoch; none by default, but for Hyperband.
"""

import inspect
import math
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias

import keras_tuner
from optuna.exceptions import ExperimentalWarning
from optuna.pruners import BasePruner, HyperbandPruner, NopPruner
from optuna.samplers import GPSampler, RandomSampler
from optuna.study import StudyDirection

from tunewright.interop.keras.drawing import FirstValues
from tunewright.interop.keras.keeping import Folder, their_trial
from tunewright.interop.keras.proposing import InOrder, Sampled, Space, Untried, at_random
from tunewright.interop.keras.searching import Method, Settings, built, count_of, place_asked, search
from tunewright.interop.optuna.sight import Outline
from tunewright.trials.places import Place

_ENDLESS = 1_000_000
"""Trials where KerasTuner sets no limit: a grid ends by itself."""


if TYPE_CHECKING:
    _Base: TypeAlias = keras_tuner.Tuner
else:
    _Base = object  # KerasTuner's class follows in each tuner's own line of classes


class _Searching(_Base):  # type: ignore[misc]
    """What the tuners share, before KerasTuner's own class of each."""

    _method: Callable[[], Method]

    def __init__(
        self,
        *args: Any,
        workers: int | None = None,
        executor: str | Place | None = None,
        threads: int | None = None,
        lag: int = 4,
        pruner: BasePruner | None = None,
        **kwargs: Any,
    ) -> None:
        place, threads = place_asked(executor, count_of("workers", workers)), count_of("threads", threads)
        # KerasTuner draws a seed where none is given; here the same script is the same search.
        given = inspect.signature(super().__init__).bind_partial(*args, **kwargs).arguments.get("seed")
        self._seed = 0 if given is None else given
        super().__init__(*args, **kwargs)
        self._settings = Settings(place, threads, lag, pruner or self._pruner())

    def _pruner(self) -> BasePruner:
        """Where the user names none."""
        return NopPruner()

    def _fixed_arguments(self) -> dict[str, Any]:
        """Arguments of `fit` that the tuner itself decides on."""
        return {}

    def search(self, *fit_args: Any, **fit_kwargs: Any) -> None:
        """Search, or go on with the search that the folder holds. Arguments are those of `Model.fit`, or of the
        user's own `fit`. Raises as `searching.search` does."""
        self.on_search_begin()
        search(
            self,
            self._folder,
            self._settings,
            self._method(),
            space=self._space,
            seed=self._seed,
            args=fit_args,
            kwargs={**fit_kwargs, **self._fixed_arguments()},
        )
        self._read()
        self.on_search_end()

    def __getstate__(self) -> dict[str, Any]:
        """As workers get it: trials need the objective of KerasTuner's oracle, which itself cannot be pickled."""
        return {**vars(self), "oracle": SimpleNamespace(objective=self.oracle.objective)}

    def reload(self) -> None:
        """Read the trials that the folder holds."""
        self._populate_initial_space()
        self._read()

    def load_model(self, trial: Any) -> Any:
        """The model of a trial at its best epoch, with a fresh optimizer."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Skipping variable loading for optimizer")
            return super().load_model(trial)

    def save(self) -> None:
        """Nothing is left to save: trials are written down as they end."""

    def _populate_initial_space(self) -> None:
        self._space = Space(self._build, self.oracle.get_space(), self.oracle.tune_new_entries)
        if self.hypermodel is not None:
            built(self, self.oracle.get_space())
        super()._populate_initial_space()

    def _build(self, hyperparameters: keras_tuner.HyperParameters) -> None:
        if self.hypermodel is not None:
            self.hypermodel.build(hyperparameters)

    def _build_hypermodel(self, hp: Any) -> Any:
        with hp.building() if hasattr(hp, "building") else nullcontext():
            return super()._build_hypermodel(hp)

    def _read(self) -> None:
        objective = self.oracle.objective
        trials = [their_trial(one, objective) for one in self._folder.trials(objective)]
        self.oracle.trials = {one.trial_id: one for one in trials}
        for one in trials:
            self.oracle.update_space(one.hyperparameters)

    def _get_tuner_fname(self) -> str:
        self._folder.check()
        return str(self._folder.study_file)

    @property
    def _folder(self) -> Folder:
        return Folder(Path(self.project_dir), self.project_name)


class RandomSearch(_Searching, keras_tuner.RandomSearch):  # type: ignore[misc]
    """`keras_tuner.RandomSearch`: no configuration twice."""

    def _method(self) -> Method:
        trials = self.oracle.max_trials or _ENDLESS
        return Method(Untried(self._space, at_random), RandomSampler(), trials, {"tuner": "RandomSearch"})


class GridSearch(_Searching, keras_tuner.GridSearch):  # type: ignore[misc]
    """`keras_tuner.GridSearch`: the value that is asked for last changes first; ten values of a range without steps."""

    def _method(self) -> Method:
        trials = self.oracle.max_trials or _ENDLESS
        return Method(InOrder(self._space), FirstValues(), trials, {"tuner": "GridSearch"})


class BayesianOptimization(_Searching, keras_tuner.BayesianOptimization):  # type: ignore[misc]
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


class Hyperband(_Searching, keras_tuner.Hyperband):  # type: ignore[misc]
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
