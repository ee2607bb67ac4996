"""What runs on prices do: search, final model beside the untuned default and the ridge, sealed test, bundle."""

import time
from dataclasses import replace

from tunewright.core.codec import Json
from tunewright.core.plugins import later
from tunewright.core.seeds import SeedTree
from tunewright.experiment.by_user import code_of
from tunewright.experiment.plan import make_plan
from tunewright.prices.bundle.bundle import save_bundle
from tunewright.prices.experiment.objective import PriceObjective
from tunewright.prices.experiment.refit import typical_epochs
from tunewright.prices.experiment.settings import TUNING, Experiment, identity_of
from tunewright.prices.run.families import families_found
from tunewright.prices.run.final import SealedResult, judge_sealed, make_bundle, train_final
from tunewright.prices.run.intervals import learn_intervals
from tunewright.prices.run.looking import entry_of, seen_in
from tunewright.prices.run.results import about_prices, price_sections, provenance, write_predictions
from tunewright.prices.run.seeds import train_seeds
from tunewright.prices.run.setup import Prepared, set_up
from tunewright.prices.run.validated import validated
from tunewright.prices.run.worth import chosen_by, sealed_worth, worth_terms
from tunewright.runs.folder import RunFolder
from tunewright.runs.openings.ledger import enter, ledger_of
from tunewright.runs.parts import Ended, Life, Searched, Sought
from tunewright.runs.searching import Crew, Stage


def _sought(prepared: Prepared, folder: RunFolder) -> Sought:
    experiment = prepared.experiment
    plan = make_plan(experiment, TUNING.space(experiment), checkpoints=folder.checkpoints)
    objective = PriceObjective(experiment, prepared.development, prepared.folds)
    code = code_of(getattr(own, "call", None) for own in experiment.model.settings.values())
    identity: Json = {
        "experiment": identity_of(experiment),
        "data": prepared.data_fingerprint,
        **({"code": code} if code else {}),
    }
    about = about_prices(experiment, plan)
    return Sought(plan, objective, identity, about, "there is nothing to test", experiment.training.epochs)


def _end(prepared: Prepared, searched: Searched | None, crew: Crew) -> Ended[SealedResult]:
    assert searched is not None, "prices are always searched"
    records, trials, started = searched.found.records, searched.trials, time.perf_counter()
    crew.watch(Stage("training the final model", records, trials))
    epochs = typical_epochs(searched.details)
    final = train_final(prepared, searched.winner, epochs=epochs, seeds=SeedTree(prepared.experiment.seed))
    training_s = time.perf_counter() - started
    found = validated(prepared, searched)
    terms = worth_terms(prepared, final.tuned, trials=len(records), found=found)
    seeded = train_seeds(prepared, final, searched=searched, crew=crew)
    crew.watch(Stage("opening the sealed test", records, trials))
    learnt = learn_intervals(prepared, searched)
    run, opened = crew.folder.path, prepared.sealed.open(searched.opening)
    sealed = judge_sealed(final, opened, prepared, ledger=ledger_of(run), seeded=seeded)
    seen = seen_in(sealed.forecasts, opened)
    entry = entry_of(seen, sealed.judgement, experiment=prepared.experiment, run=run, trials=len(records))
    problems = (*sealed.problems, *enter(run, entry))
    sealed = replace(
        sealed,
        problems=problems,
        families=families_found(prepared, records),
        chosen=chosen_by(found),
        worth=sealed_worth(terms, final.tuned, opened=opened),
        about={**sealed.about, "intervals": learnt.judged(opened, sealed.forecasts) if learnt else None},
    )
    told = provenance(prepared)
    save_bundle(crew.folder.bundle, make_bundle(final, sealed, prepared, {**searched.origin, **told}))
    write_predictions(crew.folder.predictions, sealed.forecasts)
    crew.watch(Stage("writing the report", records, trials))
    return Ended(
        sealed,
        price_sections(prepared, final=final, sealed=sealed),
        told,
        training_s + (seeded.seconds if seeded else 0.0),
    )


def _opening(prepared: Prepared) -> list[str]:
    return [*prepared.card.lines(), *(f"warning   {warning}" for warning in prepared.warnings)]


def _closing(sealed: SealedResult) -> list[str]:
    lines = [sealed.judgement.verdict]
    if sealed.gain:
        lines.append(sealed.gain.sentence())
    if sealed.worth:
        lines.append(sealed.worth.sentence())
    if sealed.judgement.leak_warning:
        lines.append(f"WARNING: {sealed.judgement.leak_warning}")
    lines += [f"WARNING: {problem}" for problem in sealed.problems]
    return [*lines, "", *sealed.families.lines()] if sealed.families else lines


LIFE: Life[Experiment, Prepared, SealedResult] = Life(
    set_up,
    _sought,
    _end,
    opening=_opening,
    closing=_closing,
    refit=later("tunewright.prices.refitting:refit"),
)
