"""A made-up finished run on images, for the report's tests: results.json and views.npz in a folder."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from report_run import PROVENANCE, TIMING
from report_study import best_of, section, timed

OBJECTS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SPACE: dict[str, Any] = {
    "channels": {"type": "int", "low": 16, "high": 64, "step": 16, "log": False},
    "learning_rate": {"type": "float", "low": 1e-3, "high": 0.3, "step": None, "log": True},
    "crop": {"type": "int", "low": 0, "high": 4, "step": 1, "log": False},
}
Array = NDArray[Any]


def write_images_run(
    folder: Path, *, classes: int = 10, colour: bool = False, contestants: int = 2, test: int = 1000, trials: int = 12
) -> Path:
    """Write results.json and views.npz of a made-up run into `folder`, and return it. Digits, or coloured shapes."""
    random = np.random.default_rng(5)
    names = OBJECTS if classes == 10 and colour else tuple(f"{OBJECTS[n % 10]}_{n}" for n in range(classes))
    shape = (3, 32, 32) if colour else (1, 8, 8)
    actual = random.integers(0, classes, test)
    sure = np.clip(random.beta(5, 1, test), 1 / classes, 1)
    hard = 0.2 * random.permutation(classes)[actual] / classes
    near = (actual + random.choice([1, 2, classes - 1], test, p=[0.6, 0.2, 0.2])) % classes
    predicted = np.where(random.random(test) < sure**0.7 - hard, actual, near)
    right = predicted == actual
    order = np.argsort(np.where(right, 0.0, -sure), kind="stable")[: min(24, int((~right).sum()))]
    record = {
        "schema": 1, "tunewright": "0.1.0", "name": "shapes-cnn" if colour else "digits-cnn", "kind": "images",
        "seed": 0, "created": "2026-11-21T14:00:00Z", "timing": TIMING, "provenance": PROVENANCE,
        "study": study(trials, random),
        "data": data(names, shape, test),
        "folds": [{"number": 1, "train": 9 * test // 2, "validation": test // 2}],
        "compute": {"device": "cpu", "precision": "bfloat16", "threads": 2},
        "contestants": [contestant(n, random, test=test, right=float(right.mean())) for n in range(contestants)],
        "failed": {},
        "model": {"parameters": 153882, "seconds": 340.2, "epochs": 30},
        "test": {
            "openings": 1, "count": test, "metrics": {"model": scores(float(right.mean()), test)},
            "confusion": np.histogram2d(actual, predicted, bins=range(classes + 1))[0].astype(int).tolist(),
            "per_class": [{"name": name, **per_class(right[actual == n])} for n, name in enumerate(names)],
            "reliability": reliability(sure, right),
            "mistakes": [
                {"index": n, "actual": int(actual[n]), "predicted": int(predicted[n]), "probability": float(sure[n])}
                for n in order.tolist()
            ],
            "skill": "found",
            "verdict": f"The tuned model is right on {right.mean():.1%} of {test:,} sealed images.",
        },
        "tuning": tuning(float(right.mean()), test) if trials else None,
    }  # fmt: skip
    (folder / "results.json").write_text(json.dumps(record))
    save(folder / "views.npz", views(random, shape, actual=actual, predicted=predicted, mistakes=actual[order]))
    return folder


def save(path: Path, arrays: dict[str, Array]) -> None:
    np.savez(path, **arrays)  # type: ignore[arg-type]


def interval(share: float, count: int) -> dict[str, Any]:
    reach = 1.96 * (share * (1 - share) / max(1, count)) ** 0.5 + 1 / max(1, count)
    return {"accuracy": share, "low": max(0.0, share - reach), "high": min(1.0, share + reach)}


def scores(share: float, count: int) -> dict[str, Any]:
    return {**interval(share, count), "log_loss": 0.41 * (1.2 - share), "ece": 0.034}


def per_class(right: Array) -> dict[str, Any]:
    if not len(right):
        return {"count": 0, "accuracy": None, "low": None, "high": None}
    return {"count": len(right), **interval(float(right.mean()), len(right))}


def reliability(sure: Array, right: Array) -> list[dict[str, Any]]:
    edges = np.linspace(0, 1, 16)
    bins = []
    for low, high in pairwise(edges.tolist()):
        held = (sure > low) & (sure <= high)
        means = [float(values[held].mean()) if held.any() else None for values in (sure, right)]
        bins.append({
            "low": low, "high": high, "count": int(held.sum()), "confidence": means[0], "accuracy": means[1],
        })  # fmt: skip
    return bins


def data(names: tuple[str, ...], shape: tuple[int, ...], test: int) -> dict[str, Any]:
    each = [5 * test // len(names) + number % 3 for number in range(len(names))]
    card = {
        "source": "builtin:made-up", "format": "made-up images", "classes": names, "train": each,
        "test": [test // len(names)] * len(names), "shape": shape, "lowest": 0, "highest": 255 if shape[0] == 3 else 16,
        "repeated": 3, "shared": 0, "reading": ["classes sorted by name"], "repairs": [], "warnings": [],
    }  # fmt: skip
    return {
        "card": card, "classes": names, "shape": shape, "train": sum(each), "test": test, "fingerprint": "ef" * 32,
        "warnings": [],
    }  # fmt: skip


def contestant(number: int, random: np.random.Generator, *, test: int, right: float) -> dict[str, Any]:
    """The first is tuned; the second has as many parameters and no validation."""
    names = ["tuned", "default", "wide", "deep", "mlp", "no_augmentation", "no_dropout", "half_the_data"]
    share = right - (0.012 * number if number else 0)
    seeds = np.clip(random.normal(share, 0.004, 3), 0, 1).tolist() if number % 2 == 0 else [share]
    epochs = 30 if number != 1 else 12
    shown = curve_of(random, epochs) if number != 1 else {"train_loss": np.geomspace(2.2, 0.3, epochs).tolist()}
    against = {"difference": right - share, "low": -0.004, "high": 0.02, "p": 0.3 / max(1, number)}
    return {
        "name": names[number] if number < len(names) else f"variant_{number}",
        "settings": {"family": "cnn", "channels": 32 + number, "learning_rate": 0.05, "crop": 4, "widths": [32, 64]},
        "family": "feedforward" if number == 4 else "cnn", "parameters": 153882 if number < 2 else 9000 * 2**number,
        "mflops": None if number == 4 else 36.0 + number, "epochs": epochs, "images": 5 * test,
        "seconds": 340.2 / (1 + number),
        "curves": {"validation_loss": [], "validation_accuracy": []} | shown,
        "validation": None if number == 1 else {"count": test // 2, **interval(share + 0.01, test // 2)},
        "test": {"count": test, **scores(share, test)},
        "seeds": {
            "count": len(seeds), "accuracies": seeds, "mean": float(np.mean(seeds)),
            "sd": float(np.std(seeds, ddof=1)) if len(seeds) > 1 else None,
        },
        "against_tuned": against if number else None,
    }  # fmt: skip


def curve_of(random: np.random.Generator, epochs: int) -> dict[str, Any]:
    epoch = np.arange(epochs)
    loss = 2.2 * np.exp(-epoch / 7) + 0.05
    return {
        "train_loss": (loss + random.normal(0, 0.005, epochs)).tolist(),
        "validation_loss": (loss + 0.2 + 0.006 * epoch + random.normal(0, 0.02, epochs)).tolist(),
        "validation_accuracy": (0.9 - 0.7 * np.exp(-epoch / 5) + random.normal(0, 0.006, epochs)).tolist(),
    }


def tuning(right: float, test: int) -> dict[str, Any]:
    return {
        "search_score": 1.02 - right, "search_error": 0.98 - right if right < 0.98 else 0.0,
        "validation": {"count": test // 2, **interval(min(1.0, right + 0.01), test // 2)},
        "test": {"count": test, **interval(right, test)},
        "bias": {"difference": 0.01, "low": -0.004, "high": 0.024},
        "against_default": {"difference": 0.012, "low": -0.004, "high": 0.02, "p": 0.3},
        "conclusion": "no_difference",
        "sentence": "Tuning made no difference that can be told from chance: +1.2 points over the untuned default.",
    }  # fmt: skip


def study(trials: int, random: np.random.Generator) -> dict[str, Any]:
    """Without trials: of a run in which nothing was tuned."""
    made = []
    for number in range(max(1, trials)):
        params = {
            "channels": 32,
            "learning_rate": float(10 ** random.uniform(-3, -0.6)),
            "crop": int(random.integers(0, 5)),
        }
        score = 0.1 + 0.03 * float(np.log10(params["learning_rate"] / 0.05)) ** 2 + float(random.gamma(1, 0.004))
        made.append({
            "number": number, "state": "complete", "params": params if trials else {}, "score": score, "cost": None,
            "fold_scores": [score], "reason": None,
            "reports": [[0, epoch, score + 0.5 / epoch] for epoch in range(1, 9)],
        })  # fmt: skip
    made = timed(made, random, workers=1)
    curves = curve_of(random, 30)
    fold = {"train_loss": curves["train_loss"], "validation_loss": curves["validation_loss"], "best_epoch": 24}
    return section(made, space=SPACE if trials else {}) | {
        "best": best_of(made) | {"folds": [fold]}, "metric": "error", "pruner": "none",
        "metric_text": "share of validation images classified wrongly (lower is better)",
    }  # fmt: skip


def views(
    random: np.random.Generator, shape: tuple[int, int, int], *, actual: Array, predicted: Array, mistakes: Array
) -> dict[str, Array]:
    """Half of the examples are mistakes, where there are so many; some channels are dead."""
    wrong, right = np.flatnonzero(actual != predicted)[:4], np.flatnonzero(actual == predicted)[:8]
    chosen = np.concatenate([wrong, right])[:10]
    filters = random.normal(0, 1, (32, shape[0], 3, 3)).astype(np.float32)
    filters *= random.choice([0.001, 0.3, 1.0], 32)[:, None, None, None]
    made: dict[str, Array] = {
        "filters": filters.astype(np.float32), "filters_total": np.array(40), "filters_faint": np.array(9),
        "examples": pictures(random, actual[chosen], shape),
        "example_labels": actual[chosen], "example_predictions": predicted[chosen],
        "mistakes": pictures(random, mistakes, shape),
        "cam": bump(random, len(chosen), shape[1]),
    }  # fmt: skip
    for stage in range(3):
        side = max(2, shape[1] >> stage)
        strength = np.linspace(1, 0, 6)[None, :, None, None]
        made[f"maps_{stage}"] = np.maximum(0, random.normal(0.3, 1, (len(chosen), 6, side, side)) * strength).astype(
            "f4"
        )
        made[f"dead_{stage}"] = np.array(0.05 * stage, dtype=np.float32)
    return made


def bump(random: np.random.Generator, count: int, side: int) -> Array:
    """A smooth hill on each picture, (count, side, side)."""
    y, x = np.mgrid[:side, :side] / side
    at = random.uniform(0.2, 0.8, (count, 2, 1, 1))
    return np.asarray(np.exp(-12 * ((x - at[:, 0]) ** 2 + (y - at[:, 1]) ** 2)), dtype=np.float32)


def pictures(random: np.random.Generator, labels: Array, shape: tuple[int, int, int]) -> Array:
    """Real digits, or discs in a colour of the class's own."""
    if shape[0] == 1:
        digits = load_digits()
        pools = [digits.images[digits.target == digit] for digit in range(10)]
        chosen = [pools[int(label) % 10][random.integers(150)] for label in labels]
        return np.array(chosen, dtype=np.uint8).reshape(-1, *shape)
    y, x = np.mgrid[: shape[1], : shape[2]] / shape[1]
    made = np.empty((len(labels), *shape), dtype=np.uint8)
    for picture, label in zip(made, labels, strict=True):
        at, size = random.uniform(0.3, 0.7, 2), random.uniform(0.1, 0.35)
        disc = np.hypot(x - at[0], y - at[1]) < size
        colour, ground = np.random.default_rng(int(label)).uniform(80, 255, 3), random.uniform(0, 150, 3)
        noise = random.normal(0, 12, shape)
        picture[:] = np.clip(np.where(disc, colour[:, None, None], ground[:, None, None]) + noise, 0, 255)
    return made
