"""Estimators that tune others: the search, its table, and the sealed samples."""

import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import StratifiedKFold, TimeSeriesSplit, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from sklearn_data import STEPS, Careless, pictures, windows
from tunewright.core.space import Integer
from tunewright.interop.sklearn import (
    CNNClassifier,
    LSTMForecaster,
    SealedClassification,
    SealedForecast,
    TunedClassifier,
    TunedForecaster,
    WalkForward,
)
from tunewright.statistics.differences import paired_difference
from tunewright.statistics.forecasts import clark_west, diebold_mariano
from tunewright.statistics.proportions import accuracy

X, Y = windows()
SPACE = {"alpha": (1e-3, 1e3)}
RIDGE = TunedForecaster(Ridge(), SPACE, n_trials=6, sampler="random")
SAME = ("best_params_", "best_score_", "best_index_", "fingerprint_")


def test_the_result_is_the_same_for_any_number_of_workers() -> None:
    quick = LSTMForecaster(time_step=STEPS, epochs=1, learning_rate=0.05)
    tuner = TunedForecaster(quick, {"units": (2, 9), "dropout": [0.0, 0.3]}, n_trials=5, cv=2, sampler="tpe")
    one, two = (clone(tuner).set_params(n_jobs=workers).fit(X, Y) for workers in (1, 2))
    assert [getattr(one, name) for name in SAME] == [getattr(two, name) for name in SAME]
    assert np.array_equal(one.predict(X), two.predict(X))
    assert len(one.trials_) == 5
    assert len({record.score for record in one.trials_}) > 2


def test_the_table_has_the_scores_that_cross_validation_finds() -> None:
    tuner = clone(RIDGE).fit(X, Y)
    table, folds = tuner.cv_results_, WalkForward()
    assert tuner.n_splits_ == 3
    for row, params in enumerate(table["params"]):
        scores = cross_val_score(Ridge(**params), X, Y, cv=folds, scoring="neg_mean_squared_error")
        assert [table[f"split{fold}_test_score"][row] for fold in range(3)] == list(scores)
        assert table["mean_test_score"][row] == pytest.approx(scores.mean())
        assert table["std_test_score"][row] == pytest.approx(scores.std())
        assert table["param_alpha"][row] == params["alpha"]
    assert sorted(table["rank_test_score"]) == [1, 2, 3, 4, 5, 6]
    assert table["rank_test_score"][tuner.best_index_] == 1
    assert tuner.best_score_ == table["mean_test_score"].max()
    assert tuner.best_params_ == table["params"][tuner.best_index_]
    assert np.array_equal(tuner.predict(X), Ridge(**tuner.best_params_).fit(X, Y).predict(X))
    assert not hasattr(tuner, "test_score_")
    assert np.array_equal(pickle.loads(pickle.dumps(tuner)).predict(X), tuner.predict(X))


def test_a_pruner_ends_trials_between_folds_and_the_table_says_so() -> None:
    tuner = clone(RIDGE).set_params(n_trials=12, cv=4, pruner="racing").fit(X, Y)
    pruned = [row for row, state in enumerate(tuner.cv_results_["state"]) if state == "pruned"]
    assert pruned
    assert len(pruned) < 12
    for row in pruned:
        assert tuner.cv_results_["reason"][row]
        assert np.isnan(tuner.cv_results_["mean_test_score"][row])
        assert np.isnan(tuner.cv_results_["split3_test_score"][row])
        assert np.isfinite(tuner.cv_results_["split0_test_score"][row])


class Gives(DummyRegressor):  # type: ignore[misc]
    """Forecasts nonsense, or fails, as its constant says."""

    def fit(self, X: Any, y: Any) -> "Gives":
        if self.constant == 2:
            raise RuntimeError("out of luck")
        super().fit(X, y)
        return self


def test_trials_that_fail_are_told_and_cost_no_others() -> None:
    tuner = TunedForecaster(Gives(strategy="constant"), {"constant": [1, 2, 3]}, n_trials=2, sampler="grid", lag=1)
    tuner.fit(X, Y)
    assert list(tuner.cv_results_["state"]) == ["complete", "failed", "complete"]
    assert tuner.cv_results_["reason"][1] == "RuntimeError: out of luck"
    assert tuner.best_params_ == {"constant": 3}
    with pytest.raises(RuntimeError, match=r"^out of luck$"):
        TunedForecaster(Gives(strategy="constant", constant=2), {"quantile": (0.0, 1.0)}, n_trials=9).fit(X, Y)


def test_seeds_that_were_left_open_are_set_so_that_the_result_comes_again() -> None:
    tree = DecisionTreeRegressor(splitter="random")
    tuner = TunedForecaster(tree, {"max_depth": Integer(2, 6)}, n_trials=4, sampler="grid")
    first, again = clone(tuner).fit(X, Y), clone(tuner).fit(X, Y)
    assert first.fingerprint_ == again.fingerprint_
    assert np.array_equal(first.predict(X), again.predict(X))
    assert isinstance(first.best_estimator_.random_state, int)
    assert tree.random_state is None
    assert clone(tuner).set_params(random_state=1).fit(X, Y).fingerprint_ != first.fingerprint_


