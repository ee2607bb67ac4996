"""One trial of a KerasTuner script, as a worker runs it: the tuner's own `run_trial`, whose epochs are rungs."""

import inspect
import math
import multiprocessing
import random
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

import keras
import keras_tuner
import optuna
from keras_tuner import errors
from keras_tuner.engine import trial as their

from tunewright.core.threads import threads
from tunewright.core.words import told
from tunewright.interop.keras.callbacks import fresh
from tunewright.interop.keras.data import from_the_start
from tunewright.interop.keras.drawing import Drawing, suggest
from tunewright.interop.keras.proposing import BY_FIT, Space
from tunewright.interop.keras.results import Hopeless, Outcome, outcome_of

SPACE, METRICS, STEP, HOPELESS = "hyperparameters", "metrics", "best epoch", "hopeless"
"""Attributes of a trial: its hyperparameters as KerasTuner writes them, its metrics at the best epoch, that epoch from
0, and whether it failed of what no other trial can mend."""


@dataclass(frozen=True)
class Trained:
    """The objective of a search: trains as the tuner does. threads: that PyTorch computes on."""

    tuner: keras_tuner.Tuner
    space: Space
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    threads: int

    def __call__(self, trial: optuna.Trial) -> float:
        """The objective's value. Raises TrialPruned where the pruner says so, Hopeless where no trial can do better."""
        drawn = Drawing(lambda one: suggest(trial, one), self.space.preset, new=self.space.new)
        try:
            with _computing(self.threads):
                outcome = self._outcome(trial, drawn)
        except Hopeless:
            trial.set_user_attr(HOPELESS, True)
            raise
        finally:
            trial.set_user_attr(SPACE, drawn.get_config())
            trial.set_user_attr(BY_FIT, drawn.by_fit.get_config())
        trial.set_user_attr(METRICS, outcome.metrics)
        trial.set_user_attr(STEP, outcome.step)
        return scored(outcome, self.tuner.oracle.objective)

    def _outcome(self, trial: optuna.Trial, drawn: Drawing) -> Outcome:
        """Of `run_trial` between the tuner's own hooks."""
        seed = random.getrandbits(32)  # Python's generator starts from the trial's seed
        tuner, theirs = self.tuner, their.Trial(drawn, trial_id=trial_name(trial.number))
        if type(tuner).on_trial_begin is not keras_tuner.Tuner.on_trial_begin:
            with suppress(Exception), drawn.building():  # of the model's own kind: the trial fails of it in a moment
                self.space.build(drawn)
        keras.utils.set_random_seed(seed)
        tuner.on_trial_begin(theirs)
        try:
            outcome = outcome_of(self._run(trial, theirs), tuner.oracle.objective)
        except optuna.TrialPruned:
            theirs.status = their.TrialStatus.STOPPED
            tuner.on_trial_end(theirs)
            raise
        except Exception as error:
            theirs.status, theirs.message = their.TrialStatus.INVALID, told(error)
            tuner.on_trial_end(theirs)
            if isinstance(error, errors.FatalError):
                raise Hopeless(told(error)) from error
            raise
        fill(theirs, outcome, tuner.oracle.objective)
        theirs.status = their.TrialStatus.COMPLETED
        tuner.on_trial_end(theirs)
        return outcome

    def _run(self, trial: optuna.Trial, theirs: their.Trial) -> Any:
        args, kwargs = from_the_start((list(self.args), self.kwargs))
        if takes_callbacks(self.tuner):
            callbacks = [fresh(one, theirs.trial_id) for one in kwargs.get("callbacks") or ()]
            kwargs["callbacks"] = [*callbacks, _Rungs(trial, self.tuner.oracle.objective)]
        return self.tuner.run_trial(theirs, *args, **kwargs)


def takes_callbacks(tuner: keras_tuner.Tuner) -> bool:
    """Whether the tuner's `run_trial` can be given any."""
    taken = inspect.signature(tuner.run_trial).parameters.values()
    return any(one.name == "callbacks" or one.kind is one.VAR_KEYWORD for one in taken)


def fill(theirs: their.Trial, outcome: Outcome, objective: keras_tuner.Objective) -> None:
    """KerasTuner's trial with its metrics, at the best epoch as its only step, and its score."""
    theirs.metrics.register(objective.name, objective.direction)
    for name, value in outcome.metrics.items():
        if math.isfinite(value):
            theirs.metrics.update(name, value, step=outcome.step)
    theirs.score, theirs.best_step = scored(outcome, objective), outcome.step


def scored(outcome: Outcome, objective: keras_tuner.Objective) -> float:
    """The objective's value. Training that has diverged is the worst there is, not a failure of the search."""
    value = outcome.metrics[objective.name]
    return value if math.isfinite(value) else math.copysign(math.inf, 1 if objective.direction == "min" else -1)


def trial_name(number: int) -> str:
    """What KerasTuner calls a trial, whose folder bears it."""
    return f"{number:04d}"


class _Rungs(keras.callbacks.Callback):  # type: ignore[misc]
    """Reports each epoch to the pruner. It is the same one in every execution, which KerasTuner copies callbacks for;
    the epochs of the first one count."""

    def __init__(self, trial: optuna.Trial, objective: keras_tuner.Objective) -> None:
        super().__init__()
        self._trial, self._objective = trial, objective
        self._epochs, self._trainings = 0, 0

    def __deepcopy__(self, memo: object) -> "_Rungs":
        return self

    def on_train_begin(self, logs: object = None) -> None:
        self._trainings += 1

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self._trainings > 1 or not self._objective.has_value(logs or {}):
            return
        self._epochs += 1
        if math.isfinite(value := float(self._objective.get_value(logs))):
            self._trial.report(value, self._epochs)
            if self._trial.should_prune():
                raise optuna.TrialPruned


def quiet_in_workers() -> None:
    """Without Keras's progress bars where this is a worker: those of several would mix."""
    if multiprocessing.parent_process() is not None:
        keras.config.disable_interactive_logging()


@contextmanager
def _computing(count: int) -> Iterator[None]:
    """On so many threads where Keras computes on PyTorch."""
    quiet_in_workers()
    with threads(count) if keras.backend.backend() == "torch" else nullcontext():
        yield
