"""`minimize`: the search engine on any Python function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tunewright.core.errors import ConfigError, StudyFailure
from tunewright.core.shorthand import to_space
from tunewright.core.space import Params, Space
from tunewright.core.words import counted
from tunewright.functions.calling import Function, name_of, objective_of
from tunewright.functions.identity import Ties
from tunewright.functions.portable import check_portable
from tunewright.functions.setups import Setup, Storage, check_count, keeping
from tunewright.search.pruners import Pruner
from tunewright.search.records import State, TrialRecord, best, pareto
from tunewright.search.samplers.proposing import Sampler
from tunewright.search.stopping import StopRules
from tunewright.trials.executors import make_executor
from tunewright.trials.search import Found, run_search

_UNLIMITED = StopRules()


@dataclass(frozen=True, repr=False)
class Minimum:
    """What a search has found: the best configuration, its score, and how it was come by.

    trials: all of them, in order. fingerprint: equal for equal searches. ended: why the search ended, in a sentence
    without its end. pareto: where there are two objectives, the trials that no other beats in both. tracebacks: of
    failed trials, by number.
    """

    params: Params
    score: float
    trials: tuple[TrialRecord, ...]
    fingerprint: str
    ended: str
    pareto: tuple[TrialRecord, ...]
    tracebacks: Mapping[int, str]

    def __repr__(self) -> str:
        return f"<Minimum {self.score!r} at {dict(self.params)}, {counted(len(self.trials), 'trial')}>"


def minimize(
    function: Function,
    space: Space | Mapping[str, Any],
    *,
    trials: int = 100,
    sampler: str | Sampler = "auto",
    pruner: str | Pruner = "none",
    workers: int = 1,
    seed: int = 0,
    lag: int | None = None,
    storage: Storage = None,
    start: Sequence[Params] = (),
    stop: StopRules = _UNLIMITED,
    startup_trials: int = 4,
    name: str | None = None,
    direction: str = "minimize",
) -> Minimum:
    """Search the space for the configuration at which the function is lowest.

    function: gets a configuration and returns a finite number, or a pair of them for two objectives. Where it takes a
    second argument, that is `report(epoch, value)`, a rung at which the pruner may end the trial. Whatever it raises
    makes the trial a failed one. space: see `to_space`. trials: good ones, of the whole study. workers: processes; the
    result is the same for any number. lag: trial n is proposed from the results of trials 0 .. n - lag (4, and 2
    for `gp`, unless given). storage: a
    SQLite file or an Optuna URL, where the same call goes on; the study has the function's name there, and belongs to
    its code and the values that it works with (`functions.identity`). name: the study's name instead; then you vouch
    that the function is the one of its trials. direction: "minimize" alone; it is here to say so. start: configurations
    to try first.

    Raises ConfigError where an argument is wrong, RunFolderError where the storage is, StudyFailure after five failures
    in a row or where no trial was good.
    """
    if direction != "minimize":
        raise ConfigError(
            f"direction: low is good here, found {direction!r}; return the negative of what is to be high"
        )
    known = to_space(space)
    objective = objective_of(function, tuple(known.parameters))
    check_count("workers", workers)
    check_portable(function, workers)
    if not isinstance(stop, StopRules):
        raise ConfigError(f"stop: expected StopRules, found {stop!r}")
    setup = Setup(known, sampler, pruner, seed, lag, start, startup_trials, trials)
    ties = None if storage is None else Ties(function, name)
    with keeping(storage, name=name or name_of(function), space=known) as ledger:
        if ties:
            ties.check(ledger)
        plan = setup.plan(ledger, stop)
        try:
            with make_executor(objective, 0 if workers == 1 else min(workers, plan.lag)) as executor:
                found = run_search(ledger, plan, executor, watch=lambda records: None)
            return _minimum(found, ledger.tracebacks())
        except StudyFailure as error:
            if (leader := best(error.trials)) is not None:
                error.add_note(f"The best until then: trial {leader.number}, {leader.score}, {dict(leader.params)}")
            failed = [record.number for record in ledger.records() if record.state is State.FAILED]
            if failed and failed[-1] in (texts := ledger.tracebacks()):
                error.add_note(f"The last of them:\n{texts[failed[-1]]}")
            raise


def _minimum(found: Found, tracebacks: Mapping[int, str]) -> Minimum:
    winner = best(found.records)
    if winner is None:
        raise StudyFailure(
            f"no trial has a score; the search ended as {found.ended}; search elsewhere, or prune less", found.records
        )
    assert winner.score is not None, "a complete trial has a score"
    return Minimum(
        winner.params, winner.score, found.records, found.fingerprint, found.ended, pareto(found.records), tracebacks
    )
