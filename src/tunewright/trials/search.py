"""The search: propose, run, tell, until the study has its trials. The same study for any number of workers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tunewright.core.clock import unix_now
from tunewright.core.codec import write_atomically
from tunewright.core.errors import RunFolderError, StudyFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Space
from tunewright.search.course import Course, Sight
from tunewright.search.memory import Ledger
from tunewright.search.pruners import Pruner
from tunewright.search.pruners.basic import NoPruner
from tunewright.search.records import State, TrialRecord, fingerprint
from tunewright.search.samplers.proposing import Proposal, Sampler, propose_next
from tunewright.search.schedule import Step, next_step, sight_of
from tunewright.search.stopping import StopRules, out_of_time, reached
from tunewright.trials.jobs import Executor
from tunewright.trials.rungs import Pruning
from tunewright.trials.slots import Shelf, slot, within
from tunewright.trials.tasks import Event, FoldScored, Halted, Task, TrialEnded, with_fold

Watch = Callable[[Sequence[TrialRecord]], None]


@dataclass(frozen=True)
class Plan:
    """What the search is to do. `trials` counts good trials of the whole study, however often it was resumed.

    every: epochs between two rungs. checkpoints: a folder or a URL for trials under way; without one they start their
    fold anew. files: a folder for what trials leave behind, which is written before they are told.
    """

    space: Space
    sampler: Sampler
    trials: int
    lag: int
    seeds: SeedTree
    pruner: Pruner = field(default_factory=NoPruner)
    every: int = 1
    objectives: int = 1
    stop: StopRules = field(default_factory=StopRules)
    checkpoints: Shelf | None = None
    files: Path | None = None
    gives_up: bool = True

    def checkpoint(self, number: int) -> Shelf | None:
        return None if self.checkpoints is None else within(self.checkpoints, f"trial-{number:04}.safetensors")


@dataclass(frozen=True)
class Found:
    """All trials of a study that has ended, and why it ended, in a sentence without its end."""

    records: tuple[TrialRecord, ...]
    ended: str

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.records)


def run_search(store: Ledger, plan: Plan, executor: Executor[Event], *, watch: Watch) -> Found:
    """Search until the study has its trials, a stop rule is met or the space is exhausted.

    watch gets all records after each event. Trials that an earlier process left running go on from their last rung.
    Raises StudyFailure where more trials fail in a row than would by chance, RunFolderError where study or checkpoints
    cannot be written.
    """
    return _Search(store, plan, executor, watch).run()


@dataclass(frozen=True)
class _Pause:
    """No trial starts now: for good, with the `reason`, or until another event."""

    reason: str = ""


class _Search:
    """A search under way. Decisions are pure functions elsewhere; here is only what has come in so far."""

    def __init__(self, store: Ledger, plan: Plan, executor: Executor[Event], watch: Watch) -> None:
        self._store = store
        self._plan = plan
        self._executor = executor
        self._watch = watch
        self._course = Course(store.records(), plan.lag)
        self._records = self._course.records
        self._left_over = [record for record in self._records if not record.finished]

    def run(self) -> Found:
        under_way, pause = 0, None
        while True:
            while under_way < self._executor.workers and (pause := self._start_next()) is None:
                under_way += 1
            if under_way == 0:
                assert pause is not None, "without a trial under way, none of them is awaited"
                return Found(tuple(self._records), pause.reason)
            under_way -= self._hear()

    def _start_next(self) -> _Pause | None:
        """Start a trial that was left over, or a new one; why none is, where none is."""
        if self._left_over:
            # As if it had not paused: what it trained before counts, the time between the sessions does not.
            record = self._left_over.pop(0)
            self._records[record.number] = replace(record, began=unix_now() - record.seconds)
            self._submit(self._records[record.number], sight_of(self._records, record.number, self._plan.lag))
            return None
        plan = self._plan
        step, settled = next_step(self._course, trials=plan.trials), self._course.settled
        if step is not Step.START or settled is None:
            return _Pause() if step is Step.WAIT else _Pause(f"the study has its {plan.trials} trials")
        last = settled.failing.hopeless if plan.gives_up else None
        if last is not None and self._course.ended:
            raise StudyFailure(
                f"{settled.failing.in_a_row} trials in a row failed, the last with: {last.reason}; "
                "mend the cause or narrow the space (of a network, the learning rate above all), and begin anew "
                "with another --out or storage",
                self._records,
            )
        if last is not None:
            return _Pause()
        known = self._course.known
        reason = reached(plan.stop, settled, known, plan.space) or out_of_time(plan.stop, self._records, unix_now())
        if reason:
            return _Pause(reason)
        proposal = next_proposal(plan, self._course)
        if proposal.params is None:
            return _Pause() if proposal.wait else _Pause("every configuration of the space was tried")
        sight = self._course.sight()
        record = self._store.begin(len(self._records), proposal.params)
        self._records.append(record)
        self._submit(record, sight)
        return None

    def _submit(self, record: TrialRecord, sight: Sight) -> None:
        plan = self._plan
        pruning = Pruning(plan.pruner, plan.every, Sight() if isinstance(plan.pruner, NoPruner) else sight)
        seeds = plan.seeds.child("trial", record.number)
        self._executor.submit(Task(record, seeds, pruning, plan.checkpoint(record.number)))
        self._watch(self._records)

    def _hear(self) -> int:
        """Take one event in, and return how many trials it ended."""
        event = self._executor.next_event()
        if isinstance(event, Halted):
            raise RunFolderError(f"{event.reason}; every finished trial is saved: mend it and resume")
        record = self._records[event.number]
        if isinstance(event, FoldScored):
            self._keep(event.files)
            record = self._records[event.number] = with_fold(record, event)
            self._store.report_fold(record, event.detail, last=event.last)
            self._watch(self._records)
            return 0
        record = self._records[event.number] = with_end(record, event)
        self._store.tell(record, traceback=event.traceback)
        if (place := self._plan.checkpoint(event.number)) is not None:
            slot(place).remove()  # one that stays is of a trial that has ended, and is not read again
        self._watch(self._records)
        return 1

    def _keep(self, files: Mapping[str, bytes]) -> None:
        for name, data in files.items():
            assert self._plan.files is not None, "a plan whose trials leave files says where to"
            write_atomically(self._plan.files / name, data)


def with_end(record: TrialRecord, event: TrialEnded) -> TrialRecord:
    """The record of a trial that has ended; its score is the mean over the folds."""
    complete = event.state is State.COMPLETE
    return replace(
        record,
        state=event.state,
        score=sum(record.fold_scores) / len(record.fold_scores) if complete else None,
        reason=event.reason,
        reports=(*record.reports, *event.reports),
        seconds=record.seconds + event.seconds,
        ended=unix_now(),
    )


def next_proposal(plan: Plan, course: Course) -> Proposal:
    """What is to follow these trials under this plan."""
    seed = plan.seeds.integer("propose", len(course.records))
    return propose_next(plan.sampler, plan.space, course, seed=seed)
