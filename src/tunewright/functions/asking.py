"""Ask and tell: the search engine for those who run the trials themselves."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import MappingProxyType
from typing import Any, final

from tunewright.core.errors import InputError, StudyFailure, TrialFailure, TrialInfeasible, TrialPruned
from tunewright.core.shorthand import to_space
from tunewright.core.space import Params, Space
from tunewright.core.words import counted
from tunewright.functions.calling import Reporter, answer
from tunewright.functions.setups import Setup, Storage, keeping
from tunewright.search.course import Course, Sight
from tunewright.search.pruners import Pruner
from tunewright.search.records import TrialRecord, best, fingerprint, pareto
from tunewright.search.samplers.proposing import Sampler
from tunewright.search.schedule import sight_of
from tunewright.search.stopping import StopRules
from tunewright.trials.rungs import FoldRungs, Pruning
from tunewright.trials.search import next_proposal, with_end
from tunewright.trials.tasks import FoldScored, TrialEnded, ended_by, with_fold

_TRIALS = 100


@final
class Trial:
    """A trial under way: `params` is what to try, `number` its place in the study."""

    def __init__(self, record: TrialRecord, pruning: Pruning) -> None:
        self.number = record.number
        self.params: Params = MappingProxyType(dict(record.params))
        self._rungs = FoldRungs(record, 0, pruning, None)
        self._reporter = Reporter(self._rungs)

    def __repr__(self) -> str:
        return f"<Trial {self.number}: {dict(self.params)}>"

    def report(self, epoch: int, value: float) -> str | None:
        """Say what the score would be if the trial ended now; the reason, where that ends the trial.

        epoch: a whole number from 1, each above the last. Raises TrialFailure for other ones and for a value that is no
        finite number.
        """
        try:
            self._reporter(epoch, value)
        except (TrialPruned, TrialInfeasible) as error:
            return str(error)
        return None


@final
class Study:
    """A study whose trials you run: `ask` for one, and `tell` what came of it.

    With the same seed and the same results it proposes what `minimize` proposes. Up to `lag` trials may be under way at
    once, in any order. With a storage, trials that were asked for and not told come again first; `close` lets go of
    it. Raises as `minimize` does. `sampler="auto"` reckons with 100 trials.
    """

    def __init__(
        self,
        space: Space | Mapping[str, Any],
        *,
        sampler: str | Sampler = "auto",
        pruner: str | Pruner = "none",
        seed: int = 0,
        lag: int | None = None,
        storage: Storage = None,
        start: Sequence[Params] = (),
        startup_trials: int = 4,
        name: str = "study",
    ) -> None:
        setup = Setup(to_space(space), sampler, pruner, seed, lag, start, startup_trials, _TRIALS)
        with ExitStack() as stack:
            self._ledger = stack.enter_context(keeping(storage, name=name, space=setup.space))
            self._plan = setup.plan(self._ledger, StopRules())
            self._course = Course(self._ledger.records(), self._plan.lag)
            self._records = self._course.records
            self._left_over = [record for record in self._records if not record.finished]
            self._under_way: dict[int, Trial] = {}
            self._open = stack.pop_all()

    def __repr__(self) -> str:
        leader = self.best
        return f"<Study: {counted(len(self._records), 'trial')}, best {None if leader is None else leader.score!r}>"

    @property
    def trials(self) -> tuple[TrialRecord, ...]:
        """All trials in order, those under way too."""
        return tuple(self._records)

    @property
    def best(self) -> TrialRecord | None:
        """The complete trial of the lowest score, of equal ones that of the lowest cost; None where there is none."""
        return best(self._records)

    @property
    def pareto(self) -> tuple[TrialRecord, ...]:
        """Where there are two objectives: the trials that no other beats in both."""
        return pareto(self._records)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the finished trials; equal for equal searches."""
        return fingerprint(self._records)

    def ask(self) -> Trial:
        """The next trial. Raises InputError where others must be told first, StudyFailure where all were tried."""
        if self._left_over:
            record = self._left_over.pop(0)
            sight = sight_of(self._records, record.number, self._plan.lag)
        else:
            record, sight = self._propose()
        trial = self._under_way[record.number] = Trial(record, Pruning(self._plan.pruner, self._plan.every, sight))
        return trial

    def tell(self, trial: Trial, value: Any = None, *, failed: str | None = None) -> TrialRecord:
        """Write down what came of a trial: a value (a pair, for two objectives), or why it failed.

        With neither, it ended as its last `report` said. An infinite value says that the configuration is not allowed;
        any other that is no finite number is a failure.
        """
        if self._under_way.get(trial.number) is not trial:
            raise InputError(f"trial {trial.number} is not under way in this study; tell each trial once")
        event = _event(trial, value, failed)
        record = self._records[trial.number]
        if isinstance(event, FoldScored):
            record = with_fold(record, event)
            self._ledger.report_fold(record, event.detail, last=True)
            event = TrialEnded(trial.number)
        record = self._records[trial.number] = with_end(record, event)
        self._ledger.tell(record)
        del self._under_way[trial.number]
        return record

    def close(self) -> None:
        """Let go of the storage. Trials under way come again where the study is opened again."""
        self._open.close()

    def _propose(self) -> tuple[TrialRecord, Sight]:
        """A new trial, and what it was proposed from."""
        plan, number = self._plan, len(self._records)
        if self._course.settled is None:
            waiting = next(record.number for record in self._course.known if not record.finished)
            raise InputError(
                f"trial {number} needs the results of trials 0 to {number - plan.lag}, but trial {waiting} "
                f"has not been told; tell it first, or use a lag above {plan.lag} to have more trials under way"
            )
        proposal = next_proposal(plan, self._course)
        if proposal.params is None:
            if proposal.wait:
                raise InputError("every configuration was tried, unless a trial under way fails; tell those first")
            raise StudyFailure("every configuration of the space was tried", self._records)
        sight = self._course.sight()
        self._records.append(self._ledger.begin(number, proposal.params))
        return self._records[-1], sight


def _event(trial: Trial, value: Any, failed: str | None) -> FoldScored | TrialEnded:
    rungs, ended = trial._rungs, trial._reporter.ended
    if failed is not None and value is not None:
        raise InputError(f"trial {trial.number} has a value or has failed, not both; found {value!r} and {failed!r}")
    if failed is not None:
        return ended_by(trial.number, TrialFailure(failed), rungs)
    if value is None:
        if ended is None:
            raise InputError(f"trial {trial.number} was not pruned: tell its value, or failed=... with the reason")
        return ended_by(trial.number, ended, rungs)
    if ended is not None:
        raise InputError(f"trial {trial.number} has ended ({ended}); tell it without a value")
    try:
        found = answer(value)
    except (TrialFailure, TrialInfeasible) as error:
        return ended_by(trial.number, error, rungs)
    return FoldScored(trial.number, found.score, found.cost, rungs.ended(found.score), found.detail(), rungs.seconds())
