"""What KerasTuner's tuners share here: they hand the search its method, and read its trials as KerasTuner has them."""

import inspect
import warnings
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import keras_tuner
from optuna.pruners import BasePruner, NopPruner

from tunewright.interop.keras.checking import built
from tunewright.interop.keras.identity import values_of
from tunewright.interop.keras.keeping import Folder, their_trial
from tunewright.interop.keras.proposing import Space
from tunewright.interop.keras.results import Hopeless
from tunewright.interop.keras.searching import Method, Settings, count_of, place_asked, search
from tunewright.interop.keras.training import quiet_in_workers
from tunewright.trials.places import Place

_FAILURES = "trials that fail are replaced, and many in a row end the search"
_NOISE = "Optuna's Gaussian process learns its noise, and how far it explores"
_WITHOUT_EFFECT: Mapping[str, str] = MappingProxyType({
    "alpha": _NOISE,
    "beta": _NOISE,
    "max_retries_per_trial": _FAILURES,
    "max_consecutive_failed_trials": _FAILURES,
})  # fmt: skip


def update_trial(trial_id: object, metrics: object, step: object = 0) -> None:
    """What scripts from before 2021 call in `run_trial`. Raises Hopeless."""
    raise Hopeless(
        "run_trial calls self.oracle.update_trial(...), which trials here cannot, as they may run in other processes; "
        "let it return the metrics: a number, a dict of them, or what model.fit returns"
    )


@dataclass(frozen=True)
class OracleInTrials:
    """KerasTuner's oracle as far as trials have it in worker processes."""

    objective: keras_tuner.Objective
    update_trial = staticmethod(update_trial)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"self.oracle.{name}: a trial in a worker process has nothing of the oracle but its objective; keep what "
            "run_trial needs in the tuner itself, or use workers=1"
        )


if TYPE_CHECKING:
    _Base: TypeAlias = keras_tuner.Tuner
else:
    _Base = object  # KerasTuner's class follows in each tuner's own line of classes


class Searching(_Base):  # type: ignore[misc]
    """What the tuners share, before KerasTuner's own class of each."""

    _method: Callable[[], Method]
    _kept: str = ""

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
        given = inspect.signature(super().__init__).bind_partial(*args, **kwargs).arguments
        for name in (*given, *given.get("kwargs", ())):
            if name in _WITHOUT_EFFECT:
                warnings.warn(f"{name} has no effect here: {_WITHOUT_EFFECT[name]}", stacklevel=2)
        self._seed = 0 if given.get("seed") is None else given["seed"]
        super().__init__(*args, **kwargs)
        self.oracle.update_trial = update_trial
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
        self._kept = self._kept or values_of(self)  # as they were before any trial
        self.on_search_begin()
        method = self._method()
        search(
            self,
            self._folder,
            self._settings,
            replace(method, known={**method.known, "tuner: its values": self._kept}),
            space=self._space,
            seed=self._seed,
            args=fit_args,
            kwargs={**fit_kwargs, **self._fixed_arguments()},
        )
        self._read()
        self.on_search_end()

    def __getstate__(self) -> dict[str, Any]:
        """As workers get it: trials need the objective of KerasTuner's oracle, which itself cannot be pickled."""
        return {**vars(self), "oracle": OracleInTrials(self.oracle.objective)}

    def reload(self) -> None:
        """Read the trials that the folder holds."""
        if "_space" not in vars(self):
            self._populate_initial_space()
        self._read()

    def on_trial_end(self, trial: Any) -> None:
        """Called where the trial runs, after it. Nothing is left to do: the search writes it down."""

    def load_model(self, trial: Any) -> Any:
        """The model of a trial at its best epoch, with a fresh optimizer."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Skipping variable loading for optimizer")
            return super().load_model(trial)

    def save(self) -> None:
        """Nothing is left to save: trials are written down as they end."""

    def _populate_initial_space(self) -> None:
        self.oracle.hyperparameters = self.oracle.get_space()  # the user's own stay as they were given
        if self.hypermodel is not None:
            declared = self.oracle.get_space()
            self.hypermodel.declare_hyperparameters(declared)
            self.oracle.update_space(declared)
        self._space = Space(self._build, self.oracle.get_space(), self.oracle.tune_new_entries)
        if self.hypermodel is not None:
            built(self, self.oracle.get_space())
        super()._populate_initial_space()

    def _build(self, hyperparameters: keras_tuner.HyperParameters) -> None:
        if self.hypermodel is not None:
            self.hypermodel.build(hyperparameters)

    def _build_hypermodel(self, hp: Any) -> Any:
        quiet_in_workers()  # again, as KerasTuner has just reset all that Keras was told
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
