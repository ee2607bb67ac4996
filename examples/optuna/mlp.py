"""A network whose depth is tuned: each layer that there is has a width and a dropout of its own."""

import optuna
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

import tunewright

torch.set_num_threads(1)  # the network is small: more threads would wait for each other
images, labels = load_digits(return_X_y=True)
parts = train_test_split(images / 16, labels, test_size=0.25, random_state=0, stratify=labels)
train_x, valid_x = (torch.tensor(part, dtype=torch.float32) for part in parts[:2])
train_y, valid_y = (torch.tensor(part) for part in parts[2:])


def build(trial: optuna.Trial) -> nn.Module:
    layers: list[nn.Module] = []
    width = 64
    for number in range(trial.suggest_int("layers", 1, 3)):
        units = trial.suggest_int(f"units_{number}", 8, 64, log=True)
        layers += [nn.Linear(width, units), nn.ReLU()]
        layers.append(nn.Dropout(trial.suggest_float(f"dropout_{number}", 0.0, 0.5)))
        width = units
    return nn.Sequential(*layers, nn.Linear(width, 10))


def objective(trial: optuna.Trial) -> float:
    model = build(trial)
    name = trial.suggest_categorical("optimizer", ["Adam", "RMSprop", "SGD"])
    rate = trial.suggest_float("rate", 1e-4, 1e-1, log=True)
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=rate)
    for epoch in range(8):
        model.train()
        for batch in torch.randperm(len(train_x)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(train_x[batch]), train_y[batch]).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            accuracy = float((model(valid_x).argmax(dim=1) == valid_y).float().mean())
        trial.report(accuracy, epoch)
        if trial.should_prune():
            raise optuna.TrialPruned()
    return accuracy


if __name__ == "__main__":
    study = optuna.create_study(direction="maximize", pruner=optuna.pruners.MedianPruner(n_startup_trials=4))
    tunewright.optimize(study, objective, trials=12)
    print(f"{study.best_value:.4f} with {study.best_params}")
