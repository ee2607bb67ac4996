"""The LSTM as a regressor of scikit-learn's."""

import copy
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from tunewright.core.seeds import SeedTree
from tunewright.core.space import Choice, Integer, Real, Space
from tunewright.core.threads import threads
from tunewright.interop.sklearn.checking import check_whole, in_rows, seed_of, settings
from tunewright.prices.experiment.settings import TrainingSettings
from tunewright.prices.families.lstm import LSTMSettings
from tunewright.prices.preparation.names import ScalerKind
from tunewright.prices.preparation.scaling import fit_scaler
from tunewright.prices.preparation.windows import Samples, Windows

if TYPE_CHECKING:  # torch takes seconds to load: with the first fit
    from tunewright.prices.training.loop import Trained

Array = npt.NDArray[np.float64]


class LSTMForecaster(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """An LSTM that forecasts one number from a window of rows; see docs/scikit-learn.md.

    X: shape (samples, time_step * features), each sample one window, flattened row by row in the order of time; or
    (samples, time_step, features). So each sample has its own history with it, and a splitter cuts nothing in two. The
    samples must be in the order of time, oldest first. y: shape (samples,), numbers. Anything else is a ValueError.

    time_step: rows in a window; None has each sample of two dimensions be one row. epochs, batch_size, learning_rate,
    optimizer, weight_decay, patience, layers, units, dropout: as in [training] and [model] of an experiment on prices
    (docs/experiment-file.md). standardise: inputs, feature by feature, and target to mean 0 and variance 1, as the
    training samples are. validation_fraction: share of the samples, the last ones, that choose the epoch and stop the
    training early; None trains all epochs on all samples. gap: samples left out before these, at least the horizon of
    the forecast. random_state: the seed; None draws one.

    After `fit`: model_ (a torch module), time_step_, n_iter_ (epochs trained), best_epoch_ (from 0, the one whose
    weights are kept), loss_curve_ and validation_curve_ (mean squared errors on the model's scale, epoch by epoch),
    input_scaler_ and target_scaler_.
    """

    def __init__(
        self,
        *,
        time_step: int | None = None,
        layers: int = 1,
        units: int = 32,
        dropout: float = 0.1,
        epochs: int = 20,
        batch_size: int = 64,
        learning_rate: float = 1e-3,
        optimizer: str = "adam",
        weight_decay: float = 0.0,
        patience: int = 5,
        validation_fraction: float | None = 0.2,
        gap: int = 1,
        standardise: bool = True,
        random_state: Any = 0,
    ) -> None:
        self.time_step = time_step
        self.layers = layers
        self.units = units
        self.dropout = dropout
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.optimizer = optimizer
        self.weight_decay = weight_decay
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.gap = gap
        self.standardise = standardise
        self.random_state = random_state

    @staticmethod
    def search_space() -> Space:
        """What `TunedForecaster` searches unless it is given a space: the ranges of the recipe `prices-lstm`."""
        return Space(
            {
                "layers": Integer(1, 2),
                "units": Integer(16, 64, step=16),
                "dropout": Real(0.0, 0.5, step=0.1),
                "learning_rate": Real(1e-4, 1e-2, log=True),
                "batch_size": Choice((64, 128, 256)),
                "weight_decay": Real(1e-6, 1e-2, log=True),
            }
        )

    def fit(self, X: Any, y: Any) -> "LSTMForecaster":
        """Train. Raises ValueError for wrong data and parameters, TrialFailure where the training diverges."""
        from tunewright.prices.training.fit import fit  # with it comes torch

        rows, shape = in_rows(X)
        rows, y = validate_data(self, rows, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2)
        self.time_step_ = _time_step(self.time_step, shape, columns=rows.shape[1])
        model = settings(LSTMSettings, {name: getattr(self, name) for name in ("layers", "units", "dropout")})
        given = {name: getattr(self, name) for name in TrainingSettings.model_fields}
        training = settings(TrainingSettings, given).training()
        held = _held_back(self.validation_fraction, self.gap, samples=len(rows))
        stop = len(rows) - held - (self.gap if held else 0)
        kind: ScalerKind = "standard" if self.standardise else "none"
        self.input_scaler_ = fit_scaler(kind, self._steps(rows[:stop]))
        self.target_scaler_ = fit_scaler(kind, y[:stop, None].astype(np.float64))
        trained: Trained = fit(
            model.spec(),
            training,
            self._samples(rows[:stop], y[:stop]),
            validation=self._samples(rows[-held:], y[-held:]) if held else None,
            seeds=SeedTree(seed_of(self.random_state)),
        )
        self.model_, self.best_epoch_ = trained.model, trained.best_epoch
        self.loss_curve_, self.validation_curve_ = list(trained.train_loss), list(trained.validation_loss)
        self.n_iter_ = len(self.loss_curve_)
        return self

    def predict(self, X: Any) -> Array:
        """Forecasts of shape (samples,), on the scale of y. Raises ValueError for samples of another shape."""
        from tunewright.prices.training.loop import predict

        check_is_fitted(self)
        rows, shape = in_rows(X)
        rows = validate_data(self, rows, dtype=np.float64, reset=False)
        if shape is not None and shape[0] != self.time_step_:
            raise ValueError(f"X: expected samples of {self.time_step_} rows, as in fit, found {shape}")
        # In 64 bits, so that a sample's forecast does not depend on which others are forecast beside it.
        model = copy.deepcopy(self.model_).double()
        series = self.input_scaler_.transform(self._steps(rows))
        with threads(1):
            found = predict(model, self._windows(cast("Any", series)))
        return self.target_scaler_.invert(found.astype(np.float64)[:, None])[:, 0]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags

    def _steps(self, rows: Array) -> Array:
        """The rows of all windows, one below another: shape (samples * time_step, features)."""
        return rows.reshape(len(rows) * self.time_step_, -1)

    def _windows(self, series: npt.NDArray[np.float32]) -> Windows:
        return Windows(series, np.arange(self.time_step_ - 1, len(series), self.time_step_), self.time_step_)

    def _samples(self, rows: Array, y: Array) -> Samples:
        series = self.input_scaler_.transform(self._steps(rows)).astype(np.float32)
        targets = self.target_scaler_.transform(y[:, None].astype(np.float64))[:, 0]
        return Samples(self._windows(series), targets.astype(np.float32))


def _time_step(asked: Any, shape: tuple[int, ...] | None, *, columns: int) -> int:
    """Rows in a window. shape: of a sample that is not flat. columns: numbers of a sample."""
    if asked is not None:
        check_whole("time_step", asked, least=1)
    if shape is not None and len(shape) != 2:
        raise ValueError(
            f"X: expected shape (samples, time_step * features) or (samples, time_step, features), found samples of "
            f"shape {shape}; reshape X"
        )
    if shape is not None and asked not in (None, shape[0]):
        raise ValueError(f"X: expected windows of time_step = {asked} rows, found {shape[0]}; leave time_step out")
    step = int(shape[0] if shape is not None else asked or 1)
    if columns % step:
        raise ValueError(
            f"X: expected samples of time_step * features numbers, found {columns}, which time_step = {step} does not "
            "divide; give the time_step that the windows were made with"
        )
    return step


def _held_back(fraction: Any, gap: Any, *, samples: int) -> int:
    """How many of the samples choose the epoch; none where the fraction is None."""
    if fraction is None:
        return 0
    check_whole("gap", gap, least=0)
    if isinstance(fraction, bool) or not isinstance(fraction, int | float | np.number) or not 0 < fraction < 1:
        raise ValueError(f"validation_fraction: expected a share between 0 and 1, or None, found {fraction!r}")
    held = max(1, round(samples * float(fraction)))
    if samples - held - gap < 1:
        raise ValueError(
            f"n_samples = {samples}: none is left to train on where the last {held} stop the training and {gap} before "
            "these are left out; give more samples, or validation_fraction=None"
        )
    return held
