"""Studies in PostgreSQL: one process at each, and a server that goes away and comes back."""

import threading
import time
from contextlib import closing
from itertools import count

import psycopg
import pytest

from postgres import QUOTED, USER, Server
from tunewright.core.errors import RunFolderError
from tunewright.core.space import Real, Space
from tunewright.functions.minimize import minimize
from tunewright.search.alone import alone
from tunewright.search.records import State, TrialRecord
from tunewright.search.study import StudyStore

SPACE = Space({"x": Real(-1.0, 1.0), "y": Real(-1.0, 1.0)})
_names = (f"study {number}" for number in count())


def bowl(params):
    return params["x"] ** 2 + params["y"] ** 2


def test_same(postgres: Server) -> None:
    name = next(_names)
    kept = minimize(bowl, SPACE, trials=12, sampler="random", storage=postgres.url, name=name)
    assert kept.fingerprint == minimize(bowl, SPACE, trials=12, sampler="random").fingerprint


def test_restart(postgres: Server, capsys) -> None:
    name = next(_names)
    done = []

    def f(params):
        done.append(1)
        time.sleep(0.02)
        return bowl(params)

    def chaos():
        import random

        rng = random.Random(1)
        while not over.is_set():
            time.sleep(rng.random())
            postgres.stop()
            time.sleep(rng.random() * 2)
            postgres.start()

    over = threading.Event()
    thread = threading.Thread(target=chaos)
    thread.start()
    try:
        kept = minimize(f, SPACE, trials=100, sampler="random", storage=postgres.url, name=name)
    finally:
        over.set()
        thread.join()
    assert kept.fingerprint == minimize(bowl, SPACE, trials=100, sampler="random").fingerprint
    again = minimize(f, SPACE, trials=100, sampler="random", storage=postgres.url, name=name)
    assert again.fingerprint == kept.fingerprint
    print(capsys.readouterr().err)
    assert 0
