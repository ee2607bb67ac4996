"""The networks as estimators: shapes, pipelines, searches of scikit-learn's, pickles, and seeds."""

import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_data import FEATURES, STEPS, pictures, windows
from tunewright.core.seeds import SeedTree
from tunewright.images.data.imageset import ImageSet
from tunewright.images.experiment.objective import configuration, train_images
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.images.preparation.normalise import fit_normalisation
from tunewright.images.preparation.seal import ImageDevelopment
from tunewright.interop.sklearn import CNNClassifier, LSTMForecaster, WalkForward
from tunewright.training.observer import UNOBSERVED

LSTM = LSTMForecaster(time_step=STEPS, units=8, dropout=0.0, epochs=15, batch_size=16, learning_rate=0.05)
CNN = CNNClassifier(epochs=2, batch_size=16, width=4, depth=0, stages=1)
SHAPE = (6, 8, 3)


def flat(X: Any) -> Any:
    return X.reshape(len(X), -1)


def test_the_forecaster_learns_from_its_windows() -> None:
    X, y = windows()
    fitted = clone(LSTM).fit(X, y)
    assert fitted.score(*windows(60, seed=1)) > 0.8
    assert fitted.n_iter_ == len(fitted.loss_curve_) == len(fitted.validation_curve_)
    assert fitted.validation_curve_[fitted.best_epoch_] == min(fitted.validation_curve_)
    cube = clone(LSTM).set_params(time_step=None).fit(X.reshape(-1, STEPS, FEATURES), y)
    assert cube.time_step_ == STEPS
    assert np.array_equal(cube.predict(X.reshape(-1, STEPS, FEATURES)), fitted.predict(X))
    assert not np.allclose(clone(LSTM).set_params(time_step=None).fit(X, y).predict(X), fitted.predict(X))


def test_what_stops_the_training_is_the_last_samples_and_nothing_is_learnt_from_them() -> None:
    X, y = windows()
    quick = clone(LSTM).set_params(epochs=2, validation_fraction=0.25, gap=3)
    fitted, wild = quick.fit(X, y), clone(quick).fit(*_wild(X, y, first=90))
    assert wild.loss_curve_ == fitted.loss_curve_
    assert wild.validation_curve_ != fitted.validation_curve_
    assert (wild.input_scaler_, wild.target_scaler_) == (fitted.input_scaler_, fitted.target_scaler_)
    left_out = clone(quick).fit(*_wild(X, y, first=87, last=90))
    assert left_out.validation_curve_ == fitted.validation_curve_


def _wild(X: Any, y: Any, *, first: int, last: int | None = None) -> tuple[Any, Any]:
    X, y = X.copy(), y.copy()
    X[first:last] += 10
    y[first:last] -= 10
    return X, y


def test_a_scale_of_the_prices_changes_nothing() -> None:
    X, y = windows()
    quick = clone(LSTM).set_params(epochs=2)
    assert quick.fit(1e4 * X + 7, 1e6 * y).predict(1e4 * X + 7) == pytest.approx(1e6 * quick.fit(X, y).predict(X))


def test_a_pipeline_with_a_scaler_is_searched_and_scored_fold_by_fold() -> None:
    X, y = windows()
    quick = clone(LSTM).set_params(epochs=1, standardise=False)
    pipeline = make_pipeline(StandardScaler(), quick)
    search = GridSearchCV(pipeline, {"lstmforecaster__learning_rate": [1e-4, 0.05]}, cv=WalkForward(n_splits=2))
    assert search.fit(X, y).best_params_ == {"lstmforecaster__learning_rate": 0.05}
    scores = cross_val_score(pipeline, X, y, cv=WalkForward(n_splits=2))
    for score, (train, test) in zip(scores, WalkForward(n_splits=2).split(X), strict=True):
        scaler = StandardScaler().fit(X[train])
        fitted = clone(quick).fit(scaler.transform(X[train]), y[train])
        assert score == fitted.score(scaler.transform(X[test]), y[test])


