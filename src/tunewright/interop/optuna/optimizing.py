"""`optimize`: an Optuna study searched on any number of workers, with the same trials at the end."""

import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna

from tunewright.core.codec import Json
from tunewright.core.errors import ConfigError
from tunewright.core.seeds import SeedTree
from tunewright.functions.identity import Untold, identity_of
from tunewright.functions.portable import check_portable
from tunewright.functions.setups import check_count, check_seed
from tunewright.interop.optuna import policies
from tunewright.interop.optuna.jobs import Objective, Script
from tunewright.interop.optuna.keeping import StudyKeeper, fingerprint, held
from tunewright.interop.optuna.searching import Callback, Proposer, Remedies, Search
from tunewright.trials.choosing import place_at_door
from tunewright.trials.places import Place, Work

_REMEDIES = Remedies(
    "bring it back as it was, begin a study of another name, or give vouched=True to go on with it all the same",
    "mend the cause, and begin a study of another name",
)


@dataclass(frozen=True)
class Optimized:
    """What a search of an Optuna study came to; the trials are in the study.

    ended: why, in a sentence without its end. fingerprint: equal for equal searches.
    """

    ended: str
    fingerprint: str


def optimize(
    study: optuna.Study,
    objective: Objective,
    *,
    trials: int = 100,
    workers: int = 1,
    executor: str | Place = "processes",
    seed: int = 0,
    lag: int = 4,
    callbacks: Sequence[Callback] = (),
    vouched: bool = False,
) -> Optimized:
    """Search an Optuna study: `study.optimize(objective, n_trials=100)` that any number of workers carries out alike.

    study: with its own sampler, pruner and storage; trials that were enqueued come first. trials: good ones (complete
    or pruned) of the whole study, so that the same call goes on after a crash. workers: processes, at most `lag` of
    them have work. executor: "ray" or `RayCluster(...)` runs trials on a Ray cluster, to the same study. seed: of the
    sampler and of `random`, NumPy and torch, for each trial by its number. lag: trial n sees the results of trials 0 ..
    n - lag, and that the others are there. callbacks: called in the order of the trials' numbers; `study.stop()` in one
    of them, or in the objective, ends the search `lag` trials later. vouched: you vouch that a changed objective is
    still the one of the study's trials.

    Raises ConfigError where an argument is wrong or a sampler cannot be made deterministic, RunFolderError where the
    study is another search's or another process has it, StudyFailure after too many failures in a row.
    """
    for name, value in (("trials", trials), ("workers", workers), ("lag", lag)):
        check_count(name, value)
    check_seed(seed)
    if not isinstance(callbacks, Sequence) or not all(callable(one) for one in callbacks):
        raise ConfigError(f"callbacks: expected a list of functions of (study, trial), found {callbacks!r}")
    if not isinstance(study, optuna.Study):
        raise ConfigError(f"study: expected an optuna.Study, found {type(study).__name__}; make one with create_study")
    if not callable(objective):
        raise ConfigError(f"objective: expected a function of (trial), found {objective!r}")
    place = place_at_door(executor, workers)
    check_portable(objective, place.processes)
    for doubt in policies.check(study.sampler, study.pruner):
        warnings.warn(doubt, stacklevel=2)
    parts = parts_of(objective, "objective")
    return carry_out(
        study,
        objective,
        Terms(trials, place, seed, 1 if policies.one_at_a_time(study.sampler) else lag),
        identity=parts,
        vouched=tuple(parts) if vouched else (),
        callbacks=callbacks,
    )


@dataclass(frozen=True)
class Terms:
    """On what terms a study is searched; as of `optimize`. place: where trials run."""

    trials: int
    place: Place
    seed: int
    lag: int


def carry_out(
    study: optuna.Study,
    objective: Objective,
    terms: Terms,
    *,
    identity: Mapping[str, Json],
    vouched: Collection[str] = (),
    remedies: Remedies = _REMEDIES,
    callbacks: Sequence[Callback] = (),
    proposer: Proposer | None = None,
    preload: Sequence[str] = (),
    folder: Path | None = None,
) -> Optimized:
    """Search a study to its end. identity: what it is known by, beside the terms, of which the parts vouched for may
    have changed. preload: modules that workers are to find loaded. folder: that trials write to. Raises as
    `optimize` does."""
    with held(study):
        keeper = StudyKeeper(study)
        seeds = SeedTree(terms.seed)
        search = Search(
            study,
            keeper,
            trials=terms.trials,
            lag=terms.lag,
            seeds=seeds,
            callbacks=callbacks,
            remedy=remedies.failed,
            proposer=proposer,
        )
        keeper.claim({"seed": terms.seed, "lag": terms.lag, **identity}, vouched=vouched, mend=remedies.changed)
        script = Script(objective, study.sampler, study.pruner, keeper.outline)
        with terms.place.executor(Work(script, terms.lag, preload, folder=folder)) as executor:
            ended = search.run(executor)
    return Optimized(ended, fingerprint(keeper.trials))


def parts_of(function: Any, name: str) -> dict[str, Json]:
    """What a function of the user's is known by. name: in messages."""
    try:
        return {f"{name} ({part})": value for part, value in identity_of(function).items()}
    except Untold as untold:
        warnings.warn(
            f"the {name} works with {untold}, whose content cannot be told: a changed one is not noticed on resume",
            stacklevel=3,
        )
        return {}
