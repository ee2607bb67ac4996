"""What stands behind a figure: a text and a table, whatever is in it or missing."""

from datetime import date

import numpy as np
import pytest

from tunewright.images.report import told as of_images
from tunewright.prices.report import told as of_prices
from tunewright.prices.report.results import Span
from tunewright.report.study import told as of_study
from tunewright.report.study.results import Trial
from tunewright.report.told import ROWS, Told, course, listed


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "nothing defined"),
        ([None, float("nan")], "nothing defined"),
        ([3.0], "3.000"),
        ([2.0, None, 2.0], "2.000"),
        ([3.0, 2.0, 1.0], "from 3.000 to 1.000"),
        ([2.0, 1.0, 4.0, 3.0], "from 2.000 to 3.000 (lowest 1.000, highest 4.000)"),
    ],
)
def test_the_course_of_a_line(values: list[float | None], said: str) -> None:
    assert course(values) == said


def test_names_beyond_six_are_counted() -> None:
    assert listed({"a": 0.5, "b": None}, " %") == "a 0.5 %, b -"
    assert listed({str(one): 1.0 for one in range(9)}).endswith("5 1.000, and 3 more")


def test_a_long_table_shows_rows_from_all_over_and_says_so() -> None:
    whole = Told("", {"Day": [str(day) for day in range(1000)]}, "predictions.csv")
    rows = whole.rows()
    assert (len(rows), rows[0], rows[-1]) == (ROWS, ("0",), ("999",))
    assert whole.note() == "50 of 1,000 rows, evenly spread, rounded; all are in predictions.csv, in the run's folder."
    assert Told("", {"Day": ["1"]}, "").note() == "Rounded."
    assert Told("", {"Day": []}).rows() == []


def test_parameters_that_are_called_as_other_columns_keep_their_values() -> None:
    trials = [Trial(number, "complete", {"Score": 0.5, "Trial": 7}, 1.25, (1.25,), 1.0) for number in (0, 1)]
    found = of_study.contour(trials, ("Score", "Trial"), best=trials[1], minimum=None)
    assert list(found.columns) == ["Trial", "Score (parameter)", "Trial (parameter)", "Score"]
    assert found.rows()[1] == ("1", "0.5", "7", 1.25)


def test_nothing_pruned_no_folds_and_no_curves_are_told_as_such() -> None:
    trials = [Trial(0, "complete", {}, 1.0, (1.0,), 1.0, reports=((0, 1, 1.0),))]
    assert of_study.pruning(trials, np.zeros((1, 1)), best=0).alt.startswith("0 of 1 trial pruned. The best")
    sealed = Span(date(2020, 1, 1), date(2020, 2, 1), 20)
    assert of_prices.folds((), sealed).alt == "No folds. The sealed test is 2020-01-01 to 2020-02-01."
    assert of_images.learning({}).rows() == []
