"""When a study fails rather than ends: a pure function of the records, the same for any number of workers."""

from collections import Counter
from collections.abc import Sequence

from tunewright.core.codec import digest
from tunewright.search.records import State, TrialRecord

FAILURES_IN_A_ROW = 5


def hopeless(records: Sequence[TrialRecord]) -> TrialRecord | None:
    """The last of the first five finished trials in a row that failed, by number; None where there are none.

    A configuration that failed before and is run again (a grid does that, three times at most) counts once, until it
    alone makes up five failures in a row: where there are few configurations, no others may come.
    """
    failed: set[str] = set()
    row, same = 0, Counter[str]()
    for record in records:
        if record.state is not State.FAILED:
            row, same = 0, Counter()
            continue
        params = digest(dict(record.params))
        row += params not in failed
        failed.add(params)
        same[params] += 1
        if FAILURES_IN_A_ROW in (row, same[params]):
            return record
    return None
