"""Gradient boosting that is given up on the way: after every ten trees it says how good it is."""

import optuna
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

import tunewright

features, labels = load_breast_cancer(return_X_y=True)
train_x, valid_x, train_y, valid_y = train_test_split(features, labels, test_size=0.3, random_state=1)


def objective(trial: optuna.Trial) -> float:
    model = GradientBoostingClassifier(
        learning_rate=trial.suggest_float("learning_rate", 0.01, 0.5, log=True),
        max_depth=trial.suggest_int("max_depth", 1, 4),
        subsample=trial.suggest_float("subsample", 0.5, 1.0, step=0.1),
        warm_start=True,
        random_state=0,
    )
    for trees in range(10, 51, 10):
        model.set_params(n_estimators=trees).fit(train_x, train_y)
        loss = float(log_loss(valid_y, model.predict_proba(valid_x)))
        trial.report(loss, trees)
        if trial.should_prune():
            raise optuna.TrialPruned()
    trial.set_user_attr("accuracy", float(model.score(valid_x, valid_y)))
    return loss


if __name__ == "__main__":
    study = optuna.create_study(pruner=optuna.pruners.SuccessiveHalvingPruner(min_resource=10))
    tunewright.optimize(study, objective, trials=12)
    print(f"{study.best_value:.4f}, accuracy {study.best_trial.user_attrs['accuracy']:.3f}, with {study.best_params}")
