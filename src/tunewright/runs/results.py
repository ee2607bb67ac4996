"""results.json and predictions.csv: every number of the report, in one documented place (docs/results.md)."""

import platform
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from tunewright import __version__
from tunewright.core.codec import Json, dumps, write_atomically
from tunewright.data.table import PriceTable
from tunewright.experiment.objective import configuration
from tunewright.experiment.settings import Experiment
from tunewright.models.size import parameter_count
from tunewright.preparation.folds import Rows
from tunewright.runs.final import FinalModels, SealedResult
from tunewright.runs.judging import AnyForecasts
from tunewright.runs.setup import Prepared
from tunewright.search.storage import without_secrets

SCHEMA = 1
LIBRARIES = ("torch", "optuna", "numpy", "pandas", "scikit-learn", "scipy", "arch")


@dataclass(frozen=True)
class Timing:
    """Seconds: wall_s of this process, search_s of its search, train_s of all training, earlier processes' too."""

    wall_s: float
    train_s: float
    search_s: float


def assemble(
    prepared: Prepared,
    study: dict[str, Json],
    *,
    final: FinalModels,
    sealed: SealedResult,
    timing: Timing,
) -> dict[str, Json]:
    """The whole of results.json."""
    experiment = prepared.experiment
    return {
        **heading(experiment.name, kind=experiment.kind, seed=experiment.seed),
        "data": data_section(prepared),
        "folds": fold_sections(prepared),
        "sealed_test": {
            "first": prepared.sealed.first,
            "last": prepared.sealed.last,
            "rows": len(prepared.sealed.rows),
        },
        "study": study,
        "model": _model(experiment, final),
        **sealed.about,
        "test": {"openings": sealed.opened.openings, **sealed.judgement.as_dict()},
        "tuning": _tuning(final, sealed),
        "timing": asdict(timing),
        "provenance": provenance(prepared, str(study["fingerprint"])),
    }


def heading(name: str, *, kind: str, seed: int) -> dict[str, Json]:
    """What results.json begins with, whatever was tuned."""
    return {
        "schema": SCHEMA,
        "tunewright": __version__,
        "name": name,
        "kind": kind,
        "seed": seed,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def origin(*, seed: int, study_fingerprint: str) -> dict[str, Json]:
    """Where a result comes from, whatever was tuned: versions, machine, command, study."""
    return {
        "tunewright": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "versions": {name: version(name) for name in LIBRARIES},
        "command": _command(),
        "seed": seed,
        "study_fingerprint": study_fingerprint,
    }


def provenance(prepared: Prepared, study_fingerprint: str) -> dict[str, Json]:
    """The same for a run on prices, with its data."""
    return {
        **origin(seed=prepared.experiment.seed, study_fingerprint=study_fingerprint),
        "data_fingerprint": prepared.data_fingerprint,
        "trained_until": str(prepared.development.table.dates[prepared.final.stop - 1]),
    }


def _command() -> str:
    """The command line, without what a storage URL may hold of passwords."""
    shown = [without_secrets(argument) if "://" in argument else argument for argument in sys.argv[1:]]
    return " ".join([Path(sys.argv[0]).name, *shown])


def write_results(path: Path, results: dict[str, Json]) -> None:
    write_atomically(path, dumps(results))


def write_predictions(path: Path, forecasts: AnyForecasts) -> None:
    """One row per sealed day: the date, what was observed, every forecast."""
    frame = pd.DataFrame({"date": forecasts.dates.astype(str), **forecasts.columns()})
    write_atomically(path, frame.to_csv(index=False, lineterminator="\n"))


def data_section(prepared: Prepared) -> dict[str, Json]:
    return {
        "fingerprint": prepared.data_fingerprint,
        "sources": [prepared.experiment.data.source, *prepared.experiment.data.others],
        "card": prepared.card.as_dict(),
        "series": {"dates": list(prepared.drawn.dates), "close": list(prepared.drawn.close)},
    }


def fold_sections(prepared: Prepared) -> list[Json]:
    table = prepared.development.table
    return [
        {"number": fold.number, "train": _span(table, fold.train), "validation": _span(table, fold.validation)}
        for fold in prepared.folds
    ]


def _span(table: PriceTable, rows: Rows) -> dict[str, Json]:
    return {"first": str(table.dates[rows.start]), "last": str(table.dates[rows.stop - 1]), "rows": len(rows)}


def _model(experiment: Experiment, final: FinalModels) -> dict[str, Json]:
    return {
        "family": experiment.model.family,
        "parameters": parameter_count(final.tuned.model),
        "spec": configuration(experiment, final.best.params).model.as_dict(),
        "epochs": len(final.trained.train_loss),
        "train_loss": list(final.trained.train_loss),
    }


def _tuning(final: FinalModels, sealed: SealedResult) -> Json:
    untuned, gain = final.untuned, sealed.gain
    if untuned is None or gain is None:
        return None
    default: Json = {
        "params": dict(untuned.params),
        "score": untuned.score,
        "fold_scores": list(untuned.fold_scores),
        "mse": gain.default_mse,
    }
    return {"default": default, **gain.as_dict()}
