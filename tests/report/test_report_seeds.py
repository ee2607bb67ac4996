"""What the page shows of tuning over training seeds."""

import json
from pathlib import Path

import numpy as np
import pytest

from report_html import Page
from report_run import with_seeds, write_run
from tunewright.entrance import write_report
from tunewright.prices.report import seeds as drawing
from tunewright.prices.report.tuning import Against, Missing, SeededModel, Seeds, seeds_table

MODELS = (
    SeededModel("tuned", 7, 4, (3.0, 5.0), 4.0, 1.4, (0.01, -0.03), -0.01, 0.028),
    SeededModel("default", None, 9, (3.5, 3.5), 3.5, 0.0, (0.002, 0.002), 0.002, 0.0),
)
SEEDS = Seeds(2, MODELS, (Against("default", 0.143, -1.0, 1.6, 0.61),), (Missing("random", "x < y"),))


def test_the_page_has_a_table_and_a_figure_of_the_seeds(tmp_path: Path) -> None:
    write_run(tmp_path, rows=200, test=20, trials=4)
    with_seeds(tmp_path)
    text = write_report(tmp_path).read_text(encoding="utf-8")
    assert '<section id="tuning">' in text
    shown = [attributes["id"] for tag, attributes in Page(text).tags if tag == "figure"]
    assert shown[:3] == ["comparison", "tuning_seeds", "forecast_price"]
    assert (tmp_path / "figures/tuning_seeds.png").read_bytes().startswith(b"\x89PNG")


def test_without_seeds_there_is_neither(tmp_path: Path) -> None:
    path = write_run(tmp_path, rows=200, test=20, trials=4) / "results.json"
    assert "seeds" not in json.loads(path.read_text())["tuning"], "as in runs of before there were any"
    assert '<section id="tuning">' not in write_report(tmp_path).read_text(encoding="utf-8")
    assert not (tmp_path / "figures/tuning_seeds.png").exists()


def test_the_table_says_what_each_reaches_and_what_is_missing() -> None:
    html = seeds_table(SEEDS)
    assert "<td>\N{MINUS SIGN}1.00 % ± 2.80 %</td><td>4.0000 ± 1.4</td><td>-</td>" in html
    assert "<td>0.20 % ± 0.00 %</td>" in html
    assert "14.30 %<br><small>\N{MINUS SIGN}100.00 % to 160.00 %</small><br><small>p = 0.610</small>" in html
    assert "Best of 5 random: not compared, as x &lt; y." in html


def test_the_figure_has_a_dot_for_each_seed() -> None:
    rows = drawing.view_of(SEEDS)
    assert [row.name for row in rows] == ["default", "tuned"]
    assert rows[1].skill == pytest.approx([1.0, -3.0])
    assert np.ptp(rows[1].heights(1)) == pytest.approx(drawing.LANE)
    plot = drawing.plot(rows)
    assert [list(trace.marker.symbol) for trace in plot.data] == [["circle", "circle"], ["diamond", "circle"]]
    bars = [shape.x0 for shape in plot.layout.shapes if shape.line.width == 3]
    assert bars == pytest.approx([0.2, -1.0])
