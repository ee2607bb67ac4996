"""`refit` of a run on prices: the winner trained on all rows, the sealed test's among them."""

from tunewright.bundle.refitted import Refit
from tunewright.core.seeds import SeedTree
from tunewright.experiment.stored import stored
from tunewright.prices.bundle.bundle import save_bundle
from tunewright.prices.bundle.content import PricesContent
from tunewright.prices.experiment.refit import refit as train
from tunewright.prices.experiment.refit import typical_epochs
from tunewright.prices.experiment.settings import SCALING
from tunewright.prices.preparation.folds import Rows
from tunewright.prices.run.bundling import bundle_of
from tunewright.prices.run.setup import Prepared
from tunewright.runs.folder import RunFolder
from tunewright.runs.parts import Tested


def refit(prepared: Prepared, tested: Tested, folder: RunFolder) -> None:
    """Train for as many epochs, from the same seed and by the same scheme as the tested model, and write the bundle.

    Its errors, where intervals come from, are the tested model's: there are no others.
    """
    experiment, whole = prepared.experiment, prepared.sealed.release()
    dates, rows = whole.table.dates, _rows(prepared, len(whole.table))
    epochs, seeds = typical_epochs(tested.details), SeedTree(experiment.seed).child("refit")
    params = {**tested.params, **SCALING.wide(experiment)}
    forecaster, trained = train(
        experiment, params, development=whole, rows=rows, epochs=epochs, seeds=seeds, weights=prepared.weights
    )
    last = str(dates[rows.stop - 1])
    with tested.bundle.usable():
        content = stored(PricesContent, tested.bundle.content)
    made = bundle_of(
        prepared,
        params,
        forecaster,
        errors=content.errors,
        scaled_errors=content.scaled_errors,
        table=whole.table,
        provenance={
            **tested.origin,
            "data_fingerprint": prepared.data_fingerprint,
            "trained_until": prepared.trained_until(last),
        },
        refit=Refit(
            count=len(rows),
            unit="row",
            first=str(dates[rows.start]),
            last=last,
            epochs=len(trained.train_loss),
            verdict=tested.verdict,
        ),
    )
    save_bundle(folder.refit, made)


def _rows(prepared: Prepared, count: int) -> Rows:
    """Up to the last one; where the scheme is rolling, as many as the tested model was trained on."""
    rolling = prepared.experiment.preparation.scheme == "rolling"
    return Rows(count - len(prepared.final) if rolling else 0, count)
