"""Checkpoints of trials under way: one safetensors file per trial, which holds tensors and text, never code."""

import json
from dataclasses import dataclass
from pathlib import Path

import safetensors
from safetensors import SafetensorError

from tunewright.core.codec import write_atomically
from tunewright.search.records import Report
from tunewright.training.observer import Snapshot


@dataclass(frozen=True)
class Checkpoint:
    """A fold under way: its training, its reports, and the epoch and value last told, with the seconds it took."""

    snapshot: Snapshot
    reports: tuple[Report, ...]
    epoch: int
    value: float
    seconds: float


def write_checkpoint(path: Path, checkpoint: Checkpoint, identity: str) -> None:
    """Keep a checkpoint. `identity` names trial, fold and parameters. Raises RunFolderError where it cannot."""
    told = {
        "reports": [[report.fold, report.epoch, report.value] for report in checkpoint.reports],
        "epoch": checkpoint.epoch,
        "value": checkpoint.value,
        "seconds": checkpoint.seconds,
    }
    write_atomically(path, checkpoint.snapshot.to_bytes(identity=identity, told=json.dumps(told)))


def read_checkpoint(path: Path, identity: str) -> Checkpoint | None:
    """The checkpoint of this trial and fold; None where there is none, or another's: then the fold starts anew."""
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            texts = file.metadata() or {}
            if texts.get("identity") != identity:
                return None
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
    except (OSError, SafetensorError):
        return None  # what cannot be read is as good as none: the fold starts anew, to the same end
    told = json.loads(texts["told"])
    reports = tuple(Report(int(fold), int(epoch), float(value)) for fold, epoch, value in told["reports"])
    return Checkpoint(Snapshot(tensors, texts), reports, told["epoch"], told["value"], told["seconds"])
