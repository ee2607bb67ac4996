"""The report's pure parts: what is read, what a figure shows, what a number is said to mean."""

import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from report_reading import PriceRun, read_price_run
from report_run import write_run
from tunewright.core.errors import RunFolderError
from tunewright.core.words import duration
from tunewright.prices.comparison.report import rungs, sets
from tunewright.prices.comparison.report.results import Change, Comparison, Variant
from tunewright.prices.report import change, comparison, folds, interval_figure, price
from tunewright.prices.report.intervals import DrawnDays, Ends
from tunewright.prices.report.predictions import Predictions
from tunewright.prices.report.results import Forecast, Measured
from tunewright.prices.report.section import verdict
from tunewright.prices.report.subject import volatility
from tunewright.prices.report.words import SYMBOLS, outcome_lines, tone
from tunewright.prices.report.zoom import ZOOM
from tunewright.report.study import curves, history
from tunewright.report.study.results import Trial
from tunewright.report.tables import text
from tunewright.report.words import number, probability, share


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> PriceRun:
    return read_price_run(write_run(tmp_path_factory.mktemp("run"), rows=600, test=100))


@pytest.fixture(scope="module")
def told(run: PriceRun) -> Forecast:
    return run.forecast


def trial(index: int, state: Any, score: float | None) -> Trial:
    return Trial(index, state, {"units": 8}, score, (), 1.0)


def predictions(last: list[float], *, close: list[float], model: list[float]) -> Predictions:
    dates = np.arange(len(last)).astype("datetime64[D]")
    arrays = [np.array(values) for values in (close, model, last)]
    return Predictions(dates, *arrays)


def test_change_is_per_cent_of_the_last_known_close() -> None:
    view = change.view_of(predictions([100.0, 50.0], close=[110.0, 49.0], model=[101.0, 50.0]))
    np.testing.assert_allclose(view.actual, [10.0, -2.0])
    np.testing.assert_allclose(view.model, [1.0, 0.0])
    assert view.unit == "%"
    assert view.limit == pytest.approx(10.5)


def test_change_is_in_price_where_a_close_is_not_positive() -> None:
    view = change.view_of(predictions([10.0, -37.0], close=[-37.0, 10.0], model=[9.0, -36.0]))
    np.testing.assert_allclose(view.actual, [-47.0, 47.0])
    assert view.unit == "price"


def test_change_of_a_still_series_has_an_axis() -> None:
    assert change.view_of(predictions([5.0, 5.0], close=[5.0, 5.0], model=[5.0, 5.0])).limit == 1.0


def test_the_enlarged_panel_holds_the_last_days(run: PriceRun) -> None:
    assert run.predictions is not None
    assert price.view_of(run.predictions).zoom == 100 - ZOOM
    assert price.view_of(predictions([1.0] * 3, close=[1.0] * 3, model=[1.0] * 3)).zoom == 0


def test_the_actual_volatility_is_drawn_above_the_last_value(run: PriceRun) -> None:
    assert run.predictions is not None
    subject = volatility(Measured("log_range", 1, 1e-6, 0))
    told = run.predictions
    drawn = price.plot(price.view_of(told, subject)).data
    assert [trace.name for trace in drawn[:3]] == ["Last value repeated", "Actual", "Tuned model"]
    lines = price.still(price.view_of(told, subject)).axes[0].lines
    assert [line.get_label() for line in lines] == ["Last value repeated", "Actual", "Tuned model"]
    np.testing.assert_array_equal(drawn[1].y, told.actual)
    assert price.plot(price.view_of(told)).data[0].name == "Actual"


@pytest.mark.parametrize(
    ("conclusion", "standing", "expected"),
    [
        ("skill", None, "skill"),
        ("skill", "better", "skill"),
        ("hint", None, "no_skill"),
        ("skill", "worse", "no_skill"),
        ("worse", "worse", "worse"),
    ],
)
def test_no_praise_for_a_hint_nor_where_har_does_better(
    told: Forecast, conclusion: Any, standing: Any, expected: str
) -> None:
    outcome = replace(told.test, conclusion=conclusion, standing_vs_har=standing)
    assert tone(outcome) == expected
    shown = verdict(replace(told, test=outcome), tuned=True)
    assert f'class="verdict {expected}"' in shown
    assert (SYMBOLS["skill"] in shown) == (expected == "skill")
    assert ("A hint, not a proof, that it is better than" in shown) == (conclusion == "hint")


