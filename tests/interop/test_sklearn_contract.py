"""scikit-learn's own checks of its contract, all of them, on all four estimators: none is expected to fail."""

from collections.abc import Callable
from typing import Any

import pytest
from sklearn.linear_model import Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.utils.estimator_checks import parametrize_with_checks

from tunewright.interop.sklearn import CNNClassifier, LSTMForecaster, TunedClassifier, TunedForecaster

LSTM = LSTMForecaster(units=4, epochs=4, batch_size=32, learning_rate=0.2, patience=0)
CNN = CNNClassifier(epochs=3, batch_size=32, width=4, depth=0)
SMALL: dict[str, Any] = {"n_trials": 2, "cv": 2, "sampler": "random"}
QUICK = (
    LSTM,
    CNN,
    TunedForecaster(Ridge(), {"alpha": (1e-3, 1.0)}, **SMALL),
    TunedClassifier(GaussianNB(), {"var_smoothing": (1e-9, 1e-3)}, **SMALL),
)
TUNED_NETWORKS = (
    TunedForecaster(LSTM, {"units": (4, 5)}, **SMALL),
    TunedClassifier(CNN, {"width": (4, 5)}, **SMALL),
)


@parametrize_with_checks(QUICK)  # type: ignore[untyped-decorator]
def test_the_contract(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks(TUNED_NETWORKS)  # type: ignore[untyped-decorator]
def test_the_contract_of_tuned_networks(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)
