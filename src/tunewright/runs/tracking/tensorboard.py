"""TensorBoard: RUN/tensorboard has a folder for each trial, and one for the sealed test."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, final

from tunewright.core.codec import Json
from tunewright.runs.tracking.tracker import Tracked, sealed_figures
from tunewright.search.records import TrialRecord


@final
class TensorBoard:
    """Curves, scores and hyperparameters of each trial; written by torch's own `SummaryWriter`."""

    def __init__(self, run: Tracked) -> None:
        self._folder = run.folder / "tensorboard"

    def trial(self, phase: str, record: TrialRecord) -> None:
        with _writer(self._folder / phase.replace(" ", "-") / f"trial-{record.number:04}") as writer:
            for report in record.reports:
                writer.add_scalar(f"fold {report.fold}/validation score", report.value, report.epoch)
            for fold, score in enumerate(record.fold_scores):
                writer.add_scalar("score of each fold", score, fold)
            writer.add_text("how it ended", record.reason or record.state.value)
            if record.score is not None:
                writer.add_hparams(dict(record.params), {"score": record.score}, run_name=".")

    def ended(self, results: Mapping[str, Json]) -> None:
        test: Any = results.get("test") or {}
        with _writer(self._folder / "sealed-test") as writer:
            writer.add_text("verdict", str(test.get("verdict", "this run has no sealed test")))
            for name, value in sealed_figures(results).items():
                writer.add_scalar(name, value)

    def close(self) -> None:
        """Each file is closed as soon as it is written."""


def _writer(folder: Path) -> Any:
    from torch.utils.tensorboard import SummaryWriter

    for old in folder.glob("events.out.*"):  # of a process that died while it wrote
        old.unlink()
    return SummaryWriter(str(folder))
