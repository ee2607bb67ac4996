"""The studies of one name in a storage: Optuna holds a parameter of a study to its first choices, so the trials move to
a study of their own where the space is widened: "name", "name (space 2)", "name (space 3)", ..."""

from dataclasses import dataclass

import optuna
from optuna.storages import RDBStorage

from tunewright.core.space import Space
from tunewright.search.samplers.with_optuna import distributions

READY = "ready"
"""The attribute of a study to which all trials have moved."""


@dataclass(frozen=True)
class Revisions:
    """The studies that are called `name`, or began so."""

    storage: RDBStorage
    name: str
    objectives: int

    def begun(self) -> bool:
        """Whether there is one."""
        return self.name in {summary.study_name for summary in self.storage.get_all_studies()}

    def first(self) -> int:
        """The number in the storage of the one that all began with; it is made where there is none."""
        return self._open(self.name)._study_id

    def newest(self) -> optuna.Study:
        """The study as it was left, with the widest space; a new one where there is none."""
        names = {summary.study_name for summary in self.storage.get_all_studies()}
        newest = self._open(self.name)
        while (following := self._following(newest.study_name)) in names:
            study = self._open(following)
            if READY not in study.user_attrs:  # an earlier process ended while it was copied
                optuna.delete_study(study_name=following, storage=self.storage)
                break
            newest = study
        return newest

    def moved(self, old: optuna.Study, space: Space) -> optuna.Study:
        """A study of the wider space with the trials and the attributes of the old one; not `READY` yet."""
        new, known = self._open(self._following(old.study_name)), distributions(space)
        for trial in old.get_trials():
            trial.distributions = {name: known[name] for name in trial.params}
            self.storage.create_new_trial(new._study_id, template_trial=trial)
        for name, value in old.user_attrs.items():
            if name != READY:
                new.set_user_attr(name, value)
        return new

    def _open(self, name: str) -> optuna.Study:
        try:
            return optuna.load_study(storage=self.storage, study_name=name)
        except KeyError:
            directions = [optuna.study.StudyDirection.MINIMIZE] * self.objectives
            return optuna.create_study(storage=self.storage, study_name=name, directions=directions)

    def _following(self, newest: str) -> str:
        number = 1 if newest == self.name else int(newest.removeprefix(f"{self.name} (space ").removesuffix(")"))
        return f"{self.name} (space {number + 1})"
