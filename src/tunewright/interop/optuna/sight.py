"""A study as one trial sees it: the results that its number entitles it to, whatever else has come in by now."""

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler
from optuna.storages import InMemoryStorage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from tunewright.core.errors import TrialFailure
from tunewright.search.samplers.with_optuna import Uncopied

FIXED = "fixed_params"
"""The system attribute in which Optuna keeps the parameters that a trial was enqueued with."""


@dataclass(frozen=True)
class Outline:
    """What a sight of a study has beside its trials. plain: its storage keeps user attributes as JSON.

    name: the same for each study that nobody has named, as pruners may go by it.
    """

    name: str
    directions: tuple[StudyDirection, ...]
    user_attrs: dict[str, Any]
    plain: bool = False


class _PlainStorage(InMemoryStorage):
    """Refuses the user attributes that the study's own storage will not keep, in the trial that sets them."""

    def set_trial_user_attr(self, trial_id: int, key: str, value: Any) -> None:
        json.dumps(value)
        super().set_trial_user_attr(trial_id, key, value)


class Sight(optuna.Study):
    """A study in memory, of which one trial may do what it likes. stopped: whether it asked to end the search."""

    stopped = False

    @property
    def newest(self) -> int:
        """The storage's number for the trial of the highest number."""
        number = self._storage.get_n_trials(self._study_id) - 1
        return self._storage.get_trial_id_from_study_id_trial_number(self._study_id, number)

    def stop(self) -> None:
        self.stopped = True

    def set_user_attr(self, key: str, value: Any) -> None:
        raise TrialFailure(
            f"a trial cannot write {key!r} on its study, as others see it or not by chance; use trial.set_user_attr"
        )


def look(outline: Outline, history: Sequence[FrozenTrial], *, sampler: BaseSampler, pruner: BasePruner) -> Sight:
    """A sight of these trials: numbers 0 .. n - 1, in order. They are shared, not copied."""
    storage = _PlainStorage() if outline.plain else InMemoryStorage()
    with _unsaid():
        study_id = storage.create_new_study(outline.directions, outline.name)
    for key, value in outline.user_attrs.items():
        storage.set_study_user_attr(study_id, key, value)
    for trial in history:
        storage.create_new_trial(study_id, template_trial=_shared(trial))
    return Sight(outline.name, storage, sampler, pruner)


def unbegun(trial: FrozenTrial) -> FrozenTrial:
    """A trial as it stood before it ran: what was enqueued with it, and nothing that an earlier process wrote."""
    begun = hidden(trial)
    begun.user_attrs = trial.user_attrs
    begun.system_attrs = {FIXED: trial.system_attrs[FIXED]} if FIXED in trial.system_attrs else {}
    return begun


def fixed_of(trial: FrozenTrial) -> dict[str, Any]:
    """The parameters that it was enqueued with."""
    return dict(trial.system_attrs.get(FIXED, {}))


def hidden(trial: FrozenTrial) -> FrozenTrial:
    """What others see of a trial that may be under way: that it is there."""
    return FrozenTrial(
        number=trial.number,
        state=TrialState.RUNNING,
        value=None,
        datetime_start=None,
        datetime_complete=None,
        params={},
        distributions={},
        user_attrs={},
        system_attrs={},
        intermediate_values={},
        trial_id=trial.number,
    )


@contextmanager
def _unsaid() -> Iterator[None]:
    """Optuna says of each study in memory that it was made; nobody wants to know of a sight."""
    logger = logging.getLogger("optuna.storages._in_memory")
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)


def _shared(trial: FrozenTrial) -> Uncopied:
    return Uncopied(
        number=trial.number,
        state=trial.state,
        value=None,
        values=trial.values,
        datetime_start=trial.datetime_start,
        datetime_complete=trial.datetime_complete,
        params=trial.params,
        distributions=trial.distributions,
        user_attrs=trial.user_attrs,
        system_attrs=trial.system_attrs,
        intermediate_values=trial.intermediate_values,
        trial_id=trial.number,
    )
