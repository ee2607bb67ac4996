"""The leak audit sees the ladder's mistakes in what goes into a training, all but the one that it cannot see."""

from dataclasses import dataclass

import pytest

from tunewright.prices.comparison.lessons import Days, Lesson, honest, samples
from tunewright.prices.comparison.mistakes import MISTAKES
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.preparation.audit import audit
from tunewright.prices.preparation.audited import Dates, FoldSamples, Sampled
from tunewright.prices.preparation.folds import Fold, WalkForward
from tunewright.prices.preparation.join import Sources, join
from tunewright.prices.preparation.prepare import FittedPreparation, Preparation, fit_preparation
from tunewright.prices.preparation.seal import Development

PREPARATION = Preparation(("log_return", "high_low"), "log_return", "standard", time_step=4)


@dataclass(frozen=True)
class MistakenPipeline:
    """The way to the samples of somebody who makes this one mistake."""

    mistake: str

    def __call__(self, sources: Sources, fold: Fold, /) -> FoldSamples:
        development = Development(join(sources).table)
        lesson = MISTAKES[self.mistake](honest(development, fold, PREPARATION), 0)[0]
        dates = lesson.table.dates[::-1] if self.mistake == "newest_first" else lesson.table.dates
        fitted = fit_preparation(Development(lesson.table), lesson.fitted, lesson.preparation)
        parts = (sampled(fitted, lesson, days, dates) for days in (lesson.train, lesson.scored))
        return FoldSamples(lesson.preparation.features, *parts)


def sampled(fitted: FittedPreparation, lesson: Lesson, days: Days, dates: Dates) -> Sampled:
    """dates: of the rows of the lesson's table."""
    made = samples(fitted, lesson, days)
    origins = made.windows.origins
    windows = made.windows.series[made.windows.rows()]
    return Sampled(windows, made.targets, dates[origins], dates[origins + lesson.preparation.horizon])


@pytest.mark.parametrize(
    ("mistake", "leaks"),
    [
        ("honest", set()),
        ("whole_series_scaler", {("fitting", "log_return"), ("fitting", "high_low"), ("fitting", "target")}),
        ("random_split", {("split", "target")}),
        ("stopping_on_test", set()),  # the samples are honest, only the choice of the epoch is not
        ("same_day_column", {("look-ahead", f"custom.target_day_{name}") for name in ("high", "low")}),
        ("newest_first", {("look-ahead", "log_return"), ("look-ahead", "high_low")}),
        ("smoothed_series", {("look-ahead", "log_return"), ("look-ahead", "high_low"), ("look-ahead", "target")}),
    ],
)
def test_the_audit_finds_the_mistake(mistake: str, leaks: set[tuple[str, str]]) -> None:
    found = audit(MistakenPipeline(mistake), Sources(random_walk(300, 2)), WalkForward(2, 0.4).cut(300))
    kinds = {(finding.check, finding.column) for finding in found}
    assert leaks <= kinds
    assert bool(kinds) == bool(leaks)
