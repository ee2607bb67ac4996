"""Where a run stands: what a display shows of its stages, at the same cost however many trials there are."""

from dataclasses import dataclass
from typing import final

from tunewright.core.clock import unix_now
from tunewright.runs.searching import Stage
from tunewright.runs.timing import seconds_left
from tunewright.search.course import Settled, Tally

_RECENT = 200
"""Trials before those under way that tell how long trials take."""


@dataclass(frozen=True)
class Standing:
    """What the trials of a stage amount to that have ended, and the seconds until it has all of them, where that can be
    told."""

    settled: Settled
    left: float | None


@final
class Standings:
    """Of one stage after another. Those of a phase show the trials of the one before them, and more."""

    def __init__(self) -> None:
        self._phase, self._tally = "", Tally()

    def of(self, stage: Stage) -> Standing:
        records = stage.records
        if stage.phase != self._phase or len(records) < self._tally.passed:
            self._phase, self._tally = stage.phase, Tally()
        settled = self._tally.of_all(records)
        recent = records[max(0, self._tally.passed - _RECENT) :]
        left = seconds_left(recent, stage.trials - settled.good, folds=stage.folds, now=unix_now())
        return Standing(settled, left)
