"""The study on disk: an Optuna study that optuna-dashboard opens, and from which a search goes on after any end.

The database is the truth. A trial is begun before it runs, every fold is written when it is scored, and the end is told
before anything follows from it, so whatever was told survives the process.
"""

from collections.abc import Callable, Sequence
from functools import partial

from optuna.trial import FrozenTrial

from tunewright.core.clock import unix_now
from tunewright.core.codec import Json, canonical
from tunewright.core.errors import RunFolderError, TunewrightError
from tunewright.core.space import Params, Space
from tunewright.search.copies import check_there, copied, keep_copy
from tunewright.search.edits import widened
from tunewright.search.faults import gone, opening, reading, sqlite_file, writing
from tunewright.search.lease import Lease
from tunewright.search.ledger import LEDGER, TRACEBACK, check_numbers, details_of, ledger_of, record_of, values_of
from tunewright.search.records import State, TrialRecord
from tunewright.search.revisions import READY, Revisions
from tunewright.search.samplers.with_optuna import STATES, frozen_trial
from tunewright.search.storage import open_storage

_OPENINGS, _SHOWN, _EXPERIMENT = "test_openings", "test_openings_shown", "experiment"
_SPACE, _EDITS = "space", "space_edits"


class StudyStore:
    """The trials of one study, kept in an Optuna storage (a SQLite file, or any URL that Optuna takes)."""

    def __init__(
        self,
        url: str,
        *,
        name: str,
        space: Space,
        objectives: int = 1,
        lease: Lease | None = None,
        begun: bool = False,
    ) -> None:
        """Open the study, or create it. A wider space than the study's is taken over and logged (`edits`).

        lease: by which it is held in a database (`alone`). begun: whether it must be there. Raises RunFolderError where
        the storage cannot be opened or written or the study is gone, ConfigError where the space was changed in another
        way.
        """
        self._url = url
        self._space = space
        self._objectives = objectives
        self._file = sqlite_file(url)
        if self._file is not None:
            if begun and not self._file.exists():
                raise gone(url, name)
            check_there(self._file, name)
        self._storage = open_storage(url, lease=lease)
        self._revisions = Revisions(self._storage, name, objectives)
        try:
            self._read(lease, begun=begun)
        except TunewrightError:
            self.close(whole=False)
            raise
        if self._file is not None and not copied(self._file, name):
            keep_copy(self._file)

    def _read(self, lease: Lease | None, *, begun: bool) -> None:
        with opening(self._url):
            if begun and not self._revisions.begun():
                raise gone(self._url, self._revisions.name)
            if lease is not None:
                lease.claim(self._storage, self._revisions.first())
            self._study = self._revisions.newest()
            self._take_over_space()
            trials = self._trials()
            check_numbers(trials)
            self._ids = [trial._trial_id for trial in trials]
            self._under_way = {one.number: details_of(one) for one in trials if not one.state.is_finished()}
        with reading(self._url):
            for trial in trials:
                record_of(trial)  # whether it can be read

    def records(self) -> tuple[TrialRecord, ...]:
        """All trials in the order of their numbers."""
        with reading(self._url):
            return tuple(record_of(trial) for trial in self._trials())

    def fold_details(self, number: int) -> list[Json]:
        """What `report_fold` was given for this trial, fold by fold."""
        with reading(self._url):
            return details_of(self._storage.get_trial(self._ids[number]))

    def tracebacks(self) -> dict[int, str]:
        """Tracebacks of failed trials by number."""
        with reading(self._url):
            failed = [trial for trial in self._trials() if TRACEBACK in trial.user_attrs]
        return {trial.number: str(trial.user_attrs[TRACEBACK]) for trial in failed}

    def edits(self) -> Sequence[str]:
        """How the space was widened while the study was under way, in words."""
        return self._texts(_EDITS)

    def begin(self, number: int, params: Params) -> TrialRecord:
        """Write a new trial down before it runs. `number` counts from 0, without a gap."""
        assert number == len(self._ids), f"trial {number} follows {len(self._ids)} others"
        trial = frozen_trial(TrialRecord(number, State.RUNNING, params), self._space)
        with writing(self._url):
            self._ids.append(self._storage.create_new_trial(self._study._study_id, template_trial=trial))
        self._under_way[number] = []
        return TrialRecord(number, State.RUNNING, dict(params), began=unix_now())

    def report_fold(self, record: TrialRecord, detail: Json, *, last: bool = False) -> None:
        """Write the newest fold of the record down, with details for the report; the `last` one waits for `tell`."""
        self._under_way[record.number].append(detail)
        if not last:
            with writing(self._url):
                self._storage.at_once(partial(self._write_ledger, record), partial(self._write_fold, record))

    def tell(self, record: TrialRecord, *, traceback: str | None = None) -> None:
        """Write the end of a trial down; `traceback` where it failed in a way that nobody foresaw."""
        trial_id = self._ids[record.number]
        storage = self._storage
        writes: list[Callable[[], object]] = [partial(self._write_ledger, record)]
        if traceback is not None:
            writes.append(partial(storage.set_trial_user_attr, trial_id, TRACEBACK, traceback))
        if record.state is State.COMPLETE and len(record.fold_scores) > 1:
            writes.append(partial(self._write_fold, record))
        values = values_of(record, self._objectives)
        writes.append(partial(storage.set_trial_state_values, trial_id, STATES[record.state], values))
        with writing(self._url):
            storage.at_once(*writes)
        del self._under_way[record.number]

    def record_opening(self, moment: str) -> int:
        """Write down that the sealed test is opened now, and return how many times it has been.

        An opening whose process ended before it told anybody what it saw does not count: this one takes its place.
        """
        openings = self.openings()
        looks = list(openings[: self._study.user_attrs.get(_SHOWN, len(openings))])
        self._note(_SHOWN, len(looks))
        self._note(_OPENINGS, [*looks, moment])
        return len(looks) + 1

    def mark_shown(self) -> None:
        """Write down that what the last opening let see is told now."""
        self._note(_SHOWN, len(self.openings()))

    def openings(self) -> Sequence[str]:
        return self._texts(_OPENINGS)

    def note(self, name: str, text: str) -> str:
        """Keep a text with the study, and return the one kept first."""
        with reading(self._url):
            kept = self._study.user_attrs.get(name)
            if not isinstance(kept, str | None):
                raise ValueError(f"the study's {name} is no text")
        if kept is None:
            self._note(name, text)
        return text if kept is None else kept

    def claim(self, identity: Json) -> None:
        """Tie the study to what it belongs to. Raises RunFolderError where that is something else."""
        text = canonical(identity)
        if self.note(_EXPERIMENT, text) != text:
            raise RunFolderError(
                "this study belongs to another experiment or to other data; "
                "bring both back as they were, or begin anew with another --out"
            )

    def close(self, *, whole: bool = True) -> None:
        """Let go of the storage; SQLite then leaves no file beside its own but a copy of it. whole: whether the study
        was found to be, so that it is worth a copy."""
        self._storage.close()
        if whole and self._file is not None:
            keep_copy(self._file)

    def _trials(self) -> list[FrozenTrial]:
        return self._study.get_trials(deepcopy=False)

    def _write_ledger(self, record: TrialRecord) -> None:
        ledger = ledger_of(record, self._under_way[record.number])
        self._storage.set_trial_user_attr(self._ids[record.number], LEDGER, ledger)

    def _write_fold(self, record: TrialRecord) -> None:
        trial_id, step = self._ids[record.number], len(record.fold_scores) - 1
        self._storage.set_trial_intermediate_value(trial_id, step, record.fold_scores[-1])

    def _texts(self, name: str) -> Sequence[str]:
        with reading(self._url):
            found = self._study.user_attrs.get(name, [])
            if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
                raise ValueError(f"the study's {name} are no texts")
        return found

    def _note(self, name: str, value: Json) -> None:
        with writing(self._url):
            self._study.set_user_attr(name, value)

    def _take_over_space(self) -> None:
        described = self._space.as_dict()
        kept = self._study.user_attrs.get(_SPACE)
        if kept is None:
            self._note(_SPACE, described)
            return
        if not (changes := widened(kept, described)):
            return
        edits = [*self.edits(), *(f"before trial {len(self._trials())}, {change}" for change in changes)]
        with writing(self._url):
            self._study = self._revisions.moved(self._study, self._space)
        self._note(_SPACE, described)
        self._note(_EDITS, edits)
        self._note(READY, True)
