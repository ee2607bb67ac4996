"""Trials of one process whose trainings are gathered into populations: the study is the one that workers make."""

import queue
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import torch

from native_networks import compiled
from price_training import TRAIN, VALIDATION, Told, weights
from tunewright.core.errors import ConfigError, TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.experiment.plan import make_plan
from tunewright.prices.data.synthetic import ar1
from tunewright.prices.experiment.objective import PriceObjective
from tunewright.prices.experiment.settings import TUNING, Experiment
from tunewright.prices.families.lstm import LSTMSpec
from tunewright.prices.preparation.folds import Rows
from tunewright.prices.preparation.seal import seal
from tunewright.prices.run.firsts import FirstObjective
from tunewright.prices.run.seeded import SeedObjective
from tunewright.prices.training.compiled import fit_compiled
from tunewright.prices.training.fit import fit
from tunewright.prices.training.loop import Trained
from tunewright.prices.training.population.asking import on_gpu
from tunewright.prices.training.population.gathering import Gathering
from tunewright.prices.training.population.here import GATHERING
from tunewright.prices.training.population.member import Member, Outcome
from tunewright.prices.training.population.train import fit_population
from tunewright.prices.training.training import Training
from tunewright.runs.folder import RunFolder
from tunewright.runs.searching import Crew, search
from tunewright.search.records import State
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore
from tunewright.training.observer import UNOBSERVED, Observer
from tunewright.trials.search import Found
from tunewright.trials.together import ThreadExecutor, shared_by


def experiment(**model: Any) -> Experiment:
    return Experiment.model_validate(
        {
            "seed": 1,
            "preparation": {"folds": 2, "time_step": 5, "features": ["log_return"]},
            "model": model or {"family": "lstm", "dropout": 0.2},
            "training": {"epochs": 4, "patience": 2},
            "search": {"sampler": "random", "trials": 9, "lag": 4},
            "pruner": {"name": "racing", "min_trials": 2, "min_epochs": 1},
            "space": {"units": [3, 12], "learning_rate": {"low": 1e-3, "high": 1e-1, "log": True}},
        }
    )


def searched(path: Path) -> Found:
    chosen, (development, _) = experiment(), seal(ar1(240, seed=3), 0.2)
    folds = chosen.preparation.walk_forward().cut(len(development.table))
    plan = make_plan(chosen, TUNING.space(chosen), checkpoints=path / "checkpoints")
    path.mkdir()
    with closing(StudyStore(sqlite_url(path / "study.db"), name="study", space=plan.space)) as store:
        return search(Crew(RunFolder(path)), store, plan, objective=PriceObjective(chosen, development, folds))


def test_a_study_is_the_one_that_workers_make_but_for_rounding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled()
    alone, gathered = searched(tmp_path / "alone"), list[int]()

    def counted(members: Sequence[Member], **named: Any) -> list[Outcome]:
        gathered.append(len(members))
        return fit_population(members, **named)

    monkeypatch.setattr("tunewright.prices.training.population.gathering.fit_population", counted)
    monkeypatch.setattr("tunewright.prices.experiment.objective.on_gpu", lambda: Gathering("cpu"))
    together = searched(tmp_path / "together")
    assert max(gathered) > 1, "several trials were trained at once"
    assert {record.state for record in alone.records} == {State.COMPLETE, State.PRUNED}
    for ours, theirs in zip(together.records, alone.records, strict=True):
        assert (ours.params, ours.state, len(ours.reports)) == (theirs.params, theirs.state, len(theirs.reports))
        assert ours.score == (theirs.score and pytest.approx(theirs.score, rel=1e-4))


def test_final_models_share_the_work_too_and_other_families_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = Gathering("cpu")
    monkeypatch.setattr("tunewright.prices.experiment.objective.on_gpu", lambda: shared)
    development, _ = seal(ar1(240, seed=3), 0.2)

    def objectives(chosen: Experiment) -> list[object]:
        final = SeedObjective(chosen, (), development, Rows(0, 100), tmp_path, "mark")
        prices = PriceObjective(chosen, development, ())
        return [prices, final, FirstObjective(final, prices)]

    assert [shared_by(one) for one in objectives(experiment(family="gru"))] == [shared] * 3
    assert [shared_by(one) for one in objectives(experiment(family="mlp"))] == [None] * 3


