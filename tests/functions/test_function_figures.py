"""The figures of a search that no run folder keeps."""

import json
from typing import Any

import pytest

import tunewright as tw
from plain_functions import bowl, slow_descent

SPACE = {"x": (-10.0, 10.0), "y": (-10.0, 10.0)}


def contour_of(found: tw.Minimum) -> dict[str, Any]:
    plot: dict[str, Any] = json.loads(found.figures["contour"].plots[0])
    return next(trace for trace in plot["data"] if trace["type"] == "contour")


def test_a_search_has_the_figures_of_a_report() -> None:
    found = tw.minimize(slow_descent, SPACE, trials=20, sampler="random", pruner="median")
    assert {"history", "contour", "slices", "parallel", "pruning"} <= set(found.figures)
    assert all(one.png.startswith(b"\x89PNG") and one.caption for one in found.figures.values())
    assert "rank among the complete trials" in found.figures["contour"].caption
    assert "pruning" not in tw.minimize(bowl, SPACE, trials=4).figures


def test_a_surface_is_the_functions_and_drawn_when_it_is_asked_for() -> None:
    asked: list[dict[str, Any]] = []

    def counted(params: dict[str, Any]) -> float:
        asked.append(params)
        return bowl(params)

    found = tw.minimize(counted, SPACE, trials=5, draw_surface=True)
    assert len(asked) == 5
    surface = contour_of(found)
    assert len(asked) == 5 + 41 * 41
    assert "of the function itself" in found.figures["contour"].caption
    assert surface["contours"]["coloring"] == "none", "lines alone"
    assert len(asked) == 5 + 41 * 41, "once"


@pytest.mark.parametrize("space", [{"x": (-1.0, 1.0)}, {"x": (-1.0, 1.0), "y": [1.0, 2.0]}])
def test_a_surface_needs_two_ranges(space: Any) -> None:
    with pytest.raises(tw.ConfigError, match="draw_surface needs two parameters, both of them ranges that always app"):
        tw.minimize(lambda params: params["x"], space, draw_surface=True)


def test_a_picture_is_saved(tmp_path: Any) -> None:
    one = tw.minimize(bowl, SPACE, trials=3).figures["history"]
    one.save(tmp_path / "history.png")
    assert (tmp_path / "history.png").read_bytes() == one.png
