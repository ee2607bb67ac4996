"""Other tools that are told of a run: all of it, once, and nothing depends on them."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tunewright as tw
from tunewright.core.codec import Json
from tunewright.entrance import load_experiment, rehearsed
from tunewright.runs.folder import RunFolder
from tunewright.runs.searching import SEARCHING, TRAINING, Stage
from tunewright.runs.tracking import following
from tunewright.runs.tracking.following import Following
from tunewright.runs.tracking.tracker import sealed_figures
from tunewright.search.records import State, TrialRecord
from tunewright.trials.places import HERE

pytestmark = pytest.mark.usefixtures("unseen_stills")

SMALL = {"training.epochs": 2, "preparation.folds": 2, "preparation.time_step": 5}


def prices() -> "pd.Series[float]":
    steps = np.random.default_rng(0).normal(scale=0.01, size=300)
    return pd.Series(100 * np.exp(steps.cumsum()), pd.bdate_range("2020-01-01", periods=300))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tracked")


def tracked_run(folder: Path, tool: str) -> tw.Result:
    """Two trials, and a third one on resume."""
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        settings = {**SMALL, "trackers": [tool]}
        tw.tune(prices(), space={"units": (2, 9)}, trials=2, settings=settings, workers=0, out="run")
        return tw.resume(folder / "run", trials=3, workers=0)


@pytest.fixture(scope="module")
def run(folder: Path) -> tw.Result:
    return tracked_run(folder, "tensorboard")


def test_no_result_depends_on_it(run: tw.Result, folder: Path) -> None:
    plain = tw.tune(prices(), space={"units": (2, 9)}, trials=3, settings=SMALL, workers=0, out=folder / "plain")
    assert plain.record["study"]["fingerprint"] == run.record["study"]["fingerprint"]
    assert plain.verdict == run.verdict
    assert not {"tensorboard", "tracked.json", "mlflow.txt"} & {path.name for path in plain.path.iterdir()}


@pytest.mark.slow  # MLflow takes its time to load and to make its tables
@pytest.mark.filterwarnings("ignore")  # of MLflow, about itself
def test_mlflow_has_the_study_and_each_trial_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlflow.tracking import MlflowClient

    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    run = tracked_run(tmp_path, "mlflow")
    client = MlflowClient(uri)
    experiment = client.get_experiment_by_name("prices-lstm")
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id])
    (study,) = [one for one in runs if "mlflow.parentRunId" not in one.data.tags]
    searched, final = (
        [one for one in runs if one is not study and one.data.tags["phase"] == phase] for phase in (SEARCHING, TRAINING)
    )
    trials = {int(one.data.tags["trial"]): one for one in searched}
    assert sorted(trials) == [0, 1, 2]
    assert sorted(one.data.params["contestant"] for one in final) == ["default", "tuned"]
    assert len(runs) == 1 + len(searched) + len(final) == 6
    for number, row in run.trials.iterrows():
        told = trials[int(str(number))]
        assert told.data.metrics["score"] == row["score"]
        assert told.data.params == {"units": str(row["params_units"])}
        assert told.info.status == "FINISHED"
        assert len(client.get_metric_history(told.info.run_id, "fold_0")) == 2, "one for each epoch"
    assert run.verdict.startswith(study.data.tags["verdict"][:400])
    assert study.data.metrics.items() >= sealed_figures(run.record).items()
    assert [one.path for one in client.list_artifacts(study.info.run_id)] == ["results.json"]


def test_tensorboard_has_each_trial_and_the_sealed_test(run: tw.Result) -> None:
    events: Any = import_module("tensorboard.backend.event_processing.event_accumulator")
    assert {path.name for path in (run.path / "tensorboard").iterdir()} == {
        "searching",
        "training-the-final-models",
        "sealed-test",
    }
    places = sorted(path for path in (run.path / "tensorboard" / "searching").iterdir())
    assert [place.name for place in places] == ["trial-0000", "trial-0001", "trial-0002"]
    for place, score in zip(places, run.trials["score"], strict=True):
        told = events.EventAccumulator(str(place))
        told.Reload()
        assert [one.step for one in told.Scalars("fold 1/validation score")] == [1, 2]
        assert [one.value for one in told.Scalars("score")] == [pytest.approx(score)]
        assert len(list(place.glob("events.*"))) == 2, "curves, and hyperparameters"
    assert list((run.path / "tensorboard" / "sealed-test").glob("events.*"))


class Broken:
    """A tool that stops at the second trial."""

    def __init__(self) -> None:
        self.heard: list[int] = []

    def trial(self, phase: str, record: TrialRecord) -> None:
        self.heard.append(record.number)
        if record.number == 1:
            raise ConnectionError("the server is gone")

    def ended(self, results: Mapping[str, Json]) -> None:
        raise AssertionError("never reached")

    def close(self) -> None:
        raise AssertionError("never reached")


def test_a_tool_that_fails_is_left_alone_and_the_run_goes_on(tmp_path: Path) -> None:
    phases: list[str] = []
    tool = Broken()
    told = Following(RunFolder(tmp_path), lambda stage: phases.append(stage.phase))
    told.begin("mlflow", lambda: tool)
    for count in (1, 2, 3):
        told.stage(Stage(SEARCHING, [TrialRecord(number, State.COMPLETE, {}) for number in range(count)], 3))
    told.ended({})
    told.close()
    assert tool.heard == [0, 1]
    assert phases == [
        *(SEARCHING, SEARCHING),
        "mlflow is told no more of this run, which goes on without it: ConnectionError: the server is gone",
        SEARCHING,
    ]


def test_a_tool_that_is_not_there_is_told_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(following, "find_spec", lambda name: None)
    with pytest.raises(tw.ConfigError) as refused:
        tw.tune("quadratic", settings={"trackers": ["mlflow"]}, out=tmp_path / "run")
    assert str(refused.value) == (
        "trackers: mlflow is not installed; install it with: pip install 'tunewright[mlflow]'"
    )
    assert not (tmp_path / "run").exists()
    with pytest.raises(tw.ConfigError, match="mlflow is not installed"):
        rehearsed(load_experiment("quadratic", {"trackers": ["mlflow"]}), place=HERE)


@pytest.mark.parametrize("names", [["wandb"], ["mlflow", "mlflow"], "mlflow"])
def test_unknown_tools_are_refused(names: Any, tmp_path: Path) -> None:
    with pytest.raises(tw.ConfigError, match="trackers"):
        tw.tune("quadratic", settings={"trackers": names}, out=tmp_path / "run")


def test_figures_of_the_sealed_test_have_names_that_tools_take() -> None:
    test = {"rows": 3, "leak": True, "verdict": "none", "metrics": {"a b": {"mse": 0.5, "of": {"too": {"deep": 1}}}}}
    assert sealed_figures({"test": test}) == {"test/rows": 3.0, "test/metrics/a_b/mse": 0.5}
    assert sealed_figures({}) == {}
