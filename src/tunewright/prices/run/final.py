"""After the search: the final model beside the untuned default and the ridge, and the sealed test of all three."""

from dataclasses import dataclass

from tunewright.bundle.refitted import Refit
from tunewright.core.codec import Json
from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.prices.bundle.bundle import Bundle, scaled_errors, sorted_errors
from tunewright.prices.data.table import PriceTable
from tunewright.prices.experiment.objective import PriceObjective, configuration
from tunewright.prices.experiment.refit import fit_baseline_ridge, refit, typical_epochs
from tunewright.prices.experiment.resolved import quantity_of
from tunewright.prices.experiment.settings import TUNING
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.judging.overfitting import Chosen
from tunewright.prices.judging.seeds import judge_seeds
from tunewright.prices.judging.spread import ROWS, spread_at
from tunewright.prices.judging.tuning import TuningGain, compare_with_default
from tunewright.prices.judging.worth import Worth
from tunewright.prices.preparation.seal import OpenedTest
from tunewright.prices.preparation.targets import Volatility
from tunewright.prices.run.contestants import Seeded
from tunewright.prices.run.families import FamiliesFound
from tunewright.prices.run.judging import AnyForecasts, AnyJudgement, Judge, make_judge, origins_of
from tunewright.prices.run.setup import Prepared
from tunewright.prices.training.forecaster import Forecaster
from tunewright.prices.training.loop import Trained
from tunewright.runs.openings.ledger import Ledger
from tunewright.search.records import TrialRecord


@dataclass(frozen=True)
class Untuned:
    """The experiment's fixed values, trained by the same rules and from the same seed as the winner, nothing tuned."""

    params: Params
    fold_scores: tuple[float, ...]
    epochs: int
    forecaster: Forecaster

    @property
    def score(self) -> float:
        return sum(self.fold_scores) / len(self.fold_scores)


@dataclass(frozen=True)
class FinalModels:
    """All that meets on the sealed test. `untuned` is None where nothing is tuned or it cannot be trained. epochs: of
    the tuned model."""

    best: TrialRecord
    epochs: int
    tuned: Forecaster
    trained: Trained
    untuned: Untuned | None
    ridge: Forecaster
    judge: Judge


@dataclass(frozen=True)
class SealedResult:
    """What the sealed test told. `gain` is None where there is no untuned model to compare with.

    seeded: what was trained from further seeds; None where there is one. about: what else results.json tells of what
    was forecast, under keys of its own. problems: of reading and writing the ledger of openings. families: what the
    search found of each, where the family was tuned; no part of the test, and neither is chosen: whether the search
    chose or drew lots. worth: of the forecasts, where a price is forecast.
    """

    opened: OpenedTest
    forecasts: AnyForecasts
    judgement: AnyJudgement
    gain: TuningGain | None
    seeded: Seeded | None
    about: dict[str, Json]
    problems: tuple[str, ...] = ()
    families: FamiliesFound | None = None
    chosen: Chosen | None = None
    worth: Worth | None = None


def train_final(prepared: Prepared, best: TrialRecord, *, epochs: int, seeds: SeedTree) -> FinalModels:
    """Train what the search chose and what it is compared with. The sealed test is still closed."""
    experiment, development = prepared.experiment, prepared.development
    tuned, trained = refit(
        experiment,
        best.params,
        development=development,
        rows=prepared.final,
        epochs=epochs,
        seeds=seeds.child("refit"),
    )
    ridge = fit_baseline_ridge(experiment, best.params, development=development, seeds=seeds.child("ridge"))
    judge = make_judge(prepared, model_name=FAMILIES.named(configuration(experiment, best.params).model.family).label)
    return FinalModels(best, epochs, tuned, trained, _train_untuned(prepared, seeds), ridge, judge)


def _train_untuned(prepared: Prepared, seeds: SeedTree) -> Untuned | None:
    experiment, development = prepared.experiment, prepared.development
    if not experiment.space:
        return None
    in_folds = seeds.child("default")
    try:
        objective = PriceObjective(experiment, development, prepared.folds)
        results = [objective({}, fold, seeds=in_folds.child("fold", fold)) for fold in range(objective.folds)]
        epochs = typical_epochs([result.detail() for result in results])
        forecaster, _ = refit(
            experiment,
            {},
            development=development,
            rows=prepared.final,
            epochs=epochs,
            seeds=seeds.child("refit"),
        )
    except TrialFailure:
        return None
    return Untuned(TUNING.default_params(experiment), tuple(result.score for result in results), epochs, forecaster)


def judge_sealed(
    final: FinalModels, opened: OpenedTest, prepared: Prepared, *, ledger: Ledger, seeded: Seeded | None
) -> SealedResult:
    """All forecasts for the same sealed days, and what they come to. ledger: what was opened before. seeded: what was
    trained from further seeds."""
    forecasts, judgement = final.judge(opened, tuned=final.tuned, ridge=final.ridge, ledger=ledger.openings)
    gain = None
    if final.untuned is not None:
        origins, horizon = origins_of(opened, prepared.experiment), prepared.experiment.preparation.horizon
        over_seeds = None
        if seeded is not None:
            found = seeded.forecasts(opened.table, origins)
            over_seeds = judge_seeds(forecasts.actual, forecasts.last, found, horizon=horizon, missing=seeded.missing)
        gain = compare_with_default(
            forecasts.actual,
            forecasts.model,
            final.untuned.forecaster.forecast(opened.table, origins),
            scores=(final.best.score or 0.0, final.untuned.score),
            horizon=horizon,
            seeds=over_seeds,
        )
    return SealedResult(opened, forecasts, judgement, gain, seeded, final.judge.about(opened), ledger.problems)


def make_bundle(final: FinalModels, sealed: SealedResult, prepared: Prepared, provenance: dict[str, Json]) -> Bundle:
    """The forecaster with its sealed-test errors and the last rows that one forecast needs."""
    actual, forecast, table = sealed.forecasts.actual, sealed.forecasts.model, sealed.opened.table
    scaled = None
    if not isinstance(quantity_of(prepared.experiment), Volatility):
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