def compared() -> Comparison:
    change = Change(-0.1, -0.2, 0.0, 0.04, (-0.1, -0.1))
    variants = (Variant("honest", 1.0, 50, None), Variant("random_split", 0.9, 50, change))
    return Comparison("", 0.95, variants, 2, "log_return", {}, {}, 4, "")


def test_every_line_and_band_of_a_comparison_has_a_legend() -> None:
    named = [shape.name for shape in rungs.plot(compared()).layout.shapes if shape.showlegend]
    assert named == ["Honest", "Last value repeated"]
    assert rungs.texts(compared()) == ["1.000", "\N{MINUS SIGN}10.0 %"]
    assert [shape.name for shape in sets.plot(compared()).layout.shapes if shape.showlegend] == ["Often claimed"]


def test_best_so_far_counts_complete_trials_in_order(run: PriceRun) -> None:
    trials = (
        trial(3, "complete", 0.9),
        trial(0, "complete", 1.2),
        trial(1, "pruned", 0.5),
        trial(2, "failed", None),
        trial(4, "complete", 1.0),
    )
    view = history.view_of(replace(run.study, trials=trials))
    assert (view.best_numbers, view.best_so_far) == ((0, 3, 4), (1.2, 0.9, 0.9))
    assert [trial.number for trial in view.scored] == [0, 1, 3, 4]
    assert [trial.number for trial in view.unscored] == [2]
    assert view.foot < 0.5
    assert not view.log


def test_scores_over_decades_go_on_a_log_axis(run: PriceRun) -> None:
    trials = (trial(0, "complete", 1000.0), trial(1, "complete", 1.0))
    view = history.view_of(replace(run.study, trials=trials))
    assert view.log
    assert 0 < view.foot < 1


def test_learning_curves_mark_the_best_epoch_counted_from_one(run: PriceRun) -> None:
    view = curves.view_of(run.study)
    assert view is not None
    assert run.study.best is not None
    fold = run.study.best.folds[0]
    assert view.curves[0].best == (fold.best_epoch + 1, fold.validation_loss[fold.best_epoch])
    assert len(view.curves) == 5
    assert all(curve.log for curve in view.curves)


def test_comparison_is_skill_in_per_cent_of_the_last_values_error(told: Forecast) -> None:
    view = comparison.view_of(told.test)
    metrics = told.test.metrics
    assert metrics["model"].mse is not None
    assert metrics["last_value"].mse is not None
    assert view.skill[0] == pytest.approx(100 * (1 - metrics["model"].mse / metrics["last_value"].mse))
    assert view.skill[1] == 0
    assert view.second.values[1] is None
    assert view.detectable == pytest.approx(0.614)


def test_misses_are_marked_in_per_cent_of_the_forecast() -> None:
    ends = {"constant": Ends((-0.01, -0.01, -0.02), (0.01, 0.01, 0.02))}
    days = DrawnDays(0.9, ("2020-01-02", "2020-01-03", "2020-01-06"), (0.011, -0.01, -0.03), ends)
    view = interval_figure.view_of(days)
    (panel,) = view.panels
    np.testing.assert_allclose(view.actual, [1.1, -1.0, -3.0])
    assert (panel.title, panel.missed.tolist()) == ("Constant width", [True, False, True])
    assert interval_figure.plot(view).data[3].x == ("2020-01-02", "2020-01-06")
    with pytest.raises(ValueError, match="as many values as its 3 dates"):
        replace(days, actual=(0.0, 0.0))


def test_views_are_frozen_and_take_the_folds_as_they_are(told: Forecast) -> None:
    view = folds.view_of(told)
    assert view.folds == told.folds
    with pytest.raises(FrozenInstanceError):
        view.folds = ()  # type: ignore[misc]


def test_a_run_without_a_default_to_compare_with_is_read(tmp_path: Path) -> None:
    path = write_run(tmp_path, rows=200, test=20, trials=3) / "results.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"tuning": None}))
    forecast = read_price_run(tmp_path).forecast
    assert forecast is not None
    assert forecast.tuning is None


