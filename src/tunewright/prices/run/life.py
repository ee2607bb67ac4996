"""What runs on prices do: search, final model beside the untuned default and the ridge, sealed test, bundle."""

from dataclasses import replace

from tunewright.core.codec import Json
from tunewright.core.plugins import later
from tunewright.experiment.by_user import code_of
from tunewright.experiment.plan import make_plan
from tunewright.prices.bundle.bundle import save_bundle
from tunewright.prices.experiment.objective import PriceObjective
from tunewright.prices.experiment.settings import TUNING, Experiment, identity_of
from tunewright.prices.run.bundling import make_bundle
from tunewright.prices.run.closed import before_the_test
from tunewright.prices.run.families import families_found
from tunewright.prices.run.results import about_prices, price_sections, provenance, write_predictions
from tunewright.prices.run.sealed import SealedResult, judge_sealed
from tunewright.prices.run.setup import Prepared, set_up
from tunewright.runs.folder import RunFolder
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
    records, trials = searched.found.records, searched.trials
    closed = before_the_test(prepared, searched, crew)
    crew.watch(Stage("opening the sealed test", records, trials))
    opened = prepared.sealed.open(searched.opening)
    sealed = judge_sealed(closed, opened, prepared, run=crew.folder.path, trials=len(records))
    sealed = replace(sealed, families=families_found(prepared, records))
    told = provenance(prepared)
    save_bundle(crew.folder.bundle, make_bundle(closed.final, sealed, prepared, {**searched.origin, **told}))
    write_predictions(crew.folder, sealed)
    crew.watch(Stage("writing the report", records, trials))
    return Ended(sealed, price_sections(prepared, closed=closed, sealed=sealed), told, closed.seconds)


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