def test_what_an_estimator_draws_without_a_seed_is_the_same_each_time() -> None:
    tuner = TunedForecaster(
        Careless(), {"width": (0.5, 1.5)}, n_trials=4, sampler="random", test_size=20, baseline=Careless()
    )
    found = [clone(tuner).set_params(n_jobs=workers).fit(X, Y) for workers in (1, 1, 2)]
    names = ("fingerprint_", "best_score_", "test_score_", "baseline_score_", "sealed_")
    assert len({repr([getattr(one, name) for name in names]) for one in found}) == 1
    assert len({one.best_estimator_.drawn_ for one in found}) == 1
    scores = [found[0].cv_results_[f"split{fold}_test_score"] for fold in range(3)]
    assert len({float(score) for fold in scores for score in fold}) == 12
    other = clone(tuner).set_params(random_state=1).fit(X, Y)
    assert other.best_estimator_.drawn_ != found[0].best_estimator_.drawn_


def test_any_splitter_will_do() -> None:
    folds = TimeSeriesSplit(3)
    by_splitter, by_list = (clone(RIDGE).set_params(cv=cv).fit(X, Y) for cv in (folds, list(folds.split(X))))
    assert by_splitter.fingerprint_ == by_list.fingerprint_ != clone(RIDGE).fit(X, Y).fingerprint_


def test_a_pipeline_is_tuned_inside_its_folds() -> None:
    space = {"ridge__alpha": (1e-3, 1e3), "standardscaler__with_mean": [True, False]}
    tuner = TunedForecaster(make_pipeline(StandardScaler(), Ridge()), space, n_trials=3, sampler="random").fit(X, Y)
    best = make_pipeline(StandardScaler(), Ridge()).set_params(**tuner.best_params_)
    assert tuner.best_score_ == pytest.approx(
        cross_val_score(best, X, Y, cv=WalkForward(), scoring="neg_mean_squared_error").mean()
    )


def test_the_sealed_samples_change_nothing_but_their_own_score() -> None:
    tuner = clone(RIDGE).set_params(horizon=3, test_size=0.25)
    known, wild = Y.copy(), Y.copy()
    wild[87:] = 1e3 * np.arange(33)
    first, other = clone(tuner).fit(X, known), clone(tuner).fit(X, wild)
    assert [getattr(first, name) for name in SAME] == [getattr(other, name) for name in SAME]
    assert np.array_equal(first.predict(X), other.predict(X))
    assert first.baseline_score_ == -mean_squared_error(known[90:], np.full(30, known[:87].mean()))
    assert first.test_score_ == -mean_squared_error(known[90:], first.predict(X[90:]))
    assert first.test_score_ != other.test_score_
    assert not hasattr(clone(first).fit(X, known).set_params(test_size=None).fit(X, known), "test_score_")
    found, baseline = first.predict(X[90:]), np.full(30, known[:87].mean())
    assert first.sealed_ == SealedForecast(
        30,
        1 - first.test_score_ / first.baseline_score_,
        clark_west(known[90:], baseline, found, horizon=3),
        diebold_mariano(known[90:], baseline, found, horizon=3),
        "no_skill",  # the signal is strong, but 30 samples that overlap by threes are few
    )


def test_the_baseline_is_the_users_where_there_is_one() -> None:
    nothing = DummyRegressor(strategy="constant", constant=0.0)
    noise = np.random.default_rng(0).normal(size=120)
    tuner = clone(RIDGE).set_params(test_size=30, baseline=nothing).fit(X, noise)
    assert tuner.baseline_score_ == -np.mean(noise[90:] ** 2)
    assert tuner.sealed_.conclusion == "no_skill"
    exact = clone(RIDGE).set_params(test_size=30, baseline=nothing).fit(X, np.where(np.arange(120) < 90, noise, 0.0))
    assert exact.sealed_.skill == -np.inf
    assert exact.sealed_.conclusion == "worse"


def test_a_classifier_is_tuned_and_judged_on_sealed_samples() -> None:
    order = np.random.default_rng(0).permutation(150)
    features, labels = (part[order] for part in load_iris(return_X_y=True))
    naive = GaussianNB()
    tuner = TunedClassifier(naive, {"var_smoothing": (1e-9, 1.0)}, n_trials=4, sampler="random", test_size=0.2)
    tuner.fit(features, labels)
    best = GaussianNB(**tuner.best_params_)
    folds = StratifiedKFold(3)
    assert tuner.best_score_ == pytest.approx(cross_val_score(best, features[:120], labels[:120], cv=folds).mean())
    right = best.fit(features[:120], labels[:120]).predict(features[120:]) == labels[120:]
    commonest = labels[120:] == np.bincount(labels[:120]).argmax()
    assert (tuner.test_score_, tuner.baseline_score_) == (right.mean(), commonest.mean())
    assert tuner.sealed_ == SealedClassification(
        accuracy(right), accuracy(commonest), paired_difference(right, commonest)
    )
    assert np.array_equal(tuner.predict_proba(features), best.predict_proba(features))
    assert tuner.classes_.tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="found no 0 among the last, sealed ones; shuffle the samples"):
        clone(tuner).fit(*load_iris(return_X_y=True))


def test_a_network_of_pictures_is_tuned_with_the_space_it_brings_along() -> None:
    images, labels = pictures()
    tuner = TunedClassifier(CNNClassifier(epochs=1, stages=1, depth=0), n_trials=2, cv=2, sampler="random")
    assert tuner.fit(images, labels).best_params_.keys() == CNNClassifier.search_space().parameters.keys()
    assert tuner.predict_proba(images).shape == (60, 2)
    forecaster = TunedForecaster(LSTMForecaster(epochs=1), n_trials=1, cv=1, sampler="random").fit(X[:60], Y[:60])
    assert forecaster.best_params_.keys() == LSTMForecaster.search_space().parameters.keys()
