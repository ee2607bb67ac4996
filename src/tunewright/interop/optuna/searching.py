"""The search of an Optuna study: what is begun next, what has come in, and what follows from both."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import optuna
from optuna.samplers import GridSampler
from optuna.trial import FrozenTrial, TrialState

from tunewright.core.errors import StudyFailure
from tunewright.core.seeds import SeedTree
from tunewright.interop.optuna import policies
from tunewright.interop.optuna.jobs import Asked, Told
from tunewright.interop.optuna.keeping import StudyKeeper, is_ours, reason_of, record_of
from tunewright.interop.optuna.sight import hidden, unbegun
from tunewright.search.course import Course
from tunewright.search.schedule import Step, next_step
from tunewright.trials.jobs import Executor

Callback = Callable[[optuna.Study, FrozenTrial], None]


class Proposer(Protocol):
    """Decides in this process what the next trial tries, where that is not left to the study's sampler."""

    def __call__(self, trials: Sequence[FrozenTrial], seen: int, seeds: SeedTree) -> Mapping[str, Any] | None:
        """Parameters by name; those that are missing are the sampler's. None where there is nothing to try as far as
        the first `seen` of the trials tell, which have ended. trials: those begun before."""
        ...


_logger = logging.getLogger("optuna.tunewright")  # heard as Optuna's own lines are


@dataclass(frozen=True)
class Remedies:
    """What helps, in the words of the door. changed: where the study was searched with something else. failed: where
    trials fail one after another."""

    changed: str
    failed: str


class Search:
    """A search under way: what was begun, what has come in, and what follows from both."""

    def __init__(
        self,
        study: optuna.Study,
        keeper: StudyKeeper,
        *,
        trials: int,
        lag: int,
        seeds: SeedTree,
        callbacks: Sequence[Callback],
        remedy: str,
        proposer: Proposer | None = None,
    ) -> None:
        self._study, self._keeper = study, keeper
        self._trials, self._lag, self._seeds, self._callbacks = trials, lag, seeds, callbacks
        self._course = Course([record_of(one) for one in keeper.trials], lag)
        self._left_over = [one.number for one in keeper.trials if keeper.is_left_over(one)]
        self._told: set[int] = set()  # here, not by an earlier process
        self._next_called = len(keeper.trials) if not self._left_over else self._left_over[0]
        self._proposer, self._remedy = proposer, remedy
        self._grid = policies.nested(study.sampler, GridSampler)

    def run(self, executor: Executor[Told]) -> str:
        """Until the study has its trials; why it ended."""
        under_way, ended = 0, ""
        while True:
            while under_way < executor.workers:
                asked, ended = self._next()
                if asked is None:
                    break
                executor.submit(asked)
                under_way += 1
            if under_way == 0:
                assert ended, "without a trial under way, none of them is awaited"
                return ended
            self._hear(executor.next_event())
            under_way -= 1

    def _next(self) -> tuple[Asked | None, str]:
        """The next trial to run, or none and, where none will follow, why."""
        course = self._course
        records, under_way = course.records, not course.ended
        if self._left_over:
            known = records[: self._seen(self._left_over[0])]
            # Those that were enqueued stand in the study before others have ended whose results they may see.
            return (self._asked(self._left_over.pop(0)), "") if all(one.finished for one in known) else (None, "")
        step, settled = next_step(course, trials=self._trials), course.settled
        if step is not Step.START or settled is None:
            return None, "" if step is Step.WAIT else f"the study has its {self._trials} trials"
        seen = course.known
        if any(number < len(seen) for number in self._keeper.stops):
            return None, "the search was asked to stop"
        if (last := settled.failing.hopeless) is not None:
            if not under_way:
                raise StudyFailure(
                    f"{settled.failing.in_a_row} trials in a row failed, the last with: {last.reason}; {self._remedy}",
                    records,
                )
            return None, ""
        if self._grid is not None and len(records) >= len(self._grid._all_grids):
            if under_way:
                return None, ""
            if self._grid.is_exhausted(self._study):
                return None, "every point of the grid was tried"
        if self._proposer is None:
            return self._asked(len(records)), ""
        return self._proposed(self._proposer, len(seen), under_way)

    def _proposed(self, proposer: Proposer, seen: int, under_way: bool) -> tuple[Asked | None, str]:
        number = len(self._keeper.trials)
        seeds = self._seeds.child("proposal", number)
        # What is known early is the same however many workers there are, and so is what all trials before tell.
        proposal = proposer(self._keeper.trials, seen, seeds)
        if proposal is None and seen < number:
            if under_way:
                return None, ""
            proposal = proposer(self._keeper.trials, number, seeds)
        return (None, "every configuration was tried") if proposal is None else (self._asked(number, proposal), "")

    def _asked(self, number: int, fixed: Mapping[str, Any] | None = None) -> Asked:
        own, cut = self._keeper.begin(number, fixed), self._seen(number)
        self._course.records[number : number + 1] = [record_of(own)]
        known, others = self._keeper.trials[:cut], self._keeper.trials[cut:number]
        shown = tuple(hidden(one) if is_ours(one) else one for one in others)
        return Asked(known, (*shown, unbegun(own)), self._seeds.child("trial", number))

    def _seen(self, number: int) -> int:
        """How many trials, of those begun here, trial `number` may see the results of: up to number - lag."""
        return max(0, number - self._lag + 1)

    def _hear(self, told: Told) -> None:
        self._told.add(told.trial.number)
        trial = self._keeper.tell(told)
        self._course.records[trial.number] = record_of(trial)
        if trial.state is TrialState.FAIL:
            _logger.warning("Trial %d failed: %s\n%s", trial.number, reason_of(trial), told.traceback or "")
        elif trial.state is TrialState.PRUNED:
            _logger.info("Trial %d pruned.", trial.number)
        else:
            _logger.info("Trial %d finished with %s and parameters: %s.", trial.number, _valued(trial), trial.params)
        self._call_back()

    def _call_back(self) -> None:
        """Call for each trial once all before it have ended."""
        trials, records = self._keeper.trials, self._course.records
        while self._next_called < len(trials) and records[self._next_called].finished:
            number = self._next_called
            self._next_called += 1
            if number not in self._told:
                continue
            if self._calls_stop(trials[number]):
                self._keeper.mark_stop(number)

    def _calls_stop(self, trial: FrozenTrial) -> bool:
        """Whether one of the callbacks asked to end the search."""
        self._study._thread_local.in_optimize_loop = True
        self._study._stop_flag = False
        try:
            for callback in self._callbacks:
                callback(self._study, trial)
            return self._study._stop_flag
        finally:
            self._study._thread_local.in_optimize_loop = False
            self._study._stop_flag = False


def _valued(trial: FrozenTrial) -> str:
    values: Any = trial.values or ()
    return f"value: {values[0]}" if len(values) == 1 else f"values: {list(values)}"
