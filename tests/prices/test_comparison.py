"""Lessons, mistakes and the objective of comparisons: each mistake does what it says, and a useful feature is found."""

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tunewright.core.codec import Json
from tunewright.core.errors import DataError, StudyFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.entrance import load_experiment
from tunewright.prices.comparison.compared import compare
from tunewright.prices.comparison.ladder import Ladder
from tunewright.prices.comparison.lessons import Array, Lesson, honest, last_value_losses
from tunewright.prices.comparison.mistakes import MISTAKES, SMOOTHED
from tunewright.prices.comparison.objective import ComparisonObjective, daily
from tunewright.prices.comparison.settings import MISTAKE_NAMES, Comparison
from tunewright.prices.comparison.variants import FeatureSets
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.data.table import PriceTable
from tunewright.prices.experiment.resolved import preparation_of
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.preparation.folds import Rows, WalkForward
from tunewright.prices.preparation.seal import Development

SETS = {"base": ["log_return"], "volume": ["log_return", "log_volume_change"], "weekday": ["log_return", "weekday_sin"]}


@pytest.fixture
def development() -> Development:
    return Development(random_walk(400, 3))


@pytest.fixture
def lesson(development: Development) -> Lesson:
    (_, cut) = WalkForward(2).cut(400)
    return honest(development, cut, preparation_of(ridge()))


def ridge(**preparation: object) -> Experiment:
    given = {"features": ["log_return", "high_low"], "time_step": 4, **preparation}
    return Experiment.model_validate({"preparation": given, "model": {"family": "ridge"}})


def made(name: str, lesson: Lesson) -> Lesson:
    (only,) = MISTAKES[name](lesson, 0)
    return only


def test_the_honest_lesson_never_touches_what_it_is_scored_on(lesson: Lesson) -> None:
    assert lesson.train.max() < lesson.stopping.min() <= lesson.stopping.max() < lesson.scored.min()
    assert lesson.fitted == Rows(0, lesson.train.max() + 1)
    assert made("honest", lesson) is lesson
    assert len(lesson.stopping) == round(0.2 * (lesson.stopping.max() + 1))


def test_too_few_rows_are_refused(development: Development) -> None:
    (cut,) = WalkForward(1, 0.95).cut(100)
    with pytest.raises(DataError, match="fold 0 has 4 training rows, of which the last 20% only choose the epoch"):
        honest(development, cut, preparation_of(ridge()))


def test_scaler_and_stopping_see_the_scored_days(lesson: Lesson) -> None:
    assert made("whole_series_scaler", lesson) == replace(lesson, fitted=Rows(0, 400))
    assert np.array_equal(made("stopping_on_test", lesson).stopping, lesson.scored)


def test_the_random_split_trains_between_the_days_it_scores(lesson: Lesson) -> None:
    first, second = MISTAKES["random_split"](lesson, 7)
    both = np.concatenate([first.scored, second.scored])
    assert np.array_equal(np.sort(both), lesson.scored)
    assert np.array_equal(lesson.scored[first.places], first.scored)
    for part in (first, second):
        assert not set(part.train) & set(part.scored)
        assert part.train.max() > part.scored.min()
    again = MISTAKES["random_split"](lesson, 7)[0]
    assert np.array_equal(again.train, first.train)
    assert not np.array_equal(MISTAKES["random_split"](lesson, 8)[0].scored, first.scored)


def test_the_same_day_column_knows_the_target_day(lesson: Lesson) -> None:
    wrong, day = made("same_day_column", lesson), 300
    columns = lesson.table.columns
    assert wrong.preparation.features[-2:] == ("custom.target_day_high", "custom.target_day_low")
    known = wrong.table.columns["custom.target_day_high"][day - 1]
    assert known == np.log(columns["high"][day] / columns["close"][day - 1])


def test_newest_first_predicts_from_what_came_later(lesson: Lesson) -> None:
    wrong = made("newest_first", lesson)
    assert np.array_equal(wrong.table.close, lesson.table.close[::-1])
    assert len(wrong.scored) == len(lesson.scored) - wrong.first
    days = lesson.scored[wrong.places]
    assert np.array_equal(wrong.table.close[wrong.scored], lesson.table.close[days])
    assert np.array_equal(wrong.table.close[wrong.scored - 1], lesson.table.close[days + 1])
    assert wrong.fitted.stop - wrong.fitted.start == len(lesson.fitted)


