"""What the samplers are measured on: six test functions, and two surrogates of real training."""

import json
import math
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from tunewright.core.space import Choice, Integer, Params, Real, Space
from tunewright.search.samplers.making import make_sampler


@dataclass(frozen=True)
class Task:
    """A function to minimize, and the lowest value that it can take."""

    space: Space
    function: Callable[[Params], float]
    minimum: float = 0.0


def numbers(params: Params) -> np.ndarray:
    return np.array([float(value) for value in params.values()])


def sphere(params: Params) -> float:
    """With a choice that shifts everything."""
    values = numbers({name: value for name, value in params.items() if name != "kind"})
    return float(np.sum((values - 0.3) ** 2)) + {"a": 0.0, "b": 0.1, "c": 0.5}[str(params["kind"])]


def rosenbrock(params: Params) -> float:
    x = numbers(params)
    return float(np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2))


def rastrigin(params: Params) -> float:
    x = numbers(params)
    return float(10 * len(x) + np.sum(x**2 - 10 * np.cos(2 * np.pi * x)))


def ackley(params: Params) -> float:
    """Of logarithms, each 0 at 0.01."""
    x = np.log10(numbers(params)) + 2
    return float(20 - 20 * np.exp(-0.2 * np.sqrt(np.mean(x**2))) + np.e - np.exp(np.mean(np.cos(2 * np.pi * x))))


def branin(params: Params) -> float:
    x, y = numbers(params)
    bowl = (y - 5.1 / (4 * np.pi**2) * x**2 + 5 / np.pi * x - 6) ** 2
    return float(bowl + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x) + 10)


def hartmann(params: Params) -> float:
    scales = np.array(
        [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
    )
    centres = 1e-4 * np.array(
        [
            [1312, 1696, 5569, 124, 8283, 5886],
            [2329, 4135, 8307, 3736, 1004, 9991],
            [2348, 1451, 3522, 2883, 3047, 6650],
            [4047, 8828, 8732, 5743, 1091, 381],
        ]
    )
    exponents = np.sum(scales * (numbers(params) - centres) ** 2, axis=1)
    return float(-np.dot([1.0, 1.2, 3.0, 3.2], np.exp(-exponents)))


def box(count: int, low: float, high: float) -> dict[str, Real]:
    return {f"x{index}": Real(low, high) for index in range(count)}


NETWORK = Space(
    {
        "units": Integer(4, 128, log=True),
        "layers": Integer(1, 3),
        "rate": Real(1e-4, 1e-1, log=True),
        "penalty": Real(1e-6, 1.0, log=True),
        "batch": Integer(16, 128, 16),
        "momentum": Real(0.0, 0.99),
        "activation": Choice(("relu", "tanh", "logistic")),
    }
)


@cache
def surrogate(name: str, folder: Path) -> Task:
    """A forest fitted to log losses of 300 networks that were really trained, which are kept in `folder`."""
    from sklearn.ensemble import RandomForestRegressor

    file = folder / f"samplers-{name}.json"
    if not file.exists():
        part = file.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(trained(name)))
        part.replace(file)
    points, scores = zip(*json.loads(file.read_text()), strict=True)
    forest = RandomForestRegressor(40, random_state=0).fit([encoded(point) for point in points], scores)

    def predicted(many: Sequence[Params]) -> np.ndarray:
        return np.asarray(forest.predict([encoded(params) for params in many]))

    sampler = make_sampler("random", startup=1, seed=0)
    drawn = [params for seed in range(5000) if (params := sampler.propose(NETWORK, [], seed=1000 + seed))]
    lowest = float(predicted([*drawn, *points]).min())
    return Task(NETWORK, lambda params: float(predicted([params])[0]), lowest)


def encoded(params: Params) -> list[float]:
    names = ("relu", "tanh", "logistic")
    logs = [math.log(float(params[name])) for name in ("units", "rate", "penalty")]
    kinds = [float(params["activation"] == name) for name in names]
    return [*logs, *(float(params[name]) for name in ("layers", "batch", "momentum")), *kinds]


def trained(name: str) -> list[tuple[Params, float]]:
    from sklearn.datasets import load_breast_cancer, load_digits
    from sklearn.metrics import log_loss
    from sklearn.neural_network import MLPClassifier
    from sklearn.preprocessing import StandardScaler

    x, y = (load_digits if name == "digits" else load_breast_cancer)(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))[:500]
    x, y = StandardScaler().fit_transform(x[order]), y[order]
    sampler = make_sampler("random", startup=1, seed=0)
    found: list[tuple[Params, float]] = []
    for seed in range(300):
        params = sampler.propose(NETWORK, [], seed=seed)
        assert params is not None
        model = MLPClassifier(
            (int(params["units"]),) * int(params["layers"]),
            activation=str(params["activation"]),
            solver="sgd",
            alpha=float(params["penalty"]),
            batch_size=int(params["batch"]),
            learning_rate_init=float(params["rate"]),
            momentum=float(params["momentum"]),
            max_iter=15,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                loss = log_loss(y[300:], model.fit(x[:300], y[:300]).predict_proba(x[300:]))
            except ValueError:  # the weights diverged
                loss = math.inf
        found.append((params, math.log(min(max(loss, 1e-3), 10.0))))
    return found


FUNCTIONS: Mapping[str, Task] = {
    "Sphere": Task(Space({**box(4, -1.0, 1.0), "kind": Choice(("c", "b", "a"))}), sphere),
    "Rosenbrock": Task(Space(box(4, -2.0, 2.0)), rosenbrock),
    "Rastrigin": Task(Space({**box(2, -5.12, 5.12), "n": Integer(-5, 5)}), rastrigin),
    "Ackley": Task(Space({f"x{index}": Real(1e-5, 1e1, log=True) for index in range(4)}), ackley),
    "Branin": Task(Space({"x": Real(-5.0, 10.0), "y": Real(0.0, 15.0)}), branin, 0.397887),
    "Hartmann6": Task(Space(box(6, 0.0, 1.0)), hartmann, -3.32237),
}
SURROGATES = ("digits", "breast cancer")


def task(name: str, folder: Path) -> Task:
    return FUNCTIONS[name] if name in FUNCTIONS else surrogate(name, folder)
