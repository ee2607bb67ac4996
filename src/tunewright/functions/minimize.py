"""`minimize`: the search engine on any Python function."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from tunewright.core.codec import Json
from tunewright.core.errors import ConfigError, StudyFailure
from tunewright.core.shorthand import to_space
from tunewright.core.space import Params, Space
from tunewright.core.words import counted
from tunewright.functions.calling import Function, FunctionObjective, name_of, objective_of
from tunewright.functions.drawing import Drawable
from tunewright.functions.identity import Ties
from tunewright.functions.plane import check_plane
from tunewright.functions.portable import check_portable
from tunewright.functions.setups import Setup, Storage, check_count, keeping
from tunewright.report.picture import Picture, show
from tunewright.search.pruners import Pruner
from tunewright.search.records import State, TrialRecord, best, pareto
from tunewright.search.samplers.proposing import Sampler
from tunewright.search.stopping import StopRules
from tunewright.trials.choosing import place_at_door
from tunewright.trials.places import Place, Work
from tunewright.trials.search import run_search

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
    _drawable: Drawable = field(compare=False)

    @cached_property
    def figures(self) -> Mapping[str, Picture]:
        """Figures of the search by name, as of a report: `history`, `contour`, `pruning` and so on, where there is
        something to show."""
        return self._drawable.pictures()

    def show(self, *names: str) -> None:
        """Show these figures in a notebook, or all where none is named. Raises ConfigError for an unknown name, and
        where there is no notebook."""
        show(self.figures, names)

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
    executor: str | Place = "processes",
    seed: int = 0,
    lag: int | None = None,
    storage: Storage = None,
    start: Sequence[Params] = (),
    stop: StopRules = _UNLIMITED,
    startup_trials: int = 4,
    name: str | None = None,
    direction: str = "minimize",
    draw_surface: bool = False,
) -> Minimum:
    """Search the space for the configuration at which the function is lowest.

    function: gets a configuration and returns a finite number, or a pair of them for two objectives. Where it takes a
    second argument, that is `report(epoch, value)`, a rung at which the pruner may end the trial. Whatever it raises
    makes the trial a failed one. space: see `to_space`. trials: good ones, of the whole study. workers: processes; the
    result is the same for any number. executor: "ray" or `RayCluster(...)` runs trials on a Ray cluster, to the same
    result. lag: trial n is proposed from the results of trials 0 .. n - lag (4, and 2 for `gp`, unless given). storage:
    a SQLite file or an Optuna URL, where the same call goes on; the study has the function's name there, and belongs to
    its code and the values that it works with (`functions.identity`). name: the study's name instead; then you vouch
    that the function is the one of its trials. direction: "minimize" alone; it is here to say so. start: configurations
    to try first. draw_surface: whether the contour plot is of the function itself, which is evaluated at up to 41 x 41
    points when figures are first asked for.

    Raises ConfigError where an argument is wrong, RunFolderError where the storage is, StudyFailure after too many
    failures in a row or where no trial was good.
    """
    if direction != "minimize":
        raise ConfigError(
            f"direction: low is good here, found {direction!r}; return the negative of what is to be high"
        )
    known = to_space(space)
    if draw_surface:
        check_plane(known, "draw_surface")
    objective = objective_of(function, tuple(known.parameters))
    check_count("workers", workers)
    place = place_at_door(executor, workers)
    check_portable(function, place.processes)
    if not isinstance(stop, StopRules):
        raise ConfigError(f"stop: expected StopRules, found {stop!r}")
    setup = Setup(known, sampler, pruner, seed, lag, start, startup_trials, trials)
    if pruner != "none" and not objective.reports:
        warnings.warn(
            f"pruner: nothing is ever pruned, as {name_of(function)} takes no `report`; make it a function of "
            "(params, report) that calls report(epoch, value)",
            stacklevel=2,
        )
    ties = None if storage is None else Ties(function, name)
    with keeping(storage, name=name or name_of(function), space=known) as ledger:
        if ties:
            ties.check(ledger)
        plan = setup.plan(ledger, stop)
        try:
            with place.executor(Work(objective, plan.lag)) as running:
                found = run_search(ledger, plan, running, watch=lambda records: None)
            drawable = Drawable(found, known, plan.lag, partial(_surface, objective, known) if draw_surface else None)
            return _minimum(drawable, ledger.tracebacks())
        except StudyFailure as error:
            if (leader := best(error.trials)) is not None:
                error.add_note(f"The best until then: trial {leader.number}, {leader.score}, {dict(leader.params)}")
            failed = [record.number for record in ledger.records() if record.state is State.FAILED]
            if failed and failed[-1] in (texts := ledger.tracebacks()):
                error.add_note(f"The last of them:\n{texts[failed[-1]]}")
            raise


def _surface(objective: FunctionObjective, space: Space) -> Mapping[str, Json]:
    from tunewright.functions.surface import surface

    return surface(objective, space)


def _minimum(drawable: Drawable, tracebacks: Mapping[int, str]) -> Minimum:
    found = drawable.found
    winner = best(found.records)
    if winner is None:
        raise StudyFailure(
            f"no trial has a score; the search ended as {found.ended}; search elsewhere, or prune less", found.records
        )
    assert winner.score is not None, "a complete trial has a score"
    front = pareto(found.records)
    return Minimum(
        winner.params, winner.score, found.records, found.fingerprint, found.ended, front, tracebacks, drawable
    )
