"""The tuned model of a run on prices as a bundle, with all that it needs to predict."""

from tunewright.bundle.refitted import Refit
from tunewright.core.codec import Json
from tunewright.core.space import Params
from tunewright.prices.bundle.bundle import Bundle, scaled_errors, sorted_errors
from tunewright.prices.data.table import PriceTable
from tunewright.prices.experiment.objective import configuration
from tunewright.prices.experiment.resolved import quantity_of
from tunewright.prices.judging.spread import ROWS, spread_at
from tunewright.prices.run.final import FinalModels
from tunewright.prices.run.judging import origins_of
from tunewright.prices.run.sealed import SealedResult
from tunewright.prices.run.setup import Prepared
from tunewright.prices.training.forecaster import Forecaster


def make_bundle(final: FinalModels, sealed: SealedResult, prepared: Prepared, provenance: dict[str, Json]) -> Bundle:
    """The forecaster with its sealed-test errors and the last rows that one forecast needs."""
    actual, forecast, table = sealed.forecasts.actual, sealed.forecasts.model, sealed.opened.table
    scaled = None
    if quantity_of(prepared.experiment).traded:
        origins, horizon = origins_of(sealed.opened, prepared.experiment), prepared.experiment.preparation.horizon
        scaled = scaled_errors(actual, forecast, spread_at(table.close, origins, horizon=horizon)) or None
    return bundle_of(
        prepared,
        final.best.params,
        final.tuned,
        errors=sorted_errors(actual, forecast),
        scaled_errors=scaled,
        table=table,
        provenance=provenance,
    )


def bundle_of(
    prepared: Prepared,
    params: Params,
    forecaster: Forecaster,
    *,
    errors: tuple[float, ...],
    scaled_errors: tuple[float, ...] | None,
    table: PriceTable,
    provenance: dict[str, Json],
    refit: Refit | None = None,
) -> Bundle:
    """A forecaster of the winner with all that it needs. table: whose last rows are known where it is used."""
    spec = forecaster.preparation.spec
    inputs = prepared.inputs.for_features(spec.features)
    known, history = inputs.of(table), max(ROWS, spec.history() + inputs.warmup)
    return Bundle(
        forecaster=forecaster,
        model=configuration(prepared.experiment, params).model,
        errors=errors,
        scaled_errors=scaled_errors,
        context=known.rows(max(0, len(known) - history), len(known)),
        close=prepared.experiment.data.close,
        provenance=provenance,
        inputs=inputs,
        refit=refit,
    )