def test_the_smoothed_series_holds_the_days_after(lesson: Lesson) -> None:
    wrong, reach = made("smoothed_series", lesson), SMOOTHED // 2
    close = lesson.table.close
    assert wrong.table.close[200] == pytest.approx(close[200 - reach : 201 + reach].mean())
    assert wrong.table.close[0] == pytest.approx(close[: reach + 1].mean())
    assert len(wrong.table) == 400


def run(objective: ComparisonObjective, *, repeats: int) -> Array:
    """All losses, as a search would find them."""
    names = objective.variants.names
    points: list[Params] = [{"repeat": repeat, "variant": name} for repeat in range(repeats) for name in names]
    folds = range(objective.folds)
    details: list[tuple[Params, list[Json]]] = [
        (point, [objective(point, fold, seeds=SeedTree(9)).detail() for fold in folds]) for point in points
    ]
    return daily(details, names, repeats=repeats)


def test_every_mistake_runs_and_lies_look_better(development: Development) -> None:
    ladder, cuts = Ladder(ridge(), MISTAKE_NAMES), WalkForward(2).cut(400)
    objective = pickle.loads(pickle.dumps(ComparisonObjective(ladder, development, cuts, SeedTree(0))))
    losses = run(objective, repeats=2)
    assert losses.shape == (len(ladder.names), 2, 200)
    last = np.concatenate([last_value_losses(development, cut, preparation_of(ridge())) for cut in cuts])
    rows = compare(ladder.names, losses, last_value=last, horizon=1)
    changed = {row.name: row.change.change for row in rows if row.change}
    assert rows[0].score == pytest.approx(1, abs=0.1)
    assert changed["same_day_column"] < -0.3
    assert changed["smoothed_series"] < -0.5
    assert abs(changed["whole_series_scaler"]) < 0.05


def telling_volume(rows: int, *, seed: int) -> PriceTable:
    """Prices whose next move is known, but for noise, by today's change of the volume."""
    random, made_up = np.random.default_rng(seed), random_walk(rows, seed)
    tells = random.standard_normal(rows)
    moves = 0.01 * (0.6 * np.roll(tells, 1) + 0.8 * random.standard_normal(rows))
    close = 100 * np.exp(np.cumsum(moves))
    return PriceTable(made_up.dates, {"close": close, "volume": 1e6 * np.exp(0.2 * np.cumsum(tells))})


def test_a_useful_feature_is_found_and_a_useless_one_is_not() -> None:
    development, cuts = Development(telling_volume(900, seed=1)), WalkForward(2).cut(900)
    sets = FeatureSets(ridge(feature_set="base", feature_sets=SETS))
    assert sets.names == ("base", "volume", "weekday")
    losses = run(ComparisonObjective(sets, development, cuts, SeedTree(0)), repeats=2)
    last = np.concatenate([last_value_losses(development, cut, preparation_of(sets.base)) for cut in cuts])
    _, volume, weekday = compare(sets.names, losses, last_value=last, horizon=1)
    assert volume.change is not None
    assert weekday.change is not None
    assert volume.change.change == pytest.approx(-0.36, abs=0.1)
    assert volume.change.p < 0.001
    assert weekday.change.p > 0.01


def test_a_missing_training_is_said() -> None:
    with pytest.raises(StudyFailure, match="2 of 4 trainings failed, the first of 'b' in repeat 0"):
        daily([({"repeat": at, "variant": "a"}, [{"losses": [1.0, None]}]) for at in (0, 1)], ("a", "b"), repeats=2)


@pytest.mark.parametrize("name", ["feature-study", "leakage-ladder"])
def test_recipes_are_comparisons(name: str, tmp_path: Path) -> None:
    comparison = load_experiment(name)
    assert isinstance(comparison, Comparison)
    assert comparison.kind == name
    assert comparison.settings.repeats == {"feature-study": 10, "leakage-ladder": 5}[name]
