"""How a Keras model is trained on prices: by its own `fit`, epoch by epoch, to the best one on the validation rows."""

import numpy as np
import numpy.typing as npt

from tunewright.core.seeds import SeedTree
from tunewright.experiment.by_keras import KerasSpec
from tunewright.prices.networks.keras import KerasNetwork
from tunewright.prices.preparation.windows import Samples
from tunewright.prices.training.beginning import first_module
from tunewright.prices.training.loop import Trained, predict
from tunewright.prices.training.training import Training
from tunewright.training.keras_seeds import seeded
from tunewright.training.observer import UNOBSERVED, Epoch, Observer
from tunewright.training.progress import finite_loss
from tunewright.training.streams import stream


def fit_keras(
    spec: KerasSpec,
    training: Training,
    train: Samples,
    *,
    validation: Samples | None,
    seeds: SeedTree,
    observer: Observer = UNOBSERVED,
) -> Trained:
    """Train with the loss and the optimizer that the model was compiled with; [training] says for how long and in which
    batches. The curves are of the mean squared error, which also chooses the epoch. Raises TrialFailure.

    A training that was cut off begins anew, to the same end.
    """
    network = first_module(spec, train.windows, seeds)
    assert isinstance(network, KerasNetwork), "the family's own"
    model, windows = network.model, train.windows.series[train.windows.rows()]
    best, best_epoch = model.get_weights(), 0
    train_loss: list[float] = []
    validation_loss: list[float] = []
    with seeded(stream(seeds, "shuffle")):
        while len(train_loss) < training.epochs:
            epoch = len(train_loss)
            model.fit(windows, train.targets, batch_size=training.batch_size, epochs=1, verbose=0)
            train_loss.append(finite_loss(_error(predict(network, train.windows), train), epoch))
            if validation is None:
                best_epoch = epoch
                continue
            forecasts = predict(network, validation.windows)
            validation_loss.append(finite_loss(_error(forecasts, validation), epoch))
            if validation_loss[-1] < validation_loss[best_epoch] or epoch == 0:
                best, best_epoch = model.get_weights(), epoch
            observer.after(Epoch(epoch + 1, best_epoch == epoch, train_loss[-1], forecasts, None))
            if training.patience is not None and epoch - best_epoch >= training.patience:
                break
    if validation is not None:
        model.set_weights(best)
    return Trained(network, tuple(train_loss), tuple(validation_loss), best_epoch)


def _error(forecasts: npt.NDArray[np.float32], samples: Samples) -> float:
    return float(np.mean((forecasts.astype(np.float64) - samples.targets) ** 2))