def test_integers_of_the_search_space_stay_integers(run: PriceRun) -> None:
    assert repr(run.study.space["units"].high) == "128"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (number(None), "-"),
        (number(15.2534, digits=5), "15.253"),
        (number(123456.7), "123,457"),
        (number(0.000012345), "1.234e-05"),
        (number(-1.2e-5, digits=2), "\N{MINUS SIGN}1.2e-05"),
        (number(-1.5), "\N{MINUS SIGN}1.500"),
        (share(-0.01), "\N{MINUS SIGN}1.00 %"),
        (text(-0.25), "\N{MINUS SIGN}0.25"),
        (text(True), "True"),
        (number(0), "0"),
        (share(0.5337), "53.37 %"),
        (probability(0.0004), "p < 0.001"),
        (probability(0.61), "p = 0.610"),
        (probability(None), "undefined"),
        (duration(4.52), "4.5 s"),
        (duration(131), "2 min 11 s"),
        (duration(7320), "2 h 2 min"),
    ],
)
def test_formats(said: str, expected: str) -> None:
    assert said == expected


def test_sentences_follow_the_numbers(told: Forecast) -> None:
    outcome = told.test
    before = {line.name: line.meaning for line in outcome_lines(outcome)}
    better = replace(outcome, skill_vs_last_value=0.02, clark_west=replace(outcome.clark_west, p=0.001))
    after = {line.name: line.meaning for line in outcome_lines(better)}
    assert "above" in before["Skill against the last value"]
    assert "below that" in after["Skill against the last value"]
    assert before["Clark-West"].endswith("chance alone gives as much in 61 % of such tests.")
    assert after["Clark-West"].startswith("The forecast carries")
    assert len({line.name for line in outcome_lines(outcome)}) == 8
    hint = replace(better, diebold_mariano=replace(outcome.diebold_mariano, p=0.03), spa=replace(outcome.spa, p=None))
    said = {line.name: line.meaning for line in outcome_lines(hint)}
    assert said["Diebold-Mariano"] == (
        "A hint, not proof (that needs p < 0.01): the two errors, the model's and the last value's, differ by more "
        "than chance explains; the skill above says which is smaller."
    )
    assert said["Superior predictive ability"] == "Too few days that do not overlap for a test."


def drop_results(folder: Path) -> None:
    (folder / "results.json").unlink()


def drop_predictions(folder: Path) -> None:
    (folder / "predictions.csv").unlink()


def cut_results(folder: Path) -> None:
    path = folder / "results.json"
    path.write_text(path.read_text()[:500])


def put_nan(folder: Path) -> None:
    path = folder / "results.json"
    path.write_text(path.read_text().replace('"seed": 0', '"seed": NaN', 1))


def put_schema(folder: Path) -> None:
    path = folder / "results.json"
    path.write_text(path.read_text().replace('"schema": 1', '"schema": 2', 1))


def drop_key(folder: Path) -> None:
    path = folder / "results.json"
    record = json.loads(path.read_text())
    del record["test"]["clark_west"]["p"]
    path.write_text(json.dumps(record))


def edit_predictions(folder: Path, change: Callable[[list[str]], list[str]]) -> None:
    path = folder / "predictions.csv"
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")


def drop_row(folder: Path) -> None:
    edit_predictions(folder, lambda lines: lines[:-1])


def swap_rows(folder: Path) -> None:
    edit_predictions(folder, lambda lines: [lines[0], lines[2], lines[1], *lines[3:]])


def blank_value(folder: Path) -> None:
    edit_predictions(folder, lambda lines: [*lines[:2], lines[2].rsplit(",", 1)[0] + ",", *lines[3:]])


def put_words(folder: Path) -> None:
    edit_predictions(folder, lambda lines: [*lines[:2], lines[2].rsplit(",", 1)[0] + ",many", *lines[3:]])


def rename_column(folder: Path) -> None:
    edit_predictions(folder, lambda lines: [lines[0].replace("ridge", "rigde"), *lines[1:]])


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (drop_results, "found no results.json"),
        (drop_predictions, "found no predictions.csv"),
        (cut_results, "expected JSON"),
        (put_nan, "NaN is not a JSON number"),
        (put_schema, "expected schema 1, found 2"),
        (drop_key, "test.clark_west.p: Field required"),
        (drop_row, "expected 20 rows, as results.json says, found 19"),
        (swap_rows, "out of order or twice"),
        (blank_value, "line 3"),
        (put_words, "expected ISO dates and numbers"),
        (rename_column, "found none named ridge"),
    ],
)
def test_a_broken_folder_is_one_clear_line(tmp_path: Path, damage: Callable[[Path], None], said: str) -> None:
    damage(write_run(tmp_path, rows=200, test=20, trials=3))
    with pytest.raises(RunFolderError, match=r"cannot report on .*; (finish|use)") as caught:
        read_price_run(tmp_path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
