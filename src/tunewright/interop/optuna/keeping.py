"""The user's own study as the ledger of a search: what is begun, what is told, and whose it is."""

import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from types import MappingProxyType
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.storages import InMemoryStorage, RDBStorage
from optuna.trial import FrozenTrial, TrialState

from tunewright.core.codec import Json, canonical, digest
from tunewright.core.errors import ConfigError, RunFolderError
from tunewright.core.words import one_line
from tunewright.interop.optuna.jobs import Told
from tunewright.interop.optuna.sight import FIXED, Outline
from tunewright.search.alone import alone
from tunewright.search.persistent import Storage
from tunewright.search.records import State, TrialRecord
from tunewright.search.storage import open_storage

_BEGUN, _REASON, _STOPS, _SEARCH = (f"tunewright:{name}" for name in ("begun", "reason", "stops", "search"))
_UNNAMED = "no-name"
"""What Optuna's names of studies begin with that nobody has named; they go on with what differs each time."""
_STATES: Mapping[TrialState, State] = MappingProxyType({
    TrialState.RUNNING: State.RUNNING,
    TrialState.WAITING: State.RUNNING,
    TrialState.COMPLETE: State.COMPLETE,
    TrialState.PRUNED: State.PRUNED,
    TrialState.FAIL: State.FAILED,
})  # fmt: skip


class StudyKeeper:
    """A study that a search writes to. Trials that others began are left to them, and seen as they are."""

    def __init__(self, study: optuna.Study) -> None:
        self._study, self._storage = study, study._storage
        self.trials = study.get_trials(deepcopy=False)
        self.stops = tuple(self._system_attrs().get(_STOPS, ()))

    @property
    def outline(self) -> Outline:
        study = self._study
        plain = not isinstance(self._storage, InMemoryStorage)
        name = _UNNAMED if study.study_name.startswith(f"{_UNNAMED}-") else study.study_name
        return Outline(name, tuple(study.directions), dict(study.user_attrs), plain)

    def claim(self, now: Mapping[str, Json], *, mend: str, vouched: Collection[str] = ()) -> None:
        """Tie the study to this search. vouched: what may have changed. mend: what helps where something else has.

        Raises RunFolderError where its trials are those of another.
        """
        kept = self._system_attrs().get(_SEARCH) if any(map(is_ours, self.trials)) else None
        known = {} if kept is None else json.loads(kept)
        other = [one for one in known if one in now and one not in vouched and known[one] != now[one]]
        if other:
            raise RunFolderError(f"the study {self._study.study_name!r} was searched with another {other[0]}; {mend}")
        self._storage.set_study_system_attr(self._study._study_id, _SEARCH, canonical(dict(now)))

    def begin(self, number: int, fixed: Mapping[str, Any] | None = None) -> FrozenTrial:
        """Begin the trial of this number, or take on the one that was enqueued or left over.

        fixed: what a new one is to suggest, by name; None leaves that to the sampler.
        """
        if number == len(self.trials):
            # Marked in the same transaction, so that a kill leaves no trial that nobody goes on with.
            notes = {_BEGUN: True} if fixed is None else {_BEGUN: True, FIXED: dict(fixed)}
            begun = optuna.create_trial(state=TrialState.RUNNING, system_attrs=notes)
            trial_id = self._storage.create_new_trial(self._study._study_id, template_trial=begun)
        else:
            trial_id = self.trials[number]._trial_id
            self._storage.set_trial_system_attr(trial_id, _BEGUN, True)
            if self.trials[number].state is TrialState.WAITING:
                self._storage.set_trial_state_values(trial_id, TrialState.RUNNING)
        trial = self._storage.get_trial(trial_id)
        if trial.number != number:
            raise RunFolderError(
                f"trial {number} of the study {self._study.study_name!r} was added by another process or a callback; "
                "let one process at a time search in it, and enqueue trials before the search"
            )
        self.trials[number : number + 1] = [trial]
        return trial

    def tell(self, told: Told) -> FrozenTrial:
        """Write a trial's end down: what it suggested, reported and noted, and last of all its state. In PostgreSQL all
        of it is one transaction."""
        number = told.trial.number
        if told.stops:
            self.mark_stop(number)
        storage = getattr(self._storage, "_backend", self._storage)
        if isinstance(storage, Storage):
            storage.at_once(partial(self._write_end, told))
        else:
            self._write_end(told)
        self.trials[number] = self._storage.get_trial(self.trials[number]._trial_id)
        return self.trials[number]

    def _write_end(self, told: Told) -> None:
        trial, storage = told.trial, self._storage
        trial_id = self.trials[trial.number]._trial_id
        for name, distribution in trial.distributions.items():
            self._set_param(trial, trial_id, name, distribution)
        for step, value in trial.intermediate_values.items():
            storage.set_trial_intermediate_value(trial_id, step, value)
        for key, value in trial.user_attrs.items():
            storage.set_trial_user_attr(trial_id, key, value)
        notes = {**trial.system_attrs, **({_REASON: told.reason} if told.reason else {})}
        for key, value in notes.items():
            if self.trials[trial.number].system_attrs.get(key) != value:
                storage.set_trial_system_attr(trial_id, key, value)
        storage.set_trial_state_values(trial_id, trial.state, trial.values)

    def mark_stop(self, number: int) -> None:
        """Write down that this trial, or a callback for it, asked to end the search."""
        self.stops = tuple(sorted({*self.stops, number}))
        self._storage.set_study_system_attr(self._study._study_id, _STOPS, list(self.stops))

    def _set_param(self, trial: FrozenTrial, trial_id: int, name: str, distribution: BaseDistribution) -> None:
        value = distribution.to_internal_repr(trial.params[name])
        try:
            self._storage.set_trial_param(trial_id, name, value, distribution)
        except ValueError:
            known = next(one for one in self.trials if name in one.distributions)
            raise ConfigError(
                f"trial {trial.number} suggests {name!r} from {distribution}, and trial {known.number} from "
                f"{known.distributions[name]}: Optuna keeps one kind and one list of choices for a name; give the "
                "other one a name of its own"
            ) from None

    def is_left_over(self, trial: FrozenTrial) -> bool:
        """Whether it waits to be run: enqueued, or begun here and not told."""
        return trial.state is TrialState.WAITING or (trial.state is TrialState.RUNNING and is_ours(trial))

    def _system_attrs(self) -> dict[str, Any]:
        return self._storage.get_study_system_attrs(self._study._study_id)


