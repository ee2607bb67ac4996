"""What a search writes down of its trials, and a ledger that lives as long as the process."""

from collections.abc import Mapping
from typing import Protocol, final

from tunewright.core.clock import unix_now
from tunewright.core.codec import Json
from tunewright.core.space import Params
from tunewright.search.records import State, TrialRecord


class Ledger(Protocol):
    """What a search needs of it; `StudyStore` keeps one in a database. All may raise RunFolderError."""

    def records(self) -> tuple[TrialRecord, ...]:
        """All trials in the order of their numbers."""
        ...

    def tracebacks(self) -> Mapping[int, str]:
        """Tracebacks of failed trials by number."""
        ...

    def begin(self, number: int, params: Params) -> TrialRecord:
        """Write a new trial down before it runs. `number` counts from 0, without a gap."""
        ...

    def report_fold(self, record: TrialRecord, detail: Json, *, last: bool = False) -> None:
        """Write the newest fold of the record down, with details for the report; the `last` one waits for `tell`."""
        ...

    def tell(self, record: TrialRecord, *, traceback: str | None = None) -> None:
        """Write the end of a trial down."""
        ...

    def note(self, name: str, text: str) -> str:
        """Keep a text with the study, and return the one kept first."""
        ...

    def close(self) -> None:
        """Let go of what keeps the study; it is not used afterwards."""
        ...


@final
class MemoryLedger:
    """Keeps everything in memory, and nothing after the process."""

    def __init__(self) -> None:
        self._records: list[TrialRecord] = []
        self._tracebacks: dict[int, str] = {}
        self._notes: dict[str, str] = {}

    def records(self) -> tuple[TrialRecord, ...]:
        return tuple(self._records)

    def tracebacks(self) -> Mapping[int, str]:
        return dict(self._tracebacks)

    def begin(self, number: int, params: Params) -> TrialRecord:
        assert number == len(self._records), f"trial {number} follows {len(self._records)} others"
        self._records.append(TrialRecord(number, State.RUNNING, dict(params), began=unix_now()))
        return self._records[-1]

    def report_fold(self, record: TrialRecord, detail: Json, *, last: bool = False) -> None:
        self._records[record.number] = record

    def tell(self, record: TrialRecord, *, traceback: str | None = None) -> None:
        self._records[record.number] = record
        if traceback is not None:
            self._tracebacks[record.number] = traceback

    def note(self, name: str, text: str) -> str:
        return self._notes.setdefault(name, text)

    def close(self) -> None:
        pass
