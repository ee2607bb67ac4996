"""Walk-forward folds as a splitter, and the estimator on them beside this project's own way to the same score."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import GridSearchCV, cross_val_score

from sklearn_data import prices
from tunewright.core.seeds import SeedTree
from tunewright.interop.sklearn import LSTMForecaster, WalkForward, price_windows
from tunewright.prices.experiment.objective import PriceObjective, configuration
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.preparation.seal import Development
from tunewright.prices.training.forecaster import train_forecaster

splitters = st.builds(
    lambda horizon, wider, **others: WalkForward(horizon=horizon, gap=wider and horizon + wider - 1, **others),
    st.integers(1, 20),
    st.one_of(st.none(), st.integers(1, 10)),
    n_splits=st.integers(1, 8),
    validation_fraction=st.floats(0.1, 0.9),
    scheme=st.sampled_from(["expanding", "rolling"]),
)


@given(splitters, st.integers(1, 400))
def test_training_ends_a_gap_before_validation_begins(splitter: WalkForward, samples: int) -> None:
    X, gap = np.zeros((samples, 1)), splitter.horizon if splitter.gap is None else splitter.gap
    size = int(samples * splitter.validation_fraction) // splitter.n_splits
    first = samples - size * splitter.n_splits
    if size < 1 or first - gap < 1:
        with pytest.raises(ValueError, match=rf"^n_samples = {samples}: .* use fewer folds or more data$"):
            next(splitter.split(X))
        return
    folds = list(splitter.split(X, np.zeros(samples), groups=None))
    assert len(folds) == splitter.get_n_splits(X) == splitter.n_splits
    assert np.array_equal(np.concatenate([validation for _, validation in folds]), np.arange(first, samples))
    for train, validation in folds:
        assert len(validation) == size
        assert validation[0] - train[-1] == gap + 1 > splitter.horizon
        assert np.array_equal(train, np.arange(train[0], train[-1] + 1))
        assert train[0] == 0 if splitter.scheme == "expanding" else len(train) == first - gap


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_splits": 0}, "n_splits: expected a whole number of at least 1, found 0"),
        ({"horizon": 2.0}, "horizon: expected a whole number of at least 1, found 2.0"),
        ({"horizon": 5, "gap": 4}, "gap: expected a whole number of at least 5, the horizon of 5, found 4"),
        ({"validation_fraction": 1}, "validation_fraction: expected a share between 0 and 1, found 1"),
        ({"scheme": "sliding"}, "scheme: expected 'expanding' or 'rolling', found 'sliding'"),
    ],
)
def test_wrong_arguments_are_told(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        WalkForward(**arguments)  # type: ignore[arg-type]


def test_a_table_of_another_length_than_the_labels_is_refused() -> None:
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        next(WalkForward().split(np.zeros((9, 1)), np.zeros(8)))


EPOCHS, STEPS, SEED = 3, 5, 11


def experiment(epochs: int) -> Experiment:
    """Prices as they are, forecast by an LSTM that sees nothing scaled."""
    return Experiment.model_validate(
        {
            "preparation": {
                "folds": 3,
                "features": ["close", "high"],
                "target": "close",
                "scaler": "none",
                "time_step": STEPS,
            },
            "model": {"family": "lstm", "units": 6, "dropout": 0.3},
            "training": {"epochs": epochs, "patience": 0, "batch_size": 16, "learning_rate": 0.01},
            "search": {"metric": "mse"},
        }
    )


def estimator(epochs: int) -> LSTMForecaster:
    return LSTMForecaster(
        time_step=STEPS,
        units=6,
        dropout=0.3,
        epochs=epochs,
        batch_size=16,
        learning_rate=0.01,
        validation_fraction=None,
        standardise=False,
        random_state=SEED,
    )


def samples() -> tuple[Development, PriceObjective, np.ndarray, np.ndarray, WalkForward]:
    """The same folds for both: rows without a whole window before them are no samples, so a share of them is another
    share of the samples."""
    table, frame = prices()
    development, ours = Development(table), experiment(1)
    cuts = ours.preparation.walk_forward().cut(len(table))
    found = price_windows(frame, features=("close", "high"), target="close", time_step=STEPS)
    splitter = WalkForward(validation_fraction=3 * len(cuts[0].validation) / len(found.y) + 1e-9)
    days = [table.dates[cut.validation.start : cut.validation.stop] for cut in cuts]
    for (_, validation), expected in zip(splitter.split(found.X), days, strict=True):
        assert np.array_equal(found.days[validation], expected)
    return development, PriceObjective(ours, development, cuts), found.X, found.y, splitter


def test_cross_validation_scores_what_the_objective_of_an_experiment_scores() -> None:
    _, objective, X, y, splitter = samples()
    ours = [objective({}, fold, seeds=SeedTree(SEED)).score for fold in range(objective.folds)]
    theirs = cross_val_score(estimator(1), X, y, cv=splitter, scoring="neg_mean_squared_error")
    assert -theirs == pytest.approx(ours, rel=1e-5)  # forecasts in 64 bits and in 32
    assert len(set(ours)) == 3


def test_an_estimator_trains_to_the_weights_of_the_same_fold_bit_for_bit() -> None:
    development, objective, X, y, splitter = samples()
    chosen = configuration(experiment(EPOCHS), {})
    for (train, _), cut in zip(splitter.split(X), objective.cuts, strict=True):
        ours, trained = train_forecaster(development, cut.train, chosen, validation=None, seeds=SeedTree(SEED))
        theirs = estimator(EPOCHS).fit(X[train], y[train])
        assert theirs.loss_curve_ == list(trained.train_loss)
        assert len(trained.train_loss) == EPOCHS
        own = ours.model.state_dict()
        assert all(torch.equal(own[name], tensor) for name, tensor in theirs.model_.state_dict().items())


def test_a_grid_search_walks_forward() -> None:
    _, _, X, y, splitter = samples()
    search = GridSearchCV(estimator(1), {"units": np.array([2, 3])}, cv=splitter).fit(X, y)
    assert search.n_splits_ == 3
    assert search.best_estimator_.n_features_in_ == 2 * STEPS
