"""results.json and predictions.csv: every number of the report, in one documented place (docs/results.md)."""

import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from tunewright import __version__
from tunewright.core.codec import Json, dumps, write_atomically
from tunewright.data.table import PriceTable
from tunewright.evaluation.sealed import Forecasts
from tunewright.experiment.objective import METRICS, configuration
from tunewright.experiment.settings import Experiment, search_space
from tunewright.models.lstm import parameter_count
from tunewright.preparation.folds import Rows
from tunewright.runs.final import FinalModels, SealedResult
from tunewright.runs.setup import Prepared
from tunewright.search.records import State, TrialRecord, fingerprint
from tunewright.search.study import without_secrets

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
    records: Sequence[TrialRecord],
    details: Sequence[Json],
    *,
    final: FinalModels,
    sealed: SealedResult,
    timing: Timing,
) -> dict[str, Json]:
    """The whole of results.json."""
    experiment = prepared.experiment
    return {
        "schema": SCHEMA,
        "tunewright": __version__,
        "name": experiment.name,
        "seed": experiment.seed,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "data": _data(prepared),
        "folds": _folds(prepared),
        "sealed_test": {
            "first": prepared.sealed.first,
            "last": prepared.sealed.last,
            "rows": len(prepared.sealed.rows),
        },
        "study": _study(experiment, records, details, final.best),
        "model": _model(experiment, final),
        "test": {"openings": sealed.opened.openings, **sealed.judgement.as_dict()},
        "tuning": _tuning(final, sealed),
        "timing": asdict(timing),
        "provenance": provenance(prepared, records),
    }


def provenance(prepared: Prepared, records: Sequence[TrialRecord]) -> dict[str, Json]:
    """Where a result comes from: versions, machine, fingerprints, command."""
    return {
        "tunewright": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "versions": {name: version(name) for name in LIBRARIES},
        "command": _command(),
        "seed": prepared.experiment.seed,
        "data_fingerprint": prepared.data_fingerprint,
        "study_fingerprint": fingerprint(records),
        "trained_until": str(prepared.development.table.dates[prepared.final.stop - 1]),
    }


def _command() -> str:
    """The command line, without what a storage URL may hold of passwords."""
    shown = [without_secrets(argument) if "://" in argument else argument for argument in sys.argv[1:]]
    return " ".join([Path(sys.argv[0]).name, *shown])


def write_results(path: Path, results: dict[str, Json]) -> None:
    write_atomically(path, dumps(results))


def write_predictions(path: Path, forecasts: Forecasts) -> None:
    """One row per sealed day, prices: date, close, model, last_value, drift, ridge."""
    frame = pd.DataFrame(
        {
            "date": forecasts.dates.astype(str),
            "close": forecasts.actual,
            "model": forecasts.model,
            "last_value": forecasts.last,
            "drift": forecasts.drift,
            "ridge": forecasts.ridge,
        }
    )
    write_atomically(path, frame.to_csv(index=False, lineterminator="\n"))


def _data(prepared: Prepared) -> dict[str, Json]:
    return {
        "fingerprint": prepared.data_fingerprint,
        "sources": [prepared.experiment.data.source],
        "card": prepared.card.as_dict(),
        "series": {"dates": list(prepared.drawn.dates), "close": list(prepared.drawn.close)},
    }


def _folds(prepared: Prepared) -> list[Json]:
    table = prepared.development.table
    return [
        {"number": fold.number, "train": _span(table, fold.train), "validation": _span(table, fold.validation)}
        for fold in prepared.folds
    ]


def _span(table: PriceTable, rows: Rows) -> dict[str, Json]:
    return {"first": str(table.dates[rows.start]), "last": str(table.dates[rows.stop - 1]), "rows": len(rows)}


def _study(
    experiment: Experiment, records: Sequence[TrialRecord], details: Sequence[Json], winner: TrialRecord
) -> dict[str, Json]:
    settings = experiment.search
    _, meaning = METRICS[settings.metric]
    counts = {state.value: sum(record.state is state for record in records) for state in State}
    del counts[State.RUNNING.value]
    return {
        "fingerprint": fingerprint(records),
        "sampler": settings.sampler,
        "metric": settings.metric,
        "metric_text": f"mean over walk-forward folds of: {meaning} (lower is better)",
        "lag": settings.lag,
        "space": search_space(experiment).as_dict(),
        "counts": counts,
        "trials": [_trial(record) for record in records],
        "best": {**_trial(winner), "folds": list(details)},
    }


def _trial(record: TrialRecord) -> dict[str, Json]:
    return {
        "number": record.number,
        "state": record.state.value,
        "params": dict(record.params),
        "score": record.score,
        "fold_scores": list(record.fold_scores),
        "seconds": record.seconds,
        "error": record.error,
    }


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
