"""When a study fails rather than ends: from the records alone, the same for any number of workers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tunewright.core.codec import digest
from tunewright.search.records import State, TrialRecord

FAILURES_IN_A_ROW = 5
_NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True)
class Failing:
    """What the finished trials so far tell of failures. hopeless: the last of the first five in a row; None where there
    are none. failed: configurations that failed. row, same: how many failed last, and how often each of them did.

    A configuration that failed before and is run again (a grid does that, three times at most) counts once, until it
    alone makes up five failures in a row: where there are few configurations, no others may come.
    """

    hopeless: TrialRecord | None = None
    failed: frozenset[str] = frozenset()
    row: int = 0
    same: Mapping[str, int] = field(default_factory=lambda: _NONE)

    def and_then(self, record: TrialRecord) -> "Failing":
        """The same with the next trial."""
        if self.hopeless is not None:
            return self
        if record.state is not State.FAILED:
            return Failing(failed=self.failed) if self.same else self
        params = digest(dict(record.params))
        row, times = self.row + (params not in self.failed), self.same.get(params, 0) + 1
        return Failing(
            record if FAILURES_IN_A_ROW in (row, times) else None,
            self.failed | {params},
            row,
            {**self.same, params: times},
        )
