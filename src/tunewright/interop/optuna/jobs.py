"""One trial of an Optuna objective: asked for by its number, run where there is room, told as Optuna would tell it."""

import copy
import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import optuna
from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from tunewright.core.errors import TrialFailure
from tunewright.core.global_seeds import global_seeds
from tunewright.core.seeds import SeedTree
from tunewright.core.words import one_line, told
from tunewright.interop.optuna.policies import fresh
from tunewright.interop.optuna.sight import Outline, Sight, hidden, look
from tunewright.trials.tasks import is_interrupt, traceback_of

Objective = Callable[[optuna.Trial], Any]


@dataclass(frozen=True)
class Told:
    """A trial that has ended, as it is to stand in the study. stops: it asked to end the search.

    reason: why it failed, in one line; traceback: where the objective raised.
    """

    trial: FrozenTrial
    stops: bool = False
    reason: str | None = None
    traceback: str | None = None


@dataclass(frozen=True)
class Script:
    """What the user brings, which workers get once."""

    objective: Objective
    sampler: BaseSampler
    pruner: BasePruner
    outline: Outline

    def sight(self, history: Sequence[FrozenTrial], seeds: SeedTree) -> Sight:
        sampler, pruner = fresh(self.sampler, seeds.child("sampler")), fresh(self.pruner, seeds.child("pruner"))
        return look(self.outline, history, sampler=sampler, pruner=pruner)


@dataclass(frozen=True)
class Asked:
    """A trial to run. past: the first trials of its study, the same for all that are asked for later. newest: those
    after them, with what it may see of them, and last itself, with what was enqueued."""

    past: Sequence[FrozenTrial]
    newest: tuple[FrozenTrial, ...]
    seeds: SeedTree

    def with_past(self, past: Sequence[Any]) -> "Asked":
        return replace(self, past=past)

    def run(self, objective: Script) -> Iterator[Told]:
        """Ask, run and tell. Whatever the objective raises ends the trial, not the worker."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            sight = objective.sight((*self.past, *self.newest), self.seeds)
            trial = optuna.Trial(sight, sight.newest)
            with global_seeds(self.seeds.integer("objective", bits=32)):
                ended = _told(sight, trial, *_carried_out(objective.objective, trial))
            yield ended

    def after(self, event: Told) -> None:
        """Nothing is left of it: a trial tells once."""

    def lost(self, reason: str) -> Told:
        """How it ends where no worker can carry it out."""
        failed = hidden(self.newest[-1])
        failed.state = TrialState.FAIL
        return Told(failed, reason=reason)


def _carried_out(objective: Objective, trial: optuna.Trial) -> tuple[TrialState, Any, str | None, str | None]:
    """How the objective ended: a state, what it returned, and where it failed why and with which traceback."""
    try:
        returned = objective(trial)
    except optuna.TrialPruned:
        return TrialState.PRUNED, None, None, None
    except TrialFailure as failure:  # foreseen, so that its words say it all
        return TrialState.FAIL, None, one_line(str(failure)), None
    except BaseException as error:
        if is_interrupt(error):
            raise
        return TrialState.FAIL, None, told(error), traceback_of(error)
    if (fault := _fault(returned, trial.study.directions)) is not None:
        return TrialState.FAIL, None, fault, None
    return TrialState.COMPLETE, [float(value) for value in _values(returned)], None, None


def _fault(returned: Any, directions: Sequence[StudyDirection]) -> str | None:
    """What is wrong with a returned value; None where Optuna takes it and it is not infinitely good."""
    values, objectives = _values(returned), len(directions)
    wanted = "a number" if objectives == 1 else f"{objectives} numbers"
    if returned is None:
        return f"the objective returned None, expected {wanted}; is a `return` missing?"
    if len(values) != objectives:
        return f"the objective returned {len(values)} values, expected {wanted}, as the study has directions"
    for value, direction in zip(values, directions, strict=True):
        worst = -math.inf if direction is StudyDirection.MAXIMIZE else math.inf
        if (number := _number(value)) is None:
            return f"the objective returned {one_line(repr(value))}, expected {wanted}"
        if math.isnan(number):
            return f"the objective returned NaN; return {worst} where a configuration is not allowed"
        if number == -worst:
            return (
                f"the objective returned {number}, than which nothing is better where the study is to "
                f"{direction.name.lower()}; return {worst} where a configuration is not allowed"
            )
    return None


def _number(value: Any) -> float | None:
    """None for what is no number, texts of one among them."""
    try:
        return None if isinstance(value, str | bytes) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _values(returned: Any) -> list[Any]:
    return list(returned) if isinstance(returned, list | tuple) else [returned]


def _told(
    sight: Sight, trial: optuna.Trial, state: TrialState, returned: Any, reason: str | None, text: str | None
) -> Told:
    """The trial as it stands in the sight after Optuna has told it: values of pruned ones, constraints, the sampler's
    own notes."""
    try:
        sight.tell(trial, returned, state)
    except BaseException as error:  # constraints of the user's own may raise anything
        if is_interrupt(error):
            raise
        failed = copy.copy(sight._storage.get_trial(trial._trial_id))
        failed.state, failed.values = TrialState.FAIL, None
        return Told(failed, sight.stopped, told(error), traceback_of(error))
    return Told(sight._storage.get_trial(trial._trial_id), sight.stopped, reason, text)
