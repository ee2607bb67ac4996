"""The compiled engine trains what the reference loop trains."""

import numpy as np
import pytest
import torch

from native_networks import compiled
from price_training import TRAIN, VALIDATION, weights
from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.threads import threads
from tunewright.prices.families.gru import GRUSpec
from tunewright.prices.families.layers import LayerSpec
from tunewright.prices.families.lstm import LSTMSpec
from tunewright.prices.training.compiled import fit_compiled
from tunewright.prices.training.fit import Engine, fit
from tunewright.prices.training.loop import Trained, fit_one, predict
from tunewright.prices.training.training import Training
from tunewright.training.names import OptimizerName
from tunewright.training.native.library import NoLibrary
from tunewright.training.observer import UNOBSERVED, Epoch, Observer, Snapshot
from tunewright.training.optimizers import OPTIMIZERS

SPECS = {
    "one layer": LSTMSpec((8,), (0.0,)),
    "three layers": LSTMSpec((8, 5, 7), (0.0, 0.0, 0.0)),
    "both ways": LSTMSpec((6, 5), (0.0, 0.0), bidirectional=True),
    "gru": GRUSpec((8, 6), (0.0, 0.0)),
}


def trained_by(
    engine: Engine, spec: LayerSpec, training: Training, *, seed: int = 0, observer: Observer = UNOBSERVED
) -> Trained:
    with threads(1):
        return engine(spec, training, TRAIN, validation=VALIDATION, seeds=SeedTree(seed), observer=observer)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_without_dropout_it_is_the_reference_but_for_rounding(spec: LayerSpec, optimizer: OptimizerName) -> None:
    compiled()
    training = Training(3, 32, 0.01, optimizer, 0.01, patience=None)
    ours, theirs = trained_by(fit_compiled, spec, training), trained_by(fit_one, spec, training)
    assert ours.train_loss == pytest.approx(theirs.train_loss, rel=1e-5)
    assert ours.validation_loss == pytest.approx(theirs.validation_loss, rel=1e-5)
    torch.testing.assert_close(weights(ours), weights(theirs), rtol=1e-3, atol=1e-5)


def test_forecasts_are_those_of_the_module_that_it_gives() -> None:
    compiled()
    trained = trained_by(fit_compiled, LSTMSpec((8, 5), (0.2, 0.1)), Training(4, learning_rate=0.01))
    error = predict(trained.model, VALIDATION.windows).astype(np.float64) - VALIDATION.targets
    assert float(np.mean(error**2)) == pytest.approx(min(trained.validation_loss), rel=1e-6)
    starts = {parameter.untyped_storage().data_ptr() for parameter in trained.model.parameters()}
    assert len(starts) == len(list(trained.model.parameters())), "each has memory of its own, as files want it"


def test_families_are_trained_by_it_and_attention_by_the_reference() -> None:
    compiled()
    training, seeds = Training(2), SeedTree(0)
    for spec in (LSTMSpec((8,), (0.3,)), GRUSpec((8,), (0.3,))):
        chosen = fit(spec, training, TRAIN, validation=VALIDATION, seeds=seeds)
        assert torch.equal(weights(chosen), weights(trained_by(fit_compiled, spec, training)))
        assert not torch.equal(weights(chosen), weights(trained_by(fit_one, spec, training)))
    with_attention = LSTMSpec((8,), (0.3,), attention="dot")
    chosen = fit(with_attention, training, TRAIN, validation=VALIDATION, seeds=seeds)
    assert torch.equal(weights(chosen), weights(trained_by(fit_one, with_attention, training)))


def test_where_it_was_not_built_the_reference_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    spec, training = LSTMSpec((8,), (0.3,)), Training(2)
    monkeypatch.setattr("tunewright.prices.training.compiled.library", lambda: NoLibrary("it was not built"))
    ours, theirs = trained_by(fit_compiled, spec, training), trained_by(fit_one, spec, training)
    assert torch.equal(weights(ours), weights(theirs))


def test_a_diverging_training_is_a_failed_trial() -> None:
    compiled()
    with pytest.raises(TrialFailure, match=r"the training diverged: the loss of epoch \d+ is"):
        trained_by(fit_compiled, SPECS["one layer"], Training(200, 32, 1e6, "sgd", patience=None))


class At:
    """Keeps the snapshot of one epoch; begins from one of another training."""

    def __init__(self, epoch: int, start: Snapshot | None = None) -> None:
        self._epoch, self._start = epoch, start
        self.told: list[int] = []
        self.kept: Snapshot | None = None

    def snapshot(self) -> Snapshot | None:
        return self._start

    def after(self, epoch: Epoch) -> None:
        self.told.append(epoch.number)
        if epoch.number == self._epoch:
            assert epoch.snapshot is not None
            self.kept = epoch.snapshot()


def test_what_the_reference_began_it_lets_the_reference_end() -> None:
    spec, training, half = LSTMSpec((8,), (0.3,)), Training(6, patience=None), At(3)
    whole = trained_by(fit_one, spec, training, observer=half)
    rest = At(0, half.kept)
    assert torch.equal(weights(trained_by(fit_compiled, spec, training, observer=rest)), weights(whole))
    assert rest.told == [4, 5, 6]


def test_what_it_began_begins_anew_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled()
    spec, training, half = LSTMSpec((8,), (0.3,)), Training(6, patience=None), At(3)
    trained_by(fit_compiled, spec, training, observer=half)
    monkeypatch.setattr("tunewright.prices.training.compiled.library", lambda: NoLibrary("it was not built"))
    rest = At(0, half.kept)
    again = trained_by(fit_compiled, spec, training, observer=rest)
    assert torch.equal(weights(again), weights(trained_by(fit_one, spec, training)))
    assert rest.told == [1, 2, 3, 4, 5, 6]


@pytest.mark.slow
def test_twenty_seeds_end_as_well_as_those_of_the_reference() -> None:
    compiled()
    spec, training = LSTMSpec((16, 12), (0.3, 0.2)), Training(12, 32, 3e-3, patience=None)
    ours, theirs = (
        np.array([min(trained_by(engine, spec, training, seed=seed).validation_loss) for seed in range(20)])
        for engine in (fit_compiled, fit_one)
    )
    noise = np.sqrt(ours.var(ddof=1) / 20 + theirs.var(ddof=1) / 20)
    assert abs(ours.mean() - theirs.mean()) < 3 * noise
    assert 0.4 < ours.std() / theirs.std() < 2.5
