"""When a study fails rather than ends: a pure function of the records, the same for any number of workers."""

from collections.abc import Sequence

from tunewright.core.codec import digest
from tunewright.search.records import State, TrialRecord

FAILURES_IN_A_ROW = 5
REPEATS = 4
"""How often as many failures may follow one another where the same configurations come again."""


def hopeless(records: Sequence[TrialRecord]) -> TrialRecord | None:
    """The last of the first five finished trials in a row that failed, by number; None where there are none.

    A configuration that failed before and is run again (a grid does that) counts once, but twenty failures in a row
    are enough, whatever failed: a small space has no five configurations.
    """
    failed: set[str] = set()
    row = again = 0
    for record in records:
        if record.state is not State.FAILED:
            row = again = 0
        elif (params := digest(dict(record.params))) not in failed:
            failed.add(params)
            row += 1
        else:
            again += 1
        if row == FAILURES_IN_A_ROW or row + again == FAILURES_IN_A_ROW * REPEATS:
            return record
    return None
