"""MLflow: a run for the study and one below it for each trial, where MLflow's own settings say."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, final

from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking import MlflowClient

from tunewright.core.clock import unix_now
from tunewright.core.codec import Json, write_atomically
from tunewright.runs.tracking.tracker import Tracked, sealed_figures
from tunewright.search.records import State, TrialRecord

_LONGEST = 500
"""Characters of a tag or a parameter that every server takes."""


@final
class MLflow:
    """Parameters, curves and scores of each trial; of the study the verdict and the figures of the sealed test.

    RUN/mlflow.txt holds the number of the study's run, with which a resumed run goes on.
    """

    def __init__(self, run: Tracked) -> None:
        self._client = MlflowClient()
        known = self._client.get_experiment_by_name(run.name)
        self._experiment = self._client.create_experiment(run.name) if known is None else known.experiment_id
        self._results = run.folder / "results.json"
        self._run = self._same_or_new(run, run.folder / "mlflow.txt")

    def trial(self, phase: str, record: TrialRecord) -> None:
        tags = {"mlflow.parentRunId": self._run, "state": record.state.value, "phase": phase, "trial": record.number}
        began, ended = _moment(record.began), _moment(record.ended)
        told = {**tags, **({"reason": record.reason} if record.reason else {})}
        run = self._begin(f"trial {record.number}", told, began)
        params = [Param(name, str(value)[:_LONGEST]) for name, value in record.params.items()]
        curves = [Metric(f"fold_{one.fold}", one.value, ended, one.epoch) for one in record.reports]
        scores = [Metric("fold_score", score, ended, fold) for fold, score in enumerate(record.fold_scores)]
        final = [] if record.score is None else [Metric("score", record.score, ended, 0)]
        self._client.log_batch(run, [*curves, *scores, *final, Metric("seconds", record.seconds, ended, 0)], params)
        failed = record.state is State.FAILED
        self._client.set_terminated(run, "FAILED" if failed else "FINISHED", ended)

    def ended(self, results: Mapping[str, Json]) -> None:
        now = _moment(None)
        test: Any = results.get("test") or {}
        verdict = [RunTag("verdict", str(test["verdict"])[:_LONGEST])] if "verdict" in test else []
        figures = [Metric(name, value, now, 0) for name, value in sealed_figures(results).items()]
        self._client.log_batch(self._run, figures, [], verdict)
        self._client.log_artifact(self._run, str(self._results))
        self._client.set_terminated(self._run, "FINISHED", now)

    def close(self) -> None:
        """Nothing is held open: each call is one of the server's."""

    def _same_or_new(self, run: Tracked, place: Path) -> str:
        if place.exists():
            return place.read_text(encoding="utf-8").strip()
        made = self._begin(run.name, {"folder": run.folder.absolute(), "seed": run.seed}, _moment(None))
        write_atomically(place, made + "\n")
        return made

    def _begin(self, name: str, tags: Mapping[str, object], began: int) -> str:
        told = {"mlflow.runName": name, **{key: str(value)[:_LONGEST] for key, value in tags.items()}}
        return str(self._client.create_run(self._experiment, began, told, name).info.run_id)


def _moment(seconds: float | None) -> int:
    """In milliseconds, as MLflow counts; now, where none is known."""
    return round(1000 * (unix_now() if seconds is None else seconds))
