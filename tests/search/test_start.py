"""`[[start]]`: configurations that are tried first, and what is refused."""

import json
from pathlib import Path

import pytest

from tunewright.core.errors import ConfigError
from tunewright.core.space import Integer, Real, Space
from tunewright.entrance import load_experiment
from tunewright.experiment.files import to_toml
from tunewright.experiment.starts import best_params
from tunewright.prices.experiment.settings import Experiment
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.making import make_sampler
from tunewright.search.samplers.start import StartingWith

SPACE = """
[space]
layers = [1, 2]
units_1 = { low = 16, high = 64, step = 16 }
units_2 = { low = 16, high = 64, step = 16, when = { layers = [2] } }
dropout = { low = 0.0, high = 0.5, step = 0.1 }
"""
BEST = {"layers": 2, "units_1": 64, "units_2": 32, "dropout": 0.1}


def load(starts: str, folder: Path) -> Experiment:
    path = folder / "start.toml"
    path.write_text(f"{SPACE}\n{starts}")
    experiment: Experiment = load_experiment(str(path))
    return experiment


def finished_run(folder: Path, content: object = None) -> Path:
    folder.mkdir()
    content = {"study": {"best": {"params": BEST}}} if content is None else content
    (folder / "results.json").write_text(json.dumps(content))
    return folder


def test_starts_come_first_and_in_their_order() -> None:
    space = Space({"n": Integer(1, 3), "x": Real(0.0, 1.0)})
    starts = ({"n": 3, "x": 0.5}, {"n": 1, "x": 0.0})
    sampler, after = (
        StartingWith(starts, make_sampler("tpe", startup=2, seed=0)),
        make_sampler("tpe", startup=2, seed=0),
    )
    records: list[TrialRecord] = []
    for number in range(4):
        params = sampler.propose(space, records, seed=number)
        assert params == (starts[number] if number < 2 else after.propose(space, records, seed=number))
        assert params is not None
        records.append(TrialRecord(number, State.COMPLETE, params, float(number)))


def test_a_grid_does_not_repeat_its_starts() -> None:
    space = Space({"n": Integer(1, 3)})
    sampler = StartingWith(({"n": 2},), make_sampler("grid", startup=1, seed=0))
    records: list[TrialRecord] = []
    while (params := sampler.propose(space, records, seed=0)) is not None:
        records.append(TrialRecord(len(records), State.COMPLETE, params, 1.0))
    assert [record.params["n"] for record in records] == [2, 1, 3]


def test_starts_get_the_order_and_the_exact_values_of_the_space(tmp_path: Path) -> None:
    text = "[[start]]\ndropout = 0\nunits_1 = 16\nlayers = 1\n[[start]]\nlayers = 2\nunits_1 = 16\nunits_2 = 64\n"
    experiment = load(text + "dropout = 0.30000000000000004", tmp_path)
    assert [list(start.items()) for start in experiment.start] == [
        [("layers", 1), ("units_1", 16), ("dropout", 0.0)],
        [("layers", 2), ("units_1", 16), ("units_2", 64), ("dropout", 0.3)],
    ]
    assert isinstance(experiment.start[0]["dropout"], float)


def test_a_finished_run_is_written_out(tmp_path: Path) -> None:
    folder = finished_run(tmp_path / "old")
    experiment = load(f"[[start]]\nrun = {str(folder)!r}", tmp_path)
    assert experiment.start == [BEST]
    (folder / "results.json").unlink()
    path = tmp_path / "again.toml"
    path.write_text(to_toml(experiment))
    assert load_experiment(str(path)) == experiment


def test_there_need_be_no_start(tmp_path: Path) -> None:
    assert load("", tmp_path).start == []


REFUSED = {
    "unknown parameter": (
        "[[start]]\nlayers = 1\nunits_1 = 16\ndropout = 0.1\nunits = 3",
        "[[start]] 1: 'units' is no parameter of [space], which has layers, units_1, units_2, dropout",
    ),
    "does not apply": (
        "[[start]]\nlayers = 1\nunits_1 = 16\nunits_2 = 16\ndropout = 0.1",
        "[[start]] 1: units_2 does not apply here: it needs layers in [2]; take it out",
    ),
    "out of range, in the second": (
        "[[start]]\nlayers = 1\nunits_1 = 16\ndropout = 0.1\n[[start]]\nlayers = 1\nunits_1 = 20\ndropout = 0.1",
        "[[start]] 2: units_1 = 20 is not in the space, which has type = int, low = 16, high = 64, step = 16, "
        "log = False",
    ),
    "not all": (
        "[[start]]\nlayers = 2\nunits_1 = 16",
        "[[start]] 1: units_2, dropout must be given: a start has every parameter of the space that applies",
    ),
    "a list as a value": (
        "[[start]]\nlayers = [1, 2]",
        "start: expected [[start]] tables that give each parameter one value, found [{'layers': [1, 2]}]",
    ),
    "one table": (
        "[start]\nlayers = 1",
        "start: expected [[start]] tables that give each parameter one value, found {'layers': 1}",
    ),
    "a run and more": (
        "[[start]]\nrun = 'old'\nlayers = 1",
        "[[start]] 1: run must be the one key of its start and name a run folder, found run = 'old', layers = 1",
    ),
    "no such run": (
        "[[start]]\nrun = 'gone'",
        "[[start]] 1: gone/results.json cannot be read: No such file or directory; "
        "expected the folder of a finished run, found 'gone'",
    ),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_start_is_refused_in_one_line(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(text, tmp_path)
    assert str(caught.value) == f"{tmp_path}/start.toml: {message}"


@pytest.mark.parametrize("content", [[], {"study": {}}, {"study": {"best": {"params": {"units": [1]}}}}])
def test_results_without_a_best_trial_are_refused(content: object, tmp_path: Path) -> None:
    folder = finished_run(tmp_path / "old", content)
    with pytest.raises(ConfigError, match=r"has no study\.best\.params; expected the results of a finished run"):
        best_params(folder)
