"""How often a diligent user finds skill where there is none: many tuned experiments on each of many random walks.

    python benchmarks/control.py [WALKS] [EXPERIMENTS]

Every experiment is a whole run through the program's own entrance: search, final model, sealed test, ledger. Those of
one walk share its sealed days and one ledger, as the experiments of one user do, and differ in model, inputs, target,
window, horizon, metric, sampler and seed. Prints, for every walk, how many ended in each conclusion and how many a test
of skill without looks (Clark-West, p < 0.01 and p < 0.05) would have claimed; in Markdown.
"""

import json
import os
import random
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

ROWS = 1500
MODELS: tuple[dict[str, Any], ...] = (
    {"model": {"family": "nlinear"}, "space": {"learning_rate": {"low": 1e-4, "high": 1e-1, "log": True}}},
    {"model": {"family": "mlp"}, "space": {"units": [4, 8, 16], "learning_rate": [1e-3, 1e-2]}},
    {"model": {"family": "ridge"}, "space": {"time_step": [2, 5, 10, 20]}},
    {"model": {"family": "lstm"}, "space": {"units": [2, 4], "learning_rate": [1e-3, 1e-2]}},
)
FEATURES = (["log_return"], ["log_return", "close"], ["log_return", "volume"], "auto")


def experiment(source: Path, seed: int) -> dict[str, Any]:
    """One that a user might try next."""
    draw = random.Random(seed)
    horizon = draw.choice([1, 1, 1, 5])
    chosen = draw.choice(MODELS)
    own = {"time_step": draw.choice([5, 10])} if "time_step" not in chosen["space"] else {}
    return {
        "name": f"try-{seed}",
        "seed": seed,
        "data": {"source": str(source)},
        "preparation": {
            "folds": 2,
            "horizon": horizon,
            "gap": horizon,
            "features": draw.choice(FEATURES),
            "target": draw.choice(["log_return", "log_return", "close"]),
            **own,
        },
        "training": {"epochs": 4, "patience": 2},
        "search": {
            "trials": 4,
            "sampler": draw.choice(["tpe", "random"]),
            "metric": draw.choice(["relative_mse", "mae"]),
        },
        **chosen,
    }


def walk(number: int, experiments: int) -> list[dict[str, Any]]:
    """`test` of results.json of each experiment on one walk, one after the other."""
    from tunewright.entrance import begin
    from tunewright.prices.data.synthetic import random_walk
    from tunewright.prices.experiment.settings import Experiment
    from tunewright.runs.life import conduct

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["TUNEWRIGHT_STATE"] = str(folder / "state")
        table = random_walk(ROWS, 1000 + number)
        columns = ["date", *table.columns]
        rows = zip(table.dates.astype(str), *table.columns.values(), strict=True)
        text = "\n".join([",".join(columns), *(",".join(map(str, row)) for row in rows)])
        (folder / "prices.csv").write_text(text + "\n")
        found = []
        for place in range(experiments):
            settings = experiment(folder / "prices.csv", 1000 * number + place)
            out = folder / "runs" / str(place)
            conduct(begin(Experiment.model_validate(settings), out=out))
            found.append(json.loads((out / "results.json").read_text())["test"])
        return found


def main(walks: int, experiments: int) -> None:
    print(f"| walk | skill | hint | no skill | worse | p < {0.01} alone | p < {0.05} alone | looks |")
    print("| --- |" + " --- |" * 7)
    claimed = hinted = 0
    with ProcessPoolExecutor() as pool:
        for number, tests in enumerate(pool.map(walk, range(walks), [experiments] * walks)):
            counts = Counter(test["conclusion"] for test in tests)
            better = [test["clark_west"]["p"] for test in tests if test["skill_vs_last_value"] > 0]
            alone = [sum(p < level for p in better) for level in (0.01, 0.05)]
            claimed += counts["skill"] > 0
            hinted += counts["hint"] > 0
            ends = " | ".join(str(counts[end]) for end in ("skill", "hint", "no_skill", "worse"))
            print(f"| {number} | {ends} | {alone[0]} | {alone[1]} | {tests[-1]['looks']['earlier']} |", flush=True)
    print(f"\n{claimed} of {walks} walks end in a claim of skill, {hinted} in a hint of it at least once.")


if __name__ == "__main__":
    main(*(int(value) for value in (*sys.argv[1:], "20", "20")[:2]))
