"""The search of a KerasTuner script: its checks, the trials, and what it says of them."""

import gc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras_tuner
import optuna
from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState

from tunewright.core.codec import Json
from tunewright.core.errors import ConfigError, StudyFailure
from tunewright.functions.portable import check_portable
from tunewright.functions.setups import check_count
from tunewright.interop.keras.callbacks import check_callbacks
from tunewright.interop.keras.checking import check_model, check_tuner
from tunewright.interop.keras.data import as_it_began, check_sendable, replayed
from tunewright.interop.keras.identity import argument_parts, model_parts, named, tuner_parts
from tunewright.interop.keras.keeping import Folder, quiet
from tunewright.interop.keras.proposing import Space
from tunewright.interop.keras.training import HOPELESS, Trained, trial_name
from tunewright.interop.optuna.keeping import reason_of
from tunewright.interop.optuna.optimizing import Optimized, Terms, carry_out
from tunewright.interop.optuna.searching import Proposer, Remedies
from tunewright.trials.choosing import place_at_door
from tunewright.trials.places import Place

_REMEDIES = Remedies(
    "bring it back as it was, give another project_name, or overwrite=True to begin anew",
    "mend the cause, and give another project_name, or overwrite=True to begin anew",
)


@dataclass(frozen=True)
class Settings:
    """What a tuner takes beside KerasTuner's arguments. place: where trials run. threads: of a trial, where Keras
    computes on PyTorch. lag: trial n sees the results of trials 0 .. n - lag. pruner: asked after each epoch.

    Raises ConfigError.
    """

    place: Place
    threads: int
    lag: int
    pruner: BasePruner

    def __post_init__(self) -> None:
        for name in ("threads", "lag"):
            check_count(name, getattr(self, name))
        if not isinstance(self.pruner, BasePruner):
            raise ConfigError(f"pruner: expected one of optuna.pruners, found {self.pruner!r}")


def count_of(name: str, given: int | None) -> int:
    """An argument, or else the environment's setting, or else 1. Raises ConfigError."""
    if given is not None:
        return given
    variable = f"TUNEWRIGHT_{name.upper()}"
    found = os.environ.get(variable, "1")
    if not found.isdecimal() or int(found) < 1:
        raise ConfigError(f"{variable}: expected a whole number from 1, found {found!r}")
    return int(found)


def place_asked(executor: str | Place | None, workers: int) -> Place:
    """Of an argument, or else of the environment's setting, or else processes. Raises ConfigError."""
    check_count("workers", workers)
    return place_at_door(executor or os.environ.get("TUNEWRIGHT_EXECUTOR", "processes"), workers)


@dataclass(frozen=True)
class Method:
    """How a kind of tuner searches. trials: good ones of the whole search. sampler: of what no proposal holds.
    known: what else the search is known by."""

    proposer: Proposer
    sampler: BaseSampler
    trials: int
    known: Mapping[str, Json]


def search(
    tuner: keras_tuner.Tuner,
    folder: Folder,
    settings: Settings,
    method: Method,
    *,
    space: Space,
    seed: int,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
) -> Optimized:
    """Raises ConfigError where an argument is wrong, RunFolderError where the folder holds another search, StudyFailure
    after too many failures in a row and where no trial ends well."""
    check_callbacks(kwargs.get("callbacks"))
    check_portable(tuner.hypermodel.build if tuner.hypermodel is not None else type(tuner), settings.place.processes)
    check_tuner(tuner, settings.pruner, args=args, kwargs=kwargs)
    args, kwargs = replayed((list(args), dict(kwargs)))
    if settings.place.processes > 1:
        check_sendable(named(args, kwargs), settings.place.processes)
    check_model(tuner, space, named(args, kwargs))
    objective = tuner.oracle.objective
    study = folder.study(objective, sampler=method.sampler, pruner=settings.pruner)
    identity = {
        **method.known,
        "objective": str(objective),
        "threads": settings.threads,
        **tuner_parts(tuner, space, settings.pruner),
        **model_parts(tuner),
        **argument_parts(*as_it_began((args, kwargs))),
    }
    with quiet(), _swift_collections():
        done = carry_out(
            study,
            Trained(tuner, space, tuple(args), dict(kwargs), settings.threads),
            Terms(method.trials, settings.place, seed, settings.lag),
            identity=identity,
            remedies=_REMEDIES,
            callbacks=[*([] if kwargs.get("verbose") == 0 else [_telling(objective)]), _giving_up],
            proposer=method.proposer,
            preload=[__name__],
            folder=folder.path,
        )
    trials = study.get_trials(deepcopy=False)
    if not any(one.state in (TrialState.COMPLETE, TrialState.PRUNED) for one in trials):
        raise _all_failed(trials[-1])
    return done


def _all_failed(last: FrozenTrial) -> StudyFailure:
    return StudyFailure(f"every trial failed, the last with: {reason_of(last)}; {_REMEDIES.failed}")


def _giving_up(study: optuna.Study, trial: FrozenTrial) -> None:
    """Ends the search where a trial failed of what no other mends, and none before it ended well."""
    if not trial.user_attrs.get(HOPELESS):
        return
    if all(one.state is TrialState.FAIL for one in study.get_trials(deepcopy=False)[: trial.number]):
        raise _all_failed(trial)


@contextmanager
def _swift_collections() -> Iterator[None]:
    """KerasTuner collects garbage before each trial: inside, that does not look at what was there before."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _telling(objective: keras_tuner.Objective) -> Callable[[optuna.Study, FrozenTrial], None]:
    """Says in a line how each trial has ended."""

    def tell(study: optuna.Study, trial: FrozenTrial) -> None:
        name, best = trial_name(trial.number), None
        if any(one.state is TrialState.COMPLETE for one in study.get_trials(deepcopy=False)):
            best = study.best_trial
        so_far = f"; best so far {best.value:.6g} (trial {trial_name(best.number)})" if best else ""
        ends = {
            TrialState.COMPLETE: f"{objective.name} {trial.value:.6g}" if trial.values else "",
            TrialState.PRUNED: f"pruned after epoch {trial.last_step}",
            TrialState.FAIL: f"failed: {reason_of(trial)}",
        }
        print(f"Trial {name}: {ends[trial.state]}{so_far}", flush=True)

    return tell
