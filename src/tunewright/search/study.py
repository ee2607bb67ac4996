"""The study on disk: an Optuna study that optuna-dashboard opens, and from which a search goes on after any end.

The database is the ledger. A trial is begun before it runs, every fold is written when it is scored, and the result is
told in one transaction, so whatever was told survives the process.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import optuna
import sqlalchemy
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial

from tunewright.core.codec import Json, canonical
from tunewright.core.errors import RunFolderError
from tunewright.core.space import Params, Space
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers import STATES, frozen_trial

_FOLDS, _SECONDS, _ERROR, _TRACEBACK = "folds", "seconds", "error", "traceback"
_OPENINGS = "test_openings"
_BACK = {theirs: ours for ours, theirs in STATES.items()}


class StudyStore:
    """The trials of one study, kept in an Optuna storage (a SQLite file, or any URL that Optuna takes)."""

    def __init__(self, url: str, *, name: str, space: Space) -> None:
        """Open the study, or create it. Raises RunFolderError where the storage cannot be opened or written."""
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._space = space
        with _opening(url):
            self._storage = RDBStorage(url)
            self._study = optuna.create_study(storage=self._storage, study_name=name, load_if_exists=True)

    def records(self) -> tuple[TrialRecord, ...]:
        """All trials in the order of their numbers."""
        return tuple(_record(trial) for trial in self._study.get_trials(deepcopy=False))

    def fold_details(self, number: int) -> list[Json]:
        """What `report_fold` was given for this trial, fold by fold."""
        return cast("list[Json]", json.loads(self._trial(number).user_attrs.get(_FOLDS, "[]")))

    def tracebacks(self) -> dict[int, str]:
        """Tracebacks of failed trials by number."""
        trials = self._study.get_trials(deepcopy=False)
        return {trial.number: trial.user_attrs[_TRACEBACK] for trial in trials if _TRACEBACK in trial.user_attrs}

    def begin(self, params: Params) -> TrialRecord:
        """Write a new trial down before it runs."""
        number = len(self._study.get_trials(deepcopy=False))
        record = TrialRecord(number, State.RUNNING, dict(params))
        self._study.add_trial(frozen_trial(record, self._space))
        return record

    def report_fold(self, record: TrialRecord, score: float, detail: Json) -> TrialRecord:
        """Write one fold's score down, with details for the report."""
        trial = self._trial(record.number)
        # A crash between the two writes below leaves one detail too many: the scores say how many folds are done.
        details = [*self.fold_details(record.number)[: len(record.fold_scores)], detail]
        self._storage.set_trial_user_attr(trial._trial_id, _FOLDS, json.dumps(details))
        self._storage.set_trial_user_attr(trial._trial_id, _SECONDS, record.seconds)
        self._storage.set_trial_intermediate_value(trial._trial_id, len(record.fold_scores), score)
        return replace(record, fold_scores=(*record.fold_scores, score))

    def tell(self, record: TrialRecord, *, traceback: str | None = None) -> None:
        """Write the end of a trial down; `traceback` where it failed in a way that nobody foresaw."""
        trial_id = self._trial(record.number)._trial_id
        self._storage.set_trial_user_attr(trial_id, _SECONDS, record.seconds)
        if record.error is not None:
            self._storage.set_trial_user_attr(trial_id, _ERROR, record.error)
        if traceback is not None:
            self._storage.set_trial_user_attr(trial_id, _TRACEBACK, traceback)
        values = None if record.score is None else [record.score]
        self._study.tell(record.number, values=values, state=STATES[record.state])

    def record_opening(self, moment: str) -> int:
        """Write down that the sealed test is opened now, and return how many times it has been."""
        openings = [*self.openings(), moment]
        self._study.set_user_attr(_OPENINGS, openings)
        return len(openings)

    def openings(self) -> Sequence[str]:
        return cast("list[str]", self._study.user_attrs.get(_OPENINGS, []))

    def claim(self, experiment: Json) -> None:
        """Tie the study to one experiment. Raises RunFolderError where it belongs to another."""
        text = canonical(experiment)
        owner = self._study.user_attrs.setdefault("experiment", text)
        if owner != text:
            raise RunFolderError(
                "this study belongs to another experiment or to other data; "
                "bring both back as they were, or begin anew with another --out"
            )
        self._study.set_user_attr("experiment", text)

    def _trial(self, number: int) -> FrozenTrial:
        return self._study.get_trials(deepcopy=False)[number]


def check_storage(url: str) -> None:
    """Raise RunFolderError where no study could be kept at this URL."""
    with _opening(url):
        RDBStorage(url)


def sqlite_url(path: Path) -> str:
    """The storage URL of a SQLite file."""
    return sqlalchemy.URL.create("sqlite", database=str(path.resolve())).render_as_string()


def without_secrets(url: str) -> str:
    """The URL as it may be shown: no password, no query."""
    try:
        return sqlalchemy.make_url(url).set(query={}).render_as_string(hide_password=True)
    except sqlalchemy.exc.ArgumentError:
        return url


@contextmanager
def _opening(url: str) -> Iterator[None]:
    try:
        yield
    except (sqlalchemy.exc.SQLAlchemyError, optuna.exceptions.StorageInternalError, ImportError) as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        raise RunFolderError(
            f"the study at {without_secrets(url)!r} cannot be opened: {reason}; "
            "expected a storage URL that Optuna takes, such as sqlite:///study.db"
        ) from None


def _record(trial: FrozenTrial) -> TrialRecord:
    scores = tuple(trial.intermediate_values[fold] for fold in sorted(trial.intermediate_values))
    return TrialRecord(
        number=trial.number,
        state=_BACK[trial.state],
        params=dict(trial.params),
        score=trial.value if trial.state.is_finished() and trial.values else None,
        fold_scores=scores,
        seconds=float(trial.user_attrs.get(_SECONDS, 0.0)),
        error=trial.user_attrs.get(_ERROR),
    )
