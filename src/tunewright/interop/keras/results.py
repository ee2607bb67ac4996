"""What a trial of a KerasTuner script returned, read as KerasTuner reads it."""

import math
from dataclasses import dataclass
from typing import Any

import keras
import keras_tuner

from tunewright.core.errors import TrialFailure


class Hopeless(TrialFailure):
    """A trial failed of what no other configuration mends."""


@dataclass(frozen=True)
class Outcome:
    """metrics: the objective's among them. step: the epoch that they are of, from 0, or 0 where none was told."""

    metrics: dict[str, float]
    step: int = 0


def outcome_of(results: Any, objective: keras_tuner.Objective) -> Outcome:
    """Of what a trial returned: a History at its best epoch, metrics, a number, or the mean over a list of these.
    Raises TrialFailure."""
    if isinstance(results, list | tuple) and results:
        each = [outcome_of(one, objective) for one in results]
        shared = [name for name in each[0].metrics if all(name in one.metrics for one in each)]
        means = {name: sum(one.metrics[name] for one in each) / len(each) for name in shared}
        return Outcome(means, int(sum(one.step for one in each) / len(each)))
    if isinstance(results, keras.callbacks.History):
        return _at_best(results, objective)
    if isinstance(results, dict):
        numbers = {str(name): float(value) for name, value in results.items()}
        return Outcome({**numbers, objective.name: value_of(numbers, objective)})
    try:
        return Outcome({objective.name: float(results)})
    except (TypeError, ValueError):
        raise Hopeless(
            f"`fit` or `run_trial` returned {'None' if results is None else type(results).__name__}; expected what "
            "model.fit returns, a dict of metrics or a number. Is a `return` missing?"
        ) from None


def _at_best(history: keras.callbacks.History, objective: keras_tuner.Objective) -> Outcome:
    told = history.history
    epochs = [dict(zip(told, row, strict=True)) for row in zip(*told.values(), strict=False)]
    if not epochs:
        raise TrialFailure("training told no epoch; is `epochs` 0, or the data empty?")
    valued = [Outcome({**epoch, objective.name: value_of(epoch, objective)}, step) for step, epoch in enumerate(epochs)]
    finite = [one for one in valued if math.isfinite(one.metrics[objective.name])]
    pick = max if objective.direction == "max" else min
    return pick(finite or valued[:1], key=lambda one: one.metrics[objective.name])


def value_of(metrics: dict[str, Any], objective: keras_tuner.Objective) -> float:
    """The objective's value among metrics. Raises TrialFailure where it is missing."""
    if not objective.has_value(metrics):
        raise Hopeless(
            f"the objective {objective.name!r} is not among what training told ({', '.join(sorted(metrics))}); "
            "val_... needs validation_data or validation_split"
        )
    return float(objective.get_value(metrics))
