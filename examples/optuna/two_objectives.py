"""As accurate and as small as possible: two objectives, and the trials that no other beats in both."""

import optuna
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score

import tunewright

images, labels = load_digits(return_X_y=True)


def objective(trial: optuna.Trial) -> tuple[float, float]:
    forest = RandomForestClassifier(
        n_estimators=trial.suggest_int("n_estimators", 2, 40, log=True),
        max_depth=trial.suggest_int("max_depth", 2, 12),
        random_state=0,
    )
    error = 1 - cross_val_score(forest, images, labels, cv=3).mean()
    nodes = sum(tree.tree_.node_count for tree in forest.fit(images, labels).estimators_)
    return float(error), float(nodes)


if __name__ == "__main__":
    study = optuna.create_study(
        directions=["minimize", "minimize"], sampler=optuna.samplers.NSGAIISampler(population_size=6)
    )
    tunewright.optimize(study, objective, trials=18)
    for trial in study.best_trials:
        print(f"error {trial.values[0]:.4f} with {trial.values[1]:.0f} nodes: {trial.params}")
