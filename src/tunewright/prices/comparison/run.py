"""Runs of comparisons: tune the base where it has a space, then train every variant in every repeat, and compare.

The sealed test is cut off like in any run, and stays closed.
"""

import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tunewright.core.codec import Json
from tunewright.core.errors import ConfigError, StudyFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.core.threads import threads
from tunewright.experiment.files import to_toml
from tunewright.experiment.plan import make_plan, resolve_search
from tunewright.experiment.sections import ParameterSettings
from tunewright.prices.comparison.compared import Compared, compare, ladder_sentence, study_sentence
from tunewright.prices.comparison.ladder import NEEDS_RANGE
from tunewright.prices.comparison.lessons import Array, honest, last_value_losses
from tunewright.prices.comparison.objective import ComparisonObjective, comparison_plan, daily
from tunewright.prices.comparison.results import Told, write_comparison
from tunewright.prices.comparison.settings import Comparison
from tunewright.prices.comparison.variants import Variants, set_names
from tunewright.prices.experiment.objective import PriceObjective
from tunewright.prices.experiment.settings import preparation_of, search_space, with_params
from tunewright.prices.run.results import about_prices
from tunewright.prices.run.setup import Prepared, longest_preparations, set_up
from tunewright.runs.folder import RunFolder, fill_folder
from tunewright.runs.results import Timing
from tunewright.runs.searching import COMPARING, Stage, Watch, open_study, search
from tunewright.runs.study_results import study_section
from tunewright.search.records import State, best
from tunewright.search.samplers import LAG
from tunewright.trials.search import Found


@dataclass(frozen=True)
class ComparisonRun:
    """A run folder, the comparison, resolved, and its data. `prepared.experiment` is the comparison's base."""

    folder: RunFolder
    comparison: Comparison
    prepared: Prepared


def new_comparison_run(comparison: Comparison, *, out: Path | None = None, storage: str | None = None) -> ComparisonRun:
    """Make the folder, as `new_run` does for prices. Raises InputError."""
    comparison, prepared = _set_up(comparison)
    folder = fill_folder(out, comparison.base.name, text=to_toml(comparison), storage=storage)
    return ComparisonRun(folder, comparison, prepared)


def reopen_comparison_run(folder: RunFolder, comparison: Comparison) -> ComparisonRun:
    """A run that was started before. Raises InputError where its data is not usable any more."""
    return ComparisonRun(folder, *_set_up(comparison))


def conduct_comparison(run: ComparisonRun, *, workers: int = 0, watch: Watch = lambda stage: None) -> Compared:
    """Run to the end: everything of the run folder but the report. Raises as `conduct` does, and is resumed alike."""
    started = time.perf_counter()
    folder, prepared, base = run.folder, run.prepared, run.comparison.base
    with folder.lock(), threads(1):
        params, study, tuned_s = _tune(run, workers=workers, watch=watch) if base.space else ({}, None, 0.0)
        fixed = with_params(base.model_copy(update={"space": {}, "start": []}), params)
        variants = run.comparison.variants(fixed)
        objective = ComparisonObjective(variants, prepared.development, prepared.folds, SeedTree(base.seed))
        repeats = run.comparison.settings.repeats
        plan = comparison_plan(variants.names, repeats=repeats, lag=base.search.lag or LAG, seeds=SeedTree(base.seed))
        identity: Json = {**_identity(run), "params": dict(params)}
        with closing(open_study(folder, plan, name=f"{base.name} comparison", identity=identity)) as store:
            found = search(folder, store, plan, objective=objective, workers=workers, watch=watch, phase=COMPARING)
            complete = [record for record in found.records if record.state is State.COMPLETE]
            details = [(record.params, store.fold_details(record.number)) for record in complete]
    searched = time.perf_counter()
    watch(Stage("writing the report", found.records, plan.trials))
    compared = _compare(run, variants, daily(details, variants.names, repeats=repeats))
    trained = tuned_s + sum(record.seconds for record in found.records)
    timing = Timing(wall_s=time.perf_counter() - started, train_s=trained, search_s=searched - started)
    told = Told(compared, dict(params), _trained(found), study, timing)
    write_comparison(folder.results, run.comparison, prepared, told)
    return compared


def _set_up(comparison: Comparison) -> tuple[Comparison, Prepared]:
    """Everything checked for every variant. Raises InputError."""
    base, reason = resolve_search(comparison.base, search_space(comparison.base))
    trying = base
    if comparison.kind == "feature-study":  # as if the sets were tuned, so that each is checked against the data
        sets = ParameterSettings(choices=list(set_names(base)))
        trying = base.model_copy(update={"space": {**base.space, "feature_set": sets}})
    prepared = set_up(trying)
    for preparation in longest_preparations(prepared.experiment):
        for cut in prepared.folds:
            honest(prepared.development, cut, preparation)
    resolved = prepared.experiment.model_copy(update={"space": base.space})
    comparison = replace(comparison, base=resolved)
    columns = prepared.development.table.columns
    if NEEDS_RANGE in comparison.variants(resolved).names and not {"high", "low"} <= set(columns):
        raise ConfigError(
            f"the mistake {NEEDS_RANGE!r} needs the columns high and low, but the data has only {', '.join(columns)}; "
            "give data with them, or leave it out of comparison.mistakes"
        )
    return comparison, replace(prepared, experiment=resolved, sampler_reason=reason)


def _tune(run: ComparisonRun, *, workers: int, watch: Watch) -> tuple[Params, dict[str, Json], float]:
    """The best parameters of the base, the study that found them, and the seconds of its trials."""
    folder, prepared, base = run.folder, run.prepared, run.comparison.base
    plan = make_plan(base, search_space(base), checkpoints=folder.checkpoints)
    objective = PriceObjective(base, prepared.development, prepared.folds)
    with closing(open_study(folder, plan, name=base.name, identity=_identity(run))) as store:
        reason = store.note("sampler_reason", prepared.sampler_reason)
        found = search(folder, store, plan, objective=objective, workers=workers, watch=watch)
        winner = best(found.records)
        if winner is None:
            raise StudyFailure(
                "no trial of this study finished, so there is no model to compare with; "
                "begin anew with another [space] and another --out"
            )
        about = about_prices(base, plan, sampler_reason=reason)
        details = store.fold_details(winner.number)
        study = study_section(found, plan.space, about=about, details=details, edits=store.edits())
    return winner.params, study, sum(record.seconds for record in found.records)


def _identity(run: ComparisonRun) -> dict[str, Json]:
    content = run.comparison.as_dict()
    return {"comparison": content, "data": run.prepared.data_fingerprint}


def _compare(run: ComparisonRun, variants: Variants, losses: Array) -> Compared:
    prepared, preparation = run.prepared, preparation_of(variants.experiment(variants.names[0]))
    last = [last_value_losses(prepared.development, cut, preparation) for cut in prepared.folds]
    rows = compare(variants.names, losses, last_value=np.concatenate(last), horizon=preparation.horizon)
    sentence = study_sentence if run.comparison.kind == "feature-study" else ladder_sentence
    return Compared(rows, sentence(rows))


def _trained(found: Found) -> dict[str, Json]:
    return {"fingerprint": found.fingerprint, "trainings": len(found.records), "ended": found.ended}
