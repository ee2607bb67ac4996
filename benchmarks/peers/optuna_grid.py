"""Optuna's GridSampler over a plain PyTorch loop, in two processes of one thread each, or with --way one in a process
of two threads."""

import multiprocessing
import tempfile
import time
from pathlib import Path
from typing import Any

import grid_task
import optuna
import torch
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from plain_lstm import lowest


def work(task: grid_task.Task, journal: str, ticket: Any, *, threads: int) -> None:
    """Trials until the grid is exhausted; one after another is drawn, so that none is drawn twice."""
    torch.set_num_threads(threads)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    lock = ticket.get_lock()

    def objective(trial: optuna.Trial) -> float:
        params = {name: trial.suggest_categorical(name, choices) for name, choices in task.space.items()}
        lock.release()
        return lowest(task, params, seed=1000 * task.seed + trial.number)

    study = study_in(journal, task)
    while lock.acquire() and ticket.value < len(task.configurations()):
        ticket.value += 1
        study.optimize(objective, n_trials=1)
    lock.release()


def study_in(journal: str, task: grid_task.Task) -> optuna.Study:
    storage = JournalStorage(JournalFileBackend(journal))
    sampler = optuna.samplers.GridSampler(dict(task.space), seed=task.seed)
    return optuna.create_study(study_name="grid", storage=storage, sampler=sampler, load_if_exists=True)


def main() -> None:
    task = grid_task.Task.asked()
    count = 1 if task.way == "one" else 2
    context = multiprocessing.get_context("fork")  # what was imported need not be imported again
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        told = (task, str(Path(folder) / "journal"), context.Value("i", 0))
        workers = [context.Process(target=work, args=told, kwargs={"threads": 2 // count}) for _ in range(count)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        ended = time.perf_counter()
        done = study_in(told[1], task).get_trials(states=(optuna.trial.TrialState.COMPLETE,))
    found = {grid_task.name_of({name: trial.params[name] for name in task.space}): trial.value for trial in done}
    assert len(found) == len(task.configurations()), found
    grid_task.tell(began, ended, found, trials=len(done))


if __name__ == "__main__":
    main()