def is_ours(trial: FrozenTrial) -> bool:
    """Whether a search of this kind began it."""
    return _BEGUN in trial.system_attrs


def reason_of(trial: FrozenTrial) -> str | None:
    """Why it failed."""
    reason = trial.system_attrs.get(_REASON)
    return None if reason is None else one_line(str(reason))


def record_of(trial: FrozenTrial) -> TrialRecord:
    """What the schedule needs to know of it. A trial that others left running counts as failed: nobody waits for it."""
    state = _STATES[trial.state]
    if state is State.RUNNING and trial.state is TrialState.RUNNING and not is_ours(trial):
        state = State.FAILED
    return TrialRecord(trial.number, state, _plain(trial.params), reason=reason_of(trial))


def fingerprint(trials: Sequence[FrozenTrial]) -> str:
    """SHA-256 over the finished trials in order: state, parameters, reports and values, to the last bit."""
    content: list[Json] = [
        {
            "number": one.number,
            "state": one.state.name,
            "params": _plain(one.params),
            "reports": [[step, _plain_value(value)] for step, value in sorted(one.intermediate_values.items())],
            "values": [_plain_value(value) for value in one.values or ()],
        }
        for one in trials
        if one.state.is_finished()
    ]
    return digest(content)


@contextmanager
def held(study: optuna.Study) -> Iterator[None]:
    """Hold the study for this process where it is kept in a database. Raises RunFolderError where another has it.

    In PostgreSQL it is meanwhile written by the connection that holds it, whoever writes it in this process.
    """
    own = study._storage
    storage = getattr(own, "_backend", own)
    if not isinstance(storage, RDBStorage):
        yield
        return
    url = storage.engine.url.render_as_string(hide_password=False)
    if isinstance(storage, Storage) and storage.lease is not None:
        url = storage.lease.url
    with alone(url, study.study_name) as lease:
        if lease is None:
            yield
            return
        with closing(open_storage(url, lease=lease)) as leased:
            lease.claim(leased, study._study_id)
            study._storage = optuna.storages.get_storage(leased)
            try:
                yield
            finally:
                study._storage = own


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in params.items()}


def _plain_value(value: Any) -> Any:
    """As JSON takes it; choices may be anything that prints the same each time."""
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value if isinstance(value, str | int | float | bool | None) else repr(value)
