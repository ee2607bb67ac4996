"""Ray Tune with Optuna's search over the grid and a plain PyTorch loop: two trials at a time, one thread each. Starting
Ray does not count as its search."""

import os
import tempfile
import time

import grid_task
import optuna
import ray
import torch
from plain_lstm import lowest
from ray import tune
from ray.tune.search.optuna import OptunaSearch


def train(params: grid_task.Params, task: grid_task.Task) -> None:
    torch.set_num_threads(1)
    name = grid_task.name_of({name: params[name] for name in task.space})
    seed = 1000 * task.seed + sorted(grid_task.name_of(one) for one in task.configurations()).index(name)
    lowest(task, params, seed, each=lambda best: tune.report({"mse": best}))


def main() -> None:
    task = grid_task.Task.asked()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    os.environ["RAY_AIR_NEW_OUTPUT"] = "0"
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    space = {name: optuna.distributions.CategoricalDistribution(choices) for name, choices in task.space.items()}
    sampler = optuna.samplers.GridSampler(dict(task.space), seed=task.seed)
    with tempfile.TemporaryDirectory() as folder:
        tuner = tune.Tuner(
            tune.with_resources(tune.with_parameters(train, task=task), {"cpu": 1}),
            tune_config=tune.TuneConfig(
                metric="mse",
                mode="min",
                search_alg=OptunaSearch(space, metric="mse", mode="min", sampler=sampler),
                num_samples=len(task.configurations()),
                max_concurrent_trials=2,
                reuse_actors=True,
            ),
            run_config=tune.RunConfig(storage_path=folder, verbose=0),
        )
        began = time.perf_counter()
        results = tuner.fit()
        ended = time.perf_counter()
    assert not results.errors, results.errors
    told = [(one.config, one.metrics) for one in results if one.config and one.metrics]
    found = {grid_task.name_of({name: config[name] for name in task.space}): metrics["mse"] for config, metrics in told}
    grid_task.tell(began, ended, found, trials=len(told))
    ray.shutdown()


if __name__ == "__main__":
    main()
