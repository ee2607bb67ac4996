"""The trials of a study under way, and what the first of them amount to: each is looked at once, of however many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import final

from tunewright.search.failing import Failing
from tunewright.search.records import GOOD, State, TrialRecord, merit


@dataclass(frozen=True)
class Settled:
    """What trials amount to that have all ended. good: how many count towards a study's trials; failed: how many do
    not. leader: the best one (`best`). since: good trials after it."""

    good: int = 0
    failed: int = 0
    leader: TrialRecord | None = None
    since: int = 0
    failing: Failing = field(default_factory=Failing)

    @classmethod
    def of(cls, records: Iterable[TrialRecord]) -> "Settled":
        return reduce(cls.and_then, records, cls())

    def and_then(self, record: TrialRecord) -> "Settled":
        """The same with the next trial."""
        leads = record.score is not None and (self.leader is None or merit(record) < merit(self.leader))
        is_good = record.state in GOOD
        return Settled(
            self.good + is_good,
            self.failed + (record.state is State.FAILED),
            record if leads else self.leader,
            0 if leads else self.since + is_good,
            self.failing.and_then(record),
        )


@final
class Tally:
    """What trials amount to while they come in. passed: how many of the first have all ended, and been looked at."""

    def __init__(self) -> None:
        self.passed, self.settled = 0, Settled()

    def passes(self, records: Sequence[TrialRecord], end: int) -> bool:
        """Look on until trial `end`, or one that is under way; whether `end` was reached."""
        while self.passed < end and (record := records[self.passed]).finished:
            self.settled, self.passed = self.settled.and_then(record), self.passed + 1
        return self.passed >= end

    def of_all(self, records: Sequence[TrialRecord]) -> Settled:
        """What all of them amount to that have ended."""
        self.passes(records, len(records))
        later = (record for record in records[self.passed :] if record.finished)
        return reduce(Settled.and_then, later, self.settled)


@dataclass(frozen=True)
class Sight:
    """What a trial may see of those before it. known: from the first on, ended, and the same for every later trial.
    hidden: those after them, shown as running."""

    known: Sequence[TrialRecord] = ()
    hidden: Sequence[TrialRecord] = ()

    @property
    def history(self) -> tuple[TrialRecord, ...]:
        return (*self.known, *self.hidden)


@final
class Course:
    """Trials 0 .. n - 1 of a study in order, finished or not; trial n may see what came of trials 0 .. n - lag."""

    def __init__(self, records: Sequence[TrialRecord], lag: int) -> None:
        self.records = list(records)
        self._lag = lag
        self._tally = Tally()

    @property
    def known(self) -> Sequence[TrialRecord]:
        """Those whose results may tell on trial n."""
        return self.records[: self._known]

    @property
    def hidden(self) -> Sequence[TrialRecord]:
        """Those that are too young for that."""
        return self.records[self._known :]

    @property
    def settled(self) -> Settled | None:
        """What the known ones amount to; None while one of them is under way."""
        return self._tally.settled if self._tally.passes(self.records, self._known) else None

    @property
    def ended(self) -> bool:
        """Whether no trial is under way."""
        return self.settled is not None and all(record.finished for record in self.hidden)

    def sight(self) -> Sight:
        """What trial n is proposed from. Raises ValueError where a known one is still running."""
        if self.settled is None:
            running = next(record.number for record in self.known if not record.finished)
            raise ValueError(f"trial {len(self.records)} needs the result of trial {running}, which is still running")
        return Sight(self.known, tuple(record.as_running() for record in self.hidden))

    @property
    def _known(self) -> int:
        return max(0, len(self.records) - self._lag + 1)
