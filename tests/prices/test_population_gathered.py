"""Trials of one process whose trainings are gathered into populations: the study is the one that workers make."""

import queue
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import torch

from cli_helpers import results, write_prices
from native_networks import compiled
from price_training import TRAIN, VALIDATION, weights
from tunewright.core.errors import ConfigError, TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.entrance import begin, load_experiment
from tunewright.prices.families.lstm import LSTMSpec
from tunewright.prices.training.compiled import fit_compiled
from tunewright.prices.training.fit import fit
from tunewright.prices.training.loop import Trained
from tunewright.prices.training.population.gathering import Gathering, gathering, on_gpu
from tunewright.prices.training.population.train import fit_population
from tunewright.prices.training.training import Training
from tunewright.runs.life import conduct
from tunewright.trials.together import ThreadExecutor

EXPERIMENT = """
seed = 1

[data]
source = "prices.csv"

[preparation]
folds = 2
time_step = 5

[model]
family = "lstm"
dropout = 0.2

[training]
epochs = 4

[final]
seeds = 2

[search]
sampler = "random"
trials = 8

[pruner]
name = "median"

[space]
units = [3, 4]
learning_rate = { low = 1e-3, high = 1e-1, log = true }
"""


def study(out: str) -> dict[str, Any]:
    conduct(begin(load_experiment("gathered.toml", {}), out=Path(out)), workers=0)
    return results(Path(out))


def test_a_run_is_the_one_that_workers_make_but_for_rounding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled()
    monkeypatch.chdir(tmp_path)
    write_prices(Path("prices.csv"))
    Path("gathered.toml").write_text(EXPERIMENT)
    alone = study("alone")
    gathered: list[int] = []

    def counting(members: Any, **named: Any) -> Any:
        gathered.append(len(members))
        return fit_population(members, **named)

    place = "tunewright.prices.training.population.gathering.fit_population"
    monkeypatch.setattr(place, counting)
    monkeypatch.setattr("tunewright.prices.experiment.objective.on_gpu", lambda: Gathering("cpu"))
    together = study("together")
    assert max(gathered) > 1, "several trials were trained at once"
    ours, theirs = (one["study"]["trials"] for one in (together, alone))
    assert [trial["state"] for trial in ours] == [trial["state"] for trial in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert one["score"] == (other["score"] and pytest.approx(other["score"], rel=1e-4))


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
    assert gathering() is None
    for number, trained in enumerate(trained_in_threads(Gathering("cpu"), 3)):
        training = Training(2 + number, learning_rate=0.01, patience=None)
        other = fit_compiled(LSTMSpec((8,), (0.3,)), training, TRAIN, validation=VALIDATION, seeds=SeedTree(number))
        torch.testing.assert_close(weights(trained), weights(other), rtol=1e-3, atol=1e-4)


def test_attention_and_what_another_engine_began_train_as_elsewhere() -> None:
    compiled()
    shared, training = Gathering("cpu"), Training(2)
    spec = LSTMSpec((8,), (0.3,), attention="dot")
    with shared.joined():
        inside = fit(spec, training, TRAIN, validation=VALIDATION, seeds=SeedTree(0))
    outside = fit(spec, training, TRAIN, validation=VALIDATION, seeds=SeedTree(0))
    assert torch.equal(weights(inside), weights(outside))


class Waits:
    """A job that trains, and tells how that ended."""

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
