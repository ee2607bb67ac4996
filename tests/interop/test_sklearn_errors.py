"""What estimators of scikit-learn's contract cannot take, said in one line: shapes, parameters, searches."""

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import TimeSeriesSplit

from sklearn_data import FEATURES, STEPS, pictures, windows
from tunewright.interop.sklearn import CNNClassifier, LSTMForecaster, TunedForecaster

LSTM = LSTMForecaster(time_step=STEPS, epochs=1)
CNN = CNNClassifier(epochs=1, width=4, depth=0, stages=1)
RIDGE = TunedForecaster(Ridge(), {"alpha": (1e-3, 1e3)}, n_trials=6, sampler="random")
X, Y = windows()


@pytest.mark.parametrize(
    ("parameters", "shape", "message"),
    [
        (
            {"time_step": 3},
            (40, 8),
            "X: expected samples of time_step * features numbers, found 8, which time_step = 3 does not divide; give "
            "the time_step that the windows were made with",
        ),
        (
            {"time_step": 3},
            (40, 4, 2),
            "X: expected windows of time_step = 3 rows, found 4; leave time_step out",
        ),
        (
            {},
            (40, 4, 2, 1),
            "X: expected shape (samples, time_step * features) or (samples, time_step, features), found samples of "
            "shape (4, 2, 1); reshape X",
        ),
        ({"time_step": 0}, (40, 8), "time_step: expected a whole number of at least 1, found 0"),
        ({"units": 0}, (40, 8), "units: input should be greater than or equal to 1, found 0"),
        (
            {"optimizer": "lion"},
            (40, 8),
            "optimizer: input should be 'adam', 'adamw', 'rmsprop' or 'sgd', found 'lion'",
        ),
        (
            {"validation_fraction": 2},
            (40, 8),
            "validation_fraction: expected a share between 0 and 1, or None, found 2",
        ),
        ({"gap": -1}, (40, 8), "gap: expected a whole number of at least 0, found -1"),
        (
            {},
            (2, 8),
            "n_samples = 2: none is left to train on where the last 1 stop the training and 1 before these are left "
            "out; give more samples, or validation_fraction=None",
        ),
    ],
)
def test_what_the_forecaster_cannot_take_is_told(
    parameters: dict[str, Any], shape: tuple[int, ...], message: str
) -> None:
    estimator = clone(LSTM).set_params(**{"time_step": None, **parameters})
    with pytest.raises(ValueError) as told:  # noqa: PT011  the message is compared whole
        estimator.fit(np.zeros(shape), np.arange(shape[0], dtype=float))
    assert str(told.value) == message


@pytest.mark.parametrize(
    ("parameters", "shape", "message"),
    [
        (
            {"image_shape": (4, 4, 1)},
            (10, 12),
            "X: expected samples of 4 * 4 * 1 = 16 numbers, as image_shape says, found 12; give the shape of "
            "these pictures",
        ),
        (
            {"image_shape": (4, 4, 1)},
            (10, 4, 4, 3),
            "X: expected pictures of image_shape = (4, 4, 1), found (4, 4, 3); leave it out",
        ),
        (
            {"image_shape": (4, 4)},
            (10, 16),
            "image_shape: expected (height, width, channels), whole numbers from 1, found (4, 4)",
        ),
        (
            {},
            (10, 2, 2, 2, 2),
            "X: expected shape (samples, height * width * channels), (samples, height, width) or (samples, height, "
            "width, channels), found samples of shape (2, 2, 2, 2); reshape X",
        ),
        (
            {"stages": 3},
            (10, 16),
            "stages: expected at most 2, as pictures whose shorter side has 4 pixels can be halved no oftener, found "
            "3; give fewer, or None",
        ),
        ({"device": "tpu"}, (10, 16), "device: expected 'cpu', 'cuda' or 'auto', found 'tpu'"),
        (
            {"crop": 4},
            (10, 16),
            "crop = 4: expected fewer pixels than the images' shorter side, found images 4 high and 4 wide",
        ),
    ],
)
def test_what_the_classifier_cannot_take_is_told(
    parameters: dict[str, Any], shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ValueError) as told:  # noqa: PT011  the message is compared whole
        CNNClassifier(**parameters).fit(np.zeros(shape), np.arange(shape[0]) % 2)
    assert str(told.value) == message


def test_other_shapes_than_those_of_the_fit_are_told() -> None:
    forecaster = clone(LSTM).fit(X, Y)
    with pytest.raises(ValueError, match=r"^X: expected samples of 4 rows, as in fit, found \(2, 4\)$"):
        forecaster.predict(X.reshape(-1, FEATURES, STEPS))
    images, labels = pictures(20)
    with pytest.raises(ValueError, match=r"^X: expected pictures of image_shape = \(6, 8, 3\), found \(8, 6, 3\)"):
        clone(CNN).fit(images, labels).predict(images.transpose(0, 2, 1, 3))
    with pytest.raises(ValueError, match=r"^y: expected two classes or more, found one class alone, 'left'$"):
        clone(CNN).fit(images, np.full(20, "left"))


def test_what_cannot_reach_a_worker_is_told() -> None:
    with pytest.raises(ValueError, match=r"cannot be sent to 2 workers: .* use workers=1$"):
        clone(RIDGE).set_params(n_jobs=2, scoring=lambda fitted, X, y: fitted.score(X, y)).fit(X, Y)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"space": None}, "space: expected a mapping from parameters of Ridge to what to try, found None; only "),
        ({"space": {"alfa": (1, 2)}}, r"space: Ridge has no parameter 'alfa'; did you mean 'alpha'\?"),
        ({"n_trials": 0}, "n_trials: expected a whole number from 1, found 0"),
        ({"sampler": "tpee"}, "unknown sampler 'tpee'; expected one of auto, "),
        ({"n_jobs": 0}, "n_jobs: expected a number of processes, -1 for all cores, or None, found 0"),
        ({"horizon": 0}, "horizon: expected a whole number of at least 1, found 0"),
        ({"test_size": 1.5}, "test_size: expected a share between 0 and 1, found 1.5"),
        ({"test_size": "all"}, "test_size: expected a share, a number of samples, or None, found 'all'"),
        (
            {"test_size": 3, "horizon": 3},
            r"test_size = 3 of 120 samples: expected at least 4 sealed and 2 to develop on, found 3 and 114 \(gap 3\)",
        ),
        ({"cv": 0}, "n_splits: expected a whole number of at least 1, found 0"),
        (
            {"cv": TimeSeriesSplit(3, gap=1), "horizon": 3},
            "cv: expected 2 samples or more between training and validation, as the horizon is 3, found 1 in fold 0",
        ),
        ({"cv": 100}, "n_samples = 120: 120 development rows cannot be cut into 100 folds with a gap of 1"),
        ({"scoring": "neg_mean_squared_log_error"}, "Mean Squared Logarithmic Error cannot be used"),
    ],
)
def test_wrong_arguments_are_told(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        clone(RIDGE).set_params(**arguments).fit(X, Y - 50)
