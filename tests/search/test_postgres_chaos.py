"""A PostgreSQL server that is killed at random moments, and processes that stop or end: the same study at the end."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from cli_helpers import outcome, run, run_well, write_tiny
from postgres import Server
from tunewright.core.errors import RunFolderError
from tunewright.core.space import Real, Space
from tunewright.functions.minimize import minimize
from tunewright.search.snapshot import studies_in
from tunewright.search.storage import open_storage, sqlite_url

pytestmark = pytest.mark.slow

SPACE = Space({"x": Real(-1.0, 1.0), "y": Real(-1.0, 1.0)})
TRIALS = 150
CONTEXT = multiprocessing.get_context("forkserver")


def slow_bowl(params: Mapping[str, Any]) -> float:
    time.sleep(0.05)
    return float(params["x"] ** 2 + params["y"] ** 2)


def searched(storage: str | None = None, name: str | None = None, workers: int = 1) -> str:
    minimum = minimize(
        slow_bowl, SPACE, sampler="random", seed=5, trials=TRIALS, storage=storage, name=name, workers=workers
    )
    return minimum.fingerprint


def search(storage: str, name: str, said: Connection) -> None:
    try:
        said.send(searched(storage, name))
    except RunFolderError as error:
        said.send(str(error))


def searching(storage: str, name: str) -> tuple[Any, Connection]:
    """A process of its own, and what it comes to or why it stopped."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = CONTEXT.Process(target=search, args=(storage, name, theirs))
    process.start()
    theirs.close()
    return process, ours


@pytest.fixture(scope="module")
def wanted() -> str:
    return searched()


def trials_of(server: Server, name: str) -> int:
    open_storage(server.url).close()  # makes the tables
    ask = "SELECT count(*) FROM trials JOIN studies USING (study_id) WHERE study_name LIKE %s"
    ((found,),) = server.ask(ask, f"{name}%")
    return int(found)


def reached(server: Server, name: str, trials: int) -> None:
    while trials_of(server, name) < trials:
        time.sleep(0.3)


@contextmanager
def restarting(server: Server, name: str, seed: int) -> Iterator[list[str]]:
    """From the first trials on the server goes and comes. Yields how it went, each time."""
    moments, over, went = random.Random(seed), threading.Event(), list[str]()

    def restart() -> None:
        reached(server, name, 1)
        while not over.wait(moments.uniform(0.1, 1.5)):
            went.append(moments.choice(["immediate", "immediate", "fast"]))
            server.stop(went[-1])
            time.sleep(moments.uniform(0.0, 1.5))
            server.start()

    thread = threading.Thread(target=restart)
    thread.start()
    try:
        yield went
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_server_that_is_killed_at_random_moments_changes_nothing(postgres: Server, workers: int, wanted: str) -> None:
    name = f"killed server, {workers}"
    with restarting(postgres, name, seed=workers) as went:
        assert searched(postgres.url, name, workers) == wanted
    assert len(went) >= 5
    assert trials_of(postgres, name) == TRIALS
    assert searched(postgres.url, name) == wanted


def test_processes_that_are_killed_go_on_where_they_were(postgres: Server, wanted: str) -> None:
    name, moments, killed = "killed processes", random.Random(7), 0
    while True:
        process, said = searching(postgres.url, name)
        if said.poll(moments.uniform(2.0, 6.0) if killed < 5 else None):
            assert said.recv() == wanted
            process.join()
            break
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        killed += 1
    assert killed
    assert trials_of(postgres, name) == TRIALS


def test_of_two_processes_one_searches(postgres: Server, wanted: str) -> None:
    both = [searching(postgres.url, "two processes") for _ in range(2)]
    found = sorted(said.recv() for _, said in both)
    assert wanted in found
    (other,) = [one for one in found if one != wanted]
    assert other.startswith("another process works on the study 'two processes' at ")
    for process, _ in both:
        process.join()
    assert trials_of(postgres, "two processes") == TRIALS


def test_a_process_that_slept_through_a_restart_leaves_the_study_to_another(postgres: Server, wanted: str) -> None:
    sleeper, said = searching(postgres.url, "sleeper")
    reached(postgres, "sleeper", 10)
    os.kill(sleeper.pid, signal.SIGSTOP)
    with pytest.raises(RunFolderError, match="another process works on the study"):  # it is there
        searched(postgres.url, "sleeper")
    postgres.restart()  # and now it is not any more
    awake = threading.Timer(3.0, os.kill, (sleeper.pid, signal.SIGCONT))  # while the other searches
    awake.start()
    assert searched(postgres.url, "sleeper") == wanted
    assert "took over the study 'sleeper'" in said.recv()
    sleeper.join()
    assert trials_of(postgres, "sleeper") == TRIALS


@pytest.mark.usefixtures("unseen_stills")
def test_a_run_with_final_models_survives_the_server(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path, extra="name = 'survivor'\n")
    run_well("tune", "tiny.toml", "--trials", "8", "--out", "plain", "--set", "final.seeds=2")
    words = ("--trials", "8", "--out", "run", "--set", "final.seeds=2", "--storage", postgres.url)
    with restarting(postgres, "survivor ", seed=3) as went:
        result = run("tune", "tiny.toml", *words)
    assert result.exit_code == 0, result.output
    assert outcome(Path("run")) == outcome(Path("plain"))
    assert went
    ((studies,),) = postgres.ask("SELECT count(*) FROM studies WHERE study_name LIKE 'survivor %'")
    assert studies == len(studies_in(sqlite_url(Path("plain/study.db"))))
