"""What comparisons do: tune the base where it has a space, then train every variant in every repeat, and compare.

The sealed test is cut off like in any run, and stays closed.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tunewright.core.codec import Json
from tunewright.core.errors import ConfigError
from tunewright.core.seeds import SeedTree
from tunewright.experiment.known import known_lines
from tunewright.experiment.plan import make_plan, resolve_search
from tunewright.experiment.transfer import NO_TRANSFER
from tunewright.prices.comparison.compared import Compared, compare, ladder_sentence, study_sentence
from tunewright.prices.comparison.ladder import variants_of
from tunewright.prices.comparison.lessons import Array, honest, last_value_losses
from tunewright.prices.comparison.objective import ComparisonObjective, comparison_plan, daily
from tunewright.prices.comparison.results import comparison_sections
from tunewright.prices.comparison.settings import NEEDS_RANGE, Comparison
from tunewright.prices.comparison.variants import Variants
from tunewright.prices.experiment.objective import PriceObjective
from tunewright.prices.experiment.resolved import preparation_of
from tunewright.prices.experiment.settings import TUNING
from tunewright.prices.run.life import about_prices
from tunewright.prices.run.setup import Prepared, longest_preparations, set_up
from tunewright.runs.folder import RunFolder
from tunewright.runs.parts import Ended, Life, Searched, Sought
from tunewright.runs.results import origin
from tunewright.runs.searching import COMPARING, Crew, Stage, open_study, search
from tunewright.search.records import State
from tunewright.search.samplers.choosing import LAG
from tunewright.statistics.paired import CONFIDENCE
from tunewright.statistics.wording import p_value


@dataclass(frozen=True)
class PreparedComparison:
    """The comparison, resolved, and its data. `prices.experiment` is the comparison's base."""

    experiment: Comparison
    prices: Prepared

    @property
    def sampler_reason(self) -> str:
        return self.prices.sampler_reason


def _set_up(comparison: Comparison) -> PreparedComparison:
    """Everything checked for every variant. Raises InputError."""
    base, reason = resolve_search(comparison.base, TUNING.space(comparison.base))
    prepared = set_up(replace(comparison, base=base).with_sets())  # so that each set is checked against the data
    for preparation in longest_preparations(prepared.experiment):
        for cut in prepared.folds:
            honest(prepared.development, cut, preparation)
    resolved = prepared.experiment.model_copy(update={"space": base.space})
    comparison = replace(comparison, base=resolved)
    columns = prepared.development.table.columns
    if NEEDS_RANGE in variants_of(comparison, resolved).names and not {"high", "low"} <= set(columns):
        raise ConfigError(
            f"the mistake {NEEDS_RANGE!r} needs the columns high and low, but the data has only {', '.join(columns)}; "
            "give data with them, or leave it out of comparison.mistakes"
        )
    return PreparedComparison(comparison, replace(prepared, experiment=resolved, sampler_reason=reason))


def _sought(prepared: PreparedComparison, folder: RunFolder) -> Sought | None:
    base, prices = prepared.experiment.base, prepared.prices
    if not base.space:
        return None
    plan = make_plan(base, TUNING.space(base), checkpoints=folder.checkpoints, transfer=base.transfer)
    objective = PriceObjective(base, prices.development, prices.folds)
    return Sought(plan, objective, _identity(prepared), about_prices(base, plan), "there is no model to compare with")


def _end(prepared: PreparedComparison, searched: Searched | None, crew: Crew) -> Ended[Compared]:
    """Every variant, in every repeat, with what was tuned on the base: trials of a study of their own."""
    comparison, prices, started = prepared.experiment, prepared.prices, time.perf_counter()
    base, params = comparison.base, searched.winner.params if searched else {}
    fixed = TUNING.with_params(base.model_copy(update={"space": {}, "start": [], "transfer": NO_TRANSFER}), params)
    variants = variants_of(comparison, fixed)
    repeats, seeds = comparison.settings.repeats, SeedTree(base.seed)
    objective = ComparisonObjective(variants, prices.development, prices.folds, seeds)
    plan = comparison_plan(variants.names, repeats=repeats, lag=base.search.lag or LAG, seeds=seeds)
    identity: Json = {**_identity(prepared), "params": dict(params)}
    with open_study(crew.folder, plan, name=f"{base.name} comparison", identity=identity) as store:
        found = search(crew, store, plan, objective=objective, phase=COMPARING)
        complete = [record for record in found.records if record.state is State.COMPLETE]
        details = [(record.params, store.fold_details(record.number)) for record in complete]
    search_s = time.perf_counter() - started
    crew.watch(Stage("writing the report", found.records, plan.trials))
    compared = _compare(prepared, variants, daily(details, variants.names, repeats=repeats))
    return Ended(
        compared,
        comparison_sections(comparison, prices, compared=compared, params=params, trained=found),
        {
            **origin(seed=base.seed, study_fingerprint=found.fingerprint),
            "data_fingerprint": prices.data_fingerprint,
        },
        training_s=sum(record.seconds for record in found.records),
        search_s=search_s,
    )


def _identity(prepared: PreparedComparison) -> dict[str, Json]:
    return {"comparison": prepared.experiment.identity(), "data": prepared.prices.data_fingerprint}


def _compare(prepared: PreparedComparison, variants: Variants, losses: Array) -> Compared:
    prices, preparation = prepared.prices, preparation_of(variants.experiment(variants.names[0]))
    last = [last_value_losses(prices.development, cut, preparation) for cut in prices.folds]
    rows = compare(variants.names, losses, last_value=np.concatenate(last), horizon=preparation.horizon)
    sentence = study_sentence if prepared.experiment.kind == "feature-study" else ladder_sentence
    return Compared(rows, sentence(rows))


def _closing(outcome: Compared) -> Sequence[str]:
    lines = [outcome.sentence, "", f"error in units of the last value's, and its change ({CONFIDENCE:.0%} interval)"]
    width = max(len(variant.name) for variant in outcome.variants)
    for variant in outcome.variants:
        line, change = f"{variant.name:<{width}}  {variant.score:.4f}", variant.change
        if change is not None:
            shares = (
                f"{100 * share:+.2f} %".replace("-", "\N{MINUS SIGN}")
                for share in (change.change, change.low, change.high)
            )
            line += "  {:>9}  ({} to {})".format(*shares) + f"  {p_value(change.p)}"
        lines.append(line)
    return lines


LIFE: Life[Comparison, PreparedComparison, Compared] = Life(
    _set_up,
    _sought,
    _end,
    opening=lambda prepared: [*prepared.prices.card.lines(), *known_lines(prepared.experiment.base)],
    closing=_closing,
    resources=lambda prepared: prepared.experiment.base.resources.resources(),
)
