"""Whether a learning rate that is best at width 8 is best at width 64, with `[scale]` and without. Prints Markdown.

    python benchmarks/width.py SOURCE [--images 15000] [--epochs 2] [--seeds 1] [--jobs 2]

SOURCE: CIFAR-10 as `tunewright` reads it. A CNN of one width throughout is trained at each learning rate, a factor of
2 apart: narrow, wide as it is, and wide by the maximal-update parametrisation. *Error*: share of wrong validation
images. *Best*: where a parabola through the learning rate of the lowest error and its neighbours has its lowest point.
"""

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from multiprocessing import get_context

import numpy as np
from recording import Found, record, table

from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.images.experiment.objective import configuration, train_images
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.images.preparation.folds import ImageFold
from tunewright.images.preparation.normalise import fit_normalisation
from tunewright.images.preparation.seal import ImageDevelopment
from tunewright.images.run.setup import set_up_images
from tunewright.training.observer import UNOBSERVED

NARROW, WIDE = 8, 64
RATES = tuple(0.1 * 2.0**step for step in range(-6, 4))
KINDS = ("narrow", "wide", "wide with [scale]")


def experiment(source: str, width: int, *, epochs: int, rate: float, optimizer: str) -> ImageExperiment:
    return ImageExperiment.model_validate(
        {
            "kind": "images",
            "data": {"source": source},
            "model": {"stages": 2, "width": width, "max_width": width},
            "training": {"epochs": epochs, "learning_rate": rate, "optimizer": optimizer},
            "compute": {"device": "cpu", "precision": "float32", "threads": 1},
        }
    )


@cache
def images(source: str) -> tuple[ImageDevelopment, ImageFold]:
    prepared = set_up_images(experiment(source, NARROW, epochs=1, rate=0.1, optimizer="sgd"))
    return prepared.development, prepared.folds[0]


def trained(asked: argparse.Namespace, one: tuple[str, float, int]) -> tuple[float, float]:
    """Error in validation, and seconds. One in which the loss was no number any more has the error 1."""
    kind, rate, seed = one
    development, fold = images(asked.source)
    width = NARROW if kind == "narrow" else WIDE
    make = partial(experiment, asked.source, epochs=asked.epochs, rate=rate, optimizer=asked.optimizer)
    chosen = configuration(make(width), development, {})
    if kind == KINDS[2]:
        narrow = configuration(make(NARROW), development, {}).network.spec
        chosen = replace(chosen, training=replace(chosen.training, tuned_on=narrow))
    train = np.sort(np.random.default_rng(0).permutation(fold.train)[: asked.images])
    started = time.perf_counter()
    try:
        found = train_images(
            make(width),
            development,
            chosen,
            train=train,
            normalisation=fit_normalisation(development.images.images[train]),
            validation=fold.validation,
            seeds=SeedTree(seed),
            observer=UNOBSERVED,
        )
    except TrialFailure:
        return 1.0, time.perf_counter() - started
    return 1 - found.validation_accuracy[-1], time.perf_counter() - started


def lowest(errors: np.ndarray) -> float:
    """The learning rate of the lowest error, between those that were tried."""
    at = int(np.argmin(errors))
    if at in (0, len(RATES) - 1):
        return RATES[at]
    left, middle, right = errors[at - 1 : at + 2]
    shift = 0.5 * (left - right) / (left - 2 * middle + right)
    return float(RATES[at] * 2.0**shift)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("source")
    parser.add_argument("--images", type=int, default=15000)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--optimizer", default="sgd")
    asked = parser.parse_args()
    # The wide ones first, as they take longest.
    tasks = [(kind, rate, seed) for kind in reversed(KINDS) for rate in RATES for seed in range(asked.seeds)]
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as pool:
        done = dict(zip(tasks, pool.map(partial(trained, asked), tasks), strict=True))
    rows, found = [], list[Found]()
    best: dict[str, float] = {}
    for kind in KINDS:
        errors = np.array([[done[kind, rate, seed][0] for seed in range(asked.seeds)] for rate in RATES])
        seconds = [done[kind, rate, seed][1] for rate in RATES for seed in range(asked.seeds)]
        best[kind] = lowest(errors.mean(1))
        of_narrow = errors[int(np.argmin([abs(np.log(rate / best["narrow"])) for rate in RATES]))]
        found += [
            Found(f"{asked.optimizer}; {kind}: best learning rate", "1", [best[kind]]),
            Found(f"{asked.optimizer}; {kind}: its error", "share", errors[int(np.argmin(errors.mean(1)))].tolist()),
            Found(f"{asked.optimizer}; {kind}: error at the narrow one's", "share", of_narrow.tolist()),
            Found(f"{asked.optimizer}; {kind}: all trainings", "s", [sum(seconds)]),
            Found(
                f"{asked.optimizer}; {kind}: best rate over the narrow one's", "ratio", [best[kind] / best["narrow"]]
            ),
        ]
        shown = " ".join(f"{error:.3f}" for error in errors.mean(1))
        rows.append(
            [
                kind,
                f"{best[kind]:.3g}",
                f"{errors.mean(1).min():.3f}",
                f"{of_narrow.mean():.3f}",
                f"{sum(seconds):.0f}",
                shown,
            ]
        )
    record("width", found)
    rates = " ".join(f"{rate:.3g}" for rate in RATES)
    print(table(["network", "best rate", "error there", "at the narrow one's", "seconds", f"errors at {rates}"], rows))


if __name__ == "__main__":
    main()
