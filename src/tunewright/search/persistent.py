"""Optuna's storage as a study is written to it: several writes at once, and the same again where a server was away."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from functools import wraps
from typing import Any, TypeVar

from optuna.distributions import BaseDistribution, distribution_to_json
from optuna.exceptions import DuplicatedStudyError, StorageInternalError, UpdateFinishedTrialError
from optuna.storages import RDBStorage
from optuna.storages._rdb import models
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import orm, select

from tunewright.search.lease import Lease
from tunewright.search.server import noticing

T = TypeVar("T")

_SAFE = (
    "set_study_user_attr", "set_study_system_attr", "get_study_id_from_name", "get_study_name_from_id",
    "get_study_directions", "get_study_user_attrs", "get_study_system_attrs", "get_all_studies", "_set_trial_param",
    "get_trial_param", "set_trial_intermediate_value", "set_trial_user_attr", "set_trial_system_attr",
    "get_trial_user_attrs", "get_trial_system_attrs", "get_trial_id_from_study_id_trial_number", "get_trial",
    "_get_trials", "_get_best_trial_id",
)  # fmt: skip
"""What may be asked for twice: it reads, or what it writes is the same afterwards."""


class _Session(orm.Session):
    """Optuna commits each of its writes. together: whether they wait for one commit."""

    together = False

    def commit(self) -> None:
        if self.together:
            self.flush()
        else:
            super().commit()

    def rollback(self) -> None:
        self.together = False  # what was written before in the same transaction is gone, too
        super().rollback()

    def close(self) -> None:
        if not self.together:
            super().close()


class Storage(RDBStorage):
    """A storage of studies; where there is a lease, of the one study that this process then holds.

    While the server of a lease is away, every call waits for it. A call that was cut short may have been carried out:
    those that would do something twice look first.
    """

    def __init__(self, url: str, engine_kwargs: dict[str, Any], *, lease: Lease | None, tables: bool) -> None:
        """tables: whether those that are missing are made. Raises as Optuna, SQLAlchemy and the drivers do."""
        self.lease = lease
        self._waits = False
        self._newest: dict[int, int] = {}
        self._kinds: dict[int, dict[str, BaseDistribution]] = {}
        super().__init__(url, engine_kwargs, skip_compatibility_check=True, skip_table_creation=not tables)
        self._sessions = orm.scoped_session(orm.sessionmaker(bind=self.engine, class_=_Session))
        self.scoped_session: Any = self._sessions
        if lease is not None:
            noticing(self.engine)
            self._waits = True

    def close(self) -> None:
        """Let go of its connections."""
        self.remove_session()
        self.engine.dispose()

    def at_once(self, *writes: Callable[[], object]) -> None:
        """Carry these out in one transaction. Where they end a trial, that is the last of them."""

        def work(again: bool) -> None:
            session = self._sessions()
            session.together, self._waits = True, False
            try:
                for write in writes:
                    write()
                if not session.together:
                    raise StorageInternalError("another process writes to the same trial")
                session.together = False
                session.commit()
            except UpdateFinishedTrialError:
                if not again:
                    raise
            finally:
                session.together, self._waits = False, self.lease is not None
                session.close()

        self._patiently(work)

    def create_new_study(self, directions: Sequence[StudyDirection], study_name: str | None = None) -> int:
        def work(again: bool) -> int:
            try:
                return super(Storage, self).create_new_study(directions, study_name)
            except DuplicatedStudyError:
                if not again or study_name is None:
                    raise
                return super(Storage, self).get_study_id_from_name(study_name)

        return self._patiently(work)

    def delete_study(self, study_id: int) -> None:
        def work(again: bool) -> None:
            with suppress(KeyError) if again else nullcontext():
                super(Storage, self).delete_study(study_id)

        self._patiently(work)

    def create_new_trial(self, study_id: int, template_trial: FrozenTrial | None = None) -> int:
        return self._create_new_trial(study_id, template_trial)._trial_id

    def _create_new_trial(self, study_id: int, template_trial: FrozenTrial | None = None) -> FrozenTrial:
        def work(again: bool) -> FrozenTrial:
            if again and (after := self._after(study_id)):
                return super(Storage, self).get_trial(after[0])
            return super(Storage, self)._create_new_trial(study_id, template_trial)

        if self._waits and study_id not in self._newest:
            self._newest[study_id] = max(self._patiently(lambda again: self._after(study_id)), default=0)
        trial = self._patiently(work)
        self._newest[study_id] = trial._trial_id
        return trial

    def _get_prepared_new_trial(
        self, study_id: int, template_trial: FrozenTrial | None, session: orm.Session
    ) -> models.TrialModel:
        """As Optuna's, but all parameters of a trial that begins are written by one statement: Optuna asks twice for
        each of them what the study knows already."""
        new, known = template_trial, self._kinds.setdefault(study_id, {})
        if new is None or not _has_only(known, new):
            trial = super()._get_prepared_new_trial(study_id, new, session)
            known.update(new.distributions if new else {})
            return trial
        trial = models.TrialModel(study_id=study_id, number=None, state=new.state, datetime_start=new.datetime_start)
        session.add(trial)
        session.flush()  # gives it its number in the storage
        for name, kind in new.distributions.items():
            session.add(
                models.TrialParamModel(
                    trial_id=trial.trial_id,
                    param_name=name,
                    param_value=kind.to_internal_repr(new.params[name]),
                    distribution_json=distribution_to_json(kind),
                )
            )
        trial.number = trial.count_past_trials(session)
        return trial

    def set_trial_state_values(self, trial_id: int, state: TrialState, values: Sequence[float] | None = None) -> bool:
        def work(again: bool) -> bool:
            try:
                return super(Storage, self).set_trial_state_values(trial_id, state, values)
            except UpdateFinishedTrialError:
                if not again:
                    raise
                return True

        return self._patiently(work)

    def _after(self, study_id: int) -> Sequence[int]:
        """The trials of the study that were made after the newest that is known."""
        model, newest = models.TrialModel, self._newest.get(study_id, 0)
        made = (
            select(model.trial_id).where(model.study_id == study_id, model.trial_id > newest).order_by(model.trial_id)
        )
        with self.engine.connect() as connection:
            return connection.execute(made).scalars().all()

    def _patiently(self, work: Callable[[bool], T]) -> T:
        return self.lease.patience.through(work) if self.lease is not None and self._waits else work(False)


def _has_only(known: Mapping[str, BaseDistribution], new: FrozenTrial) -> bool:
    """Whether a trial begins and has parameters alone, of kinds that Optuna has checked in this study."""
    more = new.values or new.user_attrs or new.system_attrs or new.intermediate_values
    is_known = all(known.get(name) == kind for name, kind in new.distributions.items())
    return new.state is TrialState.RUNNING and not more and is_known


def _patient(call: Callable[..., T]) -> Callable[..., T]:
    @wraps(call)
    def patient(self: Storage, *args: Any, **named: Any) -> T:
        return self._patiently(lambda again: call(self, *args, **named))

    return patient


for _name in _SAFE:
    setattr(Storage, _name, _patient(getattr(RDBStorage, _name)))
