"""One trial of a KerasTuner script, as a worker runs it: the tuner's own `run_trial`, whose epochs are rungs."""

import math
import multiprocessing
import random
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import keras
import keras_tuner
import optuna
from keras_tuner.engine import trial as their

from tunewright.core.errors import TrialFailure
from tunewright.core.threads import threads
from tunewright.interop.keras.callbacks import fresh
from tunewright.interop.keras.data import from_the_start
from tunewright.interop.keras.drawing import Drawing, suggest
from tunewright.interop.keras.proposing import BY_FIT, Space

SPACE, METRICS = "hyperparameters", "metrics"
"""Attributes of a trial: its hyperparameters as KerasTuner writes them, and its metrics, at the best epoch."""


@dataclass(frozen=True)
class Trained:
    """The objective of a search: trains as the tuner does. threads: that PyTorch computes on."""

    tuner: keras_tuner.Tuner
    space: Space
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    threads: int

    def __call__(self, trial: optuna.Trial) -> float:
        """The objective's value. Raises TrialPruned where the pruner says so."""
        drawn = Drawing(lambda one: suggest(trial, one), self.space.preset, new=self.space.new)
        try:
            with _computing(self.threads):
                results = self._results(trial, drawn)
        finally:
            trial.set_user_attr(SPACE, drawn.get_config())
            trial.set_user_attr(BY_FIT, drawn.by_fit.get_config())
        objective = self.tuner.oracle.objective
        metrics = told(results, objective)
        trial.set_user_attr(METRICS, metrics)
        value = metrics[objective.name]
        # Training that has diverged is the worst there is, not a failure of the search.
        return value if math.isfinite(value) else math.copysign(math.inf, 1 if objective.direction == "min" else -1)

    def _results(self, trial: optuna.Trial, drawn: Drawing) -> Any:
        keras.utils.set_random_seed(random.getrandbits(32))  # Python's generator starts from the trial's seed
        name = trial_name(trial.number)
        args, kwargs = from_the_start((list(self.args), self.kwargs))
        callbacks = [fresh(one, name) for one in kwargs.get("callbacks") or ()]
        kwargs["callbacks"] = [*callbacks, _Rungs(trial, self.tuner.oracle.objective)]
        return self.tuner.run_trial(their.Trial(drawn, trial_id=name), *args, **kwargs)


def trial_name(number: int) -> str:
    """What KerasTuner calls a trial, whose folder bears it."""
    return f"{number:04d}"


def told(results: Any, objective: keras_tuner.Objective) -> dict[str, float]:
    """The metrics, the objective's among them, of what a trial returned: a History at its best epoch, metrics, a
    number, or the mean over a list of these. Raises TrialFailure."""
    if isinstance(results, list | tuple) and results:
        each = [told(one, objective) for one in results]
        shared = [name for name in each[0] if all(name in one for one in each)]
        return {name: sum(one[name] for one in each) / len(each) for name in shared}
    if isinstance(results, keras.callbacks.History):
        epochs = [dict(zip(results.history, row, strict=True)) for row in zip(*results.history.values(), strict=False)]
        if not epochs:
            raise TrialFailure("training told no epoch; is `epochs` 0, or the data empty?")
        valued = [{**epoch, objective.name: value_of(epoch, objective)} for epoch in epochs]
        finite = [epoch for epoch in valued if math.isfinite(epoch[objective.name])]
        pick = max if objective.direction == "max" else min
        return pick(finite or valued[:1], key=lambda epoch: epoch[objective.name])
    if isinstance(results, dict):
        numbers = {str(name): float(value) for name, value in results.items()}
        return {**numbers, objective.name: value_of(numbers, objective)}
    try:
        return {objective.name: float(results)}
    except (TypeError, ValueError):
        raise TrialFailure(
            f"`fit` or `run_trial` returned {'None' if results is None else type(results).__name__}; expected what "
            "model.fit returns, a dict of metrics or a number. Is a `return` missing?"
        ) from None


def value_of(metrics: dict[str, Any], objective: keras_tuner.Objective) -> float:
    """The objective's value among metrics. Raises TrialFailure where it is missing."""
    if not objective.has_value(metrics):
        raise TrialFailure(
            f"the objective {objective.name!r} is not among what training told ({', '.join(sorted(metrics))}); "
            "val_... needs validation_data or validation_split"
        )
    return float(objective.get_value(metrics))


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


@contextmanager
def _computing(count: int) -> Iterator[None]:
    """On so many threads where Keras computes on PyTorch; in a worker without its progress bars, which would mix."""
    if multiprocessing.parent_process() is not None:
        keras.config.disable_interactive_logging()
    with threads(count) if keras.backend.backend() == "torch" else nullcontext():
        yield
