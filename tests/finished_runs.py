"""Made-up finished runs whose forecasts are planted, for the tests of comparisons."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from report_images import write_images_run
from report_run import write_function_run, write_run
from tunewright.runs.by_seed import by_seed_csv

SETTINGS = "seed = {seed}\nkind = '{kind}'\n"
CLASSES = ("cat", "dog")


def price_run(
    folder: Path, *, knows: float = 0.0, noise: float = 0.001, seed: int = 0, seeds: int = 1, horizon: int = 1
) -> Path:
    """A run on prices whose forecasts know this share of what comes, and are wrong by noise; all such runs have the
    same 300 sealed days. seeds: trainings, that differ by as much noise again."""
    folder.mkdir(parents=True)
    template = folder.parent / ".template"
    if not template.exists():
        template.mkdir()
        write_run(template, rows=900, test=300, trials=3)
    shutil.copytree(template, folder, dirs_exist_ok=True)
    table, rng = pd.read_csv(folder / "predictions.csv"), np.random.default_rng(seed + 1)
    expected = table["last_value"] + knows * (table["close"] - table["last_value"])
    wrong = noise * rng.standard_normal(len(table))
    own = noise * rng.standard_normal((seeds, len(table))) * (seeds > 1)
    said = [expected.to_numpy() * (1 + wrong + one) for one in own]
    table["model"] = said[0]
    table.to_csv(folder / "predictions.csv", index=False)
    if seeds > 1:
        (folder / "predictions_by_seed.csv").write_text(by_seed_csv({"date": table["date"].tolist()}, said))
    settings = SETTINGS.format(seed=seed, kind="prices")
    (folder / "experiment.toml").write_text(f"{settings}[preparation]\nhorizon = {horizon}\n[final]\nseeds = {seeds}\n")
    return folder


def image_run(folder: Path, right: NDArray[np.bool_], *, first: int = 0) -> Path:
    """A run on images of two classes. right: shape (trainings, images), of the images from number `first` on."""
    folder.mkdir(parents=True)
    write_images_run(folder, classes=2, test=40, trials=3)
    numbers = range(first, first + right.shape[1])
    actual = [CLASSES[number % 2] for number in numbers]
    said = [[CLASSES[(number + (not hit)) % 2] for number, hit in zip(numbers, hits, strict=True)] for hits in right]
    rows = {"image": [f"{number:032x}" for number in numbers], "actual": actual}
    (folder / "predictions_by_seed.csv").write_text(by_seed_csv(rows, said))
    (folder / "experiment.toml").write_text(SETTINGS.format(seed=0, kind="images"))
    return folder


def function_run(folder: Path, *, lowest: float, function: str = "bowl.py:bowl") -> Path:
    """A run on a function that found this lowest value."""
    folder.mkdir(parents=True)
    write_function_run(folder, trials=4, drawn=False)
    record = json.loads((folder / "results.json").read_text())
    record["study"]["best"]["score"] = lowest
    record["provenance"]["function"] = function
    (folder / "results.json").write_text(json.dumps(record))
    (folder / "experiment.toml").write_text(SETTINGS.format(seed=0, kind="function"))
    return folder
