"""scikit-learn's contract: the networks as estimators, the search as one that tunes, walk-forward folds as a splitter.

Importing this loads scikit-learn, and no torch: that comes with the first `fit` of a network.
"""

from tunewright.interop.sklearn.classifier import CNNClassifier
from tunewright.interop.sklearn.forecaster import LSTMForecaster
from tunewright.interop.sklearn.prices import PriceWindows, price_windows
from tunewright.interop.sklearn.sealing import SealedClassification, SealedForecast
from tunewright.interop.sklearn.splitting import WalkForward
from tunewright.interop.sklearn.tuned import TunedClassifier, TunedForecaster

__all__ = [
    "CNNClassifier",
    "LSTMForecaster",
    "PriceWindows",
    "SealedClassification",
    "SealedForecast",
    "TunedClassifier",
    "TunedForecaster",
    "WalkForward",
    "price_windows",
]
