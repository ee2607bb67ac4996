"""results.json and predictions.csv of a run on prices (docs/results.md)."""

import pandas as pd

from tunewright.core.codec import Json, write_atomically
from tunewright.prices.data.table import PriceTable
from tunewright.prices.experiment.objective import configuration
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.preparation.folds import Rows
from tunewright.prices.run.closed import Closed
from tunewright.prices.run.final import FinalModels
from tunewright.prices.run.sealed import SealedResult
from tunewright.prices.run.setup import Prepared
from tunewright.runs.by_seed import by_seed_csv
from tunewright.runs.folder import RunFolder
from tunewright.training.pretrained import Weights
from tunewright.training.size import parameter_count


def price_sections(prepared: Prepared, *, closed: Closed, sealed: SealedResult) -> dict[str, Json]:
    """What results.json tells beside the study and the timing."""
    return {
        "data": data_section(prepared),
        "folds": fold_sections(prepared),
        "sealed_test": {
            "first": prepared.sealed.first,
            "last": prepared.sealed.last,
            "rows": len(prepared.sealed.rows),
        },
        "model": _model(prepared.experiment, closed.final, prepared.weights),
        **sealed.about,
        "test": {
            "openings": sealed.opened.openings,
            **sealed.judgement.as_dict(),
            "looks": sealed.judgement.looks.as_dict(sealed.problems),
        },
        "tuning": _tuning(closed, sealed),
        "overfitting": sealed.chosen.as_dict() if sealed.chosen else None,
        "worth": sealed.worth.as_dict() if sealed.worth else None,
        "intervals": sealed.intervals,
        **({"families": sealed.families.as_dict()} if sealed.families else {}),
    }


def provenance(prepared: Prepared) -> dict[str, Json]:
    """Where a result comes from, beside what all results tell."""
    return {
        "data_fingerprint": prepared.data_fingerprint,
        "trained_until": prepared.trained_until(str(prepared.development.table.dates[prepared.final.stop - 1])),
    }


def write_predictions(folder: RunFolder, sealed: SealedResult) -> None:
    """One row per sealed day: the date, what was observed, every forecast; and where the tuned model was trained from
    several seeds, what it forecasts from each, in a file of its own."""
    forecasts = sealed.forecasts
    dates = forecasts.dates.astype(str)
    frame = pd.DataFrame({"date": dates, **forecasts.columns()})
    write_atomically(folder.predictions, frame.to_csv(index=False, lineterminator="\n"))
    if sealed.by_seed is None:
        folder.by_seed.unlink(missing_ok=True)  # of a search that went on since
    else:
        write_atomically(folder.by_seed, by_seed_csv({"date": list(dates)}, list(sealed.by_seed)))


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


def _model(experiment: Experiment, final: FinalModels, weights: Weights | None) -> dict[str, Json]:
    spec = configuration(experiment, final.best.params).model
    return {
        "family": spec.family,
        "parameters": parameter_count(final.tuned.model),
        "spec": spec.as_dict(),
        "epochs": len(final.train_loss),
        "train_loss": list(final.train_loss),
        "weights": None if weights is None else weights.source,
    }


def _tuning(closed: Closed, sealed: SealedResult) -> Json:
    untuned, seeded, gain = closed.final.untuned, closed.seeded, sealed.gain
    if untuned is None or gain is None:
        return None
    default: Json = {
        "params": dict(untuned.params),
        "score": untuned.score,
        "fold_scores": list(untuned.fold_scores),
        "mse": gain.default_mse,
    }
    told = gain.as_dict()
    if seeded is not None and gain.seeds is not None:
        chosen = {one.name: {"trial": one.trial, "epochs": one.epochs} for one in seeded.contestants}
        models: Json = [{**chosen[model.name], **model.as_dict()} for model in gain.seeds.models]
        told["seeds"] = {**gain.seeds.as_dict(), "models": models}
    return {"default": default, **told}
