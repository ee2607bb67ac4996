"""Trainings and trials that stop half way and go on to the same end, bit for bit."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from price_training import SPEC, TRAIN, VALIDATION, weights
from tunewright.core.errors import RunFolderError
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.core.threads import threads
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.experiment.objective import PriceObjective
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.preparation.seal import seal
from tunewright.prices.training.compiled import fit_compiled
from tunewright.prices.training.fit import Engine
from tunewright.prices.training.loop import Trained, fit_one
from tunewright.prices.training.training import Training
from tunewright.search.course import Sight
from tunewright.search.pruners.basic import MedianPruner
from tunewright.search.pruners.rungs import Minimum
from tunewright.search.records import Report, State, TrialRecord
from tunewright.training.names import OptimizerName
from tunewright.training.observer import UNOBSERVED, Epoch, Observer, Snapshot
from tunewright.trials import rungs as rungs_module
from tunewright.trials.checkpoints import Checkpoint, read_checkpoint, write_checkpoint
from tunewright.trials.rungs import Pruning
from tunewright.trials.tasks import Event, FoldScored, Halted, Task, TrialEnded, with_fold

pytestmark = pytest.mark.usefixtures("unseen_stills")

OPTIMIZER_NAMES: tuple[OptimizerName, ...] = ("adam", "adamw", "rmsprop", "sgd")


class Stopping:
    """Raises KeyboardInterrupt after `epoch` epochs, with the snapshot taken there."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.kept: Snapshot | None = None

    def snapshot(self) -> Snapshot | None:
        return None

    def after(self, epoch: Epoch) -> None:
        if epoch.number == self.epoch:
            assert epoch.snapshot is not None
            self.kept = epoch.snapshot()
            raise KeyboardInterrupt


class GoingOn:
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.epochs: list[int] = []

    def snapshot(self) -> Snapshot | None:
        return self._snapshot

    def after(self, epoch: Epoch) -> None:
        self.epochs.append(epoch.number)


def fit(training: Training, observer: Observer, engine: Engine = fit_compiled) -> Trained:
    with threads(1):
        return engine(SPEC, training, TRAIN, validation=VALIDATION, seeds=SeedTree(0), observer=observer)


@pytest.mark.parametrize("engine", [fit_one, fit_compiled])
@pytest.mark.parametrize("optimizer", OPTIMIZER_NAMES)
@pytest.mark.parametrize("stop_after", [1, 4])
def test_a_training_goes_on_to_the_same_bits(
    optimizer: OptimizerName, stop_after: int, engine: Engine, tmp_path: Path
) -> None:
    training = Training(epochs=6, optimizer=optimizer, learning_rate=0.02, weight_decay=1e-3)
    whole = fit(training, UNOBSERVED, engine)
    snapshot = _kept(training, stop_after, engine)
    write_checkpoint(tmp_path / "one", Checkpoint(snapshot, (), stop_after, 1.0, 0.0), "it")
    found = read_checkpoint(tmp_path / "one", "it")
    assert found is not None
    again = GoingOn(found.snapshot)
    resumed = fit(training, again, engine)
    assert torch.equal(weights(resumed), weights(whole))
    assert resumed.train_loss == whole.train_loss
    assert resumed.validation_loss == whole.validation_loss
    assert resumed.best_epoch == whole.best_epoch
    assert again.epochs == list(range(stop_after + 1, len(whole.train_loss) + 1))


def test_a_training_whose_patience_had_run_out_trains_no_further() -> None:
    training = Training(epochs=40, learning_rate=0.03, patience=3)
    whole = fit(training, UNOBSERVED)
    last = len(whole.train_loss)
    assert last < 40
    again = GoingOn(_kept(training, last))
    assert torch.equal(weights(fit(training, again)), weights(whole))
    assert again.epochs == []


def _kept(training: Training, epoch: int, engine: Engine = fit_compiled) -> Snapshot:
    observer = Stopping(epoch)
    with pytest.raises(KeyboardInterrupt):
        fit(training, observer, engine)
    assert observer.kept is not None
    return observer.kept


def test_a_checkpoint_of_another_trial_or_half_a_file_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "one"
    reports = (Report(0, 1, 0.1), Report(0, 2, 1 / 3))
    write_checkpoint(path, Checkpoint(Snapshot({"a": torch.ones(3)}, {}), reports, 2, 1 / 3, 4.5), "it")
    found = read_checkpoint(path, "it")
    assert found is not None
    assert (found.reports, found.epoch, found.value, found.seconds) == (reports, 2, 1 / 3, 4.5)
    assert read_checkpoint(path, "other") is None
    assert read_checkpoint(tmp_path / "none", "it") is None
    path.write_bytes(path.read_bytes()[:-3])
    assert read_checkpoint(path, "it") is None


