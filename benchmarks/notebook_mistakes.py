"""The well-known notebook with its mistakes on, to set beside `tunewright tune notebook-lstm`.

    python benchmarks/notebook_mistakes.py [TRIALS] [EPOCHS]

The mistakes: min-max scalers over the whole series; the test rows are the validation data, so they stop the training
early and choose the winner; nothing is compared with the last value. Network, training loop, search space, trials and
seed are those of the recipe, so the mistakes are all that differs. Prints what the notebook would report, and
the figures it leaves out, as JSON.
"""

import json
import sys

import numpy as np

from tunewright.core.seeds import SeedTree
from tunewright.core.threads import threads
from tunewright.entrance import load_experiment
from tunewright.prices.data.source import read_source
from tunewright.prices.experiment.settings import TUNING
from tunewright.prices.families.lstm import LSTMSpec
from tunewright.prices.preparation.features import compute
from tunewright.prices.preparation.scaling import fit_scaler
from tunewright.prices.preparation.windows import Samples, Windows
from tunewright.prices.training.loop import fit_one, predict
from tunewright.search.samplers.making import SAMPLERS


def main(trials: int, epochs: int) -> None:
    experiment = load_experiment("notebook-lstm", {"training.epochs": epochs})
    table, _ = read_source(experiment.data.source)
    time_step = experiment.preparation.time_step
    split = len(table) - round(len(table) * experiment.preparation.test_fraction)

    # The first mistake: both scalers see every row, the test's included.
    values = compute(table, ("open", "high", "low", "close", "volume"))
    inputs = fit_scaler("minmax", values).transform(values).astype(np.float32)
    close = fit_scaler("minmax", table.close[:, None])
    scaled = close.transform(table.close[:, None])[:, 0].astype(np.float32)
    train, test = (
        Samples(Windows(inputs, days - 1, time_step), scaled[days])
        for days in (np.arange(time_step, split), np.arange(split, len(table)))
    )

    seeds, space = SeedTree(experiment.seed), TUNING.space(experiment)
    results = []
    for number in range(trials):
        params = SAMPLERS["random"](1).propose(space, [], seed=seeds.integer("propose", number))
        assert params is not None
        chosen = TUNING.with_params(experiment, params)
        spec = chosen.model.spec()
        assert isinstance(spec, LSTMSpec)
        with threads(1):
            # The second mistake: the test is the validation data.
            trained = fit_one(
                spec, chosen.training.training(), train, validation=test, seeds=seeds.child("trial", number, "fold", 0)
            )
            forecast = predict(trained.model, test.windows)
        prices = close.invert(forecast.astype(np.float64)[:, None])[:, 0]
        results.append((min(trained.validation_loss), params, prices))
        print(number, params, results[-1][0], file=sys.stderr, flush=True)
    loss, params, prices = min(results, key=lambda result: result[0])
    actual, last = table.close[split:], table.close[split - 1 : -1]
    model_mse, last_mse = (float(np.mean((actual - other) ** 2)) for other in (prices, last))
    report = {
        "params": params,
        "reported_scaled_mse": loss,
        "mse": model_mse,
        "last_value_mse": last_mse,
        "ratio": model_mse / last_mse,
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    arguments = [int(text) for text in sys.argv[1:]]
    main(*arguments, *(10, 50)[len(arguments) :])
