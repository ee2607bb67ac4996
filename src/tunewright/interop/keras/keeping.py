"""The folder of a search: the study in it, and its trials as KerasTuner has them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import optuna
from keras_tuner import HyperParameters, Objective
from keras_tuner.engine import trial as their
from optuna.pruners import BasePruner, NopPruner
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState

from tunewright.core.errors import RunFolderError
from tunewright.interop.keras.results import Outcome
from tunewright.interop.keras.training import METRICS, SPACE, STEP, fill, trial_name
from tunewright.interop.optuna.keeping import reason_of
from tunewright.search.storage import open_storage, sqlite_url

_STATUS = {
    TrialState.RUNNING: their.TrialStatus.RUNNING,
    TrialState.WAITING: their.TrialStatus.IDLE,
    TrialState.COMPLETE: their.TrialStatus.COMPLETED,
    TrialState.PRUNED: their.TrialStatus.STOPPED,
    TrialState.FAIL: their.TrialStatus.FAILED,
}


@dataclass(frozen=True)
class Folder:
    """`directory/project_name`, and the study's name."""

    path: Path
    name: str

    @property
    def study_file(self) -> Path:
        return self.path / "study.db"

    def check(self) -> None:
        """Raise RunFolderError where KerasTuner itself has searched here."""
        if (self.path / "oracle.json").exists() and not self.study_file.exists():
            raise RunFolderError(
                f"{self.path} holds a search of KerasTuner's own, which cannot go on here; give another project_name, "
                "or overwrite=True to delete it"
            )

    def study(
        self, objective: Objective, *, sampler: BaseSampler | None = None, pruner: BasePruner | None = None
    ) -> optuna.Study:
        """The study, made where there is none."""
        with quiet():
            return optuna.create_study(
                study_name=self.name,
                storage=open_storage(sqlite_url(self.study_file), shared=True),
                direction="maximize" if objective.direction == "max" else "minimize",
                sampler=sampler,
                pruner=pruner or NopPruner(),
                load_if_exists=True,
            )

    def trials(self, objective: Objective) -> list[FrozenTrial]:
        """Those of the study, as far as there is one."""
        return self.study(objective).get_trials() if self.study_file.exists() else []


def their_trial(trial: FrozenTrial, objective: Objective) -> their.Trial:
    """A trial as KerasTuner has it, with its metrics at the best epoch as its only step."""
    notes = trial.user_attrs
    made = their.Trial(
        HyperParameters.from_config(notes[SPACE]) if SPACE in notes else HyperParameters(),
        trial_id=trial_name(trial.number),
        status=_STATUS[trial.state],
        message=reason_of(trial),
    )
    if METRICS in notes:
        fill(made, Outcome(notes[METRICS], notes.get(STEP, 0)), objective)
    else:
        made.metrics.register(objective.name, objective.direction)
    made.score = trial.values[0] if trial.values else None
    return made


@contextmanager
def quiet() -> Iterator[None]:
    """Optuna says what goes wrong, and nothing else: KerasTuner's users know their trials from elsewhere."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)
