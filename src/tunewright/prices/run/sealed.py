"""The sealed test of a run on prices: what every forecast of it comes to, and the ledger that tells of the opening."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tunewright.core.codec import Json
from tunewright.prices.judging.overfitting import Chosen
from tunewright.prices.judging.seeds import TUNED, Forecasts, judge_seeds
from tunewright.prices.judging.tuning import TuningGain, compare_with_default
from tunewright.prices.judging.worth import Worth
from tunewright.prices.preparation.seal import OpenedTest
from tunewright.prices.run.closed import Closed
from tunewright.prices.run.families import FamiliesFound
from tunewright.prices.run.judging import AnyForecasts, AnyJudgement, origins_of
from tunewright.prices.run.looking import entry_of, seen_in
from tunewright.prices.run.setup import Prepared
from tunewright.prices.run.worth import sealed_worth
from tunewright.runs.openings.looking import look


@dataclass(frozen=True)
class SealedResult:
    """What the sealed test told. `gain` is None where there is no untuned model to compare with.

    about: what else results.json tells of what was forecast, under keys of its own. problems: of reading and writing
    the ledger of openings. families: what the search found of each, where the family was tuned; no part of the test,
    and neither is chosen: whether the search chose or drew lots. worth: of the forecasts, where a price is forecast.
    intervals: as in results.json. by_seed: what the tuned model from each seed forecasts, shape (seeds, days); None
    where it was trained from one.
    """

    opened: OpenedTest
    forecasts: AnyForecasts
    judgement: AnyJudgement
    gain: TuningGain | None
    about: dict[str, Json]
    problems: tuple[str, ...] = ()
    families: FamiliesFound | None = None
    chosen: Chosen | None = None
    worth: Worth | None = None
    intervals: dict[str, Json] | None = None
    by_seed: Forecasts | None = None


def judge_sealed(closed: Closed, opened: OpenedTest, prepared: Prepared, *, run: Path, trials: int) -> SealedResult:
    """All forecasts for the same sealed days, and what they come to beside what was looked at before; then this look is
    written down. run: the folder. trials: of its study."""
    final, experiment = closed.final, prepared.experiment
    forecasted = final.judge(opened, tuned=final.tuned, ridge=final.ridge)
    forecasts = forecasted.forecasts
    seen = seen_in(forecasts, opened)
    told = partial(entry_of, seen, experiment=experiment, run=run, trials=trials)
    judgement, problems = look(run, seen, kind=experiment.kind, judge=forecasted.judge, told=told)
    trials_before = judgement.looks.trials_beside(str(run.absolute()))
    origins = origins_of(opened, experiment)
    over_seeds = closed.seeded.forecasts(opened.table, origins) if closed.seeded else {}
    return SealedResult(
        opened=opened,
        forecasts=forecasts,
        judgement=judgement,
        gain=_gain(closed, opened, prepared, forecasts=forecasts, over_seeds=over_seeds),
        about=final.judge.about(opened),
        problems=problems,
        chosen=closed.chosen,
        worth=sealed_worth(closed.terms, final.tuned, opened=opened, trials_before=trials_before),
        intervals=closed.learnt.judged(opened, forecasts) if closed.learnt else None,
        by_seed=over_seeds.get(TUNED),
    )


def _gain(
    closed: Closed,
    opened: OpenedTest,
    prepared: Prepared,
    *,
    forecasts: AnyForecasts,
    over_seeds: Mapping[str, Forecasts],
) -> TuningGain | None:
    """over_seeds: forecasts of all contestants by name; empty where each was trained from one."""
    final, seeded, judged = closed.final, closed.seeded, None
    if final.untuned is None:
        return None
    origins, horizon = origins_of(opened, prepared.experiment), prepared.experiment.preparation.horizon
    if seeded is not None:
        judged = judge_seeds(forecasts.actual, forecasts.last, over_seeds, horizon=horizon, missing=seeded.missing)
    return compare_with_default(
        forecasts.actual,
        forecasts.model,
        final.untuned.forecaster.forecast(opened.table, origins),
        scores=(final.best.score or 0.0, final.untuned.score),
        horizon=horizon,
        seeds=judged,
    )
