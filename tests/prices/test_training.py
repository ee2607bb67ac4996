"""The LSTM family and the reference loop."""

import numpy as np
import pytest
import torch

from price_training import SPEC, TRAIN, VALIDATION, weights
from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.threads import threads
from tunewright.prices.families.lstm import LSTMSpec
from tunewright.prices.families.ridge import RidgeSpec
from tunewright.prices.networks.lstm import lstm
from tunewright.prices.networks.recurrent import Recurrent
from tunewright.prices.preparation.windows import Samples
from tunewright.prices.training.fit import fit
from tunewright.prices.training.loop import Gather, Trained, fit_one, predict
from tunewright.prices.training.training import Training
from tunewright.training.names import OptimizerName
from tunewright.training.optimizers import OPTIMIZERS, Group, make_optimizer
from tunewright.training.size import parameter_count
from tunewright.training.streams import stream


def train(
    training: Training, *, seed: int = 0, spec: LSTMSpec = SPEC, validation: Samples | None = VALIDATION
) -> Trained:
    with threads(1):
        return fit_one(spec, training, TRAIN, validation=validation, seeds=SeedTree(seed))


def test_the_model_is_a_chain_of_torch_layers() -> None:
    model = lstm(SPEC, 2, torch.Generator().manual_seed(0))
    windows = torch.randn(6, 4, 2)
    states = windows
    for layer in model.layers:
        states, _ = layer(states)
    torch.testing.assert_close(model(windows), model.head(states[-1])[:, 0], rtol=0, atol=0)
    assert parameter_count(model) == 4 * 8 * (2 + 8 + 1) + 4 * 5 * (8 + 5 + 1) + 6, "one bias per gate, as in Keras"


def test_the_initial_weights_are_those_of_keras() -> None:
    model = lstm(LSTMSpec((64,), (0.0,)), 5, torch.Generator().manual_seed(0))
    layer = dict(model.layers[0].named_parameters())
    limit = np.sqrt(6 / (5 + 4 * 64))
    assert 0.95 * limit < layer["weight_ih_l0"].abs().max() <= limit
    recurrent = layer["weight_hh_l0"]
    torch.testing.assert_close(recurrent.T @ recurrent, torch.eye(64), rtol=0, atol=1e-5)
    bias = layer["bias_ih_l0"] + layer["bias_hh_l0"]
    assert [set(gate.tolist()) for gate in bias.reshape(4, 64)] == [{0.0}, {1.0}, {0.0}, {0.0}]


def test_the_second_bias_never_moves() -> None:
    trained = train(Training(epochs=2, optimizer="sgd", learning_rate=0.1))
    assert isinstance(trained.model, Recurrent)
    assert all(not dict(layer.named_parameters())["bias_hh_l0"].any() for layer in trained.model.layers)


def test_dropout_acts_in_training_alone_and_keeps_the_mean() -> None:
    model = lstm(LSTMSpec((16,), (0.5,)), 2, torch.Generator().manual_seed(0))
    windows = torch.randn(6, 1, 2).repeat(1, 4000, 1)
    dropped = model(windows, torch.Generator().manual_seed(1))
    assert dropped.std() > 0.01
    torch.testing.assert_close(dropped.mean(), model(windows)[0], rtol=0.05, atol=0.02)
    assert model(windows).std() < 1e-6


def test_the_same_seed_gives_the_same_bits_whatever_ran_before() -> None:
    first = train(Training(epochs=3))
    torch.manual_seed(99)
    torch.randn(1000)
    again, other = train(Training(epochs=3)), train(Training(epochs=3), seed=1)
    assert torch.equal(weights(first), weights(again))
    assert first.train_loss == again.train_loss
    assert not torch.equal(weights(first), weights(other))


def test_the_best_epoch_is_restored() -> None:
    trained = train(Training(epochs=40, learning_rate=0.03, patience=3))
    assert len(trained.validation_loss) < 40, "this training overfits, so patience must end it"
    assert trained.best_epoch == int(np.argmin(trained.validation_loss))
    assert len(trained.validation_loss) == trained.best_epoch + 1 + 3
    error = predict(trained.model, VALIDATION.windows).astype(np.float64) - VALIDATION.targets
    assert float(np.mean(error**2)) == min(trained.validation_loss)


def test_without_patience_all_epochs_are_trained() -> None:
    assert len(train(Training(epochs=12, learning_rate=0.03, patience=None)).validation_loss) == 12


def test_without_validation_the_last_epoch_stays() -> None:
    trained = train(Training(epochs=4), validation=None)
    assert trained.validation_loss == ()
    assert trained.best_epoch == 3
    assert len(trained.train_loss) == 4


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_learns_the_signal(name: OptimizerName) -> None:
    rate = 0.3 if name == "sgd" else 0.02
    trained = train(Training(epochs=25, batch_size=32, learning_rate=rate, optimizer=name), spec=LSTMSpec((8,), (0.0,)))
    assert min(trained.validation_loss) < 0.45, "0.25 is the noise, 0.5 is knowing nothing"


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_weight_decay_pulls_a_weight_without_gradient(name: OptimizerName) -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    optimizer = make_optimizer(name, [Group.of([weight], weight_decay=0.5)], learning_rate=0.1)
    weight.grad = torch.zeros(3)
    optimizer.step()
    assert (weight < 1).all()


def test_a_diverging_training_is_a_failed_trial() -> None:
    with pytest.raises(TrialFailure, match=r"the training diverged: the loss of epoch \d+ is"):
        train(Training(epochs=200, learning_rate=1e6, optimizer="sgd", patience=None), spec=LSTMSpec((8,), (0.0,)))


def test_a_batch_is_gathered_time_first() -> None:
    batch = Gather(TRAIN.windows)(torch.tensor([0, 7]))
    expected = TRAIN.windows.series[TRAIN.windows.rows()][[0, 7]].transpose(1, 0, 2)
    np.testing.assert_array_equal(batch.numpy(), expected)


def test_streams_of_different_purposes_differ() -> None:
    draws = {float(torch.rand(1, generator=stream(SeedTree(0), name))) for name in ("initialise", "shuffle", "dropout")}
    assert len(draws) == 3


def test_threads_are_given_back() -> None:
    before = torch.get_num_threads()
    with threads(1):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_ridge_finds_the_signal_and_forecasts_as_the_solution_says() -> None:
    trained = fit(RidgeSpec(), Training(), TRAIN, validation=VALIDATION, seeds=SeedTree(0))
    assert trained.validation_loss[0] < 0.35
    weight, bias = trained.model.state_dict().values()
    expected = VALIDATION.windows.flattened() @ weight[0].numpy() + bias.numpy()
    np.testing.assert_allclose(predict(trained.model, VALIDATION.windows), expected, rtol=1e-5, atol=1e-6)
