"""What the figures of a study show: views, as pure functions of its trials."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from report_reading import read_study, read_surface
from report_run import write_function_run, write_run
from tunewright.report.study import contour, importance, parallel, pareto, pruning, slices, timeline, words
from tunewright.report.study.results import Best, Counts, Dimension, Study, Surface, Trial
from tunewright.report.study.scales import Scale, parameters, ranks, scale_of

REAL = Dimension("float", 1e-4, 1.0, log=True)
WHOLE = Dimension("int", 1, 3, step=1)
CHOICE = Dimension("choice", choices=("adam", "sgd"))


def trial(number: int, score: float | None = None, **changes: Any) -> Trial:
    state: Any = "failed" if score is None else "complete"
    return replace(Trial(number, state, {}, score, (), 1.0), **changes)


def study(*trials: Trial, space: dict[str, Dimension] | None = None) -> Study:
    complete = [one for one in trials if one.state == "complete" and one.score is not None]
    first = min(complete, key=lambda one: one.score or 0.0, default=None)
    best = None if first is None else Best(first.number, first.params, first.score or 0.0, ())
    states = [one.state for one in trials]
    counts = Counts(states.count("complete"), states.count("pruned"), states.count("failed"))
    return Study("", "random", "mse", "squared error", 8, space or {}, counts, trials, best)


@pytest.fixture(scope="module")
def prices(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return read_study(write_run(tmp_path_factory.mktemp("run"), rows=200, test=20))


@pytest.fixture(scope="module")
def function(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Surface | None]:
    folder = write_function_run(tmp_path_factory.mktemp("run"))
    return read_study(folder), read_surface(folder)


def test_places_run_from_0_to_1_on_every_kind_of_axis() -> None:
    assert Scale("rate", 1e-4, 1.0, log=True).place(0.01) == pytest.approx(0.5)
    assert Scale("units", 10, 20).place(15) == 0.5
    assert Scale("one", 3, 3).place(3) == 0.5
    assert [Scale("kind", choices=("a", "b")).place(choice) for choice in "ab"] == [0.25, 0.75]


def test_values_tried_outside_the_space_widen_the_axis() -> None:
    started = study(trial(0, 1.0, params={"rate": 4.0, "kind": "rmsprop"}), space={"rate": REAL, "kind": CHOICE})
    assert scale_of(started, "rate").high == 4.0
    assert scale_of(started, "kind").choices == ("adam", "sgd", "rmsprop")


def test_the_most_important_parameter_comes_first(prices: Study) -> None:
    assert parameters(prices)[:3] == ("learning_rate", "units", "dropout")
    assert parameters(replace(prices, importance={})) == tuple(prices.space)


def test_no_importance_is_claimed_where_none_was_computed(prices: Study) -> None:
    without = replace(prices, importance={})
    for one, claims in ((prices, True), (without, False)):
        captions = [made.caption for made in (parallel.draw(one), slices.draw(one), contour.draw(one, None)) if made]
        assert len(captions) == 3
        assert ["most important" in caption for caption in captions] == [claims] * 3
        assert not any("{" in caption for caption in captions)


def test_ranks_spread_evenly_whatever_the_outliers() -> None:
    np.testing.assert_allclose(ranks(np.array([1e9, 1.0, 2.0])), [1.0, 0.0, 0.5])
    assert ranks(np.array([5.0])).tolist() == [0.0]
    assert ranks(np.array([2.0, 2.0, 1.0])).tolist() == [0.75, 0.75, 0.0]


def test_parallel_leaves_a_gap_where_a_parameter_is_absent() -> None:
    one, two = trial(0, 2.0, params={"layers": 1, "rate": 1.0}), trial(1, 1.0, params={"layers": 3})
    view = parallel.view_of(study(one, two, space={"layers": WHOLE, "rate": REAL}))
    assert view is not None
    assert [(path.number, path.places) for path in view.paths] == [(0, (0.0, 1.0, 1.0)), (1, (1.0, None, 0.0))]
    assert parallel.left(view) == parallel.ROOM


def test_slices_hold_the_trials_that_have_the_parameter() -> None:
    one, two = trial(0, 2.0, params={"kind": "sgd", "rate": 1.0}), trial(1, 1.0, params={"kind": "adam"})
    view = slices.view_of(study(one, two, trial(2), space={"kind": CHOICE, "rate": REAL}))
    assert view is not None
    assert [(panel.scale.name, slices.x_of(panel)) for panel in view.panels] == [("kind", [1, 0]), ("rate", [1.0])]
    assert slices.best_of(view, view.panels[0]) == [0, 1.0]
    assert slices.best_of(view, view.panels[1]) == []


def test_the_contour_of_a_function_is_its_root_above_the_minimum(function: tuple[Study, Surface | None]) -> None:
    view = contour.view_of(*function)
    assert view is not None
    assert view.known
    assert view.minimum == (0.0, 0.0)
    assert view.heights[20, 30] == pytest.approx(5.0)
    assert [one.number for one in view.way] == sorted(one.number for one in view.way)
    assert function[0].best is not None
    assert view.way[-1].number == function[0].best.number


def test_the_contour_between_trials_is_that_of_the_plane_of_their_ranks() -> None:
    space = {"a": Dimension("float", 0.0, 1.0), "b": Dimension("float", 0.0, 1.0), "kind": CHOICE}
    corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]
    trials = [trial(n, 1 + a + 2 * b, params={"kind": "adam", "a": a, "b": b}) for n, (a, b) in enumerate(corners)]
    view = contour.view_of(study(*trials, space=space), None)
    assert view is not None
    np.testing.assert_allclose(view.heights, (view.grid_x[None, :] + 2 * view.grid_y[:, None]) / 3, atol=1e-12)


def test_trials_on_a_line_have_points_but_no_contour() -> None:
    space = {"a": Dimension("float", 0.0, 1.0), "b": Dimension("float", 0.0, 1.0)}
    trials = [trial(n, float(n), params={"a": n / 4, "b": n / 4}) for n in range(5)]
    assert (drawn := contour.draw(study(*trials, space=space), None)) is not None
    assert drawn.still.startswith(b"\x89PNG")
    view = contour.view_of(study(*trials, space=space), None)
    assert view is not None
    assert np.isnan(view.heights).all()


def test_a_surface_with_holes_is_drawn(function: tuple[Study, Surface | None]) -> None:
    rows = ((None, 1.0, 4.0), (1.0, 2.0, 5.0), (4.0, 5.0, None))
    surface = Surface((-10.0, 0.0, 10.0), (-10.0, 0.0, 10.0), rows)
    assert contour.draw(function[0], surface) is not None
    view = contour.view_of(function[0], replace(surface, z=((None,) * 3,) * 3))
    assert view is not None
    assert not view.known


def test_importance_keeps_both_measures_in_one_order(prices: Study) -> None:
    view = importance.view_of(prices)
    assert view is not None
    assert view.names == ("learning_rate", "units", "dropout", "features", "layers")
    assert view.shares["fanova"] == pytest.approx((30, 10, 2, 50, 8))
    assert importance.view_of(replace(prices, importance={})) is None


def raced() -> Study:
    """Two folds of two epochs; trial 2 is pruned at the first epoch of the second."""
    full: dict[str, Any] = {"fold_scores": (2.0, 4.0), "reports": ((0, 1, 3.0), (0, 2, 2.0), (1, 1, 5.0), (1, 2, 4.0))}
    best: dict[str, Any] = {"fold_scores": (1.0, 1.0), "reports": ((0, 1, 1.0), (1, 1, 2.0), (1, 2, 1.0))}
    cut: dict[str, Any] = {"fold_scores": (3.0,), "reports": ((0, 1, 4.0), (0, 2, 3.0), (1, 1, 9.0)), "state": "pruned"}
    return replace(study(trial(0, 3.0, **full), trial(1, 1.0, **best), trial(2, **cut)), pruner="racing")


def test_pruning_compares_like_with_like() -> None:
    view = pruning.view_of(raced())
    assert view is not None
    np.testing.assert_allclose(view.standings[0], [1.0, 0.5, 1.0, 1.0])
    np.testing.assert_allclose(view.standings[1], [-1.0, -0.5, -1.0, -1.0])
    np.testing.assert_allclose(view.standings[2], [2.0, 1.5, 3.5, np.nan])
    assert view.folds == (2.5,)
    assert view.ends == {2: 2}
    assert view.best == 1


def test_what_pruning_saved_is_measured_in_epochs() -> None:
    assert words.saving(raced()) == pytest.approx(0.5 / 10.5)
    assert words.pruner(raced()) == (
        "The racing pruner gave up 1 of the 3 trials that did not fail, and so saved about 5 % of the epochs."
    )


def test_nothing_pruned_is_not_drawn_but_said(function: tuple[Study, Surface | None]) -> None:
    assert pruning.view_of(function[0]) is None
    assert words.pruner(replace(function[0], pruner="median")) == "The median pruner gave no trial up."


def test_lanes_are_as_many_as_ran_at_once_and_pauses_are_cut() -> None:
    times = [(0.0, 10.0), (1.0, 5.0), (6.0, 9.0), (1000.0, 1010.0)]
    view = timeline.view_of(study(*(trial(n, 1.0, began=a, ended=b) for n, (a, b) in enumerate(times))))
    assert view is not None
    assert [(bar.number, bar.lane, bar.start, bar.length) for bar in view.bars] == [
        (0, 0, 0.0, 10.0),
        (1, 1, 1.0, 4.0),
        (2, 1, 6.0, 3.0),
        (3, 0, 10.0, 10.0),
    ]
    assert (view.lanes, view.cuts, view.unit) == (2, (10.0,), "s")


def test_the_front_is_in_the_order_of_the_scores() -> None:
    trials = (trial(0, 3.0, cost=1.0), trial(1, 1.0, cost=3.0), trial(2, 4.0, cost=4.0))
    view = pareto.view_of(replace(study(*trials), pareto=(0, 1), second_objective="seconds_per_epoch"))
    assert view is not None
    assert [one.number for one in view.front] == [1, 0]
    assert [one.number for one in view.others] == [2]
    assert view.cost == "seconds per epoch"
    assert pareto.view_of(study(*trials)) is None


def test_a_run_of_a_function_needs_no_forecast(tmp_path: Path) -> None:
    folder = write_function_run(tmp_path, drawn=False)
    assert read_study(folder).trials
    assert read_surface(folder) is None