@pytest.mark.parametrize("estimator", [LSTM, CNN], ids=["lstm", "cnn"])
def test_unfitted_estimators_are_cloned_and_pickled_with_their_parameters(estimator: Any) -> None:
    changed = clone(estimator).set_params(epochs=7, random_state=None)
    for copy in (clone(changed), pickle.loads(pickle.dumps(changed))):
        assert copy.get_params() == changed.get_params() != estimator.get_params()
        assert "model_" not in vars(copy)


def test_fitted_estimators_are_pickled_with_their_networks() -> None:
    X, y = windows(40)
    forecaster = clone(LSTM).set_params(epochs=1).fit(X, y)
    assert np.array_equal(pickle.loads(pickle.dumps(forecaster)).predict(X), forecaster.predict(X))
    images, labels = pictures()
    classifier = clone(CNN).fit(images, labels)
    found = pickle.loads(pickle.dumps(classifier)).predict_proba(images)
    assert np.array_equal(found, classifier.predict_proba(images))


def test_the_classifier_learns_pictures_of_any_shape_and_any_numbers() -> None:
    images, labels = pictures()
    fitted = clone(CNN).fit(images, labels)
    others, expected = pictures(seed=1)
    assert fitted.image_shape_ == SHAPE
    assert fitted.score(others, expected) > 0.9
    rows = clone(CNN).set_params(image_shape=SHAPE).fit(flat(images), labels)
    assert np.array_equal(rows.predict_proba(flat(others)), fitted.predict_proba(others))
    assert fitted.predict_proba(others / 1.0) == pytest.approx(fitted.predict_proba(others))
    shares = clone(CNN).fit(images / 255 - 3, labels)
    assert shares.predict_proba(others / 255 - 3) == pytest.approx(fitted.predict_proba(others), abs=1e-3)
    grey = clone(CNN).set_params(epochs=5).fit(images[..., 0], labels)
    assert grey.image_shape_ == (6, 8, 1)
    assert grey.score(others[..., 0], expected) > 0.9


def test_bytes_train_to_the_weights_of_an_experiment_on_images_bit_for_bit() -> None:
    images, labels = pictures()
    model = {"family": "cnn", "width": 4, "depth": 0, "stages": 1}
    experiment = ImageExperiment.model_validate(
        {
            "kind": "images",
            "model": model,
            "training": {"epochs": 2, "batch_size": 16},
            "augmentation": {"flip": True, "crop": 1},
            "compute": {"device": "cpu", "precision": "float32", "threads": 1},
        }
    )
    names, numbers = np.unique(labels, return_inverse=True)
    development = ImageDevelopment(ImageSet(images.transpose(0, 3, 1, 2), numbers, tuple(names)))
    ours = train_images(
        experiment,
        development,
        configuration(experiment, development, {}),
        train=np.arange(len(images)),
        normalisation=fit_normalisation(development.images.images),
        validation=None,
        seeds=SeedTree(5),
        observer=UNOBSERVED,
    )
    theirs = clone(CNN).set_params(flip=True, crop=1, random_state=5).fit(images, labels)
    own = ours.classifier.model.state_dict()
    assert all(torch.equal(own[name], tensor) for name, tensor in theirs.model_.state_dict().items())
    assert theirs.loss_curve_ == list(ours.train_loss)


def test_a_seed_is_a_whole_number_and_a_generator_draws_another_each_time() -> None:
    X, y = windows(40)
    quick = clone(LSTM).set_params(epochs=1)
    same = [clone(quick).set_params(random_state=seed).fit(X, y).loss_curve_ for seed in (3, np.int64(3))]
    assert same[0] == same[1] != clone(quick).fit(X, y).loss_curve_
    drawn = quick.set_params(random_state=np.random.RandomState(1))
    assert drawn.fit(X, y).loss_curve_ != drawn.fit(X, y).loss_curve_
    with pytest.raises(ValueError, match="cannot be used to seed"):
        clone(quick).set_params(random_state="today").fit(X, y)


def test_the_estimators_are_imported_without_torch() -> None:
    code = "import sys, tunewright.interop.sklearn; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