def test_a_checkpoint_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    empty = Checkpoint(Snapshot({}, {}), (), 1, 1.0, 0.0)
    with pytest.raises(RunFolderError, match=r"gone/one cannot be written: No such file or directory; make room"):
        write_checkpoint(tmp_path / "gone" / "one", empty, "it")


@pytest.fixture
def at_every_rung(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rungs_module, "CHECKPOINT_SECONDS", 0.0)


PARAMS: Params = {"units": 8, "learning_rate": 0.01}


@pytest.mark.usefixtures("at_every_rung")
@pytest.mark.parametrize("stop_at", [1, 3, 7])
def test_a_trial_goes_on_from_its_last_rung(
    small_objective: PriceObjective, stop_at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = Task(TrialRecord(3, State.RUNNING, PARAMS), SeedTree(1), checkpoint=tmp_path / "trial")
    whole = [_timeless(event) for event in task.run(small_objective)]
    told: list[int] = []
    real = rungs_module.FoldRungs.report

    def stopping(self: rungs_module.FoldRungs, epoch: int, value: float) -> None:
        told.append(epoch)
        if len(told) == stop_at + 1:
            raise KeyboardInterrupt
        real(self, epoch, value)

    monkeypatch.setattr(rungs_module.FoldRungs, "report", stopping)
    (tmp_path / "trial").unlink()
    found: list[Event] = []
    with pytest.raises(KeyboardInterrupt):
        found.extend(_timeless(event) for event in task.run(small_objective))
    folds_done = sum(isinstance(event, FoldScored) for event in found)
    again = _record_after(task, whole[:folds_done])
    found.extend(_timeless(event) for event in again.run(small_objective))
    assert found == whole
    assert told[stop_at + 1] == told[stop_at], "the epoch that was lost is trained again, and none before it"


@pytest.mark.usefixtures("at_every_rung")
def test_the_last_report_of_a_fold_is_its_score(small_objective: PriceObjective, tmp_path: Path) -> None:
    task = Task(TrialRecord(0, State.RUNNING, PARAMS), SeedTree(1))
    *folds, end = task.run(small_objective)
    assert isinstance(end, TrialEnded)
    for number, event in enumerate(folds):
        assert isinstance(event, FoldScored)
        assert event.reports[-1].value == event.score
        assert [report.epoch for report in event.reports] == list(range(1, len(event.reports) + 1))
        assert {report.fold for report in event.reports} == {number}


def test_a_hopeless_trial_is_pruned_and_says_why(small_objective: PriceObjective) -> None:
    reports = tuple(Report(fold, epoch, 0.1) for fold in (0, 1) for epoch in (2, 4))
    good = tuple(TrialRecord(n, State.COMPLETE, PARAMS, 0.1, (0.1, 0.1), reports=reports) for n in range(6))
    pruning = Pruning(MedianPruner(50.0, Minimum(trials=4, epochs=2)), every=2, sight=Sight(good))
    *folds, end = Task(TrialRecord(6, State.RUNNING, PARAMS), SeedTree(1), pruning).run(small_objective)
    assert folds == []
    assert isinstance(end, TrialEnded)
    assert end.state is State.PRUNED
    assert end.reason is not None
    assert end.reason.startswith("fold 1, epoch 2: ")
    assert [report.epoch for report in end.reports] == [2]
    assert end.traceback is None


@pytest.mark.usefixtures("at_every_rung")
def test_a_folder_that_takes_no_checkpoint_halts_the_trial(small_objective: PriceObjective, tmp_path: Path) -> None:
    task = Task(TrialRecord(0, State.RUNNING, PARAMS), SeedTree(1), checkpoint=tmp_path / "gone" / "trial")
    (event,) = task.run(small_objective)
    assert isinstance(event, Halted)


def _timeless(event: Event) -> Event:
    return event if isinstance(event, Halted) else replace(event, seconds=0.0)


def _record_after(task: Task, events: list[Event]) -> Task:
    record = task.record
    for event in events:
        assert isinstance(event, FoldScored)
        record = with_fold(record, event)
    return replace(task, record=record)


@pytest.fixture
def small_objective() -> PriceObjective:
    experiment = Experiment.model_validate(
        {
            "preparation": {"folds": 2, "time_step": 5, "features": ["log_return"]},
            "training": {"epochs": 4},
            "space": {"units": {"low": 4, "high": 8}, "learning_rate": {"low": 1e-3, "high": 0.1, "log": True}},
        }
    )
    development, _ = seal(random_walk(400, seed=0), 0.2)
    folds = experiment.preparation.walk_forward().cut(len(development.table))
    return PriceObjective(experiment, development, folds)