def trained_in_threads(shared: Gathering, count: int, *, patience: int | None = None) -> list[Trained]:
    found: queue.SimpleQueue[tuple[int, Trained]] = queue.SimpleQueue()

    def work(number: int) -> None:
        with shared.joined():
            training = Training(2 + number, learning_rate=0.01, patience=patience)
            spec = LSTMSpec((8,), (0.3,))
            trained = fit(spec, training, TRAIN, validation=VALIDATION, seeds=SeedTree(number))
            found.put((number, trained))

    threads = [Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [trained for _, trained in sorted(found.get_nowait() for _ in range(count))]


def test_fit_goes_where_its_thread_has_joined_and_elsewhere_from_others() -> None:
    compiled()
    assert GATHERING.get() is None
    for number, trained in enumerate(trained_in_threads(Gathering("cpu"), 3)):
        training = Training(2 + number, learning_rate=0.01, patience=None)
        other = fit_compiled(LSTMSpec((8,), (0.3,)), training, TRAIN, validation=VALIDATION, seeds=SeedTree(number))
        torch.testing.assert_close(weights(trained), weights(other), rtol=1e-3, atol=1e-4)


def test_attention_and_what_another_engine_began_train_as_elsewhere() -> None:
    compiled()
    training, half = Training(4, patience=None), Told(keeps=2)
    attentive, plain = LSTMSpec((8,), (0.3,), attention="dot"), LSTMSpec((8,), (0.3,))

    def trained(spec: LSTMSpec, observer: Observer = UNOBSERVED) -> torch.Tensor:
        found = fit(spec, training, TRAIN, validation=VALIDATION, seeds=SeedTree(0), observer=observer)
        return weights(found)

    outside = trained(attentive), trained(plain, half)
    with Gathering("cpu").joined():
        rest = Told(start=half.kept)
        inside = trained(attentive), trained(plain, rest)
    assert [epoch.number for epoch in rest.epochs] == [3, 4]
    assert all(torch.equal(one, other) for one, other in zip(inside, outside, strict=True))


class Waits:
    """A job that trains, and tells how that ended."""

    past: Sequence[Any] = ()

    def with_past(self, past: Sequence[Any]) -> "Waits":
        return self

    def run(self, objective: Any) -> Iterator[str]:
        try:
            fit(LSTMSpec((4,), (0.0,)), Training(1), TRAIN, validation=None, seeds=SeedTree(0))
        except TrialFailure as failed:
            yield str(failed)
            return
        yield objective

    def after(self, event: str) -> "Waits | None":
        return None

    def lost(self, reason: str) -> str:
        return reason


class Breaks(Waits):
    def run(self, objective: Any) -> Iterator[str]:
        raise SystemExit("a user's own")


def test_a_job_that_breaks_is_told_of_and_keeps_nobody_waiting() -> None:
    executor = ThreadExecutor[str]("trained", 2, Gathering("cpu"))
    executor.submit(Breaks())
    executor.submit(Waits())
    assert {executor.next_event(), executor.next_event()} == {"SystemExit: a user's own", "trained"}
    executor.close()


def test_closing_lets_nobody_wait_for_those_who_never_come() -> None:
    shared = Gathering("cpu")
    with shared.joined():
        executor = ThreadExecutor[str]("trained", 2, shared)
        executor.submit(Waits())
        executor.close()
    assert executor.next_event() == "it was stopped"


def test_a_gpu_is_asked_for_and_its_absence_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert on_gpu() is None
    monkeypatch.setenv("TUNEWRIGHT_GPU", "1")
    with pytest.raises(ConfigError, match="TUNEWRIGHT_GPU=1, but PyTorch finds no CUDA GPU here"):
        on_gpu()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert on_gpu() is not None
