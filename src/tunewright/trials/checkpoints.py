"""Checkpoints of trials under way: one safetensors file per trial, which holds tensors and text, never code."""

import json
from dataclasses import dataclass
from pathlib import Path

from tunewright.core.codec import written
from tunewright.search.records import Report
from tunewright.training.kept import Damaged, Kept, read_kept
from tunewright.training.observer import Snapshot
from tunewright.trials.slots import Shelf, slot


@dataclass(frozen=True)
class Checkpoint:
    """A fold under way: its training, its reports, and the epoch and value last told, with the seconds it took."""

    snapshot: Snapshot
    reports: tuple[Report, ...]
    epoch: int
    value: float
    seconds: float


def write_checkpoint(place: Shelf, checkpoint: Checkpoint, identity: str) -> None:
    """Keep a checkpoint. `identity` names trial, fold and parameters. Raises RunFolderError where it cannot."""
    told = {
        "reports": [[report.fold, report.epoch, report.value] for report in checkpoint.reports],
        "epoch": checkpoint.epoch,
        "value": checkpoint.value,
        "seconds": checkpoint.seconds,
    }
    texts = {**checkpoint.snapshot.texts, "identity": identity, "told": json.dumps(told)}
    slot(place).write(Kept(checkpoint.snapshot.tensors, texts).to_bytes())


def read_checkpoint(place: Shelf, identity: str) -> Checkpoint | None:
    """The checkpoint of this trial and fold; None where there is none, or another's: then the fold starts anew. Raises
    RunFolderError where a URL does not answer."""
    try:
        kept = slot(place).read()
    except Damaged:
        return None  # what cannot be read is as good as none: the fold starts anew, to the same end
    if kept.texts.get("identity") != identity:
        return None
    texts = kept.texts
    told = json.loads(texts["told"])
    reports = tuple(Report(int(fold), int(epoch), float(value)) for fold, epoch, value in told["reports"])
    return Checkpoint(Snapshot(kept.tensors, texts), reports, told["epoch"], told["value"], told["seconds"])


def remove_damaged(folder: Path) -> list[str]:
    """Remove the checkpoints in a folder that are not what was written, and return their names."""
    removed = []
    for path in sorted(folder.glob("*.safetensors")):
        try:
            read_kept(path)
        except Damaged:
            with written(path):
                path.unlink()
            removed.append(path.stem)
    return removed
