"""Worker processes: the same study for any number of them, whoever dies."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bowl import Bowl
from tunewright.core.errors import StudyFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Choice, Integer, Real, Space
from tunewright.search.course import Course
from tunewright.search.records import State, TrialRecord, fingerprint
from tunewright.search.samplers.making import SAMPLERS
from tunewright.search.schedule import Step, next_step
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore
from tunewright.trials.executors import DEATHS_ALLOWED, make_executor
from tunewright.trials.search import Plan, run_search

SPACE = Space({"units": Integer(16, 64, 16), "rate": Real(1e-4, 1e-1, log=True), "optimizer": Choice(("adam", "sgd"))})
GRID = Space({"units": Integer(1, 3), "optimizer": Choice(("adam", "sgd"))})


def search(
    path: Path, objective: Bowl, *, workers: int, sampler: str = "tpe", trials: int = 14
) -> Sequence[TrialRecord]:
    space = GRID if sampler == "grid" else SPACE
    plan = Plan(space, SAMPLERS[sampler](4), trials, 6, SeedTree(0))
    store = StudyStore(sqlite_url(path), name="study", space=space)
    with make_executor(objective, workers) as executor:
        return run_search(store, plan, executor, watch=lambda records: None).records


@pytest.mark.parametrize("sampler", ["grid", "random", "tpe", "gp"])
def test_any_number_of_workers_gives_the_same_study(sampler: str, tmp_path: Path) -> None:
    trials = 6 if sampler == "grid" else 12
    prints = {
        fingerprint(search(tmp_path / f"{workers}.db", Bowl(), workers=workers, sampler=sampler, trials=trials))
        for workers in (0, 1, 2, 4)
    }
    assert len(prints) == 1


def test_failures_are_replaced_alike(tmp_path: Path) -> None:
    objective = Bowl(fails=(0, 5, 13), raises=(2, 7))
    runs = [search(tmp_path / f"{workers}.db", objective, workers=workers) for workers in (0, 4)]
    assert fingerprint(runs[0]) == fingerprint(runs[1])
    assert sum(record.state is State.COMPLETE for record in runs[0]) == 14
    assert runs[0][2].reason == "ZeroDivisionError: of the user's own making"
    store = StudyStore(sqlite_url(tmp_path / "4.db"), name="study", space=SPACE)
    assert "raise ZeroDivisionError" in store.tracebacks()[2]
    assert 0 not in store.tracebacks(), "a training that diverged is no defect"


def test_the_study_fails_at_the_same_trial_for_any_number_of_workers(tmp_path: Path) -> None:
    objective = Bowl(fails=(0, 1, *range(5, 99)))
    for workers in (0, 3):
        with pytest.raises(StudyFailure, match="11 trials in a row failed, the last with: the training diverged"):
            search(tmp_path / f"{workers}.db", objective, workers=workers)
    prints = {
        fingerprint(StudyStore(sqlite_url(tmp_path / f"{workers}.db"), name="study", space=SPACE).records())
        for workers in (0, 3)
    }
    assert len(prints) == 1


def test_points_of_a_grid_that_always_fail_do_not_end_the_study(tmp_path: Path) -> None:
    failing = (3, 4, 5, *range(6, 12))
    runs = [search(tmp_path / f"{w}.db", Bowl(fails=failing), workers=w, sampler="grid", trials=9) for w in (0, 3)]
    assert fingerprint(runs[0]) == fingerprint(runs[1])
    assert sum(record.state is State.COMPLETE for record in runs[0]) == 3
    assert len(runs[0]) == 3 + 3 * 3, "each of the others was tried three times"


def test_a_dead_worker_is_replaced_and_its_trial_goes_on(tmp_path: Path) -> None:
    disturbed = search(tmp_path / "2.db", Bowl(dies_once=str(tmp_path / "died")), workers=2)
    assert (tmp_path / "died").exists()
    assert fingerprint(disturbed) == fingerprint(search(tmp_path / "0.db", Bowl(), workers=0))


def test_a_trial_that_kills_every_worker_fails_alone(tmp_path: Path) -> None:
    records = search(tmp_path / "2.db", Bowl(dies=(3,)), workers=2)
    assert [record.number for record in records if record.state is State.FAILED] == [3]
    assert f"its worker died {DEATHS_ALLOWED + 1} times (exit code -9)" in str(records[3].reason)
    assert sum(record.state is State.COMPLETE for record in records) == 14


@given(
    failed=st.lists(st.booleans(), max_size=30),
    trials=st.integers(1, 12),
    lag=st.integers(1, 8),
    data=st.data(),
)
def test_which_trials_run_does_not_depend_on_the_order_of_results(
    failed: list[bool], trials: int, lag: int, data: st.DataObject
) -> None:
    """Trials finish in any order; the study always ends with the shortest prefix that has enough good ones."""

    def state(number: int) -> State:
        return State.FAILED if number < len(failed) and failed[number] else State.COMPLETE

    course = Course([], lag)
    records = course.records
    while True:
        running = [record.number for record in records if not record.finished]
        step = next_step(course, trials=trials)
        if step is Step.STOP:
            break
        if step is Step.START and (not running or data.draw(st.booleans())):
            assert len(running) < lag
            records.append(TrialRecord(len(records), State.RUNNING, {}))
            continue
        done = data.draw(st.sampled_from(running))
        records[done] = TrialRecord(done, state(done), {}, 0.0)
    good = [state(number) is State.COMPLETE for number in range(len(records))]
    assert sum(good) == trials
    assert good[-1]


LOADED = """
import sys
{first}
import tunewright

def loaded(params):
    return float("torch._dynamo" in sys.modules)

if __name__ == "__main__":
    found = tunewright.minimize(loaded, {{"x": (0.0, 1.0)}}, trials=2, workers=2)
    print([trial.score for trial in found.trials], "torch._dynamo" in sys.modules)
"""


@pytest.mark.parametrize(("first", "scores"), [("import torch", "[1.0, 1.0]"), ("", "[0.0, 0.0]")])
def test_workers_start_with_what_torch_loads_at_first_use(first: str, scores: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(LOADED.format(first=first))
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=True)
    assert done.stdout == f"{scores} False\n", done.stderr


SETTLED = """
import gc
import tunewright

def settled(params):
    return float(gc.isenabled() and gc.get_freeze_count() > 10_000)

if __name__ == "__main__":
    found = tunewright.minimize(settled, {"x": (0.0, 1.0)}, trials=2, workers=2)
    print([trial.score for trial in found.trials], gc.isenabled(), gc.get_freeze_count())
"""


def test_workers_collect_their_own_garbage_and_not_their_server_s(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(SETTLED)
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=True)
    assert done.stdout == "[1.0, 1.0] True 0\n", done.stderr
